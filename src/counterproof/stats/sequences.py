"""Intervals for a rate that is watched period after period: valid at every look, however many there are.

An interval of level 95 % holds at one look that was fixed beforehand. Who looks every month, and speaks up when the
interval leaves the claim, is wrong far more often. A *confidence sequence* holds at all looks at once.

    x_t, n_t    events and cases of period t; X = Σx_t, N = Σn_t up to the present look
    p_i         the rate of case i given everything before it: it may drift, and cases may depend on earlier ones
    estimand    the running mean p̄ = Σp_i/N                                                                [1, 2]

Empirical Bernstein [1, theorem 4]: with X̂_t, the rate of the periods before t (one half for the first), and

    V = Σ_t x_t (1 − X̂_t)² + (n_t − x_t) X̂_t²,

|X/N − p̄| <= u(V)/N at every look with probability 1 − α. u(v) is where the gamma-exponential mixture [1, prop. 9]

    m(s, v) = ρ^ρ/(Γ(ρ)γ(ρ, ρ)) · Γ(v+ρ)γ(v+ρ, s+v+ρ)/(s+v+ρ)^(v+ρ) · e^(s+v)

reaches 2/α (γ is the regularised lower incomplete gamma function). X̂_t is the same for all cases of a period, so V
and X do not depend on their order within it, and counts by period are all that is needed. ρ was chosen beforehand, for
a V of about 250: a rate of one half over 1,000 cases.

Constant rate: if every case has the same rate p whatever went before, the beta-binomial mixture
B(½+X, ½+N−X)/(B(½, ½) p^X (1−p)^(N−X)) exceeds 1/α at any look with probability α at most [3]. It is narrower when
events are rare, and wrong when the rate drifts.

[1] S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon (2021). Time-uniform, nonparametric, nonasymptotic confidence
    sequences. Annals of Statistics 49, 1055-1080.
[2] I. Waudby-Smith, A. Ramdas (2024). Estimating means of bounded random variables by betting. JRSS B 86, 1-27.
[3] H. Robbins (1970). Statistical methods related to the law of the iterated logarithm. Ann. Math. Stat. 41, 1397-1409.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from counterproof.stats.basis import Interval
from counterproof.stats.intervals import checked_counts, checked_level

__all__ = ["Running", "boundary"]

RHO = 25.0
_STEPS = 200


def boundary(variance: float, alpha: float) -> float:
    """u(v): the excess of a sum over its mean that a sub-exponential walk of this variance ever reaches has
    probability ``alpha`` at most, on one side. ValueError unless 0 < alpha < 1 and the variance is not negative.
    """
    from scipy.special import gammainc, gammaln

    if not 0 < alpha < 1 or variance < 0:
        raise ValueError("alpha lies strictly between 0 and 1, and a variance is not negative")
    shape = variance + RHO
    start = RHO * math.log(RHO) - gammaln(RHO) - math.log(gammainc(RHO, RHO)) + gammaln(shape) + variance

    def excess(s: float) -> float:
        log_m = start + s + math.log(gammainc(shape, s + shape)) - shape * math.log(s + shape)
        return float(log_m + math.log(alpha))

    return _root(excess, 0.0, math.sqrt(shape) + 1.0)


@dataclass(frozen=True, slots=True)
class Running:
    """The running mean of a rate up to the last of its looks, as a basis of estimates.

    looks     (successes, trials) of everything up to each look, in their order
    constant  the rate is taken to be the same throughout

    ValueError for impossible counts, or for looks at which either number falls.
    """

    looks: tuple[tuple[int, int], ...]
    constant: bool = False

    def __post_init__(self) -> None:
        for (x, n), (more, most) in pairwise(((0, 0), *self.looks)):
            checked_counts(more - x, most - n)

    @property
    def proportion(self) -> bool:
        """It is a share of cases."""
        return True

    @property
    def successes(self) -> int:
        """Up to the last look."""
        return self.looks[-1][0] if self.looks else 0

    @property
    def trials(self) -> int:
        """Up to the last look."""
        return self.looks[-1][1] if self.looks else 0

    @property
    def value(self) -> float | None:
        """X/N; None for 0/0."""
        return self.successes / self.trials if self.trials else None

    @property
    def variance(self) -> float:
        """V."""
        found = 0.0
        for (x, n), (more, most) in pairwise(((0, 0), *self.looks)):
            guess = x / n if n else 0.5
            found += (more - x) * (1 - guess) ** 2 + (most - n - more + x) * guess**2
        return found

    def printed(self, level: float) -> Interval:
        """The confidence sequence at the last look: empirical Bernstein, or the mixture for a constant rate."""
        alpha = 1 - checked_level(level)
        name: Literal["beta-binomial-mixture", "empirical-bernstein-sequence"]
        name = "beta-binomial-mixture" if self.constant else "empirical-bernstein-sequence"
        value = self.value
        if value is None:
            return Interval(0.0, 1.0, name)
        if self.constant:
            return Interval(*self._mixture(alpha), name)
        half = boundary(self.variance, alpha / 2) / self.trials
        return Interval(max(0.0, value - half), min(1.0, value + half), name)

    def compatible(self, level: float) -> Interval:
        """As printed: it holds at any counts and at every look."""
        return self.printed(level)

    def _mixture(self, alpha: float) -> tuple[float, float]:
        from scipy.special import betaln, xlog1py, xlogy

        x, y = self.successes, self.trials - self.successes
        start = betaln(0.5 + x, 0.5 + y) - betaln(0.5, 0.5) + math.log(alpha)

        def excess(p: float) -> float:
            return float(start - xlogy(x, p) - xlog1py(y, -p))

        value = x / self.trials
        low = 0.0 if x == 0 else value - _root(lambda d: excess(value - d), 0.0, value)
        high = 1.0 if y == 0 else value + _root(lambda d: excess(value + d), 0.0, 1 - value)
        return max(0.0, low), min(1.0, high)


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that is negative at ``low`` and rises from there becomes positive, seen from above."""
    while excess(high) < 0:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return high
