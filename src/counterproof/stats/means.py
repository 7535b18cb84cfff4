"""The mean of bounded values from their sums: Student's t, which is printed, and Bernstein's, which verdicts use.

    x₁ … xₙ   independent values that all lie in [least, most]
    m, v      their mean, and their variance with n − 1 below the line

The t interval trusts the normal distribution of a mean, which a few large errors among many small ones break. The
empirical Bernstein interval [1] trusts nothing but independence and the two ends of the range, at any n.

[1] A. Maurer, M. Pontil (2009). Empirical Bernstein bounds and sample-variance penalization. COLT, theorem 4.
[2] W. Hoeffding (1963). Probability inequalities for sums of bounded random variables. JASA 58, 13-30, theorem 2.
[3] B. L. Welch (1938). The significance of the difference between two means when the population variances are
    unequal. Biometrika 29, 350-362.
"""

from __future__ import annotations

import math

from counterproof.stats.intervals import checked_level

__all__ = ["bernstein_half_width", "t_half_width", "welch"]


def t_half_width(variance: float, n: int, level: float) -> float:
    """Half the width of Student's interval, t √(v/n) with n − 1 degrees of freedom; inf below two values."""
    from scipy.special import stdtrit

    checked_level(level)
    return float(stdtrit(n - 1, (1 + level) / 2)) * math.sqrt(variance / n) if n > 1 else math.inf


def bernstein_half_width(variance: float, n: int, width: float, level: float) -> float:
    """Half the width of an interval that covers the mean of values of a range ``width`` at any n and any shape.

    With δ = 1 − level: √(2 v ln(4/δ) / n) + 7 width ln(4/δ) / (3(n − 1)) [1]. Where the second term alone is wider
    than Hoeffding's width √(ln(2/δ) / 2n) [2], that one: the choice goes by n and level and not by the values, so
    that neither pays for the other. inf without values.
    """
    tail = 1 - checked_level(level)
    if n == 0:
        return math.inf
    hoeffding = width * math.sqrt(math.log(2 / tail) / (2 * n))
    rest = 7 * width * math.log(4 / tail) / (3 * (n - 1)) if n > 1 else math.inf
    return hoeffding if rest >= hoeffding else math.sqrt(2 * variance * math.log(4 / tail) / n) + rest


def welch(
    difference: float, squared_errors: tuple[float, float], ns: tuple[int, int], level: float
) -> tuple[float, float]:
    """Half the width of Welch's interval for the difference of two means, and the p-value of his test [3].

    squared_errors  v/n of each group; not both zero
    ns              values in each group, at least two

    Raises ValueError for groups that have no such interval.
    """
    from scipy.special import stdtr, stdtrit

    total = sum(squared_errors)
    if min(ns) < 2 or not total > 0:
        raise ValueError("Welch's interval needs two values in each group and some variance")
    degrees = total**2 / sum(error**2 / (n - 1) for error, n in zip(squared_errors, ns, strict=True))
    error = math.sqrt(total)
    half = float(stdtrit(degrees, (1 + checked_level(level)) / 2)) * error
    return half, float(2 * stdtr(degrees, -abs(difference) / error))
