"""What published tables say against themselves and against earlier releases: pure functions of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from counterproof.audits.totals.lines import FINAL, TO_DATE, Line, Published, fiscal_end, period_status
from counterproof.reductions.totals import FACILITY, FILE, SERIES, TOTAL

__all__ = ["CUMULATIVE", "Found", "checks"]

CUMULATIVE = ("removals", "book_ins")
"""Totals that count events since the first day of the fiscal year, so that they cannot fall."""

TOLERANCE = Decimal("1e-4")
_LONG = 3
"""Numbers with at most so many decimals are taken for rounded ones."""
_FEW = 10
"""So many numbers must be multiples of ten for a table to be taken for a rounded one."""

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Found:
    """A check: how many of how many, and one sentence or two."""

    name: str
    status: Status
    count: int
    total: int
    said: str


@dataclass(frozen=True, slots=True)
class Tab:
    """The facilities of one release. ``rows``: name -> the line; ``released``: until when its other totals reach."""

    file: str
    period: str
    dated: date | None
    released: date | None
    rows: Mapping[str, Line]


def checks(lines: Sequence[Line], published: Sequence[Published]) -> Iterator[Found]:
    """Every check that these lines allow."""
    tabs = _tabs(lines)
    stale = {later.file: earlier for earlier, later in _pairs(tabs) if _repeats(earlier, later)}
    yield from _cumulative_totals(published)
    if tabs:
        yield from _stale(tabs, stale)
        yield from _cumulative_sites(tabs, stale)
        yield from _renamed(tabs, stale)
        yield _population_sums(tabs)
    yield from _part_sums(lines)
    yield from _rounding(lines)
    yield from _overlapping(lines, published)
    yield _mislabelled(published)
    if unknown := sum(int(line.numbers.get("unknown", 0)) for line in lines if line.table == FILE):
        yield Found("layout", "warn", unknown, unknown, "Columns that no layout knows; they are not read.")


# ---- releases of a table of facilities ----------------------------------------------------------------------------


def _tabs(lines: Iterable[Line]) -> list[Tab]:
    """One for each file, in the order in which they were released."""
    rows: dict[tuple[str, str], dict[str, Line]] = {}
    released: dict[str, date] = {}
    for line in lines:
        if line.table == TOTAL and line.through is not None:
            released[line.file] = max(line.through, released.get(line.file, line.through))
        if line.table == FACILITY and line.period is not None:
            mine = rows.setdefault((line.file, line.period), {})
            mine[line.what if line.what not in mine else f"{line.what} ({len(mine)})"] = line
    found = [
        Tab(file, period, next(iter(mine.values())).dated, released.get(file), mine)
        for (file, period), mine in rows.items()
    ]
    return sorted(found, key=lambda tab: (tab.period, tab.released or tab.dated or date.min, tab.file))


def _pairs(tabs: Sequence[Tab]) -> Iterator[tuple[Tab, Tab]]:
    """Each release with the one before it, within a fiscal year."""
    return ((a, b) for a, b in pairwise(tabs) if a.period == b.period)


def _repeats(earlier: Tab, later: Tab) -> bool:
    """Whether every facility has the same population in both, to the last digit."""
    both = earlier.rows.keys() & later.rows.keys()
    same = sum(earlier.rows[name].numbers == later.rows[name].numbers for name in both)
    return bool(both) and same == len(both) and len(both) * 2 > len(later.rows)


def _stale(tabs: Sequence[Tab], stale: Mapping[str, Tab]) -> Iterator[Found]:
    for tab in tabs:
        if tab.file not in stale:
            continue
        before = stale[tab.file]
        both = len(before.rows.keys() & tab.rows.keys())
        line = f"its date line says {tab.dated}"
        moved = f", where that of the earlier one says {before.dated}" if before.dated != tab.dated else ", as before"
        said = (
            f"The population columns of {tab.file} are those of {before.file} for every facility that stands in both; "
            f"{line}{moved}."
        )
        yield Found("stale_table", "warn", both, len(tab.rows), said)
    if not stale and (pairs := len(list(_pairs(tabs)))):
        yield Found("stale_table", "pass", 0, pairs, "Releases whose table of facilities repeats the one before.")


def _cumulative_sites(tabs: Sequence[Tab], stale: Mapping[str, Tab]) -> Iterator[Found]:
    """Average population times days elapsed, by site: days in detention so far, which cannot become fewer.

    Days by the tab's own date line, which names the day after the last one that was counted. A stale tab says nothing
    new. Rows that were split or renamed are added up by site.
    """
    falls, total, named = 0, 0, []
    fresh = [tab for tab in tabs if tab.file not in stale and tab.dated is not None]
    for earlier, later in _pairs(fresh):
        before, after = _days(earlier), _days(later)
        if earlier.dated == later.dated:
            continue
        for site in sorted(before.keys() & after.keys()):
            total += 1
            if after[site][0] + after[site][1] + before[site][1] < before[site][0]:
                falls += 1
                named.append(f"{site} in {later.file}")
    if total:
        said = "Sites whose days in detention since 1 October became fewer from one release to the next"
        listed = f": {_few(named)}." if named else ", by the date line of each table of facilities."
        yield Found("cumulative_never_falls", "fail" if falls else "pass", falls, total, said + listed)


def _days(tab: Tab) -> dict[str, tuple[Decimal, Decimal]]:
    """Days in detention so far by site, and how much of that may be rounding."""
    assert tab.dated is not None  # noqa: S101
    end = fiscal_end(tab.period)
    start = date(end.year - 1, 10, 1)
    days = min((tab.dated - start).days, (end - start).days + 1)
    unit = _unit([line.numbers for line in tab.rows.values()]) or Decimal(0)
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line in tab.rows.values():
        numbers = [value for key, value in line.numbers.items() if key.startswith(_first_split(line))]
        known, loose = found.get(line.site or line.what, (Decimal(0), Decimal(1)))
        found[line.site or line.what] = (known + sum(numbers) * days, loose + unit / 2 * len(numbers) * days)
    return found


def _first_split(line: Line) -> str:
    return next(iter(line.numbers)).split(" ")[0] if line.numbers else ""


def _renamed(tabs: Sequence[Tab], stale: Mapping[str, Tab]) -> Iterator[Found]:
    """Names that are gone in the next release while another name came at the same site."""
    renamed, gone_in_all, named = 0, 0, []
    for earlier, later in _pairs([tab for tab in tabs if tab.file not in stale]):
        gone = sorted(earlier.rows.keys() - later.rows.keys())
        come = {line.site: name for name, line in later.rows.items() if name not in earlier.rows}
        gone_in_all += len(gone)
        for name in gone:
            if (other := come.get(earlier.rows[name].site)) is not None:
                renamed += 1
                named.append(f"{name} → {other}")
    if gone_in_all:
        said = f"Names that are gone from one release to the next while another came at the same site: {_few(named)}."
        yield Found("renamed_rows", "warn" if renamed else "pass", renamed, gone_in_all, said)


# ---- sums and rounding --------------------------------------------------------------------------------------------


def _population_sums(tabs: Sequence[Tab]) -> Found:
    """Whether every way of splitting a facility's population adds up to the same."""
    apart, total, told = 0, 0, []
    for tab in tabs:
        unit = _unit([line.numbers for line in tab.rows.values()]) or Decimal(0)
        whole: dict[str, Decimal] = {}
        for line in tab.rows.values():
            sums: dict[str, Decimal] = {}
            for key, value in line.numbers.items():
                sums[key.split(" ")[0]] = sums.get(key.split(" ")[0], Decimal(0)) + value
            loose = TOLERANCE + unit / 2 * len(line.numbers)
            total += 1
            apart += max(sums.values()) - min(sums.values()) > loose
            whole = {split: value + whole.get(split, Decimal(0)) for split, value in sums.items()}
        parts = ", ".join(f"by {split} {value:,.2f}" for split, value in whole.items())
        told.append(f"{tab.file}: {parts}")
    said = (
        f"Facilities whose population by level, by sex and criminality, and by threat level differ. {'; '.join(told)}."
    )
    return Found("sums_agree", "fail" if apart else "pass", apart, total, said)


