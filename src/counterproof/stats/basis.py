"""What an estimate rests on, and the two intervals it can give: the one printed and the one a verdict uses.

An audit attaches a ``Basis`` to each estimate; claims are judged by asking two bases for their compatible range at
whatever level the number of claims demands.

    Rate     successes of trials                printed: Wilson            compatible: Clopper–Pearson
    Ranks    rank sums of a score               DeLong on the logit scale  the same, or Hoeffding's bound if sparse
    Mean     mean of bounded values             Student's t                empirical Bernstein
    Spread   how far several rates lie apart    rectangle                  rectangle
    Exact    a number without sampling error    the number                 the number ± its rounding
    Rounded  the same, of uneven rounding       the number                 what rounds to it
    Bounds   a quantity known up to two ends    the ends' outer limits     the ends' outer limits
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from counterproof.stats import contrasts, corrected, intervals, means, ranks, rectangle

__all__ = [
    "Basis",
    "Bounds",
    "Comparing",
    "ContrastInterval",
    "ContrastScale",
    "Exact",
    "Interval",
    "Mean",
    "Ranks",
    "Rate",
    "Rounded",
    "Spread",
    "any_pair",
    "compatible_contrast",
    "contrast",
    "contrast_of",
    "identified_contrast",
]

ContrastScale = Literal["difference", "ratio"]
_ENOUGH = 5.0
"""Least expected count at which a score or normal interval is trusted in a verdict (CONTRACTS section 5)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with two ends; an end is ±inf where it is unbounded. ``method`` is the name that is printed."""

    low: float
    high: float
    method: str


@runtime_checkable
class Basis(Protocol):
    """Counts from which intervals at any level can be made."""

    @property
    def value(self) -> float | None:
        """The point estimate; None when it is undefined."""

    def printed(self, level: float) -> Interval:
        """The interval that stands in the report."""

    def compatible(self, level: float) -> Interval:
        """The interval that verdicts use: it covers when events are rare, too."""


@runtime_checkable
class Comparing(Protocol):
    """A basis of another module that brings the contrasts of its own kind."""

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The contrast that is printed, or the one that verdicts use; None for a pair without one of its own."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``successes`` of ``trials``, draws from a process. ValueError unless 0 <= successes <= trials."""

    successes: int
    trials: int

    def __post_init__(self) -> None:
        intervals.checked_counts(self.successes, self.trials)

    @property
    def value(self) -> float | None:
        """successes/trials; None for 0/0."""
        return self.successes / self.trials if self.trials else None

    def effective(self, level: float) -> float:
        """The number of independent trials: all of them."""
        return float(self.trials)

    def printed(self, level: float) -> Interval:
        """Wilson's interval."""
        return Interval(*intervals.wilson(self.successes, self.trials, level), "wilson")

    def compatible(self, level: float) -> Interval:
        """Clopper and Pearson's interval."""
        return Interval(*intervals.clopper_pearson(self.successes, self.trials, level), "clopper-pearson")


