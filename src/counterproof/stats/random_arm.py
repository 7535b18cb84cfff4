"""Rates of a flag where a random sample shows how often the outcome occurs, and the flagged are known in full.

N people, of whom TP were flagged rightly and FP wrongly. Of n people picked at random from all N the outcome occurred
in x. With t = TP/N, f = FP/N and p = x/n, every rate of the flag is a quotient of two linear forms in (t, f, p):

    false negative rate      (p − t) / p            N·p − TP were missed, of N·p
    false positive rate      f / (1 − p)
    false omission rate      (p − t) / (1 − t − f)
    accuracy                 (1 − p) + t − f

and 1 minus these.

Printed: MOVER, which puts the interval of a difference or a quotient together from those of its parts [1], here from
Wilson's for t, f and p. Where N is all there is (``closed``), t and f are exact, and p has the n that its
finite-population factor amounts to, n (N − 1)/(N − n) [2]. Compatible: the range over the box of Clopper–Pearson
intervals of what is uncertain, each at level 1 − (1 − level)/how many. It covers at any counts and however the shares
depend on each other; also without replacement, since such draws are less spread than binomial ones [3].

Everybody in the arms is known, so at least TP and those who were missed in the random arm have the outcome: what an
estimate says beyond that is cut. Gaps are printed by MOVER as well, and judged by the range over both compatible
intervals.

[1] A. Donner, G. Y. Zou (2012). Closed-form confidence intervals for functions of the normal mean and standard
    deviation. Statistical Methods in Medical Research 21, 347-359.
[2] W. G. Cochran (1977). Sampling Techniques, 3rd ed., sections 2.6 and 3.2.
[3] W. Hoeffding (1963). Probability inequalities for sums of bounded random variables. JASA 58, 13-30, section 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.intervals import checked_level, clopper_pearson, wilson_limits

__all__ = ["FORMS", "ArmMeasure", "ArmRate", "Arms", "even_over_groups"]

ArmMeasure = Literal[
    "false_negative_rate",
    "true_positive_rate",
    "false_positive_rate",
    "true_negative_rate",
    "false_omission_rate",
    "negative_predictive_value",
    "accuracy",
]
Form = tuple[float, float, float, float]
"""Coefficients of 1, t, f and p."""

FORMS: dict[str, tuple[Form, Form]] = {
    "false_negative_rate": ((0, -1, 0, 1), (0, 0, 0, 1)),
    "true_positive_rate": ((0, 1, 0, 0), (0, 0, 0, 1)),
    "false_positive_rate": ((0, 0, 1, 0), (1, 0, 0, -1)),
    "true_negative_rate": ((1, 0, -1, -1), (1, 0, 0, -1)),
    "false_omission_rate": ((0, -1, 0, 1), (1, -1, -1, 0)),
    "negative_predictive_value": ((1, 0, -1, -1), (1, -1, -1, 0)),
    "accuracy": ((1, 1, -1, -1), (1, 0, 0, 0)),
}
"""Measure -> its numerator and denominator as linear forms in (t, f, p)."""


@dataclass(frozen=True, slots=True)
class Arms:
    """Counts of both arms and of everybody. ValueError for more people in the arms than there are.

    true_positives, false_positives  flagged people by outcome, in either arm
    population                       all people, N
    found, sampled                   of the random arm: with the outcome, and all
    missed, spared                   of the random arm: not flagged, with the outcome and without it
    closed                           the population is all there is, not a draw from a process
    """

    true_positives: int
    false_positives: int
    population: int
    found: int
    sampled: int
    missed: int
    spared: int
    closed: bool = False

    def __post_init__(self) -> None:
        least = min(self.true_positives, self.false_positives, self.missed, self.spared)
        if least < 0 or self.missed > self.found or self.spared > self.sampled - self.found:
            raise ValueError("these are not counts of two arms")
        if self.true_positives + self.false_positives + self.missed + self.spared > self.population:
            raise ValueError("there are more people in the arms than in the population")

    @property
    def shares(self) -> tuple[float, float]:
        """t and f."""
        return self.true_positives / self.population, self.false_positives / self.population

    @property
    def possible(self) -> tuple[float, float]:
        """The least and the greatest share of everybody with the outcome that the people in the arms allow."""
        least, most = self.true_positives + self.missed, self.population - self.false_positives - self.spared
        return least / self.population, most / self.population

    @property
    def prevalence(self) -> float | None:
        """p, cut to what is possible; None without a random arm."""
        return None if not self.sampled else self.cut(self.found / self.sampled)

    def wilson(self, level: float) -> tuple[tuple[float, float], ...]:
        """Wilson's intervals of t, f and p; there is somebody in the random arm."""
        shares, n = self.shares, float(self.sampled)
        if self.closed:
            n *= (self.population - 1) / max(self.population - self.sampled, 1)
            return *((share, share) for share in shares), _wilson(self.found / self.sampled, n, level)
        exact = (_wilson(share, float(self.population), level) for share in shares)
        return *exact, _wilson(self.found / self.sampled, n, level)

    def cut(self, share: float) -> float:
        """A share of everybody cut to what is possible."""
        least, most = self.possible
        return min(max(share, least), most)


