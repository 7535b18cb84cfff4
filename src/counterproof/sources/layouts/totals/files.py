"""Which layout each file has: told by titles and headers, wherever in a sheet or file they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError, nearest
from counterproof.sources.reading import delimited, jsonlines, parquet
from counterproof.sources.reading.files import format_of
from counterproof.sources.reading.sheets import row_texts, stored_rows
from counterproof.sources.reading.workbook import opened
from counterproof.sources.source import Reading

if TYPE_CHECKING:
    from counterproof.reductions.totals import EnforcementLayout, SeriesLayout, TotalsLayouts, WorkbookLayout
    from counterproof.sources.source import Source, SourceFile

__all__ = ["EventTable", "File", "SeriesTable", "Sheet", "plain", "recognised"]

_FIRST_ROWS = 40
_ALIKE = 0.6
"""So much of the columns of a released table must be the documented ones."""

Row = list[str | None]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name and its rows, without the blank cells at their ends."""

    name: str
    rows: list[Row]


@dataclass(frozen=True)
class SeriesTable:
    """A long table of counts that the engine holds. ``places``: our column, or a series, -> its name there."""

    layout: SeriesLayout
    table: Any
    places: dict[str, str]


@dataclass(frozen=True)
class EventTable:
    """A released table of events that the engine holds: the columns by which its rows are counted."""

    layout: EnforcementLayout
    table: Any
    date: str
    id: str | None


@dataclass
class File:
    """One file and what was found in it."""

    number: int
    label: str
    kinds: list[str] = field(default_factory=list)
    book: tuple[WorkbookLayout, list[Sheet]] | None = None
    tables: list[SeriesTable | EventTable] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plain(text: str | None) -> str:
    """A title or header in small letters, blanks and line breaks as one blank."""
    return " ".join((text or "").replace("\ufeff", "").split()).casefold()


def recognised(source: Source, layouts: TotalsLayouts, wanted: str | None) -> list[File]:
    """Every file and what is in it; a file with the same bytes as an earlier one is left out, and a note says so.

    Raises SourceError where a file is in no known layout, or not in the one that is ``wanted``.
    """
    if wanted is not None and wanted not in layouts.names:
        hint = nearest(wanted, layouts.names) or f"the layouts are {', '.join(layouts.names)}"
        raise SourceError("there is no such layout", where="layout", hint=hint)
    if wanted is not None:
        layouts = _only(layouts, wanted)
    if source.table is not None:
        return [_of_table(source, layouts)]
    found, seen = list[File](), dict[str, str]()
    names = Counter(file.path.name for file in source.files)
    for number, file in enumerate(source.files):
        if (digest := file.sha256()) in seen:
            note = f"{file.label}: the same bytes as {seen[digest]}, read once"
            source.notes += (note,) if note not in source.notes else ()
            continue
        seen[digest] = file.label
        label = file.path.name if names[file.path.name] == 1 else file.label
        found.append(_of_file(source, File(number, label), file, layouts))
    return found


def _only(layouts: TotalsLayouts, wanted: str) -> TotalsLayouts:
    return replace(
        layouts,
        workbooks=tuple(one for one in layouts.workbooks if one.name == wanted),
        series=tuple(one for one in layouts.series if one.name == wanted),
        events=tuple(one for one in layouts.events if one.table == wanted),
    )


def _of_table(source: Source, layouts: TotalsLayouts) -> File:
    """The only table of a source that has no files."""
    found = File(0, source.name)
    columns = tuple(source.table.columns)
    if _head([columns], layouts, found) is None:
        raise _unknown(source.name, layouts)
    found.tables.append(_placed(layouts, found, columns, columns, source.table))
    return found


def _of_file(source: Source, found: File, file: SourceFile, layouts: TotalsLayouts) -> File:
    kind = format_of(file)
    if kind == "workbook":
        _workbook(source, file, layouts, found)
        return found
    connection, spec = source._connection, source.spec
    assert connection is not None and spec is not None  # noqa: S101, PT018 - files come with both
    view = connection.table_name(f"{source.name}_table{found.number}")
    header: list[tuple[str, ...]] = []

    def find(rows: Sequence[Sequence[str]]) -> int | None:
        at = _head(rows, layouts, found)
        if at is None:
            raise _unknown(file.label, layouts)
        header.append(tuple(rows[at]))
        return at

    if kind == "delimited":
        part = delimited.part_of(connection, file, spec, find)
        _mendable(source, delimited.register(connection, view, part))
        columns = part.layout.columns
    elif kind in ("parquet", "jsonlines"):
        _mendable(source, (parquet if kind == "parquet" else jsonlines).read(connection, view, (file,), spec))
        columns = connection.columns(view)
        find([columns])
    else:
        hint = "name its table in a source of its own, with period and value; or export it to CSV"
        raise SourceError("a database has no layout that is recognised", where=file.label, hint=hint)
    found.tables.append(_placed(layouts, found, header[-1], columns, source.con.table(view)))
    return found


