"""Audit of face, fingerprint or iris matching, from scores, counts or rates of somebody else's evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.identification import published
from counterproof.audits.identification.infer import infer
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.audits.identification.words import WORDS
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
        """Comparisons, or the rates that somebody published."""
        return THINGS.get(options.form, self.words.things)

    def prepare(self, options: IdentificationOptions) -> Prepare | None:
        """Published tables are brought to one row per count or rate."""
        return published.layout(options)

    def roles(self, options: IdentificationOptions) -> Sequence[Role]:
        """System, groups."""
        return published.roles(options)

    def reductions(self, options: IdentificationOptions) -> Reductions:
        """Errors and trials, or published rates, by system and group."""
        return Reductions(published.count_by(options))

    def sums(self, options: IdentificationOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``published``."""
        return list((published.rate_sums if options.form == "rates" else published.error_sums)(options, cells))

    def infer(
        self, options: IdentificationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)


THINGS = {"rates": ("published rate", "published rates")}

IDENTIFICATION = IdentificationAudit()
