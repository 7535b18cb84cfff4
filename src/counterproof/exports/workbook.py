"""Tidy tables as a workbook: a sheet each, typed, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any

from counterproof.errors import InputError
from counterproof.report.safe import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterproof.exports.tidy import Tidy

__all__ = ["as_workbook"]

_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_MOST_TEXT, _MOST_ROWS = 32_000, 1_048_575
_WIDTH = {"text": 24, "number": 12, "whole": 12, "truth": 10}
_LONG = {"text": 60, "because": 60, "needs": 60, "note": 60, "says": 60}


def as_workbook(tables: Sequence[Tidy], title: str) -> bytes:
    """XLSX bytes, the same for the same tables: text is written as text, whatever it begins with."""
    import xlsxwriter

    stream = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **safe})
    book.set_properties({"title": title[:255], "created": _EPOCH})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for table in tables:
        if len(table.rows) > _MOST_ROWS:
            what = f"the table {table.name} has {len(table.rows):,} rows, more than a sheet can hold"
            raise InputError(what, where="--xlsx", hint="take --csv or --parquet")
        _sheet(book.add_worksheet(table.name), table, head, body)
    book.close()
    return stream.getvalue()


def _sheet(sheet: Any, table: Tidy, head: Any, body: Any) -> None:
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, _LONG.get(column.name, _WIDTH[column.type]))
        sheet.write_string(0, at, column.name, head)
        sheet.write_comment(0, at, column.says)
    for number, row in enumerate(table.rows, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(number, at, cell, body)
            elif isinstance(cell, int | float):
                sheet.write_number(number, at, cell, body)
            elif cell is not None:
                sheet.write_string(number, at, shorten(cell, _MOST_TEXT), body)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
