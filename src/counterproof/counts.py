"""The small tables between the records and the statistics: only these leave the data.

``Cells`` are the finest counts of one reduction. An audit adds them up to ``Sum``s: numbers that it would like to
show, each one linear in the cells. Disclosure decides which sums may be shown; what it withholds is ``None`` from
there on, so inference cannot use it, and nothing that rests on it can leak.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

__all__ = ["At", "Cells", "CountRow", "CountTable", "Group", "RowSum", "Scalar", "add_up", "key_of"]

Scalar = str | int | float | bool | None
Group = Mapping[str, str | None]
At = Mapping[str, Scalar]


def key_of(mapping: Mapping[str, Scalar]) -> tuple[tuple[str, Scalar], ...]:
    """A hashable, order-independent key of a ``group`` or an ``at``."""
    return tuple(sorted(mapping.items()))


@dataclass(frozen=True, slots=True)
class Cells:
    """The finest counts of one reduction, one entry a combination of dimension values.

    dimensions  names, in the order of the entries of ``keys``
    keys        per cell the value of each dimension as text; ``None`` is a missing value
    n           int64, shape (cells,): rows, or the sum of the ``count`` column
    records     all rows (or their counts) that were read, before any exclusion
    sums        name -> Python integers of any size, shape (cells,): further sums over the records of each cell
    cuts        score dimension -> thresholds at which an audit of the plan parts it
    """

    dimensions: tuple[str, ...]
    keys: tuple[tuple[str | None, ...], ...]
    n: NDArray[np.int64]
    records: int
    sums: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)
    cuts: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)

    def column(self, dimension: str) -> NDArray[np.object_]:
        """The value of one dimension for every cell, shape (cells,)."""
        position = self.dimensions.index(dimension)
        values = np.empty(len(self.keys), dtype=object)
        values[:] = [key[position] for key in self.keys]
        return values

    def where(self, **values: str | None) -> NDArray[np.bool_]:
        """Mask of the cells that have exactly these values, shape (cells,)."""
        mask = np.ones(len(self.keys), dtype=bool)
        for dimension, value in values.items():
            column = self.column(dimension)
            mask &= np.array([entry == value for entry in column], dtype=bool)
        return mask

    def values(self, dimension: str) -> list[str | None]:
        """The distinct values of a dimension in text order, the missing one last."""
        found = set(self.column(dimension).tolist())
        named = sorted(value for value in found if value is not None)
        return [*named, None] if None in found else list(named)


@dataclass(frozen=True, slots=True)
class RowSum:
    """One row of a table that an audit would like to show, as sums over cells.

    counts  name -> mask over the cells (shape (cells,)), so that the count is ``cells.n[mask].sum()``
    worth   how much a reader loses if the row is withheld; the cheapest rows are withheld first
    sums    name -> a further whole number about the records of the row, shown only where all its counts are. Few
            digits: a sum with more than its mean needs could tell the values of ten records apart
    secret  never shown: its counts are the steps of a curve in their order, declared so that nobody can work a small
            count between any two of them out of what is shown
    curve   the rows of one curve have its name in common: they are shown if, together with all tables, none of them
            gives anything away, or else none of them is
    also    further groups that the row is about
    part    which records of the group it is about, where what is withheld of them leaves the others open
    """

    table: str
    group: Group
    at: At
    counts: Mapping[str, NDArray[np.bool_]]
    worth: float = 1.0
    sums: Mapping[str, int] = field(default_factory=dict)
    secret: bool = False
    also: tuple[Group, ...] = ()
    part: str = ""
    curve: str | None = None


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of a shown table; a count is ``None`` when it is suppressed.

    Integers may exceed 64 bits (rank sums), hence plain ``int``.
    """

    group: Group
    at: At
    counts: Mapping[str, int | None]

    def __getitem__(self, name: str) -> int | None:
        return self.counts[name]


@dataclass(frozen=True, slots=True)
class CountTable:
    """A named table of shown counts; what ``counts.json`` holds and what inference sees."""

    name: str
    rows: tuple[CountRow, ...] = ()
    _index: dict[tuple[object, object], CountRow] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._index[key_of(row.group), key_of(row.at)] = row

    def __iter__(self) -> Iterator[CountRow]:
        return iter(self.rows)

    def find(self, group: Group, at: At | None = None) -> CountRow | None:
        """The row of a group (and ``at``), or None."""
        return self._index.get((key_of(group), key_of(at or {})))

    def to_json(self) -> list[dict[str, object]]:
        """Rows as plain JSON values."""
        return [{"group": dict(r.group), "at": dict(r.at), "counts": dict(r.counts)} for r in self.rows]

    @classmethod
    def from_json(cls, name: str, rows: Iterable[Mapping[str, object]]) -> CountTable:
        """Inverse of :meth:`to_json`."""
        return cls(name, tuple(CountRow(r["group"], r["at"], r["counts"]) for r in rows))  # type: ignore[arg-type]


def add_up(cells: Cells, sums: Sequence[RowSum]) -> list[dict[str, int]]:
    """The value of every count of every row, in the order of ``sums``."""
    return [{name: int(cells.n[mask].sum()) for name, mask in row.counts.items()} for row in sums]
