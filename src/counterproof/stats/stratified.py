"""Two rates compared within strata: one difference or ratio for all strata, weighted as Mantel and Haenszel do.

    x1 of n1, x0 of n0   group and reference in each stratum, arrays of shape (strata,); N = n1 + n0, w = n1 n0 / N
    p1 − δ − p0 = 0      the restricted rates of a stratum solve the same likelihood as in ``stats.contrasts``

A comparison of totals mixes the strata and can turn every stratum's sign round (Simpson's paradox); this one cannot.

[1] N. Mantel, W. Haenszel (1959). Statistical aspects of the analysis of data from retrospective studies of disease.
    JNCI 22, 719-748.
[2] O. Miettinen, M. Nurminen (1985). Comparative analysis of two rates. Statistics in Medicine 4, 213-226, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, SupportsIndex

import numpy as np

from counterproof.stats.basis import Interval
from counterproof.stats.intervals import Floats, checked_counts, checked_level, normal_quantile

__all__ = ["Stratified", "Weighted", "homogeneity", "mantel_haenszel", "stratified"]

_HALVINGS = 60
_BEYOND = 1e30
"""Stands for infinity where a number must be finite: no contrast of counts is so large."""


@dataclass(frozen=True, slots=True)
class Stratified:
    """A weighted contrast; ``value`` is None where it is 0/0, inf where only the reference is zero.

    p_value        of "equal rates in every stratum": the Cochran–Mantel–Haenszel test, without continuity correction
    p_homogeneity  of "the same contrast in every stratum"; None with one stratum, or with no such contrast
    strata         how many have both groups; the others say nothing and are left out
    """

    value: float | None
    low: float
    high: float
    p_value: float | None
    p_homogeneity: float | None
    strata: int


def stratified(
    x1: Sequence[SupportsIndex],
    n1: Sequence[SupportsIndex],
    x0: Sequence[SupportsIndex],
    n0: Sequence[SupportsIndex],
    scale: Literal["difference", "ratio"],
    level: float = 0.95,
    *,
    stepped: bool = False,
) -> Stratified:
    """Mantel–Haenszel difference Σw(p1−p0)/Σw or ratio Σw p1 / Σw p0 [1] with its score interval [2].

    The interval holds the θ with (Σ w (p1 − θ p0))² <= z² Σ w² (p1~q1~/n1 + θ² p0~q0~/n0) N/(N−1), and likewise for a
    difference. It excludes equality exactly when ``p_value`` < 1 − level. Strata may be small if their sum is not.
    ``stepped``, for verdicts, takes half a record off the sum, since counts have steps and a normal curve has none.
    Raises ValueError for impossible counts or lists of unlike length.
    """
    group = [checked_counts(x, n) for x, n in zip(x1, n1, strict=True)]
    reference = [checked_counts(x, n) for x, n in zip(x0, n0, strict=True)]
    pairs = [(*a, *b) for a, b in zip(group, reference, strict=True) if a[1] and b[1]]
    z = normal_quantile(checked_level(level))
    least, most = (-1.0, 1.0) if scale == "difference" else (0.0, math.inf)
    if not pairs:
        return Stratified(None, least, most, None, None, 0)
    tables = np.array(pairs, dtype=float).T
    score = _difference_score if scale == "difference" else _ratio_score
    value = _value(tables, scale)

    def deviate(theta: float, sign: int = 1, step: float = 0.0) -> float:
        gap, variance = score(tables, theta)
        weight = _weights(tables)
        spread = float((weight**2 * variance).sum())
        total = sign * float((weight * gap).sum()) - step
        return total / math.sqrt(spread) if spread > 0 else math.copysign(_BEYOND, total) if total else 0.0

    p_value = math.erfc(abs(deviate(0.0 if scale == "difference" else 1.0)) / math.sqrt(2))
    low, high = least, most
    if value is not None:
        step = partial(_step, tables, scale, 0.5 if stepped else 0.0)
        low = _end(lambda theta: deviate(theta, 1, step(theta)) - z, least, value)
        high = _end(lambda theta: deviate(theta, -1, step(theta)) - z, most, value)
    return Stratified(value, low, high, p_value, _homogeneity(tables, value, score), tables.shape[1])


def _step(tables: Floats, scale: Literal["difference", "ratio"], share: float, theta: float) -> float:
    """A share of what one record more in the group and one less in the reference add to the weighted sum, at most."""
    _, n1, _, n0 = tables
    return share if scale == "difference" else share * float(((n0 + theta * n1) / (n1 + n0)).max())


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted contrast as the basis of an estimate: tables (x1, n1, x0, n0), one a stratum."""

    tables: tuple[tuple[int, int, int, int], ...]
    scale: Literal["difference", "ratio"]

    def at(self, level: float, *, stepped: bool = False) -> Stratified:
        """The contrast with its tests."""
        x1, n1, x0, n0 = zip(*self.tables, strict=True)
        return stratified(x1, n1, x0, n0, self.scale, level, stepped=stepped)

    @property
    def value(self) -> float | None:
        """The weighted contrast."""
        return self.at(0.95).value

    def printed(self, level: float) -> Interval:
        """Its score interval."""
        found = self.at(level)
        return Interval(found.low, found.high, "mantel-haenszel")

    def compatible(self, level: float) -> Interval:
        """The same with the correction for steps."""
        found = self.at(level, stepped=True)
        return Interval(found.low, found.high, "mantel-haenszel, stepped")


