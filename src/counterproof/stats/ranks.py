"""The area under the ROC curve (AUC) from integer rank sums, with DeLong's variance.

    m, n  positives and negatives           p, q  positives and negatives at one score
    N⁻    negatives below that score        P⁺    positives above it
    u2  = Σ p (2N⁻ + q)                     twice the Mann–Whitney statistic, ties half
    s10 = Σ p (2N⁻ + q)²,  s01 = Σ q (2P⁺ + p)²

The sums are Python integers of any size: large numbers are subtracted exactly, and Python rounds the one quotient of
integers correctly.

[1] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988). Comparing the areas under two or more correlated
    receiver operating characteristic curves: a nonparametric approach. Biometrics 44, 837-845.
[2] M. S. Pepe (2003). The Statistical Evaluation of Medical Tests for Classification and Prediction, section 5.2
    (interval on the logit scale). Oxford University Press.
[3] W. Hoeffding (1963). Probability inequalities for sums of bounded random variables. JASA 58, 13-30, section 5.
"""

from __future__ import annotations

import math

from counterproof.stats.intervals import normal_quantile

__all__ = ["auc", "delong_logit", "delong_variance", "hoeffding"]


def auc(m: int, n: int, u2: int) -> float:
    """u2/(2mn): the chance that a positive scores above a negative, ties half. ValueError without both."""
    if m < 1 or n < 1:
        raise ValueError("the AUC needs at least one positive and one negative")
    if not 0 <= u2 <= 2 * m * n:
        raise ValueError("u2 must lie between 0 and twice the number of pairs")
    return u2 / (2 * m * n)


def delong_variance(m: int, n: int, u2: int, s10: int, s01: int) -> float:
    """DeLong's variance [1] of the AUC; nan where m or n is below 2.

    (s10/4n² − m·AUC²)/(m(m−1)) + (s01/4m² − n·AUC²)/(n(n−1)), over one denominator and in integers:
    ((m·s10 − u2²)/(m−1) + (n·s01 − u2²)/(n−1)) / (4m²n²). Zero at AUC 0 and 1, where it says nothing.
    """
    if m < 2 or n < 2:
        return math.nan
    spread = (m * s10 - u2 * u2) * (n - 1) + (n * s01 - u2 * u2) * (m - 1)
    if spread < 0:
        raise ValueError("these are not rank sums: the variance would be negative")
    return spread / (4 * m * m * n * n * (m - 1) * (n - 1))


def delong_logit(area: float, variance: float, level: float) -> tuple[float, float] | None:
    """expit(logit A ± z √variance/(A(1−A))) [2]; None where that is undefined (A 0 or 1, no variance)."""
    if not 0 < area < 1 or not variance > 0:
        return None
    centre = math.log(area) - math.log1p(-area)
    half = normal_quantile(level) * math.sqrt(variance) / (area * (1 - area))
    return _expit(centre - half), _expit(centre + half)


def hoeffding(area: float, m: int, n: int, level: float) -> tuple[float, float]:
    """Interval that covers the AUC with at least ``level`` at any sizes and any distribution of the scores.

    All A with k·KL(area, A) <= log(2/(1−level)), k = min(m, n), KL(a, A) = a log(a/A) + (1−a) log((1−a)/(1−A)):
    the AUC is an average over averages of k independent pairs, for which Chernoff's bound holds [3, section 5].
    At AUC 1 it is [((1−level)/2)^(1/k), 1], as wide as Clopper–Pearson's for k of k, and never a single point.
    Without positives or negatives it is (0, 1). Wide: DeLong's is shorter wherever it may be trusted.
    """
    k = min(m, n)
    if k < 1:
        return 0.0, 1.0
    room = math.log(2 / (1 - level)) / k
    return _least_within(area, room), 1 - _least_within(1 - area, room)


def _least_within(area: float, room: float) -> float:
    """The least A <= area with KL(area, A) <= room, by bisection; rounded outwards."""
    low, high = 0.0, area
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _divergence(area, middle) > room:
            low = middle
        else:
            high = middle
    return low


def _divergence(a: float, b: float) -> float:
    """Kullback–Leibler divergence of a coin with chance a from one with chance b, 0 < b < 1."""
    first = a * math.log(a / b) if a > 0 else 0.0
    return first + ((1 - a) * math.log((1 - a) / (1 - b)) if a < 1 else 0.0)


def _expit(t: float) -> float:
    return 1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t))
