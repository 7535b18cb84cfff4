"""How long audits of processing times and of forecasts take.

python benchmarks/bench_time.py [--cases 50000000] [--forecasts 20000000]    a table for docs/benchmarks.md

Cases: dates of opening and closing, or times and events, in ten offices. Forecasts: 23 quantiles each, of five models
for a hundred places, one to four weeks ahead, made every week.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness import BENCH, THREADS, Table, best

CASES = """
COPY (
    SELECT 'office ' || (h % 10) AS office, DATE '2021-01-01' + opened AS opened, days AS time,
           CASE WHEN opened + days <= 1641 THEN DATE '2021-01-01' + opened + days END AS closed,
           (h // 7 % 4 > 0)::INT AS event
    FROM (SELECT h, (h // 10 % 1642)::INT AS opened, (-200 * ln((hash(i, 2) % 1000003 + 1) / 1000004.0))::INT AS days
          FROM (SELECT i, hash(i, 20161) AS h FROM range({rows}) r(i)))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

LEVELS = [0.01, 0.025, *(k / 20 for k in range(1, 20)), 0.975, 0.99]
MODELS, PLACES, AHEAD = 5, 100, 4

FORECASTS = """
COPY (
    WITH week AS (SELECT unnest(range({weeks})) AS w), level AS (SELECT unnest({levels}) AS level),
         seen AS (SELECT p, w, round(500 + 5 * p + 200 * sin(w / 8.0) + hash(p, w) % 60) AS observed
                  FROM (SELECT unnest(range({places})) AS p), (SELECT unnest(range({weeks} + {ahead} + 1)) AS w))
    SELECT 'model-' || m AS model, 'place ' || s.p AS place, DATE '2016-01-04' + (7 * week.w)::INT AS made,
           DATE '2016-01-09' + (7 * s.w)::INT AS target, a AS horizon, level,
           round(now.observed + (hash(m, s.p, s.w, a) % 80)::INT - 40
                 + (m + 8) * (a + 2) * ln(level / (1 - level)), 1) AS predicted, s.observed
    FROM week, (SELECT unnest(range({models})) AS m), (SELECT unnest(range(1, {ahead} + 1)) AS a)
    JOIN seen s ON s.w = week.w + a JOIN seen now ON now.w = week.w AND now.p = s.p, level
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

AUDITS = {
    "dates, ten offices, before and after": (
        "duration",
        "--opened opened --closed closed --as-of 2025-06-30 --group office "
        "--before-after 2023-10-01 --horizon 365 --within 90",
    ),
    "times and events, ten offices": (
        "duration",
        "--time time --event event --group office --horizon 365 --within 90",
    ),
    "quantile forecasts": (
        "forecast",
        "--observed observed --predicted predicted --quantile-level level --model model --origin made "
        "--target target --horizon horizon --place place --baseline model-0 --accuracy 0.7",
    ),
}


def make(name: str, query: str) -> Path:
    """Write a table once."""
    import duckdb

    path = BENCH / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        duckdb.connect(config={"threads": THREADS}).execute(query.replace("{path}", f"{path}.new"))
        Path(f"{path}.new").rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000_000)
    parser.add_argument("--forecasts", type=int, default=20_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", choices=AUDITS)
    given = parser.parse_args()
    table = Table()
    for name, (kind, options) in AUDITS.items():
        if given.only not in (None, name):
            continue
        if kind == "duration":
            rows = given.cases
            path = make(f"cases_{rows}", CASES.format(rows=rows, path="{path}"))
        else:
            weeks = max(20, round(given.forecasts / (MODELS * PLACES * AHEAD * len(LEVELS))))
            rows = weeks * MODELS * PLACES * AHEAD * len(LEVELS)
            sizes = {"weeks": weeks, "levels": LEVELS, "models": MODELS, "places": PLACES, "ahead": AHEAD}
            path = make(f"forecasts_{rows}", FORECASTS.format(**sizes, path="{path}"))
        start = [sys.executable, "-m", "counterproof", "audit", kind, str(path)]
        table.add(name, rows, best(given.repeat, [*start, *options.split(), "--quiet"], whole=True))


if __name__ == "__main__":
    main()
