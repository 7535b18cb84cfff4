"""Intervals that other tools print, for the tables beside ours: Wald's, and the percentile bootstrap of fairlearn.

fairlearn (0.15) draws the rows of a data set anew with replacement, takes each group's rate and the greatest less the
least of them, and prints percentiles. Rows of one group and outcome are alike, so this is a multinomial draw over
counts; ``tests/stats/test_coverage.py`` states how it was held against fairlearn itself.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from benchmarks.coverage.kit import LEVEL
from counterproof.stats.intervals import Floats, normal_quantile

__all__ = ["bootstrapped_gap", "percentile_limits", "wald_limits"]

RESAMPLES = 500


def wald_limits(x: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """p ± z √(p(1−p)/n)."""
    p = x / n
    half = normal_quantile(level) * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def percentile_limits(x: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentiles of the rate in endless resamples of n rows of which x have the event."""
    tail = (1 - level) / 2
    return binom.ppf(tail, n, x / n) / n, binom.ppf(1 - tail, n, x / n) / n


def bootstrapped_gap(x: Floats, n: Floats, rng: np.random.Generator, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The interval for greatest less least rate of groups with x of n each, shape (groups,).

    A group that is drawn not at all has no rate and is left out, as in fairlearn.
    """
    cells = np.concatenate([x, n - x])
    drawn = rng.multinomial(int(n.sum()), cells / cells.sum(), resamples)
    events, others = np.split(drawn.astype(float), 2, axis=1)
    with np.errstate(invalid="ignore"):
        rates = events / (events + others)
    gaps = np.nanmax(rates, axis=1) - np.nanmin(rates, axis=1)
    low, high = np.quantile(gaps, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
