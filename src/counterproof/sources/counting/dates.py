"""Dates as whole days since 1970-01-01, the same on every engine, whatever form they are written in.

A column of dates or timestamps is taken as it is. Text, or whole numbers such as 20240331, may be written as

    2024-03-31   2024-03-31 14:05:00   2024/03/31   20240331   31-MAR-2024   31.03.2024   3/31/2024   31/3/2024

one form or several in one column; a time of day is left out. Whether 3/4/2024 is in March or in April is read off the
column: somewhere a day above 12 tells. Text becomes a day by whole-number arithmetic alone, so that a 31 June is
unreadable everywhere and an error nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import ibis

from counterproof.errors import InputError
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.sources.counting.session import Session

__all__ = ["MONTHS", "NO_DATE", "Order", "day_orders", "last_of_month", "with_days", "with_month"]

Order = Literal["day_first", "month_first"]

NO_DATE = -(10**7)
"""The day of a cell that holds something else than a date; a missing cell has none."""

_FORMS = {
    "iso": r"^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}([ T]|$)",
    "compact": r"^[0-9]{8}$",
    "dotted": r"^([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})([ T]|$)",
    "slash": r"^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})([ T]|$)",
    "named": r"^([0-9]{1,2})[- ]([A-Z]{3})[- ]([0-9]{4})([ T:]|$)",
}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_orders(session: Session, columns: Mapping[str, str], given: Order | None) -> dict[str, Order]:
    """For each text column, given with its plan key, whether 3/4/2024 begins with the day or the month.

    Raises InputError for a column that has both orders, or that has slashes and no day above 12 to tell by.
    """
    table = session.table
    asked = [column for column in columns if table[column].type().is_string()]
    if given is not None or not asked:
        return dict.fromkeys(asked, given or "month_first")
    sums = {}
    for place, column in enumerate(asked):
        text = cast.words(table[column])
        slashed = text.re_search(_FORMS["slash"])
        first, second = (_part(text, _FORMS["slash"], slashed, group) for group in (1, 2))
        for name, test in (("slash", slashed), ("first", first > 12), ("second", second > 12)):
            sums[f"{name}{place}"] = cast.one(test.fill_null(False)).sum().fill_null(0).cast("int64")
    row = session.ask("order of day and month", table.agg(**sums))[0]
    return {
        column: _order(column, columns[column], row[3 * place : 3 * place + 3]) for place, column in enumerate(asked)
    }


def _order(column: str, key: str, seen: Sequence[int]) -> Order:
    slash, first, second = seen
    if first and second:
        what = f"the dates of the column {column!r} are written in two orders, day first and month first"
        raise InputError(what, where=key, hint="write them in one order before, best as 2024-03-31")
    if slash and not first and not second:
        what = f"it cannot be told whether the dates of the column {column!r} begin with the day or the month"
        raise InputError(what, where=key, hint="say date_order: month_first, or date_order: day_first")
    return "day_first" if first else "month_first"


def with_days(table: Table, columns: Mapping[str, str], orders: Mapping[str, Order] = {}) -> Table:
    """The table with the day of each column as a whole number: null if it is missing, ``NO_DATE`` if it is no date.

    columns  new name -> column

    One projection a step: otherwise every engine would work out each part many times over.
    """
    text = {name: column for name, column in columns.items() if not table[column].type().is_temporal()}
    plain = {name: _of_date(table[column]) for name, column in columns.items() if name not in text}
    table = table.mutate(
        **plain, **{f"{name}_text": cast.words(table[column]).upper() for name, column in text.items()}
    )
    for form in _FORMS:
        found = {f"{name}_{form}": table[f"{name}_text"].re_search(_FORMS[form]) for name in text}
        table = table.mutate(**found) if found else table
    written = {name: _written(table, name, orders.get(column, "month_first")) for name, column in text.items()}
    table = table.mutate(**{f"{name}_written": number for name, number in written.items()})
    for part, of in _PARTS.items():
        table = table.mutate(**{f"{name}_{part}": of(table[f"{name}_written"]) for name in text})
    table = table.mutate(**{name: _day(*(table[f"{name}_{part}"] for part in _PARTS)) for name in text})
    found = {
        name: ibis.cases((table[f"{name}_text"].isnull(), None), else_=table[name].fill_null(NO_DATE)) for name in text
    }
    table = table.mutate(**{name: day.cast("int64") for name, day in found.items()})
    return table.drop(*(f"{name}_{part}" for name in text for part in ("text", *_FORMS, "written", *_PARTS)))


def _of_date(column: Column) -> Column:
    """The day of a date or a timestamp."""
    if column.type().is_date():
        return column.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")
    # a floor, so that the evening before 1970 belongs to its own day
    return (column.cast("timestamp").epoch_seconds().cast("int64") / 86400).floor().cast("int64")


def _written(table: Table, name: str, order: Order) -> Column:
    """A date written in one of the forms as the number 20240331; null in any other form."""
    text, (iso, compact, dotted, slash, named) = table[f"{name}_text"], (table[f"{name}_{form}"] for form in _FORMS)
    whole = ibis.ifelse(iso, text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2), text)
    digits = ibis.ifelse(iso | compact, whole, ibis.null("string")).cast("int64")
    day, month = (1, 2) if order == "day_first" else (2, 1)
    word = text.re_extract(_FORMS["named"], 2)
    number = ibis.cases(*((word == month_name, place) for place, month_name in enumerate(MONTHS, 1)), else_=0)
    ends = [_part(text, _FORMS["named"], named, group) for group in (3, 1)]
    return ibis.cases(
        (iso | compact, digits),
        (slash, _number(text, _FORMS["slash"], slash, 3, month, day)),
        (dotted, _number(text, _FORMS["dotted"], dotted, 3, 2, 1)),
        (named, ends[0] * 10000 + number * 100 + ends[1]),
    )


def _number(text: Column, form: str, matched: Column, year: int, month: int, day: int) -> Column:
    """A date as the number 20240331."""
    parts = [_part(text, form, matched, group) for group in (year, month, day)]
    return parts[0] * 10000 + parts[1] * 100 + parts[2]


def _part(text: Column, form: str, matched: Column, group: int) -> Column:
    """One group of a pattern as a whole number, null where the text does not match."""
    found = ibis.ifelse(matched, text.re_extract(form, group), ibis.null("string"))
    return found.cast("int64")


def _day(year: Column, month: Column, day: Column) -> Column:
    """Days since 1970-01-01; null where there is no such day."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = ibis.cases(*((month == place, length) for place, length in enumerate(_LENGTHS, 1)), else_=0)
    exists = (year >= 1) & (day >= 1) & (day <= length) & ((month != 2) | (day <= 28) | leap)
    # years that begin in March, so that the leap day is the last one
    y = ibis.ifelse(month <= 2, year - 1, year)
    m = ibis.ifelse(month <= 2, month + 9, month - 3)
    found = 365 * y + y // 4 - y // 100 + y // 400 + (153 * m + 2) // 5 + day - 719469
    return ibis.ifelse(exists, found, ibis.null("int64")).cast("int64")


