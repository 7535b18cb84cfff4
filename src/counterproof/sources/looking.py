"""What columns look like from outside, for guesses about what they are: no value of a cell leaves the engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from counterproof.sources.profiling import Profile
    from counterproof.sources.source import Source

__all__ = ["Look", "look"]

_FEW = ("none", "1", "2 to 10")


@dataclass(frozen=True, slots=True)
class Look:
    """One column.

    distinct  class of the number of different values, as in a profile
    missing   rows whose cell is missing
    numeric   every cell that is not missing is a number
    coded     every cell that is not missing says yes or no
    middle    the number halfway between the least and the greatest, of a numeric column
    words     which of the words asked for occur
    refused   why it cannot be a group, score or outcome; blank if it can
    """

    name: str
    distinct: str | None
    missing: int
    numeric: bool
    coded: bool
    middle: float | None = None
    words: frozenset[str] = frozenset()
    refused: str = ""


def look(source: Source, profile: Profile, words: Collection[str]) -> tuple[Look, ...]:
    """Look at every column of a source that was profiled. Words are looked for where values are few."""
    sums: dict[str, Any] = {}
    open_ = {at: one for at, one in enumerate(profile.columns) if one.refused is None and one.distinct is not None}
    for at, one in open_.items():
        sums |= _asked(source.table[one.name], at)
    found = source.fetch(source.table.aggregate(**sums)).to_pylist()[0] if sums else {}
    return tuple(
        Look(
            one.name,
            one.distinct,
            one.missing,
            *_seen(found, at, profile.rows - one.missing),
            words=_words(source, one.name, words) if at in open_ and one.distinct in _FEW else frozenset(),
            refused=one.refused.reason if one.refused else "",
        )
        for at, one in enumerate(profile.columns)
    )


def _asked(column: Any, at: int) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    if column.type().is_temporal():
        return sums
    if not column.type().is_boolean():
        number = cast.number(column).cast("float64")
        sums |= {f"numbers_{at}": number.count(), f"least_{at}": number.min(), f"most_{at}": number.max()}
    return sums | {f"coded_{at}": (cast.coded(column, None) >= cast.NO).cast("int64").sum()}


def _seen(found: Mapping[str, Any], at: int, present: int) -> tuple[bool, bool, float | None]:
    """Whether all cells are numbers, whether all say yes or no, and the middle of the numbers."""
    numeric = present > 0 and found.get(f"numbers_{at}") == present
    ends = (found[f"least_{at}"], found[f"most_{at}"]) if numeric else None
    return numeric, present > 0 and found.get(f"coded_{at}") == present, (ends[0] + ends[1]) / 2 if ends else None


def _words(source: Source, name: str, words: Collection[str]) -> frozenset[str]:
    """Which of the words occur in a column; no other value leaves the engine."""
    column = source.table[name]
    if not column.type().is_string():
        return frozenset()
    there = source.table.select(word=column.strip()).filter(lambda t: t.word.isin(sorted(words))).distinct()
    return frozenset(row["word"] for row in source.fetch(there).to_pylist())
