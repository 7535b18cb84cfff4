"""Outcome test and threshold test of discretionary searches, from stops, searches and hits by group and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.outcome_test import tabulate
from counterproof.audits.outcome_test.infer import infer
from counterproof.audits.outcome_test.options import OutcomeTestOptions
from counterproof.audits.outcome_test.words import WORDS
from counterproof.audits.sampling import Question, SamplePlan
from counterproof.audits.sampling_rates import Units, plan_rates
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Prepare, Role

__all__ = ["OUTCOME_TEST", "OutcomeTestAudit", "OutcomeTestOptions"]

THRESHOLDS = (
    "This is for hit rates. Thresholds are drawn from a model: no formula gives a number of stops for them, and a gap "
    "of hit rates can be there without a gap of thresholds."
)


class OutcomeTestAudit(Audit[OutcomeTestOptions]):
    """Hit rates and search thresholds by group."""

    kind = "outcome-test"
    options = OutcomeTestOptions
    counts_people = True
    population: Population = "process"
    words = WORDS

    def prepare(self, options: OutcomeTestOptions) -> Prepare | None:
        """Published counts are brought to one row a step."""
        return tabulate.layout(options)

    def grouped_by(self, options: OutcomeTestOptions) -> Sequence[str]:
        """The one column of groups."""
        return options.groups

    def roles(self, options: OutcomeTestOptions) -> Sequence[Role]:
        """Group and place, and of rows whether they were searched and hit."""
        return tabulate.roles(options)

    def reductions(self, options: OutcomeTestOptions) -> Reductions:
        """Cases by group, place and how far they went."""
        return Reductions(tabulate.count_by(options))

    def sums(self, options: OutcomeTestOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return tabulate.sums(options, cells, floor)

    def infer(
        self, options: OutcomeTestOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)

    def plan_sample(self, question: Question) -> SamplePlan:
        """Searches for a hit rate or a gap of hit rates; thresholds have no such formula."""
        found = plan_rates(self.kind, question, Units("searches whose result is recorded", "stops"))
        return replace(found, notes=(*found.notes, THRESHOLDS))


OUTCOME_TEST = OutcomeTestAudit()
