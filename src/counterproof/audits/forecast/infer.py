"""From the shown sums of scores to findings about forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES, adjust, compare
from counterproof.audits.forecast import checks, curves, figures
from counterproof.audits.forecast.figures import Kit
from counterproof.audits.forecast.measures import MEASURES, main_score
from counterproof.audits.forecast.options import ForecastOptions
from counterproof.audits.forecast.scores import Scored
from counterproof.counts import CountTable, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import AuditFindings, Contrast, Estimate, Population

__all__ = ["infer"]


def infer(options: ForecastOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """Scores by model, by horizon and by place; each model against the reference; readings of accuracy; charts."""
    population: Population = options.population or "process"
    scored = Scored.of(options, shown)
    kit = Kit(options, scored, shown, population, settings.level)
    found = list(figures.estimates(kit))
    contrasts, family = adjust(list(_contrasts(kit, found)), settings)
    every = [*(curves.estimates(kit) if options.curves else ()), *found, *figures.of_places(kit)]
    if options.measures != MEASURES:
        every = [e for e in every if e.measure in (*options.measures, *curves.MEASURES)]
    return AuditFindings("forecast", records, population, tuple(every), tuple(contrasts), tuple(checks.of(kit)), family)


def _contrasts(kit: Kit, found: list[Estimate]) -> Iterator[Contrast]:
    """The main score of each model against that of the reference, over all horizons and at each."""
    measure = main_score(kit.options.form)
    reference = _reference(kit)
    mine = [e for e in found if e.measure == measure and list(e.group) == [kit.options.by]]
    base = {key_of(e.at): e for e in mine if e.group[kit.options.by] == reference}
    for estimate in mine:
        other = base.get(key_of(estimate.at))
        if other is not None and estimate.group[kit.options.by] not in (reference, *kit.scored.naive):
            yield from compare(estimate, other, SCALES, kit.level)


def _reference(kit: Kit) -> str | None:
    """The baseline that is named, else the model with the most forecasts, ties in text order."""
    named = kit.options.baseline
    if named is not None:
        if named not in kit.scored.models:
            names = [model for model in kit.scored.models if model is not None]
            raise InputError("there is no such model", where="baseline", hint=nearest(named, names))
        return named
    sized = [(-kit.scored.by[model, None].total("n"), model or "") for model in kit.scored.models]
    return min(sized)[1] if sized else None
