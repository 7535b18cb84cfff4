"""Asking one source, and keeping a record of what was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.errors import EngineError

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.identity.identifiers import Refusal
    from counterproof.sources.source import Source

__all__ = ["Query", "Session"]


@dataclass(frozen=True, slots=True)
class Query:
    """One query that was run, as SQL over tables with fixed names."""

    name: str
    sql: str


class Session:
    """Runs expressions over a source's table and records their SQL in the order in which they ran.

    ``refused``: the columns that identify persons, by name. ``memory`` keeps what one reduction found
    and another one needs.
    """

    def __init__(self, source: Source, refused: Mapping[str, Refusal] | None = None) -> None:
        self.source = source
        self.refused: Mapping[str, Refusal] = refused or {}
        self.table: Table = source.table
        self.queries: list[Query] = []
        self.memory: dict[object, Any] = {}
        self._kept: dict[str, Table] = {}

    def ask(self, name: str, expression: Table) -> list[tuple[Any, ...]]:
        """Rows of a small result, as Python values."""
        sql = self.record(name, expression)
        con = self.source.con
        if con.name == "duckdb":  # what is recorded is what runs, and nothing is compiled twice
            found = self.source.attempt(lambda: con.raw_sql(sql).to_arrow_table())
        else:
            found = self.source.fetch(expression)
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def keep(self, name: str, expression: Table) -> Table:
        """The result as a temporary table, made once, or the expression itself where an engine has none.

        The table's name is a digest of its query: the same query gives the same name in every run.
        """
        con = self.source.con
        sql = str(con.compile(expression, pretty=True))
        table_name = f"joint_{hashlib.sha256(sql.encode()).hexdigest()[:12]}"
        if all(query.sql != sql for query in self.queries):
            self.queries.append(Query(name, sql))
        if table_name not in self._kept:
            self._kept[table_name] = self._make(table_name, sql, expression)
        return self._kept[table_name]

    def _make(self, table_name: str, sql: str, expression: Table) -> Table:
        con = self.source.con
        if con.name == "duckdb":
            self.source.attempt(lambda: con.raw_sql(f"CREATE OR REPLACE TEMP TABLE {table_name} AS {sql}"))
            return con.table(table_name, database=("temp", "main"))
        if con.name == "postgres":
            with suppress(EngineError):  # the user may read and not create tables
                return self.source.attempt(lambda: con.create_table(table_name, expression, temp=True, overwrite=True))
        return expression

    def record(self, name: str, expression: Table) -> str:
        """Add a query to the record and return its SQL."""
        sql = str(self.source.con.compile(expression, pretty=True))
        self.queries.append(Query(name, sql))
        return sql
