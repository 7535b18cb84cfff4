"""Rows of the report's tables, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterproof.findings import Contrast, Estimate
from counterproof.report import numbers, words
from counterproof.report.groups import name
from counterproof.report.numbers import Unit
from counterproof.report.shapes import Line, Panel, Row, Series

__all__ = ["Gap", "Rate", "gaps", "grid", "interval", "rates", "said"]

MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class Rate:
    """One group's number: text for its cells; ``status`` is empty where there is a number."""

    name: str
    reference: bool
    value: str
    interval: str
    counted: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One group against the reference."""

    name: str
    reference: str
    difference: str
    difference_ends: str
    ratio: str
    ratio_ends: str
    p: str
    status: str


def said(e: Estimate, unit: Unit) -> str:
    """The number of an estimate, or why there is none."""
    if e.status == "bounded":
        return numbers.span(e.identified_low, e.identified_high, unit)
    return words.STATUS[e.status] if e.value is None else numbers.value(e.value, unit)


def interval(e: Estimate, unit: Unit) -> str:
    """The printed interval, or nothing."""
    if e.status in ("suppressed", "undefined", "not_identified") or (e.low is None and e.high is None):
        return ""
    return numbers.span(e.low, e.high, unit, e.value)


def counted(e: Estimate) -> str:
    """ "805 of 1,795", where the counts may be shown."""
    if e.status == "suppressed" or e.numerator is None or e.denominator is None:
        return ""
    return f"{numbers.count(e.numerator)} of {numbers.count(e.denominator)}"


def rates(panel: Panel, everything: bool = False) -> list[Rate]:
    """The rows of a panel's table."""
    rows: Sequence[Row] = panel.rows if everything else panel.rows[:MOST_ROWS]
    return [
        Rate(row.name, row.reference, said(row.estimate, panel.unit), interval(row.estimate, panel.unit),
             counted(row.estimate), words.STATUS[row.estimate.status], row.estimate.note or "")
        for row in rows
    ]  # fmt: skip


def gaps(panel: Panel) -> list[Gap]:
    """Difference and ratio of each group against the reference, in one row."""
    pairs: dict[tuple[str, str], dict[str, Contrast]] = {}
    for contrast in panel.contrasts[: 2 * MOST_ROWS]:
        pairs.setdefault((name(contrast.group), name(contrast.reference)), {})[contrast.scale] = contrast
    return [_gap(one, other, by, panel.unit) for (one, other), by in pairs.items()]


def _gap(one: str, other: str, by: dict[str, Contrast], unit: Unit) -> Gap:
    difference, ratio = by.get("difference"), by.get("ratio")
    first = difference or ratio
    p = first.p_adjusted if first and first.p_adjusted is not None else (first.p_value if first else None)
    return Gap(
        one, other,
        _amount(difference, unit), _range(difference, unit), _amount(ratio, unit), _range(ratio, unit),
        numbers.p_value(p) if p is not None else "",
        words.STATUS[first.status] if first and first.value is None else "",
    )  # fmt: skip


def _amount(contrast: Contrast | None, unit: Unit) -> str:
    if contrast is None or contrast.value is None:
        return ""
    return words.amount(contrast.value, contrast.scale, unit)


def _range(contrast: Contrast | None, unit: Unit) -> str:
    if contrast is None or (contrast.low is None and contrast.high is None):
        return ""
    low = "" if contrast.low is None else words.bare(contrast.low, contrast.scale, unit)
    high = "" if contrast.high is None else words.bare(contrast.high, contrast.scale, unit)
    if not high:
        return f"at least {low}"
    return f"{low} to {high}" if low else f"at most {high}"


def grid(one: Series, most: int = 12) -> tuple[list[str], list[tuple[Line, list[str]]]]:
    """A series as a table: a row an axis value, a column a group, at most ``most`` axis values, evenly thinned."""
    places = list(dict.fromkeys(place(p, one) for line in one.lines for p in line.points))
    if len(places) > most:
        keep = {round(i * (len(places) - 1) / (most - 1)) for i in range(most)}
        places = [text for i, text in enumerate(places) if i in keep]
    by = [(line, {place(p, one): said(p, one.unit) for p in line.points}) for line in one.lines]
    return places, [(line, [cells.get(text, "") for text in places]) for line, cells in by]


def place(e: Estimate, one: Series) -> str:
    """Where a point stands on its axis, in words."""
    if one.binned:
        low, high = str(e.at["from"]), str(e.at["to"])
        return low if low == high else f"{low}–{high}"
    return f"{e.at[one.axis]:g}" if isinstance(e.at[one.axis], float) else str(e.at[one.axis])
