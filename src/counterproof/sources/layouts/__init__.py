"""Public layouts of records, each brought to one table with fixed columns before anything is counted."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from counterproof.reductions import Prepare
    from counterproof.sources.source import Source

__all__ = ["LAYOUTS", "prepared"]

LAYOUTS: dict[str, str] = {
    "AwardDownload": "award_download",
    "ErrorCounts": "error_counts",
    "PublishedRates": "published_rates",
    "Published": "published",
    "InventoryTable": "inventory",
    "SharingTable": "sharing",
    "NestedCounts": "nested_counts",
    "SearchLog": "search_log",
    "PublishedLines": "totals",
    "EnforcementRows": "enforcement",
}
"""Name of the declaration -> module of this folder, whose ``prepare(source, declaration)`` returns the new source."""


def prepared(source: Source, declaration: Prepare | None) -> Source:
    """The same records in the layout that an audit expects; the source itself where it expects none."""
    if declaration is None:
        return source
    source.attempt(lambda: None)  # what opening left unchecked is checked, and noted, once and with this source
    module = import_module(f"counterproof.sources.layouts.{LAYOUTS[type(declaration).__name__]}")
    return cast(Callable[["Source", "Prepare"], "Source"], module.prepare)(source, declaration)
