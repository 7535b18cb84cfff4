"""On which rung of a ladder a number stands: a tree of comparisons, since a row is held against hundreds of rungs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Value

__all__ = ["rung"]


def rung(above: Sequence[Callable[[], BooleanValue]]) -> Value:
    """How many of the conditions hold, where each one that holds implies those before it: an integer expression."""

    def between(low: int, high: int) -> Value:
        if low == high:
            return ibis.literal(low)
        middle = (low + high + 1) // 2
        return ibis.ifelse(above[middle - 1](), between(middle, high), between(low, middle - 1))

    return between(0, len(above))
