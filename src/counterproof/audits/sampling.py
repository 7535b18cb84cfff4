"""How many records a question needs: what is asked of ``Audit.plan_sample``, and its answer.

Planned is for the intervals that verdicts use, so that the records asked for would decide the claim here. Nothing is
read but the numbers that the question supposes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from counterproof.claims.expect import Expectation, Scale, parse
from counterproof.errors import InputError

__all__ = ["As", "Question", "SamplePlan", "Share", "Stratum"]

SCHEMA = "counterproof/sample/1"
As = Literal["value", "difference", "ratio", "change"]
MOST_GROUPS = 1_000
WIDTH = 100
PROPORTION = "a rate lies between 0 and 1", "85 % is 0.85"
RANGES: tuple[tuple[str, Callable[[Any], bool], str, str | None], ...] = (
    ("rate", lambda p: 0 <= p <= 1, *PROPORTION),
    ("reference_rate", lambda p: 0 <= p <= 1, *PROPORTION),
    ("width", lambda w: 0 < w <= 1, "a width lies above 0 and is at most 1", "end to end: ±2 points is 0.04"),
    ("among", lambda p: 0 < p <= 1, "a share lies above 0 and is at most 1", None),
    ("power", lambda p: 0.5 < p < 1, "power lies strictly between 0.5 and 1", None),
    ("level", lambda p: 0.5 < p < 1, "a level lies strictly between 0.5 and 1", None),
    ("groups", lambda g: 1 <= g <= MOST_GROUPS, f"there are from 1 to {MOST_GROUPS:,} groups", None),
    ("as_", lambda word: word in get_args(As), f"a claim is about one of {', '.join(get_args(As))}", None),
)
"""Field, what it may be, and what is said of anything else."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cases of a group from which some are to be reviewed, and the rate supposed among them; None is not known."""

    name: str
    cases: int
    rate: float | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        if self.cases < 1:
            raise InputError("a stratum has at least one case", where="strata")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise InputError("a supposed rate lies between 0 and 1", where="strata", hint="85 % is 0.85")


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be known, and what is supposed meanwhile. InputError for what does not go together.

    claim                  an expectation, as in a claim's test; ``as_`` says of what
    width                  the interval shall be at most so wide, from end to end
    rate, reference_rate   rates supposed: of the group, and of the group that it is compared with
    ratio, difference      instead of ``rate``: to the reference rate
    among                  the share of all records that stand below the line of the rate; the rest is said in them
    groups                 how many groups; claims about each share the level
    strata                 cases that are reviewed in part
    """

    claim: str | None = None
    width: float | None = None
    rate: float | None = None
    reference_rate: float | None = None
    ratio: float | None = None
    difference: float | None = None
    as_: As | None = None
    power: float = 0.8
    level: float = 0.95
    among: float | None = None
    groups: int = 1
    strata: tuple[Stratum, ...] = ()

    def __post_init__(self) -> None:
        for where, message, hint in self._problems():
            raise InputError(message, where=where, hint=hint)
        if self.claim is not None:
            self.expectation()

    def _problems(self) -> Iterator[tuple[str, str, str | None]]:
        if self.claim is not None and self.width is not None:
            yield "claim, width", "a sample is planned for a claim or for a width, not for both", None
        if self.claim is None and self.width is None and not self.compared:
            hint = "for two groups, reference_rate with ratio, difference or rate is enough"
            yield "claim", "say what the sample shall settle: a claim, or a width", hint
        for name, fits, message, advice in RANGES:
            value = getattr(self, name)
            if value is not None and not fits(value):
                yield name, message, advice
        if self.as_ not in (None, "value") and not self.compared:
            yield "as", "a difference or a ratio needs reference_rate", None
        if self.strata and self.compared:
            yield "strata", "strata plan a review of each group; gaps are planned without them", None
        yield from self._two_rates()

    def _two_rates(self) -> Iterator[tuple[str, str, str | None]]:
        given = [name for name in ("rate", "ratio", "difference") if getattr(self, name) is not None]
        if self.reference_rate is None:
            for name in (name for name in given if name != "rate"):
                yield name, f"{name} needs reference_rate, to which it is a {name}", None
        elif len(given) != 1:
            yield "reference_rate", "say the other group's rate by exactly one of rate, ratio and difference", None
        elif not 0 <= self._other() <= 1:
            yield given[0], "the group's rate would not lie between 0 and 1", None

    @property
    def compared(self) -> bool:
        """Whether two groups are compared."""
        return self.reference_rate is not None

    @property
    def supposed(self) -> float | None:
        """The group's rate; None where none is supposed."""
        return self._other() if self.compared else self.rate

    def _other(self) -> float:
        reference = self.reference_rate or 0.0
        if self.ratio is not None:
            return reference * self.ratio
        return reference + self.difference if self.difference is not None else self.rate or 0.0

    @property
    def scale(self) -> Scale:
        """Of what the claim speaks: of the rate, or of the difference or ratio of two."""
        if self.as_ is not None:
            return self.as_
        if not self.compared:
            return "value"
        return "difference" if self.difference is not None else "ratio"

    def expectation(self) -> Expectation:
        """The claim's region. InputError where it cannot be read."""
        assert self.claim is not None  # noqa: S101 - asked of a claim only
        return parse(self.claim, scale=self.scale, where="claim")


@dataclass(frozen=True, slots=True)
class Share:
    """One number of the answer: so many of what; None where no number is enough.

    group     of which group, in words, or None for everybody
    stratum   in which stratum; ``cases`` are those it holds
    """

    n: int | None
    what: str
    group: str | None = None
    stratum: str | None = None
    cases: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        out: dict[str, Any] = {"n": self.n, "what": self.what, "group": self.group, "stratum": self.stratum}
        return out if self.cases is None else out | {"cases": self.cases}


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The answer: how many of what, and what that rests on. ``total`` is None where nothing is added up."""

    kind: str
    shares: Sequence[Share] = ()
    total: int | None = None
    level: float | None = None
    notes: Sequence[str] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, schema ``counterproof/sample/1``."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "level": self.level,
            "shares": [share.to_json() for share in self.shares],
            "total": self.total,
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        """The answer in lines for a terminal."""
        lines = []
        for share in self.shares:
            place = ", ".join(part for part in (share.group, share.stratum) if part is not None)
            n = "–" if share.n is None else f"{share.n:,}"
            of = "" if share.cases is None else f" of {share.cases:,}"
            lines.append((n + of, share.what, place))
        widths = [max((len(line[at]) for line in lines), default=0) for at in (0, 1)]
        shown = [f"{n.rjust(widths[0])}  {what.ljust(widths[1])}  {place}".rstrip() for n, what, place in lines]
        shown += [] if self.total is None else ["", f"{self.total:,} in all."]
        notes = [line for note in self.notes for line in textwrap.wrap(note, WIDTH)]
        return "\n".join([*shown, *([""] if shown and notes else []), *notes])
