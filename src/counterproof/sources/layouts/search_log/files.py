"""Read the files of search logs one by one, whatever they are, and register those that are laid out alike together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import kind_of, line_of, located
from counterproof.sources.layouts.search_log.recognise import Recognised, recognise
from counterproof.sources.reading import delimited, jsonlines, parquet
from counterproof.sources.reading.connection import Connection, identifier, literals
from counterproof.sources.reading.files import format_of
from counterproof.sources.reading.sheets import stored_sheet

if TYPE_CHECKING:
    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.source import Reading, Source, SourceFile

__all__ = ["Group", "Log", "groups_of", "logs_of", "mend", "register"]

PADDED = 4
"""Cells that a row may have beyond the header, once a file has rows of several widths."""


@dataclass
class Log:
    """One file (or the only table of a source that has no files): its place in the call, and what was recognised.

    part     a text file as the engine reads it
    table    or the name of the engine's table or view, whose columns are named ``columns``
    reading  what the reader of that table said
    """

    number: int
    label: str
    found: Recognised
    part: delimited.Part | None = None
    table: str = ""
    columns: tuple[str, ...] = ()
    reading: Reading | None = None


@dataclass
class Group:
    """Logs whose columns stand in the same places: one view, with the column ``file``."""

    view: str
    logs: list[Log]
    columns: tuple[str, ...]
    padded: int = 0

    @property
    def found(self) -> Recognised:
        """What its files are."""
        return self.logs[0].found

    def cell(self, table: Any, column: str) -> Any:
        """Our column in the view; None where the layout does not have it."""
        at = self.found.places.get(column)
        return None if at is None else table[self.columns[at]]


def logs_of(source: Source, log: SearchLog) -> list[Log]:
    """Every file recognised, each once: a second file with the same bytes is left out, and a note says so."""
    if source.table is not None:
        names = tuple(source.table.columns)
        return [Log(0, source.name, recognise([names], log.layouts, log.layout, source.name), None, "", names)]
    logs, same = [], _same_bytes(source.files)
    for number, file in enumerate(source.files):
        if file.label in same:
            source.notes += (f"{file.label}: the same bytes as {same[file.label]}, read once",)
            continue
        logs.append(_log(source, number, file, log))
    return logs


def groups_of(source: Source, logs: Sequence[Log]) -> list[Group]:
    """Logs of the same layout and the same way of being read, in the order of their first file."""
    alike: dict[object, list[Log]] = {}
    for log in logs:
        alike.setdefault(_key(log), []).append(log)
    made = []
    for place, members in enumerate(alike.values()):
        first = members[0]
        columns = first.columns if first.part is None else first.part.layout.columns
        made.append(Group(f"{source.name}_part{place}", members, columns))
    return made


def register(connection: Connection, group: Group) -> None:
    """Register a group's view, with the number of the file in the column ``file``."""
    parts = [log.part for log in group.logs if log.part is not None]
    if not parts:
        log = group.logs[0]
        select = f"SELECT *, {log.number} AS file FROM {identifier(log.table)}"  # noqa: S608
    else:
        numbers = ", ".join(str(log.number) for log in group.logs)
        place = f"list_position({literals(part.path for part in parts)}, filename)"
        call = delimited.call(parts, padded=group.padded).removesuffix(")") + ", filename = true)"
        select = f"SELECT * EXCLUDE (filename), ([{numbers}])[{place}] AS file FROM {call}"  # noqa: S608
    connection.view(group.view, select)


