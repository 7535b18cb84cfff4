"""Lines of long tables of monthly counts, several releases at once: the newest release of each count is followed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.errors import InputError, SourceError, nearest
from counterproof.reductions.totals import SERIES
from counterproof.sources.counting.dates import MONTHS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.layouts.totals.files import SeriesTable
    from counterproof.sources.layouts.totals.workbook import Line
    from counterproof.sources.source import Source

__all__ = ["lines"]


def lines(source: Source, tables: Sequence[tuple[str, SeriesTable]], series: str | None) -> Iterator[Line]:
    """One line a file, fiscal year, month and label of the series.

    Its numbers: the counts of which this file is the newest release; how many ``keys`` these are; of the others how
    many ``again`` stand here too, and how many of these are ``changed`` in the newest. A release is newer where its
    months reach further, then where it was named later.
    """
    for layout in dict.fromkeys(table.layout for _, table in tables):
        mine = [(label, table) for label, table in tables if table.layout == layout]
        known = [name for name, _ in layout.series]
        if series is not None and series not in known:
            hint = nearest(series, known) or f"its series are {', '.join(known)}"
            raise InputError(f"the layout {layout.name!r} has no series {series!r}", where="series", hint=hint)
        rows = [_rows(source, label, table, known) for label, table in mine]
        order = sorted(range(len(mine)), key=lambda at: (rows[at][1], at))
        united = [rows[at][0].mutate(rank=ibis.literal(order.index(at))) for at in range(len(mine))]
        stacked = ibis.union(united[0], *united[1:]) if len(united) > 1 else united[0]
        yield from _counted(source, [mine[at][0] for at in order], stacked, known, series, layout.measure)


def _rows(source: Source, label: str, found: SeriesTable, known: Sequence[str]) -> tuple[Table, int]:
    """The table with our columns, one row a key, and the last month that it has. SourceError for what is no count."""
    table, places = found.table, found.places
    text = {ours: table[theirs].cast("string").strip() for ours, theirs in places.items()}
    names = {month.lower(): place for place, month in enumerate(MONTHS, 1)}
    month = ibis.cases(
        *((text["month"].lower()[:3] == name, place) for name, place in names.items()),
        else_=text["month"].try_cast("int64"),
    )
    year = text["fiscal_year"].re_extract("(20[0-9]{2})", 1).try_cast("int64")
    value = text["count"].replace(",", "").try_cast("int64")
    cells = {name: text[name].fill_null("") if name in text else ibis.literal("") for name in known}
    part = text["fiscal_year"].lower().contains("ytd").fill_null(False)
    rows = table.select(year=year, month=month.cast("int64"), partial=part, value=value, **cells)
    bad = rows.year.isnull() | ~rows.month.between(1, 12).fill_null(False) | rows.value.isnull() | (rows.value < 0)
    at = rows.year * 12 + (rows.month + 2) % 12
    asked = source.fetch(rows.agg(bad=bad.fill_null(True).cast("int64").sum(), last=at.max())).to_pylist()[0]
    if asked["bad"]:
        hint = "every row needs a fiscal year, a month and a whole count"
        raise SourceError(f"{asked['bad']:,} rows hold no month or no count", where=label, hint=hint)
    by = ["year", "month", "partial", *known]
    return rows.group_by(by).agg(value=rows.value.sum().cast("int64")), int(asked["last"] or 0)


def _counted(
    source: Source, labels: Sequence[str], rows: Table, known: Sequence[str], series: str | None, measure: str
) -> Iterator[Line]:
    by = ["year", "month", *known]
    newest = ibis.window(group_by=by, order_by=ibis.desc("rank"))
    rows = rows.mutate(first=ibis.row_number().over(newest) == 0, latest=rows.value.first().over(newest))
    label: Any = rows[series] if series else ibis.literal("")
    sums = {
        "value": ibis.ifelse(rows.first, rows.value, 0).sum().cast("int64"),
        "keys": _number(rows.first),
        "again": _number(~rows.first),
        "changed": _number(~rows.first & (rows.value != rows.latest)),
    }
    found = rows.group_by(rows.rank, rows.year, rows.month, rows.partial, label=label).agg(**sums)
    for row in source.fetch(found.order_by("rank", "year", "month", "partial", "label")).to_pylist():
        month = f"{row['year'] - (row['month'] >= 10)}-{row['month']:02d}"
        numbers = json.dumps({name: str(row[name]) for name in sums})
        titled = "year_to_date" if row["partial"] else None
        file = labels[row["rank"]]
        yield (file, SERIES, measure, str(row["year"]), month, None, titled, None, row["label"] or None, numbers)


def _number(of: Any) -> Any:
    """How many rows this is true of."""
    return of.cast("int64").sum().cast("int64")
