"""Audit of face, fingerprint or iris matching, from scores, counts or rates of somebody else's evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.identification import published, sample, scores, searches
from counterproof.audits.identification.infer import infer
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.audits.identification.words import WORDS
from counterproof.audits.sampling import Question, SamplePlan
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Prepare, Role

__all__ = ["IDENTIFICATION", "IdentificationAudit", "IdentificationOptions"]


class IdentificationAudit(Audit[IdentificationOptions]):
    """Error rates of matching by system and group; never a picture, a template or a name."""

    kind = "identification"
    options = IdentificationOptions
    counts_people = True
    population: Population = "process"
    words = WORDS

    def about_people(self, options: IdentificationOptions) -> bool:
        """Comparisons of people are; rates that somebody published are no counts at all."""
        return options.form != "rates"

    def things(self, options: IdentificationOptions) -> tuple[str, str]:
        """Comparisons or searches, or the rates that somebody published."""
        if options.form == "counts" and {options.false_matches, options.false_non_matches} == {None}:
            return "search", "searches"
        return THINGS.get(options.form, self.words.things)

    def prepare(self, options: IdentificationOptions) -> Prepare | None:
        """Published tables are brought to one row per count or rate."""
        return published.layout(options) if options.form in ("counts", "rates") else None

    def roles(self, options: IdentificationOptions) -> Sequence[Role]:
        """System, groups, and what else each form names."""
        if options.form == "searches":
            return searches.roles(options)
        return published.roles(options) if options.form in ("counts", "rates") else scores.roles(options)

    def reductions(self, options: IdentificationOptions) -> Reductions:
        """Errors and trials, or published rates, by system and group; of logs comparisons at the tails."""
        if options.form in ("counts", "rates"):
            return Reductions(published.count_by(options))
        return searches.reductions(options) if options.form == "searches" else scores.reductions(options)

    def sums(self, options: IdentificationOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``published``; of logs nothing is shown but what is counted apart."""
        if options.form == "rates":
            return list(published.rate_sums(options, cells))
        return list(published.error_sums(options, cells)) if options.form == "counts" else ()

    def apart(self, options: IdentificationOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``scores``."""
        if options.form == "searches":
            return list(searches.rows(options, cells))
        return list(scores.rows(options, name, cells, floor))

    def infer(
        self, options: IdentificationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)

    def plan_sample(self, question: Question) -> SamplePlan:
        """See ``sample``."""
        return sample.plan(question)


THINGS = {"rates": ("published rate", "published rates"), "searches": ("candidate", "candidates")}

IDENTIFICATION = IdentificationAudit()
