"""Open what a plan or a caller names as a ``Source``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import engine
from counterproof.sources.reading.connection import Connection
from counterproof.sources.reading.files import Format, find, format_of
from counterproof.sources.source import Origin, Reading, Source, SourceFile

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["open_object", "open_source", "paths_of"]

Reader = Callable[[Connection, str], Reading]
_MODULES: dict[Format, str] = {
    "delimited": "delimited",
    "jsonlines": "jsonlines",
    "parquet": "parquet",
    "workbook": "workbook",
    "duckdb": "databases",
    "sqlite": "databases",
    "yaml": "yamlrows",
}


def open_source(
    name: str,
    spec: SourceSpec,
    *,
    base: Path,
    confined: bool = False,
    con: Connection | None = None,
    unread: bool = False,
) -> Source:
    """Open a plan's source. Paths are relative to ``base``; ``confined`` refuses files outside it.

    con     an engine to share (see :func:`counterproof.sources.connect`); without it the source starts its own
    unread  only find the files: a layout will read them one by one (``table`` is None until then)

    Raises SourceError with what is wrong, in which file, and what to do.
    """
    if unread and spec.path is not None:
        return _unread(name, spec, base, confined, con)
    source = _opened(name, spec, base, confined, con)
    if not spec.where and not spec.unpivot:
        return source
    from counterproof.sources.reading.selecting import select

    try:
        return select(source, spec)
    except BaseException:
        source.close()
        raise


def _opened(name: str, spec: SourceSpec, base: Path, confined: bool, con: Connection | None) -> Source:
    if spec.url is not None:
        from counterproof.sources.reading.databases import open_url

        return open_url(name, spec)
    if spec.inline is not None:
        from counterproof.sources.reading.objects import read_inline

        return _embedded(name, "inline", (), read_inline(name, spec.inline), con)
    files = _files(name, spec, base, confined)
    return _embedded(name, "files", files, _reader(files, spec), con)


def _files(name: str, spec: SourceSpec, base: Path, confined: bool) -> tuple[SourceFile, ...]:
    paths = (spec.path,) if isinstance(spec.path, str) else spec.path or ()
    files = find(paths, base, confined=confined)
    if not files:
        raise SourceError("the source names no file", where=f"source {name!r}")
    return files


def _unread(name: str, spec: SourceSpec, base: Path, confined: bool, con: Connection | None) -> Source:
    """The files of a source, none of them read, on an engine that is there for them."""
    if spec.where or spec.unpivot:
        hint = "this kind of audit knows its columns; leave where and unpivot out"
        raise SourceError("rows and columns cannot be chosen of files whose layout is recognised", hint=hint)
    files = _files(name, spec, base, confined)
    connection = con or Connection()
    source = Source(name, None, connection.backend, "files", True, (), files, spec)
    source._connection, source._owned = connection, con is None
    return source


def open_object(name: str, obj: Any, *, con: Connection | None = None, unread: bool = False) -> Source:
    """Open one path or several, an Arrow table, a Polars or pandas frame, what exports Arrow, or an Ibis table.

    An Ibis table stays on its own engine; ``unread`` as in :func:`open_source`. Raises SourceError for others.
    """
    if paths := paths_of(obj):
        from counterproof.plan import SourceSpec

        return open_source(name, SourceSpec(path=paths), base=Path.cwd(), con=con, unread=unread)
    from counterproof.sources.reading.objects import ibis_source, read_object

    if type(obj).__module__.startswith("ibis."):
        return ibis_source(name, obj)
    return _embedded(name, "object", (), read_object(name, obj), con)


def paths_of(obj: Any) -> tuple[str, ...]:
    """The paths that an object is, one or a list of them; () for anything else."""
    entries = obj if isinstance(obj, list | tuple) else (obj,)
    return tuple(map(str, entries)) if all(isinstance(entry, str | Path) for entry in entries) else ()


def _embedded(name: str, origin: Origin, files: tuple[SourceFile, ...], read: Reader, con: Connection | None) -> Source:
    """Register a table on the embedded engine."""
    connection = con or Connection()
    where = files[0].label if len(files) == 1 else f"source {name!r}"
    try:
        with engine(where):
            table_name = connection.table_name(name)
            reading = read(connection, table_name)
            table = connection.backend.table(table_name)
        source = Source(name, table, connection.backend, origin, reading.text, reading.notes, files)
        source._reading, source._connection, source._owned = reading, connection, con is None
    except BaseException:
        if con is None:
            connection.close()
        raise
    return source


def _reader(files: tuple[SourceFile, ...], spec: SourceSpec) -> Reader:
    """The reader of what the files are; all must be of one kind."""
    formats = [format_of(file) for file in files]
    for file, kind in zip(files, formats, strict=True):
        if kind != formats[0]:
            what = f"this is not of the same kind as {files[0].label} ({kind}, {formats[0]})"
            raise SourceError(what, where=file.label, hint="stack files of one kind")
    module = import_module(f"counterproof.sources.reading.{_MODULES[formats[0]]}")
    return lambda connection, table: module.read(connection, table, files, spec)
