"""A sheet whose row of names may stand anywhere, copied row by row: for layouts that read their files themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError
from counterproof.sources.reading.cells import cell_text
from counterproof.sources.reading.connection import Connection
from counterproof.sources.reading.workbook import choose, opened
from counterproof.sources.source import SourceFile

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec
    from counterproof.sources.reading.text import Find

__all__ = ["stored_rows", "stored_sheet"]

_HEAD = 50
_ROWS = 20_000


def stored_sheet(connection: Connection, table: str, file: SourceFile, spec: SourceSpec, find: Find) -> tuple[str, ...]:
    """Copy the sheet in which ``find`` sees a row of names (or records without one) into the engine, as text.

    The columns are named c0, c1, …; they are returned. Raises what ``find`` raises for the sheet that was asked for,
    or for the first if it knows none.
    """
    with opened(file) as book:
        names = [choose(book.sheet_names, spec.sheet, file)] if spec.sheet else [*book.sheet_names]
        trouble: SourceError | None = None
        for name in names:
            rows = book.get_sheet_by_name(name).iter_rows()
            head = [_texts(row) for row in islice(rows, _HEAD)]
            try:
                header = find([[cell or "" for cell in row] for row in head])
            except SourceError as error:
                trouble = trouble or error
                continue
            body = head[0 if header is None else header + 1 :]
            return _stored(connection, table, body, (_texts(row) for row in rows))
        raise trouble or SourceError("the workbook has no sheets", where=file.label)


def stored_rows(connection: Connection, table: str, rows: Sequence[list[str | None]], width: int) -> tuple[str, ...]:
    """Copy rows of text into the engine; the columns, c0, c1, …, are returned."""
    return _stored(connection, table, [[*row, *[None] * (width - len(row))] for row in rows], iter(()))


def _texts(row: Iterable[Any]) -> list[str | None]:
    return [cell_text(cell) for cell in row]


def _stored(
    connection: Connection, table: str, body: Sequence[list[str | None]], more: Iterator[list[str | None]]
) -> tuple[str, ...]:
    """Rows of text as a table, a batch at a time; blank rows are left out."""
    import pyarrow as pa

    first = [*body, *islice(more, _ROWS)]
    width = max((len(row) for row in first), default=1)
    columns = tuple(f"c{place}" for place in range(width))

    def batch(rows: Iterable[list[str | None]]) -> Any:
        kept = [row for row in rows if any(row)]
        cells = [pa.array([row[at] if at < len(row) else None for row in kept], pa.string()) for at in range(width)]
        return pa.table(dict(zip(columns, cells, strict=True)))

    connection.store(table, batch(first))
    while rows := list(islice(more, _ROWS)):
        connection.add(table, batch(rows))
    return columns
