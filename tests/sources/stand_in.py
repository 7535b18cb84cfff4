"""The least that ``examine`` needs of a source, on an engine that all tests of a process share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ibis
import pyarrow as pa

from counterproof.sources.identity.identifiers import Refusal, examine


@cache
def engine() -> Any:
    con = ibis.duckdb.connect()
    con.raw_sql("SET threads = 2")
    con.raw_sql("SET preserve_insertion_order = false")
    return con


@dataclass
class StandIn:
    table: Any
    con: Any
    name: str = "records"

    def fetch(self, expression: Any) -> Any:
        return self.con.to_pyarrow(expression)


def source_of(columns: Mapping[str, Sequence[object]]) -> StandIn:
    return StandIn(engine().create_table("records", pa.table(dict(columns)), overwrite=True), engine())


def examine_columns(columns: Mapping[str, Sequence[object]], **options: Any) -> Mapping[str, Refusal]:
    return examine(source_of(columns), **options)
