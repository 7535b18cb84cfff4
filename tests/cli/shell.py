"""A folder to try the command line in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Made for these tests: two groups, a flag and an outcome, in counts.
ROWS = """group,flag,outcome,n
a,1,1,120
a,1,0,40
a,0,1,60
a,0,0,200
b,1,1,90
b,1,0,80
b,0,1,30
b,0,0,190
"""

PLAN = """\
title: A flag
sources:
  rows: {path: rows.csv}
audits:
  flags: {kind: score, source: rows, flag: flag, outcome: outcome, count: n, groups: [group], measures: [flag_rate]}
claims:
  - id: alike
    text: Both groups are flagged alike.
    test: {audit: flags, measure: flag_rate, compare: {group: [b, a]}, as: ratio, expect: "1.5 .. 2"}
"""

FLAGS = ["--flag", "flag", "--outcome", "outcome", "--count", "n", "--group", "group", "--measure", "flag_rate"]


class Ran:
    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()


class Shell:
    """The command line as people meet it: a process of its own, in a folder with rows.csv and plan.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "rows.csv").write_text(ROWS)
        (folder / "plan.yaml").write_text(PLAN)

    def __call__(self, *args: str, env: dict[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "counterproof", *args],
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Ran(done)
