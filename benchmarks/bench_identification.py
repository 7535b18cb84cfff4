"""How long an audit of a log of comparison scores takes, with and without the keys of the people.

python benchmarks/bench_identification.py [--rows 10000000]    a table for docs/benchmarks.md

Scores are doubles of which hardly two are equal. One comparison in twenty is mated; 20,000 people stand in them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness import BENCH, THREADS, Table, best

GENERATE = """
COPY (
    SELECT ln(u / (1 - u)) + CASE WHEN mated THEN 12 ELSE 0 END AS score, mated,
           ['Asian', 'Black', 'Latino', 'White'][1 + (probe % 4)::INT] AS race,
           ['Female', 'Male'][1 + (probe // 4 % 2)::INT] AS sex, 'P' || probe AS probe,
           'P' || CASE WHEN mated THEN probe ELSE (probe + 1 + hash(i, 3) % 19999) % 20000 END AS reference,
           ['first', 'second', 'third'][1 + (i % 3)::INT] AS system
    FROM (SELECT i, hash(i, 1) % 20000 AS probe, hash(i, 2) % 20 = 0 AS mated,
                 (hash(i, 20161) % 9007199254740991 + 1) / 9007199254740993.0 AS u
          FROM range({rows}) r(i))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

AUDITS = {
    "threshold, two groups": ["--threshold", "8"],
    "FMR 1e-4, two groups": ["--at-fmr", "0.0001"],
    "FMR 1e-4, three systems": ["--at-fmr", "0.0001", "--system", "system"],
    "FMR 1e-4, people of both sides": ["--at-fmr", "0.0001", "--subject", "probe", "--other-subject", "reference"],
}


def make(rows: int) -> Path:
    """Write the log once."""
    import duckdb

    path = BENCH / f"comparisons_{rows}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        con = duckdb.connect(config={"threads": THREADS})
        con.execute(GENERATE.format(rows=rows, path=f"{path}.new"))
        Path(f"{path}.new").rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", choices=AUDITS)
    given = parser.parse_args()
    path = make(given.rows)
    table = Table()
    groups = ["--score", "score", "--mated", "mated", "--group", "race", "--group", "sex"]
    for name, options in AUDITS.items():
        if given.only in (None, name):
            start = [sys.executable, "-m", "counterproof", "audit", "identification", str(path)]
            table.add(name, given.rows, best(given.repeat, [*start, *groups, *options, "--quiet"], whole=True))


if __name__ == "__main__":
    main()
