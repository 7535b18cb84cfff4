"""Cases by the month in which they were opened, and the days that they took up to a horizon, inside the engine."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.durations import AFTER, BEFORE, Months
from counterproof.sources.counting import cast
from counterproof.sources.counting.dates import NO_DATE, day_orders, with_days, with_month
from counterproof.sources.counting.durations import date_columns, day_of
from counterproof.sources.counting.weights import Weight

if TYPE_CHECKING:
    from counterproof.sources.counting.session import Session

__all__ = ["month_name", "run"]


def run(session: Session, reduction: Months) -> Cells:
    """See ``Months``. A month is whole where all of its cases could be followed for ``horizon`` days."""
    span, table = reduction.span, session.table
    weight = None if reduction.count is None else Weight(reduction.count)
    rows = table.select(
        **{f"g{place}": table[column] for place, column in enumerate(reduction.groups)},
        **{name: table[name] for name in date_columns(span)},
        n=ibis.literal(1).cast("int64") if weight is None else weight.of(table).cast("int64"),
    )
    orders = day_orders(session, date_columns(span), span.order)
    rows = with_days(rows, {"opened_day": span.opened, "closed_day": span.closed}, orders)
    as_of, split = day_of(span.as_of), day_of(span.split) if span.split is not None else 0
    closed = rows.closed_day
    rows = rows.mutate(
        known=(closed != NO_DATE).fill_null(True), last=ibis.ifelse(closed.isnull() | (closed > as_of), as_of, closed)
    )
    rows = rows.filter(
        rows.opened_day.notnull(), rows.opened_day != NO_DATE, rows.known, rows["last"] >= rows.opened_day
    )
    days = ibis.least(rows["last"] - rows.opened_day, reduction.horizon).cast("int64") * rows.n
    # by day first: what is worked out of a day is then worked out once
    raw = [f"g{place}" for place in range(len(reduction.groups))]
    rows = rows.group_by(*raw, "opened_day").agg(n=rows.n.sum().cast("int64"), days=days.sum().cast("int64"))
    rows = with_month(rows, "opened_month", "opened_day")
    followed = span.as_of - dt.timedelta(days=reduction.horizon - 1)
    whole = rows.opened_month < followed.year * 12 + followed.month - 1
    labels = {name: cast.category(rows[name]) for name in raw}
    rows = rows.mutate(
        **labels,
        period=ibis.ifelse(rows.opened_day < split, 1, 2).cast("int64"),
        month=ibis.ifelse(whole, rows.opened_month, ibis.null("int64")),
    )
    by = [*raw, "period", "month"]
    summed = rows.group_by(*by).agg(n=rows.n.sum().cast("int64"), days=rows.days.sum().cast("int64"))
    kinds = [table[column].type() for column in reduction.groups]
    found = []
    for row in session.ask("months", summed.order_by(*by)):
        groups = [cast.label(value, kind) for value, kind in zip(row, kinds, strict=False)]
        period, at, n, total = row[len(kinds) :]
        key = (*groups, BEFORE if period == 1 else AFTER, None if at is None else month_name(int(at)))
        found.append((key, int(n), int(total)))
    found.sort(key=lambda row: [(part is None, part or "") for part in row[0]])
    n = np.array([count for _, count, _ in found], dtype=np.int64)
    sums = {"days": np.array([total for _, _, total in found], dtype=object)}
    keys = tuple(key for key, _, _ in found)
    return Cells((*reduction.groups, "period", "month"), keys, n, int(n.sum()), sums)


def month_name(month: int) -> str:
    """2024-03 from the months since January of year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
