"""Rows of the report's tables, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterproof.counts import key_of
from counterproof.exhibit import Exhibit
from counterproof.findings import Contrast, Estimate
from counterproof.report import numbers, units, words
from counterproof.report.groups import name
from counterproof.report.numbers import Unit
from counterproof.report.shapes import Line, Panel, Row, Series, has_number, spreads

__all__ = [
    "Block", "Gap", "Rate", "cell", "counted", "detectable", "gaps", "grid", "interval", "listed", "rates", "said",
    "spread", "within",
]  # fmt: skip

MOST_ROWS = 400
MOST_LISTED = 12
MOST_PLACES = 20
MOST_COLUMNS = 7
MOST_BLOCKS = 8
MOST_SPREADS = 4
"""Ways to say how far groups lie apart that still make a sentence; a table has them all."""


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
    against: str
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


def cell(e: Estimate | None, unit: Unit) -> str:
    """A number in a table of several measures, with its counts where it is a share; a dash where nothing was asked."""
    if e is None:
        return "–"
    counts = counted(e)
    if counts and e.value is not None:
        return f"{said(e, unit)} ({counts})"
    return f"{said(e, unit)}: {e.note}" if e.note and e.value is not None else said(e, unit)


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
    of_row = {(key_of(r.estimate.group), key_of(r.estimate.at), r.estimate.assumption): r.name for r in panel.rows}
    for contrast in panel.contrasts[: 2 * MOST_ROWS]:
        if contrast.assumption and contrast.value is None:
            continue
        given = f", if {words.assumed(contrast.assumption)}" if contrast.assumption else ""
        row = of_row.get(
            (key_of(contrast.group), key_of(contrast.at), contrast.assumption), name(contrast.group) + given
        )
        pairs.setdefault((row, name(contrast.reference)), {})[contrast.scale] = contrast
    several = len({other for _, other in pairs}) > 1
    return [_gap(one, other, by, panel.unit, several=several) for (one, other), by in pairs.items()]


@dataclass(frozen=True, slots=True)
class Within:
    """One group against the reference within strata; ``note`` says on how many it rests, and whether they agree."""

    name: str
    difference: str
    difference_ends: str
    ratio: str
    ratio_ends: str
    p: str
    note: str


def within(panel: Panel) -> list[Within]:
    """The contrasts of a panel within strata, in the order of its gaps."""
    by: dict[object, dict[str, Contrast]] = {}
    for contrast in panel.strata[: 2 * MOST_ROWS]:
        by.setdefault(key_of(contrast.group), {})[contrast.scale] = contrast
    return [_within(scales, panel.unit) for scales in by.values()]


def _within(scales: dict[str, Contrast], unit: Unit) -> Within:
    c = scales["difference"]
    gap = _gap(name(c.group), name(c.reference), scales, unit, several=True)
    given = f", if {words.assumed(c.assumption)}" if c.assumption else ""
    return Within(
        gap.name + given, gap.difference, gap.difference_ends, gap.ratio, gap.ratio_ends, gap.p, _agreement(c, unit)
    )


def _agreement(c: Contrast, unit: Unit) -> str:
    """On how many strata a contrast rests, what it leaves out, and whether the strata agree, in sentences."""
    told = c.within
    if told is None:
        return c.note or words.STATUS[c.status]
    said = [f"{told.strata} {'stratum holds' if told.strata == 1 else 'strata hold'} both groups"]
    said += [f"{numbers.count(told.left_out)} cases in others, or in none, are left out"] if told.left_out else []
    points = f"{numbers.HARD}percentage points" if unit == "rate" else ""
    if ends := _ends(c, told.least, told.most, unit):
        said.append(f"with any one of them left out, the difference would be {ends}{points}")
    if told.p_homogeneity is not None:
        said.append(f"chance alone would make them differ so much with p {numbers.p_value(told.p_homogeneity)}")
    turned = " In the same records taken together the gap points the other way." if told.turned else ""
    return f"{'; '.join(said)}.{turned}{f' {c.note}' if c.note else ''}"


def detectable(panel: Panel) -> str:
    """The least excess over the reference that would have shown, for each group whose interval includes no gap."""
    found = {
        name(c.group): f"{name(c.group)} {words.bare(c.minimum_detectable, 'value', panel.unit)}"
        for c in panel.contrasts
        if c.scale == "difference" and c.minimum_detectable is not None and c.assumption is None
    }
    if not found:
        return ""
    points = f"{numbers.HARD}percentage points" if panel.unit == "rate" else ""
    return (
        f"Where the interval includes no gap, an excess over {name(panel.contrasts[0].reference)} would have shown, "
        f"with a chance of 80 in 100, from so much on: {listed(list(found.values()), '; ')}{points}. "
        "A smaller one may exist and not show."
    )


def spread(exhibit: Exhibit, panel: Panel) -> str:
    """How far all the groups of a panel lie apart, in a sentence or two."""
    found = [e for e in spreads(exhibit, panel) if has_number(e) or e.low is not None][:MOST_SPREADS]
    if not found:
        return ""
    level = f" ({numbers.level(found[0].level)} intervals)" if found[0].level else ""
    said = "; ".join(_spread(exhibit, panel, e) for e in found)
    return f"All groups held against each other{level}: {said}. {found[0].note or ''}".strip()


def _spread(exhibit: Exhibit, panel: Panel, e: Estimate) -> str:
    unit = units.of(exhibit, panel.audit, e.measure)
    what = units.label(exhibit, panel.audit, e.measure).removeprefix(f"{panel.label}: ")
    if e.value is None:
        ends = numbers.span(e.identified_low, e.identified_high, unit) if has_number(e) else interval(e, unit)
        return f"{what} {'' if ends.startswith('at ') else 'from '}{ends}"
    ends = interval(e, unit).removesuffix(f"{numbers.HARD}{numbers.POINTS}")
    return f"{what} {said(e, unit)} ({ends})" if ends else f"{what} {said(e, unit)}"


def listed(names: Sequence[str], by: str = ", ") -> str:
    """Names in a row; from the thirteenth on their number."""
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return by.join(names[:MOST_LISTED]) + more


def _gap(one: str, other: str, by: dict[str, Contrast], unit: Unit, *, several: bool) -> Gap:
    difference, ratio = by.get("difference"), by.get("ratio")
    first = difference or ratio
    p = first.p_adjusted if first and first.p_adjusted is not None else (first.p_value if first else None)
    return Gap(
        one, other, f"against {other}" if several else "",
        amount(difference, unit), ends(difference, unit), amount(ratio, unit), ends(ratio, unit),
        numbers.p_value(p) if p is not None else "",
        words.STATUS[first.status] if first and first.value is None and first.low is None else "",
    )  # fmt: skip


def amount(contrast: Contrast | None, unit: Unit) -> str:
    """A contrast, or its bounds."""
    if contrast is not None and contrast.status == "bounded":
        return _ends(contrast, contrast.identified_low, contrast.identified_high, unit) or words.STATUS["bounded"]
    if contrast is None or contrast.value is None:
        return ""
    return words.bare(contrast.value, contrast.scale, unit)


def ends(contrast: Contrast | None, unit: Unit) -> str:
    """The interval of a contrast."""
    return "" if contrast is None else _ends(contrast, contrast.low, contrast.high, unit)


def _ends(contrast: Contrast, low: float | None, high: float | None, unit: Unit) -> str:
    if low is None and high is None:
        return ""
    if low is not None and high is not None and contrast.scale == "ratio":
        return " to ".join(numbers.apart(low, high, numbers.ratio))
    if low is not None and high is not None and unit == "rate":
        return " to ".join(numbers.apart(low, high, lambda x, more: numbers.points(x, contrast.value, more)))
    ends = [None if x is None else words.bare(x, contrast.scale, unit, contrast.value) for x in (low, high)]
    if ends[1] is None:
        return f"at least {ends[0]}"
    return f"{ends[0]} to {ends[1]}" if ends[0] is not None else f"at most {ends[1]}"


def grid(one: Series) -> list[Block]:
    """A series as tables: a row an axis value, a column a group, so many groups that a table fits on paper.

    More than ``MOST_PLACES`` axis values are evenly thinned.
    """
    by: dict[tuple[str, ...], list[Line]] = {}
    for line in one.shown[: MOST_COLUMNS * MOST_BLOCKS]:
        own = one.binned or one.axis_unit == "rate"  # where each line has places of its own
        by.setdefault(tuple(place(p, one) for p in line.points) if own else (), []).append(line)
    return [block for lines in by.values() for block in _blocks(one, lines)]


def _blocks(one: Series, shown: Sequence[Line]) -> list[Block]:
    """Lines that share their places, some at a time."""
    points = sorted((p for line in shown for p in line.points), key=lambda p: float(p.at[one.axis] or 0))
    places = list(dict.fromkeys(place(p, one) for p in points))
    if len(places) > MOST_PLACES:
        keep = {round(i * (len(places) - 1) / (MOST_PLACES - 1)) for i in range(MOST_PLACES)}
        places = [text for i, text in enumerate(places) if i in keep]
    wide = -(-len(shown) // -(-len(shown) // MOST_COLUMNS))
    return [_block(one, places, shown[i : i + wide]) for i in range(0, len(shown), wide)]


def _block(one: Series, places: Sequence[str], lines: Sequence[Line]) -> Block:
    beside = {line.name: {key_of(p.at): p for p in one.companions.get(line.name, ())} for line in lines}
    cells = [
        {place(p, one): said(p, one.unit) + _beside(beside[line.name].get(key_of(p.at)), one) for p in line.points}
        for line in lines
    ]
    return Block([line.name for line in lines], [(text, [by.get(text, "") for by in cells]) for text in places])


def _beside(e: Estimate | None, one: Series) -> str:
    word = one.beside.split(" ")[0].lower()  # "mean" of "Mean score in the range"
    return f" ({word} {said(e, one.unit)})" if e is not None and e.value is not None else ""


def place(e: Estimate, one: Series) -> str:
    """Where a point stands on its axis, in words."""
    if one.binned:
        low, high = str(e.at.get("from")), str(e.at.get("to"))
        return low if low == high else f"{low}–{high}"
    if one.axis_unit == "rate":
        return numbers.percent(float(e.at[one.axis] or 0))
    return f"{e.at[one.axis]:g}" if isinstance(e.at[one.axis], float) else str(e.at[one.axis])
