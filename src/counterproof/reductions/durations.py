"""What an audit of processing times counts: how long cases took, or have taken so far, in whole units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from counterproof.reductions.base import Apart, Coded

__all__ = ["AFTER", "BEFORE", "HOW", "LEFT_OUT", "Dates", "Elapsed", "Flows", "Months", "Times"]

BEFORE, AFTER = "before", "after"
"""Periods by the day on which a case was opened."""

HOW = ("ended", "open", "later", "entered")
"""Cells of cases: they ended at their time; were last seen open then; ended, but after the as-of date, and were open
then; or came under observation then."""

LEFT_OUT = {
    "missing": "have no time, or no date on which they were opened; they are left out",
    "unreadable": "have a time or date that is not one; they are left out",
    "negative": "have a time below zero, or ended before they were opened; they are left out",
    "early": "ended before they came under observation; they are left out",
    "late": "were opened after the as-of date; they are left out",
    "unknown": "do not say whether the event occurred; they are left out",
}
"""Why a case has no time. Each is a value of the dimension ``how``, and then the time is missing."""


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times, one of events, and where given one of the times at which cases came under observation."""

    time: str
    event: Coded
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates on which cases were opened and closed, and the date on which the records were drawn.

    closed  blank where a case is open. A case closed after ``as_of`` was open on that day, and counts as open.
    entry   the date from which a case was observed
    split   cases opened before this day and from it on are two periods
    """

    opened: str
    closed: str
    as_of: dt.date
    entry: str | None = None
    split: dt.date | None = None
    order: Literal["day_first", "month_first"] | None = None


@dataclass(frozen=True)
class Elapsed(Apart):
    """Cases by how long they took. The cells have the dimensions

    groups…   labels
    period    ``BEFORE``, ``AFTER``, or None where there is no split
    outcome   how the case ended, None where that is not asked for or it has not
    flags…    yes/no columns named by ``Coded.name``, of ended cases
    how       one of ``HOW``, or a key of ``LEFT_OUT``
    time      whole number of units as text; None for what is left out

    ``n`` counts cases; with ``entry`` each stands in a second cell, ``entered``. A time is rounded up to a multiple of
    ``step``, and ``sums["rounded"]`` counts the rows of which it was none.
    """

    span: Times | Dates
    groups: tuple[str, ...] = ()
    outcome: str | None = None
    flags: tuple[Coded, ...] = ()
    step: Decimal = Decimal(1)
    count: str | None = None


@dataclass(frozen=True)
class Months(Apart):
    """Cases by the month in which they were opened. The cells have the dimensions

    groups…   labels
    period    ``BEFORE`` or ``AFTER``
    month     2024-03, or None where not every case of the month was followed for ``horizon`` days

    ``n`` counts cases, ``sums["days"]`` adds up the days that each took, at most ``horizon``.
    """

    span: Dates
    horizon: int
    groups: tuple[str, ...] = ()
    count: str | None = None


@dataclass(frozen=True)
class Flows(Apart):
    """Monthly counts: received and closed in a month, open at its end. The cells have the dimensions

    groups…   labels
    month     2024-03; None where it is blank or no month
    what      received, closed, open, or rows

    ``n`` is the count, for ``rows`` the number of rows, of which there should be one.
    """

    month: str
    received: str
    closed: str
    open: str
    groups: tuple[str, ...] = ()
