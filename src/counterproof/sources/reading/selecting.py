"""Which part of a published file is the table that an audit is about: some of its rows, and columns turned into rows.

Both stay expressions over the source's table, so that the SQL in the evidence shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import PlanError, Problem, SourceError, nearest
from counterproof.reductions import Role
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.plan import SourceSpec
    from counterproof.sources.source import Source

__all__ = ["COUNT", "select"]

COUNT = "count"
"""Column of the numbers that ``unpivot`` turned into rows."""

Wanted = Mapping[str, tuple[str, ...]]


def select(source: Source, spec: SourceSpec) -> Source:
    """The source with only the rows that ``where`` keeps, each column of ``unpivot`` a row of its own.

    Raises PlanError for columns that are not there or cannot hold such values, SourceError where no row is kept.
    """
    if spec.where:
        source.table = _kept(source.table, spec.where)
        if not source.attempt(lambda: source.con.to_pyarrow(source.table.limit(1).count())).as_py():
            hint = "write the values as the records do, with capitals"
            raise SourceError("no row has these values", where="where", hint=hint)
        source.notes += tuple(_said(column, values) for column, values in spec.where.items())
    for column, columns in spec.unpivot.items():
        source.table = _long(source.table, column, columns)
        source.notes += (f"{len(columns)} columns became rows of the column {column!r}",)
    return source


def _said(column: str, values: tuple[str, ...]) -> str:
    many = "the value" if len(values) == 1 else f"one of the {len(values)} values"
    return f"only rows with {many} that the plan names in the column {column!r}"


def _kept(table: Table, where: Wanted) -> Table:
    """Rows that have one of the values in each column."""
    problems = [problem for column, values in where.items() if (problem := _problem(table, column, values))]
    if problems:
        raise PlanError(problems)
    for column, values in where.items():
        cells = table[column]
        told = tuple(value for value in values if value)
        kept = (cast.coded(cells, told) == cast.YES).fill_null(False) if told else ibis.literal(False)
        table = table.filter(kept | cast.missing(cells) if "" in values else kept)
    return table


def _problem(table: Table, column: str, values: tuple[str, ...]) -> Problem | None:
    if column not in table.columns:
        return Problem(f"there is no column {column!r}", "where", nearest(column, table.columns))
    told = tuple(value for value in values if value)
    unsuitable = cast.unsuitable(Role("where", column, "coded", told), table[column].type()) if told else None
    return Problem(f"the column {column!r} cannot hold the value that is named", "where") if unsuitable else None


def _long(table: Table, into: str, columns: tuple[str, ...]) -> Table:
    """One row a row and column: its name in ``into``, its cell in ``COUNT``, and all other columns as they are."""
    problems = [
        Problem(f"there is no column {column!r}", "unpivot", nearest(column, table.columns))
        for column in columns
        if column not in table.columns
    ]
    others = [column for column in table.columns if column not in columns]
    problems += [
        Problem(f"there is a column {name!r} already", "unpivot", "leave it out of the file, or give it another name")
        for name in (into, COUNT)
        if name in others
    ]
    if problems:
        raise PlanError(problems)
    parts = [table.select(*others, **{into: ibis.literal(column), COUNT: table[column]}) for column in columns]
    return ibis.union(parts[0], *parts[1:]) if len(parts) > 1 else parts[0]
