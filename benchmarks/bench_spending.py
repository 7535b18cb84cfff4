"""How long an audit of contracts takes on a generated download of transactions, against pandas reading the same file.

python benchmarks/bench_spending.py [--rows 1000000]    a table for docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GENERATE = """
copy (select
  'CONT_AWD_' || (i // 3) as contract_award_unique_key, 'T' || i as contract_transaction_unique_key,
  case when (i // 3) % 97 = 0 then 'IDV' else 'AWARD' end as award_or_idv_flag,
  cast(date '2018-10-01' + cast(i % 2000 as int) as varchar) as action_date,
  2019 + i % 5 as action_date_fiscal_year,
  printf('%.2f', (hash(i) % 10000000) / 100.0 - 5000) as federal_action_obligation,
  cast((i // 3) % 100000 as varchar) as total_dollars_obligated,
  cast((i // 3) % 150000 as varchar) as current_total_value_of_award,
  case when (i // 3) % 5 = 0 then null else cast((i // 3) % 200000 as varchar) end as potential_total_value_of_award,
  'UEI' || ((i // 3) % 60000) as recipient_uei, 'VENDOR ' || ((i // 3) % 55000) as recipient_name,
  'P' || ((i // 3) % 900) as recipient_parent_uei, 'PARENT ' || ((i // 3) % 900) as recipient_parent_name,
  ['FULL AND OPEN COMPETITION', 'NOT COMPETED', 'COMPETED UNDER SAP'][1 + (i // 3) % 3] as extent_competed,
  cast((i // 3) % 4 as varchar) as number_of_offers_received, 'f' as sole_proprietorship,
  repeat('a description of the transaction ', 6) as transaction_description
from range({rows}) t(i)) to '{path}' (header)
"""

PANDAS = """
import pandas, sys
names = ["contract_award_unique_key", "contract_transaction_unique_key", "federal_action_obligation",
         "action_date_fiscal_year", "recipient_uei", "extent_competed"]
frame = pandas.read_csv(sys.argv[1], usecols=names, dtype=str)
frame = frame.drop_duplicates("contract_transaction_unique_key")
frame["cents"] = (frame.federal_action_obligation.astype(float) * 100).round()
for name in ("recipient_uei", "action_date_fiscal_year", "extent_competed"):
    print(frame.groupby(name).cents.sum().sort_values(ascending=False).head(3))
"""


def timed(command: list[str]) -> tuple[float, float]:
    """Wall seconds and the peak memory in MB of the largest process so far."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transactions.csv"
        duckdb.sql(GENERATE.format(rows=rows, path=path))
        size = path.stat().st_size / 1e6
        ours = [sys.executable, "-m", "counterproof", "audit", "spending", str(path), "--json", "-", "--quiet"]
        ours_time, ours_peak = timed(ours)
        pandas_time, both_peak = timed([sys.executable, "-c", PANDAS, str(path)])
    print(f"Transactions: {rows:,} rows, {size:,.0f} MB of CSV\n")
    print("| what | seconds | peak MB | ratio |\n|---|---|---|---|")
    print(f"| counterproof audit spending, four splits, all checks | {ours_time:.1f} | {ours_peak:,.0f} | 1 |")
    peak = f"{both_peak:,.0f}" if both_peak > ours_peak else f"below {ours_peak:,.0f}"
    print(
        f"| pandas: obligations by three of the splits | {pandas_time:.1f} | {peak} | {pandas_time / ours_time:.2f} |"
    )


if __name__ == "__main__":
    main()
