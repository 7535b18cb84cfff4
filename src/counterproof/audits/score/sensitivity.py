"""Findings under the other codings of an audit, and how they differ from those of the plan's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from counterproof.audits.score import codings
from counterproof.audits.score.comparisons import comparable, contrasts, references
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import AnyRates
from counterproof.audits.score.repeated import without_interval
from counterproof.counts import CountRow, CountTable, key_of
from counterproof.errors import InputError
from counterproof.findings import Check, Contrast, Estimate, Population

__all__ = ["Moved", "under_codings"]

Finding = TypeVar("Finding", Estimate, Contrast)
RatesOf = Callable[[ScoreOptions, CountTable], AnyRates]


@dataclass(frozen=True, slots=True)
class Moved:
    """What every other coding gives: never primary, and outside the family of adjusted p-values."""

    estimates: list[Estimate] = field(default_factory=list)
    contrasts: list[Contrast] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


def under_codings(
    options: ScoreOptions,
    shown: Mapping[str, CountTable],
    plain: Sequence[Contrast],
    rates_of: RatesOf,
    population: Population,
    level: float,
) -> Moved:
    """Every rate of every group under each coding, against the same reference as in the plan's own.

    Numbers alone where records come in clusters, which are counted for the plan's own coding.

    plain     the contrasts of the plan's coding
    rates_of  what makes rates of a table of outcomes under some options
    """
    moved = Moved()
    rows: Sequence[CountRow] = shown[codings.TABLE].rows if options.codings else ()
    chosen = {columns[0]: group[columns[0]] for columns, group in references(options, shown["outcomes"]).items()}
    for name, variant in codings.variants(options).items():
        table = codings.own_table(rows, name)
        rates = rates_of(variant, table)
        found = [e for row in table for e in rates.of(row, variant.at)]
        if options.cluster is not None and population == "process":
            found = list(without_interval(found))
        same = variant.model_copy(update={"reference": {column: str(label) for column, label in chosen.items()}})
        try:
            gaps = list(contrasts(comparable(found), same, table, level))
        except InputError:  # the reference group is withheld, or has nobody, under this coding
            gaps = []
        moved.estimates.extend(replace(e, primary=False) for e in _marked(found, name))
        moved.contrasts.extend(_marked(gaps, name))
        moved.checks.append(_check(name, shown["outcomes"], table, plain, gaps))
    return moved


def _marked(findings: Iterable[Finding], name: str) -> list[Finding]:
    return [replace(finding, at={**finding.at, codings.AT: name}) for finding in findings]


def _check(
    name: str, outcomes: CountTable, table: CountTable, plain: Sequence[Contrast], gaps: Sequence[Contrast]
) -> Check:
    """How many records the coding keeps, and how many comparisons of groups tell them apart in one coding alone."""
    was, now = (_apart(findings) for findings in (plain, gaps))
    both = was.keys() & now.keys()
    flips = sum(was[key] != now[key] for key in both)
    said = f"{flips} of {len(both)} differences between groups are told from zero in one of the two codings alone"
    note = f"records are used under the coding “{name}”; " + (said if both else "no groups are compared")
    count, total = (None if (row := one.find({}, _at(one))) is None else row["records"] for one in (table, outcomes))
    return Check(f"coding.{name}", "warn" if flips else "pass", count, total, note)


def _at(table: CountTable) -> Mapping[str, str | int | float | bool | None]:
    return table.rows[0].at if table.rows else {}


def _apart(findings: Iterable[Contrast]) -> dict[tuple[object, ...], bool]:
    """Measure and pair of groups -> whether the difference is above, or below, zero wherever it may lie."""
    return {
        (c.measure, key_of(c.group), key_of(c.reference)): c.low > 0 or c.high < 0
        for c in findings
        if c.scale == "difference" and c.assumption is None and c.low is not None and c.high is not None
    }
