"""Audit of an inventory of AI use cases: what is answered, what is missing, what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from counterproof.audits.base import Audit, AuditOptions, Reductions, Settings
from counterproof.audits.inventory.infer import infer
from counterproof.audits.inventory.tabulate import tabulate
from counterproof.audits.inventory.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role
from counterproof.reductions.inventory import COLUMNS, InventoryTable

__all__ = ["INVENTORY", "InventoryAudit", "InventoryOptions"]


class InventoryOptions(AuditOptions):
    """An inventory of AI use cases, one row a use case, in the federal form of 2023, 2024 or 2025."""

    kind: Literal["inventory"] = "inventory"
    agencies: tuple[str, ...] = Field(
        default=(), description="Only these agencies", json_schema_extra={"option": "--agency"}
    )
    bureaus: tuple[str, ...] = Field(default=(), description="Only these bureaus")
    by: Literal["agency", "bureau"] | None = Field(
        default=None, description="Split by agency or by bureau; by bureau where agencies or bureaus are named"
    )

    @property
    def split(self) -> str:
        """The column by which the numbers are split."""
        return self.by or ("bureau" if self.agencies or self.bureaus else "agency")


class InventoryAudit(Audit[InventoryOptions]):
    """Entries of an inventory are records about systems: numbers are exact and nothing is withheld."""

    kind = "inventory"
    options = InventoryOptions
    counts_people = False
    population: Population = "records"
    words = WORDS

    def prepare(self, options: InventoryOptions) -> InventoryTable:
        """The questions of the form, whatever the year's headers."""
        return InventoryTable()

    def roles(self, options: InventoryOptions) -> Sequence[Role]:
        """Every column names a system, its agency, or an answer about it."""
        keys = {"agency": "agency", "bureau": "agency"}
        return [Role(keys.get(name, "system"), name, "category") for name in COLUMNS]

    def reductions(self, options: InventoryOptions) -> Reductions:
        """The entries: they are about systems and may leave."""
        return Reductions(CountBy(tuple(Category(name) for name in COLUMNS)))

    def sums(self, options: InventoryOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return tabulate(cells, options.agencies, options.bureaus, options.split)

    def infer(
        self, options: InventoryOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(shown, records, options.population or self.population)


INVENTORY = InventoryAudit()
