"""Totals as rows to show: of a long table, of files in a known layout, and of released tables of events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import numpy as np

from counterproof.audits.totals.checks import checks
from counterproof.audits.totals.lines import Published, period_status, read, totals
from counterproof.audits.totals.options import TotalsOptions
from counterproof.audits.totals.words import TOTAL
from counterproof.counts import Cells, RowSum, Scalar, key_of
from counterproof.errors import InputError

__all__ = ["CHECKS", "EVENT", "PUBLISHED", "events", "long_table", "published"]

PUBLISHED, CHECKS, EVENT = "published", "checks", "rows"


def long_table(options: TotalsOptions, cells: Cells) -> list[RowSum]:
    """One row a total. InputError where a total stands twice: adding the two up would be wrong without a word."""
    assert options.value is not None  # noqa: S101 - a long table has it
    members: dict[tuple[str | None, ...], list[int]] = {}
    for place, key in enumerate(zip(*(cells.column(name) for name in options.columns), strict=True)):
        members.setdefault(key, []).append(place)
    texts = cells.column(options.value)
    _refuse_repeats(options, [(set(texts[places]), int(cells.n[places].sum())) for places in members.values()])
    rows = []
    for key, places in members.items():
        mask = np.zeros(len(cells.keys), dtype=bool)
        mask[places] = True
        group = dict(zip(options.groups, key, strict=False))
        rows.append(RowSum(TOTAL, group, {} if options.as_of is None else _at(options, key), {TOTAL: mask}))
    return rows


def _at(options: TotalsOptions, key: tuple[str | None, ...]) -> dict[str, Scalar]:
    """The day up to which a total of a long table goes; whether it is final, where its period is a fiscal year."""
    period, text = key[-2], key[-1] or ""
    try:
        through = date.fromisoformat(text[:10])
    except ValueError:
        hint = "write days as 2024-06-15"
        raise InputError("a cell of the column holds no day", where="as_of", hint=hint) from None
    at: dict[str, Scalar] = {"as_of": through.isoformat()}
    if "fiscal" in str(options.period).lower() and re.fullmatch("20[0-9]{2}", period or ""):
        at["period_status"] = period_status(through, period)
    return at


def _refuse_repeats(options: TotalsOptions, found: Sequence[tuple[set[str | None], int]]) -> None:
    """Two rows of one period and series show as two texts of the value, or as a sum that is a multiple of it."""
    repeated = sum(len(texts) > 1 or _number(*texts) != total for texts, total in found)
    if repeated:
        told = " and ".join(repr(name) for name in reversed(options.columns))
        hint = "keep one release of the table, or name the column that tells these rows apart as series"
        raise InputError(f"{repeated} totals stand more than once for the same {told}", where="period", hint=hint)


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None


def published(cells: Cells) -> Iterator[RowSum]:
    """Totals of files in a known layout, and what their lines say against themselves."""
    lines = read(cells)
    found = totals(lines)
    shown: dict[object, tuple[Published, dict[str, Scalar]]] = {}
    for one in found:
        at: dict[str, Scalar] = {}
        if one.through is not None:
            at["as_of"] = one.through.isoformat()
        if one.status is not None:
            at["period_status"] = one.status
        before = shown.get(_key(one, at))
        if before is not None and before[0].value != one.value:
            at["release"] = one.file
        shown.setdefault(_key(one, at), (one, at))
    for one, at in shown.values():
        yield RowSum(f"{PUBLISHED} {one.measure}", one.group, at, {}, sums={one.measure: one.value})
    for check in checks(lines, found):
        said: dict[str, Scalar] = {"check": check.name, "status": check.status, "said": check.said}
        yield RowSum(CHECKS, {}, said, {}, sums={"count": check.count, "total": check.total})


def _key(one: Published, at: dict[str, Scalar]) -> object:
    return one.measure, key_of(one.group), key_of(at)


def events(cells: Cells) -> Iterator[RowSum]:
    """Rows of released tables by fiscal year, those that repeat another, and those without an identifier."""
    by = {name: cells.column(name) for name in cells.dimensions}
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for place, key in enumerate(zip(by["table"], by["release"], by["until"], by["fiscal_year"], strict=True)):
        groups.setdefault(key, []).append(place)
    again, unidentified = by["again"] == "1", by["unidentified"] == "1"
    for (table, release, last, year), places in groups.items():
        mask = np.zeros(len(cells.keys), dtype=bool)
        mask[places] = True
        at: dict[str, Scalar] = {"table": table, "release": release, "as_of": _month(last)}
        part = f"{table} {release}"
        yield RowSum(EVENT, {"fiscal_year": year}, at, {"rows": mask}, part=part)
    for table, release in dict.fromkeys(zip(by["table"], by["release"], strict=True)):
        mask = (by["table"] == table) & (by["release"] == release)
        counts = {"rows": mask, "again": mask & again, "unidentified": mask & unidentified}
        undated = mask & np.array([year is None for year in by["fiscal_year"]], dtype=bool)
        at = {"table": table, "release": release}
        yield RowSum(f"{EVENT} in all", {}, at, {**counts, "undated": undated}, part=f"{table} {release}")


def _month(last: str | None) -> str | None:
    return f"{last[:4]}-{last[4:]}" if last else None
