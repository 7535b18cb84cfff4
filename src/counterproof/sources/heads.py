"""The head of a table: the same rows every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["in_order"]

_SETTING = "preserve_insertion_order"


@contextmanager
def in_order(con: Any) -> Iterator[None]:
    """While LIMIT must give the first rows: DuckDB, which is quicker without, promises that only when told to."""
    if con.name != "duckdb":
        yield
        return
    before = con.raw_sql(f"SELECT current_setting('{_SETTING}')").fetchone()[0]
    con.raw_sql(f"SET {_SETTING} = true")
    try:
        yield
    finally:
        con.raw_sql(f"SET {_SETTING} = {str(before).lower()}")
