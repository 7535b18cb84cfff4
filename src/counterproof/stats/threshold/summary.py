"""What the draws say: one threshold a group, what the model predicts, and which place it leans on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from counterproof.stats.draws import effective_size, quantiles, r_hat
from counterproof.stats.intervals import Floats
from counterproof.stats.threshold.fitting import Fit
from counterproof.stats.threshold.model import Point

__all__ = ["ENOUGH", "MET", "Predicted", "group_thresholds", "has_settled", "influence", "predicted", "settled"]

ENOUGH = 400
MET = 1.01
"""Independent draws, and R-hat, from which on draws are trusted (Vehtari et al. 2021)."""
_MOST = 8
_REPLICATES = 400


def settled(found: Fit, rng: np.random.Generator, *, enough: int = ENOUGH, met: float = MET) -> Fit:
    """A fit with draws enough for the threshold of every group, or with eight times as many as it came with.

    Where they are far from enough the coordinates are learnt anew from them, since the first ones were poor.
    """
    chains, draws = found.points.shared.shape[1], len(found.points.shared)
    if not has_settled(group_thresholds(found), enough // 2, math.inf):
        found = found.again(rng, found.model.counts, found.model.priors, chains=chains, draws=draws)
    while len(found.points.shared) < _MOST * draws and not has_settled(group_thresholds(found), enough, met):
        found = found.more(rng, draws)
    return found


def has_settled(draws: Floats, enough: int = ENOUGH, met: float = MET) -> bool:
    """Whether the threshold of every group has so many independent draws, and an R-hat of at most ``met``."""
    groups = [draws[..., g] for g in range(draws.shape[-1]) if np.isfinite(draws[..., g]).all()]
    return all(effective_size(one) >= enough and r_hat(one) <= met for one in groups)


def group_thresholds(found: Fit) -> Floats:
    """Σ N_d t_rd / Σ N_d for each group r, N_d all stops at a place; shape (draws, chains, groups).

    Over the places where the group was stopped. nan for a group without stops.
    """
    weight = _weights(found)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.einsum("kcdg,dg->kcg", found.thresholds, weight) / weight.sum(axis=0))


def influence(found: Fit, reference: int) -> Floats:
    """How far each place alone moves a gap to the reference group, in posterior standard deviations, shape (places,).

    The largest over the groups of |E(gap without the place) − E(gap)|, where the mean without its counts is taken to
    first order as E(g) − Cov(g, log likelihood of the place). It says which place to leave out and fit again, no more:
    where the effect is large, the first order is too small.
    """
    weight, thresholds = _weights(found), found.thresholds
    with np.errstate(invalid="ignore"):
        rest = np.einsum("kcdg,dg->kcg", thresholds, weight)[:, :, None] - thresholds * weight
        left = _gaps(rest / (weight.sum(axis=0) - weight), reference)
        whole = _gaps(group_thresholds(found), reference)
        likelihood = found.model.log_likelihood(found.points).sum(axis=-1)
        off = likelihood - likelihood.mean(axis=(0, 1))
        first = np.einsum("kcdg,kcd->dg", left, off) / off[..., 0].size
        effect = left.mean(axis=(0, 1)) - first - whole.mean(axis=(0, 1))
        return np.asarray(np.nan_to_num(np.abs(effect / whole.std(axis=(0, 1)))).max(axis=-1))


@dataclass(frozen=True, slots=True)
class Predicted:
    """Tables that the fitted model would give, beside the one that it was fitted to.

    rate         of each group, shape (groups,): Σ expected / Σ trials
    low, high    of each group: the middle ``level`` of the rates of new tables
    outside      places where the seen count lies outside the middle ``level`` of new ones, shape (places, groups)
    tried        places with a trial, shape (places, groups)
    """

    rate: Floats
    low: Floats
    high: Floats
    outside: NDArray[np.bool_]
    tried: NDArray[np.bool_]

    def surprise(self, level: float) -> float:
        """Chance of so many places outside, or more, if each lies there with 1 − level."""
        return (
            float(bdtrc(int(self.outside.sum()) - 1, int(self.tried.sum()), 1 - level)) if self.outside.any() else 1.0
        )


def predicted(found: Fit, rng: np.random.Generator, level: float) -> tuple[Predicted, Predicted]:
    """Searches among the stops, and hits among the searches that were made."""
    total = len(found.points.shared) * found.points.shared.shape[1]
    picked = np.unique(np.linspace(0, total - 1, _REPLICATES).astype(int))
    flat = Point(*(part.reshape(total, *part.shape[2:])[picked] for part in found.points))
    searched, hit = found.model.rates(flat)
    counts = found.model.counts
    return (
        _predicted(counts.searches, counts.stops, searched, rng, level),
        _predicted(counts.hits, counts.searches, hit, rng, level),
    )


def _predicted(
    seen: NDArray[np.int64], trials: NDArray[np.int64], rate: Floats, rng: np.random.Generator, level: float
) -> Predicted:
    rate = np.clip(rate, 0.0, 1.0)
    tail = (1 - level) / 2
    below = bdtr(seen, trials, rate).mean(axis=0)
    above = 1 - np.where(seen > 0, bdtr(np.maximum(seen - 1, 0), trials, rate), 0.0).mean(axis=0)
    whole = np.maximum(trials.sum(axis=0), 1)
    again = rng.binomial(trials, rate).sum(axis=1) / whole
    ends = np.array([quantiles(again[:, group], level) for group in range(again.shape[1])]).reshape(-1, 2)
    tried = trials > 0
    outside = tried & (np.minimum(below, above) < tail)
    return Predicted((rate * trials).sum(axis=1).mean(axis=0) / whole, ends[:, 0], ends[:, 1], outside, tried)


def _weights(found: Fit) -> Floats:
    """All stops at a place for each group that was stopped there, shape (places, groups)."""
    stops = found.model.counts.stops
    return np.asarray(stops.sum(axis=1, keepdims=True) * (stops > 0.0))


def _gaps(draws: Floats, reference: int) -> Floats:
    """Each other group's threshold less the reference's; the threshold itself where there is no other group."""
    others = [g for g in range(draws.shape[-1]) if g != reference]
    return draws[..., others] - draws[..., [reference]] if others else draws
