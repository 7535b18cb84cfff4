"""Tables that are in memory: inline rows of a plan, Arrow tables, Polars and pandas frames, Ibis tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import engine
from counterproof.sources.reading.cells import cell_text
from counterproof.sources.reading.columns import clean_names
from counterproof.sources.reading.connection import Connection
from counterproof.sources.source import Reading, Source

__all__ = ["ibis_source", "read_inline", "read_object"]

_SUPPORTED = "give a path, an Arrow table, a Polars or pandas frame, or an Ibis table"


def read_inline(name: str, rows: Sequence[Mapping[str, Any]]) -> Callable[[Connection, str], Reading]:
    """Rows written in a plan. Cells become text as they are written; a column that a row lacks is missing there."""
    import pyarrow as pa

    where = f"source {name!r}"
    if not rows:
        raise SourceError("inline holds no rows", where=where, hint="write at least one row")
    names = list(dict.fromkeys(str(column) for row in rows for column in row))
    if not names:
        raise SourceError("inline rows hold no columns", where=where, hint="write rows as {column: value, …}")
    clean_names(names, where)
    cells = [{str(column): cell for column, cell in row.items()} for row in rows]
    columns = {
        column: pa.array(
            [_text(row.get(column), f"{where}, row {at}, column {column!r}") for at, row in enumerate(cells, 1)],
            pa.string(),
        )
        for column in names
    }
    table = pa.table(columns)

    def read(connection: Connection, table_name: str) -> Reading:
        connection.store(table_name, table)
        return Reading(text=True, notes=(f"{len(rows)} inline rows",))

    return read


def read_object(name: str, obj: Any) -> Callable[[Connection, str], Reading]:
    """An Arrow table, or a frame that exports one; it is not copied, and keeps its types."""
    arrow = _arrow(name, obj)
    clean_names(arrow.column_names, f"source {name!r}")

    def read(connection: Connection, table_name: str) -> Reading:
        connection.raw.register(table_name, arrow)
        return Reading(text=False, notes=(f"{type(obj).__module__.split('.')[0]} {type(obj).__name__}",))

    return read


def ibis_source(name: str, table: Any) -> Source:
    """An Ibis table, on the engine that it belongs to."""
    with engine(f"source {name!r}"):
        backend = table._find_backend(use_default=True)  # a table in memory belongs to none
        columns = table.columns
    clean_names(columns, f"source {name!r}")
    return Source(name, table, backend, "object", text=False, notes=(f"Ibis table on {backend.name}",))


def _arrow(name: str, obj: Any) -> Any:
    import pyarrow as pa

    try:
        if isinstance(obj, pa.Table):
            return obj
        if type(obj).__module__.startswith("pandas"):
            return pa.Table.from_pandas(obj, preserve_index=False)
        if type(obj).__name__ == "LazyFrame":
            obj = obj.collect()
        if hasattr(obj, "__arrow_c_stream__"):
            return pa.table(obj)
    except Exception as exc:  # its message quotes cells
        what = f"the {type(obj).__name__} cannot be read as a table ({type(exc).__name__})"
        raise SourceError(what, where=f"source {name!r}", hint="give every column one type, such as text") from None
    raise SourceError(f"a {type(obj).__name__} cannot be opened", where=f"source {name!r}", hint=_SUPPORTED)


def _text(cell: Any, where: str) -> str | None:
    """A cell of a plan as it would stand in a CSV file."""
    if cell is None or isinstance(cell, str | bool | int | float | date):
        return cell_text(cell)
    raise SourceError("a cell is neither text, number, date, true or false", where=where, hint="write one value a cell")
