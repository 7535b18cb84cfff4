"""Lines of a workbook of totals: numbers in blocks below titles, and a tab of facilities."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from counterproof.reductions.totals import FACILITY, TOTAL
from counterproof.sources.layouts.totals.files import File, Row, Sheet, plain

if TYPE_CHECKING:
    from counterproof.reductions.totals import BlockTotal, FacilityTable, WorkbookLayout

__all__ = ["Line", "lines"]

Line = tuple[str | None, ...]
"""In the order of ``reductions.totals.LINES``."""

_YEAR = re.compile(r"fy ?(?:20)?([0-9]{2})(?![0-9])")
_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_BELOW_TITLE = 3
_BELOW_HEADER = 4


def lines(file: File) -> Iterator[Line]:
    """Every total and every facility; what stands in another sheet than its name says is noted on ``file``."""
    assert file.book is not None  # noqa: S101 - asked for workbooks only
    layout, sheets = file.book
    notes = [plain(cell) for sheet in _named(layout, sheets, "footnotes") for row in sheet.rows for cell in row if cell]
    for total in layout.totals:
        yield from _total(file, layout, total, notes)
    if layout.facilities is not None:
        yield from _facilities(file, layout, layout.facilities)


def _named(layout: WorkbookLayout, sheets: Sequence[Sheet], kind: str) -> list[Sheet]:
    """The sheets whose names begin like those of this kind; all of them where there is none."""
    patterns = ["".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", one))
                for ours, names in layout.sheets if ours == kind for one in names]  # fmt: skip
    return [s for s in sheets if any(re.match(p, plain(s.name)) for p in patterns)] or list(sheets)


# ---- totals -------------------------------------------------------------------------------------------------------


def _total(file: File, layout: WorkbookLayout, total: BlockTotal, notes: Sequence[str]) -> Iterator[Line]:
    assert file.book is not None  # noqa: S101
    first = _named(layout, file.book[1], "detention")
    for sheet in [*first, *(other for other in file.book[1] if other not in first)]:
        for at, row in enumerate(sheet.rows):
            for place, cell in enumerate(row):
                if not plain(cell).startswith(total.title):
                    continue
                numbers = _numbers(sheet.rows, at, place, total)
                if numbers is None:
                    continue
                title = f"{plain(cell)} {plain(sheet.name)}"
                period = _year(plain(cell)) or _year(plain(sheet.name))
                through = _updated(notes, total.updated) or _updated(notes, layout.updated)
                titled = _titled(layout, f"{title} {plain(_heading(sheet))}")
                if sheet not in first:
                    file.notes.append(f"{total.measure} read from the sheet {sheet.name!r}")
                yield (file.label, TOTAL, total.measure, period, None, through, titled, None, None, json.dumps(numbers))
                return
    file.notes.append(f"no block with the title {total.title!r}: {total.measure} not read")


def _numbers(rows: Sequence[Row], at: int, place: int, total: BlockTotal) -> dict[str, str] | None:
    """The number and its parts; None where the block has no such row and column."""
    ends = next((p for p, cell in enumerate(rows[at]) if p > place and cell), _last(rows[at : at + 4]))
    for down in range(at + 1, min(at + 1 + _BELOW_TITLE, len(rows))):
        header = [plain(cell) for cell in rows[down][:ends]]
        if total.column not in header[place:]:
            continue
        column = header.index(total.column, place)
        for row in rows[down + 1 : down + 1 + _BELOW_HEADER]:
            if place < len(row) and plain(row[place]) == total.row and (value := _cell(row, column)) is not None:
                parts = {part: _cell(row, header.index(part, place)) for part in total.parts if part in header[place:]}
                return {"value": value} | {part: number for part, number in parts.items() if number is not None}
    return None


def _last(rows: Sequence[Row]) -> int:
    return max((len(row) for row in rows), default=0)


def _cell(row: Row, place: int) -> str | None:
    """A number as it was published; None for anything else."""
    text = (row[place] or "").replace(",", "").strip() if place < len(row) else ""
    return text if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?", text) else None


def _updated(notes: Sequence[str], patterns: Sequence[str]) -> str | None:
    """Until when a footnote says that the numbers were counted; the first such one belongs to the detention tab."""
    for note in notes:
        for pattern in patterns:
            if (at := note.find(pattern)) >= 0 and (found := _DATE.search(note, at)):
                return _iso(found)
    return None


def _year(text: str) -> str | None:
    found = _YEAR.search(text)
    return f"20{found[1]}" if found else None


def _iso(found: re.Match[str]) -> str | None:
    try:
        return date(int(found[3]), int(found[1]), int(found[2])).isoformat()
    except ValueError:
        return None


def _heading(sheet: Sheet) -> str:
    return " ".join(cell for row in sheet.rows[:4] for cell in row[:1] if cell)


def _titled(layout: WorkbookLayout, text: str) -> str | None:
    """What titles and the sheet's name say of the period."""
    if any(word in text for word in layout.final_words):
        return "final"
    return "year_to_date" if re.search(r"\bytd\b", text) else None


