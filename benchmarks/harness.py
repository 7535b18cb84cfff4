"""What the benchmarks of the score share: records made from a fixed seed, measured processes, and the table."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent / ".bench"
THREADS = 2

# Where the environment forbids bytecode, Python would compile this package anew at every start; installed, it has it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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


def as_csv(rows: int, limit: int | None = None) -> Path:
    """The same records, or the first of them, as CSV."""
    import duckdb

    path = BENCH / f"score_{rows}" / f"{limit or rows}.csv"
    if not path.exists():
        some = f"LIMIT {limit}" if limit else ""
        duckdb.sql(f"COPY (SELECT * FROM '{make(rows)}' {some}) TO '{path}.new' (FORMAT csv)")
        Path(f"{path}.new").rename(path)
    return path


def best(repeat: int, command: list[str], *, whole: bool = False) -> Run:
    """Best of ``repeat`` runs of a command whose last line is its own seconds; of the ``whole`` process without."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
            output = process.stdout.read() if process.stdout else ""
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"failed: {' '.join(command)}")
        inside = wall if whole else float(output.split()[-1])
        found.append(Run(wall, inside, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return min(found, key=lambda run: run.inside)


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
        print(f"| {' | '.join(cells)} |", flush=True)
        return run
