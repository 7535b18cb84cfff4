"""What counting costs, against SQL written by hand for the same engine, and against the peers.

    python benchmarks/bench_score.py                  100 million rows; a Markdown table on stdout
    python benchmarks/bench_score.py --rows 1000000   a quick look
    python benchmarks/bench_score.py --billion        also 1 billion rows: ten names of one file
    python benchmarks/bench_score.py --peers          also fairlearn and aequitas, see peers.py

Every figure is the best of several processes of their own; memory is the peak of the process (wait4). Ratios come
from one run on one machine and mean more than seconds do. The records are made with DuckDB from a fixed seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from harness import BENCH, THREADS, Run, Table, best, make

MEMORY = "1500MB"

BY_HAND = "SELECT race, sex, flag, outcome, count(*) FROM t GROUP BY ALL ORDER BY ALL"
BY_HAND_SCORE = "SELECT race, sex, decile >= 5, outcome, count(*) FROM t GROUP BY ALL ORDER BY ALL"


def linked(rows: int, files: int) -> str:
    """One file under several names, stacked: as many records as one likes on a small disk."""
    one = Path(make(rows)).parent / "00.parquet"
    folder = BENCH / f"score_{rows}_times_{files}"
    folder.mkdir(exist_ok=True)
    for part in range(files):
        link = folder / f"{part:02}.parquet"
        link.unlink(missing_ok=True)
        link.hardlink_to(one)
    return str(folder / "*.parquet")


# ---- one measured process each -----------------------------------------------------------------------------------


def by_hand(glob: str, sql: str) -> None:
    """What somebody would type: the same engine, threads and memory."""
    import duckdb

    con = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": False})
    con.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{glob}')")
    started = time.perf_counter()
    con.execute(sql).fetchall()
    print(time.perf_counter() - started)


def through_frame(glob: str, work: str) -> None:
    """The frame: ``flag``, ``decile`` or ``risk`` counted, and ``auc`` and steps of the risk."""
    from decimal import Decimal

    from counterproof.plan import SourceSpec
    from counterproof.reductions import Category, Coded, CountBy, RankSums, Role, ScoreAxis
    from counterproof.sources import open_source
    from counterproof.sources.counting.frame import Frame

    groups = (Category("race"), Category("sex"))
    groupings = ((), ("race",), ("sex",), ("race", "sex"))
    roles = [Role("groups", "race", "category"), Role("groups", "sex", "category"), Role("outcome", "outcome", "coded")]
    with open_source("t", SourceSpec(path=glob), base=Path("/")) as source:
        started = time.perf_counter()
        frame = Frame(source, roles)
        outcome = Coded("outcome")
        if work == "flag":
            frame.count(CountBy((*groups, Coded("flag"), outcome)))
        else:
            axis = ScoreAxis("risk" if work.startswith("risk") else "decile", (Decimal("0.7"),))
            if work != "risk exact":
                frame.count(CountBy((*groups, axis, outcome)))
            if work != "decile":
                frame.rank(RankSums(axis.column, outcome, groupings, exact=work == "risk exact"))
        print(time.perf_counter() - started)


def measure(*arguments: str, repeat: int = 3, whole: bool = False) -> Run:
    """Best of ``repeat`` processes of this script with other arguments."""
    return best(repeat, [sys.executable, __file__, "inner", *arguments], whole=whole)


# ---- the table ---------------------------------------------------------------------------------------------------


def counting(table: Table, rows: int, repeat: int) -> Run:
    """Flag × outcome × two groups, and a score's; returns the run of the frame on the flag."""
    glob = make(rows)
    hand = table.add("SQL by hand: flag", rows, measure("hand", glob, BY_HAND, repeat=repeat))
    flag = table.add("frame: flag", rows, measure("frame", glob, "flag", repeat=repeat), hand, "SQL by hand: flag")
    score = table.add("SQL by hand: score ≥ 5", rows, measure("hand", glob, BY_HAND_SCORE, repeat=repeat))
    ten = measure("frame", glob, "decile", repeat=repeat)
    table.add("frame: score of ten values", rows, ten, score, "SQL by hand: score ≥ 5")
    risk = measure("frame", glob, "risk", repeat=repeat)
    table.add("frame: distinct scores, steps and AUC", rows, risk, hand, "SQL by hand: flag")
    if rows <= 10_000_000:
        exact = measure("frame", glob, "risk exact", repeat=1)
        table.add("frame: exact AUC", rows, exact, hand, "SQL by hand: flag")
    return flag


def command(table: Table, rows: int, repeat: int) -> None:
    """The whole command, with tables and with JSON, against the process of the SQL."""
    glob = make(rows)
    ask = [sys.executable, "-m", "counterproof", "audit", "score", glob, "--flag", "flag", "--outcome", "outcome"]
    ask += ["--group", "race", "--group", "sex", "--quiet"]
    hand = table.add("SQL by hand: process", rows, measure("hand", glob, BY_HAND, repeat=repeat, whole=True))
    for how, options in (("tables", []), ("JSON", ["--json", "-"])):
        whole = best(repeat, [*ask, *options], whole=True)
        more = f"counterproof audit score, {how} ({whole.wall - hand.wall:+.2f} s)"
        table.add(more, rows, whole, hand, "SQL by hand: process")


def billion(table: Table, small: Run, small_rows: int) -> None:
    """Ten times the file of 100 million; the ratio is time a record."""
    glob, rows = linked(small_rows, 10), 10 * small_rows
    hand = table.add("SQL by hand: flag", rows, measure("hand", glob, BY_HAND, repeat=1))
    run = table.add("frame: flag", rows, measure("frame", glob, "flag", repeat=1), hand, "SQL by hand: flag")
    share = run.inside / rows / (small.inside / small_rows)
    print(f"\nTime a record at {rows:,} over that at {small_rows:,}: {share:.2f}")


def main() -> None:
    """Parse the arguments; ``inner`` is a measured process."""
    if sys.argv[1:2] == ["inner"]:
        work, glob, what = sys.argv[2:5]
        (by_hand if work == "hand" else through_frame)(glob, what)
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--billion", action="store_true")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    table = Table()
    flag = counting(table, options.rows, options.repeat)
    command(table, options.rows, options.repeat)
    if options.peers:
        from peers import peers

        peers(table)
    if options.billion:
        billion(table, flag, options.rows)


if __name__ == "__main__":
    main()
