"""Months and hours in local time: the offset of every day from the time zone database, as a small table to join."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis

from counterproof.errors import InputError
from counterproof.sources.layouts.search_log.engine import quotient

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.counting.session import Session

__all__ = ["OFF", "OFFICE", "days", "zone"]

OFFICE, OFF = 0, 1
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2040, 1, 1)
_DAY = 86_400
_EPOCH = dt.date(1970, 1, 1)


def zone(session: Session, each: Table, declared: SearchLog) -> Table:
    """Add ``month`` (months since year 0) and ``hours`` (``OFFICE``, ``OFF``, null) to searches with ``first_time``.

    A search with only a date keeps it: the date is local where it was written.
    """
    each = each.mutate(second=quotient(each.first_time, 2), to_second=(each.first_time % 2) == 1)
    if declared.timezone is not None:
        offsets = _offsets(session, declared.timezone)
        each = each.mutate(utc_day=quotient(each.second, _DAY))
        each = each.left_join(offsets, each.utc_day == offsets.day).select(
            each, offsets.before, offsets.at, offsets.after
        )
        offset = ibis.ifelse(each.second % _DAY < each.at, each.before, each.after).fill_null(0)
        each = each.mutate(second=ibis.ifelse(each.to_second, each.second + offset, each.second))
    local_day = quotient(each.second, _DAY)
    date = (local_day * (_DAY * 1000)).as_timestamp("ms").date()  # from seconds, it would be in the machine's zone
    month = (date.year().cast("int32") * 12 + date.month().cast("int32") - 1).cast("int32")
    hours = ibis.null("int8")
    if declared.timezone is not None:
        hour, weekday = quotient(each.second % _DAY, 3600), (local_day + 3) % 7  # 1970-01-01 was a Thursday
        first, last = declared.hours
        inside = (hour >= first) & (hour < last) & (weekday < 5)
        hours = ibis.ifelse(each.to_second, ibis.ifelse(inside, OFFICE, OFF), None).cast("int8")
    return each.mutate(month=month, hours=hours)


def _offsets(session: Session, name: str) -> Table:
    connection = session.source._connection
    assert connection is not None  # noqa: S101 - logs are read on the embedded engine
    import pyarrow as pa

    table, rows = connection.table_name(f"{session.source.name}_zone"), days(name)
    connection.store(
        table, pa.table({n: [row[at] for row in rows] for at, n in enumerate(("day", "before", "at", "after"))})
    )
    return session.source.con.table(table)


@cache
def days(name: str) -> tuple[tuple[int, int, int, int], ...]:
    """For every UTC day since 1970: offset from UTC in seconds before and after the second ``at`` of the day.

    Raises InputError for a zone that the database does not have.
    """
    try:
        info = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "write the IANA name, such as America/Los_Angeles"
        raise InputError("there is no such time zone", where="timezone", hint=hint) from None
    found = []
    start = (_FIRST - _EPOCH).days
    before = _offset(info, start * _DAY)
    for day in range(start, (_LAST - _EPOCH).days):
        after = _offset(info, (day + 1) * _DAY)
        found.append((day, before, _change(info, day, before) if after != before else 0, after))
        before = after
    return tuple(found)


def _offset(info: ZoneInfo, second: int) -> int:
    offset = dt.datetime.fromtimestamp(second, info).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(info: ZoneInfo, day: int, before: int) -> int:
    """Second of the day from which the new offset holds."""
    low, high = 0, _DAY
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, day * _DAY + middle) == before:
            low = middle
        else:
            high = middle
    return high
