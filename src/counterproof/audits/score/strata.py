"""Groups compared within strata, beside the plain comparison.

A plain gap between two groups mixes what differs from group to group with what differs from stratum to stratum, and can
even point the other way in every stratum (Simpson's paradox). Here like is compared with like: ``within: district``
gives every contrast of a rate a second time, at ``{strata: district}``. What a plan's measure says is the plain one.

Table ``strata``: per group and stratum, counts that do not overlap: the flag against the outcome, or the flag alone
where nothing else is asked. Only those that may be shown are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from counterproof.audits import comparing
from counterproof.audits.base import Settings
from counterproof.audits.score.comparisons import references
from counterproof.audits.score.measures import BY_FLAG_ALONE, RATES, hypothesis
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import MISSING_AT_RANDOM, Rates, role_of
from counterproof.audits.score.repeated import NO_INTERVAL, ClusteredRates
from counterproof.audits.score.tabulate import groupings, groups_of
from counterproof.audits.score.view import View
from counterproof.counts import Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.findings import Check, Contrast, Estimate, Within
from counterproof.reductions.clusters import FOUR
from counterproof.stats.basis import contrast
from counterproof.stats.strata import Strata

__all__ = ["STRATA", "checks", "contrasts", "estimates", "rows"]

STRATA = "strata"
"""The table, and the key of ``at`` that names the column."""
BY_FLAG = {"flagged": ("true_positives", "false_positives"), "unflagged": ("false_negatives", "true_negatives")}
WORTH = 0.5
HIDDEN = "More than a tenth of the cases stand in strata in which counts are withheld, or in none."


def rows(options: ScoreOptions, cells: Cells) -> Iterator[RowSum]:
    """One row for each group in each stratum, also where a label is missing: see ``tabulate``."""
    if options.within is None:
        return
    view = View.of(options, cells)
    sides = {"flagged": view.flagged, "unflagged": ~view.flagged}
    if options.everyone and not set(options.measures) <= set(BY_FLAG_ALONE):
        outcomes = (view.positive, ~view.positive)
        sides = {name: side & y for name, (side, y) in zip(FOUR, product(sides.values(), outcomes), strict=True)}
    strata = list(groups_of(cells, (options.within,)))
    for columns in groupings(options)[1:]:
        for group, members in groups_of(cells, columns):
            for stratum, inside in strata:
                mine = members & inside & view.used
                counts = {name: mine & side for name, side in sides.items()}
                yield RowSum(STRATA, {**group, **stratum}, {}, counts, WORTH * (1 + int(cells.n[mine].sum())))


def estimates(
    options: ScoreOptions, shown: Mapping[str, CountTable], rates: Rates, settings: Settings
) -> Iterator[Estimate]:
    """The rate of each group in the strata that are shown: claims rest on it, and no report shows it by itself."""
    if isinstance(rates, ClusteredRates) or rates.population == "records":
        return
    for measure, group, basis in _rates(options, shown):
        whole, ends = basis.whole, basis.printed(settings.level)
        plain = Estimate(measure, group, _at(options, measure), "suppressed", primary=False, basis=basis)
        plain = replace(plain, assumption=_given(options, rates, group))
        if basis.told:
            yield replace(
                plain, status="estimated" if whole.trials else "undefined", value=whole.value, low=ends.low,
                high=ends.high, level=settings.level, method=ends.method, numerator=whole.successes,
                denominator=whole.trials, note="Over the strata in which its counts are shown.",
            )  # fmt: skip
        else:
            yield replace(plain, note=HIDDEN)


def contrasts(
    options: ScoreOptions, shown: Mapping[str, CountTable], rates: Rates, settings: Settings
) -> list[Contrast]:
    """Every group against its reference within the strata, adjusted as a family of their own."""
    by = {(measure, key_of(group)): (group, basis) for measure, group, basis in _rates(options, shown)}
    made: list[Contrast] = []
    for columns, reference in references(options, shown["outcomes"]).items():
        for (measure, key), (group, basis) in by.items():
            base = by.get((measure, key_of(reference)))
            if tuple(group) == columns and key != key_of(reference) and base is not None:
                for scale in comparing.SCALES:
                    plain = Contrast(measure, group, reference, _at(options, measure), scale, "suppressed")
                    plain = replace(plain, assumption=_given(options, rates, group))
                    made.append(_filled(plain, basis, base[1], rates, settings.level))
    return comparing.adjust(made, settings, hypothesis)[0]


def checks(options: ScoreOptions, shown: Mapping[str, CountTable], within: Sequence[Contrast]) -> Iterator[Check]:
    """How many strata there are, in how many a group is alone, and how many gaps turn round within them."""
    names = {row.group[str(options.within)] for row in shown[STRATA]} - {None}
    yield Check("strata", "pass", len(names), None, f"Each value of {options.within} is one.")
    alone = len(set(_alone(options, shown)))
    note = "Only one of two groups that are compared is there; such strata are left out of that comparison."
    yield Check("strata_with_one_group", "warn" if alone else "pass", alone, len(names), note)
    named = [row for row in shown[STRATA] if None not in row.group.values()]
    hidden = sum(None in row.counts.values() for row in named)
    note = "Groups in a stratum of which a count is withheld; comparisons within strata do without them."
    yield Check("strata_withheld", "warn" if hidden else "pass", hidden, len(named), note)
    told = [c for c in within if c.scale == "difference" and c.within is not None and c.value is not None]
    turned = sum(c.within is not None and c.within.turned for c in told)
    note = f"Gaps that point one way in the records taken together and the other way within {options.within}"
    note += "; neither may be told without the other (Simpson's paradox)." if turned else "."
    yield Check("direction_within", "warn" if turned else "pass", turned, len(told), note)


def _rates(options: ScoreOptions, shown: Mapping[str, CountTable]) -> Iterator[tuple[str, Group, Strata]]:
    """Each rate of each labelled group, in the strata where its counts are shown."""
    within = str(options.within)
    by: dict[object, tuple[Group, list[tuple[str, CountRow]]]] = {}
    for row in shown[STRATA]:
        group = {column: label for column, label in row.group.items() if column != within}
        stratum = row.group[within]
        if stratum is not None and (None not in group.values() or options.separate):
            by.setdefault(key_of(group), (group, []))[1].append((stratum, row))
    for measure in options.measures:
        if measure in RATES and (options.everyone or measure in BY_FLAG_ALONE):
            for one, entries in by.values():
                whole = shown["outcomes"].find(one, options.at)
                total = None if whole is None else whole[RATES[measure].denominator]
                counted = ((stratum, _counts(row, measure)) for stratum, row in entries)
                yield measure, one, Strata({name: pair for name, pair in counted if pair is not None}, total)


def _counts(row: CountRow, measure: str) -> tuple[int, int] | None:
    """Numerator and denominator of a rate in one stratum; None where a count of them is withheld."""
    sides = {"numerator": 0, "rest": 0}
    for name, count in row.counts.items():
        role = role_of(BY_FLAG[name][0] if name in BY_FLAG else name, measure)
        if role == "outside":
            continue
        if count is None:
            return None
        sides[role] += count
    return sides["numerator"], sides["numerator"] + sides["rest"]


def _filled(plain: Contrast, basis: Strata, base: Strata, rates: Rates, level: float) -> Contrast:
    """The contrast with its interval, and how far the strata agree."""
    if not basis.told or not base.told:
        return replace(plain, note=HIDDEN)
    agreement = basis.agreement(base, plain.scale)
    if not agreement.strata:
        return replace(plain, status="undefined", note="No stratum holds both groups.")
    left_out = (basis.total or 0) + (base.total or 0) - agreement.trials
    parts = (agreement.p_homogeneity, agreement.least, agreement.most, agreement.turned)
    within = Within(agreement.strata, left_out, *parts)
    found = comparing.filled(plain, contrast(basis, base, plain.scale, level), "estimated", level)
    if rates.population == "process" and not isinstance(rates, ClusteredRates):
        return replace(found, within=within)
    bare = replace(found, low=None, high=None, level=None, p_value=None, unbounded=None)
    bare = replace(bare, within=replace(within, p_homogeneity=None))
    return replace(bare, status="reported") if rates.population == "records" else replace(bare, note=NO_INTERVAL)


def _given(options: ScoreOptions, rates: Rates, group: Group) -> str | None:
    """What is assumed of records that lack a label: they are left out."""
    lacking = options.missing_group == "bounds" and rates.unlabelled(tuple(group))
    return MISSING_AT_RANDOM if lacking else None


def _at(options: ScoreOptions, measure: str) -> dict[str, int | float | str]:
    return {**(options.at if RATES[measure].by_flag else {}), STRATA: str(options.within)}


def _alone(options: ScoreOptions, shown: Mapping[str, CountTable]) -> Iterator[str]:
    """Strata in which one of two groups that are compared has records and the other has none."""
    within = str(options.within)
    held: dict[object, set[str]] = {}
    for row in shown[STRATA]:
        stratum = row.group[within]
        group = {column: label for column, label in row.group.items() if column != within}
        if stratum is not None and any(count != 0 for count in row.counts.values()):
            held.setdefault(key_of(group), set()).add(stratum)
    for columns, reference in references(options, shown["outcomes"]).items():
        if len(columns) == 1:
            for row in shown["outcomes"]:
                if tuple(row.group) == columns and None not in row.group.values():
                    yield from held.get(key_of(row.group), set()) ^ held.get(key_of(reference), set())
