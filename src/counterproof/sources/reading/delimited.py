"""Comma-, semicolon-, tab- and pipe-separated text as a view; every column is read as text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import kind_of, line_of, located
from counterproof.sources.reading.columns import same_columns
from counterproof.sources.reading.connection import Connection, identifier, literal, literals
from counterproof.sources.reading.copies import is_utf8, recoded, unpacked
from counterproof.sources.reading.text import DELIMITERS, SAMPLE, Find, Layout, layout_of
from counterproof.sources.source import Reading, SourceFile, no_records

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["Part", "call", "part_of", "read", "register"]

USUAL_LINE, MOST_LINE = 2 << 20, 16 << 20
"""Bytes of the longest row: at first, and at most. The engine's threads take turns at pieces of four such rows."""

_ENCODINGS = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "cp1252"}


@dataclass
class Part:
    """One file as the engine reads it: its own bytes through a link, or a private copy without its header.

    The engine takes the line end from the first line, finds no row at all where that is not a plain one, and breaks
    down on bytes that are not UTF-8: such files are copied.
    """

    file: SourceFile
    path: Path
    layout: Layout
    compression: str | None
    copied: bool = False
    longest: int = USUAL_LINE

    @property
    def plain(self) -> bool:
        """The engine can read the file as it is."""
        begins = self.layout.body == (2 if self.layout.header else 1)
        return self.layout.encoding == "utf-8" and self.layout.line_end is not None and begins

    def copy(self, connection: Connection) -> None:
        """Put a copy in UTF-8 with line feeds in the file's place."""
        try:
            self.path = recoded(connection, self.path, self.layout.encoding, self.layout.body - 1)
        except UnicodeDecodeError:
            what = f"the text is not {_ENCODINGS[self.layout.encoding]} all through"
            raise SourceError(what, where=self.file.label, hint="save the file as UTF-8") from None
        self.copied, self.layout = True, replace(self.layout, line_end="\n")


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register delimited files, stacked, under ``table``."""
    parts = [part_of(connection, file, spec) for file in files]
    same_columns({part.file.label: part.layout.columns for part in parts})
    if all(part.layout.empty for part in parts):
        raise no_records(parts[0].file.label)
    connection.view(table, _select(parts))
    prepare, mend = partial(_prepare, connection, table, parts), partial(_mend, connection, table, parts)
    return Reading(text=True, notes=_notes(parts), prepare=prepare, mend=mend)


def register(connection: Connection, table: str, part: Part) -> Reading:
    """Register one file that was recognised under ``table``."""
    connection.view(table, _select([part]))
    prepare, mend = partial(_prepare, connection, table, [part]), partial(_mend, connection, table, [part])
    return Reading(text=True, notes=_notes([part]), prepare=prepare, mend=mend)


def part_of(connection: Connection, file: SourceFile, spec: SourceSpec, find: Find | None = None) -> Part:
    """One file, recognised; ``find`` as in ``text.layout_of``."""
    path, compression = unpacked(connection, file, ".csv")
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
        whole = not stream.read(1)
    layout = layout_of(
        head,
        file.label,
        asked=spec.encoding,
        delimiter=spec.delimiter,
        header_row=spec.header_row,
        whole=whole,
        number=spec.repeated_names == "number",
        find=find,
    )
    part = Part(file, path, layout, compression)
    if not part.plain:
        part.copy(connection)
    return part


def _select(parts: list[Part]) -> str:
    """One call of the reader for files that are laid out alike, all of them stacked by column name."""
    alike: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        layout = part.layout
        kind = (layout.columns, layout.delimiter, layout.line_end, part.copied, part.longest)
        alike.setdefault(kind, []).append(part)
    names = ", ".join(identifier(name) for name in parts[0].layout.columns)
    return " UNION ALL ".join(f"SELECT {names} FROM {call(group)}" for group in alike.values())  # noqa: S608


def call(parts: Sequence[Part], *, padded: int = 0) -> str:
    """The call of the engine's reader for files that are laid out alike.

    padded  read rows of any width: short ones are filled up, and long ones may have so many cells more (x0, x1, …)
    """
    names = [*parts[0].layout.columns, *(f"x{place}" for place in range(padded))]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    options = {
        "auto_detect": "false",
        "header": str(not parts[0].copied and parts[0].layout.header > 0).lower(),
        "columns": f"{{{columns}}}",
        "delim": literal(parts[0].layout.delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "nullstr": "''",
        "strict_mode": str(not padded).lower(),
        "null_padding": str(padded > 0).lower(),
        "parallel": str(not padded).lower(),
        "max_line_size": str(parts[0].longest),
        "hive_partitioning": "false",
        "compression": "'none'",
    }
    return f"read_csv({literals(part.path for part in parts)}, {', '.join(f'{k} = {v}' for k, v in options.items())})"


def _prepare(connection: Connection, table: str, parts: list[Part]) -> tuple[str, ...]:
    """Decode the rest of each file: what was UTF-8 at its start may be cp1252 further down."""
    notes = []
    for part in parts:
        if not part.copied and not is_utf8(part.path):
            part.layout = replace(part.layout, encoding="cp1252")
            part.copy(connection)
            notes.append(f"{part.file.label}: not UTF-8 all through, read as cp1252")
    if notes:
        connection.view(table, _select(parts))
    return tuple(notes)


def _mend(connection: Connection, table: str, parts: list[Part], exc: BaseException) -> tuple[str, ...] | None:
    """Copy files whose line ends change beyond the sample, allow for longer rows; locate any other trouble."""
    kind = kind_of(exc)
    named = [part for part in parts if str(part.path) in str(exc)]
    if kind == "line ends":
        mixed = [part for part in named or parts if not part.copied]
        for part in mixed:
            part.copy(connection)
        connection.view(table, _select(parts))
        return tuple(f"{part.file.label}: line ends are mixed" for part in mixed) or None
    if kind == "long line" and (short := [part for part in named or parts if part.longest < MOST_LINE]):
        for part in short:
            part.longest = MOST_LINE
        connection.view(table, _select(parts))
        return ()
    if kind in ("ragged", "quote", "long line") and len(named) == 1:
        part = named[0]
        line = _ragged(part) if kind == "ragged" else None
        raise located(kind, part.file.label, line or (line_of(exc) or 1) + (part.layout.body - 1) * part.copied)
    return None


def _ragged(part: Part) -> int | None:
    """Line on which the first row begins whose number of cells is not the header's; the engine counts rows."""
    begins, width = 1, len(part.layout.columns)
    limit = csv.field_size_limit(MOST_LINE)
    try:
        with part.path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=part.layout.delimiter, skipinitialspace=True)
            for cells in reader:
                if cells and len(cells) != width:
                    return begins + (part.layout.body - 1) * part.copied
                begins = reader.line_num + 1
    except (csv.Error, OSError, UnicodeDecodeError):
        pass
    finally:
        csv.field_size_limit(limit)
    return None


def _notes(parts: list[Part]) -> tuple[str, ...]:
    """What was recognised: once where all files agree, else by file."""
    notes = [f"{len(parts)} files stacked"] if len(parts) > 1 else []
    notes += _said(parts, lambda part: f"encoding {_ENCODINGS[part.layout.encoding]}")
    notes += _said(parts, lambda part: f"delimiter {DELIMITERS[part.layout.delimiter]}")
    notes += _said(parts, lambda part: f"compression {part.compression}" if part.compression else None)
    notes += _said(parts, lambda part: f"header on line {part.layout.header}" if part.layout.header > 1 else None)
    return tuple(notes)


def _said(parts: list[Part], tell: Callable[[Part], str | None]) -> list[str]:
    said = [(part.file.label, tell(part)) for part in parts]
    if len({what for _, what in said}) == 1:
        return [what for _, what in said[:1] if what]
    return [f"{label}: {what}" for label, what in said if what]
