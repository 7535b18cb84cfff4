"""Parquet files as a view; columns keep their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import kind_of
from counterproof.sources.reading.columns import clean_names, same_columns
from counterproof.sources.reading.connection import Connection, identifier, literals
from counterproof.sources.source import Reading, SourceFile, no_records

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]

_AGAIN = "download it again, and compare its size or checksum with the publisher's"


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register Parquet files, stacked, under ``table``."""
    links, columns = [], {}
    for file in files:
        link = connection.link(file.path, ".parquet")
        columns[file.label] = clean_names(_names(connection, str(link), file), file.label)
        links.append(link)
    same_columns(columns)
    chosen = ", ".join(identifier(name) for name in next(iter(columns.values())))
    connection.view(table, f"SELECT {chosen} FROM {_call(links)}")  # noqa: S608
    many = len(files) > 1
    where = f"{files[0].label} or a file stacked with it" if many else files[0].label
    try:
        first = connection.raw.execute(f"SELECT 1 FROM {identifier(table)} LIMIT 1").fetchone()  # noqa: S608
    except Exception as exc:
        _refuse_damaged(exc, where)
        raise
    if first is None:
        raise no_records(files[0].label)
    notes = ("Parquet", *([f"{len(files)} files stacked"] if many else []))
    return Reading(text=False, notes=notes, mend=lambda exc: _refuse_damaged(exc, where))


def _refuse_damaged(exc: BaseException, where: str) -> None:
    """Raise SourceError if the engine stopped at pages that do not decode: for these it has no class of its own."""
    import duckdb

    if type(exc) is duckdb.Error and kind_of(exc) is None:
        raise SourceError("the Parquet file is damaged", where=where, hint=_AGAIN) from None


def _call(links: Sequence[object]) -> str:
    return f"read_parquet({literals(links)}, union_by_name = true, hive_partitioning = false)"


def _names(connection: Connection, link: str, file: SourceFile) -> list[str]:
    """Column names from the file's footer."""
    import duckdb

    try:
        return [column[0] for column in connection.raw.execute(f"SELECT * FROM {_call([link])} LIMIT 0").description]  # noqa: S608
    except duckdb.Error:
        raise SourceError(
            "this is not a whole Parquet file", where=file.label, hint=f"it may be cut off: {_AGAIN}"
        ) from None
