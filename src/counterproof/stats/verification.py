"""Rates where some outcomes, or some labels, were never learned: what is certain, and what one assumption adds.

Bounds. Each record adds to the numerator of a rate, to the rest of its denominator, or to neither. Where that is not
known, the least and the greatest value of the rate are reached by filling in each record by itself: for the least,
with the rest if it may be there, else with nothing; for the greatest, with the numerator [1].

Begg and Greenes. If whether an outcome was learned depends on the flag alone, and not on the outcome itself, the share
of outcomes among the verified holds for the unverified with the same flag [2]; the variance is Zhou's [3].

[1] C. F. Manski (1989). Anatomy of the selection problem. Journal of Human Resources 24, 343-360.
[2] C. B. Begg, R. A. Greenes (1983). Assessment of diagnostic tests when disease verification is subject to selection
    bias. Biometrics 39, 207-215.
[3] X. H. Zhou (1993). Maximum likelihood estimators of sensitivity and specificity corrected for verification bias.
    Communications in Statistics, Theory and Methods 22, 3177-3198.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from counterproof.stats.intervals import checked_level, normal_quantile

__all__ = ["GREATEST", "LEAST", "Corrected", "Role", "begg_greenes", "extremes"]

Role = Literal["numerator", "rest", "outside"]
LEAST: tuple[Role, ...] = ("rest", "outside", "numerator")
GREATEST: tuple[Role, ...] = ("numerator", "outside", "rest")


def extremes(parts: Iterable[tuple[frozenset[Role], int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    """(successes, trials) of a rate at its least and at its greatest, over every way to fill in what is not known.

    parts  counts of records, each with every role that its records may play

    Sharp: both ends are reached. Trials of 0 mean that at this end nothing stands below the line.
    """
    parts = list(parts)
    return _filled(parts, LEAST), _filled(parts, GREATEST)


def _filled(parts: list[tuple[frozenset[Role], int]], order: tuple[Role, ...]) -> tuple[int, int]:
    counts = dict.fromkeys(order, 0)
    for roles, count in parts:
        counts[next(role for role in order if role in roles)] += count
    return counts["numerator"], counts["numerator"] + counts["rest"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected rate; ``logit_variance`` is that of log(value/(1 − value)), inf where a count behind it is zero."""

    value: float
    logit_variance: float

    @property
    def standard_error(self) -> float:
        """Zhou's, by the delta method: value (1 − value) √logit_variance."""
        return self.value * (1 - self.value) * math.sqrt(self.logit_variance)

    def interval(self, level: float) -> tuple[float, float] | None:
        """The normal interval on the logit scale; None where it has none (value 0 or 1, or a count of zero)."""
        if not 0 < self.value < 1 or not math.isfinite(self.logit_variance):
            return None
        middle = math.log(self.value / (1 - self.value))
        half = normal_quantile(checked_level(level)) * math.sqrt(self.logit_variance)
        return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))


def begg_greenes(s1: int, r1: int, n1: int, s0: int, r0: int, n0: int) -> tuple[Corrected, Corrected] | None:
    """True positive rate and true negative rate, if verification depends on the flag alone.

    s1, r1  verified flagged records in which the outcome did and did not occur; n1 all flagged
    s0, r0  the same of those not flagged; n0 all of them

    With p1 = s1/(s1+r1), p0 = s0/(s0+r0):

        n1 p1 / (n1 p1 + n0 p0)                logit variance  N/(n1 n0) + r1/(s1(s1+r1)) + r0/(s0(s0+r0))
        n0 (1−p0) / (n0 (1−p0) + n1 (1−p1))    logit variance  N/(n1 n0) + s1/(r1(s1+r1)) + s0/(r0(s0+r0))

    None where nobody flagged, or nobody not flagged, was verified, or where a rate has nothing below its line.
    Raises ValueError for more verified than there are.
    """
    if min(s1, r1, s0, r0) < 0 or s1 + r1 > n1 or s0 + r0 > n0:
        raise ValueError("no more records can be verified than there are")
    if not s1 + r1 or not s0 + r0 or not s1 + s0 or not r1 + r0:
        return None
    p1, p0 = s1 / (s1 + r1), s0 / (s0 + r0)
    flags = (n1 + n0) / (n1 * n0)
    positive, negative = n1 * p1 + n0 * p0, n0 * (1 - p0) + n1 * (1 - p1)
    return (
        Corrected(n1 * p1 / positive, flags + _odds_error(r1, s1) + _odds_error(r0, s0)),
        Corrected(n0 * (1 - p0) / negative, flags + _odds_error(s1, r1) + _odds_error(s0, r0)),
    )


def _odds_error(other: int, own: int) -> float:
    """Variance of the log of a share own/(own + other)."""
    return other / (own * (own + other)) if own else math.inf
