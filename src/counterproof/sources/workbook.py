"""A sheet of an XLSX workbook as a table of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterproof.sources.connection import Connection
from counterproof.sources.source import Reading, SourceFile

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register a sheet of each workbook, stacked, under ``table``."""
    raise NotImplementedError
