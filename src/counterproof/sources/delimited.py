"""Comma-, semicolon-, tab- and pipe-separated text as a view; every column is read as text."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.errors import SourceError
from counterproof.sources.columns import same_columns
from counterproof.sources.compressed import unpacked
from counterproof.sources.connection import Connection, identifier, literal, literals
from counterproof.sources.engine_errors import kind_of
from counterproof.sources.source import Reading, SourceFile
from counterproof.sources.text import DELIMITERS, SAMPLE, Layout, layout_of

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]

MOST_LINE = 16 << 20
"""Bytes of the longest line."""


@dataclass
class _Part:
    """One file as the engine reads it: its own bytes through a link, or a private copy in UTF-8."""

    file: SourceFile
    path: Path
    layout: Layout
    compression: str | None = None
    copied: bool = False


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register delimited files, stacked, under ``table``."""
    parts = [_part(connection, file, spec) for file in files]
    same_columns({part.file.label: part.layout.columns for part in parts})
    connection.view(table, _select(parts))
    return Reading(text=True, notes=_notes(parts), repair=partial(_repair, connection, table, parts))


def _part(connection: Connection, file: SourceFile, spec: SourceSpec) -> _Part:
    path, compression = unpacked(connection, file, ".csv")
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
        whole = not stream.read(1)
    layout = layout_of(
        head, file.label, asked=spec.encoding, delimiter=spec.delimiter, header_row=spec.header_row, whole=whole
    )
    part = _Part(file, path, layout, compression)
    if layout.encoding != "utf-8" or layout.line_end is None:
        _copy(connection, part)
    return part


def _copy(connection: Connection, part: _Part) -> None:
    """Write the file anew in UTF-8 with line feeds, a piece at a time."""
    target = connection.file(".csv")
    try:
        with (
            part.path.open(encoding=part.layout.encoding) as source,
            target.open("w", encoding="utf-8", newline="") as sink,
        ):
            shutil.copyfileobj(source, sink, SAMPLE)
    except UnicodeDecodeError:
        what = f"the text is not {part.layout.encoding} all through"
        raise SourceError(what, where=part.file.label, hint="save the file as UTF-8") from None
    part.path, part.copied, part.layout = target, True, replace(part.layout, line_end="\n")


def _select(parts: list[_Part]) -> str:
    """One reader call for files that are laid out alike, all of them stacked by column name."""
    alike: dict[tuple[object, ...], list[_Part]] = {}
    for part in parts:
        layout = part.layout
        alike.setdefault((layout.columns, layout.delimiter, layout.skip, layout.line_end), []).append(part)
    names = ", ".join(identifier(name) for name in parts[0].layout.columns)
    return " UNION ALL ".join(f"SELECT {names} FROM {_call(group)}" for group in alike.values())


def _call(parts: list[_Part]) -> str:
    layout = parts[0].layout
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in layout.columns)
    options = {
        "auto_detect": "false",
        "header": "true",
        "columns": f"{{{columns}}}",
        "delim": literal(layout.delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "nullstr": "''",
        "new_line": {"\n": r"'\n'", "\r\n": r"'\r\n'", "\r": r"'\r'"}[layout.line_end or "\n"],
        "skip": str(layout.skip),
        "strict_mode": "true",
        "null_padding": "false",
        "max_line_size": str(MOST_LINE),
        "hive_partitioning": "false",
        "compression": "'none'",
    }
    return f"read_csv({literals(part.path for part in parts)}, {', '.join(f'{k} = {v}' for k, v in options.items())})"


def _repair(connection: Connection, table: str, parts: list[_Part], exc: BaseException) -> tuple[str, ...] | None:
    """Beyond the sample a file may change its encoding or its line ends: copy such files and read them again."""
    if kind_of(exc) not in ("encoding", "line ends"):
        return None
    notes = []
    for part in parts:
        if part.copied:
            continue
        if not _is_utf8(part.path):
            part.layout = replace(part.layout, encoding="cp1252")
            notes.append(f"{part.file.label}: not UTF-8 all through, read as cp1252")
        elif kind_of(exc) == "line ends":
            notes.append(f"{part.file.label}: line ends are mixed")
        else:
            continue
        _copy(connection, part)
    connection.view(table, _select(parts))
    return tuple(notes) or None


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            for piece in iter(lambda: stream.read(SAMPLE), b""):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _notes(parts: list[_Part]) -> tuple[str, ...]:
    """What was recognised: once where all files agree, else by file."""
    notes = [f"{len(parts)} files stacked"] if len(parts) > 1 else []
    notes += _said(parts, lambda part: f"encoding {_ENCODINGS[part.layout.encoding]}")
    notes += _said(parts, lambda part: f"delimiter {DELIMITERS[part.layout.delimiter]}")
    notes += _said(parts, lambda part: f"compression {part.compression}" if part.compression else None)
    notes += _said(parts, lambda part: f"header on line {part.layout.skip + 1}" if part.layout.skip else None)
    return tuple(notes)


_ENCODINGS = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "cp1252"}


def _said(parts: Iterable[_Part], tell: Callable[[_Part], str | None]) -> list[str]:
    said = [(part.file.label, tell(part)) for part in parts]
    if len({what for _, what in said}) == 1:
        return [what for _, what in said[:1] if what]
    return [f"{label}: {what}" for label, what in said if what]
