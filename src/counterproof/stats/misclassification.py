"""Rates of a flag against an outcome that is recorded with error: what recorded counts say about the true outcome.

Sensitivity s is the share recorded as having the outcome of those who truly have it, specificity c the share recorded
as not having it of those who truly do not. Of n people with the same flag, a share q is recorded as having the outcome;
then the share that truly has it is [1]

    p = (q + c − 1) / (s + c − 1)

cut to [0, 1], if s + c > 1. It falls in s and rises in c. With p1 among the flagged, p0 among the others, and w the
share that is flagged, every rate of the flag follows, and rises or falls in each of p1, p0 and w:

    positive predictive value  p1                    false omission rate  p0
    prevalence                 w p1 + (1−w) p0       accuracy             w p1 + (1−w)(1−p0)
    false negative rate        odds  (1−w) p0 / (w p1)
    false positive rate        odds  w (1−p1) / ((1−w)(1−p0))

Known are only ranges of s and c. If they may differ between the flagged and the others, each within its range, the
bounds of a rate are its values at the ends of p1 and p0. Some errors within the ranges reach them: they are sharp. If
the errors are the same for both flags, given the true outcome (nondifferential [2]), the odds of the false negative
rate depend on c alone, by (q0 + c − 1)/(q1 + c − 1), and those of the false positive rate on s alone, by
(s − q1)/(s − q0): their bounds are narrower. Each rate is then monotone in s and in c, so its bounds are at corners of
the ranges; they are sharp unless the recorded shares rule a corner out (q < 1 − c or q > s), and valid always.

Sampling error of either end: printed by MOVER [3] from Wilson's intervals of q1, q0 and w, on the log odds where a rate
is one of odds; judged by the range over the box of their Clopper–Pearson intervals at level^(1/3) each, which are
independent given how many are flagged.

[1] W. J. Rogan, B. Gladen (1978). Estimating prevalence from the results of a screening test. American Journal of
    Epidemiology 107, 71-76.
[2] I. Bross (1954). Misclassification in 2 x 2 tables. Biometrics 10, 478-486.
[3] G. Y. Zou, A. Donner (2008). Construction of confidence limits about effect measures. Statistics in Medicine 27,
    1693-1702.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from counterproof.stats.basis import Interval
from counterproof.stats.intervals import checked_level, clopper_pearson, wilson

__all__ = ["COMPLEMENTS", "SIGNS", "Counts", "ErrorRange", "Misread", "differential", "nondifferential", "true_share"]

Pair = tuple[float, float]

COMPLEMENTS: Mapping[str, str] = {
    "false_discovery_rate": "positive_predictive_value",
    "negative_predictive_value": "false_omission_rate",
    "true_positive_rate": "false_negative_rate",
    "true_negative_rate": "false_positive_rate",
}
"""Rates that are one minus another."""

SIGNS: Mapping[str, tuple[int, int]] = {
    "positive_predictive_value": (1, 0),
    "false_omission_rate": (0, 1),
    "prevalence": (1, 1),
    "false_negative_rate": (-1, 1),
    "false_positive_rate": (-1, 1),
    "accuracy": (1, -1),
}
"""Whether a rate rises (1), falls (-1) or stays (0) in p1 and in p0."""


@dataclass(frozen=True, slots=True)
class ErrorRange:
    """Ranges of sensitivity and specificity. ValueError unless each lies in [0, 1] and their least sum exceeds 1."""

    sensitivity: Pair = (1.0, 1.0)
    specificity: Pair = (1.0, 1.0)

    def __post_init__(self) -> None:
        for low, high in (self.sensitivity, self.specificity):
            if not 0 <= low <= high <= 1:
                raise ValueError("a range of sensitivity or specificity goes from low to high within 0 and 1")
        if self.sensitivity[0] + self.specificity[0] <= 1:
            raise ValueError("sensitivity and specificity must add up to more than 1, or the record says nothing")


@dataclass(frozen=True, slots=True)
class Counts:
    """Recorded counts: flagged and not, with the outcome and without it."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def flagged(self) -> int:
        """All flagged."""
        return self.true_positives + self.false_positives

    @property
    def unflagged(self) -> int:
        """All others."""
        return self.false_negatives + self.true_negatives


