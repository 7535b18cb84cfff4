"""Tell the layout of a search log by its row of names, or by what its cells look like where it has none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from counterproof.errors import SourceError, nearest

if TYPE_CHECKING:
    from counterproof.reductions.search_log import Beside, LogLayout, LogLayouts

__all__ = ["UNLISTED", "Recognised", "header_words", "recognise"]

UNLISTED = "unlisted"
"""Name of a layout whose columns are all known and that no list has in this combination."""

_FIRST_ROWS = 30
_KNOWN = 3
"""So many names must be known for a row to be a header."""

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    kind     "log", or the name of what is released beside logs
    layout   its name
    places   our column -> its position
    names    our column -> the header it has in this file
    unknown  headers that no layout knows
    header   position of the row of names; None where there is none
    """

    kind: str
    layout: str
    places: Mapping[str, int]
    names: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    header: int | None = None


def header_words(text: str) -> str:
    """A header as lower-case words: ``caseNumber``, ``case_number`` and ``Case #`` are all "case number"."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text.replace("#", " number "))
    return " ".join(re.findall(r"[a-z0-9]+", spaced.casefold()))


def recognise(rows: Rows, known: LogLayouts, wanted: str | None, where: str) -> Recognised:
    """The layout of a table from its first rows.

    wanted  name of the layout that it must have; None recognises it

    Raises SourceError where no layout fits, or several do.
    """
    if wanted is not None and wanted not in (names := [layout.name for layout in known.layouts]):
        hint = nearest(wanted, names) or f"the layouts are {', '.join(names)}"
        raise SourceError("there is no such layout", where="layout", hint=hint)
    for position, row in enumerate(rows[:_FIRST_ROWS]):
        words = [header_words(cell) for cell in row]
        for beside in known.beside:
            if found := _beside(beside, row, words, position):
                return found
        if found := _headed(known, row, words, position, wanted, where):
            return found
    return _headless(rows, known, wanted, where)


def _beside(beside: Beside, row: Sequence[str], words: Sequence[str], position: int) -> Recognised | None:
    places, unknown = _placed(beside.columns, words)
    if not set(beside.required) <= places.keys():
        return None
    names = {column: row[at].strip() for column, at in places.items()}
    return Recognised(beside.name, beside.name, places, names, tuple(row[at].strip() for at in unknown), position)


def _headed(
    known: LogLayouts, row: Sequence[str], words: Sequence[str], position: int, wanted: str | None, where: str
) -> Recognised | None:
    places, unknown = _placed(known.headers, words)
    if not places or len(places) < min(_KNOWN, len([word for word in words if word])):
        return None
    twice = [column for column, n in Counter(_columns(known.headers, words)).items() if n > 1]
    if twice:
        raise SourceError(f"two columns are headed like {twice[0]!r}", where=where, hint="rename one of them")
    layout = _fitting(known.layouts, places.keys(), wanted)
    if layout is None and wanted is not None:
        lacks = (
            next(set(one.columns) - set(one.optional) for one in known.layouts if one.name == wanted) - places.keys()
        )
        what = f"the columns are not those of the layout {wanted!r}"
        hint = f"it lacks {', '.join(sorted(lacks))}" if lacks else "leave --layout out to have it recognised"
        raise SourceError(what, where=where, hint=hint)
    names = {column: row[at].strip() for column, at in places.items()}
    others = tuple(row[at].strip() for at in unknown)
    return Recognised("log", layout.name if layout else UNLISTED, places, names, others, position)


def _placed(
    headers: Sequence[tuple[str, tuple[str, ...]]], words: Sequence[str]
) -> tuple[dict[str, int], tuple[int, ...]]:
    """Our columns and their positions, and the positions of names that no column has; blank names count for nothing."""
    by = {spelling: column for column, spellings in headers for spelling in spellings}
    places: dict[str, int] = {}
    for at, word in enumerate(words):
        if word in by:
            places.setdefault(by[word], at)
    return places, tuple(at for at, word in enumerate(words) if word and word not in by)


def _columns(headers: Sequence[tuple[str, tuple[str, ...]]], words: Sequence[str]) -> list[str]:
    by = {spelling: column for column, spellings in headers for spelling in spellings}
    return [by[word] for word in words if word in by]


def _fitting(layouts: Sequence[LogLayout], columns: object, wanted: str | None) -> LogLayout | None:
    """The layout that asks for most of these columns and allows the others."""
    have = set(columns)  # type: ignore[call-overload]
    fit = [
        layout
        for layout in layouts
        if set(layout.columns) - set(layout.optional) <= have <= set(layout.columns) | set(layout.optional)
        and wanted in (None, layout.name)
    ]
    return max(fit, key=lambda layout: len(set(layout.columns) - set(layout.optional)), default=None)


def _headless(rows: Rows, known: LogLayouts, wanted: str | None, where: str) -> Recognised:
    """By the number of cells, and by where times and numbers stand."""
    formats = (*known.seconds, *known.days)
    ordered = [layout for layout in known.layouts if not layout.optional and wanted in (None, layout.name)]
    fit = [layout for layout in ordered if _looks(rows, layout, formats)]
    if len(fit) != 1:
        what = "no layout of a search log is recognised" if not fit else "more than one layout fits these cells"
        hint = "write the column names into the first row, or describe the layout in a file of your own (--layout FILE)"
        if fit:
            hint = f"say which with --layout: {', '.join(layout.name for layout in fit)}"
        raise SourceError(what, where=where, hint=hint)
    places = {column: at for at, column in enumerate(fit[0].columns)}
    return Recognised("log", fit[0].name, places, {column: column for column in places})


def _looks(rows: Rows, layout: LogLayout, formats: Sequence[str]) -> bool:
    width = len(layout.columns)
    body = [row for row in rows if len(row) == width][:50]
    if not body or len(body) * 2 < len(rows[:50]):
        return False
    times = sum(_is_time(row[layout.columns.index("time")], formats) for row in body)
    numbers = sum(row[layout.columns.index("networks")].strip().isdigit() for row in body)
    return min(times, numbers) * 5 >= len(body) * 4


def _is_time(text: str, formats: Sequence[str]) -> bool:
    for form in formats:
        try:
            datetime.strptime(text.strip(), form)  # noqa: DTZ007 - only whether it reads
        except ValueError:
            continue
        return True
    return False
