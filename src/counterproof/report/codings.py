"""The same numbers under the other codings of an audit: a chart and a table for each measure, and what moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterproof.counts import key_of
from counterproof.exhibit import Exhibit
from counterproof.findings import Contrast, Estimate
from counterproof.report import numbers, tables, units
from counterproof.report.groups import columns, in_order, name, reference_of
from counterproof.report.numbers import Unit
from counterproof.report.safe import shorten
from counterproof.report.shapes import CODING, Panel, Row, has_number, main_measures

__all__ = ["OWN", "Recoded", "panel_of", "recoded", "table_of"]

OWN = "as in the plan"
"""What the plan's own coding is called."""
MOST_MEASURES = 6
MOST_GROUPS = 12


@dataclass(frozen=True, slots=True)
class Recoded:
    """One measure by group under every coding, the plan's own first; ``gaps``: differences to the reference."""

    key: str
    audit: str
    measure: str
    label: str
    unit: Unit
    split: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Estimate | None, ...]], ...]
    gaps: tuple[tuple[str, tuple[Contrast | None, ...]], ...]
    reference: str


def recoded(exhibit: Exhibit, audit: str) -> list[Recoded]:
    """Every main measure that has other codings, by everybody and each single column."""
    found = exhibit.results.audits[audit]
    made: list[Recoded] = []
    for measure in main_measures(exhibit, audit):
        mine = [e for e in found.estimates if e.measure == measure and e.assumption is None]
        codings = list(dict.fromkeys(str(e.at[CODING]) for e in mine if CODING in e.at))
        if not codings or len({one.measure for one in made} | {measure}) > MOST_MEASURES:
            continue
        mine = [e for e in mine if e.primary or CODING in e.at]
        splits = list(dict.fromkeys(columns(e.group) for e in mine if len(e.group) == 1)) or [()]
        gaps = [c for c in found.contrasts if c.measure == measure and c.scale == "difference" and c.assumption is None]
        made += [_recoded(exhibit, audit, split, mine, gaps, codings) for split in splits]
    return [one for one in made if one.rows]


def _recoded(
    exhibit: Exhibit,
    audit: str,
    split: tuple[str, ...],
    estimates: Sequence[Estimate],
    gaps: Sequence[Contrast],
    codings: Sequence[str],
) -> Recoded:
    measure = estimates[0].measure
    found = {(key_of(e.group), e.at.get(CODING)): e for e in estimates}
    apart = {(key_of(c.group), c.at.get(CODING)): c for c in gaps if columns(c.group) == split}
    reference = reference_of(exhibit.results.audits[audit], split) if split else None
    groups = in_order((e.group for e in estimates if columns(e.group) in ((), split)), reference)
    each = (None, *codings)
    rows = [(group, tuple(found.get((key_of(group), coding)) for coding in each)) for group in groups]
    shown = [(group, row) for group, row in rows if any(e is not None and has_number(e) for e in row)][:MOST_GROUPS]
    differences = [(group, tuple(apart.get((key_of(group), coding)) for coding in each)) for group, _ in shown]
    everyone = units.everyone(exhibit, audit)
    return Recoded(
        "-".join((audit, measure, "codings", *split)), audit, measure, units.label(exhibit, audit, measure),
        units.of(exhibit, audit, measure), split, (OWN, *(shorten(coding) for coding in codings)),
        tuple((name(group, everyone), row) for group, row in shown),
        tuple((name(group), row) for group, row in differences if any(c and c.low is not None for c in row)),
        name(reference) if reference else "",
    )  # fmt: skip


def panel_of(one: Recoded) -> Panel:
    """The rows of a chart: each group as in the plan, and below it under each other coding."""
    rows = tuple(
        Row(group if coding == OWN else f"– {coding}", False, estimate)
        for group, row in one.rows
        for coding, estimate in zip(one.names, row, strict=True)
        if estimate is not None
    )
    return Panel(one.key, one.audit, one.measure, one.label, one.unit, one.split, "", rows, (), True)


def table_of(one: Recoded, *, intervals: bool = True) -> tuple[tables.Block, tables.Block]:
    """Numbers with their intervals, and differences to the reference in percentage points: a column a coding."""
    names = list(one.names)
    rates = [(group, [_number(e, one.unit, intervals=intervals) for e in row]) for group, row in one.rows]
    gaps = [(group, [_gap(c, one.unit) for c in row]) for group, row in one.gaps]
    return tables.Block(names, rates), tables.Block(names, gaps)


def _number(e: Estimate | None, unit: Unit, *, intervals: bool) -> str:
    if e is None:
        return ""
    ends = tables.interval(e, unit).removesuffix(f"{numbers.HARD}%") if intervals else ""
    return f"{tables.said(e, unit)} ({ends})" if ends else tables.said(e, unit)


def _gap(c: Contrast | None, unit: Unit) -> str:
    """A difference and its interval; one that lies on one side of zero is told by its sign alone."""
    if c is None:
        return ""
    amount, ends = tables.amount(c, unit), tables.ends(c, unit)
    return f"{amount} ({ends})" if amount and ends else amount or ends
