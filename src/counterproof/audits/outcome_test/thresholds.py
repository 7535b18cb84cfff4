"""The threshold test of an audit: one threshold a group, beside it what the model predicts and what moves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from counterproof.audits import comparing
from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES
from counterproof.audits.outcome_test import trust
from counterproof.audits.outcome_test.options import OutcomeTestOptions
from counterproof.audits.outcome_test.trust import MODEL
from counterproof.counts import CountTable, Group
from counterproof.findings import Check, Contrast, Estimate
from counterproof.stats import threshold
from counterproof.stats.intervals import Floats
from counterproof.stats.posterior import Posterior
from counterproof.stats.threshold import Counts, Fit

__all__ = ["THRESHOLD", "Tested", "test"]

THRESHOLD = "search_threshold"
PRIORS = {"priors_a_quarter_wider": 1.25, "priors_a_fifth_narrower": 0.8}
MOST_LEFT_OUT = 3
DRAWS, ENOUGH, MET = 250, 100, 1.05
"""Draws of each chain of the fits that show what moves the result, and what is asked of them; of the result more."""
MANY_CELLS = 400
"""From so many cells on two chains must do for them, and not four."""
NOT_MET = "The chains did not meet: take this figure as rough."
NO_SEARCH = "searches: without any the records say nothing about the threshold"


@dataclass(frozen=True, slots=True)
class Tested:
    """What the threshold test adds to an audit."""

    estimates: tuple[Estimate, ...]
    contrasts: tuple[Contrast, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts by place and group, with a cell that is withheld left empty."""

    places: list[str]
    groups: list[str]
    counts: Counts
    withheld: int


def test(options: OutcomeTestOptions, places: CountTable, reference: str | None, settings: Settings) -> Tested:
    """Fit the model and read off what the report says. Random numbers follow from the seed alone."""
    table = _table(options, places)
    groups: list[Group] = [{options.group: name} for name in table.groups]
    if not table.counts.searches.any():
        status, note = ("suppressed", None) if table.withheld else ("not_identified", NO_SEARCH)
        return Tested(tuple(Estimate(THRESHOLD, group, {}, status, note=note) for group in groups))  # type: ignore[arg-type]
    streams = (Generator(PCG64(child)) for child in SeedSequence(settings.seed).spawn(3 + MOST_LEFT_OUT + len(PRIORS)))
    found = threshold.settled(threshold.fit(table.counts, first := next(streams)), first)
    base = table.groups.index(reference) if reference in table.groups else 0
    estimates = _estimates(threshold.group_thresholds(found), groups, MODEL, settings.level)
    contrasts = _gaps(estimates, base, settings.level)
    checks = [*_withheld(table), trust.chains(threshold.group_thresholds(found))]
    expected = threshold.predicted(found, next(streams), settings.level)
    more = list(trust.predictions(expected, groups, settings.level))
    checks += trust.fits(expected, settings.level)
    if options.sensitivity:
        others = dict(_others(found, base, table.places, streams))
        for name, draws in others.items():
            rows = _estimates(draws, groups, name, settings.level)
            more += rows
            contrasts += _gaps(rows, base, settings.level)
        checks += trust.steady(contrasts, list(PRIORS), [name for name in others if name not in PRIORS])
    return Tested((*estimates, *more), tuple(contrasts), tuple(checks))


def _table(options: OutcomeTestOptions, places: CountTable) -> _Table:
    rows = {(str(row.group[options.place]), str(row.group[options.group])): row for row in places}
    names = sorted({place for place, _ in rows}), sorted({group for _, group in rows})
    found = np.zeros((3, len(names[0]), len(names[1])), dtype=np.int64)
    withheld = 0
    for (place, group), row in rows.items():
        counts = [known for name in ("stops", "searches", "hits") if (known := row[name]) is not None]
        if len(counts) < len(found):
            withheld += 1
        else:
            found[:, names[0].index(place), names[1].index(group)] = counts
    return _Table(*names, Counts(*found), withheld)


def _estimates(draws: Floats, groups: Sequence[Group], assumption: str, level: float) -> list[Estimate]:
    """The threshold of each group; only that of the model itself is primary."""
    made, met = [], threshold.has_settled(draws, ENOUGH, MET)
    for place, group in enumerate(groups):
        note = None if assumption == MODEL or met else NOT_MET
        plain = Estimate(
            THRESHOLD, group, {}, "undefined", assumption=assumption, primary=assumption == MODEL, note=note
        )
        known = bool(np.isfinite(draws[..., place]).all())
        made.append(comparing.estimated(plain, Posterior(draws[..., place]), level) if known else plain)
    return made


def _gaps(estimates: Sequence[Estimate], reference: int, level: float) -> list[Contrast]:
    base = estimates[reference]
    return [c for e in estimates if e is not base for c in comparing.compare(e, base, SCALES, level)]


def _others(
    found: Fit, reference: int, places: list[str], streams: Iterator[Generator]
) -> Iterator[tuple[str, Floats]]:
    """The model with other priors, and without each of the places that move a gap most."""
    counts, priors = found.model.counts, found.model.priors
    chains = 4 if counts.stops.size <= MANY_CELLS else 2
    for name, factor in PRIORS.items():
        rng = next(streams)
        other = threshold.fit(counts, rng, priors=priors.times(factor), chains=chains, draws=DRAWS)
        yield name, threshold.group_thresholds(threshold.settled(other, rng, enough=ENOUGH, met=MET))
    moved = threshold.influence(found, reference)
    heaviest = np.lexsort((np.arange(len(moved)), -moved))[:MOST_LEFT_OUT]
    for place in sorted(heaviest.tolist()) if len(places) > 1 else ():
        fewer, rng = counts.without(place), next(streams)
        if fewer.searches.any():
            other = found.again(rng, fewer, priors, chains=chains, draws=DRAWS)
            name = f"{places[place]} is left out"
            yield name, threshold.group_thresholds(threshold.settled(other, rng, enough=ENOUGH, met=MET))


def _withheld(table: _Table) -> Iterator[Check]:
    if table.withheld:
        said = "Counts of a group at a place that are withheld; the threshold test goes without them."
        yield Check("withheld_from_test", "warn", table.withheld, len(table.places) * len(table.groups), said)
