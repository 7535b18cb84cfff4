"""What a table looks like, without showing any of it: types, states of cells, how many different values, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from counterproof.sources.reading.cells import BLANK, MASK

if TYPE_CHECKING:
    from counterproof.sources.identity.identifiers import Refusal
    from counterproof.sources.source import Source

__all__ = ["ColumnProfile", "Profile", "profile"]

_CLASSES = ((0, "none"), (1, "1"), (10, "2 to 10"), (50, "11 to 50"), (1000, "51 to 1,000"))
_LIKE_TEXT = ("string", "json", "uuid")
_COUNTED = (*_LIKE_TEXT, "int", "uint", "float", "decimal", "boolean", "date", "timestamp", "time")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """States of one column's cells.

    missing   rows that are null, blank, or not a number
    masked    rows whose text only says that something was taken out
    distinct  class of the number of different values that are not missing: "none", "1", "2 to 10", "11 to 50",
              "51 to 1,000", "more than 1,000"; judged by an estimate; None for a nested type
    refused   why it cannot be a group, score or outcome; None if it can
    """

    name: str
    type: str
    missing: int
    masked: int
    distinct: str | None
    refused: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Columns of one source and its number of rows."""

    source: str
    rows: int
    notes: tuple[str, ...]
    columns: tuple[ColumnProfile, ...] = field(default=())


def profile(source: Source, public: Mapping[str, str] = {}) -> Profile:
    """Count states of the cells of every column in one query, and say which columns are refused.

    public  column -> reason why its name is not a person's, as in a plan
    """
    from counterproof.sources.identity.identifiers import examine

    found = source.fetch(_query(source)).to_pylist()[0]
    refusals = examine(source, public)
    columns = tuple(
        ColumnProfile(name, kind, found[f"missing_{at}"], found[f"masked_{at}"], _class(found[f"distinct_{at}"]),
                      refusals.get(name))
        for at, (name, kind) in enumerate(source.columns.items())
    )  # fmt: skip
    return Profile(source.name, found["rows"], source.notes, columns)


def _query(source: Source) -> Any:
    """One row: the number of rows and, for the column at each position, ``missing_``, ``masked_`` and ``distinct_``."""
    import ibis

    sums: dict[str, Any] = {"rows": source.table.count()}
    for at, (name, kind) in enumerate(source.columns.items()):
        column = source.table[name]
        masked = None
        missing = column.isnull()
        if kind.startswith(_LIKE_TEXT):
            text = column if kind == "string" else column.cast("string")
            missing |= text.re_search(BLANK)
            masked = text.re_search(MASK)
        elif kind.startswith("float"):
            missing |= column.isnan()
        sums[f"missing_{at}"] = source.table.count(where=missing)
        sums[f"masked_{at}"] = ibis.literal(0) if masked is None else source.table.count(where=masked)
        counted = kind.startswith(_COUNTED)
        sums[f"distinct_{at}"] = column.approx_nunique() if counted else ibis.null("int64")
    return source.table.aggregate(**sums)


def _class(distinct: int | None) -> str | None:
    if distinct is None:
        return None
    return next((name for most, name in _CLASSES if distinct <= most), "more than 1,000")
