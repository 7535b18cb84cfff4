"""Audit of published totals, against which claims can be held: workbooks, tables, and released rows by fiscal year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.totals import tabulate
from counterproof.audits.totals.infer import infer
from counterproof.audits.totals.options import TotalsOptions
from counterproof.audits.totals.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role
from counterproof.reductions.totals import EVENTS, LINES, EnforcementRows, PublishedLines

__all__ = ["TOTALS", "WORDS", "TotalsAudit", "TotalsOptions"]


class TotalsAudit(Audit[TotalsOptions]):
    """Published totals as exact numbers. They are not counts of records, so nothing is withheld."""

    kind = "totals"
    options = TotalsOptions
    counts_people = False
    population: Population = "records"
    words = WORDS

    def prepare(self, options: TotalsOptions) -> PublishedLines | None:
        """Files in a known layout as lines; a long table as it is."""
        return None if options.long else options.lines

    def beside(self, options: TotalsOptions) -> Sequence[tuple[Audit[Any], AuditOptions]]:
        """Released tables of events among the files: their rows are about people, and protected."""
        return [] if options.long else [(EVENT_ROWS, options)]

    def grouped_by(self, options: TotalsOptions) -> Sequence[str] | None:
        """Period and series of a long table; a layout has groups of its own."""
        return options.groups if options.long else None

    def roles(self, options: TotalsOptions) -> Sequence[Role]:
        """Period, series, value; or what a layout made of the files."""
        if not options.long:
            return [Role("system", name, "category") for name in LINES]
        keys = {"period": options.period, "series": options.series, "as_of": options.as_of}
        found = [Role(key, column, "category") for key, column in keys.items() if column is not None]
        return [*found, Role("value", str(options.value), "count")]

    def reductions(self, options: TotalsOptions) -> Reductions:
        """Lines; or the value summed by period and series, and by its own text, which tells a row that stands twice."""
        if not options.long:
            return Reductions(CountBy(tuple(Category(name) for name in LINES)))
        names = (*options.columns, str(options.value))
        return Reductions(CountBy(tuple(Category(name) for name in names), options.value))

    def sums(self, options: TotalsOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return tabulate.long_table(options, cells) if options.long else list(tabulate.published(cells))

    def infer(
        self, options: TotalsOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(self.kind, shown, options.population or self.population, settings)


class EventRows(Audit[TotalsOptions]):
    """Rows of released tables of events, counted by fiscal year beside the published totals."""

    kind = "rows"
    options = TotalsOptions
    counts_people = True
    population: Population = "records"
    words = WORDS

    def prepare(self, options: TotalsOptions) -> EnforcementRows:
        """The released tables among the files."""
        return options.events

    def roles(self, options: TotalsOptions) -> Sequence[Role]:
        """What is counted of the rows."""
        return [Role("system", name, "category") for name in EVENTS]

    def reductions(self, options: TotalsOptions) -> Reductions:
        """Rows by table, release and fiscal year, and whether they repeat or have no identifier."""
        return Reductions(CountBy(tuple(Category(name) for name in EVENTS)))

    def sums(self, options: TotalsOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return list(tabulate.events(cells))

    def infer(
        self, options: TotalsOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """Nothing by itself: the rows stand beside the totals."""
        raise NotImplementedError


TOTALS = TotalsAudit()
EVENT_ROWS = EventRows()
