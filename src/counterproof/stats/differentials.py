"""How far the error rates of several groups lie apart, and the range of that over a box of intervals.

    x_1 … x_n >= 0   the rates of n >= 2 groups, each group counting once

    largest_gap               max − min
    max_over_min              max / min
    max_over_mean             max / mean
    max_over_geometric_mean   max / (Π x_i)^(1/n)                       [1]'s preferred summary
    mean_absolute_log10       mean |log10(x_i / geometric mean)|
    gini                      G = Σ_i Σ_j |x_i − x_j| / (2 n² mean), half the relative mean difference
    gini_corrected            n/(n−1) · G, which reaches 1

Two rates (false matches and false non-matches) are joined with a weight α on the first:

    garbe                     α G'(first) + (1−α) G'(second), G' corrected   [2]
    fairness_discrepancy_rate 1 − (α max gap(first) + (1−α) max gap(second)) [3]
    inequity_rate             (max/min first)^α (max/min second)^(1−α)       [4]

Every range below is exact: the least and the greatest value while each rate moves within its interval.

[1] P. Grother (2022). Demographic differentials in face recognition algorithms. NIST IR 8429.
[2] J. J. Howard, E. J. Laird, Y. B. Sirotin, R. E. Rubin, J. L. Tipton, A. R. Vemury (2022). Evaluating proposed
    fairness models for face recognition algorithms. arXiv 2203.05051.
[3] T. de Freitas Pereira, S. Marcel (2022). Fairness in biometrics. IEEE T-BIOM 4, 19-29.
[4] P. Grother (2021). Demographic differentials in face recognition algorithms. EAB virtual event.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from counterproof.stats.basis import Basis, Interval
from counterproof.stats.intervals import Floats, checked_level
from counterproof.stats.rectangle import SpreadStatistic, spread_of
from counterproof.stats.rectangle import range_over_box as spread_over_box

__all__ = ["JOINT", "STATISTICS", "Differential", "Joint", "JointStatistic", "Statistic", "of_rates", "over_box"]

Statistic = Literal[
    "largest_gap",
    "max_over_min",
    "max_over_mean",
    "max_over_geometric_mean",
    "mean_absolute_log10",
    "gini",
    "gini_corrected",
]
JointStatistic = Literal["garbe", "fairness_discrepancy_rate", "inequity_rate"]
STATISTICS: tuple[Statistic, ...] = get_args(Statistic)
JOINT: tuple[JointStatistic, ...] = get_args(JointStatistic)

_PARTS: dict[JointStatistic, Statistic] = {
    "garbe": "gini_corrected",
    "fairness_discrepancy_rate": "largest_gap",
    "inequity_rate": "max_over_min",
}
_HALVINGS = 200
Rates = Sequence[float] | Floats


def of_rates(rates: Sequence[float], statistic: Statistic) -> float:
    """The statistic at the rates; nan where it is 0/0, inf for a positive rate over zero. ValueError for one rate."""
    x = _checked(rates)
    if statistic in get_args(SpreadStatistic):
        return spread_of(x.tolist(), statistic)  # type: ignore[arg-type]
    if x.max() == 0:
        return math.nan
    if statistic == "mean_absolute_log10":
        return math.inf if x.min() == 0 else _deviation(np.log10(x))
    return _gini(x) * (len(x) / (len(x) - 1) if statistic == "gini_corrected" else 1.0)


def over_box(low: Rates, high: Rates, statistic: Statistic) -> tuple[float, float]:
    """Least and greatest value of the statistic while each rate moves within its [low, high].

    Quotients of rates that may all be zero together take their limit, "no differential".
    """
    lows, highs = _checked(low), _checked(high)
    if statistic in get_args(SpreadStatistic):
        return spread_over_box(lows, highs, statistic)  # type: ignore[arg-type]
    if statistic == "mean_absolute_log10":
        return _deviation_range(lows, highs)
    scale = len(lows) / (len(lows) - 1) if statistic == "gini_corrected" else 1.0
    least, greatest = _gini_range(lows, highs)
    return scale * least, scale * greatest


@dataclass(frozen=True, slots=True)
class Differential:
    """A statistic of the rates of at least two groups; ``value`` is None where it is 0/0, inf over a rate of zero.

    Its interval is the range over the box of the rates' compatible intervals, each at level^(1/rates), which hold
    together with ``level`` at least when the rates are independent.
    """

    rates: tuple[Basis, ...]
    statistic: Statistic

    @property
    def value(self) -> float | None:
        """The statistic at the observed rates."""
        values = [rate.value for rate in self.rates]
        known = [value for value in values if value is not None]
        found = of_rates(known, self.statistic) if len(known) == len(values) else math.nan
        return None if math.isnan(found) else found

    def printed(self, level: float) -> Interval:
        """The range over the box."""
        return self.at(checked_level(level) ** (1 / len(self.rates)))

    def compatible(self, level: float) -> Interval:
        """As printed: it covers at any counts."""
        return self.printed(level)

    def at(self, share: float) -> Interval:
        """The range over the box of intervals at level ``share`` each."""
        sides = [rate.compatible(share) for rate in self.rates]
        ends = over_box([max(0.0, side.low) for side in sides], [side.high for side in sides], self.statistic)
        return Interval(*ends, "rectangle")


@dataclass(frozen=True, slots=True)
class Joint:
    """Both error rates of the same groups in one number; ``alpha`` in [0, 1] is the weight of the first."""

    first: tuple[Basis, ...]
    second: tuple[Basis, ...]
    statistic: JointStatistic
    alpha: float = 0.5

    @property
    def value(self) -> float | None:
        """The number at the observed rates; None where a part of it is undefined, inf over a rate of zero."""
        parts = [part.value for part in self._parts]
        known = [value for value in parts if value is not None]
        return self._join(*known) if len(known) == len(parts) else None

    def printed(self, level: float) -> Interval:
        """The range over the box of all rates, each at level^(1/rates)."""
        share = checked_level(level) ** (1 / (len(self.first) + len(self.second)))
        first, second = (part.at(share) for part in self._parts)
        ends = self._join(first.low, second.low), self._join(first.high, second.high)
        return Interval(min(ends), max(ends), "rectangle")

    def compatible(self, level: float) -> Interval:
        """As printed: it covers at any counts."""
        return self.printed(level)

    @property
    def _parts(self) -> tuple[Differential, Differential]:
        part = _PARTS[self.statistic]
        return Differential(self.first, part), Differential(self.second, part)

    def _join(self, first: float, second: float) -> float:
        """Rising in both parts, or falling in both; a part of weight 0 says nothing, even where it is infinite."""
        weighted = [(w, x) for w, x in ((self.alpha, first), (1 - self.alpha, second)) if w > 0]
        if self.statistic == "inequity_rate":
            return float(math.prod(x**w for w, x in weighted))
        total = sum(w * x for w, x in weighted)
        return 1 - total if self.statistic == "fairness_discrepancy_rate" else total


def _checked(rates: Rates) -> Floats:
    x = np.asarray(rates, float)
    if len(x) < 2:
        raise ValueError("a differential needs the rates of at least two groups")
    return x


def _gini(x: Floats) -> float:
    """Σ_k (2k − n − 1) x_(k) / (n Σ x), x sorted upwards: the same as Σ_i Σ_j |x_i − x_j| / (2 n² mean)."""
    n = len(x)
    return float((_ranks(n) * np.sort(x)).sum() / (n * x.sum()))


def _ranks(n: int) -> Floats:
    return np.asarray(2.0 * np.arange(1, n + 1) - n - 1)


def _gini_range(low: Floats, high: Floats) -> tuple[float, float]:
    """Least: all rates drawn to one level M as far as their intervals let them. Along M the index is a quotient of
    linear functions between neighbouring ends, so one of the ends is best. Greatest: see ``_widest``.
    """
    levels = [level for level in (*low, *high) if level > 0]
    if high.max() == 0:
        return 0.0, 0.0
    least = min(_gini(np.clip(level, low, high)) for level in levels) if low.max() > high.min() else 0.0
    return max(0.0, least), _widest(low, high)


def _widest(low: Floats, high: Floats) -> float:
    """Greatest Gini index over the box, by Dinkelbach's method for a quotient.

    For a value c in question, Σ_k (2k−n−1 − nc) x_(k) is to be greatest. Sorting rates upwards makes their sum with
    rising weights greatest, so the best ranks and rates together are an assignment: a group at rank k takes its upper
    end where the weight there is positive and its lower end elsewhere.
    """
    from scipy.optimize import linear_sum_assignment

    n = len(low)
    x = high.copy()
    while True:
        value = _gini(x)
        weights = _ranks(n) - n * value
        worth = np.maximum(weights[None, :] * low[:, None], weights[None, :] * high[:, None])
        groups, places = linear_sum_assignment(worth, maximize=True)
        x = np.empty(n)
        x[groups] = np.where(weights[places] > 0, high[groups], low[groups])
        if x.sum() <= 0 or _gini(x) <= value * (1 + 1e-12):
            return value


def _deviation(y: Floats) -> float:
    return float(np.abs(y - y.mean()).mean())


def _deviation_range(low: Floats, high: Floats) -> tuple[float, float]:
    """Range of mean |y_i − mean y| over y = log10 of the box; it is convex in y.

    Least, by its optimality condition: every y_i as near as it may come to M, and M the mean of them. Greatest, at a
    corner: if p of the n lie above the mean, those weigh 1 − s and the others −1 − s, s = (2p − n)/n.
    """
    if high.max() == 0:
        return 0.0, 0.0
    with np.errstate(divide="ignore"):
        bottom, top = np.log10(low), np.log10(high)
    least = _deviation(np.clip(_own_mean(bottom, top), bottom, top)) if 0 < low.max() > high.min() else 0.0
    if low.min() == 0:
        return least, math.inf
    n, greatest = len(low), 0.0
    for above in range(1, n):
        s = (2 * above - n) / n
        gain = (1 - s) * top + (1 + s) * bottom
        chosen = np.argsort(gain)[n - above :]
        y = bottom.copy()
        y[chosen] = top[chosen]
        greatest = max(greatest, _deviation(y))
    return least, greatest


def _own_mean(bottom: Floats, top: Floats) -> float:
    """M with M = mean(clip(M, bottom, top)), by bisection: the difference rises with M."""
    finite = np.concatenate([bottom[np.isfinite(bottom)], top[np.isfinite(top)]])
    under, over = float(finite.min()), float(finite.max())
    for _ in range(_HALVINGS):
        middle = (under + over) / 2
        if middle > np.clip(middle, bottom, top).mean():
            over = middle
        else:
            under = middle
    return (under + over) / 2
