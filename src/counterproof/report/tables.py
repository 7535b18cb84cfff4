"""Rows of the report's tables, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterproof.findings import Contrast, Estimate
from counterproof.report import numbers, words
from counterproof.report.groups import name
from counterproof.report.numbers import Unit
from counterproof.report.shapes import Line, Panel, Row, Series

__all__ = ["Block", "Gap", "Rate", "counted", "gaps", "grid", "interval", "rates", "said"]

MOST_ROWS = 400
MOST_PLACES = 20
MOST_COLUMNS = 7
MOST_BLOCKS = 8


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


@dataclass(frozen=True, slots=True)
class Block:
    """Some groups of a series side by side: names, and a row an axis value."""

    names: list[str]
    rows: list[tuple[str, list[str]]]


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


def rates(panel: Panel) -> list[Rate]:
    """The rows of a panel's table."""
    rows: Sequence[Row] = panel.rows[:MOST_ROWS]
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
    return words.bare(contrast.value, contrast.scale, unit)


def _range(contrast: Contrast | None, unit: Unit) -> str:
    if contrast is None or (contrast.low is None and contrast.high is None):
        return ""
    ends = [
        None if x is None else words.bare(x, contrast.scale, unit, contrast.value)
        for x in (contrast.low, contrast.high)
    ]
    if ends[1] is None:
        return f"at least {ends[0]}"
    return f"{ends[0]} to {ends[1]}" if ends[0] is not None else f"at most {ends[1]}"


def grid(one: Series) -> list[Block]:
    """A series as tables: a row an axis value, a column a group, so many groups that a table fits on paper.

    More than ``MOST_PLACES`` axis values are evenly thinned.
    """
    places = list(dict.fromkeys(place(p, one) for line in one.lines for p in line.points))
    if len(places) > MOST_PLACES:
        keep = {round(i * (len(places) - 1) / (MOST_PLACES - 1)) for i in range(MOST_PLACES)}
        places = [text for i, text in enumerate(places) if i in keep]
    shown = one.lines[: MOST_COLUMNS * MOST_BLOCKS]
    wide = -(-len(shown) // -(-len(shown) // MOST_COLUMNS))
    return [_block(one, places, shown[i : i + wide]) for i in range(0, len(shown), wide)]


def _block(one: Series, places: Sequence[str], lines: Sequence[Line]) -> Block:
    cells = [{place(p, one): said(p, one.unit) for p in line.points} for line in lines]
    return Block([line.name for line in lines], [(text, [by.get(text, "") for by in cells]) for text in places])


def place(e: Estimate, one: Series) -> str:
    """Where a point stands on its axis, in words."""
    if one.binned:
        low, high = str(e.at["from"]), str(e.at["to"])
        return low if low == high else f"{low}–{high}"
    return f"{e.at[one.axis]:g}" if isinstance(e.at[one.axis], float) else str(e.at[one.axis])
