"""Tables in DuckDB and SQLite files, and on engines that are reached by a URL."""

from __future__ import annotations

import os
import re
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from counterproof.errors import SourceError, nearest
from counterproof.sources.engine_errors import engine, kind_of
from counterproof.sources.reading.cells import cell_text
from counterproof.sources.reading.columns import clean_names
from counterproof.sources.reading.connection import Connection, identifier, literal
from counterproof.sources.reading.files import format_of
from counterproof.sources.source import Reading, Source, SourceFile, no_records

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["open_url", "read"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_EMBEDDED = ("duckdb", "sqlite")
_FILE_SCHEMES = ("", "csv", "parquet", "file", "http", "https")
_BATCH = 50_000


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register a table of one DuckDB or SQLite file under ``table``; the file is opened for reading only."""
    if len(files) > 1:
        raise SourceError("tables of several database files cannot be stacked", hint="name one file a source")
    if format_of(files[0]) == "duckdb":
        return _read_duckdb(connection, table, files[0], spec.table)
    return _read_sqlite(connection, table, files[0], spec.table)


def open_url(name: str, spec: SourceSpec) -> Source:
    """A table on an engine reached by an Ibis URL, or by ``${NAME}``: the whole URL from the environment.

    Neither the URL nor what the engine says about it is repeated: both may hold a password.
    """
    import ibis

    where = f"source {name!r}"
    url = _from_environment(spec.url or "", where)
    scheme = urlsplit(url).scheme
    if scheme in _FILE_SCHEMES:
        raise SourceError(
            "the URL does not name an engine", where=where, hint="postgres://…, trino://…; a file is a path"
        )
    if scheme in _EMBEDDED:
        _check_file(url, where)
    if scheme == "sqlite":
        return _sqlite_url(name, url, spec.table, where)
    try:
        con = ibis.connect(_reading_only(url) if scheme == "duckdb" else url)
    except (ImportError, AttributeError, ValueError):
        hint = f"install what it needs, such as counterproof[postgres], if Ibis knows an engine {scheme!r}"
        raise SourceError("there is no driver for this engine", where=where, hint=hint) from None
    except Exception as exc:
        what = f"the engine cannot be reached ({type(exc).__name__})"
        raise SourceError(what, where=where, hint="check the URL, the user's rights and the network") from None
    schema, _, bare = (spec.table or "").rpartition(".")
    with engine(where), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis calls DuckDB's old names
        tables = con.list_tables(database=schema or None)
        if bare not in tables:
            raise _no_table(spec.table or "", tables, where)
        table = con.table(bare, database=schema or None)
        clean_names(table.columns, where)
    return Source(name, table, con, "database", text=False, notes=(f"table {spec.table} on {con.name}",))


def _place(url: str) -> str:
    """The file that a URL of an embedded engine names; empty for one in memory."""
    parts = urlsplit(url)
    return parts.netloc + parts.path


def _check_file(url: str, where: str) -> None:
    """An embedded engine would make a file that is not there."""
    if _place(url) not in ("", ":memory:") and not Path(_place(url)).is_file():
        hint = "check the URL: sqlite:///folder/file or duckdb:///folder/file"
        raise SourceError("the engine cannot be reached (no such file)", where=where, hint=hint)


def _reading_only(url: str) -> str:
    """A DuckDB URL that does not lock the file against its other readers."""
    if _place(url) in ("", ":memory:") or "read_only" in urlsplit(url).query:
        return url
    return url + ("&" if urlsplit(url).query else "?") + "read_only=True"


def _sqlite_url(name: str, url: str, table: str | None, where: str) -> Source:
    """A SQLite file by its URL, read as one by its path is: SQLite's own SQL cannot count several columns in one go."""
    connection = Connection()
    try:
        registered = connection.table_name(name)
        file = SourceFile(where, Path(_place(url)), 0)
        with engine(where):
            reading = _read_sqlite(connection, registered, file, table)
            found = connection.backend.table(registered)
    except BaseException:
        connection.close()
        raise
    source = Source(name, found, connection.backend, "database", reading.text, reading.notes)
    source._reading, source._connection, source._owned = reading, connection, True
    return source


def _from_environment(url: str, where: str) -> str:
    found = _VARIABLE.fullmatch(url.strip())
    if found is None:
        if "${" in url:
            hint = "write ${NAME} alone, and the whole URL into the variable"
            raise SourceError("only the whole url can come from the environment", where=where, hint=hint)
        return url.strip()
    value = os.environ.get(found.group(1), "").strip()
    if not value:
        hint = f"set it to the engine's URL: export {found.group(1)}=…"
        raise SourceError(f"the environment variable {found.group(1)} is not set", where=where, hint=hint)
    return value


def _read_duckdb(connection: Connection, table: str, file: SourceFile, wanted: str | None) -> Reading:
    link = connection.link(file.path, ".duckdb")
    log = file.path.with_name(file.path.name + ".wal")
    if log.exists():
        link.with_name(link.name + ".wal").symlink_to(log.resolve())
    alias = f"file_{link.stem}"
    try:
        connection.raw.execute(f"ATTACH {literal(str(link))} AS {alias} (READ_ONLY)")
    except Exception as exc:
        if kind_of(exc) == "lock":
            hint = "close the program that has it open"
            raise SourceError("the database is in use", where=file.label, hint=hint) from None
        hint = "it may be damaged, encrypted, or written by a later version of DuckDB"
        raise SourceError("the DuckDB file cannot be opened", where=file.label, hint=hint) from None
    found = connection.raw.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY ALL", [alias]
    ).fetchall()
    tables = {(each if schema == "main" else f"{schema}.{each}"): (schema, each) for schema, each in found}
    name = _choose(wanted.removeprefix("main.") if wanted else None, list(tables), file.label)
    schema, bare = tables[name]
    connection.view(table, f"SELECT * FROM {alias}.{identifier(schema)}.{identifier(bare)}")  # noqa: S608
    if connection.raw.execute(f"SELECT 1 FROM {identifier(table)} LIMIT 1").fetchone() is None:  # noqa: S608
        raise no_records(file.label)
    return Reading(text=False, notes=(f"table {name!r} of a DuckDB file",))


