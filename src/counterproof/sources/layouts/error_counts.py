"""Published error counts: columns of errors and of trials become one row per side and outcome, with a count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import InputError, PlanError, Problem, nearest
from counterproof.reductions.matching import ERROR, HOW_MANY, SIDE
from counterproof.sources.counting.cast import number, one
from counterproof.sources.counting.session import Session
from counterproof.sources.counting.weights import checked_weight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ibis.expr.types import Table

    from counterproof.reductions.matching import ErrorCounts
    from counterproof.sources.source import Source

__all__ = ["prepare", "present"]


def prepare(source: Source, declaration: ErrorCounts) -> Source:
    """Rows (kept columns, side, error, how many).

    Raises PlanError for columns that are not there, InputError for cells that are no counts, and where a row has more
    errors than trials; never which.
    """
    used = [column for _, *columns in declaration.pairs for column in columns if column]
    present(source, [*used, *declaration.keep])
    session = Session(source)
    for column in dict.fromkeys(used):
        checked_weight(session, column)
    parts = [
        part for side, errors, trials in declaration.pairs for part in _side(session, declaration, side, errors, trials)
    ]
    return replace(source, table=ibis.union(*parts) if len(parts) > 1 else parts[0])


def present(source: Source, columns: Iterable[str]) -> None:
    """Raise PlanError naming every column that the source does not have."""
    names = source.table.columns
    absent = [name for name in dict.fromkeys(columns) if name not in names]
    if absent:
        raise PlanError([Problem(f"there is no column {name!r}", None, nearest(name, names)) for name in absent])


def _side(session: Session, declaration: ErrorCounts, side: str, errors: str, trials: str | None) -> list[Table]:
    table = session.table
    wrong = number(table[errors]).cast("decimal(38, 0)")
    parts = [_rows(table, declaration, side, "1", wrong)]
    if trials is not None:
        rest = number(table[trials]).cast("decimal(38, 0)") - wrong
        below = table.select(rest=rest).agg(n=lambda t: one(t.rest < 0).sum())
        if found := int(session.ask("more errors than trials", below)[0][0] or 0):
            what = f"{found} rows have more errors in {errors!r} than trials in {trials!r}"
            raise InputError(what, hint="errors are counted among the trials; are the two columns swapped?")
        parts.append(_rows(table, declaration, side, "0", rest))
    return parts


def _rows(table: Table, declaration: ErrorCounts, side: str, error: str, n: ibis.Value) -> Table:
    fixed = {SIDE: ibis.literal(side), ERROR: ibis.literal(error), HOW_MANY: n}
    return table.select(**{name: table[name] for name in declaration.keep}, **fixed)
