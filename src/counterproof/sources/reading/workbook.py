"""A sheet of an XLSX workbook as a table of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError, nearest
from counterproof.sources.reading.cells import cell_text
from counterproof.sources.reading.columns import clean_names, numbered, same_columns
from counterproof.sources.reading.connection import Connection
from counterproof.sources.reading.safe_workbook import AS_CSV, check_workbook
from counterproof.sources.source import Reading, SourceFile, no_records

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["choose", "opened", "read"]


@dataclass
class _Sheet:
    columns: tuple[str, ...]
    cells: list[list[str | None]]
    notes: tuple[str, ...]


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register a sheet of each workbook, stacked, under ``table``."""
    import pyarrow as pa

    sheets = {
        file.label: _read_sheet(file, spec.sheet, spec.header_row, number=spec.repeated_names == "number")
        for file in files
    }
    same_columns({label: sheet.columns for label, sheet in sheets.items()})
    columns = next(iter(sheets.values())).columns
    stacked: dict[str, list[str | None]] = {name: [] for name in columns}
    for sheet in sheets.values():
        for name, cells in zip(sheet.columns, sheet.cells, strict=True):
            stacked[name] += cells
    if not stacked[columns[0]]:
        raise no_records(files[0].label)
    connection.store(table, pa.table({name: pa.array(cells, pa.string()) for name, cells in stacked.items()}))
    notes = [f"{len(files)} workbooks stacked"] if len(files) > 1 else []
    for label, sheet in sheets.items():
        notes += [f"{label}: {note}" if len(files) > 1 else note for note in sheet.notes]
    return Reading(text=True, notes=tuple(notes))


@contextmanager
def opened(file: SourceFile) -> Iterator[Any]:
    """A workbook (of ``python_calamine``) that unpacks to no more than memory holds and refers to nothing outside."""
    from python_calamine import CalamineError, CalamineWorkbook

    check_workbook(file)
    try:
        with CalamineWorkbook.from_path(file.path) as book:
            yield book
    except (CalamineError, OSError):
        raise SourceError("the workbook is damaged", where=file.label, hint=f"download it again, or {AS_CSV}") from None


def _read_sheet(file: SourceFile, wanted: str | None, header_row: int, *, number: bool) -> _Sheet:
    with opened(file) as book:
        name = choose(book.sheet_names, wanted, file)
        note = f"sheet {name!r}" if wanted or len(book.sheet_names) == 1 else f"sheet {name!r}, the first"
        rows = book.get_sheet_by_name(name).iter_rows()
        sheet = _columns(rows, header_row, f"{file.label}, sheet {name!r}", number=number)
    sheet.notes = (note, *([f"header in row {header_row}"] if header_row > 1 else []), *sheet.notes)
    return sheet


def choose(names: Sequence[str], wanted: str | None, file: SourceFile) -> str:
    """The sheet asked for, blanks at its ends and case aside; the first without one."""
    if not names:
        raise SourceError("the workbook has no sheets", where=file.label, hint=AS_CSV)
    if wanted is None:
        return names[0]
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    listed = ", ".join(repr(name) for name in names[:20])
    hint = nearest(wanted, names) or f"its sheets are {listed}"
    raise SourceError(f"the workbook has no sheet {wanted!r}", where=file.label, hint=hint)


def _columns(rows: Any, header_row: int, where: str, *, number: bool) -> _Sheet:
    """Names from the header row, cells below it; blank rows and unnamed blank columns are left out."""
    above: list[list[Any]] = []
    header: list[str] | None = None
    for row in rows:
        if len(above) == header_row - 1:
            header = [cell_text(cell) or "" for cell in row]
            break
        above.append(row)
    if header is None or not any(cell.strip() for cell in header):
        what = f"row {header_row} is below the last row" if header is None else f"row {header_row} is blank"
        raise SourceError(what, where=where, hint=_where_header(above, rows))
    body = [texts for texts in ([cell_text(cell) for cell in row] for row in rows) if any(texts)]
    used = [at for at, name in enumerate(header) if name.strip() or any(texts[at] for texts in body)]
    last = max(at for at, name in enumerate(header) if name.strip())
    beyond = sum(any(texts[last + 1 :]) for texts in body)
    kept = [at for at in used if at <= last]
    _check_title(header, body, header_row, where)
    given = [header[at] for at in kept]
    names = clean_names(numbered(given) if number else given, f"{where}, row {header_row}")
    notes = (f"{beyond} rows hold cells to the right of the last named column; not read",) if beyond else ()
    return _Sheet(names, [[texts[at] for texts in body] for at in kept], notes)


def _check_title(header: list[str], body: list[list[str | None]], header_row: int, where: str) -> None:
    """One lone cell above wider rows is a title."""
    width = sum(bool(name.strip()) for name in header)
    widest = max((sum(cell is not None for cell in texts) for texts in body[:50]), default=0)
    if width == 1 and widest > 2:
        what = f"row {header_row} holds one cell, rows below it up to {widest}: it looks like a title"
        raise SourceError(what, where=where, hint="say in which row the column names stand: header_row")


def _where_header(above: list[list[Any]], rows: Any) -> str:
    """Hint at the first of the next rows that has more than one cell, or at how many rows there are."""
    for below, row in enumerate(rows, 1):
        if sum(cell not in (None, "") for cell in row) > 1:
            return f"the column names may stand in row {len(above) + 1 + below}: header_row"
        if below > 100:
            break
    return f"header_row counts from 1; the sheet has {len(above)} rows" if above else "choose another sheet"
