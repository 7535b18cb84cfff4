"""What an audit of published totals reads: lines of workbooks and tables, and rows of released enforcement tables.

Everything here is data: the audit reads it from files that are shipped or are the user's, and hands it to the sources.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Prepare

__all__ = [
    "EVENTS", "FACILITY", "FILE", "LINES", "SERIES", "TOTAL", "BlockTotal", "Columns", "EnforcementLayout",
    "EnforcementRows", "FacilityTable", "PublishedLines", "SeriesLayout", "TotalsLayouts", "WorkbookLayout",
]  # fmt: skip

LINES = ("file", "table", "what", "period", "month", "through", "titled", "dated", "site", "numbers")
"""The columns of a line of a published table:

file     label of the file
table    ``TOTAL``, ``FACILITY``, ``SERIES`` or ``FILE``
what     the measure; or the facility's name
period   fiscal year, such as 2024
month    2023-10, in a series by month
through  last day that the numbers cover
titled   what titles and names say of the period: "final", "year_to_date"
dated    the date line of a facilities tab
site     state and ZIP code of a facility; the label within a series
numbers  a JSON object: name -> number as it was published
"""

TOTAL, FACILITY, SERIES, FILE = "total", "facility", "series", "file"

EVENTS = ("table", "release", "fiscal_year", "again", "unidentified", "until")
"""The columns of a released enforcement table: which it is, the fiscal year of the row, "1" where the row repeats an
earlier one of the same identifier, "1" where it has no identifier, and the last month of which the table has rows."""

Columns = tuple[tuple[str, tuple[str, ...]], ...]
"""Our name of a column -> the headers that it may have."""


@dataclass(frozen=True, slots=True)
class BlockTotal:
    """One number of a sheet: in the row and column of these names, in the block below a title.

    parts    columns that add up to it
    updated  how the footnote begins that says until when it was counted
    """

    measure: str
    title: str
    row: str
    column: str
    parts: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacilityTable:
    """A table of facilities: one row each, and several ways to split its average daily population."""

    dated: str
    name: tuple[str, ...]
    site: tuple[tuple[str, ...], ...]
    known: tuple[str, ...]
    population: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """A workbook of totals. ``sheets``: beginnings of the names of its sheets, by what they are."""

    name: str
    sheets: Columns
    final_words: tuple[str, ...]
    totals: tuple[BlockTotal, ...]
    updated: tuple[str, ...]
    facilities: FacilityTable | None


@dataclass(frozen=True, slots=True)
class SeriesLayout:
    """A long table of monthly counts by fiscal year. ``columns``: fiscal_year, month, count; ``series``: the others."""

    name: str
    measure: str
    columns: Columns
    series: Columns
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnforcementLayout:
    """Headers of one released table of events. ``date``: by which rows are counted; ``id``: tells a repeated row."""

    table: str
    releases: tuple[str, ...]
    date: str
    id: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TotalsLayouts:
    """Every layout that is known."""

    workbooks: tuple[WorkbookLayout, ...]
    series: tuple[SeriesLayout, ...]
    events: tuple[EnforcementLayout, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What may be named with ``--layout``."""
        found = [*(one.name for one in self.workbooks), *(one.name for one in self.series)]
        return tuple(dict.fromkeys([*found, *(one.table for one in self.events)]))


@dataclass(frozen=True, slots=True)
class PublishedLines(Prepare):
    """Files of published totals as lines with the columns ``LINES``; released tables of events among them are left out.

    layout  its name; None recognises each file
    series  the column of a long table by which it is split
    """

    layouts: TotalsLayouts
    layout: str | None = None
    series: str | None = None

    opens = True


@dataclass(frozen=True, slots=True)
class EnforcementRows(Prepare):
    """The released tables of events among the files, with the columns ``EVENTS``."""

    layouts: TotalsLayouts
    layout: str | None = None

    opens = True