def _part_sums(lines: Iterable[Line]) -> Iterator[Found]:
    """Whether the months of a total add up to it."""
    apart, total, named = 0, 0, []
    for line in lines:
        parts = [value for key, value in line.numbers.items() if key != "value"]
        if line.table != TOTAL or not parts:
            continue
        total += 1
        unit = _unit([line.numbers]) or Decimal(0)
        if abs(sum(parts) - line.numbers["value"]) > unit / 2 * (len(parts) + 1):
            apart += 1
            named.append(f"{line.what} in {line.file}")
    if total:
        said = f"Totals that are not the sum of their months{': ' + _few(named) if named else ''}."
        yield Found("sums_agree", "fail" if apart else "pass", apart, total, said)


def _unit(rows: Sequence[Mapping[str, Decimal]]) -> Decimal | None:
    """To what the numbers are rounded: 10 or 5, or the last of few decimals; None where they are not."""
    numbers = [value for row in rows for value in row.values() if value]
    if not numbers:
        return None
    places = max(0, *(-int(value.normalize().as_tuple().exponent) for value in numbers))
    if places > _LONG:
        return None
    if places:
        return Decimal(1).scaleb(-places)
    multiples = [unit for unit in (10, 5) if all(value % unit == 0 for value in numbers)]
    return Decimal(multiples[0]) if multiples and len(numbers) >= _FEW else None


