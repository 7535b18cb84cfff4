"""Times to an event from a life table: curve, restricted mean, quantiles, log-rank, competing ends.

    tᵢ  distinct times, ascending, in whole units      nᵢ  at risk just before tᵢ: entered earlier, not yet left
    dᵢ  events at tᵢ                                   cᵢ  left at tᵢ without the event; they count as at risk at tᵢ
    S(t) = Π_{tᵢ ≤ t} (1 − dᵢ/nᵢ)                      τ   the horizon

A case that enters at t (left truncation) is at risk after t, not at t. Everything rests on independent leaving: those
who leave are like those who stay, given the time that has passed.

[1] E. L. Kaplan, P. Meier (1958). Nonparametric estimation from incomplete observations. JASA 53, 457-481.
[2] M. Greenwood (1926). The natural duration of cancer. Reports on Public Health and Medical Subjects 33, 1-26.
[3] R. Brookmeyer, J. Crowley (1982). A confidence interval for the median survival time. Biometrics 38, 29-41.
[4] P. Royston, M. K. B. Parmar (2013). Restricted mean survival time. BMC Medical Research Methodology 13, 152.
[5] M. P. Fay, E. H. Brittain, M. A. Proschan (2013). Pointwise confidence intervals for a survival distribution with
    small samples or heavy censoring. Biostatistics 14, 723-736.
[6] O. O. Aalen, S. Johansen (1978). An empirical transition matrix for non-homogeneous Markov chains based on censored
    observations. Scandinavian Journal of Statistics 5, 141-150.
[7] E. Marubini, M. G. Valsecchi (1995). Analysing Survival Data from Clinical Trials and Observational Studies, 10.4.
[8] N. Mantel (1966). Evaluation of survival data and two new rank order statistics arising in its consideration.
    Cancer Chemotherapy Reports 50, 163-170.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from counterproof.stats.intervals import checked_level, normal_quantile

__all__ = [
    "LifeTable",
    "Moments",
    "cumulative_incidence",
    "greenwood",
    "kaplan_meier",
    "life_table",
    "log_log_limits",
    "log_rank",
    "log_rank_p_value",
    "product_moments",
    "quantile",
    "quantile_limits",
    "rmst",
    "value_at",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LifeTable:
    """What happened at each distinct time.

    times    shape (times,), ascending, not negative
    events   shape (kinds, times): events of each kind
    exits    shape (times,): left without the event
    at_risk  shape (times,): at risk just before each time
    """

    times: Floats
    events: Ints
    exits: Ints
    at_risk: Ints

    @property
    def died(self) -> Ints:
        """Events of any kind, shape (times,)."""
        total: Ints = self.events.sum(axis=0)
        return total

    @property
    def emptied(self) -> bool:
        """Whether the curve reaches 0 and cases enter afterwards: with late entry it then says nothing any more."""
        done = np.flatnonzero((self.died > 0) & (self.died == self.at_risk))
        return bool(len(done) and (self.at_risk[done[0] + 1 :] > 0).any())


def life_table(times: ArrayLike, events: ArrayLike, exits: ArrayLike, entries: ArrayLike | None = None) -> LifeTable:
    """A life table from counts by time.

    times    shape (m,), ascending and distinct
    events   shape (m,) or (kinds, m); exits: shape (m,)
    entries  shape (m,): how many came under observation at each time; None if all did at the start

    Raises ValueError for negative times or counts, for times that do not ascend, and for events without anybody at
    risk.
    """
    at = np.asarray(times, dtype=np.float64)
    happened = np.atleast_2d(np.asarray(events, dtype=np.int64))
    left = np.asarray(exits, dtype=np.int64)
    if (np.diff(at) <= 0).any() or (at < 0).any():
        raise ValueError("times must ascend from 0")
    gone = happened.sum(axis=0) + left
    came = np.zeros_like(gone) if entries is None else np.asarray(entries, dtype=np.int64)
    if (happened < 0).any() or (left < 0).any() or (came < 0).any():
        raise ValueError("counts are not negative")
    before = np.cumsum(gone) - gone
    if entries is None:
        at_risk = gone.sum() - before
    else:
        started = int(came[at == 0].sum())  # under observation from the start, so at risk at time 0, too
        at_risk = np.where(at == 0, started, np.cumsum(came) - came) - before
    if (at_risk < gone).any():
        raise ValueError("more leave than are at risk")
    return LifeTable(at, happened, left, at_risk)


def kaplan_meier(table: LifeTable) -> Floats:
    """S just after each time, shape (times,) [1]."""
    died, at_risk = table.died, np.maximum(table.at_risk, 1)
    curve: Floats = np.cumprod(1.0 - died / at_risk, dtype=np.float64)
    return curve


def greenwood(table: LifeTable) -> Floats:
    """Σ d/(n(n−d)) up to each time, so that Var S = S² times it [2]; inf where S is 0. Shape (times,)."""
    died, at_risk = table.died.astype(float), table.at_risk.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(died > 0, died / (at_risk * (at_risk - died)), 0.0)
    total: Floats = np.cumsum(terms)
    return total


def value_at(table: LifeTable, values: Floats, time: float, start: float) -> float:
    """A step function's value at a time; ``start`` before the first step."""
    place = int(np.searchsorted(table.times, time, side="right"))
    return float(values[place - 1]) if place else start


