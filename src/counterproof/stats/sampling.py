"""A rate estimated from a reviewed sample of a known number of cases, drawn stratum by stratum.

    N_h, n_h, x_h   cases in stratum h, how many of them were reviewed, in how many of those the event was found
    N = ΣN_h, W_h = N_h/N, f_h = n_h/N_h, p_h = x_h/n_h

    estimate    p = Σ W_h p_h                                              [1]
    variance    Σ W_h² (1 − f_h) p_h(1−p_h)/(n_h−1)                        [1]
    interval    p ± √Σ W_h² (1 − f_h) (distance of p_h to its own limit)²  [2], Wilson's or Clopper–Pearson's limits
    next n_h    in proportion to W_h √(p_h(1−p_h))                         [3]

The interval takes each stratum's own uncertainty along, also where no event was found: there the variance is 0, and an
interval from it would be much too narrow (its coverage falls to nothing where the largest stratum shows no event).

[1] W. G. Cochran (1977). Sampling Techniques, 3rd ed., chapter 5. Wiley.
[2] X. Yan, X. G. Su (2010). Stratified Wilson and Newcombe confidence intervals for multiple binomial proportions.
    Statistics in Biopharmaceutical Research 2, 329-335; here with the finite-population correction.
[3] J. Neyman (1934). On the two different aspects of the representative method. JRSS 97, 558-625.
[4] W. J. Rogan, B. Gladen (1978). Estimating prevalence from the results of a screening test. AJE 107, 71-76.
[5] J. Cohen (1960), Educational and Psychological Measurement 20, 37-46; variance: J. L. Fleiss, J. Cohen,
    B. S. Everitt (1969), Psychological Bulletin 72, 323-327.
[6] D. G. Chapman (1951). Some properties of the hypergeometric distribution with applications to zoological sample
    censuses. Univ. California Publ. Statistics 1, 131-160; variance: G. A. F. Seber (1970), Biometrics 26, 13-22.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterproof.stats.basis import Interval
from counterproof.stats.intervals import (
    Floats,
    checked_counts,
    checked_level,
    clopper_pearson_limits,
    normal_quantile,
    wilson_limits,
)

__all__ = ["Agreement", "Reviewed", "Twice", "judged_limits", "rogan_gladen"]

_Limits = Callable[[Floats, Floats, float], tuple[Floats, Floats]]
_FEW = 5
"""With fewer events than this a stratum, on average, a verdict also takes the interval of the thinnest stratum."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """(N_h, n_h, x_h) of each stratum, as a basis of estimates. ValueError for impossible counts, or n_h = 0 < N_h."""

    strata: tuple[tuple[int, int, int], ...]

    def __post_init__(self) -> None:
        for cases, reviewed, events in self.strata:
            checked_counts(events, reviewed)
            checked_counts(reviewed, cases)
            if cases and not reviewed:
                raise ValueError("of each stratum some cases must have been reviewed")

    @property
    def value(self) -> float | None:
        """Σ W_h p_h; None without cases."""
        weight, _, p, _ = self._parts
        return float((weight * p).sum()) if len(p) else None

    @property
    def variance(self) -> float:
        """The textbook variance; a stratum with one review counts with the greatest that it can have."""
        weight, left, p, n = self._parts
        spread = np.where(n > 1, p * (1 - p) / np.maximum(n - 1, 1), 0.25)
        return float((weight**2 * left * spread).sum())

    def printed(self, level: float) -> Interval:
        """From Wilson's limits of each stratum."""
        cases, reviewed, events = self._table
        if not len(cases):
            return Interval(0.0, 1.0, "stratified-wilson")
        low, high = _around(cases, reviewed, events, wilson_limits, checked_level(level))
        return Interval(float(low), float(high), "stratified-wilson")

    def compatible(self, level: float) -> Interval:
        """From Clopper and Pearson's limits; with few events also Clopper and Pearson's interval as if all strata were
        reviewed as thinly as the thinnest, n = min n_h / (W_h (1 − f_h)).
        """
        cases, reviewed, events = self._table
        if not len(cases):
            return Interval(0.0, 1.0, "stratified-clopper-pearson")
        low, high = judged_limits(cases, reviewed, events, checked_level(level))
        return Interval(float(low), float(high), "stratified-clopper-pearson")

    def allocation(self, reviews: int) -> list[int]:
        """Neyman's allocation of so many reviews, one a stratum, in their order; p_h is taken as (x_h + 1)/(n_h + 2),
        so that a stratum in which nothing was found is not left out.
        """
        spread = [n * math.sqrt((x + 1) * (r - x + 1)) / (r + 2) for n, r, x in self.strata]
        whole = sum(spread) or 1.0
        return [min(n, round(reviews * s / whole)) for (n, _, _), s in zip(self.strata, spread, strict=True)]

    @property
    def _table(self) -> tuple[Floats, Floats, Floats]:
        """Cases, reviews and events of the strata that have cases."""
        cases, reviewed, events = np.array([row for row in self.strata if row[0]], dtype=float).reshape(-1, 3).T
        return cases, reviewed, events

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Weights, shares not reviewed, rates and reviews of the strata that have cases."""
        cases, reviewed, events = self._table
        return cases / max(cases.sum(), 1.0), 1 - reviewed / cases, events / reviewed, reviewed


def judged_limits(cases: Floats, reviewed: Floats, events: Floats, level: float) -> tuple[Floats, Floats]:
    """Kernel of ``Reviewed.compatible`` over arrays of one shape (…, strata); trusts its input, events need not be
    whole. The two ends have the shape (…).
    """
    low, high = _around(cases, reviewed, events, clopper_pearson_limits, level)
    weight, left = cases / cases.sum(-1, keepdims=True), 1 - reviewed / cases
    few = np.minimum(events.sum(-1), (reviewed - events).sum(-1)) < _FEW * cases.shape[-1]
    thin = (weight * left / reviewed).max(-1)
    size = 1 / np.where(thin > 0, thin, 1.0)
    value = (weight * events / reviewed).sum(-1)
    lower, upper = clopper_pearson_limits(value * size, size, level)
    few = few & (thin > 0)
    return np.where(few, np.minimum(low, lower), low), np.where(few, np.maximum(high, upper), high)


def _around(cases: Floats, reviewed: Floats, events: Floats, limits: _Limits, level: float) -> tuple[Floats, Floats]:
    weight, left, p = cases / cases.sum(-1, keepdims=True), 1 - reviewed / cases, events / reviewed
    low, high = limits(events, reviewed, level)
    value = (weight * p).sum(-1)
    down, up = (np.sqrt((weight**2 * left * (p - end) ** 2).sum(-1)) for end in (low, high))
    return np.maximum(0.0, value - down), np.minimum(1.0, value + up)


def rogan_gladen(rate: float, sensitivity: float, specificity: float) -> float:
    """(rate + Sp − 1) / (Se + Sp − 1), kept within [0, 1]: the rate behind reviewers who err so often [4].

    ValueError unless Se + Sp > 1: such reviewers say nothing.
    """
    if not (0 <= sensitivity <= 1 and 0 <= specificity <= 1 and sensitivity + specificity > 1):
        raise ValueError("sensitivity and specificity lie between 0 and 1 and add up to more than 1")
    return min(1.0, max(0.0, (rate + specificity - 1) / (sensitivity + specificity - 1)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa [5] of two reviewers: both yes, first alone, second alone, both no."""

    yes: int
    first: int
    second: int
    no: int

    @property
    def value(self) -> float | None:
        """(observed − expected agreement) / (1 − expected); None where nothing, or only one answer, was given."""
        total = self.yes + self.first + self.second + self.no
        expected = self._expected
        if not total or expected == 1:
            return None
        return ((self.yes + self.no) / total - expected) / (1 - expected)

    def printed(self, level: float) -> Interval:
        """Normal interval with the variance of [5], kept within [−1, 1]."""
        value = self.value
        if value is None:
            return Interval(-1.0, 1.0, "fleiss")
        half = normal_quantile(checked_level(level)) * math.sqrt(self.variance)
        return Interval(max(-1.0, value - half), min(1.0, value + half), "fleiss")

    def compatible(self, level: float) -> Interval:
        """As printed."""
        return self.printed(level)

    @property
    def variance(self) -> float:
        """Of the estimate, not of "no agreement beyond chance"."""
        total = self.yes + self.first + self.second + self.no
        kappa, expected = self.value or 0.0, self._expected
        p = np.array([[self.yes, self.first], [self.second, self.no]]) / total
        row, column = p.sum(axis=1), p.sum(axis=0)
        same = (np.diag(p) * (1 - (row + column) * (1 - kappa)) ** 2).sum()
        mixed = p[0, 1] * (column[0] + row[1]) ** 2 + p[1, 0] * (column[1] + row[0]) ** 2
        spread = same + (1 - kappa) ** 2 * mixed - (kappa - expected * (1 - kappa)) ** 2
        return float(max(0.0, spread) / (total * (1 - expected) ** 2))

    @property
    def _expected(self) -> float:
        total = self.yes + self.first + self.second + self.no
        if not total:
            return 1.0
        one, other = (self.yes + self.first) / total, (self.yes + self.second) / total
        return one * other + (1 - one) * (1 - other)


