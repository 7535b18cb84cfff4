"""The same job by fairlearn and by aequitas: four measures by race and sex, from the same file of a million records.

    python benchmarks/peers.py        also part of `benchmarks/bench_score.py --peers`

Each process imports what it needs, does the job once with a thousand records, so that nothing is loaded or made ready
later, and is then timed from opening the file to the last number. Both peers are told to read only the columns that
they need, which their users must think of; aequitas is also timed as its own examples do it, with the whole file.

- Aequitas gives counts and rates by race and by sex. "Counts" of ours are the same, crossed as well; "audit" is what
  ``cp.audit`` does besides: looking for columns that identify persons, intervals, contrasts and their tests, what the
  records could have shown, and hashing the file.
- Fairlearn gives the rates of the crossed groups, with intervals from resamples. It is timed without and with a few,
  and scaled up to a hundred.

Both are installed apart from everything else, below .bench/peers.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from harness import BENCH, Run, Table, as_csv, best, make

ROWS = 1_000_000
FEW, MANY = 2, 100

COUNTS = """
import sys, time
from pathlib import Path
from counterproof.plan import SourceSpec
from counterproof.reductions import Category, Coded, CountBy, Role
from counterproof.sources import open_source
from counterproof.sources.counting.frame import Frame
GROUPS = ("race", "sex")
ROLES = [Role("groups", name, "category") for name in GROUPS]
ROLES += [Role(name, name, "coded") for name in ("flag", "outcome")]
def job(path):
    with open_source("records", SourceSpec(path=path), base=Path("/")) as source:
        Frame(source, ROLES).count(CountBy((*map(Category, GROUPS), Coded("flag"), Coded("outcome"))))
"""
AUDIT = """
import sys, time
import counterproof as cp
MEASURES = ["false_positive_rate", "false_negative_rate", "positive_predictive_value", "flag_rate"]
def job(path):
    cp.audit("score", path, flag="flag", outcome="outcome", groups=["race", "sex"], measures=MEASURES)
"""
READ = """
import sys, time, pandas as pd, pyarrow.parquet
COLUMNS = ["race", "sex", "flag", "outcome"]
def read(path):
    return pd.read_csv(path, usecols=COLUMNS) if path.endswith(".csv") else pd.read_parquet(path, columns=COLUMNS)
"""
WHOLE = """
def read(path):
    return pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)
"""
AEQUITAS = """
from aequitas.group import Group
def job(path):
    t = read(path)
    t = t.assign(score=t.flag.astype(int), label_value=t.outcome)[["score", "label_value", "race", "sex"]]
    Group().get_crosstabs(t, attr_cols=["race", "sex"])
"""
FAIRLEARN = f"""{READ}
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
from sklearn.metrics import precision_score
METRICS = dict(a=false_positive_rate, b=false_negative_rate, c=precision_score, d=selection_rate)
RESAMPLES = int(sys.argv[3])
OPTIONS = dict(n_boot=RESAMPLES, ci_quantiles=[.025, .975], random_state=1) if RESAMPLES else {{}}
def job(path):
    t = read(path)
    found = MetricFrame(metrics=METRICS, y_true=t.outcome, y_pred=t.flag.astype(int),
                        sensitive_features=t[["race", "sex"]], **OPTIONS)
    found.by_group, RESAMPLES and found.by_group_ci
"""
TIMED = """
job(sys.argv[2])
started = time.perf_counter()
job(sys.argv[1])
print(time.perf_counter() - started)
"""


def peers(table: Table) -> None:
    """Their rows against ours, from Parquet and from CSV."""
    name, python = f"aequitas {_version('aequitas')}: crosstabs", _python("aequitas")
    audits: dict[str, Run] = {}
    for path, head in (_parquet(), (as_csv(ROWS), as_csv(ROWS, 1000))):
        kind = path.suffix[1:]
        peer, whole = (
            best(5, [python, "-W", "ignore", "-c", READ + more + AEQUITAS + TIMED, str(path), str(head)])
            for more in ("", WHOLE)
        )
        for what, script in (("counts", COUNTS), ("audit", AUDIT)):
            here = f"Counterproof: {what}, {kind}"
            audits[kind] = table.add(here, ROWS, best(5, [sys.executable, "-c", script + TIMED, str(path), str(head)]))
            table.add(f"{name}, {kind}", ROWS, peer, audits[kind], here)
            table.add(f"{name}, whole file, {kind}", ROWS, whole, audits[kind], here)
    none, few = (_fairlearn(*_parquet(), resamples) for resamples in (0, FEW))
    seconds = none.inside + (few.inside - none.inside) / FEW * MANY
    name = f"fairlearn {_version('fairlearn')}: MetricFrame"
    table.add(f"{name}, {FEW} resamples", ROWS, few)
    what = f"{name}, {MANY} resamples, scaled up from {FEW} (process, CPU and memory as with {FEW})"
    table.add(what, ROWS, replace(few, inside=seconds), audits["parquet"], "Counterproof: audit, parquet")


def _parquet() -> tuple[Path, Path]:
    return Path(make(ROWS).replace("*", "00")), Path(make(1000).replace("*", "00"))


def _fairlearn(path: Path, head: Path, resamples: int) -> Run:
    command = [_python("fairlearn"), "-W", "ignore", "-c", FAIRLEARN + TIMED, str(path), str(head), str(resamples)]
    return best(1, command)


def _python(name: str) -> str:
    """The interpreter of a peer's own environment, which is made if it is not there."""
    home = BENCH / "peers" / name
    python = str(home / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", name, "pandas<3", "pyarrow"], check=True)
    return python


def _version(name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.run([_python(name), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    peers(Table())
