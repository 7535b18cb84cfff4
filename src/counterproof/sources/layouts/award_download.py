"""Downloads of federal contracts: one row an award, or one row a transaction, to one table with fixed columns.

Field names as USAspending.gov has written them in its award and transaction downloads; a name is found in any case
and with blanks for underscores. What a download lacks becomes a column of nulls, which its ``…_absent`` note says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import SourceError

if TYPE_CHECKING:
    from counterproof.reductions.awards import AwardDownload
    from counterproof.sources.source import Source

__all__ = ["FIELDS", "prepare"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "award": ("contract_award_unique_key", "assistance_award_unique_key", "award_unique_key", "award_id"),
    "transaction": ("contract_transaction_unique_key", "assistance_transaction_unique_key"),
    "vehicle": ("award_or_idv_flag",),
    "action_date": ("action_date", "award_base_action_date"),
    "fiscal_year": ("action_date_fiscal_year", "award_base_action_date_fiscal_year"),
    "modified": ("last_modified_date",),
    "action_obligated": ("federal_action_obligation",),
    "obligated": ("total_obligated_amount", "total_dollars_obligated", "award_amount"),
    "outlayed": ("total_outlayed_amount", "total_outlayed_amount_for_overall_award", "total_outlays"),
    "current_value": ("current_total_value_of_award",),
    "potential_value": ("potential_total_value_of_award",),
    "recipient_key": ("recipient_uei", "recipient_duns"),
    "recipient": ("recipient_name",),
    "raw_name": ("recipient_name_raw", "recipient_name"),
    "parent_key": ("recipient_parent_uei", "recipient_parent_duns"),
    "parent": ("recipient_parent_name",),
    "alone": ("sole_proprietorship",),
    "competition": ("extent_competed",),
    "offers": ("number_of_offers_received",),
}
"""Our column -> the names under which downloads have it, the best first."""

YEAR = r"^\d{4}$"
"""A fiscal year; anything else in its place is taken for none, since years are groups and groups are printed."""
MONEY = ("action_obligated", "obligated", "outlayed", "current_value", "potential_value")


def prepare(source: Source, declaration: AwardDownload) -> Source:
    """The source with our columns only: officers, addresses, phones and free text are not among them.

    Raises SourceError where there is no key by which an award is told from another, or no money at all.
    """
    names = {name.strip().lower().replace(" ", "_"): name for name in source.table.columns}
    found = {ours: next((names[name] for name in theirs if name in names), None) for ours, theirs in FIELDS.items()}
    if found["award"] is None:
        what = "no column tells one award from another"
        raise SourceError(what, where=source.name, hint="a download of awards has contract_award_unique_key")
    if not any(found[name] for name in MONEY):
        raise SourceError("no column holds amounts", where=source.name, hint="a download has total_obligated_amount")
    table = source.table.select(
        **{
            ours: ibis.null("string") if theirs is None else source.table[theirs].cast("string").strip().nullif("")
            for ours, theirs in found.items()
        }
    )
    year = table.fiscal_year
    table = table.mutate(fiscal_year=year.re_search(YEAR).ifelse(year, ibis.null("string")))
    absent = [FIELDS[ours][0] for ours, theirs in found.items() if theirs is None and ours != "transaction"]
    kind = "transactions" if found["action_obligated"] or found["transaction"] else "awards"
    said = f"read as a download of {kind}: {len(names) - sum(v is not None for v in found.values())} columns not used"
    notes = (said, f"columns that it does not have: {', '.join(absent)}") if absent else (said,)
    source.notes += tuple(note for note in notes if note not in source.notes)
    return replace(source, table=table, text=True)
