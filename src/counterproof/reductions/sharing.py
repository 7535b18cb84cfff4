"""What an audit of data sharing reads: agreements, flows, holdings and parties, one a row."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Prepare

__all__ = ["COLUMNS", "SharingTable"]

COLUMNS = (
    "row", "id", "under", "from", "to", "direction", "data", "authority", "purpose", "retention_days", "onward",
    "assessment", "signed", "expires", "declared_by",
)  # fmt: skip
"""The columns of the layout; docs/sharing.md explains each. Only from and to are required."""


@dataclass(frozen=True)
class SharingTable(Prepare):
    """Agreements and flows in the documented layout; columns that a table lacks are missing in every row."""
