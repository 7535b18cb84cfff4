"""Audit of somebody else's risk score, flag or text filter, from the outcomes that were released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.published import layout
from counterproof.audits.sampling import Question, SamplePlan
from counterproof.audits.sampling_rates import Units, plan_rates
from counterproof.audits.score import clusters, codings, designed, periods, strata, tabulate, view
from counterproof.audits.score.infer import infer
from counterproof.audits.score.measures import AUC
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.population import population_of
from counterproof.audits.score.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import CountBy, RankSums, Role, merge
from counterproof.reductions.clusters import ClusterCells
from counterproof.reductions.published import Published

__all__ = ["SCORE", "ScoreAudit", "ScoreOptions"]


class ScoreAudit(Audit[ScoreOptions]):
    """Rates of a flag against an outcome, by group, with what a reader needs to judge them."""

    kind = "score"
    options = ScoreOptions
    counts_people = True
    population: Population = "process"
    words = WORDS

    def prepare(self, options: ScoreOptions) -> Published | None:
        """A published table of counts, where they are rounded or hidden or given with totals."""
        columns = tuple(role.column for role in self.roles(options) if role.kind != "count")
        return layout(options, columns, options.flag_coded, options.outcome_coded)

    def beside(self, options: ScoreOptions) -> Sequence[tuple[Audit[Any], AuditOptions]]:
        """How many people there are, where there are two arms."""
        return population_of(options)

    def grouped_by(self, options: ScoreOptions) -> Sequence[str]:
        """The columns to compare by."""
        return options.groups

    def roles(self, options: ScoreOptions) -> Sequence[Role]:
        """Groups, score or flag, outcome, review, count."""
        found = [Role("groups", column, "category") for column in options.groups]
        if options.score is not None:
            found.append(Role("score", options.score, "number"))
        if options.flag is not None:
            found.append(Role("flag", options.flag, "coded", options.flag_value))
        if options.outcome is not None:
            found.append(Role("outcome", options.outcome, "coded", options.outcome_value))
        if options.reviewed is not None:
            found.append(Role("reviewed", options.reviewed, "coded"))
        if options.review_stratum is not None:
            found.append(Role("review_stratum", options.review_stratum, "category"))
        if options.arm is not None:
            found.append(Role("arm", options.arm, "coded", (view.SELECTED, view.RANDOM)))
        if options.cluster is not None:
            found.append(Role("cluster", options.cluster, "key"))
        if options.within is not None:
            found.append(Role("within", options.within, "category"))
        if options.period is not None:
            found.append(Role("period", options.period, "category"))
        found += codings.roles(options)
        if options.count is not None:
            found.append(Role("count", options.count, "count"))
        return found

    def reductions(self, options: ScoreOptions) -> Reductions:
        """One count by group, flag or score, and outcome; rank sums where AUC is asked for."""
        ranks = None
        score, outcome = options.score, options.outcome_coded
        if score is not None and outcome is not None and options.every_score and AUC in options.measures:
            ranks = RankSums(score, outcome, tabulate.groupings(options), options.count, exact=options.exact)
        every = [options, *codings.variants(options).values()]
        wanted = merge([*(view.dimensions(one) for one in every), codings.dimensions(options)])
        counted = CountBy(wanted, options.count, view.further(options))
        return Reductions(counted, ranks, clusters.reductions(options))

    def sums(self, options: ScoreOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``, ``strata``, ``designed`` and ``periods``."""
        found = [*tabulate.sums(options, cells, floor), *strata.rows(options, cells)]
        return [*found, *designed.rows(options, cells), *periods.rows(options, cells, floor)]

    def apart(self, options: ScoreOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``clusters``."""
        return clusters.rows(options, cells, floor) if isinstance(cells, ClusterCells) else clusters.repeats(cells)

    def infer(
        self, options: ScoreOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)

    def plan_sample(self, question: Question) -> SamplePlan:
        """Records for a rate or a gap, or reviews per group and stratum."""
        return plan_rates(self.kind, question, Units("records below the line of the rate, with a known outcome"))


SCORE = ScoreAudit()
