"""An estimate with a standard error, taken as normal, or as Student's t where the error has few degrees of freedom."""

from __future__ import annotations

import math
from dataclasses import dataclass

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.intervals import checked_level, normal_quantile
from counterproof.stats.series import t_p_value

__all__ = ["Normal", "half_width"]


def half_width(error: float, degrees: float | None, level: float) -> float:
    """Half the width of an interval at a standard error; normal without degrees of freedom, inf below one."""
    from scipy.special import stdtrit

    if not math.isfinite(error) or (degrees is not None and degrees < 1):
        return math.inf
    if degrees is None:
        return normal_quantile(checked_level(level)) * error
    return float(stdtrit(degrees, (1 + checked_level(level)) / 2)) * error


@dataclass(frozen=True, slots=True)
class Normal:
    """An estimate, its standard error, and the degrees of freedom of the error; None means that it is as good as known.

    least, most  the range in which the quantity lies; the interval is cut there. A value of nan is no estimate.
    method       the name that is printed
    log          estimate and error are those of the logarithm; value and interval are not
    """

    estimate: float
    standard_error: float
    degrees: float | None = None
    least: float = -math.inf
    most: float = math.inf
    method: str = "student-t"
    log: bool = False

    @property
    def value(self) -> float | None:
        """The estimate; None where there is none."""
        if math.isnan(self.estimate):
            return None
        return math.exp(self.estimate) if self.log else self.estimate

    def printed(self, level: float) -> Interval:
        """estimate ± t · standard error, within the range."""
        half = half_width(self.standard_error, self.degrees, level)
        if not math.isfinite(half) or self.value is None:
            return Interval(max(self.least, 0.0) if self.log else self.least, self.most, self.method)
        low, high = self.estimate - half, self.estimate + half
        if self.log:
            low, high = math.exp(low), math.exp(high)
        return Interval(max(self.least, low), min(self.most, high), self.method)

    def compatible(self, level: float) -> Interval:
        """As printed."""
        return self.printed(level)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The difference of two independent estimates, by Satterthwaite's degrees of freedom; None for any other."""
        if not isinstance(reference, Normal) or scale != "difference" or None in (self.value, reference.value):
            return None
        if self.log or reference.log:
            return None
        squares = self.standard_error**2, reference.standard_error**2
        if not 0 < sum(squares) < math.inf:
            return None
        degrees = _satterthwaite(squares, (self.degrees, reference.degrees))
        difference, error = self.estimate - reference.estimate, math.sqrt(sum(squares))
        half = half_width(error, degrees, level)
        p_value = t_p_value(difference / error, math.inf if degrees is None else degrees)
        return ContrastInterval(difference, difference - half, difference + half, self.method, False, p_value)


def _satterthwaite(squares: tuple[float, float], degrees: tuple[float | None, float | None]) -> float | None:
    below = sum(s**2 / d for s, d in zip(squares, degrees, strict=True) if d is not None)
    return sum(squares) ** 2 / below if below > 0 else None
