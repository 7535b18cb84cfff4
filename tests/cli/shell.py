"""A folder to try the command line in."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterproof.cli.app import run

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
    test: {audit: flags, measure: flag_rate, compare: {group: [b, a]}, as: ratio, expect: ">= 1.1"}
"""

FLAGS = ["--flag", "flag", "--outcome", "outcome", "--count", "n", "--group", "group", "--measure", "flag_rate"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Shell:
    """A folder with rows.csv and plan.yaml, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "rows.csv").write_text(ROWS)
        (folder / "plan.yaml").write_text(PLAN)

    def __call__(self, *args: str) -> Ran:
        """Run the command line in this process, which is quick."""
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
        with contextlib.chdir(self.folder), redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            code = run(list(args))
        out, err = (stream.buffer.getvalue().decode() for stream in map(_flushed, streams))
        return Ran(code, out, err)

    def process(self, *args: str, **env: str) -> Ran:
        """Run the command line as people do."""
        done = subprocess.run(
            [sys.executable, "-m", "counterproof", *args],
            cwd=self.folder,
            env=os.environ | env,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def _flushed(stream: io.TextIOWrapper) -> Any:
    stream.flush()
    return stream
