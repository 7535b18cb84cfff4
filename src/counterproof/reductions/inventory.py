"""What an audit of an inventory of AI use cases reads: one row a use case, its answers as they were written."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Prepare

__all__ = ["ANSWERS", "COLUMNS", "InventoryTable"]

ANSWERS = (
    "testing",
    "impact_assessment",
    "independent_review",
    "monitoring",
    "training",
    "fail_safe",
    "appeal",
    "consultation",
    "privacy_assessment",
)
"""What must be answered for a deployed high-impact use case."""

COLUMNS = ("agency", "bureau", "use_case", "stage", "impact", "withheld", "personal_data", "authorization", *ANSWERS)
"""The columns of the table, whatever the year's form was called."""


@dataclass(frozen=True)
class InventoryTable(Prepare):
    """The federal AI use-case inventories of 2023, 2024 and 2025, whatever their headers, as ``COLUMNS``.

    ``privacy_assessment`` holds no address: "yes" where a web address is given, else the words of the cell.
    """
