"""A published table of counts: rounded, with small counts hidden, with totals in the place of complements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterproof.reductions.base import Prepare, Whole

__all__ = ["BLANK", "Published"]

BLANK = "blank"
"""The mark of hidden counts whose cells are empty."""


@dataclass(frozen=True, slots=True)
class Published(Prepare):
    """What the cells of the ``count`` column may stand for, and which rows are totals.

    count             column of the published counts
    rounded_to        they are multiples of this; None where they are exact
    rounding          "nearest" (ties either way) or "random" (to either neighbour)
    suppressed_below  counts below this are hidden; None where none are
    suppressed_as     what stands in their place; empty for the usual marks, "<5" and asterisks
    total             texts that mark a row as the total over the flag, or over the outcome
    flag, outcome     those columns, and the text that is given to the rest: the total less its parts
    by                every column that makes a cell, flag and outcome among them
    """

    count: str
    rounded_to: int | None = None
    rounding: Literal["nearest", "random"] = "nearest"
    suppressed_below: int | None = None
    suppressed_as: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    flag: tuple[str, str] | None = None
    outcome: tuple[str, str] | None = None
    by: tuple[str, ...] = ()

    @property
    def reach(self) -> int:
        """How far the count behind a published number may lie from it."""
        if self.rounded_to is None:
            return 0
        return self.rounded_to // 2 if self.rounding == "nearest" else self.rounded_to - 1

    @property
    def ranges(self) -> tuple[Whole, Whole, Whole]:
        """Sums over published cells: the least and greatest count each may stand for, and how many are hidden."""
        least, greatest, hidden = (Whole(f"{self.count} {name}") for name in ("least", "greatest", "hidden"))
        return least, greatest, hidden
