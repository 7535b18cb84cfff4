"""Inventories of AI use cases, whatever the year's headers, to one table with fixed columns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.errors import SourceError
from counterproof.reductions.inventory import COLUMNS

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.reductions.inventory import InventoryTable
    from counterproof.sources.source import Source

__all__ = ["prepare"]

_QUOTES = str.maketrans({"’": "'", "‘": "'", "\x92": "'", "“": '"', "”": '"', "_": "_"})


def prepare(source: Source, declaration: InventoryTable) -> Source:
    """The source with our columns; a question that the year did not ask becomes a column of nulls, and is noted.

    Raises SourceError where no known form fits, naming the columns that each would need.
    """
    headers = {_plain(name): name for name in source.table.columns}
    layouts = tomllib.loads((files(__package__) / "inventories.toml").read_text("utf-8"))["layout"]
    layout = next((one for one in layouts if all(_find(headers, need) for need in one["needs"])), None)
    if layout is None:
        needs = "; ".join(f"{one['name']}: {', '.join(one['needs'])}" for one in layouts)
        raise SourceError("no known form of inventory has these columns", where=source.name, hint=f"forms: {needs}")
    found = {name: _find(headers, layout[name]) if name in layout else None for name in COLUMNS}
    table = source.table
    cells = {name: ibis.null("string") if their is None else _cell(table, their) for name, their in found.items()}
    cells["privacy_assessment"] = _without_address(cells["privacy_assessment"])
    notes = [f"read as the inventory form of {layout['name']}"]
    if absent := [name.replace("_", " ") for name, their in found.items() if their is None]:
        notes.append(f"not asked in this form: {', '.join(absent)}")
    source.notes += tuple(note for note in notes if note not in source.notes)
    return replace(source, table=table.select(**cells), text=True)


def _plain(header: str) -> str:
    return " ".join(header.translate(_QUOTES).split()).lower()


def _find(headers: Mapping[str, str], beginnings: str | Sequence[str]) -> str | None:
    """The column whose header is, else begins with, one of these."""
    wanted = [beginnings] if isinstance(beginnings, str) else list(beginnings)
    exact = [headers[one] for one in wanted if one in headers]
    begun = [name for one in wanted for header, name in headers.items() if len(one) > 20 and header.startswith(one)]
    return next(iter([*exact, *begun]), None)


def _cell(table: Table, name: str) -> Column:
    return table[name].cast("string").strip().nullif("").nullif("[]")


def _without_address(cell: Any) -> Any:
    return ibis.ifelse(cell.lower().contains("http"), "yes", cell)
