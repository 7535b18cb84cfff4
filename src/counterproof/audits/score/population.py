"""How many people there are, group by group, from a table that stands beside the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings, Words
from counterproof.audits.score.tabulate import groupings_of, groups_of
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role

if TYPE_CHECKING:
    from counterproof.audits.score.options import ScoreOptions

__all__ = ["COUNT", "POPULATION", "TABLE", "population_of"]

COUNT = "n"
"""Column of the numbers of people."""
TABLE = "population"


class PopulationOptions(AuditOptions):
    """One row a group, and the number of its people."""

    kind: str = "population"
    groups: tuple[str, ...] = Field(default=(), description="Columns of the groups, as in the records")


class PopulationCounts(Audit[PopulationOptions]):
    """Counts of everybody by group; never an audit by itself."""

    kind = "population"
    options = PopulationOptions
    counts_people = True
    population: Population = "records"
    words = Words("Population", "How many people are there?", (), (), (), {}, ("person", "people"))

    def roles(self, options: PopulationOptions) -> Sequence[Role]:
        """Groups, count."""
        groups = [Role("population_counts", column, "category") for column in options.groups]
        return [*groups, Role("population_counts", COUNT, "count")]

    def reductions(self, options: PopulationOptions) -> Reductions:
        """The numbers added up by group."""
        return Reductions(CountBy(tuple(Category(column) for column in options.groups), COUNT))

    def sums(self, options: PopulationOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Everybody, each group, each crossing of groups."""
        return [
            RowSum(TABLE, group, {}, {COUNT: members}, 1.0 + int(cells.n[members].sum()))
            for columns in groupings_of(options.groups)
            for group, members in groups_of(cells, columns)
        ]

    def infer(
        self, options: PopulationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """Nothing."""
        return AuditFindings(self.kind, records, self.population)


POPULATION = PopulationCounts()


def population_of(options: ScoreOptions) -> list[tuple[Audit[PopulationOptions], PopulationOptions]]:
    """What a score audit asks of the source that says how many people there are, if it names one."""
    if options.population_counts is None:
        return []
    return [(POPULATION, PopulationOptions(source=options.population_counts, groups=options.groups))]
