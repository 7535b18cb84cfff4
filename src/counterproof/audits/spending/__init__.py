"""Audit of contracts and awards: what was promised, paid and possible, per vendor and year, each award once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.spending.infer import infer
from counterproof.audits.spending.tabulate import tabulate
from counterproof.audits.spending.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import CountBy, Role
from counterproof.reductions.awards import AwardDownload, AwardSums

__all__ = ["SPENDING", "SpendingAudit", "SpendingOptions"]

Split = Literal["recipient", "parent", "fiscal_year", "competition"]


class SpendingOptions(AuditOptions):
    """A download of federal awards, one row an award or one row a transaction."""

    kind: Literal["spending"] = "spending"
    by: tuple[Split, ...] = Field(
        default=("recipient", "parent", "fiscal_year", "competition"),
        description="Splits: recipient, its parent, fiscal_year, competition",
    )
    most: int = Field(default=20, ge=1, le=1000, description="How many recipients are shown by themselves")


class SpendingAudit(Audit[SpendingOptions]):
    """Awards are records about institutions: numbers are exact and nothing is withheld."""

    kind = "spending"
    options = SpendingOptions
    counts_people = False
    population: Population = "records"
    words = WORDS

    def prepare(self, options: SpendingOptions) -> AwardDownload:
        """The fields of the download, under whichever names it has them."""
        return AwardDownload()

    def roles(self, options: SpendingOptions) -> Sequence[Role]:
        """None: the layout names the columns."""
        return ()

    def reductions(self, options: SpendingOptions) -> Reductions:
        """Rows, and awards with their money by each split."""
        return Reductions(CountBy(()), apart={"awards": AwardSums(options.by)})

    def sums(self, options: SpendingOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Nothing is shown of rows: awards are counted apart."""
        return ()

    def apart(self, options: SpendingOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return tabulate(cells, options.most)

    def infer(
        self, options: SpendingOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(shown, records, options.population or self.population)


SPENDING = SpendingAudit()