def mantel_haenszel(tables: Floats, scale: Literal["difference", "ratio"]) -> float | None:
    """The weighted contrast alone, of tables (x1, n1, x0, n0) of shape (4, strata) that hold trials of both groups."""
    return _value(tables, scale) if tables.shape[1] else None


def homogeneity(tables: Floats, scale: Literal["difference", "ratio"]) -> float | None:
    """p-value of "the same contrast in every stratum" alone, of tables as in :func:`mantel_haenszel`."""
    score = _difference_score if scale == "difference" else _ratio_score
    return _homogeneity(tables, mantel_haenszel(tables, scale), score)


def _value(tables: Floats, scale: Literal["difference", "ratio"]) -> float | None:
    x1, n1, x0, n0 = tables
    weight = _weights(tables)
    of_group, of_reference = float((weight * x1 / n1).sum()), float((weight * x0 / n0).sum())
    if scale == "difference":
        return (of_group - of_reference) / float(weight.sum())
    if of_reference == 0:
        return math.inf if of_group > 0 else None
    return of_group / of_reference


def _weights(tables: Floats) -> Floats:
    _, n1, _, n0 = tables
    return np.asarray(n1 * n0 / (n1 + n0))


def _ratio_score(tables: Floats, theta: float) -> tuple[Floats, Floats]:
    """p1 − θp0 of each stratum, and its variance if θ is right, shape (strata,) each."""
    x1, n1, x0, n0 = tables
    total = n1 + n0
    b = n1 * theta + x1 + n0 + x0 * theta
    root = np.sqrt(np.maximum(b * b - 4 * total * theta * (x1 + x0), 0))
    p0 = np.minimum(2 * (x1 + x0) / (b + root), 1.0)
    p1 = np.minimum(theta * p0, 1.0)
    variance = p1 * (1 - p1) / n1 + theta**2 * p0 * (1 - p0) / n0
    return x1 / n1 - theta * x0 / n0, variance * total / (total - 1)


def _difference_score(tables: Floats, delta: float) -> tuple[Floats, Floats]:
    """p1 − p0 − δ of each stratum, and its variance if δ is right, shape (strata,) each."""
    x1, n1, x0, n0 = tables
    low, high = np.full_like(x1, max(0.0, -delta)), np.full_like(x1, min(1.0, 1.0 - delta))
    for _ in range(_HALVINGS):
        p0 = (low + high) / 2
        p1 = p0 + delta
        rising = (x0 - n0 * p0) * p1 * (1 - p1) + (x1 - n1 * p1) * p0 * (1 - p0) > 0
        low, high = np.where(rising, p0, low), np.where(rising, high, p0)
    p0 = (low + high) / 2
    p1 = p0 + delta
    variance = np.maximum(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0, 0)
    return x1 / n1 - x0 / n0 - delta, variance * (n1 + n0) / (n1 + n0 - 1)


def _homogeneity(
    tables: Floats, value: float | None, score: Callable[[Floats, float], tuple[Floats, Floats]]
) -> float | None:
    """p-value of Σ (gap²/variance) at the common contrast, chi-squared with one degree less than strata."""
    from scipy.special import chdtrc

    strata = tables.shape[1]
    if strata < 2 or value is None or not math.isfinite(value):
        return None
    gap, variance = score(tables, value)
    if (variance <= 0).any():
        return None
    return float(chdtrc(strata - 1, float((gap**2 / variance).sum())))


def _end(excess: Callable[[float], float], outer: float, inner: float) -> float:
    """Where ``excess`` turns positive, from the estimate to the outermost contrast, by Brent's method: it keeps both
    ends of the root in hand, as bisection does, since rates that a double cannot tell from 1 make the rest unreliable.
    """
    from scipy.optimize import brentq

    if math.isinf(inner):
        if math.isinf(outer):
            return outer
        inner = 1.0
        while excess(inner) > 0:
            inner *= 2
    if math.isinf(outer):
        outer = 2 * inner + 1
        while excess(outer) <= 0:
            if outer > _BEYOND:
                return math.inf
            outer *= 2
    elif inner == outer or excess(outer) <= 0:
        return outer
    return float(brentq(excess, outer, inner, xtol=1e-14, rtol=1e-14, maxiter=500))
