"""Where in the plan's file a problem stands that shows only when the plan is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.errors import InputError, PlanError, Problem
from counterproof.plan_file import KeyPath

if TYPE_CHECKING:
    from counterproof.plan import Plan

__all__ = ["in_plan", "sound"]

_KEY = re.compile(r"(?:sources|audits|claims|settings)\.[^\s:]+")


def sound(values: object, lines: Mapping[KeyPath, int], file: str, *, confined: bool, look: bool = False) -> Plan:
    """The plan of a file, if all of it is sound.

    Where it is not, its columns and claims are looked at as well, so that every problem is told at once; with ``look``
    they are in any case.
    """
    from counterproof.line import check
    from counterproof.plan import examine

    base = Path(file).parent
    found = examine(values, where=file, lines=lines, base=base, confined=confined)
    problems = list(found.problems)
    if found.plan is not None and (problems or look):
        more = check(found.plan, base, confined=confined, unsound=found.unsound)
        problems += [_placed(problem, file, lines) for problem in more]
    if problems or found.plan is None:
        raise PlanError(problems)
    return found.plan


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
