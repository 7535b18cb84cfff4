"""Find the files that a source names, and recognise what they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path
from typing import Literal

from counterproof.errors import SourceError, nearest
from counterproof.sources.source import SourceFile

__all__ = ["FORMATS", "SUPPORTED", "Compression", "Format", "compression_of", "find", "format_of"]

Format = Literal["delimited", "jsonlines", "parquet", "workbook", "duckdb", "sqlite", "yaml"]
Compression = Literal["gzip", "zstd"]

FORMATS: dict[str, Format] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".psv": "delimited",
    ".txt": "delimited",
    ".jsonl": "jsonlines",
    ".ndjson": "jsonlines",
    ".json": "jsonlines",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".parquet": "parquet",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".duckdb": "duckdb",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
}
SUPPORTED = "supported are CSV and TSV (also .gz, .zst), Parquet, JSON lines, YAML, XLSX, DuckDB and SQLite files"
_SQLITE, _OLE, _ZIP = b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def find(paths: Iterable[str], base: Path, *, confined: bool = False) -> tuple[SourceFile, ...]:
    """The files behind paths and globs, each once, in the order given (a glob's in text order).

    Raises SourceError where one does not exist, is a directory, cannot be read, is empty, or (``confined``) is
    outside ``base``.
    """
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for each in _expand(path, base):
            found.setdefault(each.resolve(), _file(each, base, confined))
    return tuple(found.values())


def compression_of(path: Path) -> Compression | None:
    """How a file is compressed, told by its first bytes."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    return "zstd" if head == b"\x28\xb5\x2f\xfd" else None


def format_of(file: SourceFile) -> Format:
    """What a file is: what its first bytes say, else what its name ends in."""
    with file.path.open("rb") as stream:
        head = stream.read(16)
    if head == _SQLITE:
        return "sqlite"
    if head[8:12] == b"DUCK":
        return "duckdb"
    if head[:4] == b"PAR1":
        return "parquet"
    named = _named(file.path)
    if head[:8] == _OLE:
        raise _ole(file)
    if head[:4] == _ZIP and named != "workbook":
        hint = "unpack it first; a workbook is recognised by its name ending in .xlsx"
        raise SourceError("this is a zip archive", where=file.label, hint=hint)
    if named is None:
        return "jsonlines" if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{" else "delimited"
    return named


def _named(path: Path) -> Format | None:
    """What the name says, below a compression's ending."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return FORMATS.get(Path(name).suffix)


def _ole(file: SourceFile) -> SourceError:
    if file.path.suffix.lower() == ".xls":
        return SourceError("this is a workbook of the old .xls kind", where=file.label, hint="save it as .xlsx or CSV")
    hint = "open it with its password and save it without one, as .xlsx or CSV"
    return SourceError("the workbook is protected by a password, or of the old .xls kind", where=file.label, hint=hint)


def _expand(path: str, base: Path) -> list[Path]:
    """A path as it is if it exists; else what it matches as a glob."""
    if not path.strip():
        raise SourceError("the path is empty", hint="name a file, or a glob such as 'records/*.csv'")
    whole = base / Path(path).expanduser()
    try:
        if whole.exists():
            return [whole]
        found = glob(str(whole), recursive=True) if has_magic(path) else []  # noqa: PTH207 - may begin with "/"
        matches = sorted(map(Path, found))
    except (OSError, ValueError):
        raise SourceError("the path cannot be used", where=path[:80], hint="name a file, or a glob") from None
    if has_magic(path):
        files = [match for match in matches if match.is_file()]
        if not files:
            raise SourceError("no file matches", where=path, hint=f"looked in {whole.parent}")
        return files
    raise _absent(path, whole)


def _absent(path: str, whole: Path) -> SourceError:
    parent = whole.parent
    if not parent.is_dir():
        return SourceError("no such file", where=path, hint=f"there is no directory {parent}")
    try:
        hint = nearest(whole.name, (entry.name for entry in parent.iterdir()))
    except OSError:
        hint = None
    return SourceError("no such file", where=path, hint=hint or f"looked in {parent}")


def _file(path: Path, base: Path, confined: bool) -> SourceFile:
    label = _label(path, base, confined)
    if path.is_dir():
        raise SourceError(
            "this is a directory", where=label, hint=f"name its files with a glob, such as '{label}/*.csv'"
        )
    if not path.is_file():
        raise SourceError("this is not a regular file", where=label, hint="write what it holds into a file first")
    if not os.access(path, os.R_OK):
        raise SourceError("the file may not be read", where=label, hint="ask for the right to read it")
    size = path.stat().st_size
    if size == 0:
        raise SourceError("the file is empty", where=label, hint="download or export it again")
    return SourceFile(label, path, size)


def _label(path: Path, base: Path, confined: bool) -> str:
    """The path as seen from the base, so that no path of the machine is written. A link out of the base is followed."""
    resolved, home = path.resolve(), base.resolve()
    inside = resolved.is_relative_to(home)
    if confined and not inside:
        hint = f"move it below {home}, or run without --confined"
        raise SourceError("the file is outside the plan's folder", where=str(path), hint=hint)
    try:
        return Path(os.path.relpath(resolved, home)).as_posix()
    except ValueError:  # another drive
        return resolved.as_posix()