def rmst(table: LifeTable, horizon: float) -> tuple[float, float]:
    """Restricted mean ∫₀^τ S, and its standard error by Greenwood: Var = Σ [∫_{tᵢ}^τ S]² dᵢ/(nᵢ(nᵢ−dᵢ)) [4].

    The mean time spent up to τ. Where the last at risk has the event, nothing is left to vary: that term is 0.
    Raises ValueError unless 0 < τ and, where the curve has not reached 0, τ is at most the largest time.
    """
    curve = kaplan_meier(table)
    if not horizon > 0:
        raise ValueError("the horizon lies above 0")
    if len(table.times) == 0 or (horizon > table.times[-1] and curve[-1] > 0):
        raise ValueError("the horizon lies beyond the largest time")
    inside = table.times <= horizon
    edges = np.concatenate([[0.0], table.times[inside], [horizon]])
    areas = np.concatenate([[1.0], curve[inside]]) * np.diff(edges)
    rest = np.cumsum(areas[::-1])[::-1][1:]
    died, at_risk = table.died[inside].astype(float), table.at_risk[inside].astype(float)
    product = at_risk * (at_risk - died)
    variance = float(np.sum(np.where(product > 0, rest**2 * died / np.where(product > 0, product, 1.0), 0.0)))
    return float(areas.sum()), math.sqrt(variance)


def quantile(table: LifeTable, share: float) -> float | None:
    """The least time by which ``share`` have had the event: S ≤ 1 − share. None if the curve never falls so far."""
    reached = np.flatnonzero(kaplan_meier(table) <= 1 - share + 1e-12)
    return float(table.times[reached[0]]) if len(reached) else None


def quantile_limits(table: LifeTable, share: float, level: float) -> tuple[float, float | None]:
    """Brookmeyer and Crowley's interval [3]: the times at which the log-log limits of S cross 1 − share.

    The lower end is the first time at which the lower limit has fallen to 1 − share, or the largest time if it never
    has; 0 where there is no event, since S then has no such limit. The upper end is the first time at which the upper
    limit has, None if it never has.
    """
    if not table.died.any():
        return 0.0, None
    low, high = log_log_limits(kaplan_meier(table), greenwood(table), level)
    first = _first(table.times, low, share)
    return float(table.times[-1]) if first is None else first, _first(table.times, high, share)


def _first(times: Floats, limit: Floats, share: float) -> float | None:
    reached = np.flatnonzero(limit <= 1 - share + 1e-12)
    return float(times[reached[0]]) if len(reached) else None


