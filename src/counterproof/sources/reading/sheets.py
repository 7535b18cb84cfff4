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

__all__ = ["row_texts", "stored_rows", "stored_sheet"]

_HEAD = 50
_ROWS = 20_000
_WIDEST = 500
"""Some sheets declare 16,383 columns of which a few dozen hold anything."""


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
            head = [row_texts(row) for row in islice(rows, _HEAD)]
            try:
                header = find([[cell or "" for cell in row] for row in head])
            except SourceError as error:
                trouble = trouble or error
                continue
            body = head[0 if header is None else header + 1 :]
            least = 1 if header is None else len(head[header])
            return _stored(connection, table, body, (row_texts(row) for row in rows), least)
        raise trouble or SourceError("the workbook has no sheets", where=file.label)


def stored_rows(connection: Connection, table: str, rows: Sequence[list[str | None]], width: int) -> tuple[str, ...]:
    """Copy rows of text into the engine; the columns, c0, c1, …, ``width`` of them or more, are returned."""
    return _stored(connection, table, rows, iter(()), width)


def row_texts(row: Sequence[Any]) -> list[str | None]:
    """The text of a row's cells, without the blank ones at its end. No more than ``_WIDEST`` are looked at."""
    texts = [cell_text(cell) for cell in row[:_WIDEST]]
    while texts and texts[-1] is None:
        texts.pop()
    return texts


def _stored(
    connection: Connection, table: str, body: Sequence[list[str | None]], more: Iterator[list[str | None]], least: int
) -> tuple[str, ...]:
    """Rows of text as a table, a batch at a time; blank rows are left out."""
    import pyarrow as pa

    first = [*body, *islice(more, _ROWS)]
    width = max([least, *(len(row) for row in first)])
    columns = tuple(f"c{place}" for place in range(width))

    def batch(rows: Iterable[list[str | None]]) -> Any:
        kept = [row for row in rows if any(row)]
        cells = [pa.array([row[at] if at < len(row) else None for row in kept], pa.string()) for at in range(width)]
        return pa.table(dict(zip(columns, cells, strict=True)))

    connection.store(table, batch(first))
    while rows := list(islice(more, _ROWS)):
        connection.add(table, batch(rows))
    return columns
