"""What a reader must know about the forecasts: what is missing, and is never rewarded."""

from __future__ import annotations

from collections.abc import Iterator

from counterproof.audits.forecast.figures import FEW_DAYS, Kit
from counterproof.audits.forecast.scores import lags
from counterproof.findings import Check

__all__ = ["of"]

SAID = {
    "incomplete": "Forecasts that lack one of the quantile levels; they count as missing.",
    "unobserved": "Forecasts of targets that are not observed in this table; they are not scored.",
    "unreadable": "Forecasts that are written but are no numbers; they are left out.",
    "levels_left_out": "Quantile levels that not all models have, or that have no partner around the median; not used.",
}


def of(kit: Kit) -> Iterator[Check]:
    """Counts of what is missing, incomplete or crossing."""
    quality = {str(row.at["item"]): row["n"] or 0 for row in kit.shown["quality"]}
    total = quality.get("forecasts")
    if kit.scored.models:
        for name, note in SAID.items():
            count = quality.get(name, 0)
            yield Check(
                name, "pass" if not count else "warn", count, None if name == "levels_left_out" else total, note
            )
        yield from _of_models(kit, quality.get("targets", 0))
        yield from _horizons(kit)
    yield from _days(kit)


def _of_models(kit: Kit, targets: int) -> Iterator[Check]:
    each = {row.group.get(kit.options.by): row["n"] or 0 for row in kit.shown["models"]}
    for model, n in each.items():
        if n < targets:
            who = model or "the one without a name"
            note = f"Targets that others forecast and {who} did not: they count for nobody where the two are compared."
            yield Check("missing_forecasts", "warn", targets - n, targets, note)
    crossing = sum(round(kit.scored.by[model, None].total("crossing")) for model in kit.scored.models)
    note = "Forecasts in which a quantile lies below one of a lower level; scored as they stand."
    yield Check("crossing_quantiles", "pass" if not crossing else "warn", crossing, sum(each.values()), note)
    if len(each) < 2:
        note = "One model: there is nobody to compare it with but the naive forecasts."
        yield Check("one_model", "warn", 1, None, note)


def _horizons(kit: Kit) -> Iterator[Check]:
    horizons = kit.scored.horizons
    gaps = max(horizons) - min(horizons) + 1 - len(horizons) if horizons else 0
    if gaps:
        yield Check(
            "horizon_gaps", "warn", gaps, None, "Horizons between the least and the greatest without a forecast."
        )


def _days(kit: Kit) -> Iterator[Check]:
    days = {day for model in kit.scored.models or kit.scored.naive for day in kit.scored.by[model, None].days}
    needed = FEW_DAYS * (1 + lags(None, kit.scored.horizons))
    if len(days) < needed:
        note = (
            f"Days on which forecasts were made. With fewer than {needed}, {FEW_DAYS} for each step ahead, all "
            "intervals and tests are a rough guess."
        )
        yield Check("few_days", "warn", len(days), None, note)
