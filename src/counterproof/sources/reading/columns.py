"""Column names: as a file gives them, cleaned, unique, and the same in every file that is stacked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from counterproof.errors import SourceError, nearest

__all__ = ["clean_names", "numbered", "same_columns"]

_BLANKS = " \t\r\n\f\v\u00a0\ufeff\u200b"
_LIKE_DATA = re.compile(r"\d{4}|@|\*{2}|\bREDACTED\b", re.IGNORECASE)


def clean_names(cells: Sequence[str], where: str) -> tuple[str, ...]:
    """Column names without blanks and byte order marks at their ends.

    Raises SourceError for a name that is empty or occurs twice (engines ignore case, so ``Id`` and ``ID`` are one).
    Names that look like data are told by position only: a file without a header has a record in their place.
    """
    names = tuple(cell.strip(_BLANKS) for cell in cells)
    hint = "write column names into the header row; if it is another row, say which (header_row)"
    empty = [str(position) for position, name in enumerate(names, 1) if not name]
    if empty:
        raise SourceError(f"no column name in {_columns(empty)}", where=where, hint=hint)
    positions: dict[str, list[int]] = {}
    for position, name in enumerate(names, 1):
        positions.setdefault(name.casefold(), []).append(position)
    twice = [found for found in positions.values() if len(found) > 1]
    if twice:
        private = any(_LIKE_DATA.search(name) for name in names)
        told = "; ".join(_told(names[found[0] - 1], found, private) for found in twice[:10])
        hint = "number them (repeated_names: number); if the first row is a record, write a header above it"
        raise SourceError(f"the same column name more than once: {told}", where=where, hint=hint)
    return names


def numbered(cells: Sequence[str]) -> list[str]:
    """Names that occur before get a number: "Other", "Other 2", "Other 3"."""
    seen: dict[str, int] = {}
    taken = {cell.strip(_BLANKS).casefold() for cell in cells}
    found = []
    for cell in cells:
        name = cell.strip(_BLANKS)
        seen[name.casefold()] = times = seen.get(name.casefold(), 0) + 1
        while name and times > 1 and f"{name} {times}".casefold() in taken:
            times += 1
        found.append(name if times == 1 or not name else f"{name} {times}")
        taken.add(found[-1].casefold())
    return found


def same_columns(columns: Mapping[str, Sequence[str]]) -> None:
    """Raise SourceError unless every file (label to column names) has the columns of the first, in any order."""
    first, expected = next(iter(columns.items()))
    for label, names in columns.items():
        lacks = [name for name in expected if name not in names]
        adds = [name for name in names if name not in expected]
        if not lacks and not adds:
            continue
        parts = [f"{verb} {_quoted(them)}" for verb, them in (("lacks", lacks), ("adds", adds)) if them]
        near = nearest(adds[0], lacks) if lacks and adds else None
        hint = f"{near[:-1]} for {adds[0]!r}? " if near else ""
        hint += "give files with different columns sources of their own, or make their headers the same"
        raise SourceError(f"the columns differ from {first}: it {', and '.join(parts)}", where=label, hint=hint)


def _columns(positions: Sequence[str]) -> str:
    return f"column{'s' if len(positions) > 1 else ''} {', '.join(positions[:20])}{' …' if len(positions) > 20 else ''}"


def _told(name: str, positions: Sequence[int], private: bool) -> str:
    where = _columns([str(position) for position in positions])
    return where if private else f"{name!r} ({where})"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names[:10]) + (" …" if len(names) > 10 else "")
