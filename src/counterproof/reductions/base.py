"""How an audit declares what it needs counted. Declarations only: ``sources.counting`` runs them inside the engine.

A reduction is a list of dimensions and integer sums and nothing else, so that no audit and no plug-in can ask the
engine for rows. A dimension's ``name`` is canonical: two audits that ask for the same dimension share it, and the
frame counts all audits of one source in one joint table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Literal

from counterproof.counts import Group
from counterproof.reductions.values import Values, named

__all__ = [
    "MISSING",
    "UNREADABLE",
    "Apart",
    "Category",
    "Coded",
    "CountBy",
    "Dimension",
    "Powers",
    "Prepare",
    "RankRow",
    "RankSums",
    "Role",
    "ScoreAxis",
    "Whole",
    "merge",
]

MISSING = None
UNREADABLE = "unreadable"
"""The value of a coded or score dimension whose text is neither missing nor what its role allows."""

MAX_CELLS = 100_000
MAX_CROSSED = 3


@dataclass(frozen=True, slots=True)
class Role:
    """A column that an audit's option names: ``key`` is the plan key, ``kind`` how its text is cast."""

    key: str
    column: str
    kind: Literal["category", "coded", "number", "count", "value", "date", "key"]
    positive: Values | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A column's text, stripped; blank and null are missing (``None``)."""

    column: str

    @property
    def name(self) -> str:
        """The column itself."""
        return self.column


@dataclass(frozen=True, slots=True)
class Coded:
    """A yes/no column: "1", "0", ``None`` (missing) or ``UNREADABLE``.

    Without ``positive``: 1/0, true/false, yes/no, y/n, t/f in any case and booleans. With it: that value, any of
    several, or one side of a number or date (see ``values``) against the rest, and blank or null are missing.
    """

    column: str
    positive: Values | None = None

    @property
    def name(self) -> str:
        """The column, and the values that count as positive."""
        return f"{self.column}?" if self.positive is None else f"{self.column}={named(self.positive)}"


@dataclass(frozen=True, slots=True)
class ScoreAxis:
    """A score cut into steps, each named by the decimal text of its edge; ``None`` missing; ``UNREADABLE``.

    Up to ``most_values`` distinct scores are steps by themselves; beyond, at most ``steps`` steps of about equal
    count. ``at_least``: a step's edge is its least score, and edge <= score < next edge. ``at_most``: its greatest.
    Every cut is an edge. Edges are compared in the column's own type, so float32 .7 and double .7 fall alike.
    NaN and infinities are ``UNREADABLE``.
    """

    column: str
    cuts: tuple[Decimal, ...] = ()
    direction: Literal["at_least", "at_most"] = "at_least"
    most_values: int = 50
    steps: int = 20

    @property
    def name(self) -> str:
        """The column and the direction of its edges."""
        return f"{self.column}~" if self.direction == "at_least" else f"{self.column}~<="


@dataclass(frozen=True, slots=True)
class Powers:
    """Whole sums beside the row count: Σk, Σk², Σk³, Σk⁴ of a column of probabilities, k = value times ``10**places``.

    Rounded to a whole k. A fifth sum counts the numbers outside of [0, 1], which add to no other.
    """

    column: str
    places: int = 6

    @property
    def scale(self) -> int:
        """``10**places``."""
        return int(10**self.places)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the five sums in ``Cells.sums``."""
        return (*(f"{self.column}^{power}" for power in range(1, 5)), f"{self.column} outside")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole sum beside the row count: of a column of whole numbers, which stand for all the records of their row."""

    column: str

    @property
    def names(self) -> tuple[str, ...]:
        """Name of the sum in ``Cells.sums``."""
        return (self.column,)


Dimension = Category | Coded | ScoreAxis


@dataclass(frozen=True, slots=True)
class CountBy:
    """GROUP BY these dimensions; sum rows, or the ``count`` column, and what else is asked for."""

    dimensions: tuple[Dimension, ...]
    count: str | None = None
    sums: tuple[Powers | Whole, ...] = ()


@dataclass(frozen=True)
class Apart:
    """Base of the reductions that an audit asks for beside its joint table; each is answered by ``Cells`` of its own.

    A subclass declares what is counted; ``sources.counting.apart`` knows the function that runs it inside the engine.
    ``costs`` is told before the counting begins, where that is much: a clause.
    """

    costs: ClassVar[str | None] = None


@dataclass(frozen=True)
class Prepare:
    """Base of the layouts that an audit expects: public forms of records that are brought to one table before counting.

    A subclass declares the layout; ``sources.layouts`` knows the function that brings a source to it.

    opens  the layout reads the files of a source itself, one by one, since their columns may differ
    """

    opens: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RankSums:
    """The integers behind AUC and DeLong's variance, for every grouping in ``groupings`` (``()`` is everybody).

    Rows with a missing or unreadable score or outcome are left out, as are rows whose group is missing (from that
    grouping). More than ``most_values`` distinct scores are binned into that many, unless ``exact``.
    """

    score: str
    outcome: Coded
    groupings: tuple[tuple[str, ...], ...]
    count: str | None = None
    most_values: int = 4096
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RankRow:
    """Rank sums of one group: p and q positives and negatives at a score, N⁻ negatives below, P⁺ positives above.

    m = Σp, n = Σq, u2 = Σp(2N⁻+q), s10 = Σp(2N⁻+q)², s01 = Σq(2P⁺+p)². Where scores were binned,
    [low2, high2] = [Σ2pN⁻, Σ2p(N⁻+q)] brackets u2; otherwise both equal u2.
    """

    group: Group
    m: int
    n: int
    u2: int
    s10: int
    s01: int
    low2: int
    high2: int


def merge(wanted: Iterable[Iterable[Dimension]]) -> tuple[Dimension, ...]:
    """The dimensions of several audits in one joint table: each once, a score cut wherever any of them cuts it."""
    joint: dict[str, Dimension] = {}
    for dimension in (one for several in wanted for one in several):
        known = joint.get(dimension.name, dimension)
        if isinstance(known, ScoreAxis) and isinstance(dimension, ScoreAxis):
            known = replace(
                known,
                cuts=tuple(sorted({*known.cuts, *dimension.cuts})),
                most_values=max(known.most_values, dimension.most_values),
                steps=max(known.steps, dimension.steps),
            )
        joint[dimension.name] = known
    return tuple(joint.values())
