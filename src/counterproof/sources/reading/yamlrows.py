"""A list of mappings in YAML as a table: what somebody writes by hand about agreements and flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof import plan_file
from counterproof.errors import InputError, SourceError
from counterproof.sources.reading.connection import Connection
from counterproof.sources.reading.objects import read_inline
from counterproof.sources.source import Reading, SourceFile

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]

_HINT = "write a list of mappings: - {column: value, …}"


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register the rows of all files, stacked; a column that a row lacks is missing there."""
    rows = []
    for file in files:
        try:
            found, _ = plan_file.read(file.path)
        except InputError as error:
            raise SourceError(error.problems[0].what, where=file.label, hint=_HINT) from None
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise SourceError("this is no list of rows", where=file.label, hint=_HINT)
        rows += found
    if not rows:
        raise SourceError("it holds no rows", where=files[0].label, hint=_HINT)
    return read_inline(files[0].label, rows)(connection, table)