@dataclass(frozen=True, slots=True)
class Ranks:
    """Rank sums behind an AUC: see ``stats.ranks``; [low2, high2] brackets u2 where scores were binned."""

    m: int
    n: int
    u2: int
    s10: int
    s01: int
    low2: int
    high2: int

    def __post_init__(self) -> None:
        if self.m < 0 or self.n < 0 or not 0 <= self.low2 <= self.u2 <= self.high2 <= 2 * self.m * self.n:
            raise ValueError("these are not rank sums: 0 <= low2 <= u2 <= high2 <= 2mn does not hold")

    @property
    def value(self) -> float | None:
        """The AUC; None without positives or without negatives."""
        return ranks.auc(self.m, self.n, self.u2) if self.m and self.n else None

    @property
    def sparse(self) -> bool:
        """Fewer than 5 pairs that share no one are expected out of order (or in order): DeLong is not trusted."""
        area = self.value
        return area is None or min(self.m, self.n) * min(area, 1 - area) < _ENOUGH

    @property
    def variance(self) -> float:
        """DeLong's variance of the AUC; nan where m or n is below 2."""
        return ranks.delong_variance(self.m, self.n, self.u2, self.s10, self.s01)

    def printed(self, level: float) -> Interval:
        """DeLong's interval on the logit scale, or Hoeffding's where that is undefined (AUC 0 or 1, m or n < 2)."""
        area = self.value
        limits = None if area is None else ranks.delong_logit(area, self.variance, level)
        return self._hoeffding(level) if limits is None else Interval(*limits, "delong-logit")

    def compatible(self, level: float) -> Interval:
        """As printed, but Hoeffding's interval where ``sparse``; widened by the bracket of the binning."""
        inner = self._hoeffding(level) if self.sparse else self.printed(level)
        pairs = 2 * self.m * self.n or 1
        below, above = (self.u2 - self.low2) / pairs, (self.high2 - self.u2) / pairs
        return Interval(max(0.0, inner.low - below), min(1.0, inner.high + above), inner.method)

    def _hoeffding(self, level: float) -> Interval:
        return Interval(*ranks.hoeffding(self.value or 0.0, self.m, self.n, level), "hoeffding")


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of ``n`` values in [least, most], from whole sums: Σx and Σx², each times ``scale``.

    ValueError for sums that such values cannot have. A half more or less in either sum is rounding.
    """

    n: int
    total: int
    squares: int
    scale: int
    least: float
    most: float

    def __post_init__(self) -> None:
        if self.n < 0 or not self.least * self.n - 1 <= self.total / self.scale <= self.most * self.n + 1:
            raise ValueError("these are not the sums of values between the two ends")

    @property
    def value(self) -> float | None:
        """Σx/n; None without values."""
        return self.total / (self.scale * self.n) if self.n else None

    @property
    def variance(self) -> float:
        """Variance of the values, n − 1 below the line; 0 with fewer than two."""
        if self.n < 2:
            return 0.0
        about = self.squares * self.scale * self.n - self.total**2
        return max(0.0, about / (self.scale**2 * self.n * (self.n - 1)))

    def printed(self, level: float) -> Interval:
        """Student's interval, cut at the ends of the range; Bernstein's where all values are the same."""
        if not self.variance > 0:
            return self.compatible(level)
        return self._around(means.t_half_width(self.variance, self.n, level), "student-t")

    def compatible(self, level: float) -> Interval:
        """The interval of Bernstein, or of Hoeffding where n is small: covers at any n and any shape."""
        width = self.most - self.least
        return self._around(means.bernstein_half_width(self.variance, self.n, width, level), "empirical-bernstein")

    def _around(self, half: float, method: str) -> Interval:
        middle = self.value or 0.0
        return Interval(max(self.least, middle - half), min(self.most, middle + half), method)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far at least two rates lie apart: largest gap, or the greatest over the least or a mean.

    Where some are only bounded, so is their spread.
    """

    rates: tuple[Basis, ...]
    statistic: rectangle.SpreadStatistic

    @property
    def value(self) -> float | None:
        """The statistic at the observed rates; None if one of them is 0/0, or all are zero and it is a quotient."""
        values = [rate.value for rate in self.rates]
        known = [value for value in values if value is not None]
        spread = rectangle.spread_of(known, self.statistic) if len(known) == len(values) else math.nan
        return None if math.isnan(spread) else spread

    @property
    def identified(self) -> Interval:
        """The range that bounded rates leave open without sampling error; the value twice where none is bounded."""
        ends = [_identified(rate) for rate in self.rates]
        return self._over([end.low for end in ends], [end.high for end in ends])

    def printed(self, level: float) -> Interval:
        """The range over the box of intervals that hold for all rates at once, each at level^(1/rates).

        The rates' compatible intervals: Clopper and Pearson's where they are not bounded.
        """
        box = [rate.compatible(intervals.checked_level(level) ** (1 / len(self.rates))) for rate in self.rates]
        return self._over([side.low for side in box], [side.high for side in box])

    def compatible(self, level: float) -> Interval:
        """As printed: it covers at any counts."""
        return self.printed(level)

    def _over(self, low: list[float], high: list[float]) -> Interval:
        ends = rectangle.range_over_box(np.array(low), np.array(high), self.statistic)
        return Interval(*ends, "rectangle")


@dataclass(frozen=True, slots=True)
class Exact:
    """A number without sampling error, known to ±``half_width`` (rounding of what was published)."""

    value: float
    half_width: float = 0.0

    def printed(self, level: float) -> Interval:
        """The number itself."""
        return Interval(self.value, self.value, "exact")

    def compatible(self, level: float) -> Interval:
        """The number and what rounds to it."""
        return Interval(self.value - self.half_width, self.value + self.half_width, "exact")


