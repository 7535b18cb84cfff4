"""JSON lines as a view; every plain value is read as text."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterproof.errors import SourceError
from counterproof.sources.columns import clean_names
from counterproof.sources.compressed import unpacked
from counterproof.sources.connection import Connection, literal, literals
from counterproof.sources.source import Reading, SourceFile

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec

__all__ = ["read"]

_SAMPLE = 10_000


def read(connection: Connection, table: str, files: tuple[SourceFile, ...], spec: SourceSpec) -> Reading:
    """Register files of one JSON object a line, stacked, under ``table``."""
    raise NotImplementedError
