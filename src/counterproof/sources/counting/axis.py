"""A score as an axis: at which edges it is cut, and to which step each row belongs.

Steps are told apart by comparisons in the column's own type, and edges are named by their decimal text.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.sources.counting import cast
from counterproof.sources.counting.grid import Direction, own_type

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column, Table

    from counterproof.reductions import ScoreAxis

__all__ = ["edges_of", "step_of", "steps_query"]


def steps_query(scores: Table, most_values: int, steps: int) -> Table:
    """From rows (s, n): least and greatest score of each step, one a value if few, else steps of about equal count."""
    each = scores.filter(scores.s.notnull()).group_by("s").agg(n=lambda t: t.n.sum().cast("int64"))
    so_far = ibis.window(order_by="s", rows=(None, 0))
    whole = ibis.window()
    each = each.mutate(
        before=(each.n.sum().over(so_far) - each.n).cast("float64"),
        total=each.n.sum().over(whole).cast("float64"),
        place=ibis.row_number().over(order_by="s").cast("int64"),
        values=each.count().over(whole).cast("int64"),
    )
    # exact: a quotient of integers below 2**53 reaches no integer that it should not
    equal = (each.before * steps / each.total).floor().cast("int64")
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
        passed = [cast.one(score >= edge) for edge in own]
        return reduce(add, passed) - 1
    return reduce(add, [cast.one(score > edge) for edge in own])