# ---- facilities ---------------------------------------------------------------------------------------------------


def _facilities(file: File, layout: WorkbookLayout, table: FacilityTable) -> Iterator[Line]:
    assert file.book is not None  # noqa: S101
    first = _named(layout, file.book[1], "facilities")
    for sheet in [*first, *(other for other in file.book[1] if other not in first)]:
        if (found := _facility_head(sheet, table)) is None:
            continue
        at, places = found
        if sheet not in first:
            file.notes.append(f"facilities read from the sheet {sheet.name!r}")
        above = [cell for row in sheet.rows[:at] for cell in row if cell]
        dated = next((d for cell in above if table.dated in plain(cell) and (d := _DATE.search(cell))), None)
        period = next((year for cell in (*above, sheet.name) if (year := _year(plain(cell)))), None)
        titled = _titled(layout, plain(" ".join([sheet.name, *above])))
        file.unknown += [name for name in sheet.rows[at] if name and not _known(_words(name), table)]
        for row in sheet.rows[at + 1 :]:
            numbers = {key: value for key, place in places.items() if " " in key and (value := _cell(row, place))}
            name = (row[places["name"]] or "").strip() if places["name"] < len(row) else ""
            if not numbers or not name or plain(name) == "total":
                continue
            site = "site " + ", ".join(_text(row, places[f"site{n}"]) for n in range(len(table.site)))
            day = _iso(dated) if dated else None
            yield (file.label, FACILITY, name, period, None, None, titled, day, site, json.dumps(numbers))
        return
    file.notes.append("no table of facilities: not read")


def _facility_head(sheet: Sheet, table: FacilityTable) -> tuple[int, dict[str, int]] | None:
    """The row of names, wherever it stands, and the places of our columns: "name", "site0", "level 0" and so on."""
    for at, row in enumerate(sheet.rows[:40]):
        words = [_words(cell) for cell in row]
        wanted = {"name": table.name} | {f"site{n}": names for n, names in enumerate(table.site)}
        wanted |= {f"{split} {n}": names for split, columns in table.population for n, names in enumerate(columns)}
        places = {key: words.index(name) for key, names in wanted.items() for name in names if name in words}
        if len(places) == len(wanted):
            return at, places
    return None


def _words(name: str | None) -> str:
    """A header without its fiscal year."""
    return " ".join(re.sub(r"\bfy ?[0-9]{2,4}\b", " ", plain(name)).split())


def _known(words: str, table: FacilityTable) -> bool:
    ours = {*table.name, *table.known, *(name for names in table.site for name in names)}
    return words in ours | {name for _, columns in table.population for names in columns for name in names}


def _text(row: Row, place: int) -> str:
    text = (row[place] or "").strip() if place < len(row) else ""
    return text.split("-")[0].zfill(5) if text.split("-")[0].isdigit() else text.upper()
