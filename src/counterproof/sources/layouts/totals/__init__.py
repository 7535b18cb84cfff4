"""Published totals in any known layout, several files at once, as lines with fixed columns.

recognised(source, declaration)   every file, and what it is; the tables of text files are registered with the engine
prepare(source, declaration)      the lines of workbooks and long tables
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from counterproof.reductions.totals import FILE, LINES
from counterproof.sources.layouts.totals import longtable, workbook
from counterproof.sources.layouts.totals.files import File, SeriesTable, recognised
from counterproof.sources.layouts.totals.workbook import Line
from counterproof.sources.reading.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.reductions.totals import PublishedLines
    from counterproof.sources.source import Source

__all__ = ["prepare", "stored"]


def prepare(source: Source, declaration: PublishedLines) -> Source:
    """The lines of every file that holds published totals; none where all files are tables of events.

    Raises SourceError for a file in no known layout.
    """
    files = recognised(source, declaration.layouts, declaration.layout)
    lines: list[Line] = []
    for file in (one for one in files if one.book is not None):
        lines += workbook.lines(file)
    series = [(file.label, found) for file in files for found in file.tables if isinstance(found, SeriesTable)]
    lines += longtable.lines(source, series, declaration.series)
    lines += [_of_file(file) for file in files]
    _note(source, files)
    return stored(source, f"{source.name}_lines", LINES, lines)


def _of_file(file: File) -> Line:
    """What no layout knows of a file."""
    unknown = json.dumps({"unknown": str(len(file.unknown))})
    return (file.label, FILE, None, None, None, None, None, None, None, unknown)


def stored(source: Source, name: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Source:
    """The source with these rows as its table, every column text."""
    import pyarrow as pa

    connection = source._connection or Connection()
    table = connection.table_name(name)
    cells = {column: pa.array([row[at] for row in rows], pa.string()) for at, column in enumerate(columns)}
    connection.store(table, pa.table(cells))
    laid_out = replace(source, table=connection.backend.table(table), con=connection.backend, text=True)
    laid_out._connection = connection
    return laid_out


def _note(source: Source, files: Sequence[File]) -> None:
    """What each file was taken for, and the columns that no layout knows."""
    for file in files:
        said = [f"{file.label}: read as {', '.join(dict.fromkeys(file.kinds))}"]
        said += [f"{file.label}: {note}" for note in file.notes]
        if file.unknown:
            listed = ", ".join(repr(name[:60]) for name in file.unknown[:10])
            said.append(f"{file.label}: columns that the layout does not have, not read: {listed}")
        source.notes += tuple(note for note in said if note not in source.notes)
