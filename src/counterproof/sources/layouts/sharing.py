"""The documented layout of agreements and flows: names in any case, missing columns as nulls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import SourceError, nearest
from counterproof.reductions.sharing import COLUMNS

if TYPE_CHECKING:
    from counterproof.reductions.sharing import SharingTable
    from counterproof.sources.source import Source

__all__ = ["prepare"]


def prepare(source: Source, declaration: SharingTable) -> Source:
    """The source with the columns of the layout. Raises SourceError without from and to."""
    names = {name.strip().lower().replace(" ", "_"): name for name in source.table.columns}
    if lacking := [name for name in ("from", "to") if name not in names]:
        hint = nearest(lacking[0], names) or "docs/sharing.md has the layout, with a blank to fill in"
        raise SourceError(f"there is no column {lacking[0]!r}", where=source.name, hint=hint)
    table = source.table.select(
        **{
            name: source.table[names[name]].cast("string").strip().nullif("") if name in names else ibis.null("string")
            for name in COLUMNS
        }
    )
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown:
        source.notes += (f"columns that the layout does not have, not read: {', '.join(unknown[:10])}",)
    return replace(source, table=table, text=True)
