"""Tables that are released beside search logs: what a portal says of itself, and whom a network is shared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.sources.layouts.search_log.files import Group, Log, register

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.source import Source

__all__ = ["beside_table"]


def beside_table(source: Source, besides: Sequence[Log], log: SearchLog) -> dict[str, Table]:
    """By its name, each table with our columns as text; several files of one name are stacked."""
    found: dict[str, Table] = {}
    for beside in log.layouts.beside:
        columns = [column for column, _ in beside.columns]
        parts = []
        for one in (one for one in besides if one.found.kind == beside.name):
            parts.append(_text(source, one, columns))
        if parts:
            found[beside.name] = ibis.union(parts[0], *parts[1:]) if len(parts) > 1 else parts[0]
    return found


def _text(source: Source, one: Log, columns: Sequence[str]) -> Table:
    group = Group(
        f"{source.name}_beside{one.number}", [one], one.columns if one.part is None else one.part.layout.columns
    )
    if source.table is None:
        assert source._connection is not None  # noqa: S101
        register(source._connection, group)
        raw = source.con.table(group.view)
    else:
        raw = source.table
    cells: dict[str, Any] = {column: group.cell(raw, column) for column in columns}
    return raw.select(
        **{
            column: ibis.null("string") if cell is None else cell.cast("string").strip().nullif("")
            for column, cell in cells.items()
        }
    )
