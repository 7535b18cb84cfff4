"""Audit of data sharing between institutions: what flows without authority, and where a record can end up."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.sharing.infer import infer
from counterproof.audits.sharing.tabulate import tabulate
from counterproof.audits.sharing.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role
from counterproof.reductions.sharing import COLUMNS, SharingTable

__all__ = ["SHARING", "SharingAudit", "SharingOptions"]


class SharingOptions(AuditOptions):
    """Agreements and flows between institutions, in the documented layout."""

    kind: Literal["sharing"] = "sharing"
    as_of: datetime.date | None = Field(default=None, description="The day on which agreements must still be in force")
    origin: str | None = Field(default=None, description="Whose records are followed; without it, the widest reach")
    data: str | None = Field(default=None, description="Which kind of data is followed")
    most: int = Field(default=20, ge=1, le=1000, description="How many parties are shown by their reach")


class SharingAudit(Audit[SharingOptions]):
    """Agreements and flows are records about institutions: numbers are exact and nothing is withheld."""

    kind = "sharing"
    options = SharingOptions
    counts_people = False
    population: Population = "records"
    words = WORDS

    def prepare(self, options: SharingOptions) -> SharingTable:
        """The columns of the layout, those that the table lacks as missing."""
        return SharingTable()

    def roles(self, options: SharingOptions) -> Sequence[Role]:
        """Every column is about institutions and what they agreed."""
        return [Role("agency" if name in ("from", "to") else "system", name, "category") for name in COLUMNS]

    def reductions(self, options: SharingOptions) -> Reductions:
        """The rows: they are about institutions and may leave."""
        return Reductions(CountBy(tuple(Category(name) for name in COLUMNS)))

    def sums(self, options: SharingOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return tabulate(cells, options.as_of, options.origin, options.data, options.most)

    def infer(
        self, options: SharingOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(shown, records, options.population or self.population, dated=options.as_of is not None)


SHARING = SharingAudit()
