"""The ``count`` column of a published table: whole, not negative, and adding up to no more than 64 bits hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import InputError
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.sources.counting.session import Session

__all__ = ["Weight", "checked_weight"]

_MOST = 2**63 - 1
_MOST_EXACT = 2**53  # up to here a double holds every integer


@dataclass(frozen=True, slots=True)
class Weight:
    """How many records a row stands for: a column of which every cell is known to be a count."""

    column: str

    def of(self, table: Table) -> Column:
        """The counts as wide decimals, so that no engine's 64-bit sum can overflow on the way."""
        return cast.number(table[self.column]).cast("decimal(38, 0)")


def checked_weight(session: Session, column: str) -> Weight:
    """The weight of a column, after a query that made sure that each cell is a count.

    Raises InputError saying how many cells are negative, fractional, missing or not numbers; never which.
    """
    cells = session.table[column]
    value, missing = cast.number(cells), cast.missing(cells)
    whole = value.type().is_integer()
    large = (value > (_MOST if whole else _MOST_EXACT)).fill_null(False)
    negative = (value < 0).fill_null(False)
    # what is too large would overflow where its fraction is looked at, and engines round large integers there
    modest = ibis.ifelse(large | negative, ibis.null(value.type()), value)
    fractional = (modest != (modest if whole else modest.floor())).fill_null(False)
    troubles = {
        "negative": negative,
        "fractional": fractional,
        "missing": missing,
        "not numbers": value.isnull() & ~missing,
        "too large": large,
    }
    sums = {f"c{place}": cast.one(trouble).sum() for place, trouble in enumerate(troubles.values())}
    total = ibis.ifelse(fractional, ibis.null(value.type()), modest).cast("decimal(38, 0)").sum()
    row = session.ask("count column", session.table.agg(**sums, total=total))[0]
    found = [f"{number} {name}" for name, number in zip(troubles, row, strict=False) if number]
    if found:
        raise InputError(
            f"a count must be a whole number, 0 or more; of the cells of {column!r} {', '.join(found)}",
            where="count",
        )
    if row[-1] is not None and int(row[-1]) > _MOST:
        raise InputError(f"the counts in {column!r} add up to more than a 64-bit integer holds", where="count")
    return Weight(column)
