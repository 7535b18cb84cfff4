"""Functions of the embedded engine that Ibis does not know. Search logs are read on this engine only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    from ibis.expr.types import IntegerColumn, StringColumn

__all__ = ["hashed", "quotient", "reads_time"]

_builtin = ibis.udf.scalar.builtin


@_builtin(name="try_strptime", signature=(("string", "array<string>"), "timestamp"))  # type: ignore[untyped-decorator]
def _try_strptime(text: Any, formats: Any) -> Any:
    """The first format that reads the text; null where none does."""


@_builtin(name="hash", signature=(("string",), "uint64"))  # type: ignore[untyped-decorator]
def _hash(text: Any) -> Any:
    """64 bits that tell texts apart within one run."""


@_builtin(name="divide", signature=(("int64", "int64"), "int64"))  # type: ignore[untyped-decorator]
def _divide(number: Any, by: Any) -> Any:
    """Whole division, without a detour through a floating-point number."""


def quotient(number: Any, by: int) -> Any:
    """Whole numbers of at least 0 divided without a rest."""
    return _divide(number, by)


def reads_time(cells: StringColumn, formats: Sequence[str]) -> IntegerColumn:
    """Seconds since 1970, as the cell is written; null where no format reads it."""
    return _try_strptime(cells, list(formats)).epoch_seconds().cast("int64")


def hashed(cells: StringColumn) -> Any:
    """A 64-bit hash, the same for the same text within one run of the engine."""
    return _hash(cells)
