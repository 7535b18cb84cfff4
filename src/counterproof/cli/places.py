"""Where in the plan's file a problem stands that shows only when the plan is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from counterproof.errors import InputError, PlanError, Problem
from counterproof.plan_file import KeyPath

__all__ = ["in_plan"]

_KEY = re.compile(r"(?:sources|audits|claims|settings)\.[^\s:]+")


@contextmanager
def in_plan(file: str, lines: Mapping[KeyPath, int]) -> Iterator[None]:
    """Around what is done with a plan: its problems leave with the file, and the line of the key they are about."""
    try:
        yield
    except InputError as error:
        raise PlanError([_placed(problem, file, lines) for problem in error.problems]) from None


def _placed(problem: Problem, file: str, lines: Mapping[KeyPath, int]) -> Problem:
    key = _KEY.match(problem.where or "")
    if key is None:
        return problem
    at = tuple(int(part) if part.isdigit() else part for part in key[0].split("."))
    line = next((lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in lines), None)
    return replace(problem, where=f"{file}, line {line}, {problem.where}" if line else f"{file}, {problem.where}")
