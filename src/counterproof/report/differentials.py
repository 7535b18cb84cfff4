"""How far groups lie apart, in tables: a row a system, the widest first; or a row a statistic where there is one.

Findings with ``over`` in their ``at`` are such numbers; what their names have in common before the point is their rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterproof.counts import key_of
from counterproof.exhibit import Exhibit
from counterproof.findings import Estimate
from counterproof.report import numbers, units
from counterproof.report.groups import name, plain
from counterproof.report.shapes import OVER, has_number
from counterproof.report.tables import MOST_SPREADS, interval, said

__all__ = ["Differentials", "differentials"]

BY = "max_over_geometric_mean"
"""The statistic by which systems are put in order."""


@dataclass(frozen=True, slots=True)
class Differentials:
    """One table: what stands in its rows, the heads of its columns, its rows, and what must be said of it."""

    key: str
    title: str
    corner: str
    heads: list[str]
    rows: list[tuple[str, list[str]]]
    note: str


def differentials(exhibit: Exhibit, audit: str) -> list[Differentials]:
    """The tables of an audit; none where a sentence beside the rates says it all."""
    found = [e for e in exhibit.results.audits[audit].estimates if OVER in e.at]
    several = any(e.group for e in found)
    if not several and len({e.measure.partition(".")[2] for e in found}) <= MOST_SPREADS:
        return []
    parts: dict[object, list[Estimate]] = {}
    for e in found:
        measure, point, _ = e.measure.partition(".")
        parts.setdefault(
            (measure if point else "", key_of(e.at) if not several else e.at[OVER], tuple(e.group)), []
        ).append(e)
    made = []
    for place, estimates in enumerate(parts.values()):
        one = _of_systems(exhibit, audit, estimates) if several else _of_statistics(exhibit, audit, estimates)
        if one is not None:
            title, corner, heads, rows = one
            note = (estimates[0].note or "").partition(". ")[0]
            made.append(
                Differentials(f"{audit}-apart-{place}", title, corner, heads, rows, f"{note.rstrip('.')}." * bool(note))
            )
    return made


def _title(exhibit: Exhibit, audit: str, e: Estimate) -> str:
    measure, point, _ = e.measure.partition(".")
    what = units.label(exhibit, audit, measure) if point else "Both error rates together"
    return f"{what}: how far the groups of {plain(str(e.at[OVER]))} lie apart"


def _heads(exhibit: Exhibit, audit: str, measures: Sequence[str]) -> list[str]:
    labels = [units.label(exhibit, audit, measure).rpartition(": ")[2] for measure in measures]
    return [label[:1].upper() + label[1:] for label in labels]


def _of_systems(
    exhibit: Exhibit, audit: str, estimates: Sequence[Estimate]
) -> tuple[str, str, list[str], list[tuple[str, list[str]]]]:
    """A row a system, the widest differential first; those without a number last."""
    measures = list(dict.fromkeys(e.measure for e in estimates))
    by: dict[object, dict[str, Estimate]] = {}
    for e in estimates:
        by.setdefault(key_of(e.group), {})[e.measure] = e
    leading = next((m for m in measures if m.endswith(BY)), measures[0])
    fair = leading == "fairness_discrepancy_rate"

    def width(row: dict[str, Estimate]) -> float:
        value = row[leading].value if leading in row else None
        return float("-inf") if value is None else -value if fair else value

    ordered = sorted(by.values(), key=width, reverse=True)
    rows = [
        (name(next(iter(row.values())).group), [_cell(exhibit, audit, row.get(measure)) for measure in measures])
        for row in ordered
    ]
    columns = tuple(estimates[0].group)
    title = f"{_title(exhibit, audit, estimates[0])}, the widest first"
    return title, " and ".join(map(plain, columns)), _heads(exhibit, audit, measures), rows


def _of_statistics(
    exhibit: Exhibit, audit: str, estimates: Sequence[Estimate]
) -> tuple[str, str, list[str], list[tuple[str, list[str]]]] | None:
    """A row a statistic: its value and its range."""
    shown = [e for e in estimates if has_number(e) or e.low is not None]
    if not shown:
        return None
    rows = []
    for head, e in zip(_heads(exhibit, audit, [e.measure for e in shown]), shown, strict=True):
        unit = units.of(exhibit, audit, e.measure)
        rows.append((head, [said(e, unit) or "–", interval(e, unit) or "–"]))
    level = f"{numbers.level(shown[0].level)} range" if shown[0].level else "range"
    return _title(exhibit, audit, shown[0]), "statistic", ["Value", level], rows


def _cell(exhibit: Exhibit, audit: str, e: Estimate | None) -> str:
    if e is None:
        return "–"
    unit = units.of(exhibit, audit, e.measure)
    ends = interval(e, unit)
    return f"{said(e, unit)} ({ends})" if ends and said(e, unit) else said(e, unit) or ends or "–"
