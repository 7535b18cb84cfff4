"""Audit of search logs: who queried a plate-reader (or other) network, and why they said they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.search_log import tabulate
from counterproof.audits.search_log.checking import checks
from counterproof.audits.search_log.infer import estimates
from counterproof.audits.search_log.options import SearchLogOptions
from counterproof.audits.search_log.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Apart, CountBy, Role
from counterproof.reductions.search_log import LogChecks, LogFiles, LogStates, Published, SearchesBy, SearchLog

__all__ = ["SEARCH_LOG", "SearchLogAudit", "SearchLogOptions"]


class SearchLogAudit(Audit[SearchLogOptions]):
    """Search logs in every known layout, several at once, as counts of unique searches."""

    kind = "search-log"
    options = SearchLogOptions
    counts_people = True
    population: Population = "records"
    words = WORDS

    def prepare(self, options: SearchLogOptions) -> SearchLog:
        """Every layout, or the one that was named."""
        return options.declared

    def roles(self, options: SearchLogOptions) -> Sequence[Role]:
        """None: the layout says what each column is."""
        return ()

    def reductions(self, options: SearchLogOptions) -> Reductions:
        """Rows; and apart from them unique searches by each split, states of cells, files, checks."""
        log = options.declared
        apart: dict[str, Apart] = {by: SearchesBy(log, by) for by in tabulate.SPLITS}
        apart |= {"states": LogStates(log), "files": LogFiles(log), "checks": LogChecks(log)}
        return Reductions(CountBy(()), apart=apart | {"published": Published(log)})

    def sums(self, options: SearchLogOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Nothing: everything is counted apart."""
        return ()

    def apart(self, options: SearchLogOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """The rows of one reduction."""
        if name in tabulate.SPLITS:
            return list(tabulate.split(options, name, cells, floor))
        if name == "states":
            return list(tabulate.states(options, cells))
        return list({"files": tabulate.files, "checks": tabulate.checks, "published": tabulate.published}[name](cells))

    def infer(
        self, options: SearchLogOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """Estimates and checks from what is shown."""
        population = options.population or self.population
        found = tuple(estimates(options, shown, population, settings))
        return AuditFindings(self.kind, records, population, found, (), tuple(checks(options, shown)))


SEARCH_LOG = SearchLogAudit()
