"""Two independent proportions compared: score intervals for difference, ratio and odds ratio, and the score test.

    x1 of n1  the group         p1, q1 = 1 − p1 its rate; y1 = n1 − x1
    x0 of n0  the reference     p0, q0 = 1 − p0 its rate; y0 = n0 − x0
    N = n1 + n0                 k = z² N/(N−1), or z² without the correction

An interval holds the contrasts θ that the score test of "the contrast is θ" does not reject. That test needs the
rates of greatest likelihood among those with contrast θ. Both are found at once, and without a cubic to solve, by
walking along the multiplier of Lagrange instead of along θ: at multiplier λ each rate has a closed form of its own,

    difference   x − n p = λ p q     p = 2x / (n + λ + √((n − λ)² + 4λy)),
    ratio        x − n p = λ q       p = (x − λ) / (n − λ),
    odds ratio   x − n p = λ         p = (x − λ) / n,

with λ for the group and −λ for the reference, and the score statistic is λ² times the asymptotic variance of the
difference, log ratio or log odds ratio at these rates. It is convex and rises on each side of λ = 0, so Newton's
method from above runs down to the one root. A starting point from above is the root for one group alone; there the
statistic is at most 2k. The upper end is the lower end with the groups swapped, hence symmetry is exact.

[1] O. Miettinen, M. Nurminen (1985). Comparative analysis of two rates. Statistics in Medicine 4, 213-226.
[2] R. Mee (1984), Biometrics 40, 1175-1176, and P. A. R. Koopman (1984), Biometrics 40, 513-517: the same for
    difference and ratio without N/(N−1).
[3] R. G. Newcombe (1998). Interval estimation for the difference between independent proportions. Statistics in
    Medicine 17, 873-890, method 10.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, SupportsIndex

import numpy as np

from counterproof.stats.intervals import Floats, checked_counts, checked_level, normal_quantile, wilson

__all__ = ["Scale", "miettinen_nurminen", "newcombe", "score_limits", "score_p_values", "score_test"]

Scale = Literal["difference", "ratio", "odds_ratio"]
_NO_INFORMATION = {"difference": (-1.0, 1.0), "ratio": (0.0, math.inf), "odds_ratio": (0.0, math.inf)}
_NEWTON_STEPS = 60


def miettinen_nurminen(
    x1: SupportsIndex,
    n1: SupportsIndex,
    x0: SupportsIndex,
    n0: SupportsIndex,
    scale: Scale = "difference",
    level: float = 0.95,
    *,
    corrected: bool = True,
) -> tuple[float, float]:
    """Score interval of Miettinen and Nurminen [1] for p1 − p0, p1/p0 or the odds ratio.

    Excludes "no difference" exactly when :func:`score_test` gives p < 1 − level. ``corrected=False`` leaves out
    N/(N−1): Mee's and Koopman's intervals [2]. An end is 0, ±1 or inf where nothing bounds it, as the upper end of
    a ratio to a reference without successes. A group without trials gives the whole range. Not to be trusted
    when expected counts are below 5: the size of the 5 % test reaches 14.6 % at 20 against 50,000 trials.
    Raises ValueError for counts that are not integers with 0 <= x <= n.
    """
    x1, n1 = checked_counts(x1, n1)
    x0, n0 = checked_counts(x0, n0)
    low, high = score_limits(
        np.array([x1], float),
        np.array([n1], float),
        np.array([x0], float),
        np.array([n0], float),
        scale,
        checked_level(level),
        corrected=corrected,
    )
    return float(low[0]), float(high[0])


def score_test(
    x1: SupportsIndex, n1: SupportsIndex, x0: SupportsIndex, n0: SupportsIndex, *, corrected: bool = True
) -> float:
    """Two-sided p-value of "both rates are equal" by the score test that goes with the score intervals [1].

    z = (x1/n1 − x0/n0) / √(p(1−p) (1/n1 + 1/n0) N/(N−1)), p = (x1+x0)/N. It is 1 where all trials went one way,
    and nan where a group has no trials. ``corrected=False`` is the pooled z-test, Pearson's chi-squared.
    """
    x1, n1 = checked_counts(x1, n1)
    x0, n0 = checked_counts(x0, n0)
    if n1 == 0 or n0 == 0:
        return math.nan
    successes, trials = x1 + x0, n1 + n0
    if successes in (0, trials):
        return 1.0
    # Integers until the last step: x1 n0 − x0 n1 would cancel in floating point.
    chi2 = (x1 * n0 - x0 * n1) ** 2 * (trials - 1 if corrected else trials)
    return math.erfc(math.sqrt(chi2 / (n1 * n0 * successes * (trials - successes)) / 2))


def newcombe(
    x1: SupportsIndex, n1: SupportsIndex, x0: SupportsIndex, n0: SupportsIndex, level: float = 0.95
) -> tuple[float, float]:
    """Newcombe's hybrid interval [3] for p1 − p0, from the Wilson intervals (l, u) of the two rates.

    [d − √((p1−l1)² + (u0−p0)²), d + √((u1−p1)² + (p0−l0)²)]. Does not agree with any test. A group without trials
    gives (−1, 1).
    """
    x1, n1 = checked_counts(x1, n1)
    x0, n0 = checked_counts(x0, n0)
    if n1 == 0 or n0 == 0:
        return _NO_INFORMATION["difference"]
    p1, p0 = x1 / n1, x0 / n0
    (l1, u1), (l0, u0) = wilson(x1, n1, level), wilson(x0, n0, level)
    return p1 - p0 - math.hypot(p1 - l1, u0 - p0), p1 - p0 + math.hypot(u1 - p1, p0 - l0)


def score_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, scale: Scale, level: float, *, corrected: bool = True
) -> tuple[Floats, Floats]:
    """Kernel of :func:`miettinen_nurminen` over arrays of shape (tables,); trusts its input."""
    total = n1 + n0
    k = normal_quantile(level) ** 2 * (total / np.maximum(total - 1, 1) if corrected else np.ones_like(total))
    known = (n1 > 0) & (n0 > 0)
    m1, m0 = np.where(known, n1, 1.0), np.where(known, n0, 1.0)
    x, x_other = np.concatenate([x1, x0]), np.concatenate([x0, x1])
    m, m_other = np.concatenate([m1, m0]), np.concatenate([m0, m1])
    with np.errstate(divide="ignore", invalid="ignore"):
        # The upper ends are the lower ends of the swapped tables, solved in the same sweep. At the corners of the
        # table the branch that np.where does not take divides by zero.
        low, swapped = np.split(_LOWER[scale](x, m, x_other, m_other, np.tile(k, 2)), 2)
        high = -swapped if scale == "difference" else 1 / swapped
    least, most = _NO_INFORMATION[scale]
    return np.where(known, low, least), np.where(known, high, most)


def score_p_values(x1: Floats, n1: Floats, x0: Floats, n0: Floats, *, corrected: bool = True) -> Floats:
    """Kernel of :func:`score_test` over arrays of one shape; trusts its input."""
    from scipy.special import erfc

    total, successes = n1 + n0, x1 + x0
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = successes / total * ((total - successes) / total)
        variance = pooled * (1 / n1 + 1 / n0) * (total / (total - 1) if corrected else 1.0)
        p = erfc(np.abs(x1 / n1 - x0 / n0) / np.sqrt(2 * variance))
    p = np.where((successes == 0) | (successes == total), 1.0, p)
    return np.where((n1 > 0) & (n0 > 0), p, np.nan)


def _difference_lower(x1: Floats, n1: Floats, x0: Floats, n0: Floats, k: Floats) -> Floats:
    """Lower end of p1 − p0, shape (tables,)."""
    y0 = n0 - x0
    start = np.minimum(_difference_start(x1, n1, k), _difference_start(y0, n0, k))
    # Without a success in the group and a failure in the reference the statistic stays 0 down to −1.
    bounded = np.isfinite(start)

    def excess(lam: Floats) -> tuple[Floats, Floats]:
        pq1, slope1 = tilted(x1, n1, lam)[2:]
        pq0, slope0 = tilted(y0, n0, lam)[2:]
        variance = pq1 / n1 + pq0 / n0
        return lam * lam * variance - k, lam * (variance + slope1 + slope0)

    lam = _newton_from_above(excess, np.where(bounded, start, 1.0))
    (p1, q1), (q0, p0) = tilted(x1, n1, lam)[:2], tilted(y0, n0, lam)[:2]
    # Of rates close to 1, the complements have kept the digits.
    return np.where(bounded, np.where(p1 + p0 < 1, p1 - p0, q0 - q1), -1.0)


def tilted(x: Floats, n: Floats, lam: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Rate p with x − np = λpq for λ > 0, its complement q, pq, and −dp/dλ. No step cancels."""
    y = n - x
    root = np.sqrt((lam - n) ** 2 + 4 * lam * y)
    p = 2 * x / (n + lam + root)
    q = np.where(n > lam, 2 * y / (n - lam + root), (lam - n + root) / (2 * lam))
    return p, q, p * q, np.where(root > 0, p * q / root, 0.0)


