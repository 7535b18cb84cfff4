"""Score intervals corrected for skewness and for steps: what verdicts use where counts are large enough.

The score statistic of Miettinen and Nurminen is compared with a normal distribution, which is neither skewed nor made
of steps. A group of 12 has 13 possible counts: its statistic jumps over the critical value, and the test of nominal
5 % is wrong in up to 8.8 % of cases. Laud [1] subtracts the third moment, after Gart and Nam [2], and half a record of
each group, after Yates. With N = n1 + n0, z the quantile of the level, p1, p0 of greatest likelihood among the rates
with contrast θ, and S the observed contrast's excess,

    difference  S = x1/n1 − x0/n0 − θ      V = p1q1/n1 + p0q0/n0      c = (1/n1 + 1/n0)/2
    ratio       S = x1/n1 − θ x0/n0        V = p1q1/n1 + θ²p0q0/n0    c = (1/n1 + θ/n0)/2
    μ = p1q1(q1 − p1)/n1² − θ³ p0q0(q0 − p0)/n0²     (θ³ = 1 for the difference)

the lower end is the θ at which

    S − c = z √(V N/(N−1)) + (z² − 1)/6 · μ/(V N/(N−1)),

and the upper end is the lower end with the groups swapped, so that symmetry is exact. Both exclude "no difference"
together. As in ``contrasts`` the θ are walked along by Lagrange's multiplier λ, at which both rates have a closed form.

[1] P. J. Laud (2017). Equal-tailed confidence intervals for comparison of rates. Pharmaceutical Statistics 16,
    334-348, and appendix S2.
[2] J. J. Gart, J. Nam (1988). Approximate interval estimation of the ratio of binomial parameters: a review and
    corrections for skewness. Biometrics 44, 323-338.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from counterproof.stats.contrasts import tilted
from counterproof.stats.intervals import Floats, checked_counts, checked_level, normal_quantile

__all__ = ["corrected_excludes_equality", "corrected_limits", "corrected_score", "too_few"]

ContrastScale = Literal["difference", "ratio"]
_STEPS = 80
_DOUBLINGS = 60
_TOLERANCE = 1e-12
_NOTHING = 1e-9
_HALF = 0.5
ENOUGH = 5.0
"""Least count at which a score interval is trusted in a verdict (CONTRACTS section 5)."""


def corrected_score(
    x1: SupportsIndex,
    n1: SupportsIndex,
    x0: SupportsIndex,
    n0: SupportsIndex,
    scale: ContrastScale = "difference",
    level: float = 0.95,
) -> tuple[float, float]:
    """Laud's score interval for p1 − p0 or p1/p0, corrected for skewness and steps.

    Raises ValueError for counts that are not integers with 0 <= x <= n, or without a success and a failure in each
    group: there the correction has nothing to go by.
    """
    (x1, n1), (x0, n0) = checked_counts(x1, n1), checked_counts(x0, n0)
    if not (0 < x1 < n1 and 0 < x0 < n0):
        raise ValueError("the corrected score interval needs a success and a failure in each group")
    one, of_one, other, of_other = (np.array([count], float) for count in (x1, n1, x0, n0))
    low, high = corrected_limits(one, of_one, other, of_other, scale, checked_level(level))
    return float(low[0]), float(high[0])


def too_few(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> NDArray[np.bool_]:
    """Whether a count is below 5, of the four that are observed or the four that equal rates lead one to expect.

    There the corrected score interval is not trusted in a verdict; arrays of one shape.
    """
    total, successes = n1 + n0, x1 + x0
    expected = np.minimum(n1, n0) * np.minimum(successes, total - successes)
    observed = np.minimum(np.minimum(x1, n1 - x1), np.minimum(x0, n0 - x0))
    return np.asarray((expected < ENOUGH * total) | (observed < ENOUGH) | (total == 0))


def corrected_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, scale: ContrastScale, level: float
) -> tuple[Floats, Floats]:
    """Kernel of :func:`corrected_score` over arrays of shape (tables,); trusts its input."""
    z = normal_quantile(level)
    x, other = np.concatenate([x1, x0]), np.concatenate([x0, x1])
    n, m = np.concatenate([n1, n0]), np.concatenate([n0, n1])
    walk, least = (_difference, -1.0) if scale == "difference" else (_ratio, 0.0)
    low, swapped = np.split(_lower(walk, x, n, other, m, z, least), 2)
    with np.errstate(divide="ignore"):
        return low, -swapped if scale == "difference" else 1 / swapped


def corrected_excludes_equality(x1: Floats, n1: Floats, x0: Floats, n0: Floats, level: float) -> NDArray[np.bool_]:
    """Whether :func:`corrected_limits` leave out "no difference", without the limits; arrays of one shape."""
    z, inflated = normal_quantile(level), (n1 + n0) / (n1 + n0 - 1)
    p = (x1 + x0) / (n1 + n0)
    v = p * (1 - p) * (1 / n1 + 1 / n0) * inflated
    skewed = (z * z - 1) / 6 * p * (1 - p) * (1 - 2 * p) * (1 / n1**2 - 1 / n0**2)
    excess = x1 / n1 - x0 / n0
    with np.errstate(divide="ignore", invalid="ignore"):
        skewed = np.where(v > 0, skewed / v, 0.0)
    beyond = _HALF * (1 / n1 + 1 / n0) + z * np.sqrt(v)
    return (excess > beyond + skewed) | (-excess > beyond - skewed)


Walked = tuple[Floats, Floats, Floats, Floats, Floats]
"""At a multiplier λ: the contrast θ, S, V, c and μ."""


def _difference(x1: Floats, n1: Floats, x0: Floats, n0: Floats, lam: Floats) -> Walked:
    (p1, q1), (q0, p0) = tilted(x1, n1, lam)[:2], tilted(n0 - x0, n0, lam)[:2]
    v1, v0 = p1 * q1 / n1, p0 * q0 / n0
    # Of rates close to 1, the complements have kept the digits.
    contrast = np.where(p1 + p0 < 1, p1 - p0, q0 - q1)
    return contrast, lam * (v1 + v0), v1 + v0, _HALF * (1 / n1 + 1 / n0), v1 * (q1 - p1) / n1 - v0 * (q0 - p0) / n0


def _ratio(x1: Floats, n1: Floats, x0: Floats, n0: Floats, lam: Floats) -> Walked:
    lam = x1 * (lam / (x1 + lam))  # it ends at x1, where p1 is 0
    p1, q1, p0, q0 = (x1 - lam) / (n1 - lam), (n1 - x1) / (n1 - lam), (x0 + lam) / (n0 + lam), (n0 - x0) / (n0 + lam)
    theta = p1 / p0
    v1, v0 = p1 * q1 / n1, theta * p1 * q0 / n0
    mu = v1 * (q1 - p1) / n1 - theta * v0 * (q0 - p0) / n0
    return theta, lam * (q1 / n1 + theta * q0 / n0), v1 + v0, _HALF * (1 / n1 + theta / n0), mu


def _lower(
    walk: Callable[..., Walked], x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: float, least: float
) -> Floats:
    """Lower ends, shape (tables,): where S − c first exceeds what noise and skewness explain; ``least`` if nowhere."""
    inflated = (n1 + n0) / (n1 + n0 - 1)

    def excess(lam: Floats) -> Floats:
        _, s, v, c, mu = walk(x1, n1, x0, n0, lam)
        return s - c - z * np.sqrt(v * inflated) - (z * z - 1) / 6 * mu / (v * inflated)

    pooled = (x1 + x0 + 1) / (n1 + n0 + 2)
    high = 2 * z / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    over = excess(high)
    for _ in range(_DOUBLINGS):
        if bool((over > 0).all()):
            break
        high = np.where(over > 0, high, 2 * high)
        over = excess(high)
    lam = _crossing(excess, high, over)
    return np.where(over > 0, walk(x1, n1, x0, n0, lam)[0], least)


def _crossing(excess: Callable[[Floats], Floats], high: Floats, over: Floats) -> Floats:
    """Where a rising function is 0 between 0 and ``high``, where it is ``over``: false position, Illinois's variant."""
    low = high * _NOTHING
    under = excess(low)
    last, kept = high, np.zeros_like(high)
    for _ in range(_STEPS):  # about ten
        lam = low + (high - low) * (under / (under - over))
        value = excess(lam)
        above = value > 0
        # An end that stays twice would hold the line back, so its value is halved.
        over = np.where(above, value, np.where(kept < 0, over / 2, over))
        under = np.where(above, np.where(kept > 0, under / 2, under), value)
        high, low, kept = np.where(above, lam, high), np.where(above, low, lam), np.where(above, 1.0, -1.0)
        if bool((np.abs(lam - last) <= _TOLERANCE * lam).all()):
            break
        last = lam
    return lam
