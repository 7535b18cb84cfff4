"""The joint table: one GROUP BY over the raw columns, whose result stays in the engine and serves every reduction.

The scan groups raw cells, which costs what hand-written SQL costs; stripping, coding and cutting happen afterwards on
the few grouped rows. Only a column whose raw cells are too many is cast (or put on a grid) inside the scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import ibis

from counterproof.reductions import Coded, Powers, Whole
from counterproof.sources.counting import cast
from counterproof.sources.counting.grid import Grid
from counterproof.sources.counting.powers import summed

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column, IntegerScalar, Table

    from counterproof.sources.counting.weights import Weight

__all__ = ["Joint", "Key", "grouped", "laid_out"]


@dataclass(frozen=True, slots=True)
class Key:
    """How one column enters the GROUP BY of the scan.

    raw     its cells as they are
    coded   its code by ``coding``
    number  its number, and whether the cell is missing
    grid    its index on ``grid``
    """

    column: str
    how: Literal["raw", "coded", "number", "grid"] = "raw"
    coding: Coded | None = None
    grid: Grid | None = None

    def put(self, table: Table, cells: str, name: str) -> tuple[Table, tuple[str, ...]]:
        """Add what is grouped by to a table that has the column as ``cells``; return the names of its parts."""
        column = table[cells]
        if self.grid is not None:
            return self.grid.index(table, cells, name), (name,)
        if self.how == "number":
            missing = f"{name}_missing"
            return table.mutate(**{name: cast.number(column), missing: cast.missing(column)}), (name, missing)
        if self.coding is not None:
            return table.mutate(**{name: cast.coded(column, self.coding.positive)}), (name,)
        return table.mutate(**{name: column}), (name,)


@dataclass(frozen=True)
class Joint:
    """A grouped table with its count ``n``, the names that each key's parts have in it, and the columns' types.

    sums  the names of further sums
    """

    table: Table
    names: Mapping[Key, tuple[str, ...]]
    types: Mapping[str, DataType]
    sums: Mapping[Powers | Whole, tuple[str, ...]] = field(default_factory=dict)

    def serves(self, keys: Iterable[Key], sums: Iterable[Powers | Whole]) -> bool:
        """Whether it has all of these."""
        return set(keys) <= set(self.names) and set(sums) <= set(self.sums)

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
        cells, *missing = (self.table[name] for name in self.names[key])
        if key.grid is not None:
            return key.grid.point(cells, self.types[key.column]), cells.isnull()
        return (cells, missing[0]) if missing else (cast.number(cells), cast.missing(cells))


def laid_out(table: Table, keys: Sequence[Key], weight: Weight | None, more: Sequence[str] = ()) -> Joint:
    """The rows themselves with the keys' parts and ``n``: 1, or what the row stands for.

    Names are positions, so that no column's name can clash with them. ``more`` columns stand beside them as x0, x1, …
    """
    keys = list(dict.fromkeys(keys))
    types = {key.column: table[key.column].type() for key in keys}
    cells = {column: f"c{place}" for place, column in enumerate(types)}
    rows = table.select(
        n=ibis.literal(1).cast("int64") if weight is None else weight.of(table),
        **{short: table[column] for column, short in cells.items()},
        **{f"x{place}": table[column] for place, column in enumerate(more)},
    )
    names: dict[Key, tuple[str, ...]] = {}
    for place, key in enumerate(keys):
        rows, names[key] = key.put(rows, cells[key.column], f"k{place}")
    return Joint(rows, names, types)


def grouped(table: Table, keys: Sequence[Key], weight: Weight | None, sums: Sequence[Powers | Whole] = ()) -> Joint:
    """GROUP BY the keys; ``n`` counts rows, or adds up what they stand for; ``sums`` beside it."""
    laid = laid_out(table, keys, weight, [one.column for one in sums])
    rows, names = laid.table, dict[Powers | Whole, tuple[str, ...]]()
    found: dict[str, IntegerScalar] = {}
    for place, one in enumerate(sums):
        names[one] = tuple(f"s{place}_{part}" for part in range(len(one.names)))
        rows, parts = summed(rows, f"x{place}", one, weighted=weight is not None)
        found |= dict(zip(names[one], parts, strict=True))
    found["n"] = (rows.count() if weight is None else rows.n.sum()).cast("int64")
    by = [name for parts in laid.names.values() for name in parts]
    return replace(laid, table=rows.group_by(*by).agg(**found) if by else rows.agg(**found), sums=names)
