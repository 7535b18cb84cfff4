"""Released tables of enforcement events: what is counted of them by fiscal year. Identifiers stay inside the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions.totals import EVENTS
from counterproof.sources.layouts.search_log.engine import reads_time
from counterproof.sources.layouts.totals import stored
from counterproof.sources.layouts.totals.files import EventTable, recognised
from counterproof.sources.reading.cells import BLANK, MASK

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.reductions.totals import EnforcementRows
    from counterproof.sources.source import Source

__all__ = ["prepare"]

_FORMS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S.%f",
)  # fmt: skip
_DAY = 86_400
_WITHIN = {"arrests": _DAY, "detainers": 0, "encounters": 0, "removals": 0}
"""Seconds within which a row of the same identifier is the same event again. Stints and assessments may recur."""


def prepare(source: Source, declaration: EnforcementRows) -> Source:
    """The rows of every table of events among the files; none where there is no such table."""
    files = recognised(source, declaration.layouts, declaration.layout)
    tables = [found for file in files for found in file.tables if isinstance(found, EventTable)]
    parts = [_rows(members) for members in _released(tables)]
    if not parts:
        return stored(source, f"{source.name}_events", EVENTS, [])
    table = ibis.union(parts[0], *parts[1:]) if len(parts) > 1 else parts[0]
    return replace(source, table=table, text=True)


def _released(tables: list[EventTable]) -> Iterator[list[EventTable]]:
    """Sheets and files of one table and release belong together."""
    for layout in dict.fromkeys(table.layout for table in tables):
        yield [table for table in tables if table.layout == layout]


def _rows(members: list[EventTable]) -> Table:
    """Rows of one table, stacked, with the columns ``EVENTS``."""
    layout = members[0].layout
    stacks = [
        one.table.select(
            second=_second(one.table[one.date]),
            id=ibis.null("string") if one.id is None else _named(one.table[one.id]),
        )
        for one in members
    ]
    rows = ibis.union(stacks[0], *stacks[1:]) if len(stacks) > 1 else stacks[0]
    at = (rows.second // _DAY).cast("int64") if layout.table != "arrests" else rows.second
    rows = rows.mutate(at=at, day=(rows.second * 1000).as_timestamp("ms"))
    within = _WITHIN.get(layout.table)
    before = rows["at"].lag().over(ibis.window(group_by="id", order_by="at"))
    again = rows.id.notnull() & (rows["at"] - before <= (within or 0)) if within is not None else ibis.literal(False)
    year, month = rows.day.year(), rows.day.month()
    fiscal = year + ibis.ifelse(month >= 10, 1, 0)
    last = (year * 100 + month).max().over(ibis.window())
    return rows.select(
        table=ibis.literal(layout.table),
        release=ibis.literal(" and ".join(layout.releases)),
        fiscal_year=fiscal.cast("string"),
        again=_flag(again),
        unidentified=_flag(rows.id.isnull()),
        until=last.cast("string"),
    )


def _second(cells: Column) -> Column:
    """Seconds since 1970 of a date in any of the forms in which they are released."""
    if cells.type().is_timestamp() or cells.type().is_date():
        return cells.cast("timestamp").epoch_seconds().cast("int64")
    return reads_time(cells.cast("string").strip(), _FORMS)


def _named(cells: Column) -> Column:
    """An identifier; null where the cell is blank or redacted."""
    text = cells.cast("string").strip()
    return ibis.ifelse(text.re_search(BLANK) | text.re_search(MASK), ibis.null("string"), text)


def _flag(cells: Column) -> Column:
    return ibis.ifelse(cells.fill_null(False), "1", "0")
