"""Along an axis: into which part of the forecasts the observations fell, and forecasts drawn against what happened."""

from __future__ import annotations

from collections.abc import Iterator

from counterproof.audits.forecast.figures import Kit, estimated
from counterproof.counts import CountRow, Scalar
from counterproof.findings import Estimate
from counterproof.reductions.forecasts import MILLION
from counterproof.stats.effective import EffectiveRate

__all__ = ["MEASURES", "estimates"]

MEASURES = ("pit", "pit_expected", "fan", "fan_observed")
_LEVELS = _LOW, _MIDDLE, _HIGH = "level50000", "level500000", "level950000"


def estimates(kit: Kit) -> Iterator[Estimate]:
    """The histogram of each model, then its fan."""
    yield from _histogram(kit)
    yield from _fan(kit)


def _histogram(kit: Kit) -> Iterator[Estimate]:
    """The share of observations between two neighbouring levels, beside the share that belongs there.

    Forecasts made on one day stand and fall together, so the interval counts days and not targets.
    """
    edges = [0.0, *sorted(int(str(row.at["item"])) / MILLION for row in kit.shown["levels"]), 1.0]
    by: dict[str | None, list[CountRow]] = {}
    for row in kit.shown.get("histogram", ()):
        by.setdefault(row.group.get(kit.options.by), []).append(row)
    for model, rows in by.items():
        if model in kit.scored.naive and kit.scored.models:
            continue
        n = sum(row["n"] or 0 for row in rows)
        days = len(kit.scored.by[model, None].days)
        for row in rows:
            part = int(str(row.at["item"]))
            at: dict[str, Scalar] = {"bin": part + 1, "from": edges[part], "to": edges[part + 1]}
            basis = EffectiveRate((row["n"] or 0) / n, float(min(n, days))) if n else None
            yield estimated(kit, "pit", row.group, at, basis)
            width = edges[part + 1] - edges[part]
            yield Estimate("pit_expected", row.group, at, "reported", round(width, 9))


def _fan(kit: Kit) -> Iterator[Estimate]:
    """Median and 90 % interval of each forecast at the least horizon, beside what was observed."""
    rows = list(kit.shown.get("fan", ()))
    if not any(_MIDDLE in row.counts for row in rows):
        return
    whole = any(_HIGH in row.counts for row in rows)
    for row in rows:
        target = str(row.at["origin"])
        at: dict[str, Scalar] = {"bin": int(str(row.at["item"])), "from": target, "to": target}
        low, middle, high, observed = ((row.counts.get(name) or 0) / kit.scored.scale for name in (*_LEVELS, "y"))
        yield Estimate(
            "fan", row.group, at, "estimated", middle, low if whole else None, high if whole else None,
            0.9 if whole else None, "forecast", primary=False,
        )  # fmt: skip
        yield Estimate("fan_observed", row.group, at, "reported", observed, primary=False)
