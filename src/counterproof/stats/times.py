"""What estimates about processing times rest on: a share done, a restricted mean, a quantile of a life table.

    ShareDone        printed: log-log interval           compatible: beta product [1], Clopper-Pearson if uncensored
    RestrictedMean   normal, Greenwood's variance        t, or empirical Bernstein below 50 events
    TimeQuantile     Brookmeyer-Crowley                  read off a thinned curve by the beta product

[1] M. P. Fay, E. H. Brittain, M. A. Proschan (2013). Biostatistics 14, 723-736.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from counterproof.stats import means
from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.effective import effective_contrast
from counterproof.stats.intervals import checked_level, normal_quantile
from counterproof.stats.survival import Moments, log_log_limits

__all__ = ["ENOUGH_EVENTS", "LEVELS", "Complement", "RestrictedMean", "ShareDone", "TimeQuantile"]

ENOUGH_EVENTS = 50
"""Below so many events a restricted mean's t interval covers less than its level: 92 % at 20 and 89 % where of 50 cases
30 end within the horizon (docs/coverage.md), 61 % at 1."""

LEVELS = (0.9, 0.95, 0.975, 0.99)
"""Levels at which ``TimeQuantile`` knows the ends of Brookmeyer and Crowley's interval."""


@dataclass(frozen=True, slots=True)
class ShareDone:
    """The share done by a time, 1 − S, in a life table.

    survival   S just after the time
    effective  S(1−S)/Var S by Greenwood; what it is where S is 0 or 1 does not matter
    upper      the beta distribution of S's upper limits (``survival.product_moments``); None without an event
    followed   at least so many were followed beyond the time without the event
    """

    survival: float
    effective: float
    upper: Moments | None
    followed: int
    proportion: ClassVar[bool] = True

    @property
    def value(self) -> float | None:
        """1 − S."""
        return 1 - self.survival

    def printed(self, level: float) -> Interval:
        """The log-log interval; as judged where S is 0 or 1."""
        s = self.survival
        if not 0 < s < 1 or not self.effective > 0:
            return self.compatible(level)
        low, high = log_log_limits(s, (1 - s) / (s * self.effective), level)
        return Interval(1 - float(high), 1 - float(low), "log-log")

    def compatible(self, level: float) -> Interval:
        """The beta product interval: where nobody left early, exactly Clopper and Pearson's."""
        tail = (1 - checked_level(level)) / 2
        upper = 1.0 if self.upper is None else _beta(self.upper, 1 - tail)
        lower = _beta(self._lower, tail) if self.followed > 0 else 0.0
        return Interval(max(0.0, 1 - upper), min(1.0, 1 - lower), "beta-product")

    @property
    def _lower(self) -> Moments:
        """The moments of the upper distribution times those of Beta(followed, 1)."""
        y = self.followed
        if self.upper is None:
            return Moments(y / (y + 1), y + 1)
        m, size = self.upper.mean, self.upper.size
        second = m * (m * size + 1) / (size + 1)
        first, second = m * y / (y + 1), second * y / (y + 2)
        return Moments(first, first * (1 - first) / (second - first**2) - 1)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """Miettinen and Nurminen's interval on effective counts; in verdicts None where it is sparse."""
        if not isinstance(reference, ShareDone):
            return None
        own, other = ((1 - one.survival, one.effective) for one in (self, reference))
        return effective_contrast(own, other, scale, level, compatible=compatible)


def _beta(moments: Moments, share: float) -> float:
    from scipy.special import betaincinv

    a, b = moments.mean * moments.size, (1 - moments.mean) * moments.size
    return float(betaincinv(a, b, share)) if a > 0 and b > 0 else moments.mean


@dataclass(frozen=True, slots=True)
class Complement:
    """One minus a share."""

    share: Basis
    proportion: ClassVar[bool] = True

    @property
    def value(self) -> float | None:
        """1 − the share."""
        return None if self.share.value is None else 1 - self.share.value

    def printed(self, level: float) -> Interval:
        """The share's interval turned round."""
        return _turned(self.share.printed(level))

    def compatible(self, level: float) -> Interval:
        """The share's interval turned round."""
        return _turned(self.share.compatible(level))