@dataclass(frozen=True, slots=True)
class ArmRate:
    """A rate of the flag from both arms."""

    measure: ArmMeasure
    arms: Arms

    @property
    def value(self) -> float | None:
        """The rate; None without a random arm, or where nothing stands below the line."""
        prevalence = self.arms.prevalence
        return None if prevalence is None else self._at(*self.arms.shares, prevalence)

    def printed(self, level: float) -> Interval:
        """MOVER from Wilson's intervals; the compatible interval where there is no value."""
        prevalence, value = self.arms.prevalence, self.value
        if prevalence is None or value is None:
            return self.compatible(level)
        t, f = self.arms.shares
        own = self.arms.wilson(checked_level(level))
        p = _Known(prevalence, *(self.arms.cut(end) for end in own[2]))
        low, high = _between(self.measure, _Known(t, *own[0]), _Known(f, *own[1]), p)
        return Interval(min(max(low, 0.0), value), max(min(high, 1.0), value), "mover")

    def compatible(self, level: float) -> Interval:
        """The range over the box of Clopper–Pearson intervals; [0, 1] without a random arm."""
        if not self.arms.sampled:
            return Interval(0.0, 1.0, "rectangle")
        box = self._box(checked_level(level))
        ends = [self._at(t, f, self._inside(p, t, f)) for t in box[0] for f in box[1] for p in box[2]]
        known = [end for end in ends if end is not None]
        return Interval(min(known, default=0.0), max(known, default=1.0), "rectangle")

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The printed gap of two such rates by MOVER; verdicts use the range over both compatible intervals."""
        if compatible or not isinstance(reference, ArmRate) or self.value is None or reference.value is None:
            return None
        inner = self.printed(level), reference.printed(level)
        own, other = (
            _Known(self.value, inner[0].low, inner[0].high),
            _Known(reference.value, inner[1].low, inner[1].high),
        )
        if scale == "difference":
            return ContrastInterval(own.value - other.value, *_difference(own, other), "mover", False, None)
        if not other.value:
            return None
        return ContrastInterval(own.value / other.value, *_quotient(own, other), "mover", False, None)

    def _at(self, t: float, f: float, p: float) -> float | None:
        above, below = (_linear(form, t, f, p) for form in FORMS[self.measure])
        return None if below <= 0 else min(max(above / below, 0.0), 1.0)

    def _inside(self, p: float, t: float, f: float) -> float:
        """A prevalence cut to what is possible: by the people in the arms, or by the shares of a process."""
        return self.arms.cut(p) if self.arms.closed else min(max(p, t), 1 - f)

    def _box(self, level: float) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
        """Ranges of t, f and p that hold at once; one value for what the measure does not have, or what is exact."""
        arms = self.arms
        has = [any(form[place] for form in FORMS[self.measure]) for place in (1, 2)]
        open_ = [used and not arms.closed for used in has]
        each = 1 - (1 - level) / (1 + sum(open_))
        shares = [
            clopper_pearson(count, arms.population, each) if uncertain else (share, share)
            for count, share, uncertain in zip(
                (arms.true_positives, arms.false_positives), arms.shares, open_, strict=True
            )
        ]
        return shares[0], shares[1], clopper_pearson(arms.found, arms.sampled, each)


def even_over_groups(sampled: Sequence[int], people: Sequence[int]) -> float:
    """How often a random arm that is drawn from everybody alike takes shares of the groups at least so uneven.

    Pearson's chi-squared test of ``sampled`` people of each group against their shares of ``people``; 1 with fewer than
    two groups, or with fewer than 5 people expected of one. An arm that is random within groups alone estimates each
    group, and not everybody.
    """
    from scipy.special import chdtrc

    drawn, every = sum(sampled), sum(people)
    expected = [drawn * size / every for size in people] if every else []
    if len(people) < 2 or min(expected, default=0) < 5:
        return 1.0
    distance = sum((found - wanted) ** 2 / wanted for found, wanted in zip(sampled, expected, strict=True))
    return float(chdtrc(len(people) - 1, distance))


def _linear(form: Form, t: float, f: float, p: float) -> float:
    return form[0] + form[1] * t + form[2] * f + form[3] * p


def _wilson(share: float, n: float, level: float) -> tuple[float, float]:
    low, high = wilson_limits(np.array([share * n]), np.array([n]), level)
    return float(low[0]), float(high[0])


@dataclass(frozen=True, slots=True)
class _Known:
    """A number and its interval."""

    value: float
    low: float
    high: float

    @property
    def rest(self) -> _Known:
        """One minus it."""
        return _Known(1 - self.value, 1 - self.high, 1 - self.low)


def _between(measure: ArmMeasure, t: _Known, f: _Known, p: _Known) -> tuple[float, float]:
    """The interval of a measure from those of its shares."""
    match measure:
        case "true_positive_rate":
            return _quotient(t, p)
        case "false_positive_rate":
            return _quotient(f, p.rest)
        case "false_omission_rate":
            unflagged = 1 - t.value - f.value
            low, high = _difference(p, t)
            return low / unflagged, high / unflagged
        case "accuracy":
            value = p.rest.value + t.value - f.value
            below = (p.high - p.value, t.value - t.low, f.high - f.value)
            above = (p.value - p.low, t.high - t.value, f.value - f.low)
            return value - math.hypot(*below), value + math.hypot(*above)
        case _:
            low, high = _between(COMPLEMENTS[measure], t, f, p)
            return 1 - high, 1 - low


COMPLEMENTS: dict[ArmMeasure, ArmMeasure] = {
    "false_negative_rate": "true_positive_rate",
    "true_negative_rate": "false_positive_rate",
    "negative_predictive_value": "false_omission_rate",
}


def _difference(one: _Known, other: _Known) -> tuple[float, float]:
    """MOVER limits of one − other."""
    difference = one.value - other.value
    return (
        difference - math.hypot(one.value - one.low, other.high - other.value),
        difference + math.hypot(one.high - one.value, other.value - other.low),
    )


def _quotient(one: _Known, other: _Known) -> tuple[float, float]:
    """MOVER limits of one / other, both 0 or more."""
    product = one.value * other.value

    def end(own: float, their: float, sign: int) -> float:
        below = their * (2 * other.value - their)
        root = product**2 - own * their * (2 * one.value - own) * (2 * other.value - their)
        return (product + sign * math.sqrt(max(root, 0.0))) / below if below > 0 else 0.0 if sign < 0 else math.inf

    return max(end(one.low, other.high, -1), 0.0), end(one.high, other.low, 1)
