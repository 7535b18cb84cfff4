"""The frame: the one object through which all engine traffic of an audit goes. Only integers leave.

Frame(source, roles, count="n")   checks that the columns exist and can be cast
frame.count(CountBy(...))         the finest counts
frame.rank(RankSums(...))         the integers behind AUC
frame.apart(...)                  the cells of a further reduction
frame.queries                     the SQL that was run, for the manifest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError, PlanError, Problem, nearest
from counterproof.reductions import (
    MAX_CELLS,
    UNREADABLE,
    Apart,
    Category,
    Coded,
    CountBy,
    Dimension,
    Powers,
    RankRow,
    RankSums,
    Role,
    ScoreAxis,
)
from counterproof.sources.counting import apart, cast
from counterproof.sources.counting.axis import edges_of, step_of, steps_query
from counterproof.sources.counting.joint import Joint, Key
from counterproof.sources.counting.joints import Joints, TooManyLabels
from counterproof.sources.counting.limits import refuse_labels, too_many
from counterproof.sources.counting.powers import MOST_RECORDS, add_up
from counterproof.sources.counting.ranks import rank_row, rank_sums
from counterproof.sources.counting.session import Query, Session
from counterproof.sources.counting.weights import checked_weight

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column

    from counterproof.sources.identity.identifiers import Refusal
    from counterproof.sources.source import Source

__all__ = ["Frame", "Query"]

_RANK_TOTAL = 2 * 10**12  # 4·total³ must stay below 10**38


class Frame:
    """All counts of one source.

    source  an opened source
    roles   the columns that the audits' options name, and how each is cast
    count   the column of a published table that says how many each row stands for
    refused the columns that identify persons

    Raises PlanError with every column that is absent or of a type that cannot be cast.
    """

    def __init__(
        self,
        source: Source,
        roles: Sequence[Role],
        *,
        count: str | None = None,
        refused: Mapping[str, Refusal] | None = None,
    ) -> None:
        self._session = Session(source, refused)
        self._count = count
        self._roles = tuple(roles)
        self._joints: dict[str | None, Joints] = {}
        schema = source.table.schema()
        asked = self._roles if count is None else (*self._roles, Role("count", count, "count"))
        if problems := [problem for role in asked if (problem := _problem(role, schema))]:
            raise PlanError(list(dict.fromkeys(problems)))

    @property
    def queries(self) -> tuple[Query, ...]:
        """Every query behind the counts, in the order in which they ran."""
        return (*(Query(*step) for step in self._session.source.steps), *self._session.queries)

    @property
    def records(self) -> int:
        """All rows, or the sum of the ``count`` column, before any exclusion."""
        return self._joints_of(self._count).records

    def count(self, reduction: CountBy) -> Cells:
        """Count by the dimensions, nothing dropped.

        Raises InputError for more than ``MAX_CELLS`` cells or an unusable ``count`` column, DisclosureError for a
        group column that comes near to one value a record.
        """
        weight = reduction.count or self._count
        joints = self._joints_of(weight)
        try:
            joint, keys = joints.of(reduction.dimensions, sums=reduction.sums)
        except TooManyLabels as many:
            labels = {many.column: MAX_CELLS + 1}
            raise too_many(labels, self._roles, joints.records, rows=weight is None) from None
        axes = {dim: self._edges(joint, keys[dim], dim) for dim in reduction.dimensions if isinstance(dim, ScoreAxis)}
        columns = [self._column(joint, keys[dim], dim, axes) for dim in reduction.dimensions]
        total = joints.records
        if any(isinstance(one, Powers) for one in reduction.sums) and total > MOST_RECORDS:
            raise InputError("the counts are too large for sums of scores", hint="leave out score_is: probability")
        by = {f"d{place}": column for place, column in enumerate(columns)}
        parts = [name for powers in reduction.sums for name in joint.sums[powers]]
        sums = {"n": joint.table.n.sum().cast("int64"), **add_up(joint.table, parts)}
        counted = joint.table.group_by(**by).agg(**sums).order_by(*by) if by else joint.table.agg(**sums)
        counted = counted.limit(MAX_CELLS + 1)
        rows = self._session.ask("count", counted)
        if len(rows) > MAX_CELLS:
            raise self._too_many(joint, reduction, weight, total)
        readers = [_reader(dim, column.type(), axes) for dim, column in zip(reduction.dimensions, columns, strict=True)]
        cells = _cells(reduction, rows, readers, total)
        if weight is None:
            refuse_labels(cells, _groups(reduction), self._roles)
        return cells

    def rank(self, reduction: RankSums) -> tuple[RankRow, ...]:
        """Rank sums for every grouping, groups in text order.

        Raises InputError where the counts are so large that the sums would not fit into 38 digits.
        """
        weight = reduction.count or self._count
        axis = ScoreAxis(reduction.score)
        columns = list(dict.fromkeys(column for grouping in reduction.groupings for column in grouping))
        others: list[Dimension] = [reduction.outcome, *(Category(column) for column in columns)]
        joints = self._joints_of(weight)
        if reduction.exact:
            joint, keys = joints.exact(axis, others)
        else:
            joint, keys = joints.of([axis, *others], reduction.most_values)
        if joints.records > _RANK_TOTAL:
            raise InputError("the counts are too large for rank sums", hint="leave out auc")
        score, _ = joint.score(keys[axis])
        groups = {f"g{place}": joint.category(column) for place, column in enumerate(columns)}
        table = joint.table.select(s=score, y=joint.coded(reduction.outcome), n=joint.table.n, **groups)
        found: list[RankRow] = []
        for grouping in reduction.groupings:
            names = [f"g{columns.index(column)}" for column in grouping]
            rows = self._session.ask("rank sums", rank_sums(table, names))
            kinds = [table[name].type() for name in names]
            found += _rank_rows(rows, grouping, kinds, binned=keys[axis].how == "grid")
        return tuple(found)

    def apart(self, reduction: Apart) -> Cells:
        """Count by a further reduction."""
        return apart.run(self._session, reduction)

    def _joints_of(self, weight: str | None) -> Joints:
        if weight not in self._joints:
            checked = None if weight is None else checked_weight(self._session, weight)
            self._joints[weight] = Joints(self._session, checked)
        return self._joints[weight]

    def _edges(self, joint: Joint, key: Key, axis: ScoreAxis) -> list[Decimal]:
        score, _ = joint.score(key)
        scores = joint.table.select(s=score, n=joint.table.n)
        found = self._session.ask("steps of the score", steps_query(scores, axis.most_values, axis.steps))
        return edges_of(axis, found, score.type())

    def _column(self, joint: Joint, key: Key, dimension: Dimension, axes: dict[ScoreAxis, list[Decimal]]) -> Column:
        if isinstance(dimension, Category):
            return joint.category(dimension.column)
        if isinstance(dimension, Coded):
            return joint.coded(dimension)
        score, missing = joint.score(key)
        edges = axes[dimension]
        step = step_of(score, edges, dimension.direction) if edges else ibis.null("int64")
        return ibis.cases((missing, None), (score.isnull(), cast.UNREAD), else_=step).cast("int64")

    def _too_many(self, joint: Joint, reduction: CountBy, weight: str | None, records: int) -> InputError:
        names = [group.column for group in _groups(reduction)]
        many = {f"c{place}": joint.category(name).nunique().cast("int64") for place, name in enumerate(names)}
        found = self._session.ask("labels", joint.table.agg(**many))[0] if many else ()
        labels = {name: int(number) for name, number in zip(names, found, strict=True)}
        return too_many(labels, self._roles, records, rows=weight is None)


def _problem(role: Role, schema: Any) -> Problem | None:
    if role.column not in schema.names:
        return Problem(f"there is no column {role.column!r}", role.key, nearest(role.column, schema.names))
    return cast.unsuitable(role, schema[role.column])


def _groups(reduction: CountBy) -> list[Category]:
    return [dimension for dimension in reduction.dimensions if isinstance(dimension, Category)]


def _reader(dimension: Dimension, dtype: DataType, axes: dict[ScoreAxis, list[Decimal]]) -> Any:
    """What turns a value that left the engine into (sort key, text)."""
    if isinstance(dimension, Category):
        return lambda value: (text := cast.label(value, dtype), text)
    if isinstance(dimension, Coded):
        names = {None: None, cast.UNREAD: UNREADABLE, cast.NO: "0", cast.YES: "1"}
    else:
        names = {None: None, cast.UNREAD: UNREADABLE} | {
            place: cast.plain(edge) for place, edge in enumerate(axes[dimension])
        }
    return lambda value: (value, names[value])


def _cells(reduction: CountBy, rows: list[tuple[Any, ...]], readers: list[Any], records: int) -> Cells:
    """Cells in an order that no engine's collation can change: text order, steps ascending, missing last."""
    merged: dict[tuple[str | None, ...], tuple[list[tuple[bool, Any]], int]] = {}
    names = [name for powers in reduction.sums for name in powers.names]
    further: dict[tuple[str | None, ...], list[int]] = {}
    place = len(readers)
    for row in rows:
        read = [reader(value) for reader, value in zip(readers, row, strict=False)]
        order = [(place is None, 0 if place is None else place) for place, _ in read]
        key = tuple(text for _, text in read)
        merged[key] = (order, merged.get(key, (order, 0))[1] + int(row[place] or 0))
        if names:
            before = further.get(key, [0] * len(names))
            further[key] = [total + int(more or 0) for total, more in zip(before, row[place + 1 :], strict=True)]
    keys = sorted(merged, key=lambda key: merged[key][0])
    if not reduction.dimensions and not records:
        keys = []
    n = np.array([merged[key][1] for key in keys], dtype=np.int64)
    sums = {name: np.array([further[key][at] for key in keys], dtype=object) for at, name in enumerate(names)}
    return Cells(tuple(dim.name for dim in reduction.dimensions), tuple(keys), n, records, sums)


def _rank_rows(
    rows: list[tuple[Any, ...]], grouping: tuple[str, ...], kinds: list[DataType], *, binned: bool
) -> list[RankRow]:
    found = []
    for row in rows:
        labels = [cast.label(value, kind) for value, kind in zip(row, kinds, strict=False)]
        found.append(rank_row(dict(zip(grouping, labels, strict=True)), row[len(kinds) :], binned=binned))
    return sorted(found, key=lambda row: [text or "" for text in row.group.values()])
