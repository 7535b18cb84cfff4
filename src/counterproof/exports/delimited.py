"""Tables as CSV that no spreadsheet takes for formulas, and as Parquet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterproof.exports.tidy import Tidy

__all__ = ["as_csv", "as_parquet", "csv_of"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Tidy) -> bytes:
    """A tidy table; see ``csv_of``."""
    return csv_of([column.name for column in table.columns], table.rows)


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a header row; text that a spreadsheet would take for a formula has an apostrophe before it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([[_cell(cell) for cell in row] for row in rows])
    return stream.getvalue().encode()


def _cell(cell: object) -> object:
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


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
