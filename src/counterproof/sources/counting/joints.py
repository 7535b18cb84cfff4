"""Which joint table serves a reduction: found among those already made, or made with one scan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from counterproof.reductions import MAX_CELLS, Category, Coded, Dimension, Powers, ScoreAxis, Whole
from counterproof.sources.counting import cast
from counterproof.sources.counting.grid import Grid, grid_over
from counterproof.sources.counting.joint import Joint, Key, grouped, laid_out
from counterproof.sources.heads import in_order

if TYPE_CHECKING:
    from ibis.expr.types import Column

    from counterproof.sources.counting.session import Session
    from counterproof.sources.counting.weights import Weight

__all__ = ["BINS", "Joints", "TooManyLabels"]

BINS = 4096
_SAMPLE, _LARGE_SAMPLE = 10_000, 200_000
_MANY_CODES = 1000
_SMALL = 64 * 2**20


class TooManyLabels(Exception):
    """A column that cannot be grouped by, found before the records are grouped."""

    def __init__(self, column: str) -> None:
        self.column = column


class Joints:
    """The joint tables of one source and one weight."""

    def __init__(self, session: Session, weight: Weight | None) -> None:
        self._session = session
        self._weight = weight
        self._made: list[Joint] = []
        self._sampled: dict[str, int] = {}
        self._how: dict[tuple[str, int], str] = {}
        self._counted: set[tuple[str, int]] = set()
        self._ranges: dict[str, tuple[Any, Any]] = {}
        self._records: int | None = None

    @property
    def records(self) -> int:
        """All rows, or the sum of their weights."""
        if self._records is None:
            joint = self._made[0] if self._made else laid_out(self._session.table, (), self._weight)
            found = self._session.ask("records", joint.table.agg(n=joint.table.n.sum().cast("int64")))
            self._records = int(found[0][0] or 0)
        return self._records

    def of(
        self, dimensions: Sequence[Dimension], bins: int = BINS, sums: Sequence[Powers | Whole] = ()
    ) -> tuple[Joint, dict[Dimension, Key]]:
        """The joint table with these dimensions and sums, and the key under which each dimension stands in it.

        A score with more than ``bins`` distinct cells is put on a grid. A sample of the records only saves a scan:
        whether there are more is decided by the grouping itself, so that it does not depend on the order of rows.
        """
        self._probe(dimensions, bins)
        while True:
            keys = {dimension: self._key(dimension, bins) for dimension in dimensions}
            asked = len(self._session.queries)
            joint = next((made for made in self._made if made.serves(keys.values(), sums)), None)
            joint = joint or self._make(list(keys.values()), sums)
            crowded = [axis for axis in keys if isinstance(axis, ScoreAxis) and self._crowded(joint, keys[axis], bins)]
            if not crowded:
                return joint, keys
            del self._session.queries[asked:]  # what was given up made no number
            for axis in crowded:
                self._advance(axis.column, bins)

    def exact(self, axis: ScoreAxis, others: Sequence[Dimension]) -> tuple[Joint, dict[Dimension, Key]]:
        """The records by every score: as long as they are, and therefore neither grouped nor kept."""
        self._probe(others, BINS)
        text = self._session.table[axis.column].type().is_string()
        keys: dict[Dimension, Key] = {axis: Key(axis.column, "number" if text else "raw")}
        keys |= {dimension: self._key(dimension, BINS) for dimension in others}
        return laid_out(self._session.table, list(keys.values()), self._weight), keys

    @property
    def _small(self) -> bool:
        """Whether a look at a sample would cost more than it could save: grouping a small file is quick in any case."""
        files = self._session.source.files
        return bool(files) and sum(file.size for file in files) <= _SMALL

    def _make(self, keys: list[Key], sums: Sequence[Powers | Whole]) -> Joint:
        joint = grouped(self._session.table, keys, self._weight, sums)
        joint = replace(joint, table=self._session.keep("joint", joint.table))
        self._made.append(joint)
        return joint

    def _key(self, dimension: Dimension, bins: int) -> Key:
        if isinstance(dimension, Category):
            return Key(dimension.column)
        if isinstance(dimension, Coded):
            wide = self._sampled[dimension.column] > _MANY_CODES
            return Key(dimension.column, "coded", dimension) if wide else Key(dimension.column)
        how = self._how.get((dimension.column, bins), "raw")
        if how != "grid":
            return Key(dimension.column, "number" if how == "number" else "raw")
        return Key(dimension.column, "grid", grid=self._grid(dimension, bins))

    def _grid(self, axis: ScoreAxis, bins: int) -> Grid:
        """Any grid already in a joint table serves an axis without cuts of its own."""
        made = [key.grid for joint in self._made for key in joint.names if key.grid and key.column == axis.column]
        if not axis.cuts and (grids := [grid for grid in made if grid.bins == bins]):
            return next((grid for grid in grids if grid.direction == axis.direction), grids[0])
        if axis.column not in self._ranges:
            self._ranges[axis.column] = self._range(axis.column)
        dtype = cast.number(self._session.table[axis.column]).type()
        return grid_over(axis.column, self._ranges[axis.column], dtype, bins, axis.direction, axis.cuts)

    def _range(self, column: str) -> tuple[Any, Any]:
        """Least and greatest finite score. The ends of a whole column are often known without a scan."""
        cells = self._session.table[column]
        for score in (cells, cast.number(cells)) if cells.type().is_floating() else (cast.number(cells),):
            ends = self._session.table.agg(least=score.min(), greatest=score.max())
            least, greatest = self._session.ask("range of the score", ends)[0]
            if least is not None and greatest is not None and abs(least) < math.inf and abs(greatest) < math.inf:
                return least, greatest
        return None, None

    def _crowded(self, joint: Joint, key: Key, bins: int) -> bool:
        if key.how == "grid" or (key.column, bins) in self._counted:
            return False
        distinct = joint.table.agg(distinct=joint.table[joint.names[key][0]].nunique().cast("int64"))
        if self._session.ask("distinct scores", distinct)[0][0] > bins:
            return True
        self._counted.add((key.column, bins))
        return False

    def _advance(self, column: str, bins: int) -> None:
        text = self._session.table[column].type().is_string()
        raw = self._how.get((column, bins), "raw") == "raw"
        self._how[column, bins] = "number" if text and raw else "grid"

    def _probe(self, dimensions: Sequence[Dimension], bins: int) -> None:
        """Look at a sample for columns that have too many distinct cells to be grouped as they are."""
        columns = dict.fromkeys(dimension.column for dimension in dimensions if dimension.column not in self._sampled)
        if self._small and not any(isinstance(dimension, ScoreAxis) for dimension in dimensions):
            self._sampled |= dict.fromkeys(columns, 0)
            return
        cells = [self._session.table[column] for column in columns]
        self._sampled |= dict(zip(columns, self._distinct(cells, _SAMPLE), strict=True))
        for dimension in dimensions:
            distinct, column = self._sampled[dimension.column], self._session.table[dimension.column]
            if isinstance(dimension, Category) and distinct > _SAMPLE / 2:  # as MAX_CELLS in the large sample
                if self._distinct([column], _LARGE_SAMPLE)[0] > MAX_CELLS:
                    raise TooManyLabels(dimension.column)
            elif isinstance(dimension, ScoreAxis) and distinct > bins and (dimension.column, bins) not in self._how:
                self._advance(dimension.column, bins)
                if column.type().is_string() and self._distinct([cast.number(column)], _SAMPLE)[0] > bins:
                    self._advance(dimension.column, bins)

    def _distinct(self, columns: Sequence[Column], rows: int) -> list[int]:
        """How many distinct cells each column has among some of the records."""
        if not columns:
            return []
        sample = self._session.table.select(**{f"c{place}": column for place, column in enumerate(columns)}).limit(rows)
        found = {name: sample[name].nunique().cast("int64") for name in sample.columns}
        with in_order(self._session.source.con):
            return [int(number) for number in self._session.ask("sample", sample.agg(**found))[0]]
