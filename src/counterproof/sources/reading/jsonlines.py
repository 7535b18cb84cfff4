"""JSON lines as a view: one object a line, every plain value read as text."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import kind_of, line_of, located
from counterproof.sources.reading.columns import clean_names
from counterproof.sources.reading.connection import Connection, identifier, literal, literals
from counterproof.sources.reading.copies import is_utf8, recoded, unpacked
from counterproof.sources.reading.text import SAMPLE, encoding_of
from counterproof.sources.source import Reading, SourceFile, no_records

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]

_OPTIONS = "format = 'newline_delimited', compression = 'uncompressed'"


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register files of JSON lines, stacked, under ``table``; a key that an object lacks is missing there.

    Every line is read once to learn the keys. Keys that hold lists or objects anywhere are left out: a note says so.
    """
    paths, notes = {}, [f"{len(files)} files stacked"] if len(files) > 1 else []
    for file in files:
        paths[file.label], said = _path(connection, file, spec.encoding)
        notes += [f"{file.label}: {note}" if len(files) > 1 else note for note in said]
    plain, nested = _keys(connection, paths)
    if nested:
        notes.append(f"nested values, which cannot be used: {', '.join(map(repr, nested))}")
    if not plain and nested:
        raise SourceError("every column holds nested values", where=files[0].label, hint="write one plain value a key")
    if not plain:
        raise no_records(files[0].label)
    names = clean_names(plain, files[0].label)
    chosen = ", ".join(f"{identifier(key)} AS {identifier(name)}" for key, name in zip(plain, names, strict=True))
    columns = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in plain)
    call = f"read_json({literals(paths.values())}, columns = {{{columns}}}, {_OPTIONS})"
    connection.view(table, f"SELECT {chosen} FROM {call}")  # noqa: S608
    return Reading(text=True, notes=tuple(notes), mend=partial(_locate, paths))


def _path(connection: Connection, file: SourceFile, asked: str | None) -> tuple[Path, list[str]]:
    """The file as the engine can read it, UTF-8 without a byte order mark, and what was recognised."""
    path, compression = unpacked(connection, file, ".jsonl")
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
        whole = not stream.read(1)
    encoding = encoding_of(head, file.label, asked=asked, whole=whole)
    if encoding == "utf-8" and not is_utf8(path):
        encoding = "cp1252"
    if encoding != "utf-8" or head.startswith(b"\xef\xbb\xbf"):
        try:
            path = recoded(connection, path, encoding, 0)
        except UnicodeDecodeError:
            what = "the text is in no encoding that is recognised"
            raise SourceError(what, where=file.label, hint="save the file as UTF-8") from None
    with path.open(encoding="utf-8") as text:
        if text.read(SAMPLE).lstrip()[:1] == "[":
            hint = "write one object a line; `jq -c '.[]' old.json > new.jsonl` does"
            raise SourceError("this is one JSON list, not JSON lines", where=file.label, hint=hint)
    said = ["JSON lines", *(["encoding cp1252"] if encoding == "cp1252" else [])]
    return path, said + ([f"compression {compression}"] if compression else [])


def _keys(connection: Connection, paths: dict[str, Path]) -> tuple[list[str], list[str]]:
    """Keys with plain values, and keys that hold a list or an object somewhere; the first line's come first."""
    query = (
        "SELECT e.key, bool_or(e.type IN ('OBJECT', 'ARRAY')), bool_or(json_type(j.json) <> 'OBJECT') "  # noqa: S608
        f"FROM read_json_objects({literals(paths.values())}, {_OPTIONS}) AS j, json_each(j.json) AS e "
        "GROUP BY e.key ORDER BY e.key"
    )
    try:
        found = connection.raw.execute(query).fetchall()
    except Exception as exc:
        _locate(paths, exc)
        raise
    if any(broken for *_, broken in found):
        label, line = next((label, line) for label, path in paths.items() if (line := _broken(path)))
        raise located("json", label, line)
    first = _first_keys(next(iter(paths.values())))
    order = {key: at for at, key in enumerate(first)}
    found.sort(key=lambda each: (order.get(each[0], len(order)), each[0]))
    return [key for key, nested, _ in found if not nested], [key for key, nested, _ in found if nested]


def _first_keys(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        first = json.loads(next((line for line in lines if line.strip()), "{}"))
    return list(first) if isinstance(first, dict) else []


def _locate(paths: dict[str, Path], exc: BaseException) -> None:
    """Say in which file and on which line an object is broken; the engine counts lines now from 0 and now from 1."""
    if kind_of(exc) != "json":
        return
    for label, path in paths.items():
        if str(path) in str(exc):
            raise located("json", label, _broken(path) or line_of(exc))


def _broken(path: Path) -> int | None:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                if line.strip() and not isinstance(json.loads(line), dict):
                    return number
            except (ValueError, RecursionError):
                return number
    return None