_PARTS: dict[str, Callable[[Column], Column]] = {
    "year": lambda number: number // 10000,
    "month": lambda number: number // 100 % 100,
    "day": lambda number: number % 100,
}


def with_month(table: Table, name: str, day: str) -> Table:
    """The table with the month of a column of days, counted from January of the year 0."""
    z = table[day] + 719468
    table = table.mutate(month_era=(z / 146097).floor().cast("int64"), month_z=z)
    table = table.mutate(month_doe=table.month_z - table.month_era * 146097)
    doe = table.month_doe
    table = table.mutate(month_yoe=(doe - doe // 1460 + doe // 36524 - doe // 146096) // 365)
    yoe = table.month_yoe
    table = table.mutate(month_mp=(5 * (doe - (365 * yoe + yoe // 4 - yoe // 100)) + 2) // 153)
    # months of years that begin in March
    months = (table.month_yoe + table.month_era * 400) * 12 + table.month_mp + 2
    return table.mutate(**{name: months.cast("int64")}).drop(
        "month_era", "month_z", "month_doe", "month_yoe", "month_mp"
    )


def last_of_month(table: Table, name: str, month: str) -> Table:
    """The table with the last day of each month of a column that counts them from January of the year 0."""
    after = table[month] + 1
    table = table.mutate(after_year=after // 12, after_month=after % 12 + 1, after_day=ibis.literal(1))
    table = table.mutate(**{name: _day(table.after_year, table.after_month, table.after_day) - 1})
    return table.drop("after_year", "after_month", "after_day")