def _rounding(lines: Sequence[Line]) -> Iterator[Found]:
    """Tables whose numbers are rounded, and what that leaves of their sums."""
    tables: dict[tuple[str, str], list[Mapping[str, Decimal]]] = {}
    for line in lines:
        if line.table != FILE:
            kept = {key: value for key, value in line.numbers.items() if key not in ("keys", "again", "changed")}
            tables.setdefault((line.file, line.table), []).append(kept)
    units = {place: _unit(rows) for place, rows in tables.items()}
    rounded = {place: unit for place, unit in units.items() if unit is not None}
    said = "Tables whose numbers are rounded"
    if rounded:
        (file, _), unit = next(iter(rounded.items()))
        reach = f"each may be off by {_short(unit / 2)}, so that two sums of four may differ by {_short(4 * unit)}"
        said += f": in {file} to {_short(unit)}, {reach}"
    if tables:
        yield Found("rounding", "warn" if rounded else "pass", len(rounded), len(tables), f"{said}.")


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"


# ---- periods and releases -----------------------------------------------------------------------------------------


def _cumulative_totals(published: Iterable[Published]) -> Iterator[Found]:
    """Totals since 1 October, release after release."""
    by: dict[tuple[str, str | None], list[Published]] = {}
    for one in published:
        if one.measure in CUMULATIVE and one.through is not None:
            by.setdefault((one.measure, one.group.get("fiscal_year")), []).append(one)
    falls, total, named = 0, 0, []
    for (measure, period), mine in by.items():
        for earlier, later in pairwise(sorted(mine, key=lambda one: (one.through or date.min, one.value))):
            total += 1
            if later.value < earlier.value:
                falls += 1
                named.append(f"{measure} of {period} from {earlier.value:,} to {later.value:,} on {later.through}")
    if total:
        said = f"Totals since 1 October that became smaller in a later release{': ' + _few(named) if named else ''}."
        yield Found("cumulative_never_falls", "fail" if falls else "pass", falls, total, said)


def _overlapping(lines: Iterable[Line], published: Sequence[Published]) -> Iterator[Found]:
    series = [line for line in lines if line.table == SERIES]
    if series:
        again, keys, changed = (
            int(sum(line.numbers[name] for line in series)) for name in ("again", "keys", "changed")
        )
        said = (
            f"Counts that stand in several releases: the newest is followed, and {changed:,} of them are other "
            "numbers there."
        )
        yield Found("overlapping_releases", "warn" if changed else "pass", again, again + keys, said)
    same: dict[tuple[object, ...], set[int]] = {}
    for one in published:
        same.setdefault((one.measure, *sorted(one.group.items()), one.through), set()).add(one.value)
    several = sum(len(values) > 1 for values in same.values())
    if several:
        said = "Totals of the same period and day that are other numbers in another file; each is named with its file."
        yield Found("overlapping_releases", "warn", several, len(same), said)


def _mislabelled(published: Sequence[Published]) -> Found:
    """Periods that are called final and end early, or are called to date and are whole, or lie in another year."""
    named = []
    dated = [one for one in published if one.group.get("fiscal_year")]
    for one in dated:
        period = one.group["fiscal_year"] or ""
        status = period_status(one.through, period)
        if one.through is None:
            named.append(f"{one.measure} of {period} in {one.file} has no date")
        elif not date(int(period) - 1, 10, 1) <= one.through <= date(int(period), 12, 31):
            named.append(f"{one.measure} of {period} in {one.file} is dated {one.through}")
        elif one.titled == FINAL and status == TO_DATE:
            named.append(f"{one.measure} of {period} in {one.file} is called final and ends on {one.through}")
        elif one.titled == TO_DATE and status == FINAL:
            named.append(f"{one.measure} of {period} in {one.file} is called year to date and is the whole year")
    said = f"Totals whose period is not what their title or date says{': ' + _few(named) if named else ''}."
    return Found("mislabelled_period", "warn" if named else "pass", len(named), len(dated), said)


def _few(named: Sequence[str], most: int = 5) -> str:
    rest = f" and {len(named) - most} more" if len(named) > most else ""
    return "; ".join(named[:most]) + rest