def _mendable(source: Source, reading: Reading) -> None:
    """What a reader checks before the first query is checked now; what it mends later, the source knows."""
    if reading.prepare is not None:
        source.notes += reading.prepare()
    before = source._reading

    def mend(exc: BaseException) -> tuple[str, ...] | None:
        said = reading.mend(exc) if reading.mend is not None else None
        return before.mend(exc) if said is None and before is not None and before.mend is not None else said

    source._reading = Reading(text=True, mend=mend)


def _workbook(source: Source, file: SourceFile, layouts: TotalsLayouts, found: File) -> None:
    """A workbook of totals by its titles; else every sheet of it that is a table of a known layout."""
    with opened(file) as book:
        sheets = [
            Sheet(name, [row_texts(row) for row in book.get_sheet_by_name(name).iter_rows()])
            for name in book.sheet_names
        ]
    for layout in layouts.workbooks:
        titles = {total.title for total in layout.totals}
        if any(plain(cell).startswith(tuple(titles)) for sheet in sheets for row in sheet.rows for cell in row if cell):
            found.book, found.kinds = (layout, sheets), [layout.name]
            return
    for place, sheet in enumerate(sheets):
        rows = [[cell or "" for cell in row] for row in sheet.rows[:_FIRST_ROWS]]
        at = _head(rows, layouts, found)
        if at is None:
            continue
        assert source._connection is not None  # noqa: S101
        view = source._connection.table_name(f"{source.name}_table{found.number}_{place}")
        columns = stored_rows(source._connection, view, sheet.rows[at + 1 :], len(rows[at]))
        found.tables.append(_placed(layouts, found, rows[at], columns, source.con.table(view)))
    if not found.tables:
        raise _unknown(file.label, layouts)


def _head(rows: Sequence[Sequence[str]], layouts: TotalsLayouts, found: File) -> int | None:
    """Place of the row of names of a long table or a released table; None where there is none."""
    for at, row in enumerate(rows[:_FIRST_ROWS]):
        words = [plain(cell) for cell in row]
        if _series(layouts, words) or _event(layouts, words):
            return at
    return None


def _series(layouts: TotalsLayouts, words: Sequence[str]) -> SeriesLayout | None:
    return next((one for one in layouts.series if all(set(names) & set(words) for _, names in one.columns)), None)


def _event(layouts: TotalsLayouts, words: Sequence[str]) -> EnforcementLayout | None:
    """The released table whose documented columns these are most alike: shared columns over all columns of both."""
    have = {word for word in words if word}
    best, score = None, _ALIKE
    for one in layouts.events:
        known = {plain(name) for name in one.columns}
        alike = len(have & known) / max(1, len(have | known))
        if plain(one.date) in have and alike > score:
            best, score = one, alike
    return best


def _placed(
    layouts: TotalsLayouts, found: File, header: Sequence[str], columns: Sequence[str], table: Any
) -> SeriesTable | EventTable:
    """What the table is, with the engine's names of its columns; headers that it should not have are kept."""
    words = [plain(cell) for cell in header]
    at = {word: column for word, column in zip(words, columns, strict=False) if word}
    if series := _series(layouts, words):
        places = {ours: next(at[name] for name in names if name in at) for ours, names in series.columns}
        split = {ours: next((at[name] for name in names if name in at), None) for ours, names in series.series}
        places |= {ours: column for ours, column in split.items() if column is not None}
        known = {name for _, names in (*series.columns, *series.series) for name in names} | set(series.known)
        _keep_unknown(found, header, known)
        found.kinds.append(series.name)
        return SeriesTable(series, table, places)
    event = _event(layouts, words)
    assert event is not None  # noqa: S101 - the row of names was found by it
    known = {plain(name) for name in event.columns}
    _keep_unknown(found, header, known)
    if lacking := sorted(name for name in event.columns if plain(name) not in at):
        found.notes.append(f"documented columns that it does not have: {', '.join(lacking[:10])}")
    found.kinds.append(f"the table {event.table} as released {' and '.join(event.releases)}")
    return EventTable(event, table, at[plain(event.date)], at.get(plain(event.id)))


def _keep_unknown(found: File, header: Sequence[str], known: set[str]) -> None:
    found.unknown += [name.strip() for name in header if plain(name) and plain(name) not in known]


def _unknown(where: str, layouts: TotalsLayouts) -> SourceError:
    hint = (
        f"known are {', '.join(layouts.names)}; for a long table name period and value; "
        "or describe the layout in a file of your own (--layout FILE)"
    )
    return SourceError("no known layout of published totals has these titles or columns", where=where, hint=hint)