def _read_sqlite(connection: Connection, table: str, file: SourceFile, wanted: str | None) -> Reading:
    """SQLite lets a cell be of any type, so every column becomes text, in a private Parquet file."""
    target = connection.file(".parquet")
    try:
        database = sqlite3.connect(f"file:{quote(str(file.path.resolve()))}?mode=ro", uri=True)
        try:
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise SourceError("the SQLite file is damaged or cut off", where=file.label, hint="download it again")
            query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
            tables = [row[0] for row in database.execute(query).fetchall()]
            name = _choose(wanted.removeprefix("main.") if wanted else None, sorted(tables), file.label)
            rows = _write(database.execute(f"SELECT * FROM {identifier(name)}"), target, file.label)  # noqa: S608
        finally:
            database.close()
    except sqlite3.Error as exc:
        what = f"the SQLite file cannot be read ({type(exc).__name__})"
        raise SourceError(what, where=file.label, hint="it may be damaged, encrypted or in use") from None
    if rows == 0:
        raise no_records(file.label)
    connection.view(table, f"SELECT * FROM read_parquet({literal(str(target))})")  # noqa: S608
    return Reading(text=True, notes=(f"table {name!r} of a SQLite file",))


def _write(cursor: sqlite3.Cursor, target: Path, where: str) -> int:
    """Rows into a Parquet file of text, a batch at a time; returns how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = clean_names([column[0] for column in cursor.description], where)
    schema, rows = pa.schema([(name, pa.string()) for name in names]), 0
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(cursor):
            columns = [pa.array(list(map(cell_text, cells)), pa.string()) for cells in zip(*batch, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            rows += len(batch)
    return rows


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while batch := cursor.fetchmany(_BATCH):
        yield batch


def _choose(wanted: str | None, tables: Sequence[str], where: str) -> str:
    """The table asked for; the only one without."""
    if wanted in tables:
        return str(wanted)
    if wanted is not None:
        raise _no_table(wanted, tables, where)
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise SourceError("the database holds no tables", where=where, hint="views of a DuckDB file are not read")
    hint = f"say which (table): {', '.join(map(repr, tables[:20]))}"
    raise SourceError(f"the database holds {len(tables)} tables", where=where, hint=hint)


def _no_table(wanted: str, tables: Sequence[str], where: str) -> SourceError:
    listed = f"there are {', '.join(map(repr, tables[:20]))}" if tables else "there are no tables the user may read"
    return SourceError(f"there is no table {wanted!r}", where=where, hint=nearest(wanted, tables) or listed)
