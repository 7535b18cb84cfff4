"""Mean scores of forecasts, and what one forecaster is worth against another, from sums by the day of the forecast.

    Aₒ, Bₒ  sums of the scores of two forecasters over the nₒ targets that both forecast on day o
    L       lags: forecasts h steps ahead made on neighbouring days share up to h − 1 steps of what happened

Forecasts made on one day stand and fall together, so a day is the unit of all errors: the residuals eₒ of a ratio of
sums give its variance m/(m − 1) (Σ eₒ² + 2 Σ_{k ≤ L} (1 − k/(L+1)) Σ eₒ eₒ₋ₖ) over the denominator squared, with m − 1
degrees of freedom.

[1] J. Bracher, E. L. Ray, T. Gneiting, N. G. Reich (2021). Evaluating epidemic forecasts in an interval format. PLoS
    Computational Biology 17, e1008618.
[2] E. Y. Cramer et al. (2022). Evaluation of individual and ensemble probabilistic forecasts of COVID-19 mortality in
    the United States. PNAS 119, e2113561119: relative skill by pairwise comparison.
[3] W. K. Newey, K. D. West (1987). Econometrica 55, 703-708.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.normal import Normal, half_width
from counterproof.stats.series import diebold_mariano

__all__ = ["Pair", "Paired", "Ratio", "interval_score", "ratio", "relative_skill", "weighted_interval_score"]

Floats = NDArray[np.float64]


def interval_score(y: float, low: float, high: float, alpha: float) -> float:
    """(u − l) + (2/α)(l − y)₊ + (2/α)(y − u)₊ of a central interval at level 1 − α [1]."""
    return (high - low) + 2 / alpha * (max(low - y, 0.0) + max(y - high, 0.0))


def weighted_interval_score(y: float, levels: Sequence[float], quantiles: Sequence[float]) -> float:
    """[½|y − m| + Σ (α/2) IS_α] / (K + ½) over K central intervals and the median m [1]; over K without a median.

    levels come in pairs α/2 and 1 − α/2. The median's error counts half: scoringrules 0.10 with numpy weights the
    median itself, which is another number. Raises ValueError for levels that do not pair.
    """
    by = {round(level, 9): value for level, value in zip(levels, quantiles, strict=True)}
    total, intervals = 0.0, 0
    for level, value in by.items():
        if level == 0.5:
            total += 0.5 * abs(y - value)
        elif round(1 - level, 9) not in by:
            raise ValueError("quantile levels come in pairs around the median")
        elif level < 0.5:
            total += level * interval_score(y, value, by[round(1 - level, 9)], 2 * level)
            intervals += 1
    return total / (intervals + (0.5 if 0.5 in by else 0.0))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of sums, its standard error, and that error's degrees of freedom; the error is inf with one day only."""

    value: float
    error: float
    degrees: int


def ratio(over: ArrayLike, under: ArrayLike, lags: int) -> Ratio | None:
    """Σ over / Σ under, day by day in order of time. None where nothing stands below the line."""
    a, b = np.asarray(over, dtype=np.float64), np.asarray(under, dtype=np.float64)
    below = float(b.sum())
    if not below:
        return None
    value = float(a.sum()) / below
    return Ratio(value, _error(a - value * b, lags) / abs(below), len(a) - 1)


