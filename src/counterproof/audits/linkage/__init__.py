"""Audit of a system that joins records: from clusters beside true entities, or from links that were reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.linkage import clusters, reviews
from counterproof.audits.linkage.infer import infer
from counterproof.audits.linkage.options import LinkageOptions
from counterproof.audits.linkage.words import WORDS
from counterproof.audits.sampling import Question, SamplePlan
from counterproof.audits.sampling_rates import Units, plan_rates
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role

__all__ = ["LINKAGE", "LinkageAudit", "LinkageOptions"]

MISSED = (
    "This is for false links. Missed links need a sample of pairs that were not linked, outside of the blocking too: "
    "if none is found among n of N such pairs, up to 3N/n may still be missing (rule of 3)."
)


class LinkageAudit(Audit[LinkageOptions]):
    """False and missed links of somebody else's linkage; nothing is linked here."""

    kind = "linkage"
    options = LinkageOptions
    counts_people = True
    population: Population = "process"
    words = WORDS

    def things(self, options: LinkageOptions) -> tuple[str, str]:
        """Records, links, or reviews of links."""
        if options.clusters:
            return self.words.things
        return ("link", "links") if options.reviewer is None else ("review", "reviews")

    def beside(self, options: LinkageOptions) -> Sequence[tuple[Audit[Any], AuditOptions]]:
        """Pairs that were not linked."""
        if options.non_links is None:
            return ()
        return [(NON_LINKS, options.model_copy(update={"source": options.non_links}))]

    def roles(self, options: LinkageOptions) -> Sequence[Role]:
        """Groups, what else is counted by, and the keys, which stay in the engine."""
        return clusters.roles(options) if options.clusters else reviews.roles(options)

    def reductions(self, options: LinkageOptions) -> Reductions:
        """Pairs by what became of them and sums over clusters; or links by stratum and verdict."""
        if options.clusters:
            groups = CountBy(tuple(Category(column) for column in options.groups))
            return Reductions(groups, apart=clusters.apart(options))
        return Reductions(reviews.count_by(options), apart=reviews.apart(options))

    def sums(self, options: LinkageOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Links and verdicts; of records by themselves nothing is shown."""
        if options.clusters or options.reviewer is not None:
            return ()
        return list(reviews.rows(options, cells, floor))

    def apart(self, options: LinkageOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``clusters`` and ``reviews``."""
        return list(clusters.rows(options, name, cells) if options.clusters else reviews.rows(options, cells, floor))

    def infer(
        self, options: LinkageOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)

    def plan_sample(self, question: Question) -> SamplePlan:
        """Links to review, by Neyman's shares where there are strata."""
        found = plan_rates(self.kind, question, Units("links to review"))
        return replace(found, notes=(*found.notes, MISSED))


class NonLinks(LinkageAudit):
    """What a linkage audit counts of the pairs that were not linked."""

    kind = "non-links"

    def roles(self, options: LinkageOptions) -> Sequence[Role]:
        """The verdict, and the stratum where totals are told by stratum."""
        found = [Role("reviewed", options.reviewed or "", "coded", options.reviewed_value)]
        return [*found, *(Role("stratum", column, "category") for column in _strata(options))]

    def reductions(self, options: LinkageOptions) -> Reductions:
        """Pairs by stratum and verdict."""
        return Reductions(CountBy((*map(Category, _strata(options)), reviews.verdict(options))))

    def sums(self, options: LinkageOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``reviews``."""
        return list(reviews.non_link_rows(options, cells))


def _strata(options: LinkageOptions) -> tuple[str, ...]:
    """The column of strata, unless one total is told for all pairs that were not linked."""
    told = set(options.non_links_total) != {reviews.ALL}
    return (options.stratum,) if options.stratum is not None and told else ()


NON_LINKS = NonLinks()
LINKAGE = LinkageAudit()
