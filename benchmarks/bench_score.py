"""What counting costs, against SQL written by hand for the same engine, and against the peers.

    python benchmarks/bench_score.py                  100 million rows; a Markdown table on stdout
    python benchmarks/bench_score.py --rows 1000000   a quick look
    python benchmarks/bench_score.py --billion        also 1 billion rows: ten names of one file
    python benchmarks/bench_score.py --peers          also fairlearn and aequitas, in a virtual environment of their own

Every figure is the best of several processes of their own; memory is the peak of the process (wait4). Ratios come
from one run on one machine and mean more than seconds do. The records are made with DuckDB from a fixed seed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / ".bench"
THREADS = 2
MEMORY = "1500MB"

BY_HAND = "SELECT race, sex, flag, outcome, count(*) FROM t GROUP BY ALL ORDER BY ALL"
BY_HAND_SCORE = "SELECT race, sex, decile >= 5, outcome, count(*) FROM t GROUP BY ALL ORDER BY ALL"


@dataclass(frozen=True)
class Run:
    """Seconds of the process, seconds inside it without starting up, its CPU seconds, and its peak memory in MB."""

    wall: float
    inside: float
    cpu: float
    memory: float


def make(rows: int) -> str:
    """Write the records once and return the glob of their file: about 9 bytes a row, 8 of them for the risk."""
    import duckdb

    path = BENCH / f"score_{rows}" / "00.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        con = duckdb.connect(config={"threads": THREADS})
        con.execute(
            f"""COPY (
                SELECT ['African-American', 'Caucasian', 'Hispanic', 'Asian', 'Other'][1 + (h % 5)::INT] AS race,
                       ['Female', 'Male'][1 + (h // 5 % 2)::INT] AS sex,
                       (h // 10 % 10 + 1)::INT AS decile,
                       h // 10 % 10 + 1 >= 5 AS flag,
                       (h // 100 % 20 < 4 + h // 10 % 10)::INT AS outcome,
                       (hash(i, 20161) % 1000000007) / 1000000007.0 AS risk
                FROM (SELECT i, hash(i, 7) AS h FROM range({rows}) r(i))
            ) TO '{path}.new' (FORMAT parquet, COMPRESSION zstd)"""
        )
        Path(f"{path}.new").rename(path)
    return str(path.parent / "*.parquet")


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


def measure(*arguments: str, repeat: int = 3, python: str = sys.executable) -> Run:
    """Best of ``repeat`` processes of this script with other arguments."""
    return best(repeat, [python, __file__, "inner", *arguments])


def best(repeat: int, command: list[str]) -> Run:
    """Best of ``repeat`` runs of a command whose last line may be its own seconds."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            output = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"failed: {' '.join(command)}")
        last = output.strip().splitlines()[-1:]
        inside = float(last[0]) if last and last[0].replace(".", "").isdigit() else wall
        found.append(Run(wall, inside, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return min(found, key=lambda run: run.inside)


# ---- the table ---------------------------------------------------------------------------------------------------


class Table:
    """Rows of the Markdown table, printed as they come."""

    def __init__(self) -> None:
        print("| what | records | seconds | process | CPU | peak MB | ratio | against |\n" + "|---" * 8 + "|")

    def add(self, what: str, rows: int, run: Run, base: Run | None = None, against: str = "") -> Run:
        ratio = f"{run.inside / base.inside:.2f}" if base else ""
        cells = [
            what,
            f"{rows:,}",
            f"{run.inside:.2f}",
            f"{run.wall:.2f}",
            f"{run.cpu:.2f}",
            f"{run.memory:.0f}",
            ratio,
            against,
        ]
        print("| " + " | ".join(cells) + " |", flush=True)
        return run


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
    """The whole command against the process of the SQL, where the command line is there."""
    glob = make(rows)
    ask = [sys.executable, "-m", "counterproof", "audit", "score", glob, "--flag", "flag", "--outcome", "outcome"]
    if subprocess.run([*ask[:4], "score", "--help"], capture_output=True, check=False).returncode:
        return
    hand = table.add("SQL by hand: process", rows, measure("hand", glob, BY_HAND, repeat=repeat))
    whole = best(repeat, [*ask, "--group", "race", "--group", "sex", "--quiet"])
    table.add(f"counterproof audit score (+{whole.wall - hand.wall:.2f} s)", rows, whole, hand, "SQL by hand: process")


def billion(table: Table, small: Run, small_rows: int) -> None:
    """Ten times the file of 100 million; the ratio is time a record."""
    glob, rows = linked(small_rows, 10), 10 * small_rows
    hand = table.add("SQL by hand: flag", rows, measure("hand", glob, BY_HAND, repeat=1))
    run = table.add("frame: flag", rows, measure("frame", glob, "flag", repeat=1), hand, "SQL by hand: flag")
    share = run.inside / rows / (small.inside / small_rows)
    print(f"\nTime a record at {rows:,} over that at {small_rows:,}: {share:.2f}")


PEERS = {
    "fairlearn": """
import sys, time, pandas as pd
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
t = pd.read_parquet(sys.argv[1]); resamples = int(sys.argv[2])
started = time.perf_counter()
options = dict(n_boot=resamples, ci_quantiles=[.025, .975]) if resamples else {}
MetricFrame(metrics=dict(a=false_positive_rate, b=false_negative_rate, c=selection_rate), y_true=t.outcome,
            y_pred=t.flag.astype(int), sensitive_features=t[["race", "sex"]], **options).by_group
print(time.perf_counter() - started)
""",
    "aequitas": """
import sys, time, pandas as pd
from aequitas.group import Group
t = pd.read_parquet(sys.argv[1])
t = t.assign(score=t.flag.astype(int), label_value=t.outcome)[["score", "label_value", "race", "sex"]]
started = time.perf_counter()
Group().get_crosstabs(t, attr_cols=["race", "sex"])
print(time.perf_counter() - started)
""",
}


def peers(table: Table, rows: int = 1_000_000) -> None:
    """Fairlearn and aequitas on the same records, installed apart from everything else."""
    glob = make(rows)
    ours = table.add("frame: flag", rows, measure("frame", glob, "flag"))
    for name, script in PEERS.items():
        home = BENCH / "peers" / name
        python = str(home / "bin" / "python")
        if not Path(python).exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", name, "pandas<3", "pyarrow"], check=True)
        path = glob.replace("*", "00")
        for resamples in ("0", "10") if name == "fairlearn" else ("0",):
            run = best(1, [python, "-c", script, path, resamples])
            what = f"{name}, {resamples} resamples" if name == "fairlearn" else f"{name} crosstabs"
            table.add(what, rows, run, ours, "frame: flag")


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
        peers(table)
    if options.billion:
        billion(table, flag, options.rows)


if __name__ == "__main__":
    main()