def _turned(interval: Interval) -> Interval:
    return Interval(1 - interval.high, 1 - interval.low, interval.method)


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """∫₀^τ S of ``records`` cases with ``events`` of them done by τ, and Greenwood's standard error."""

    mean: float
    standard_error: float
    records: int
    events: int
    horizon: float

    @property
    def value(self) -> float | None:
        """The restricted mean."""
        return self.mean

    @property
    def sparse(self) -> bool:
        """Too few events for a t interval, or none of the cases varies."""
        return self.events < ENOUGH_EVENTS or not self.standard_error > 0

    def printed(self, level: float) -> Interval:
        """The normal interval; as judged where nothing varies."""
        if not self.standard_error > 0:
            return self.compatible(level)
        return self._around(normal_quantile(checked_level(level)) * self.standard_error, "greenwood")

    def compatible(self, level: float) -> Interval:
        """Student's t with events − 1 degrees of freedom; below ``ENOUGH_EVENTS`` the empirical Bernstein interval."""
        if not self.sparse:
            return self._around(means.t_half_width(self._squared * self.events, self.events, level), "greenwood-t")
        variance = self._squared * self.records
        half = means.bernstein_half_width(variance, self.records, self.horizon, level)
        return self._around(half, "empirical-bernstein")

    @property
    def _squared(self) -> float:
        return self.standard_error**2

    def _around(self, half: float, method: str) -> Interval:
        return Interval(max(0.0, self.mean - half), min(self.horizon, self.mean + half), method)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The normal interval of the difference, or of the ratio through its logarithm, and the z-test.

        In verdicts Welch's t; None where one of the two is sparse, where nothing varies, or a ratio has no logarithm.
        """
        if not isinstance(reference, RestrictedMean) or (compatible and (self.sparse or reference.sparse)):
            return None
        errors = self._squared, reference._squared
        if not sum(errors) > 0 or (scale == "ratio" and not min(self.mean, reference.mean) > 0):
            return None
        sparse = self.sparse or reference.sparse
        difference = self.mean - reference.mean
        p_value = math.erfc(abs(difference) / math.sqrt(2 * sum(errors)))
        if scale == "ratio":
            errors = errors[0] / self.mean**2, errors[1] / reference.mean**2
            center = math.log(self.mean / reference.mean)
        else:
            center = difference
        if compatible:
            half = means.welch(center, errors, (self.events, reference.events), level)[0]
        else:
            half = normal_quantile(level) * math.sqrt(sum(errors))
        ends = (center, center - half, center + half)
        value, low, high = (math.exp(end) for end in ends) if scale == "ratio" else ends
        return ContrastInterval(value, low, high, "greenwood-t" if compatible else "greenwood", sparse, p_value)


@dataclass(frozen=True, slots=True)
class TimeQuantile:
    """The time by which a share ``p`` is done.

    time   the estimate; None if the curve never falls so far
    ends   level -> Brookmeyer and Crowley's ends, for ``LEVELS``; None is an upper end that is never reached
    curve  time -> the share done by then, at times that lie apart by more than a few cases
    """

    p: float
    time: float | None
    ends: Mapping[float, tuple[float, float | None]]
    curve: tuple[tuple[float, ShareDone], ...]

    @property
    def value(self) -> float | None:
        """The time."""
        return self.time

    def printed(self, level: float) -> Interval:
        """The interval at the nearest known level that is not lower; read off the curve beyond them."""
        known = [each for each in self.ends if each >= level - 1e-9]
        if not known:
            return self.compatible(level)
        low, high = self.ends[min(known)]
        return Interval(low, math.inf if high is None else high, "brookmeyer-crowley")

    def compatible(self, level: float) -> Interval:
        """From the last time of the curve at which surely less than ``p`` are done to the first with surely more."""
        inner = [(time, share.compatible(level)) for time, share in self.curve]
        low = max((time for time, share in inner if share.high < self.p), default=0.0)
        high = min((time for time, share in inner if share.low >= self.p), default=math.inf)
        return Interval(low, high, "beta-product on the curve")
