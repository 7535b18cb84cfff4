"""Cases by how long they took, inside the engine: one GROUP BY over whole numbers of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import MAX_CELLS, UNREADABLE
from counterproof.reductions.durations import AFTER, BEFORE, HOW, LEFT_OUT, Dates, Elapsed, Times
from counterproof.sources.counting import cast
from counterproof.sources.counting.dates import NO_DATE, day_orders, with_days
from counterproof.sources.counting.weights import Weight

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["date_columns", "day_of", "run"]

_CODES = {name: code for code, name in enumerate((*HOW, *LEFT_OUT))}
_NAMES = tuple(_CODES)
_USED = tuple(_CODES[name] for name in ("ended", "open", "later"))
_NEAR = 1e-9


def run(session: Session, reduction: Elapsed) -> Cells:
    """See ``Elapsed``."""
    rows = _timed(session, reduction)
    labels = {f"g{place}": column for place, column in enumerate(reduction.groups)}
    found = _counted(session, "times", rows, reduction, labels)
    if reduction.span.entry is not None:
        late = rows.filter(rows.how.isin(_USED)).mutate(
            how=ibis.literal(_CODES["entered"]).cast("int64"),
            time=rows.entry,
            outcome=ibis.null("string"),
            rounded=ibis.literal(0).cast("int64"),
            **{f"f{place}": ibis.null("int8") for place in range(len(reduction.flags))},
        )
        found += _counted(session, "entries", late, reduction, labels)
    return _cells(reduction, found, [session.table[column].type() for column in reduction.groups])


def _timed(session: Session, reduction: Elapsed) -> Table:
    """Every row with what it is grouped by: raw labels, period, how it stands, and its time in steps.

    One projection a step: otherwise every engine would work out each part many times over.
    """
    table = session.table
    weight = None if reduction.count is None else Weight(reduction.count)
    columns: dict[str, Any] = {f"g{place}": table[column] for place, column in enumerate(reduction.groups)}
    columns["n"] = ibis.literal(1).cast("int64") if weight is None else weight.of(table)
    columns["kind"] = ibis.null("string") if reduction.outcome is None else table[reduction.outcome].cast("string")
    for place, flag in enumerate(reduction.flags):
        columns[f"flag{place}"] = cast.coded(table[flag.column], flag.positive)
    span = reduction.span
    if isinstance(span, Times):
        rows = _of_times(table.select(**columns, **_stated(table, span)))
    else:
        rows = _of_dates(session, table.select(**columns, **{name: table[name] for name in date_columns(span)}), span)
    step = float(reduction.step)
    rows = rows.mutate(used=rows.how.isin(_USED), steps=rows.elapsed.cast("float64") / step)
    rows = rows.mutate(near=rows.steps.round().cast("float64"), first=(rows.entered.cast("float64") / step + _NEAR))
    rows = rows.mutate(exact=(rows.steps - rows.near).abs() <= _NEAR * rows.near.abs() + _NEAR)
    whole = ibis.ifelse(rows.exact, rows.near, rows.steps.ceil().cast("float64"))
    ended = rows.how == _CODES["ended"]
    flags = {
        f"f{place}": ibis.ifelse(ended, rows[f"flag{place}"], ibis.null("int8"))
        for place in range(len(reduction.flags))
    }
    return rows.mutate(
        time=ibis.ifelse(rows.used, whole, ibis.null("float64")).cast("int64"),
        entry=ibis.ifelse(rows.used, rows["first"].floor().cast("float64"), ibis.null("float64")).cast("int64"),
        rounded=cast.one((rows.used & ~rows.exact).fill_null(False)),
        outcome=ibis.ifelse(ended, rows.kind, ibis.null("string")),
        **flags,
    )


def _stated(table: Table, span: Times) -> dict[str, Any]:
    """Time, event and entry as rows state them."""
    event = cast.coded(table[span.event.column], span.event.positive)
    stated = {
        "elapsed": cast.number(table[span.time]).cast("float64"),
        "blank": cast.missing(table[span.time]),
        "event": event,
    }
    if span.entry is None:
        return stated | {"entered": ibis.literal(0.0), "unread": ibis.literal(False)}
    cells = cast.number(table[span.entry]).cast("float64")
    unread = cells.isnull() & ~cast.missing(table[span.entry])
    return stated | {"entered": ibis.greatest(cells.fill_null(0.0), 0.0), "unread": unread}


def _of_times(rows: Table) -> Table:
    """How rows that state a time stand."""
    how = ibis.cases(
        (rows.blank, _CODES["missing"]),
        (rows.elapsed.isnull() | rows.unread, _CODES["unreadable"]),
        (rows.elapsed < 0, _CODES["negative"]),
        (rows.event.isnull() | (rows.event == cast.UNREAD), _CODES["unknown"]),
        ((rows.entered > 0) & (rows.entered >= rows.elapsed), _CODES["early"]),
        (rows.event == cast.YES, _CODES["ended"]),
        else_=_CODES["open"],
    )
    return rows.mutate(how=how.cast("int64"), period=ibis.literal(0).cast("int64"))


def _of_dates(session: Session, rows: Table, span: Dates) -> Table:
    """Days from opening to closing, or to the as-of date, and how rows stand."""
    as_of = day_of(span.as_of)
    named = {"opened_day": span.opened, "closed_day": span.closed}
    if span.entry is not None:
        named["entry_day"] = span.entry
    rows = with_days(rows, named, day_orders(session, date_columns(span), span.order))
    opened, closed = rows.opened_day, rows.closed_day
    after = (closed > as_of).fill_null(False)
    unread = (opened == NO_DATE).fill_null(False) | (closed == NO_DATE).fill_null(False)
    entry = opened
    if span.entry is not None:
        unread |= (rows.entry_day == NO_DATE).fill_null(False)
        entry = rows.entry_day.fill_null(opened)
    rows = rows.mutate(
        unread=unread,
        after=after,
        elapsed=ibis.ifelse(closed.isnull() | after, as_of, closed) - opened,
        entered=ibis.greatest(entry - opened, 0),
    )
    how = ibis.cases(
        (rows.opened_day.isnull(), _CODES["missing"]),
        (rows.unread, _CODES["unreadable"]),
        (rows.opened_day > as_of, _CODES["late"]),
        (rows.elapsed < 0, _CODES["negative"]),
        ((rows.entered > 0) & (rows.entered >= rows.elapsed), _CODES["early"]),
        (rows.after, _CODES["later"]),
        (rows.closed_day.isnull(), _CODES["open"]),
        else_=_CODES["ended"],
    )
    period = ibis.literal(0) if span.split is None else ibis.ifelse(rows.opened_day < day_of(span.split), 1, 2)
    return rows.mutate(how=how.cast("int64"), period=period.cast("int64"))


def date_columns(span: Dates) -> dict[str, str]:
    """The columns of dates, with the plan key of each."""
    named = {span.opened: "opened", span.closed: "closed"}
    return named if span.entry is None else named | {span.entry: "entry"}


def day_of(date: Any) -> int:
    """Days since 1970-01-01."""
    return int(date.toordinal()) - 719163


def _counted(
    session: Session, name: str, rows: Table, reduction: Elapsed, labels: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    """Grouped rows: labels, period, outcome, flags, standing, time; then n and rounded."""
    flags = [f"f{place}" for place in range(len(reduction.flags))]
    by = [*labels, "period", "outcome", *flags, "how", "time"]
    sums = ("n", "rounded")
    raw = rows.group_by(*by).agg(**{each: rows[each].sum().cast("int64") for each in sums})
    stripped = raw.mutate(outcome=cast.category(raw.outcome), **{short: cast.category(raw[short]) for short in labels})
    cells = stripped.group_by(*by).agg(**{each: stripped[each].sum().cast("int64") for each in sums})
    found = session.ask(name, cells.order_by(*by).limit(MAX_CELLS + 1))
    if len(found) > MAX_CELLS:
        raise InputError(
            f"more than {MAX_CELLS:,} different combinations of group and time would leave the records",
            where="time_step",
            hint="count the times in larger steps, such as time_step: 7, or use fewer groups",
        )
    return found


def _cells(reduction: Elapsed, found: Sequence[tuple[Any, ...]], kinds: Sequence[Any]) -> Cells:
    """Cells in text order of their labels, and ascending time."""
    flags = len(reduction.flags)
    periods = (None, BEFORE, AFTER)
    codes = {None: None, cast.UNREAD: UNREADABLE, cast.NO: "0", cast.YES: "1"}
    rows: list[tuple[tuple[str | None, ...], int, tuple[int, ...]]] = []
    for row in found:
        groups = [cast.label(value, kind) for value, kind in zip(row, kinds, strict=False)]
        period, outcome, *rest = row[len(kinds) :]
        how, time, *sums = rest[flags:]
        text = None if time is None else cast.plain(Decimal(int(time)) * reduction.step)
        key = (*groups, periods[period], outcome, *(codes[code] for code in rest[:flags]), _NAMES[how], text)
        rows.append((key, -1 if time is None else int(time), tuple(map(int, sums))))
    rows.sort(key=lambda row: ([(part is None, part or "") for part in row[0][:-1]], row[1]))
    names = (*reduction.groups, "period", "outcome", *(flag.name for flag in reduction.flags), "how", "time")
    n = np.array([sums[0] for _, _, sums in rows], dtype=np.int64)
    more = {"rounded": np.array([sums[1] for _, _, sums in rows], dtype=object)}
    entered = names.index("how")
    records = int(n[[key[entered] != "entered" for key, _, _ in rows]].sum()) if rows else 0
    return Cells(names, tuple(key for key, _, _ in rows), n, records, more)
