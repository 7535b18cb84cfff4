"""Monthly counts of cases received, closed and open, as a published table has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions.durations import Flows
from counterproof.sources.counting import cast
from counterproof.sources.counting.dates import NO_DATE, day_orders, with_days, with_month
from counterproof.sources.counting.months import month_name
from counterproof.sources.counting.weights import checked_weight

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_MONTH = r"^([0-9]{4})-([0-9]{2})$"


def run(session: Session, reduction: Flows) -> Cells:
    """See ``Flows``. InputError for a count that is none."""
    table = session.table
    columns = {"received": reduction.received, "closed": reduction.closed, "open": reduction.open}
    counts = {}
    for key, column in columns.items():
        try:
            counts[key] = checked_weight(session, column).of(table)
        except InputError as error:
            problem = error.problems[0]
            where = "closed_count" if key == "closed" else key
            raise InputError(problem.what, where=where, hint=problem.hint) from None
    rows = table.select(
        **{f"g{place}": cast.category(table[column]) for place, column in enumerate(reduction.groups)},
        **counts,
        cell=table[reduction.month],
    )
    rows = _with_month(session, rows, reduction.month)
    labels = [f"g{place}" for place in range(len(reduction.groups))]
    by = [*labels, "month"]
    sums = {name: rows[name].sum().cast("int64") for name in counts} | {"rows": rows.count().cast("int64")}
    kinds = [table[column].type() for column in reduction.groups]
    keys: list[tuple[str | None, ...]] = []
    values: list[int] = []
    for row in session.ask("flows", rows.group_by(*by).agg(**sums).order_by(*by)):
        groups = [cast.label(value, kind) for value, kind in zip(row, kinds, strict=False)]
        at, *numbers = row[len(kinds) :]
        for what, number in zip(sums, numbers, strict=True):
            keys.append((*groups, None if at is None else month_name(int(at)), what))
            values.append(int(number))
    order = sorted(range(len(keys)), key=lambda place: [(part is None, part or "") for part in keys[place]])
    n = np.array([values[place] for place in order], dtype=np.int64)
    records = sum(value for key, value in zip(keys, values, strict=True) if key[-1] == "rows")
    return Cells((*reduction.groups, "month", "what"), tuple(keys[place] for place in order), n, records)


def _with_month(session: Session, rows: Table, column: str) -> Table:
    """The month of each cell: 2024-03, or a date within it."""
    if not rows.cell.type().is_string():
        return with_month(with_days(rows, {"day": "cell"}), "month", "day")
    text = cast.words(rows.cell)
    plain = text.re_search(_MONTH)
    # a month by itself is its first day
    rows = rows.mutate(cell=ibis.ifelse(plain, text + ibis.literal("-01"), text))
    orders = {"cell": day_orders(session, {column: "month"}, None).get(column, "month_first")}
    rows = with_days(rows, {"day": "cell"}, orders)
    rows = rows.mutate(day=ibis.ifelse(rows.day == NO_DATE, ibis.null("int64"), rows.day))
    return with_month(rows, "month", "day")
