"""Lines of published tables as values: what was published, for which period, up to which day."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterproof.counts import Cells
from counterproof.reductions.totals import LINES, SERIES, TOTAL

__all__ = ["FINAL", "TO_DATE", "UNKNOWN", "Line", "Published", "period_status", "read", "totals"]

FINAL, TO_DATE, UNKNOWN = "final", "year_to_date", "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as ``reductions.totals.LINES`` has it."""

    file: str
    table: str
    what: str
    period: str | None
    month: str | None
    through: date | None
    titled: str | None
    dated: date | None
    site: str | None
    numbers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Published:
    """One total: ``group`` is what it is about, ``through`` the last day that it covers."""

    measure: str
    group: Mapping[str, str | None]
    value: int
    through: date | None = None
    status: str | None = None
    file: str = ""
    titled: str | None = None


def read(cells: Cells) -> list[Line]:
    """The lines, in the order of the cells."""
    found = []
    for key in cells.keys:
        row = dict(zip(cells.dimensions, key, strict=True))
        file, table, what, period, month, through, titled, dated, site, numbers = (row[name] for name in LINES)
        values = {name: Decimal(text) for name, text in json.loads(numbers or "{}").items()}
        days = [date.fromisoformat(text) if text else None for text in (through, dated)]
        found.append(Line(file or "", table or "", what or "", period, month, days[0], titled, days[1], site, values))
    return found


def fiscal_end(period: str) -> date:
    """The last day of a federal fiscal year."""
    return date(int(period), 9, 30)


def period_status(through: date | None, period: str | None) -> str:
    """Final once the numbers reach 30 September, whatever the file is called."""
    if through is None or period is None:
        return UNKNOWN
    return FINAL if through >= fiscal_end(period) else TO_DATE


def totals(lines: Iterable[Line]) -> list[Published]:
    """Every total that was published as a whole number; monthly counts by month, and added up by fiscal year."""
    every = list(lines)
    found = [_of_block(line) for line in every if line.table == TOTAL and _whole(line.numbers.get("value"))]
    series = [line for line in every if line.table == SERIES]
    found += _by(series, lambda line: {"fiscal_year": line.period})
    found += _by(series, lambda line: {"month": line.month})
    return found


def _whole(value: Decimal | None) -> bool:
    return value is not None and value == value.to_integral_value()


def _of_block(line: Line) -> Published:
    status = period_status(line.through, line.period)
    value = int(line.numbers["value"])
    return Published(line.what, {"fiscal_year": line.period}, value, line.through, status, line.file, line.titled)


def _by(lines: Sequence[Line], group_of: Callable[[Line], dict[str, str | None]]) -> list[Published]:
    """Sums of monthly counts over the lines of each group."""
    members: dict[tuple[tuple[str, str | None], ...], list[Line]] = {}
    for line in lines:
        group = group_of(line) | ({"series": line.site} if line.site else {})
        members.setdefault((("measure", line.what), *sorted(group.items())), []).append(line)
    found = []
    for key, mine in members.items():
        labels = dict(key[1:])
        value = int(sum((line.numbers["value"] for line in mine), Decimal(0)))
        through = max((day for line in mine if (day := _month_end(line.month))), default=None)
        period = labels.get("fiscal_year")
        status = period_status(through, period) if period else None
        titled = TO_DATE if any(line.titled == TO_DATE for line in mine) else None
        file = mine[-1].file
        found.append(Published(mine[0].what, labels, value, through if period else None, status, file, titled))
    return found


def _month_end(month: str | None) -> date | None:
    if month is None:
        return None
    year, number = map(int, month.split("-"))
    return date.fromordinal(date(year + number // 12, number % 12 + 1, 1).toordinal() - 1)
