"""A score with too many distinct values, put on a grid of round numbers inside the scan.

The scan computes one small integer a row: the bin, and how many of the cuts the score passes. It takes a guess by
floating-point division and mends it by one comparison with the bin's edge in the column's own type, so that an edge
means exactly what it says. What the integer stands for is worked out afterwards, on the grouped rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal

import ibis

from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column, Table, Value

__all__ = ["Direction", "Grid", "grid_over", "own_type"]

Direction = Literal["at_least", "at_most"]

_EXACT = Context(prec=80)
_FINEST = Decimal("1e-22")  # 10**22 is the last power of ten that is exact in a double
_BIAS = 2.0**-10  # more than a guess can err by, so that it errs downwards only
_REACH = {"double": Decimal(2**40), "single": Decimal(2**13)}  # bins from zero up to which that holds
_WIDE = "decimal(38, 0)"


@dataclass(frozen=True, slots=True)
class Grid:
    """At most ``bins`` bins of equal, round width from ``least`` to ``greatest``, split at the cuts.

    ``at_least``: a score stands for the greatest grid point or cut not above it. ``at_most``: for the least not below
    it, which is the same for the negated scores.
    """

    column: str
    bins: int
    width: Decimal
    least: Decimal
    greatest: Decimal
    direction: Direction = "at_least"
    cuts: tuple[Decimal, ...] = ()

    def index(self, table: Table, cells: str, name: str) -> Table:
        """Add the int32 column ``name``: bin and cut of each cell from 0, null if missing, below 0 if unreadable."""
        kind, kept = self._kind(table[cells].type()), table.columns
        part = {step: f"{name}_{step}" for step in ("score", "guess")}
        # one projection a step: otherwise every engine would work out the score several times over
        table = table.mutate(**{part["score"]: self._score(table[cells], kind)})
        table = table.mutate(**{part["guess"]: self._guess(table[part["score"]])})
        score, guess = (table[name] for name in part.values())
        found = guess + ibis.ifelse(score >= self._edge(guess + 1, kind), 1, 0)
        if cuts := self._cuts(kind):
            passed = [ibis.ifelse(score >= cast.literal(cut, kind), 1, 0) for cut in cuts]
            found = reduce(add, passed, found * (len(cuts) + 1))
        # not drop: Ibis writes the dropped names in the order of a set, which differs from run to run
        return table.select(*kept, **{name: found.cast("int32")})

    def point(self, index: Column, dtype: DataType) -> Column:
        """The grid point or cut for which an index stands, of the type of a column of ``dtype``; else null."""
        kind = self._kind(dtype)
        cuts = self._cuts(kind)
        found = ibis.ifelse(index >= 0, index, ibis.null("int32")).cast("int64")
        place = (found // (len(cuts) + 1)).cast("int64")
        passed = found - place * (len(cuts) + 1)
        point = self._edge(place, kind)
        for number, cut in enumerate(cuts, 1):
            at = cast.literal(cut, kind).cast(kind)
            point = ibis.ifelse((passed == number) & (point < at), at, point)
        return point if self.direction == "at_least" else -point

    @property
    def _first(self) -> int:
        """Where bins are counted from: a grid point below the least score."""
        return _floor(self.least if self.direction == "at_least" else -self.greatest, self.width) - 1

    def _kind(self, dtype: DataType) -> DataType:
        """The type in which scores are compared; integers near the end of 64 bits would overflow when negated."""
        if dtype.is_integer():
            wide = max(abs(self.least), abs(self.greatest)) >= 2**62
            return ibis.dtype(_WIDE if wide else "int64")
        if dtype.is_floating() or dtype.is_decimal():
            return dtype
        return ibis.dtype("float64")

    def _cuts(self, kind: DataType) -> list[Decimal]:
        """The cuts that split bins. One on the grid does not: its edge is the same nearest value of the type."""
        own = {own_type(cut, kind, self.direction) for cut in self.cuts}
        if self._whole(kind) or kind.is_float64():
            with localcontext(_EXACT):
                own = {cut for cut in own if cut % self.width}
        return sorted(own if self.direction == "at_least" else {-cut for cut in own})

    def _score(self, cells: Column, kind: DataType) -> Column:
        """The number in each cell, negated for ``at_most``; one below every bin where the cell is unreadable."""
        with localcontext(_EXACT):
            below = (self._first - Decimal("0.5")) * self.width
        if cells.type().is_floating():
            most = cast.literal(max(abs(self.least), abs(self.greatest)), kind)
            readable = cells.abs() <= most
            number = cells
        else:
            number = cast.number(cells).cast(kind)
            readable = number.notnull()
        score = number if self.direction == "at_least" else -number
        if cells.type().is_integer() or cells.type().is_decimal():
            return score
        other = cast.literal(below, kind)
        return ibis.cases((readable, score), (cast.missing(cells), ibis.null(kind)), else_=other)

    def _guess(self, score: Column) -> Column:
        """The bin, or the one below it, as int32. Integers count from their least, so that none loses a digit.

        Some engines round where they cast and some cut off: half a bin less makes both err downwards at most.
        """
        if self._whole(score.type()):
            start = cast.literal(self._first * self.width, score.type())
            bins = (score - start).cast("float64") / ibis.literal(float(self.width)) - (0.5 + _BIAS)
        else:
            bins = self._scaled(score.cast("float64"), "*" if self.width < 1 else "/") - (self._first + 0.5 + _BIAS)
        return bins.cast("int32")

    def _edge(self, index: Column, kind: DataType) -> Value:
        """Grid point of a bin. k/2000.0 is the double nearest to k·0.0005; k·0.0005 is not."""
        if self._whole(kind):
            return ((index.cast(kind) + self._first) * cast.literal(self.width, kind)).cast(kind)
        steps = index.cast("float64") + float(self._first)
        return self._scaled(steps, "/" if self.width < 1 else "*").cast(kind)

    def _scaled(self, number: Column, operation: Literal["*", "/"]) -> Column:
        """A double times or divided by the width, or by its inverse where that is the whole number."""
        whole = ibis.literal(float(self.width if self.width >= 1 else 1 / self.width))
        return number * whole if operation == "*" else number / whole

    @staticmethod
    def _whole(kind: DataType) -> bool:
        return bool(kind.is_integer() or (kind.is_decimal() and kind.precision == 38 and kind.scale == 0))


def grid_over(
    column: str, ends: tuple[Any, Any], dtype: DataType, bins: int, direction: Direction, cuts: Sequence[Decimal]
) -> Grid:
    """The finest grid of 1, 2 or 5 times a power of ten with at most ``bins`` bins over the range of a column."""
    low, high = (Decimal(cast.label(end, dtype) or 0) for end in ends)
    with localcontext(_EXACT):
        least = Decimal(0)
        if dtype.is_integer():
            least = Decimal(1)
        else:
            reach = _REACH["single" if dtype.is_floating() and dtype.nbytes <= 4 else "double"]
            least = max(_FINEST, max(abs(low), abs(high)) / reach)
        width = Decimal(10) ** ((high - low) / bins or Decimal(1)).adjusted()
        for factor in _factors():
            fits = _floor(high, width) - _floor(low, width) < bins - 1
            if fits and width >= least:
                break
            width *= factor
    return Grid(column, bins, width.normalize(), low, high, direction, tuple(cuts))


def own_type(cut: Decimal, kind: DataType, direction: Direction) -> Decimal:
    """The value of an integer or decimal type at which ``score >= cut`` (or ``<=``) changes; others keep the cut."""
    places = 0 if kind.is_integer() else (kind.scale if kind.is_decimal() else None)
    if places is None:
        return cut
    rounding = ROUND_CEILING if direction == "at_least" else ROUND_FLOOR
    with localcontext(_EXACT):
        return cut.quantize(Decimal(1).scaleb(-places), rounding=rounding)


def _factors() -> Any:
    """From 1 to 2 to 5 to 10."""
    while True:
        yield from (Decimal(2), Decimal("2.5"), Decimal(2))


def _floor(value: Decimal, width: Decimal) -> int:
    with localcontext(_EXACT):
        return math.floor(value / width)
