"""The joint table: one GROUP BY over the raw columns, whose result stays in the engine and serves every reduction.

The scan groups raw cells, which costs what hand-written SQL costs; stripping, coding and cutting happen afterwards on
the few grouped rows. Only a column whose raw cells are too many is cast (or put on a grid) inside the scan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from counterproof.reductions import Coded
from counterproof.sources import cast
from counterproof.sources.axis import Grid

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table, Value

__all__ = ["Joint", "Key", "grouped"]


@dataclass(frozen=True, slots=True)
class Key:
    """How one column enters the GROUP BY of the scan.

    raw     its cells as they are
    coded   its code by ``coding``
    number  its number, and whether the cell is missing
    grid    its number on ``grid``, and whether the cell is missing
    """

    column: str
    how: Literal["raw", "coded", "number", "grid"] = "raw"
    coding: Coded | None = None
    grid: Grid | None = None

    def expressions(self, table: Table) -> tuple[Column, ...]:
        """What is grouped by."""
        cells = table[self.column]
        if self.how == "raw":
            return (cells,)
        if self.coding is not None:
            return (cast.coded(cells, self.coding.positive),)
        value = cast.number(cells)
        return (value if self.grid is None else self.grid.place(value), cast.missing(cells))


@dataclass(frozen=True)
class Joint:
    """A grouped table with its count ``n``, and the name that each key's parts have in it."""

    table: Table
    names: Mapping[Key, tuple[str, ...]]

    def category(self, column: str) -> Column:
        """Labels of a column."""
        return cast.category(self.table[self.names[Key(column)][0]])

    def coded(self, coding: Coded) -> Column:
        """Codes of a yes/no column."""
        names = self.names.get(Key(coding.column, "coded", coding))
        if names is not None:
            return self.table[names[0]]
        return cast.coded(self.table[self.names[Key(coding.column)][0]], coding.positive)

    def score(self, key: Key) -> tuple[Column, Column]:
        """Scores (null where there is none), and whether the cell is missing."""
        names = self.names[key]
        if key.how == "raw":
            return cast.number(self.table[names[0]]), cast.missing(self.table[names[0]])
        return self.table[names[0]], self.table[names[1]]


def grouped(table: Table, keys: Sequence[Key], weight: Value | None) -> Joint:
    """GROUP BY the keys; ``n`` counts rows or adds up ``weight``. Names are positions: no column's name can clash."""
    names: dict[Key, tuple[str, ...]] = {}
    by: dict[str, Column] = {}
    for place, key in enumerate(dict.fromkeys(keys)):
        parts = key.expressions(table)
        names[key] = tuple(f"k{place}" if part == 0 else f"k{place}_missing" for part in range(len(parts)))
        by |= dict(zip(names[key], parts, strict=True))
    total = table.count() if weight is None else weight.sum()
    if not by:
        return Joint(table.agg(n=total.cast("int64")), names)
    return Joint(table.group_by(**by).agg(n=total.cast("int64")), names)
