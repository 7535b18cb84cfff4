"""Search logs in any known layout, several at once, as one table inside the embedded engine.

prepare(source, log)   recognises every file, registers what is alike together, and brings all to ``records_log``

Plates, users, prompts, filters and case numbers are not among its columns: only the states of their cells are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.errors import SourceError
from counterproof.sources.layouts.search_log.beside import beside_table
from counterproof.sources.layouts.search_log.files import Group, Log, groups_of, logs_of, mend, register
from counterproof.sources.layouts.search_log.normalise import HEADER, SEARCH, SHIFTED, normalised
from counterproof.sources.reading.connection import identifier
from counterproof.sources.source import Reading

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.source import Source

__all__ = ["HEADER", "SEARCH", "SHIFTED", "prepare"]

CLOSED = {
    "user": "users",
    "plate": "plates",
    "case_number": "case numbers",
    "filters": "search filters",
    "prompt": "search prompts",
}
"""Columns that are refused on opening, and what they hold."""

_SCHEMA = {
    "file": "int16", "layout": "int16", "row": "int8", "second": "int64", "day": "int64", "networks": "int32",
    "org": "string", "reason": "string", "offence": "string", "states": "int64", "kind": "int8", "key": "uint64",
}  # fmt: skip


def prepare(source: Source, log: SearchLog) -> Source:
    """The source with the columns ``file`` and ``layout`` alone, and the log behind it in ``tables``.

    Nothing but the first rows of each file is read before the first query; then all is read once.

    Raises SourceError where a file is in no known layout, or where the records live on another engine.
    """
    connection = source._connection
    if connection is None or source.con.name != "duckdb":
        hint = "export the table to Parquet or CSV and name that file"
        raise SourceError("search logs are read from files or frames only", where=f"source {source.name!r}", hint=hint)
    logs = logs_of(source, log)
    groups = groups_of(source, [one for one in logs if one.found.kind == "log"])
    besides = [one for one in logs if one.found.kind != "log"]
    everything = _united(source, groups, log)
    name, hidden = connection.table_name(f"{source.name}_rows"), connection.table_name(f"{source.name}_log")
    sql = str(source.con.compile(everything))
    connection.view(name, "SELECT 0::SMALLINT AS file, 0::SMALLINT AS layout WHERE false")
    tables: dict[str, Any] = {
        "declaration": log,
        "besides": beside_table(source, besides, log),
        "logs": logs,
        "layouts": groups,
    }
    laid_out = replace(source, table=source.con.table(name), text=False, tables=tables, closed=_closed(logs))
    laid_out._prepared = False
    laid_out.steps = [("log", sql)]
    laid_out._reading = Reading(False, prepare=partial(_materialise, source, laid_out, groups, name, hidden))
    source.notes += tuple(_notes(logs))
    return laid_out


def _united(source: Source, groups: Sequence[Group], log: SearchLog) -> Table:
    """All logs as one expression."""
    parts = []
    for place, group in enumerate(groups):
        if source.table is not None:
            raw = source.table.mutate(file=ibis.literal(0))
        else:
            assert source._connection is not None  # noqa: S101
            register(source._connection, group)
            raw = source.con.table(group.view)
        parts.append(normalised(raw, group, log, place).select(*_SCHEMA))
    if not parts:
        nothing = {name: ibis.null(kind) for name, kind in _SCHEMA.items()}
        assert source._connection is not None  # noqa: S101
        source._connection.view(f"{source.name}_none", "SELECT 0 AS none")
        return source.con.table(f"{source.name}_none").select(**nothing).limit(0)
    return ibis.union(parts[0], *parts[1:]) if len(parts) > 1 else parts[0]


def _materialise(source: Source, laid_out: Source, groups: Sequence[Group], name: str, hidden: str) -> tuple[str, ...]:
    """Read all files once into a table of the engine; what stands in their text is kept there and nowhere else."""
    connection = source._connection
    assert connection is not None  # noqa: S101
    sql = laid_out.steps[0][1]
    for _ in range(2 * len(groups) + 1):
        create = f"CREATE OR REPLACE TABLE {identifier(hidden)} AS {sql}"
        try:
            connection.interruptible(partial(connection.raw.execute, create))
            break
        except Exception as exc:
            mended = mend(connection, groups, exc)
            if mended is None:
                raise
            source.notes += mended
            sql = str(source.con.compile(_united(source, groups, laid_out.tables["declaration"])))
    connection.view(name, f"SELECT file, layout FROM {identifier(hidden)} WHERE row IN ({SEARCH}, {SHIFTED})")  # noqa: S608
    laid_out.tables = {**laid_out.tables, "log": source.con.table(hidden)}
    laid_out.steps[0] = ("log", sql)
    return ()


def _closed(logs: Sequence[Log]) -> dict[str, str]:
    """Refused columns by the header of the first file that has them, and why."""
    found: dict[str, str] = {}
    for log in logs:
        for column, holds in CLOSED.items():
            if column in log.found.places and log.found.kind == "log":
                said = f"it holds {holds} of a search log; only the states of its cells are counted"
                found.setdefault(log.found.names[column], said)
    return found


def _notes(logs: Sequence[Log]) -> list[str]:
    """Each layout with its files."""
    by: dict[str, list[str]] = {}
    for log in logs:
        by.setdefault(log.found.layout, []).append(log.label)
    said = []
    for layout, labels in by.items():
        files = labels[0] if len(labels) == 1 else f"{len(labels)} files"
        said.append(f"layout {layout}: {files}")
    return said
