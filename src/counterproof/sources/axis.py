"""A score as an axis: which scores occur, at which edges it is cut, and to which step each row belongs.

Steps are told apart by comparisons in the column's own type, and edges are named by their decimal text. Where a score
has too many distinct values it is first rounded down (or up) to a grid of round numbers, inside the scan itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal

import ibis

from counterproof.sources import cast

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column, Table

    from counterproof.reductions import ScoreAxis

__all__ = ["Direction", "Grid", "edges_of", "grid_over", "step_of", "steps_query"]

Direction = Literal["at_least", "at_most"]

_EXACT = Context(prec=80)
_FINEST = Decimal("1e-22")  # 10**22 is the last power of ten that is exact in a double


@dataclass(frozen=True, slots=True)
class Grid:
    """At most ``bins`` bins of equal, round width over the scores of a column, and the cuts that split them.

    ``at_least``: a score stands for the greatest grid point or cut not above it; ``at_most``: the least not below it.
    """

    column: str
    bins: int
    width: Decimal
    origin: Decimal
    direction: Direction = "at_least"
    cuts: tuple[Decimal, ...] = ()

    def place(self, score: Column) -> Column:
        """The grid point or cut for which each score stands, in the score's own type; null stays null."""
        kind = score.type()
        if kind.is_integer() or kind.is_decimal():
            kind = score.type().copy(nullable=True) if kind.is_decimal() else kind
            score = score.cast("decimal(38, 0)") if kind.is_integer() else score
        cuts = [own_type(cut, kind, self.direction) for cut in self.cuts]
        if self.direction == "at_least":
            return self._below(score, cuts, 1)
        return -self._below(-score, [-cut for cut in cuts], -1)

    def _below(self, score: Column, cuts: Sequence[Decimal], sign: int) -> Column:
        """The guess may be one off where a quotient was rounded, so it is mended by comparing with the edges."""
        kind = score.type()
        origin = self.origin * sign
        guess = (self._offset(score, origin) / float(self.width)).floor().cast("int64")
        mended = (
            guess
            + (score >= self._edge(guess + 1, origin, kind)).cast("int64")
            - (score < self._edge(guess, origin, kind)).cast("int64")
        )
        point = self._edge(mended, origin, kind)
        for cut in cuts:
            at = cast.literal(cut, kind)
            point = ibis.ifelse((score >= at) & (point < at), at.cast(kind), point)
        return point

    def _offset(self, score: Column, origin: Decimal) -> Column:
        if score.type().is_floating():
            return score.cast("float64")
        return (score - cast.literal(origin, score.type())).cast("float64")

    def _edge(self, index: Column, origin: Decimal, kind: DataType) -> Column:
        """Grid point of an index. k/2000.0 is the double nearest to k·0.0005; k·0.0005 is not."""
        if kind.is_floating():
            steps = index.cast("float64")
            if self.width < 1:
                return (steps / ibis.literal(float(1 / self.width))).cast(kind)
            return (steps * ibis.literal(float(self.width))).cast(kind)
        width = cast.literal(self.width, kind)
        return (cast.literal(origin, kind) + index.cast("decimal(19, 0)") * width).cast(kind)


def grid_over(axis: Grid | ScoreAxis, bins: int, least: Any, greatest: Any, kind: DataType) -> Grid:
    """The finest grid of 1, 2 or 5 times a power of ten with at most ``bins`` bins from ``least`` to ``greatest``."""
    low, high = _exactly(least, kind), _exactly(greatest, kind)
    with localcontext(_EXACT):
        width = Decimal(10) ** ((high - low) / bins).adjusted() if high > low else Decimal(1)
        if kind.is_floating():
            width = max(width, _round_power(max(abs(low), abs(high)) / 2**40), _FINEST)
        elif kind.is_integer():
            width = max(width, Decimal(1))
        factors = (Decimal(2), Decimal("2.5"), Decimal(2))
        turn = 0
        while (high / width).to_integral_value(ROUND_FLOOR) - (low / width).to_integral_value(ROUND_FLOOR) >= bins - 1:
            width, turn = width * factors[turn % 3], turn + 1
        floating = kind.is_floating()
        origin = Decimal(0) if floating else (low / width).to_integral_value(ROUND_FLOOR) * width
    return Grid(axis.column, bins, width.normalize(), origin, axis.direction, axis.cuts)


def own_type(cut: Decimal, kind: DataType, direction: Direction) -> Decimal:
    """The value of the column's type at which ``score >= cut`` (or ``<=``) changes, for integers and decimals."""
    places = 0 if kind.is_integer() else (kind.scale if kind.is_decimal() else None)
    if places is None:
        return cut
    rounding = ROUND_CEILING if direction == "at_least" else ROUND_FLOOR
    with localcontext(_EXACT):
        return cut.quantize(Decimal(1).scaleb(-places), rounding=rounding)


def steps_query(scores: Table, most_values: int, steps: int) -> Table:
    """From rows (s, n): least and greatest score of each step, one a value if few, else steps of about equal count."""
    each = scores.filter(scores.s.notnull()).group_by("s").agg(n=lambda t: t.n.sum().cast("int64"))
    so_far = ibis.window(order_by="s", rows=(None, 0))
    whole = ibis.window()
    each = each.mutate(
        before=each.n.sum().over(so_far).cast("decimal(38, 0)") - each.n.cast("decimal(38, 0)"),
        total=each.n.sum().over(whole).cast("decimal(38, 0)"),
        place=ibis.row_number().over(order_by="s").cast("int64"),
        values=each.count().over(whole).cast("int64"),
    )
    # before·steps/total in whole numbers: the step is the number of its quotas that lie at or below "before"
    quotas = [(each.before * steps >= each.total * quota).cast("int64") for quota in range(1, steps)]
    equal = reduce(add, quotas, ibis.literal(0).cast("int64"))
    each = each.mutate(step=ibis.ifelse(each.values <= most_values, each.place, equal))
    found = each.group_by("step").agg(low=each.s.min(), high=each.s.max())
    return found.order_by("step").select("step", "low", "high")


def edges_of(axis: ScoreAxis, found: Sequence[tuple[int, Any, Any]], kind: DataType) -> list[Decimal]:
    """Ascending edges of an axis: those of the steps found in the records, and every cut."""
    names = [cast.label(low if axis.direction == "at_least" else high, kind) for _, low, high in found]
    return sorted({Decimal(name) for name in names if name is not None} | set(axis.cuts))


def step_of(score: Column, edges: Sequence[Decimal], direction: Direction) -> Column:
    """Position of each score among the edges, from 0; null where there is no score."""
    kind = score.type()
    own = [cast.literal(own_type(edge, kind, direction), kind) for edge in edges]
    if direction == "at_least":
        passed = [(score >= edge).cast("int64") for edge in own]
        return reduce(add, passed) - 1
    return reduce(add, [(score > edge).cast("int64") for edge in own])


def _exactly(value: Any, kind: DataType) -> Decimal:
    name = cast.label(value, kind)
    return Decimal(name or 0)


def _round_power(value: Decimal) -> Decimal:
    return Decimal(10) ** (value.adjusted() + 1) if value else _FINEST