@dataclass(frozen=True, slots=True)
class Rounded(Exact):
    """A number of which rounding leaves [``least``, ``most``], which need not lie evenly about it."""

    least: float = 0.0
    most: float = 0.0

    def compatible(self, level: float) -> Interval:
        """What the number may have been before rounding."""
        return Interval(self.least, self.most, "exact")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A quantity of which the records identify two ends only, each estimated with its own sampling error.

    ``published`` is a number between them that somebody printed for it, such as a rate of rounded counts.
    """

    low: Basis
    high: Basis
    published: float | None = None

    @property
    def identified(self) -> Interval:
        """Both ends without their sampling error; 0 or 1 where one is 0/0."""
        low, high = self.low.value, self.high.value
        return Interval(0.0 if low is None else low, 1.0 if high is None else high, "bounds")

    @property
    def value(self) -> float | None:
        """The published number; without one None, unless both ends are the same number."""
        same = self.low.value if self.low.value == self.high.value else None
        return same if self.published is None else self.published

    def printed(self, level: float) -> Interval:
        """From the lower end's lower limit to the upper end's upper limit: covers every value between the ends."""
        return self._around(self.low.printed(level), self.high.printed(level))

    def compatible(self, level: float) -> Interval:
        """The same, by the ends' compatible intervals."""
        return self._around(self.low.compatible(level), self.high.compatible(level))

    def _around(self, low: Interval, high: Interval) -> Interval:
        methods = dict.fromkeys((low.method, high.method))
        return Interval(low.low, high.high, "bounds, " + " and ".join(methods))


@dataclass(frozen=True, slots=True)
class ContrastInterval:
    """A group against its reference.

    value    difference or ratio; None where it is undefined, inf where only the reference is zero
    sparse   an expected or observed count is below 5, so verdicts use an interval that covers at any counts
    p_value  of the score or z-test of "no difference"; None where there is no such test
    """

    value: float | None
    low: float
    high: float
    method: str
    sparse: bool
    p_value: float | None


def contrast(group: Basis, reference: Basis, scale: ContrastScale, level: float) -> ContrastInterval:
    """The printed contrast of two independent bases.

    Two rates: Miettinen–Nurminen and its score test. Two AUCs, difference: DeLong, A1 − A0 ± z √(V1+V0), and the
    z-test. Two means, difference: Welch. Two exact numbers: their contrast. A basis that is ``Comparing``: its own. Any
    other pair: the range over the rectangle of both intervals.
    """
    match group, reference:
        case Rate(), Rate():
            return _rates(group, reference, scale, level)
        case Ranks(), Ranks() if scale == "difference" and not _no_variance(group, reference):
            return _areas(group, reference, level)
        case Mean(), Mean() if scale == "difference" and group.variance + reference.variance > 0:
            return _means(group, reference, level)
        case _:
            return _own(group, reference, scale, level, compatible=False) or any_pair(
                group, reference, scale, level, lambda basis, at: basis.printed(at)
            )


def identified_contrast(group: Basis, reference: Basis, scale: ContrastScale) -> Interval:
    """The range of a contrast that bounds leave open without sampling error: each takes its part in every way."""
    over, under = _identified(group), _identified(reference)
    if scale == "difference":
        return Interval(over.low - under.high, over.high - under.low, "bounds")
    return Interval(*_quotient(over, under), "bounds")


def compatible_contrast(group: Basis, reference: Basis, scale: ContrastScale, level: float) -> ContrastInterval:
    """The contrast that verdicts use: the score interval corrected for skewness and steps, or the rectangle if sparse.

    Sparse are two rates of which an observed count, or one expected under equal rates (n·p or n·(1−p), p pooled), is
    below 5, and two AUCs of which one is sparse. Generic pairs use the compatible intervals. Without the correction
    Miettinen and Nurminen's interval misses the truth in up to 8.8 % at a nominal 5 %.
    """
    match group, reference:
        case Rate(), Rate():
            return _judged_rates(group, reference, scale, level)
        case Ranks(), Ranks() if scale == "difference" and not _sparse(group, reference):
            found = _areas(group, reference, level)
            # What the binning of either score leaves open is added to the sampling error.
            more = [(b.u2 - b.low2, b.high2 - b.u2, 2 * b.m * b.n) for b in (group, reference)]
            below = more[0][0] / more[0][2] + more[1][1] / more[1][2]
            above = more[0][1] / more[0][2] + more[1][0] / more[1][2]
            low, high = max(-1.0, found.low - below), min(1.0, found.high + above)
            return ContrastInterval(found.value, low, high, "delong", False, found.p_value)
        case _:
            return _own(group, reference, scale, level, compatible=True) or any_pair(
                group, reference, scale, level, lambda basis, at: basis.compatible(at)
            )


def _own(
    group: Basis, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
) -> ContrastInterval | None:
    """What the group's basis knows of the pair, where it is of a kind that brings its own contrasts."""
    if not isinstance(group, Comparing):
        return None
    return group.against(reference, scale, level, compatible=compatible)


