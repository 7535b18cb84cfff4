"""How many records would decide a claim, and what difference given records could show.

Power is the probability, if the stated rates are right, that the verdict's interval lies wholly inside or wholly
outside the region that the claim allows: Clopper–Pearson for one rate; for two, the corrected score interval, or the
rectangle where a count is below 5. It is summed over the tables that can occur, not approximated by a normal. Power
rises in teeth, not smoothly: one more record can lower it. Every returned n reaches the power while n − 1, or the
step below it, does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from counterproof.stats.corrected import corrected_excludes_equality, corrected_limits, too_few
from counterproof.stats.intervals import Floats, checked_level, clopper_pearson_limits, normal_quantile

__all__ = ["contrast_power", "minimum_detectable", "rate_power", "settle_contrast", "settle_rate", "trials_for_width"]

ContrastScale = Literal["difference", "ratio"]
_SCANNED = 2048
_MOST = 10**12
_THREE_DIGITS = 5e-4
_SUPPORT = (129, 97)
"""Counts of group and reference that are summed one by one; a wider range is cut into as many steps. The two numbers
have no common factor, lest many tables of grouped counts lie on one line of equal difference."""


def settle_rate(
    rate: float, expect_low: float, expect_high: float, level: float = 0.95, power: float = 0.8
) -> int | None:
    """Trials that decide with ``power`` whether a rate lies in [expect_low, expect_high] if it is ``rate``.

    ``expect_low`` and ``expect_high`` may be ∓inf. Up to 2,048 the smallest such number; beyond, the first of a grid
    in steps of 0.5 %, refined to one trial. None where the rate lies on an end of the region, where more records
    would not help, or where more than 10**12 would be needed.
    """
    _checked(rate, power, checked_level(level))
    if rate in _binding(expect_low, expect_high, 0.0, 1.0):
        return None

    def enough(trials: Floats) -> NDArray[np.bool_]:
        return rate_power(trials, rate, expect_low, expect_high, level) >= power

    first = enough(np.arange(1.0, _SCANNED + 1))
    if first.any():
        return int(first.argmax()) + 1
    low = _SCANNED
    while low < _MOST:
        grid = np.unique(np.round(low * 1.005 ** np.arange(1, 257)))
        reached = enough(grid)
        if reached.any():
            place = int(reached.argmax())
            below = int(grid[place - 1]) if place else low
            return _bisect(lambda n: bool(enough(np.array([float(n)]))[0]), below, int(grid[place]))
        low = int(grid[-1])
    return None


def rate_power(trials: Floats, rate: float, expect_low: float, expect_high: float, level: float) -> Floats:
    """Probability that Clopper–Pearson decides the claim, for each number of trials, shape (sizes,). Exact."""
    tail = (1 - level) / 2
    n = np.asarray(trials, float)
    surely_above = n + 1 if expect_high >= 1 else _least_above(n, expect_high, tail)
    surely_below = np.full_like(n, -1.0) if expect_low <= 0 else n - _least_above(n, 1 - expect_low, tail)
    from_ = np.zeros_like(n) if expect_low <= 0 else _least_above(n, expect_low, tail)
    to = n if expect_high >= 1 else n - _least_above(n, 1 - expect_high, tail)
    inside = np.maximum(_at_most(to, n, rate) - _at_most(from_ - 1, n, rate), 0.0)
    return inside + _at_most(surely_below, n, rate) + 1 - _at_most(surely_above - 1, n, rate)


def settle_contrast(
    rate: float,
    reference: float,
    share: float,
    scale: ContrastScale,
    expect_low: float,
    expect_high: float,
    level: float = 0.95,
    power: float = 0.8,
) -> int | None:
    """Trials of both groups together that decide with ``power`` whether a contrast lies in the claimed region.

    ``share`` of the trials belong to the group with ``rate``, the rest to the reference. The region is
    [expect_low, expect_high], either end infinite; [0, 0] or [1, 1] asks when "no difference" is excluded. Found to
    one part in a thousand. None where the estimate lies on an end of the region or is 0/0, or beyond 10**12.
    """
    for proportion in (rate, reference):
        _checked(proportion, power, checked_level(level))
    if not 0 < share < 1:
        raise ValueError("the group's share of the trials lies strictly between 0 and 1")
    if scale == "difference":
        distances = [abs(rate - reference - end) for end in _binding(expect_low, expect_high, -1.0, 1.0)]
    else:
        distances = [abs(rate - end * reference) for end in _binding(expect_low, expect_high, 0.0, math.inf)]
    gap = min(distances, default=1.0)
    if gap < 1e-12 or (scale == "ratio" and rate == reference == 0):
        return None

    def enough(total: int) -> bool:
        group = min(max(round(total * share), 1), total - 1)
        return contrast_power(rate, reference, group, total - group, scale, expect_low, expect_high, level) >= power

    mean = share * rate + (1 - share) * reference
    spread = max(mean * (1 - mean), gap / 4) / (share * (1 - share))
    guess = (normal_quantile(level) + normal_quantile(2 * power - 1)) ** 2 * spread / gap**2
    return _first(enough, guess)


def contrast_power(
    rate: float,
    reference: float,
    trials: int,
    reference_trials: int,
    scale: ContrastScale,
    expect_low: float,
    expect_high: float,
    level: float = 0.95,
) -> float:
    """Probability that the verdict's interval for a contrast lies wholly inside or outside the claimed region.

    The sum over all tables of more than negligible probability; exact for up to 97 likely counts per group, within
    about .002 where more are grouped.
    """
    (x1, w1), (x0, w0) = (
        _support(trials, rate, _SUPPORT[0]),
        _support(reference_trials, reference, _SUPPORT[1]),
    )
    x1, x0 = np.repeat(x1, len(w0)), np.tile(x0, len(w1))
    n1, n0 = np.full_like(x1, trials), np.full_like(x0, reference_trials)
    low, high = _verdict_limits(x1, n1, x0, n0, scale, level)
    inside = (low >= expect_low) & (high <= expect_high)
    decided = inside | (high < expect_low) | (low > expect_high)
    return float(np.outer(w1, w0).ravel()[decided].sum())


def minimum_detectable(
    reference: float,
    trials: int,
    reference_trials: int,
    level: float = 0.95,
    power: float = 0.8,
    scale: ContrastScale = "difference",
) -> float | None:
    """The least excess over a ``reference`` rate that these trials would show with ``power``: p1 − p0 or p1/p0.

    "Show": the verdict's interval excludes equality. Found to three digits of the excess. None if even a rate of 1
    would not be shown, or for a ratio to a rate of 0.
    """
    _checked(reference, power, checked_level(level))
    if reference == 1 or (scale == "ratio" and reference == 0):
        return None
    other = _support(reference_trials, reference, _SUPPORT[1])

    def above(excess: float) -> float:
        """Power at an excess on the probit scale, where it is nearly a straight line, above what is wanted."""
        return _probit(_equality_power(reference + excess, trials, other, reference_trials, level)) - _probit(power)

    low, high = (0.0, _probit(1 - level) - _probit(power)), (1 - reference, above(1 - reference))
    if high[1] < 0:
        return None
    error = math.sqrt(max(reference * (1 - reference), 1 / trials) * (1 / trials + 1 / reference_trials))
    excess = (_probit(power) + normal_quantile(level)) * error
    for step in range(60):
        if not low[0] < excess < high[0] or step % 4 == 3:
            excess = (low[0] + high[0]) / 2
        found = excess, above(excess)
        low, high = (low, found) if found[1] >= 0 else (found, high)
        if high[0] - low[0] <= _THREE_DIGITS * high[0] or high[1] < _THREE_DIGITS:
            break
        excess = low[0] + (high[0] - low[0]) * (_THREE_DIGITS / 2 - low[1]) / (high[1] - low[1])
    return high[0] if scale == "difference" else (reference + high[0]) / reference


def trials_for_width(rate: float, width: float, level: float = 0.95) -> int:
    """Trials with which Clopper–Pearson's interval about ``rate`` is at most ``width`` wide."""
    _checked(rate, 0.8, checked_level(level))
    if not 0 < width <= 1:
        raise ValueError("a width lies above 0 and is at most 1")

    def narrow(trials: int) -> bool:
        n = np.float64(trials)
        low, high = clopper_pearson_limits(n * rate, n, level)
        return bool(high - low <= width)

    high = 1
    while not narrow(high):
        high *= 2
    return _bisect(narrow, high // 2, high)


def _verdict_limits(
    x1: Floats, n1: Floats, x0: Floats, n0: Floats, scale: ContrastScale, level: float
) -> tuple[Floats, Floats]:
    """Limits of ``basis.compatible_contrast`` for two rates, shape (tables,)."""
    sparse = too_few(x1, n1, x0, n0)
    low, high = np.empty_like(x1), np.empty_like(x1)
    low[~sparse], high[~sparse] = corrected_limits(x1[~sparse], n1[~sparse], x0[~sparse], n0[~sparse], scale, level)
    low1, high1 = clopper_pearson_limits(x1[sparse], n1[sparse], math.sqrt(level))
    low0, high0 = clopper_pearson_limits(x0[sparse], n0[sparse], math.sqrt(level))
    with np.errstate(divide="ignore"):
        low[sparse] = low1 - high0 if scale == "difference" else low1 / high0
        high[sparse] = high1 - low0 if scale == "difference" else high1 / low0
    return low, high


def _equality_power(
    rate: float, trials: int, other: tuple[Floats, Floats], reference_trials: int, level: float
) -> float:
    """``contrast_power`` of leaving out equality, without the limits: the corrected test rejects exactly when they do.

    ``other`` is the ``_support`` of the reference. The rectangle of difference or ratio leaves out equality when the
    two Clopper–Pearson intervals do not meet.
    """
    x1, w1 = _support(trials, rate, _SUPPORT[0])
    x0, w0 = other
    n1, n0 = np.float64(trials), np.float64(reference_trials)
    one, of_one, two, of_two = np.broadcast_arrays(x1[:, None], n1, x0, n0)
    decided = corrected_excludes_equality(one, of_one, two, of_two, level)
    sparse = too_few(one, of_one, two, of_two)
    if sparse.any():
        low1, high1 = clopper_pearson_limits(x1, np.full_like(x1, n1), math.sqrt(level))
        low0, high0 = clopper_pearson_limits(x0, np.full_like(x0, n0), math.sqrt(level))
        decided = np.where(sparse, (low1[:, None] > high0) | (high1[:, None] < low0), decided)
    return float(w1 @ decided @ w0)


def _probit(probability: float) -> float:
    """The normal quantile of a probability, away from 0 and 1."""
    from scipy.special import ndtri

    return float(ndtri(min(max(probability, 1e-12), 1 - 1e-12)))


def _support(trials: int, rate: float, most: int) -> tuple[Floats, Floats]:
    """Counts that a binomial takes with more than negligible probability, and their probabilities."""
    spread = 6 * math.sqrt(trials * rate * (1 - rate)) + 8
    first, last = max(0, math.floor(trials * rate - spread)), min(trials, math.ceil(trials * rate + spread))
    edges = np.unique(np.round(np.linspace(first, last + 1, min(last + 1 - first, most) + 1)))
    below = _at_most(edges - 1, np.full_like(edges, trials), rate)
    return np.floor((edges[:-1] + edges[1:] - 1) / 2), np.diff(below)


def _at_most(x: Floats, n: Floats, rate: float) -> Floats:
    """P(X <= x) for a binomial X, with x from −1 to n; absolute error below 1e-12."""
    from scipy.special import betainc

    inner = (x >= 0) & (x < n)
    above = betainc(np.where(inner, x, 0) + 1, np.where(inner, n - x, 1), rate)  # several times as fast as betaincc
    return np.where(inner, 1 - above, np.where(x < 0, 0.0, 1.0))


def _least_above(n: Floats, edge: float, tail: float) -> Floats:
    """Least x with P(X >= x | edge) <= tail, which is when Clopper–Pearson's lower end is above; n + 1 if none."""
    from scipy.special import betainc

    low, high = np.zeros_like(n), n + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        likely = betainc(np.maximum(middle, 1), n - middle + 1, min(max(edge, 0.0), 1.0)) > tail
        short = likely | (middle == low)
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high


def _binding(low: float, high: float, least: float, most: float) -> list[float]:
    """Those ends of the claimed region that exclude something possible."""
    return [low] * (low > least) + [high] * (high < most)


def _first(enough: Callable[[int], bool], guess: float) -> int | None:
    """About the first n that is enough, by steps of a quarter from an eighth of the guess, then bisection."""
    n = max(2, int(min(guess, _MOST) / 8))
    while n > 2 and enough(n):
        n = max(2, n // 4)
    if enough(n):
        return n
    while n < _MOST:
        below, n = n, max(n + 1, n * 5 // 4)
        if enough(n):
            return _bisect(enough, below, n, 1e-3)
    return None


def _bisect(enough: Callable[[int], bool], low: int, high: int, tolerance: float = 0.0) -> int:
    """An n that is enough and of which the n by 1 (or ``tolerance``·n) below is not; ``high`` is, ``low`` is not."""
    while high - low > max(1, tolerance * high):
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _checked(proportion: float, power: float, level: float) -> None:
    if not 0 <= proportion <= 1:
        raise ValueError("a rate lies between 0 and 1")
    if not 0.5 < power < 1 or not level > 0:
        raise ValueError("power lies strictly between .5 and 1")