def _difference_start(x: Floats, n: Floats, k: Floats) -> Floats:
    """The λ > 0 at which λ²pq/n of one group alone is k; inf if it never is (x = 0)."""
    p, q = x / n, (n - x) / n
    root = np.sqrt(k * k + 4 * p * q * n * k)
    return np.where(q >= p, ((q - p) * k + root) / (2 * p * q), 2 * k * (n + k) / (root + (p - q) * k))


def _ratio_lower(x1: Floats, n1: Floats, x0: Floats, n0: Floats, k: Floats) -> Floats:
    """Lower end of p1/p0, shape (tables,). The statistic is λ² (q1~/(x1−λ) + q0~/(x0+λ)) with q~ = y/n."""
    a1, a0 = (n1 - x1) / n1, (n0 - x0) / n0
    of_group = np.where(a1 > 0, 2 * k * x1 / (k + np.sqrt(k * k + 4 * a1 * k * x1)), n1)
    of_reference = (k + np.sqrt(k * k + 4 * a0 * k * x0)) / (2 * a0)
    start = np.minimum(of_group, of_reference)
    inner = (x1 > 0) & (a1 > 0)

    def excess(lam: Floats) -> tuple[Floats, Floats]:
        s1, s0 = np.where(inner, x1, 2.0) - lam, x0 + lam
        value = lam * lam * (a1 / s1 + a0 / s0) - k
        return value, lam * (a1 * (s1 + x1) / s1**2 + a0 * (s0 + x0) / s0**2)

    lam = np.where(inner, _newton_from_above(excess, np.where(inner, start, 1.0)), start)
    p0 = (x0 + lam) / (n0 + lam)
    # If every trial of the group is a success, p1 stays 1 up to λ = n1 and then falls at that λ.
    short = np.maximum(k - lam * lam * a0 / np.where(x0 + lam > 0, x0 + lam, 1.0), 0.0)
    p1_full = np.where(lam >= n1, n1 / (n1 + short), 1.0)
    p1 = np.where(a1 > 0, (x1 - lam) / np.where(a1 > 0, n1 - lam, 1.0), p1_full)
    return np.where(x1 > 0, p1 / np.where(p0 > 0, p0, 1.0), 0.0)


