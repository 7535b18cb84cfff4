"""From the shown counts of an outcome test to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from counterproof.audits import comparing
from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES, adjust, proportion, references
from counterproof.audits.outcome_test import thresholds
from counterproof.audits.outcome_test.options import OutcomeTestOptions
from counterproof.counts import CountTable
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Population
from counterproof.stats.basis import Exact
from counterproof.stats.stratified import Weighted

__all__ = ["RATES", "WITHIN", "infer"]

RATES = {"hit_rate": ("hits", "searches"), "search_rate": ("searches", "stops")}
WITHIN = "hit_rate_gap_within_places"
EMPTY = CountTable("empty")
LEFT_OUT = {
    "missing_group": "have no group; they are left out",
    "missing_place": "have no place; they are left out",
    "search_not_known": "do not say whether there was a search; they are left out",
    "hit_not_known": "were searched and do not say with what result; they are left out",
    "hit_without_search": "were not searched and have a hit, which contradicts itself; they are left out",
}


def infer(
    options: OutcomeTestOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
) -> AuditFindings:
    """Hit rates, search rates, hit rates within places, thresholds, and what they rest on."""
    population: Population = options.population or "process"
    groups, places = shown["groups"], shown.get("places", EMPTY)
    found = [
        proportion(measure, row.group, {}, row[above], row[below], population, settings.level)
        for measure, (above, below) in RATES.items()
        for row in groups
    ]
    sizes = {str(row.group[options.group]): row["stops"] for row in groups if row.group}
    reference = references([options.group], options.reference, {options.group: sizes}).get(options.group)
    contrasts, family = adjust(list(_contrasts(found, options, reference, settings.level)), settings)
    checks = list(_checks(shown, records))
    if reference is not None:
        found += _within(options, places, reference, population, settings.level)
    if options.threshold_test:
        tested = thresholds.test(options, places, reference, settings)
        found += tested.estimates
        contrasts += tested.contrasts
        checks += tested.checks
    return AuditFindings("outcome-test", records, population, tuple(found), tuple(contrasts), tuple(checks), family)


def _contrasts(
    rates: Sequence[Estimate], options: OutcomeTestOptions, reference: str | None, level: float
) -> Iterator[Contrast]:
    bases = {e.measure: e for e in rates if e.group and e.group[options.group] == reference}
    for estimate in rates:
        base = bases.get(estimate.measure)
        if base is not None and estimate.group and estimate is not base:
            yield from comparing.compare(estimate, base, SCALES, level)


def _within(
    options: OutcomeTestOptions, places: CountTable, reference: str, population: Population, level: float
) -> Iterator[Estimate]:
    """Hit rate less that of the reference, over places where both were searched, weighted as by Mantel and Haenszel."""
    counts: dict[str, dict[str | None, tuple[int, int]]] = {}
    for row in places:
        hits, searches = row["hits"], row["searches"]
        own = counts.setdefault(str(row.group[options.group]), {})
        if hits is not None and searches:
            own[row.group[options.place]] = (hits, searches)
    others = counts.get(reference, {})
    for label, own in counts.items():
        both = tuple((*own[place], *others[place]) for place in own if place in others)
        if label != reference:
            yield _gap(Estimate(WITHIN, {options.group: label}, {}, "undefined"), both, reference, population, level)


def _gap(
    plain: Estimate, tables: tuple[tuple[int, int, int, int], ...], reference: str, population: Population, level: float
) -> Estimate:
    if not tables:
        return plain
    basis = Weighted(tables, "difference")
    found = basis.at(level)
    value = found.value or 0.0
    note = f"Against {reference}, over {found.strata} places where both were searched."
    if population == "records":
        return replace(plain, status="reported", value=value, note=note, basis=Exact(value))
    if found.p_homogeneity is not None:
        note += f" Chance alone makes the places differ as much with p = {found.p_homogeneity:.2g}."
    return replace(comparing.estimated(plain, basis, level), note=note)


def _checks(shown: Mapping[str, CountTable], records: int) -> Iterator[Check]:
    row = shown["quality"].find({})
    if row is None:
        return
    used = row["used"]
    said = "records have a group, a place and a known search"
    yield Check("records_used", "pass" if used == records else "warn", used, records, said)
    for name, count in row.counts.items():
        if name != "used":
            yield Check(name, "pass" if count == 0 else "warn", count, records, f"records {LEFT_OUT[name]}")
