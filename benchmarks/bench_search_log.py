"""How long an audit of a search log takes on a generated log, against the same counts in pandas; both must agree.

python benchmarks/bench_search_log.py [--rows 20000000] [--without-pandas]    a table for docs/benchmarks.md

The log has the layout of 14 columns, about 200 bytes a row, one row in twenty twice, 3,000 agencies, half a million
different reasons, and two years; as in released logs, an agency searches few different numbers of networks. pandas
reads it in pieces, since the whole would not fit: it tells the state of every cell and the class of every reason (each
different text once), drops what stands twice by ID, tells month and office hours in local time, and counts by agency
and month; it does without shifted rows, offences, overlaps and disclosure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from harness import BENCH, THREADS, Table, best

ZONE = "America/Chicago"
SHARES = ("off_hours", "reason_empty", "reason_case_number_only", "reason_placeholder", "immigration_reason_floor")
GENERATE = """
copy (select
  lower(to_hex(s)) || '-5f3a-4c1d-9e2b-' || printf('%012d', s) as "ID", 'user ' || (h % 40000) as "Name",
  'Town ' || agency || ' ' || ['TX', 'IL', 'CA', 'GA'][1 + agency % 4] || ' PD' as "Org Name",
  case when h % 10 < 3 then 1 + h % 3 else 200 + agency * 7 % 4800 + datediff('month', date '2024-01-01', t) end
    as "Total Networks Searched", 1 + h % 80000 as "Total Devices Searched",
  strftime(t - interval 30 day, '%m/%d/%Y, %I:%M:%S %p UTC') || chr(10) || strftime(t, '%m/%d/%Y, %I:%M:%S %p UTC')
    as "Time Frame",
  case when h % 7 = 0 then '***' else printf('X%06d', h % 1000000) end as "License Plate",
  case when h % 5 = 0 then '' when h % 5 = 1 then printf('24-%06d', h // 5 % 500000)
    else ['investigation', 'inv', 'stolen vehicle', 'ICE hold', 'hit and run', '10851', 'n/a', 'police report',
          'missing person', 'narcotics'][1 + h // 5 % 10] end as "Reason",
  case when h % 3 = 0 then '' else printf('%d', 2400000 + h % 90000) end as "Case #",
  case when h % 11 = 0 then 'color: red' else '' end as "Filters",
  strftime(t, '%m/%d/%Y, %I:%M:%S %p UTC') as "Search Time",
  ['lookup', 'search', 'lookup - Mobile'][1 + h % 3] as "Search Type", '' as "Text Prompt", 'none' as "Moderation"
from (
  select s, (hash(s) >> 8)::bigint as h, (pow(hash(s, 3) % 10000 / 10000.0, 2) * 2999)::bigint as agency,
         timestamp '2024-01-01' + to_seconds((hash(s, 5) % 63072000)::bigint) as t
  from (select case when i % 20 = 19 then i - 1 else i end as s from range({rows}) r(i))
)) to '{path}' (header)
"""

PANDAS = """
import json, sys
import numpy as np, pandas as pd
NUMBER, OFFENCES = r"[\\d\\-\\/#\\.\\s]+", ["10851"]
PLACEHOLDER, MASKED = r"none|n/a|na|-|--|xxx|test|0|null", r"redacted|exempt|withheld|[ *#]+"
VAGUE, IMMIGRATION = r"check|misc|lookup|ok|x|.|..", r"\\bice\\b|\\bhsi\\b|\\bero\\b|\\bcbp\\b|deport|\\bdhs\\b|immigra"

def told(cells, classes):  # each different text is looked at once
    codes, texts = pd.factorize(cells)
    texts = pd.Series(texts).str.strip().str.lower()
    return np.select([find(texts) for find in classes], range(len(classes)), len(classes))[codes]

STATES = [lambda t: t == "", lambda t: t == "***", lambda t: t.str.fullmatch(MASKED),
          lambda t: t.str.contains("**", regex=False), lambda t: t.str.fullmatch(PLACEHOLDER)]
CLASSES = [*STATES, lambda t: t.str.contains(IMMIGRATION), lambda t: t.str.fullmatch(VAGUE),
           lambda t: t.str.fullmatch(NUMBER) & ~t.isin(OFFENCES)]
NAMES = ["reason_empty", "masked_vendor", "masked_agency", "partial", "reason_placeholder", "immigration_reason_floor",
         "reason_vague", "reason_case_number_only"]
seen, parts, reached, states = pd.Index([], dtype="uint64"), [], [], {}
for piece in pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, chunksize=1_000_000):
    for name in piece.columns:
        state = np.bincount(told(piece[name], STATES), minlength=len(STATES) + 1)
        states[name] = states.get(name, 0) + state
    key = pd.util.hash_array(piece["ID"].to_numpy(dtype=object))
    first = ~(pd.Series(key).duplicated().to_numpy() | pd.Index(key).isin(seen))
    seen, piece = seen.append(pd.Index(key[first])), piece[first]
    local = pd.to_datetime(piece["Search Time"], format="%m/%d/%Y, %I:%M:%S %p UTC", utc=True)
    local = local.dt.tz_convert(sys.argv[2])
    off = (local.dt.day_of_week >= 5) | (local.dt.hour < 8) | (local.dt.hour >= 18)
    what = told(piece["Reason"], CLASSES)
    federal = told(piece["Org Name"], [lambda t: t.str.contains(r"^\\[.*federal.*\\]", regex=True)]) == 0
    found = pd.DataFrame({"agency": piece["Org Name"], "month": local.dt.year * 12 + local.dt.month - 1, "searches": 1,
                          "off_hours": off, "federal": federal} | {name: what == at for at, name in enumerate(NAMES)})
    parts.append(found.groupby(["agency", "month"]).sum().reset_index())
    networks = piece["Total Networks Searched"].astype("int32")
    reached.append(pd.DataFrame({"agency": found["agency"], "month": found["month"], "networks": networks}))
whole = pd.concat(parts).groupby(["agency", "month"]).sum()
totals, named = whole.sum(), whole["searches"].groupby(level=0).sum()
reached = pd.concat(reached)
middle = [reached.groupby(by)["networks"].median() for by in ("agency", "month")]
keep = ["searches", "off_hours", "reason_empty", "reason_case_number_only", "reason_placeholder",
        "immigration_reason_floor"]
found = {name: int(totals[name]) for name in keep}
found |= {"largest": int(named.max()), "months": whole["searches"].groupby(level=1).sum().tolist()}
found |= {"networks_median": middle[1].tolist()}
json.dump(found, open(sys.argv[3], "w"))
"""


def make(rows: int) -> Path:
    """Write the log once."""
    import duckdb

    path = BENCH / f"search_log_{rows}.csv"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        con = duckdb.connect(config={"threads": THREADS})
        con.execute(GENERATE.format(rows=rows, path=f"{path}.new"))
        Path(f"{path}.new").rename(path)
    return path


def ours(path: Path) -> dict[str, object]:
    """The numbers that pandas counts too, from the results that were written."""
    found = json.loads(path.read_text())["audits"]["search-log"]["estimates"]
    whole = {e["measure"]: e for e in found if not e["group"]}
    counted: dict[str, object] = {"searches": int(whole["searches"]["value"])}
    counted |= {name: whole[name]["numerator"] for name in SHARES}
    by = {
        key: [e for e in found if list(e["group"]) == [key] and e["measure"] in ("searches", "networks_median")]
        for key in ("agency", "month")
    }
    counted["largest"] = max(int(e["value"]) for e in by["agency"] if e["measure"] == "searches")
    counted["months"] = [int(e["value"]) for e in by["month"] if e["measure"] == "searches"]
    return counted | {"networks_median": [e["value"] for e in by["month"] if e["measure"] == "networks_median"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--without-pandas", action="store_true")
    given = parser.parse_args()
    started = time.perf_counter()
    path = make(given.rows)
    made = time.perf_counter() - started
    print(f"Search log: {given.rows:,} rows, {path.stat().st_size / 1e9:.2f} GB of CSV, made in {made:.0f} s\n")
    results = path.with_suffix(".json")
    table = Table()
    command = [sys.executable, "-m", "counterproof", "audit", "search-log", str(path), "--timezone", ZONE]
    run = best(1, [*command, "--json", str(results), "--quiet"], whole=True)
    base = table.add("counterproof audit search-log, all measures and checks", given.rows, run)
    if given.without_pandas:
        return
    theirs = path.with_suffix(".pandas.json")
    other = best(1, [sys.executable, "-c", PANDAS, str(path), ZONE, str(theirs)], whole=True)
    table.add("pandas in pieces, the counts by agency and month", given.rows, other, base, "counterproof")
    agree = ours(results) == json.loads(theirs.read_text())
    print(f"\nBoth count the same: {'yes' if agree else 'NO'}")
    if not agree:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
