"""What can go wrong, told to the person who can mend it.

    CounterproofError          what happened, where, and what to do (``hint``)
    ├── InputError             exit 2: a file, a column, a plan or an option is not usable
    │   ├── SourceError        a source cannot be opened or read
    │   ├── RefusedColumn      a column identifies persons and was asked for
    │   ├── PlanError          one or many problems of a plan, all at once
    │   └── DisclosureError    what was asked for cannot be shown
    ├── EngineError            exit 3: the query engine failed
    └── OutputError            exit 3: the outputs cannot be written

No message may quote a value from the records: name the kind of trouble, the file, the line, the column, the plan key.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "CounterproofError",
    "DisclosureError",
    "EngineError",
    "InputError",
    "OutputError",
    "PlanError",
    "Problem",
    "RefusedColumn",
    "SourceError",
    "nearest",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where (file, line, column, plan key), and what to do about it."""

    what: str
    where: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n  Hint: {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class CounterproofError(Exception):
    """Root of every error this package raises on purpose; ``exit_code`` is what the command line returns."""

    exit_code = 2

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = (Problem(what, where, hint),)
        super().__init__(str(self.problems[0]))


class InputError(CounterproofError):
    """Bad input or usage (exit 2)."""


class SourceError(InputError):
    """A source cannot be opened, read or understood."""


class RefusedColumn(InputError):
    """A column that identifies persons was asked for as a group, score or outcome."""


class DisclosureError(InputError):
    """What was asked for cannot be shown without showing persons."""


class PlanError(InputError):
    """A plan is not sound. Carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].what, where=problems[0].where, hint=problems[0].hint)
        self.problems = tuple(problems)
        self.args = ("\n".join(str(problem) for problem in problems),)


class EngineError(CounterproofError):
    """The query engine failed (exit 3). Its own message may quote records, so it is never passed on."""

    exit_code = 3


class OutputError(CounterproofError):
    """The outputs cannot be written (exit 3)."""

    exit_code = 3


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the hint "did you mean …?" for a name that is not among ``names``, or None if nothing is near."""
    folded = {known.casefold(): known for known in names}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return f"did you mean {folded[close[0]]!r}?" if close else None
