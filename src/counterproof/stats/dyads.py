"""A rate of comparisons of two people each: comparisons that share a person are not independent.

    a, b    errors and other comparisons of a pair of people, e = a(1−p) − bp;  A, B, E the same of a person, who
            stands in several pairs;  N all comparisons
    Var p   = [Σ_pairs e² + max(0, Σ_people E² − 2 Σ_pairs e²)] / N²       [1]

The second sum counts each comparison for both of its people, so that Σ E² holds every two comparisons that share one
person once, and each pair twice. n_eff = p(1−p)/Var takes the place of N in the intervals, as in ``stats.clustered``.
With no error there is no variance: the safe number of trials is floor(n/2), the pairs of n people that share nobody. So
it is with few effective errors in verdicts.

[1] R. Fogliato, P. Patil, P. Perona (2024). Confidence intervals for error rates in 1:1 matching tasks: critical
    statistical analysis and recommendations. Int. J. Computer Vision 132, 5346-5371.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from counterproof.stats.basis import Interval
from counterproof.stats.clustered import Clustered
from counterproof.stats.intervals import checked_counts, checked_level, clopper_pearson_limits, wilson_limits

__all__ = ["Deflated", "Dyads"]


@dataclass(frozen=True, slots=True)
class Dyads(Clustered):
    """``successes`` of ``trials`` comparisons. ``clusters``, ``squares`` are of people, ``pair_squares`` of pairs."""

    pair_squares: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        checked_counts(self.successes, self.trials)
        tied, (aa, ab, bb) = sum(self._tied), self.squares
        if self.clusters is not None and (min(self._tied) < 0 or (2 * tied) ** 2 > self.clusters * (aa + 2 * ab + bb)):
            raise ValueError("these are not sums over the people of comparisons")

    @property
    def _residual(self) -> float:
        people, pairs = (_sum_of_squares(self.successes, self.trials, s) for s in (self.squares, self.pair_squares))
        p = self.successes / self.trials
        loose = (1 - p) * self.loose[0] + p * self.loose[1]
        return math.sqrt(pairs + max(0.0, people - 2 * pairs)) + loose

    @property
    def _alike(self) -> float:
        """The least that so many people can tell: half of them, in pairs that share nobody."""
        return float(max(1, (self.clusters or 0) // 2))

    @property
    def _uneven(self) -> tuple[float, float, float]:
        """As many people with equally many comparisons, errors, other comparisons would be as uneven as these."""
        all_, errors, rest = Clustered._uneven.fget(self)  # type: ignore[attr-defined]
        return 4 * all_, 4 * errors, 4 * rest

    def _effective(self, tail: float, cautious: bool) -> float:
        if self.trials and self.clusters is not None and self.successes in (0, self.trials):
            return self._alike
        return Clustered._effective(self, tail, cautious)


@dataclass(frozen=True, slots=True)
class Deflated:
    """``successes`` of ``trials`` that tell no more than ``size`` independent ones would.

    The size is taken over from a rate of the same comparisons at another threshold: its trials over its effective size.
    """

    successes: int
    trials: int
    size: float

    def __post_init__(self) -> None:
        checked_counts(self.successes, self.trials)

    @property
    def value(self) -> float | None:
        """successes/trials; None for 0/0."""
        return self.successes / self.trials if self.trials else None

    def printed(self, level: float) -> Interval:
        """Wilson's interval at the size."""
        n = np.array([self.size])
        low, high = wilson_limits(n * (self.value or 0.0), n, checked_level(level))
        return Interval(float(low[0]), float(high[0]), "deflated-wilson")

    def compatible(self, level: float) -> Interval:
        """Clopper and Pearson's interval at the size."""
        n = np.array([self.size])
        low, high = clopper_pearson_limits(n * (self.value or 0.0), n, checked_level(level))
        return Interval(float(low[0]), float(high[0]), "deflated-clopper-pearson")


def _sum_of_squares(successes: int, trials: int, squares: tuple[int, int, int]) -> float:
    """Σ(a(1−p) − bp)² from Σa², Σab, Σb²; whole numbers until the quotient."""
    a, b = successes, trials - successes
    aa, ab, bb = squares
    return max(0.0, (b * b * aa - 2 * a * b * ab + a * a * bb) / trials**2)
