"""Draws from the posterior of the threshold model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from counterproof.stats.intervals import Floats
from counterproof.stats.threshold.model import Counts, Model, Point, Priors, Values
from counterproof.stats.threshold.walk import Step, walk
from counterproof.stats.threshold.whitening import Whitening

__all__ = ["Fit", "fit"]

_LEARNING = (80, 80, 120)
"""Iterations before the draws that are kept; each part but the first begins in coordinates made from the one before."""
_AGAIN = (60, 100)
_NEWTON = 100
_HALVINGS = 14
_SETTLED = 0.01


@dataclass(frozen=True)
class Fit:
    """Draws with their model, and how they were walked; arrays lead with (draws, chains)."""

    model: Model
    points: Point
    whitening: Whitening
    step: Step

    @property
    def thresholds(self) -> Floats:
        """t of each cell, a proportion, shape (draws, chains, places, groups)."""
        from scipy.special import expit

        return np.asarray(expit(self.model.values(self.points).thresholds))

    def more(self, rng: np.random.Generator, draws: int) -> Fit:
        """This fit with further draws from each chain."""
        with np.errstate(all="ignore"):
            last = Point(self.points.shared[-1], self.points.local[-1])
            further = _stacked(walk(self.model, self.whitening, last, self.step, draws, rng, learn=False))
        return replace(self, points=Point(*(np.concatenate(both) for both in zip(self.points, further, strict=True))))

    def again(self, rng: np.random.Generator, counts: Counts, priors: Priors, *, chains: int, draws: int) -> Fit:
        """A fit to other counts of the same shape, or with other priors, that begins where this one ended."""
        with np.errstate(all="ignore"):
            model = Model.of(counts, priors)
            known = model.point(self.model.values(Point(self.points.shared[:, :chains], self.points.local[:, :chains])))
            return _learnt(model, known, self.step.kept(), _AGAIN, draws, rng)


def fit(
    counts: Counts, rng: np.random.Generator, *, priors: Priors | None = None, chains: int = 4, draws: int = 500
) -> Fit:
    """``draws`` from each of ``chains`` that start apart. The same generator gives the same draws.

    The walk begins around the mode for σ_r at its prior's standard deviation, learns coordinates and step size, and
    keeps them. A draw costs about eight gradients, and a gradient is proportional to cells times chains.
    """
    with np.errstate(all="ignore"):
        model, centre = _mode(Model.of(counts, priors or Priors()))
        whitening, step = Whitening.at(model, centre), Step()
        start = _apart(model, whitening, chains, rng)
        first = _stacked(walk(model, whitening, start, step, _LEARNING[0], rng, learn=True))
        return _learnt(model, first, step.kept(), _LEARNING[1:], draws, rng)


def _apart(model: Model, whitening: Whitening, chains: int, rng: np.random.Generator) -> Point:
    """A start for each chain, as far from the centre as the posterior would be if it were normal.

    Halfway back, as often as it takes, where the density is too small for a double.
    """
    shape = (chains, *whitening.centre.local.shape)
    z = Point(rng.standard_normal((chains, len(whitening.shared))), rng.standard_normal(shape))
    while (lost := ~np.isfinite(model.log_density(start := whitening.point(z)))).any():
        z.shared[lost] /= 2
        z.local[lost] /= 2
    return start


def _learnt(model: Model, points: Point, step: Step, parts: Sequence[int], draws: int, rng: np.random.Generator) -> Fit:
    """Draws in coordinates that are made anew from the points before each part, and then kept."""
    for iterations in parts:
        last = model.values(Point(points.shared[-1], points.local[-1]))
        model, centre, covariance = _centred(model, points)
        whitening = Whitening.at(model, centre, covariance)
        points = _stacked(walk(model, whitening, model.point(last), step, iterations, rng, learn=True))
        step = step.kept()
    start = Point(points.shared[-1], points.local[-1])
    return Fit(model, _stacked(walk(model, whitening, start, step, draws, rng, learn=False)), whitening, step)


def _mode(model: Model) -> tuple[Model, Point]:
    """The model with ridges through the mode for given σ_r, and that mode, by Newton's method.

    Begins with thresholds that give the search rates seen, and goes along the ridges from there. With σ_r free the mode
    is no good place to begin a walk: its σ_r is far too large.
    """
    model, here = _ridged(model, model.start())
    for _ in range(_NEWTON):
        density, uphill = model.log_density(here), model.gradient(here)
        uphill.shared[3] = 0.0
        way = Whitening.at(model, here).step(uphill)
        way.shared[3] = 0.0
        for halving in range(_HALVINGS):
            there = Point(here.shared + 0.5**halving * way.shared, here.local + 0.5**halving * way.local)
            gain = model.log_density(there) - density
            if gain > 0:
                break
        if not gain > _SETTLED:
            break
        model, here = _ridged(model, model.values(there))
    return model, here


def _centred(model: Model, points: Point) -> tuple[Model, Point, Floats]:
    """The model with ridges through the mean of the later draws, that mean, and the shared covariance."""
    later = Point(*(part[len(part) // 3 :] for part in points))
    values = model.values(later)
    shared = values.shared.copy()
    shared[..., 3, :] = np.abs(shared[..., 3, :])
    means = Values(*(part.mean(axis=(0, 1)) for part in (shared, values.places, values.thresholds)))
    centred, centre = _ridged(model, means)
    standard = shared / np.array(model.priors.spread)[:, None]
    return centred, centre, np.cov(standard.reshape(-1, centre.shared.size).T)


def _ridged(model: Model, values: Values) -> tuple[Model, Point]:
    ridged = model.centred(model.point(values))
    return ridged, ridged.point(values)


def _stacked(points: Sequence[Point]) -> Point:
    return Point(np.stack([one.shared for one in points]), np.stack([one.local for one in points]))
