"""The threshold model: its counts, its priors, its density, and the coordinates in which it is walked.

For stops i of group r at place d:   p ~ Beta(mean φ, concentration λ), searched if p > t, and the search hits with
probability p. So searches are Binomial(stops, T) and hits Binomial(searches, h), see ``tail``, with

    logit φ_rd = φ_r + φ_d      φ_r ~ N(−3.5, .25)   φ_d ~ N(0, .25)      φ_d = λ_d = 0 at the place with most stops
    log λ_rd   = λ_r + λ_d      λ_r ~ N(2, .5)       λ_d ~ N(0, .5)
    logit t_rd = t_r + σ_r z    t_r ~ N(−2, 1)       σ_r ~ N⁺(0, .25)     z ~ N(0, 1)

[1] C. Simoiu, S. Corbett-Davies, S. Goel (2017). The problem of infra-marginality in outcome tests for discrimination.
    Annals of Applied Statistics 11, 1193-1216.
[2] E. Pierson, C. Simoiu, J. Overgoor, S. Corbett-Davies, et al. (2020). A large-scale analysis of racial disparities
    in police stops across the United States. Nature Human Behaviour 4, 736-745.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit, xlog1py, xlogy

from counterproof.stats.intervals import Floats
from counterproof.stats.threshold import tail

__all__ = ["Counts", "Model", "Point", "Priors", "Values"]

_STRONG = 4.0
"""A cell's counts tell its threshold this many times better than its group does: then it is walked by itself."""
_STEP = 1e-3
_ROUNDS = 6
_FAR, _HALVINGS = 30.0, 50
_EDGE = 1e-9
_STEEPEST, _MOST = 1e2, 1e8


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole numbers of shape (places, groups), hits <= searches <= stops; a cell without stops says nothing."""

    stops: NDArray[np.int64]
    searches: NDArray[np.int64]
    hits: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not self.stops.ndim == 2 or not self.stops.shape == self.searches.shape == self.hits.shape:
            raise ValueError("stops, searches and hits are tables of one shape: places, groups")
        if not ((self.hits >= 0) & (self.hits <= self.searches) & (self.searches <= self.stops)).all():
            raise ValueError("0 <= hits <= searches <= stops does not hold")

    def without(self, place: int) -> Counts:
        """The same tables with nothing counted at one place."""
        kept = np.arange(len(self.stops))[:, None] != place
        return Counts(self.stops * kept, self.searches * kept, self.hits * kept)


@dataclass(frozen=True, slots=True)
class Priors:
    """Means and standard deviations of the normal priors; σ_r is the absolute value of one with mean 0."""

    mean: tuple[float, float, float, float] = (-3.5, 2.0, -2.0, 0.0)
    spread: tuple[float, float, float, float] = (0.25, 0.5, 1.0, 0.25)
    place_spread: tuple[float, float] = (0.25, 0.5)

    def times(self, factor: float) -> Priors:
        """Every standard deviation times a factor."""
        wider = (factor * sd for sd in (*self.spread, *self.place_spread))
        one, two, three, four, five, six = wider
        return Priors(self.mean, (one, two, three, four), (five, six))


class Point(NamedTuple):
    """A point, or many along leading axes.

    shared  (φ_r, λ_r, t_r, σ_r) as standard deviations of their priors from the prior means, shape (…, 4, groups)
    local   (φ_d, λ_d) likewise, then one coordinate a group for the threshold, shape (…, places, 2 + groups)
    """

    shared: Floats
    local: Floats


class Values(NamedTuple):
    """What a point means: (φ_r, λ_r, t_r, σ_r), (φ_d, λ_d) and logit t, in the shapes of a point's parts."""

    shared: Floats
    places: Floats
    thresholds: Floats


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a point means for each cell, shape (…, places, groups)."""

    mean: Floats
    concentration: Floats
    threshold: Floats
    centre: Floats
    spread: Floats
    by_mean: Floats
    by_concentration: Floats


@dataclass(frozen=True)
class Model:
    """Density and gradient. The coordinate of a cell's threshold is z where its counts are weak.

    Where they are strong (``strong``) z would have to follow every other parameter along a thin curved ridge, on which
    the search rate stays as it is. There the coordinate is the distance of logit t from that ridge, of which ``ridge``
    has the point of contact, slopes and curvatures: logit t is moved by a function of the other coordinates, so the
    density needs no further factor. The sign of σ_r is left open, which changes nothing and removes a border.
    ``free`` is 0 at the place with most stops, whose φ_d and λ_d are 0, and else 1, shape (places,).
    """

    counts: Counts
    priors: Priors
    free: Floats
    strong: NDArray[np.bool_]
    ridge: Floats

    @classmethod
    def of(cls, counts: Counts, priors: Priors) -> Model:
        """The model with every cell as if its counts were weak."""
        shape, total = counts.stops.shape, counts.stops.sum(axis=1)
        free = np.where(np.arange(len(total)) == total.argmax(), 0.0, 1.0)
        return cls(counts, priors, free, np.zeros(shape, dtype=bool), np.zeros((8, *shape)))

    def start(self) -> Values:
        """The prior means, with the threshold at which each cell would be searched as often as it was.

        The mean signal begins above the share of stops that ended in a hit, which it cannot be below.
        """
        stops, searches = self.counts.stops, self.counts.searches
        seen = (searches + 0.5) / (stops + 1.0)
        shared = np.repeat(np.array(self.priors.mean)[:, None], stops.shape[1], axis=1)
        shared[0] = np.maximum(shared[0], logit((self.counts.hits.sum(axis=0) + 0.5) / (stops.sum(axis=0) + 1.0)) + 0.5)
        low, high = np.full(stops.shape, -_FAR), np.full(stops.shape, _FAR)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            more = tail.exact(shared[0] + 0 * middle, shared[1] + 0 * middle, middle)[0] > seen
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        weight = np.maximum(searches, _EDGE)
        shared[2] = (weight * middle).sum(axis=0) / weight.sum(axis=0)
        off = (weight * (middle - shared[2]) ** 2).sum(axis=0) / weight.sum(axis=0)
        shared[3] = np.sqrt(off + self.priors.spread[3] ** 2)
        return Values(shared, np.zeros((len(stops), 2)), np.where(stops > 0, middle, shared[2]))

    def values(self, at: Point) -> Values:
        """What a point means, the same in every model with as many places and groups."""
        shared = np.array(self.priors.mean)[:, None] + self._scale * at.shared
        return Values(shared, at.local[..., :2] * self._place_scale, self._cells(at).threshold)

    def point(self, values: Values) -> Point:
        """The point that means this; at the place with most stops φ_d and λ_d are taken as 0."""
        shared = (values.shared - np.array(self.priors.mean)[:, None]) / self._scale
        places = values.places / np.array(self.priors.place_spread) * self.free[:, None]
        cells = self._cells(Point(shared, np.concatenate([places, np.zeros_like(values.thresholds)], axis=-1)))
        weak, strong = (values.thresholds - cells.centre) / cells.spread, values.thresholds - cells.threshold
        return Point(shared, np.concatenate([places, np.where(self.strong, strong, weak)], axis=-1))

    def rates(self, at: Point) -> tuple[Floats, Floats]:
        """Search rate and hit rate of each cell, shape (…, places, groups)."""
        cells = self._cells(at)
        return tail.exact(cells.mean, cells.concentration, cells.threshold)

    def log_likelihood(self, at: Point) -> Floats:
        """Of each cell's counts, up to a constant, shape (…, places, groups)."""
        searched, hit = self.rates(at)
        n, s, h = self.counts.stops, self.counts.searches, self.counts.hits
        searching = xlogy(s, searched) + xlog1py(n - s, -searched)
        return np.where(n > 0, searching + xlogy(h, hit) + xlog1py(s - h, -hit), 0.0)

    def log_density(self, at: Point) -> Floats:
        """Of the posterior in these coordinates, up to a constant, shape (…); −inf where it cannot be computed."""
        cells = self._cells(at)
        own = at.local[..., 2:]
        pooled = np.where(self.strong, -0.5 * self._deviation(cells) ** 2 - np.log(np.abs(cells.spread)), -0.5 * own**2)
        prior = -0.5 * (at.shared**2).sum((-1, -2)) - 0.5 * (at.local[..., :2] ** 2).sum((-1, -2))
        total = self.log_likelihood(at).sum((-1, -2)) + pooled.sum((-1, -2)) + prior
        return np.where(np.isfinite(total), total, -np.inf)

    def gradient(self, at: Point) -> Point:
        """Slopes of the density by the approximate tail: close to those of ``log_density``, and ten times faster."""
        cells = self._cells(at)
        n, s, h = self.counts.stops, self.counts.searches, self.counts.hits
        found = tail.approximate(cells.mean, cells.concentration, cells.threshold)
        hit = np.clip(found.hit, _EDGE, 1 - _EDGE)
        searching, hitting = (s - n * found.searched) / (1 - found.searched), (h - s * hit) / (hit * (1 - hit))
        pairs = zip(found.of_log_searched, found.of_hit, strict=True)
        by_mean, by_concentration, by_threshold = (searching * one + hitting * other for one, other in pairs)
        pull = np.where(self.strong, self._deviation(cells) / cells.spread, 0.0)
        by_threshold = by_threshold - pull
        along = np.where(self.strong, by_threshold, 0.0)
        by_mean, by_concentration = by_mean + along * cells.by_mean, by_concentration + along * cells.by_concentration
        by_centre = np.where(self.strong, pull, by_threshold)
        own = at.local[..., 2:]
        by_spread = np.where(self.strong, pull * self._deviation(cells) - 1 / cells.spread, by_threshold * own)
        shared = np.stack([part.sum(-2) for part in (by_mean, by_concentration, by_centre, by_spread)], axis=-2)
        places = np.stack([by_mean.sum(-1), by_concentration.sum(-1)], axis=-1) * self._place_scale
        by_own = np.where(self.strong, by_threshold, by_threshold * cells.spread - own)
        local = np.concatenate([places - at.local[..., :2], by_own], axis=-1)
        return Point(shared * self._scale - at.shared, local)

    def information(self, at: Point) -> tuple[Floats, Floats, Floats]:
        """Expected curvature at one point: of the shared coordinates, of each place, and between the two.

        Shapes (4·groups,)², (places, 2 + groups, 2 + groups) and (places, 2 + groups, 4·groups).
        """
        cells = self._cells(at)
        places, groups = self.counts.stops.shape
        jacobian = self._jacobian(at, cells)
        fisher = self._fisher(cells)
        whole = np.einsum("dgia,dgij,dgjb->dab", jacobian, fisher, jacobian)
        off = jacobian[:, :, 2].copy()
        each = np.arange(groups)
        off[:, each, 2 * groups + each] -= self.priors.spread[2]
        whole += np.einsum("dga,dgb,dg->dab", off, off, np.where(self.strong, 1 / cells.spread**2, 0.0))
        split = 4 * groups
        own = np.concatenate([np.ones((places, 2)), np.where(self.strong, 0.0, 1.0)], axis=1)
        prior = np.ones((4, groups))
        prior[3] += (2 * self.strong / cells.spread**2).sum(axis=0) * self.priors.spread[3] ** 2
        local = whole[:, split:, split:] + own[:, :, None] * np.eye(2 + groups)
        return whole[:, :split, :split].sum(axis=0) + np.diag(prior.ravel()), local, whole[:, split:, :split]

    def centred(self, at: Point) -> Model:
        """The same model with ridges through one point, and strong cells as they are there."""
        cells = self._cells(at)
        strong = self._fisher(cells)[..., 2, 2] * cells.spread**2 > _STRONG
        goal = np.log(tail.approximate(cells.mean, cells.concentration, cells.threshold).searched)

        def ridge(i: int, j: int) -> Floats:
            threshold = cells.threshold
            for _ in range(_ROUNDS):
                found = tail.approximate(cells.mean + i * _STEP, cells.concentration + j * _STEP, threshold)
                threshold = threshold - (np.log(found.searched) - goal) / found.of_log_searched[2]
            return threshold

        at_ = {(i, j): ridge(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        slopes = (at_[1, 0] - at_[-1, 0]) / 2, (at_[0, 1] - at_[0, -1]) / 2
        bends = (
            at_[1, 0] - 2 * at_[0, 0] + at_[-1, 0],
            (at_[1, 1] - at_[1, -1] - at_[-1, 1] + at_[-1, -1]) / 4,
            at_[0, 1] - 2 * at_[0, 0] + at_[0, -1],
        )
        contact = np.array([cells.mean, cells.concentration, cells.threshold])
        ridges = np.array([*contact, *(slope / _STEP for slope in slopes), *(bend / _STEP**2 for bend in bends)])
        found = np.isfinite(ridges).all(axis=0)
        return replace(self, strong=strong & found, ridge=np.where(found, ridges, 0.0))

    @property
    def _scale(self) -> Floats:
        return np.array(self.priors.spread)[:, None]

    @property
    def _place_scale(self) -> Floats:
        return np.asarray(self.free[:, None] * np.array(self.priors.place_spread))

    def _cells(self, at: Point) -> _Cells:
        shared = np.array(self.priors.mean)[:, None] + self._scale * at.shared
        means, concentrations, centre, spread = (shared[..., None, row, :] for row in range(4))
        shift = at.local[..., :2] * self._place_scale
        mean, concentration = means + shift[..., :1], concentrations + shift[..., 1:]
        x0, y0, t0, tx, ty, txx, txy, tyy = self.ridge
        x, y = mean - x0, concentration - y0
        ridge = t0 + tx * x + ty * y + 0.5 * txx * x**2 + txy * x * y + 0.5 * tyy * y**2
        own = at.local[..., 2:]
        threshold = np.where(self.strong, ridge + own, centre + spread * own)
        return _Cells(mean, concentration, threshold, centre, spread, tx + txx * x + txy * y, ty + txy * x + tyy * y)

    def _deviation(self, cells: _Cells) -> Floats:
        return np.asarray((cells.threshold - cells.centre) / cells.spread)

    def _fisher(self, cells: _Cells) -> Floats:
        """Expected information of each cell about logit φ, log λ and logit t, shape (places, groups, 3, 3)."""
        found = tail.approximate(cells.mean, cells.concentration, cells.threshold)
        hit, n = np.clip(found.hit, _EDGE, 1 - _EDGE), self.counts.stops
        weights = n * found.searched / (1 - found.searched), n * found.searched / (hit * (1 - hit))
        fisher = np.zeros((*n.shape, 3, 3))
        for slopes, weight in zip((found.of_log_searched, found.of_hit), weights, strict=True):
            slope = np.clip(np.nan_to_num(np.stack(slopes, axis=-1)), -_STEEPEST, _STEEPEST)
            fisher += np.einsum("dgi,dgj,dg->dgij", slope, slope, np.clip(np.nan_to_num(weight), 0, _MOST))
        return fisher

    def _jacobian(self, at: Point, cells: _Cells) -> Floats:
        """Slopes of logit φ, log λ and logit t of each cell in the shared coordinates and those of its place."""
        places, groups = self.counts.stops.shape
        made = np.zeros((places, groups, 3, 5 * groups + 2))
        each, split = np.arange(groups), 4 * groups
        sd = self.priors.spread
        for row in (0, 1):
            made[:, each, row, row * groups + each] = sd[row]
            made[:, :, row, split + row] = self._place_scale[:, None, row]
        curve = cells.by_mean[..., None] * made[:, :, 0] + cells.by_concentration[..., None] * made[:, :, 1]
        made[:, :, 2] = np.where(self.strong[..., None], curve, 0.0)
        made[:, each, 2, 2 * groups + each] = np.where(self.strong, 0.0, sd[2])
        made[:, each, 2, 3 * groups + each] = np.where(self.strong, 0.0, sd[3] * at.local[:, 2:])
        made[:, each, 2, split + 2 + each] = np.where(self.strong, 1.0, cells.spread)
        return made
