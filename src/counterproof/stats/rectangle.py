"""What several rates allow together when events are rare: the range of a statistic over a box of exact intervals.

Independent Clopper–Pearson intervals at level ``level**(1/G)`` hold all G rates at once with probability ``level``
at least, whatever the rates and however small the groups. Whatever is computed from the rates then lies within its
range over that box with at least the same probability. The ranges below are exact, not bounds of bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, SupportsIndex

import numpy as np

from counterproof.stats.intervals import Floats, checked_counts, checked_level, clopper_pearson_limits

__all__ = ["SpreadStatistic", "range_over_box", "rectangle", "rectangle_range", "spread_of"]

SpreadStatistic = Literal["largest_gap", "max_over_min", "max_over_mean", "max_over_geometric_mean"]


def rectangle(
    x1: SupportsIndex,
    n1: SupportsIndex,
    x0: SupportsIndex,
    n0: SupportsIndex,
    scale: Literal["difference", "ratio"],
    level: float = 0.95,
) -> tuple[float, float]:
    """Range of p1 − p0 or p1/p0 over two Clopper–Pearson intervals [L1, U1], [L0, U0] at level √level each.

    [L1 − U0, U1 − L0] or [L1/U0, U1/L0]; the upper end of the ratio is inf where x0 = 0. Covers with at least
    ``level`` at all rates and sizes; wide where counts are large. Raises ValueError for impossible counts.
    """
    low, high = _box([x1, x0], [n1, n0], level)
    if scale == "difference":
        return float(low[0] - high[1]), float(high[0] - low[1])
    return float(low[0] / high[1]), float(high[0] / low[1]) if low[1] > 0 else math.inf


def rectangle_range(
    xs: Sequence[SupportsIndex], ns: Sequence[SupportsIndex], level: float, statistic: SpreadStatistic
) -> tuple[float, float]:
    """Interval for how far G rates lie apart, at simultaneous level ``level``: see :func:`range_over_box`.

    Unlike a bootstrap of the maximum it holds "no gap" (0, or 1 for the quotients) whenever all the groups'
    intervals share a point. Raises ValueError for impossible counts or fewer than two groups.
    """
    if len(xs) < 2 or len(xs) != len(ns):
        raise ValueError("a spread needs successes and trials of at least two groups")
    return range_over_box(*_box(xs, ns, level), statistic)


def spread_of(rates: Sequence[float], statistic: SpreadStatistic) -> float:
    """The statistic at the rates themselves; nan where it is 0/0, inf for a positive rate over zero."""
    p = np.asarray(rates, float)
    if statistic == "largest_gap":
        return float(p.max() - p.min())
    if p.max() == 0:
        return math.nan
    with np.errstate(divide="ignore"):
        below = {
            "max_over_min": p.min(),
            "max_over_mean": p.mean(),
            "max_over_geometric_mean": np.exp(np.mean(np.log(p))),
        }[statistic]
        return float(p.max() / below)


def range_over_box(low: Floats, high: Floats, statistic: SpreadStatistic) -> tuple[float, float]:
    """Least and greatest value of the statistic while each of G >= 2 rates moves within its [low, high].

    Greatest: one rate at its upper end and the others at their lower ends, for the worst choice of the one, since
    each statistic rises in the greatest rate and falls in the others. Least: the greatest rate cannot be below
    M = max(low), and every other rate comes as near to it as it may: the rates min(high, M). Quotients take their
    limit, 1, where all rates may be zero together.
    """
    nearest = np.minimum(high, low.max())
    same = 0.0 if statistic == "largest_gap" else 1.0
    # where all may be one rate there is no gap, and no rounding of a mean may make one
    apart = 0 < low.max() > high.min()
    least = max(same, spread_of(nearest.tolist(), statistic)) if apart else same
    greatest = -math.inf
    for i in range(len(low)):
        corner = low.copy()
        corner[i] = high[i]
        greatest = max(greatest, spread_of(corner.tolist(), statistic))
    return least, greatest


def _box(xs: Sequence[SupportsIndex], ns: Sequence[SupportsIndex], level: float) -> tuple[Floats, Floats]:
    """Clopper–Pearson limits, shape (groups,) each, that hold all rates at once with probability ``level``."""
    counts = np.array([checked_counts(x, n) for x, n in zip(xs, ns, strict=True)], dtype=float)
    return clopper_pearson_limits(counts[:, 0], counts[:, 1], checked_level(level) ** (1 / len(counts)))
