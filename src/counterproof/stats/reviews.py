"""How many cases of each stratum to review, so that the rate over all of them is known well enough.

    N_h, p_h    cases in stratum h, and the rate that is supposed there
    n_h         reviews: in proportion to N_h √(p_h(1−p_h)) [1], never more than N_h, never fewer than ``LEAST``

    width       the judged interval (``sampling.judged_limits``) at the events expected is at most so wide
    power       the chance that the judged interval lies wholly inside or wholly outside what a claim allows; by
                simulation, since no formula has both the finite strata and the exact limits in it

A supposed rate below ``SPREAD`` or above one minus it is taken at that end for the shares alone: a stratum in which
nothing is expected would otherwise not be looked at, and what is not looked at is not known.

[1] J. Neyman (1934). On the two different aspects of the representative method. JRSS 97, 558-625.
[2] W. G. Cochran (1977). Sampling Techniques, 3rd ed., chapter 5. Wiley.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from counterproof.stats.intervals import Floats, checked_level
from counterproof.stats.sampling import judged_limits

__all__ = ["LEAST", "allocate", "review_power", "reviews_for_width", "reviews_to_settle"]

LEAST = 10
SPREAD = 0.01
_DRAWS = 2_000
_SEED = 20161
_TOLERANCE = 0.005

Ints = NDArray[np.int64]


def allocate(cases: Sequence[int], rates: Sequence[float], reviews: int) -> Ints:
    """Neyman's shares of so many reviews, at least ``LEAST`` a stratum; what one cannot hold goes to the others."""
    sizes, p = _checked(cases, rates)
    p = np.clip(p, SPREAD, 1 - SPREAD)
    weight, least = sizes * np.sqrt(p * (1 - p)), np.minimum(sizes, LEAST)
    low, high = 0.0, float((sizes / weight).max())
    for _ in range(60):  # the total rises with the factor before the shares
        factor = (low + high) / 2
        enough = np.clip(factor * weight, least, sizes).sum() >= reviews
        low, high = (low, factor) if enough else (factor, high)
    return np.round(np.clip(high * weight, least, sizes)).astype(np.int64)


def reviews_for_width(cases: Sequence[int], rates: Sequence[float], width: float, level: float = 0.95) -> Ints:
    """Reviews per stratum with which the judged interval is at most ``width`` wide, if the rates are as supposed.

    All cases where even those are needed: the interval is then the number itself. ValueError unless 0 < width <= 1.
    """
    sizes, p = _checked(cases, rates)
    if not 0 < width <= 1:
        raise ValueError("a width lies above 0 and is at most 1")
    checked_level(level)

    def narrow(reviews: int) -> bool:
        n = allocate(cases, rates, reviews).astype(float)
        low, high = judged_limits(sizes, n, n * p, level)
        return bool(high - low <= width)

    return allocate(cases, rates, _first(narrow, len(sizes) * LEAST, int(sizes.sum())))


def reviews_to_settle(
    cases: Sequence[int],
    rates: Sequence[float],
    expect_low: float,
    expect_high: float,
    level: float = 0.95,
    power: float = 0.8,
) -> Ints | None:
    """Reviews per stratum that decide with ``power`` whether the overall rate lies in [expect_low, expect_high].

    Found to half a per cent of the total. None where the supposed overall rate lies on an end of the region.
    """
    sizes, p = _checked(cases, rates)
    value = float((sizes * p).sum() / sizes.sum())
    if any(abs(value - end) < 1e-12 for end in (expect_low, expect_high) if 0 < end < 1):
        return None
    most = int(sizes.sum())

    def decides(reviews: int) -> bool:
        n = allocate(cases, rates, reviews)
        return review_power(cases, rates, n, expect_low, expect_high, level) >= power

    return allocate(cases, rates, _first(decides, len(sizes) * LEAST, most))


def review_power(
    cases: Sequence[int], rates: Sequence[float], reviews: Ints, expect_low: float, expect_high: float, level: float
) -> float:
    """Share of 2,000 simulated reviews in which the judged interval decides the claim; the same draws at every call.

    The events of a stratum are hypergeometric: round(N_h p_h) of its N_h cases have them.
    """
    sizes, p = _checked(cases, rates)
    events = np.round(sizes * p).astype(np.int64)
    rng = np.random.Generator(np.random.PCG64(_SEED))
    shape = (_DRAWS, len(sizes))
    found = rng.hypergeometric(events, sizes.astype(np.int64) - events, reviews, shape).astype(float)
    n, whole = (np.broadcast_to(one.astype(float), shape) for one in (reviews, sizes))
    low, high = judged_limits(whole, n, found, level)
    inside = (low >= expect_low) & (high <= expect_high)
    return float((inside | (high < expect_low) | (low > expect_high)).mean())


def _first(enough: Callable[[int], bool], least: int, most: int) -> int:
    """About the least number that is enough, which all cases are taken to be."""
    if least >= most or enough(least):
        return min(least, most)
    low, high = least, most
    while high - low > max(1, _TOLERANCE * high):
        middle = round((low * high) ** 0.5) if high > 4 * low else (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _checked(cases: Sequence[int], rates: Sequence[float]) -> tuple[Floats, Floats]:
    sizes, p = np.array(cases, dtype=float), np.array(rates, dtype=float)
    if sizes.shape != p.shape or not len(sizes) or (sizes < 1).any():
        raise ValueError("every stratum has at least one case, and a rate")
    if (p < 0).any() or (p > 1).any():
        raise ValueError("a rate lies between 0 and 1")
    return sizes, p
