"""The shown sums as arrays by day: what every figure about forecasts is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.forecast.options import ForecastOptions
from counterproof.counts import CountRow, CountTable
from counterproof.reductions.forecasts import NAIVE
from counterproof.stats.forecasts import Pair

__all__ = ["Days", "Scored", "lags"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Days:
    """Sums by day of one model, at one horizon or at all: ``sums[name]`` has shape (days,), in order of time."""

    days: tuple[str, ...]
    sums: Mapping[str, Floats]

    def total(self, name: str) -> float:
        """The sum over all days."""
        return float(self[name].sum())

    def __getitem__(self, name: str) -> Floats:
        return self.sums.get(name, np.zeros(len(self.days)))


@dataclass(frozen=True)
class Scored:
    """Everything that was shown.

    scale     scores were multiplied by it
    by        model and horizon (None for all) -> days
    pairs     model, other and horizon (None for all) -> scores of both; either order
    horizons  ascending
    """

    scale: float
    season: int
    models: tuple[str | None, ...]
    naive: tuple[str, ...]
    horizons: tuple[int, ...]
    by: Mapping[tuple[str | None, int | None], Days]
    pairs: Mapping[tuple[str | None, str | None, int | None], Pair]

    @classmethod
    def of(cls, options: ForecastOptions, shown: Mapping[str, CountTable]) -> Scored:
        """Read the tables."""
        settings = next(iter(shown["scale"])).counts
        horizons = sorted({int(row.at["horizon"] or 0) for row in shown["scores"] if "horizon" in row.at})
        by: dict[tuple[str | None, int | None], dict[str, list[CountRow]]] = {}
        for row in shown["scores"]:
            model, origin = row.group.get(options.by), str(row.at["origin"])
            own = row.at.get("horizon")
            for horizon in {None, None if own is None else int(own)}:
                by.setdefault((model, horizon), {}).setdefault(origin, []).append(row)
        between: dict[tuple[str | None, str | None, int | None], dict[str, list[CountRow]]] = {}
        for row in shown.get("pairs", CountTable("pairs")):
            key = row.group.get(options.by), str(row.at["against"])
            own = row.at.get("horizon")
            for horizon in {None, None if own is None else int(own)}:
                between.setdefault((*key, horizon), {}).setdefault(str(row.at["origin"]), []).append(row)
        scale = 10.0 ** (settings.get("digits") or 0)
        pairs = {key: _pair(days, scale) for key, days in between.items()}
        pairs |= {(other, model, horizon): pair.swapped for (model, other, horizon), pair in list(pairs.items())}
        every = tuple(dict.fromkeys(model for model, _ in by))
        return cls(
            scale,
            settings.get("season") or 0,
            tuple(model for model in every if model not in NAIVE),
            tuple(name for name in NAIVE if name in every),
            tuple(horizons),
            {key: _days(days) for key, days in by.items()},
            pairs,
        )


def _days(by: Mapping[str, list[CountRow]]) -> Days:
    days = tuple(sorted(by))
    names = {name for rows in by.values() for row in rows for name in row.counts}
    sums = {
        name: np.array([float(sum(row.counts.get(name) or 0 for row in by[day])) for day in days]) for name in names
    }
    return Days(days, sums)


def _pair(by: Mapping[str, list[CountRow]], scale: float) -> Pair:
    found = _days(by)
    return Pair(found["score"] / scale, found["score_other"] / scale, found["n"], found.days)


def lags(horizon: int | None, horizons: tuple[int, ...]) -> int:
    """Days whose forecasts share some of what happened: one less than the steps ahead, all together the most."""
    steps = horizon if horizon is not None else max(horizons, default=1)
    return max(steps - 1, 0)
