"""Findings as Arrow tables, for whoever goes on in Python or R."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["table_of"]


def table_of(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """JSON rows as a table: mappings become a column per key (``group.race``), lists become JSON text."""
    import pyarrow as pa

    flat = [_flatten(row) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return pa.table({name: pa.array([row.get(name) for row in flat]) for name in names})


def _flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    import json

    out: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            out |= {f"{name}.{key}": entry for key, entry in value.items()}
        elif isinstance(value, list):
            out[name] = json.dumps(value, ensure_ascii=False)
        else:
            out[name] = value
    return out