def _odds_ratio_lower(x1: Floats, n1: Floats, x0: Floats, n0: Floats, k: Floats) -> Floats:
    """Lower end of the odds ratio. The statistic is λ² (n1/((x1−λ)(y1+λ)) + n0/((y0−λ)(x0+λ))), shape (tables,)."""
    y1, y0 = n1 - x1, n0 - x0
    inner = (x1 > 0) & (y0 > 0)
    a, b = np.where(inner, x1, 1.0), np.where(inner, y0, 1.0)
    start = np.minimum(_odds_start(a, y1, k), _odds_start(b, x0, k))

    def excess(lam: Floats) -> tuple[Floats, Floats]:
        f1 = (a + y1) * lam * lam / ((a - lam) * (y1 + lam))
        f0 = (b + x0) * lam * lam / ((b - lam) * (x0 + lam))
        slope1 = f1 * (2 / lam + 1 / (a - lam) - 1 / (y1 + lam))
        slope0 = f0 * (2 / lam + 1 / (b - lam) - 1 / (x0 + lam))
        return f1 + f0 - k, slope1 + slope0

    lam = _newton_from_above(excess, start)
    return np.where(inner, (a - lam) * (b - lam) / ((y1 + lam) * (x0 + lam)), 0.0)


def _odds_start(x: Floats, y: Floats, k: Floats) -> Floats:
    """The λ in (0, x) at which nλ²/((x−λ)(y+λ)) of one group alone is k."""
    n, b = x + y, k * (x - y)
    root = np.sqrt(b * b + 4 * (n + k) * k * x * y)
    return np.where(b >= 0, (b + root) / (2 * (n + k)), 2 * k * x * y / (root - b))


def _newton_from_above(excess: Callable[[Floats], tuple[Floats, Floats]], lam: Floats) -> Floats:
    """Root of a convex rising function from a point above it; ``excess`` gives value and slope."""
    for _ in range(_NEWTON_STEPS):  # about five; the last step doubles the nine digits reached
        value, slope = excess(lam)
        step = value / slope
        lam = lam - step
        if bool(np.all(np.abs(step) <= 1e-9 * lam)):
            break
    return lam


_LOWER = {"difference": _difference_lower, "ratio": _ratio_lower, "odds_ratio": _odds_ratio_lower}