def true_share(recorded: float, sensitivity: float, specificity: float) -> float:
    """p = (q + c − 1)/(s + c − 1), cut to [0, 1]; s + c > 1."""
    return min(max((recorded + specificity - 1) / (sensitivity + specificity - 1), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Misread:
    """A rate at given errors: (sensitivity, specificity) among the flagged, and among the others."""

    measure: str
    counts: Counts
    flagged: Pair
    others: Pair

    @property
    def value(self) -> float | None:
        """The rate; None where nothing stands below the line."""
        n1, n0 = self.counts.flagged, self.counts.unflagged
        needs = SIGNS[COMPLEMENTS.get(self.measure, self.measure)]
        if not n1 + n0 or (needs == (1, 0) and not n1) or (needs == (0, 1) and not n0):
            return None
        return self._at((self._q1, self._q0, n1 / (n1 + n0)))

    def printed(self, level: float) -> Interval:
        """MOVER from Wilson's intervals; the compatible interval where there is no value, or odds of 0 or 1."""
        value = self.value
        if value is None or (self._of_odds and not 0 < value < 1):
            return self.compatible(level)
        sides = [wilson(x, n, checked_level(level)) if n else (0.0, 1.0) for x, n in self._shares]
        low, high = self._mover(value, sides)
        return Interval(min(max(low, 0.0), value), max(min(high, 1.0), value), "mover")

    def compatible(self, level: float) -> Interval:
        """The range over the box of Clopper–Pearson intervals; [0, 1] where nothing may stand below the line."""
        each = checked_level(level) ** (1 / 3)
        box = [clopper_pearson(x, n, each) for x, n in self._shares]
        ends = [self._at((q1, q0, w)) for q1, q0, w in itertools.product(*box)]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return Interval(0.0, 1.0, "rectangle")
        return Interval(min(known), max(known), "rectangle")

    @property
    def _of_odds(self) -> bool:
        return COMPLEMENTS.get(self.measure, self.measure) in ("false_negative_rate", "false_positive_rate")

    @property
    def _shares(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Counts behind q1, q0 and w."""
        c = self.counts
        return (
            (c.true_positives, c.flagged), (c.false_negatives, c.unflagged), (c.flagged, c.flagged + c.unflagged),
        )  # fmt: skip

    @property
    def _q1(self) -> float:
        return self.counts.true_positives / self.counts.flagged if self.counts.flagged else 0.0

    @property
    def _q0(self) -> float:
        return self.counts.false_negatives / self.counts.unflagged if self.counts.unflagged else 0.0

    def _at(self, shares: tuple[float, float, float]) -> float | None:
        """The rate at any q1, q0 and w."""
        p1, p0 = true_share(shares[0], *self.flagged), true_share(shares[1], *self.others)
        measure = COMPLEMENTS.get(self.measure, self.measure)
        rate = _rate(measure, p1, p0, shares[2])
        return rate if rate is None or measure == self.measure else 1 - rate

    def _mover(self, value: float, sides: list[Pair]) -> Pair:
        """Each share moved to either end by itself, its effects squared and added; of odds, their logarithm."""
        form, back = (_log_odds, _share) if self._of_odds else (_same, _same)
        n1, n0 = self.counts.flagged, self.counts.unflagged
        q1, q0, w = self._q1, self._q0, n1 / (n1 + n0)
        middle, below, above = form(value), 0.0, 0.0
        for place, side in enumerate(sides):
            corners = [((at, q0, w), (q1, at, w), (q1, q0, at))[place] for at in side]
            moved = [form(end) for corner in corners if (end := self._at(corner)) is not None]
            below = math.hypot(below, middle - min([middle, *moved]))
            above = math.hypot(above, max([middle, *moved]) - middle)
        return back(middle - below), back(middle + above)


def _rate(measure: str, p1: float, p0: float, w: float) -> float | None:
    match measure:
        case "positive_predictive_value":
            return p1
        case "false_omission_rate":
            return p0
        case "prevalence":
            return w * p1 + (1 - w) * p0
        case "accuracy":
            return w * p1 + (1 - w) * (1 - p0)
        case "false_negative_rate":
            above, rest = (1 - w) * p0, w * p1
        case _:
            above, rest = w * (1 - p1), (1 - w) * (1 - p0)
    return above / (above + rest) if above + rest > 0 else None


def differential(measure: str, low: Counts, high: Counts, errors: ErrorRange) -> tuple[Misread, Misread]:
    """The rate at its least and greatest where the errors of each flag may be anywhere in their ranges.

    low, high  the counts at either end, where these are not certain themselves
    """
    lows, highs = (errors.sensitivity[1], errors.specificity[0]), (errors.sensitivity[0], errors.specificity[1])
    plain = COMPLEMENTS.get(measure, measure)
    ends = {-1: (highs, lows), 0: (lows, lows), 1: (lows, highs)}
    least, greatest = (tuple(ends[sign][place] for sign in SIGNS[plain]) for place in (0, 1))
    if plain != measure:
        least, greatest = greatest, least
    return Misread(measure, low, *least), Misread(measure, high, *greatest)


def nondifferential(measure: str, low: Counts, high: Counts, errors: ErrorRange) -> tuple[Misread, Misread]:
    """The same where both flags have the same errors: the least and the greatest over the corners of the ranges.

    A corner at which nothing stands below the line is returned as it is: the rate is not bounded then.
    """
    corners = list(itertools.product(errors.sensitivity, errors.specificity))
    ends = []
    for counts, sign in ((low, 1), (high, -1)):
        every = [Misread(measure, counts, corner, corner) for corner in corners]
        unknown = next((one for one in every if one.value is None), None)
        ends.append(unknown or min(every, key=lambda one: sign * (one.value or 0.0)))
    return ends[0], ends[1]


def _log_odds(share: float) -> float:
    return -math.inf if share <= 0 else math.inf if share >= 1 else math.log(share / (1 - share))


def _share(odds: float) -> float:
    return 0.5 * (1 + math.tanh(odds / 2)) if math.isfinite(odds) else float(odds > 0)


def _same(x: float) -> float:
    return x