def mend(connection: Connection, groups: Sequence[Group], exc: BaseException) -> tuple[str, ...] | None:
    """Read text files another way after the engine stopped at them; None where nothing is left to try."""
    for log in (log for group in groups for log in group.logs):
        if log.reading is not None and log.reading.mend is not None and (said := log.reading.mend(exc)):
            return said
    kind = kind_of(exc)
    named = [g for g in groups if any(log.part and str(log.part.path) in str(exc) for log in g.logs)] or [*groups]
    textual = [group for group in named if group.logs[0].part is not None]
    if kind in ("line ends", "encoding"):
        notes = [note for group in textual for log in group.logs for note in _copied(connection, log, kind)]
    elif kind == "long line":
        notes = [note for group in textual for log in group.logs for note in _lengthened(log)]
    elif kind == "ragged":
        notes = [note for group in textual if not group.padded for note in _padded(group)]
    else:
        notes = []
    if not notes:
        _located(kind, [log for group in textual for log in group.logs if str(_path(log)) in str(exc)], exc)
        return None
    for group in textual:
        register(connection, group)
    return tuple(notes)


def _path(log: Log) -> object:
    return log.part.path if log.part is not None else None


def _located(kind: str | None, logs: Sequence[Log], exc: BaseException) -> None:
    """Raise SourceError that says in which file and about where a text cannot be read."""
    if kind in ("quote", "long line", "ragged") and len(logs) == 1:
        raise located(kind, logs[0].label, line_of(exc))


def _copied(connection: Connection, log: Log, kind: str) -> list[str]:
    part = log.part
    if part is None or part.copied:
        return []
    if kind == "encoding":
        part.layout = replace(part.layout, encoding="cp1252")
    part.copy(connection)
    said = "not UTF-8 all through, read as cp1252" if kind == "encoding" else "line ends are mixed"
    return [f"{log.label}: {said}"]


def _lengthened(log: Log) -> list[str]:
    if log.part is None or log.part.longest >= delimited.MOST_LINE:
        return []
    log.part.longest = delimited.MOST_LINE
    return [f"{log.label}: some rows are longer than 2 MB"]


def _padded(group: Group) -> list[str]:
    group.padded = PADDED
    group.columns = (*group.columns, *(f"x{place}" for place in range(PADDED)))
    return [f"{log.label}: rows with more or fewer cells than the header are read as shifted" for log in group.logs]


def _log(source: Source, number: int, file: SourceFile, log: SearchLog) -> Log:
    connection, spec = source._connection, source.spec
    assert connection is not None and spec is not None  # noqa: S101, PT018 - files come with both
    kind = format_of(file)
    seen: list[Recognised] = []

    def find(rows: Sequence[Sequence[str]]) -> int | None:
        seen.append(recognise(rows, log.layouts, log.layout, file.label))
        return seen[-1].header

    if kind == "delimited":
        part = delimited.part_of(connection, file, spec, find)
        return Log(number, file.label, seen[-1], part)
    table = f"{source.name}_file{number}"
    if kind == "workbook":
        columns = stored_sheet(connection, table, file, spec, find)
        return Log(number, file.label, seen[-1], None, table, columns)
    if kind not in ("jsonlines", "parquet"):
        hint = "name its table in a source of its own, or export it to CSV or Parquet"
        raise SourceError("a database is not read beside files of search logs", where=file.label, hint=hint)
    reader = jsonlines if kind == "jsonlines" else parquet
    reading = reader.read(connection, table, (file,), spec)
    columns = connection.columns(table)
    find([columns])
    return Log(number, file.label, seen[-1], None, table, columns, reading)


def _key(log: Log) -> object:
    part = log.part
    if part is None:
        return log.number
    layout = part.layout
    read = (layout.columns, layout.delimiter, layout.line_end, part.copied, layout.header > 0)
    return (log.found.kind, log.found.layout, tuple(log.found.places.items()), read)


def _same_bytes(files: Sequence[SourceFile]) -> Mapping[str, str]:
    """Label of a file -> label of an earlier one with the same bytes; only files of one size are hashed."""
    first: dict[object, str] = {}
    same: dict[str, str] = {}
    sizes = [file.size for file in files]
    for file in files:
        if sizes.count(file.size) < 2:
            continue
        known = first.setdefault((file.size, file.sha256()), file.label)
        if known != file.label:
            same[file.label] = known
    return same
