"""A proportion whose variance is known and which is no plain count: as if from so many independent trials.

    p  the proportion      V  its variance      m = p(1 − p)/V  the effective number of trials

With pm of m in place of counts, Wilson's interval is printed and Clopper and Pearson's judged [1]. Of two proportions
Miettinen and Nurminen's interval is printed; judged are they by the same corrected for skewness and steps, or by the
rectangle where an observed or expected count is below 5.

[1] E. L. Korn, B. I. Graubard (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24, 193-201.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.contrasts import score_limits, score_p_values
from counterproof.stats.corrected import corrected_limits, too_few
from counterproof.stats.intervals import checked_level, wilson_limits

__all__ = ["EffectiveRate", "effective_contrast", "effective_trials"]


def effective_trials(proportion: float, variance: float, most: float) -> float:
    """p(1 − p)/V, and never more than ``most``; ``most`` itself where p is 0 or 1, or nothing varies."""
    spread = proportion * (1 - proportion)
    return min(most, spread / variance) if spread > 0 and variance > 0 else most


@dataclass(frozen=True, slots=True)
class EffectiveRate:
    """A proportion ``rate`` as if from ``trials`` independent ones. ValueError unless 0 <= rate <= 1, trials >= 0."""

    rate: float
    trials: float
    proportion: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (0 <= self.rate <= 1 and self.trials >= 0):
            raise ValueError("a rate lies between 0 and 1, and trials are not negative")

    @property
    def value(self) -> float | None:
        """The proportion; None without trials."""
        return self.rate if self.trials > 0 else None

    def printed(self, level: float) -> Interval:
        """Wilson's interval."""
        x, n = np.float64(self.rate * self.trials), np.float64(self.trials)
        low, high = wilson_limits(x, n, checked_level(level))
        return Interval(float(low), float(high), "wilson, effective size")

    def compatible(self, level: float) -> Interval:
        """Clopper and Pearson's interval with counts that need not be whole."""
        return Interval(*_clopper_pearson(self.rate, self.trials, level), "clopper-pearson, effective size")

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """Miettinen and Nurminen's interval on effective counts; in verdicts the corrected one, None where sparse."""
        if not isinstance(reference, EffectiveRate):
            return None
        own, other = (self.rate, self.trials), (reference.rate, reference.trials)
        return effective_contrast(own, other, scale, level, compatible=compatible)


def _clopper_pearson(rate: float, trials: float, level: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    tail = (1 - checked_level(level)) / 2
    x, y = rate * trials, (1 - rate) * trials
    low = float(betaincinv(x, y + 1, tail)) if x > 0 else 0.0
    return low, float(betaincinv(x + 1, y, 1 - tail)) if y > 0 else 1.0


def effective_contrast(
    group: tuple[float, float],
    reference: tuple[float, float],
    scale: ContrastScale,
    level: float,
    *,
    compatible: bool,
) -> ContrastInterval | None:
    """Two proportions, each with its effective trials: the score interval and its test; corrected for verdicts.

    None where a side has no trials, and in verdicts where an observed or expected count is below 5: then the rectangle
    of both intervals is used.
    """
    (p1, n1), (p0, n0) = group, reference
    if n1 <= 0 or n0 <= 0:
        return None
    x1, m1, x0, m0 = (np.array([number]) for number in (p1 * n1, n1, p0 * n0, n0))
    sparse = bool(too_few(x1, m1, x0, m0)[0])
    if sparse and compatible:
        return None
    limits = corrected_limits if compatible else score_limits
    low, high = limits(x1, m1, x0, m0, scale, checked_level(level))
    p_value = float(score_p_values(x1, m1, x0, m0)[0])
    value = p1 - p0 if scale == "difference" else (p1 / p0 if p0 > 0 else (float("inf") if p1 > 0 else None))
    method = ("corrected-score" if compatible else "miettinen-nurminen") + ", effective size"
    return ContrastInterval(value, float(low[0]), float(high[0]), method, sparse, p_value)
