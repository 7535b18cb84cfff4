"""What an error rate of matching means: few errors, few subjects, and a search in a gallery.

    rule of 3     no error in N independent trials: the rate is at most 3/N with 95 %; exactly 1 − .05^(1/N)
    rule of 30    30 errors place a rate within ±30 % with 90 %; exactly within −28 % and +36 %
    gallery       a search is N independent comparisons:  FPIR = 1 − (1 − FMR)^N

The gallery model does not hold for algorithms that do not search by N comparisons [1]; what rests on it is labelled.

[1] P. Grother, M. Ngan, K. Hanaoka (2019). Face recognition vendor test, part 2: identification. NIST IR 8271.
[2] ISO/IEC 19795-1:2021. Biometric performance testing and reporting, part 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from counterproof.stats.basis import Basis, Interval
from counterproof.stats.intervals import checked_level

__all__ = [
    "ENOUGH_ERRORS",
    "Crossing",
    "Monotone",
    "alert_precision",
    "events_to_show",
    "gallery_rate",
    "mixed_gallery_rate",
    "most_after_none",
    "needed_comparisons",
    "rate_from_gallery",
    "subjects_behind",
    "subjects_for",
]

ENOUGH_ERRORS = 30
"""Fewer errors than this do not place a rate within ±30 %, at 90 %: the rule of 30."""


def most_after_none(trials: int, level: float = 0.95) -> float:
    """The one-sided upper end for a rate after no error in ``trials``: 1 − (1−level)^(1/trials), about 3/trials."""
    return -math.expm1(math.log1p(-checked_level(level)) / trials) if trials else 1.0


def needed_comparisons(rate: float, level: float = 0.95) -> int:
    """Independent comparisons without an error that would show a rate of at most ``rate``: about 3/rate."""
    return math.ceil(math.log1p(-checked_level(level)) / math.log1p(-_proportion(rate)) - 1e-9)


def subjects_for(rate: float, level: float = 0.95) -> tuple[int, int, int]:
    """Subjects without an error that would show ``rate``: see :func:`subjects_behind`."""
    return subjects_behind(needed_comparisons(rate, level))


def subjects_behind(comparisons: int) -> tuple[int, int, int]:
    """Subjects who make so many comparisons: as if all unordered pairs, or all ordered pairs of them, were independent
    comparisons, and by the safe count of floor(n/2) pairs that share nobody.
    """
    unordered = math.ceil((1 + math.sqrt(1 + 8 * comparisons)) / 2 - 1e-9)
    ordered = math.ceil((1 + math.sqrt(1 + 4 * comparisons)) / 2 - 1e-9)
    return unordered, ordered, 2 * comparisons


def gallery_rate(false_match_rate: float, gallery: float) -> float:
    """1 − (1 − FMR)^N: the chance of at least one false candidate in a gallery of N, if comparisons are independent."""
    rate = _proportion(false_match_rate)
    return -math.expm1(gallery * math.log1p(-rate)) if rate < 1 else float(gallery > 0)


def rate_from_gallery(false_positive_rate: float, gallery: float) -> float:
    """1 − (1 − FPIR)^(1/N): the false match rate that would give this FPIR; inverse of :func:`gallery_rate`."""
    rate = _proportion(false_positive_rate)
    return -math.expm1(math.log1p(-rate) / gallery) if rate < 1 else 1.0


def mixed_gallery_rate(false_match_rates: Sequence[float], sizes: Sequence[float]) -> float:
    """1 − Π_g (1 − FMR_g)^N_g: a gallery of several groups, FMR_g of the searched group against group g."""
    logs = [n * math.log1p(-r) if r < 1 else -math.inf for r, n in zip(false_match_rates, sizes, strict=True) if n]
    return -math.expm1(sum(logs))


def alert_precision(prevalence: float, true_rate: float, false_rate: float) -> float:
    """π·TPIR / (π·TPIR + (1−π)·FPIR): of all alerts, the share for people in the gallery; nan without alerts."""
    right = _proportion(prevalence) * _proportion(true_rate)
    wrong = (1 - prevalence) * _proportion(false_rate)
    return right / (right + wrong) if right + wrong > 0 else math.nan


def events_to_show(share: float, level: float = 0.95) -> int:
    """Events, all of one group, that a one-sided test needs to reject that its share is ``share``: share^n <= 1−level.

    Seven of seven do not show that a group of two thirds bears more than its share ((2/3)^7 = .0585); eight would.
    """
    return math.ceil(math.log1p(-checked_level(level)) / math.log(_proportion(share)) - 1e-9)


@dataclass(frozen=True, slots=True)
class Monotone:
    """A function of independent estimates that rises, or falls, in each: the range over the box of their intervals.

    Each interval is taken at level^(1/parts), so that all hold together with the level.
    """

    parts: tuple[Basis, ...]
    function: Callable[..., float]
    rising: tuple[bool, ...]

    @property
    def value(self) -> float | None:
        """The function at the estimates; None where one of them is undefined, or the function is."""
        values = [part.value for part in self.parts]
        known = [value for value in values if value is not None]
        found = self.function(*known) if len(known) == len(values) else math.nan
        return None if math.isnan(found) else found

    def printed(self, level: float) -> Interval:
        """From the intervals that are printed for the parts."""
        return self._over([part.printed(self._share(level)) for part in self.parts])

    def compatible(self, level: float) -> Interval:
        """From the intervals that verdicts use for the parts."""
        return self._over([part.compatible(self._share(level)) for part in self.parts])

    def _share(self, level: float) -> float:
        return float(checked_level(level) ** (1 / len(self.parts)))

    def _over(self, sides: Sequence[Interval]) -> Interval:
        low = self.function(*(s.low if up else s.high for s, up in zip(sides, self.rising, strict=True)))
        high = self.function(*(s.high if up else s.low for s, up in zip(sides, self.rising, strict=True)))
        method = sides[0].method if len(sides) == 1 else "rectangle"
        return Interval(0.0 if math.isnan(low) else low, 1.0 if math.isnan(high) else high, method)


@dataclass(frozen=True, slots=True)
class Crossing:
    """An equal error rate: at any threshold it lies between the two error rates, closest where they cross.

    below, above  both error rates at the threshold at which the lesser one is greatest, and the greater one least
    """

    below: tuple[Basis, Basis]
    above: tuple[Basis, Basis]

    @property
    def value(self) -> float | None:
        """The rate where both are the same; None where the scores leave a gap between them."""
        low, high = self.identified
        return low if low >= high else None

    @property
    def identified(self) -> tuple[float, float]:
        """The lesser rate at ``below`` and the greater one at ``above``."""
        return min(rate.value or 0.0 for rate in self.below), max(rate.value or 0.0 for rate in self.above)

    def printed(self, level: float) -> Interval:
        """From the least lower limit at ``below`` to the greatest upper limit at ``above``."""
        return self._around(*([rate.printed(level) for rate in pair] for pair in (self.below, self.above)))

    def compatible(self, level: float) -> Interval:
        """The same, by the intervals that verdicts use."""
        return self._around(*([rate.compatible(level) for rate in pair] for pair in (self.below, self.above)))

    @staticmethod
    def _around(below: Sequence[Interval], above: Sequence[Interval]) -> Interval:
        return Interval(min(s.low for s in below), max(s.high for s in above), f"bounds, {below[0].method}")


def _proportion(x: float) -> float:
    if not 0 <= x <= 1:
        raise ValueError("a rate lies between 0 and 1")
    return x