@dataclass(frozen=True, slots=True)
class Twice:
    """How many there are, if two linkers found n1 and n2 of them independently, m in common: Chapman's estimate [6].

    (n1+1)(n2+1)/(m+1) − 1, with variance (n1+1)(n2+1)(n1−m)(n2−m)/((m+1)²(m+2)) and a log-normal interval above what
    was found by either. ValueError unless 0 <= m <= n1, n2.
    """

    first: int
    second: int
    both: int

    def __post_init__(self) -> None:
        checked_counts(self.both, self.first)
        checked_counts(self.both, self.second)

    @property
    def value(self) -> float | None:
        """Chapman's estimate."""
        return (self.first + 1) * (self.second + 1) / (self.both + 1) - 1

    def printed(self, level: float) -> Interval:
        """From what was found up; log-normal in what was found by neither."""
        n1, n2, m = self.first, self.second, self.both
        found, value = n1 + n2 - m, self.value or 0.0
        unseen = value - found
        variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
        if unseen <= 0:
            return Interval(float(found), max(float(found), value), "chapman")
        factor = math.exp(normal_quantile(checked_level(level)) * math.sqrt(math.log1p(variance / unseen**2)))
        return Interval(found + unseen / factor, found + unseen * factor, "chapman")

    def compatible(self, level: float) -> Interval:
        """As printed."""
        return self.printed(level)
