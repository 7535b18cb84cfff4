"""Tidy tables as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterproof.exports.tidy import Column, Tidy

__all__ = ["as_csv", "as_parquet"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Tidy) -> bytes:
    """UTF-8 with a header row; text that a spreadsheet would take for a formula has an apostrophe before it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)])
    return stream.getvalue().encode()


def _cell(cell: object, column: Column) -> object:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if column.type == "text" and str(cell).startswith(_FORMULA):
        return f"'{cell}"
    return cell


def as_parquet(table: Tidy) -> bytes:
    """One file with typed columns."""
    import pyarrow
    import pyarrow.parquet

    types: dict[str, Any] = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "whole": pyarrow.int64(),
        "truth": pyarrow.bool_(),
    }
    schema = pyarrow.schema([pyarrow.field(column.name, types[column.type]) for column in table.columns])
    cells = [
        pyarrow.array([row[at] for row in table.rows], types[column.type]) for at, column in enumerate(table.columns)
    ]
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(cells, schema=schema), sink)
    return sink.getvalue()