def log_log_limits(curve: ArrayLike, variance: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Limits S^exp(±z √V / |log S|) with V the Greenwood sum; S itself where it is 0 or 1."""
    z = normal_quantile(checked_level(level))
    s, v = np.asarray(curve, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    inner = (s > 0) & (s < 1)
    log = np.log(np.where(inner, s, 0.5))
    width = np.exp(z * np.sqrt(np.where(inner, v, 0.0)) / np.abs(log))
    low, high = np.exp(log * width), np.exp(log / width)
    return np.where(inner, low, s), np.where(inner, high, s)


@dataclass(frozen=True, slots=True)
class Moments:
    """A distribution on [0, 1] by mean and size: the beta distribution with a = mean·size and b = (1−mean)·size."""

    mean: float
    size: float


def product_moments(table: LifeTable, time: float) -> Moments | None:
    """The beta distribution with the first two moments of Π Beta(nᵢ − dᵢ + 1, dᵢ) over the events up to ``time`` [5].

    Its quantiles are the upper limits of S(t). Without censoring they are exactly Clopper and Pearson's. None where
    there is no event up to then: the upper limit is 1.
    """
    inside = (table.times <= time) & (table.died > 0)
    died, at_risk = table.died[inside].astype(float), table.at_risk[inside].astype(float)
    if not inside.any():
        return None
    a, total = at_risk - died + 1, at_risk + 1
    first = np.log(a / total).sum()
    # Var/mean² = Π(1 + b/(a·(total+1))) − 1, in logs, so that many records do not cancel
    spread = np.expm1(np.log1p(died / (a * (total + 1))).sum())
    mean = float(np.exp(first))
    return Moments(mean, float((1 - mean) / (mean * spread) - 1))


def log_rank(tables: Sequence[LifeTable]) -> tuple[float, int]:
    """The log-rank statistic of equal curves [8] and its degrees of freedom, the number of groups less one.

    Under equality it is about chi-squared. Raises ValueError for fewer than two groups, or no information at all.
    """
    if len(tables) < 2:
        raise ValueError("the log-rank test compares at least two groups")
    times = np.unique(np.concatenate([one.times[one.died > 0] for one in tables]))
    died = np.array([_spread(one, one.died, times) for one in tables], dtype=np.float64)
    at_risk = np.array([_at_risk(one, times) for one in tables], dtype=np.float64)
    d, n = died.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / n
    excess = (died - d * share).sum(axis=1)[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(n > 1, d * (n - d) / (n - 1), 0.0)
    covariance = np.diag((scale * share).sum(axis=1)) - (scale * share) @ share.T
    inverse = np.linalg.pinv(covariance[:-1, :-1], hermitian=True)
    if not covariance.any():
        raise ValueError("there is nothing to compare: at no event is more than one group at risk")
    return float(excess @ inverse @ excess), len(tables) - 1


def log_rank_p_value(statistic: float, degrees: int) -> float:
    """How often equal curves give a log-rank statistic at least so large."""
    from scipy.special import chdtrc

    return float(chdtrc(degrees, statistic))


def _spread(table: LifeTable, counts: Ints, times: Floats) -> Ints:
    """Counts at other times, 0 where the table has none."""
    place = np.searchsorted(table.times, times)
    found = np.zeros(len(times), dtype=np.int64)
    known = place < len(table.times)
    known[known] = table.times[place[known]] == times[known]
    found[known] = counts[place[known]]
    return found


def _at_risk(table: LifeTable, times: Floats) -> Ints:
    """At risk just before other times: at the next own time, plus who entered and minus who left in between."""
    if not len(table.times):
        return np.zeros(len(times), dtype=np.int64)
    place = np.searchsorted(table.times, times)
    after = table.at_risk - table.died - table.exits
    own = place < len(table.times)
    found = np.where(own, table.at_risk[np.minimum(place, len(table.times) - 1)], after[-1])
    return found.astype(np.int64)


def cumulative_incidence(table: LifeTable, kind: int, time: float) -> tuple[float, float]:
    """Share that has ended in one of several ways by ``time``, Aalen and Johansen's estimate [6], and its variance.

    F = Σ S(tᵢ₋) dᵢₖ/nᵢ. The variance is that of the delta method [7]:
    Σ (F − Fᵢ)² dᵢ/(nᵢ(nᵢ−dᵢ)) + Σ Sᵢ₋² dᵢₖ(nᵢ−dᵢₖ)/nᵢ³ − 2 Σ (F − Fᵢ) Sᵢ₋ dᵢₖ/nᵢ²; with one kind it is Greenwood's.
    """
    inside = (table.times <= time) & (table.died > 0)
    if not inside.any():
        return 0.0, 0.0
    died, at_risk = table.died[inside].astype(float), table.at_risk[inside].astype(float)
    own = table.events[kind][inside].astype(float)
    before = np.concatenate([[1.0], kaplan_meier(table)[inside][:-1]])
    so_far = np.cumsum(before * own / at_risk)
    rest = so_far[-1] - so_far
    product = at_risk * (at_risk - died)
    first = np.where(product > 0, rest**2 * died / np.where(product > 0, product, 1.0), 0.0)
    second = before**2 * own * (at_risk - own) / at_risk**3
    third = -2 * rest * before * own / at_risk**2
    return float(so_far[-1]), max(0.0, float((first + second + third).sum()))