def _identified(basis: Basis) -> Interval:
    """What a basis is without sampling error: bounds, or one number."""
    if isinstance(basis, Bounds):
        return basis.identified
    value = math.nan if basis.value is None else basis.value
    return Interval(value, value, "exact")


def _rates(a: Rate, b: Rate, scale: ContrastScale, level: float) -> ContrastInterval:
    counts = (a.successes, a.trials, b.successes, b.trials)
    low, high = contrasts.miettinen_nurminen(*counts, scale, level)
    p_value = contrasts.score_test(*counts) if a.trials and b.trials else None
    value = contrast_of(a.value, b.value, scale)
    return ContrastInterval(value, low, high, "miettinen-nurminen", _sparse(a, b), p_value)


def _judged_rates(a: Rate, b: Rate, scale: ContrastScale, level: float) -> ContrastInterval:
    printed, counts = _rates(a, b, scale, level), (a.successes, a.trials, b.successes, b.trials)
    if printed.sparse:
        low, high = rectangle.rectangle(*counts, scale, level)
        return replace(printed, low=low, high=high, method="rectangle")
    low, high = corrected.corrected_score(*counts, scale, level)
    return replace(printed, low=low, high=high, method="corrected-score")


def _areas(a: Ranks, b: Ranks, level: float) -> ContrastInterval:
    """Two AUCs of independent groups; both have a variance."""
    difference = (a.value or 0.0) - (b.value or 0.0)
    error = math.sqrt(a.variance + b.variance)
    half = intervals.normal_quantile(level) * error
    p_value = math.erfc(abs(difference) / error / math.sqrt(2))
    low, high = max(-1.0, difference - half), min(1.0, difference + half)
    return ContrastInterval(difference, low, high, "delong", _sparse(a, b), p_value)


def _means(a: Mean, b: Mean, level: float) -> ContrastInterval:
    """Two means of independent groups, not both without variance."""
    difference = (a.value or 0.0) - (b.value or 0.0)
    if min(a.n, b.n) < 2:
        return any_pair(a, b, "difference", level, lambda basis, at: basis.printed(at))
    errors = a.variance / a.n, b.variance / b.n
    half, p_value = means.welch(difference, errors, (a.n, b.n), level)
    least, most = a.least - b.most, a.most - b.least
    return ContrastInterval(
        difference, max(least, difference - half), min(most, difference + half), "welch", False, p_value
    )


def any_pair(
    a: Basis, b: Basis, scale: ContrastScale, level: float, interval: Callable[[Basis, float], Interval]
) -> ContrastInterval:
    """Interval arithmetic on both intervals; an exact number takes no share of the error."""
    exact = isinstance(a, Exact), isinstance(b, Exact)
    share = level if any(exact) else math.sqrt(level)
    over, under = interval(a, share), interval(b, share)
    if scale == "difference":
        low, high = over.low - under.high, over.high - under.low
    else:
        low, high = _quotient(over, under)
    method = "exact" if all(exact) else "rectangle"
    return ContrastInterval(contrast_of(a.value, b.value, scale), low, high, method, _sparse(a, b), None)


def _quotient(over: Interval, under: Interval) -> tuple[float, float]:
    """Range of x/y over x in ``over`` and y in ``under``, y = 0 left out."""
    if under.low > 0 or under.high < 0:
        ends = [x / y for x in (over.low, over.high) for y in (under.low, under.high)]
        return min(ends), max(ends)
    if under.low == 0 and over.low >= 0:
        return over.low / under.high if under.high > 0 else 0.0, math.inf
    return -math.inf, math.inf


def contrast_of(a: float | None, b: float | None, scale: ContrastScale) -> float | None:
    """a − b or a/b; None where it is undefined, inf where only b is zero."""
    if a is None or b is None:
        return None
    if scale == "difference":
        return a - b
    if b == 0:
        return math.inf if a > 0 else None
    return a / b


def _sparse(a: Basis, b: Basis) -> bool:
    """The rule of ``compatible_contrast``; a pair that has no sparse rule is not sparse."""
    match a, b:
        case Rate(), Rate():
            x1, n1, x0, n0 = np.array([[a.successes], [a.trials], [b.successes], [b.trials]], dtype=float)
            return bool(corrected.too_few(x1, n1, x0, n0)[0])
        case Ranks(), Ranks():
            return a.sparse or b.sparse
        case _:
            return False


def _no_variance(a: Ranks, b: Ranks) -> bool:
    return not a.variance + b.variance > 0