def _error(residuals: Floats, lags: int) -> float:
    """The standard error of a sum of residuals that neighbour each other in time."""
    m = len(residuals)
    if m < 2:
        return math.inf
    total = float(residuals @ residuals)
    for lag in range(1, min(lags, m - 1) + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(residuals[lag:] @ residuals[:-lag])
    return math.sqrt(max(total, 0.0) * m / (m - 1))


@dataclass(frozen=True, slots=True)
class Pair:
    """Scores of two forecasters on the targets that both cover, by day: sums of both, and how many targets."""

    own: Floats
    other: Floats
    n: Floats
    days: tuple[str, ...]

    @property
    def swapped(self) -> Pair:
        """The same, seen from the other side."""
        return Pair(self.other, self.own, self.n, self.days)


def relative_skill(
    models: Sequence[str], pairs: Mapping[tuple[str, str], Pair], lags: int, baseline: str | None = None
) -> dict[str, Ratio]:
    """θ_a = (Π_b Σ S_a/Σ S_b over common targets)^(1/M) of each model, b running over all M models [2], as its log.

    Divided by the baseline's where one is named. A model that shares no target with another, or meets a score of 0,
    is left out. The error follows from the days' shares of each sum.
    """
    found: dict[str, tuple[float, dict[str, float]]] = {}
    for model in models:
        log, influence = 0.0, dict[str, float]()
        for other in models:
            pair = pairs.get((model, other))
            if other == model or pair is None:
                continue
            a, b = float(pair.own.sum()), float(pair.other.sum())
            if not (a > 0 and b > 0):
                log = math.nan
                break
            log += math.log(a / b) / len(models)
            for day, own, theirs in zip(pair.days, pair.own, pair.other, strict=True):
                influence[day] = influence.get(day, 0.0) + (own / a - theirs / b) / len(models)
        complete = all(other == model or (model, other) in pairs for other in models)
        if complete and not math.isnan(log):
            found[model] = log, influence
    if baseline is not None:
        if baseline not in found:
            return {}
        base = found[baseline]
        found = {
            model: (
                log - base[0],
                {day: influence.get(day, 0.0) - base[1].get(day, 0.0) for day in {*influence, *base[1]}},
            )
            for model, (log, influence) in found.items()
        }
    return {
        model: Ratio(log, _error(np.array([influence[day] for day in sorted(influence)]), lags), len(influence) - 1)
        for model, (log, influence) in found.items()
    }


@dataclass(frozen=True, slots=True)
class Paired:
    """A mean score that knows how its forecaster compares with others on common targets.

    own    the mean score
    name   the forecaster; ``against`` looks for the other one's name
    ahead  steps ahead
    pairs  other forecaster -> scores of both
    """

    own: Normal
    name: str
    ahead: int
    pairs: Mapping[str, Pair] = field(repr=False, compare=False)

    @property
    def value(self) -> float | None:
        """The mean score."""
        return self.own.value

    def printed(self, level: float) -> Interval:
        """Student's interval."""
        return self.own.printed(level)

    def compatible(self, level: float) -> Interval:
        """As printed."""
        return self.own.compatible(level)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """Diebold and Mariano's test on one loss difference a day, and the ratio of both sums on common targets.

        Where the test is not computable (differences that are all the same, too few days) there is no interval.
        """
        pair = self.pairs.get(reference.name) if isinstance(reference, Paired) else None
        if pair is None or not len(pair.days):
            return None
        if scale == "ratio":
            return _ratio_of(pair, self.ahead, level)
        found = diebold_mariano(pair.own / pair.n - pair.other / pair.n, self.ahead)
        if found is None:
            mean = float((pair.own / pair.n - pair.other / pair.n).mean())
            return ContrastInterval(mean, -math.inf, math.inf, "not computable", False, None)
        half = half_width(found.error, found.n - 1, level)
        low, high = found.mean - half, found.mean + half
        return ContrastInterval(found.mean, low, high, "diebold-mariano", False, found.p_value)


def _ratio_of(pair: Pair, ahead: int, level: float) -> ContrastInterval | None:
    found = ratio(pair.own, pair.other, ahead - 1)
    if found is None or not found.value > 0:
        return None
    half = half_width(found.error / found.value, found.degrees, level)
    if not math.isfinite(half) or not half > 0:
        return ContrastInterval(found.value, 0.0, math.inf, "not computable", False, None)
    low, high = found.value * math.exp(-half), found.value * math.exp(half)
    return ContrastInterval(found.value, low, high, "student-t on the log", False, None)
