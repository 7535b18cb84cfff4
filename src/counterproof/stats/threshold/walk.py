"""Hamiltonian Monte Carlo [1] in whitened coordinates: chains side by side, all with the same step and length.

The slopes that push a chain may be approximate: a step of the leapfrog changes no volume whatever they are, and the
accepting of its end by the exact density keeps the exact posterior.

[1] R. M. Neal (2011). MCMC using Hamiltonian dynamics. Handbook of Markov Chain Monte Carlo, chapter 5.
[2] M. D. Hoffman, A. Gelman (2014). The No-U-Turn Sampler. JMLR 15, 1593-1623, section 3.2 (dual averaging).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from counterproof.stats.intervals import Floats
from counterproof.stats.threshold.model import Model, Point
from counterproof.stats.threshold.whitening import Whitening

__all__ = ["Step", "walk"]

_ACCEPTED = 0.8
_TOWARDS = math.log(0.6)
_SHRINKAGE = 0.1
_LENGTH = 2.0
_MOST_STEPS = 40


@dataclass
class Step:
    """The size of a leapfrog step, learnt by dual averaging [2] so that 80 % of ends are accepted, then kept."""

    log_size: float = math.log(0.1)
    log_mean: float = math.log(0.1)
    seen: int = 0
    excess: float = 0.0

    def learn(self, accepted: float) -> None:
        """Take in the share of accepted ends of one iteration."""
        self.seen += 1
        self.excess += (_ACCEPTED - accepted - self.excess) / (self.seen + 10)
        self.log_size = _TOWARDS - math.sqrt(self.seen) / _SHRINKAGE * self.excess
        weight = self.seen**-0.75
        self.log_mean += weight * (self.log_size - self.log_mean)

    def kept(self) -> Step:
        """The learnt size, from which learning may start anew."""
        return Step(self.log_mean, self.log_mean)


def walk(
    model: Model,
    whitening: Whitening,
    start: Point,
    step: Step,
    iterations: int,
    rng: np.random.Generator,
    *,
    learn: bool,
) -> list[Point]:
    """The points after each iteration, chains along the first axis.

    Each iteration goes about a third of a turn, its length drawn anew so that no chain can go in circles.
    """
    here = start
    z = whitening.back(here)
    density, slopes = model.log_density(here), whitening.slopes(model.gradient(here))
    points = []
    for _ in range(iterations):
        size = math.exp(step.log_size)
        steps = min(max(round(rng.uniform(0.6, 1.4) * _LENGTH / size), 1), _MOST_STEPS)
        push = Point(rng.standard_normal(z.shared.shape), rng.standard_normal(z.local.shape))
        energy = density - _kinetic(push)
        end, there, turned, pushed = _leapfrog(model, whitening, z, slopes, push, size, steps)
        density_there = model.log_density(there)
        gain = density_there - _kinetic(pushed) - energy
        chance = np.where(np.isnan(gain), 0.0, np.exp(np.minimum(gain, 0.0)))
        taken = rng.random(len(chance)) < chance
        z, here, slopes = (_chosen(taken, new, old) for new, old in ((end, z), (there, here), (turned, slopes)))
        density = np.where(taken, density_there, density)
        points.append(here)
        if learn:
            step.learn(float(chance.mean()))
    return points


def _leapfrog(
    model: Model, whitening: Whitening, z: Point, slopes: Point, push: Point, size: float, steps: int
) -> tuple[Point, Point, Point, Point]:
    """End in whitened coordinates, the point there, the slopes there, and the momentum."""
    push = _moved(push, slopes, size / 2)
    for number in range(steps):
        z = _moved(z, push, size)
        there = whitening.point(z)
        slopes = whitening.slopes(model.gradient(there))
        push = _moved(push, slopes, size if number < steps - 1 else size / 2)
    return z, there, slopes, push


def _moved(one: Point, along: Point, by: float) -> Point:
    return Point(one.shared + by * along.shared, one.local + by * along.local)


def _kinetic(push: Point) -> Floats:
    return np.asarray(0.5 * ((push.shared**2).sum(-1) + (push.local**2).sum((-1, -2))))


def _chosen(taken: np.ndarray, new: Point, old: Point) -> Point:
    shape = (-1, *[1] * (new.shared.ndim - 1))
    return Point(
        np.where(taken.reshape(shape), new.shared, old.shared), np.where(taken[:, None, None], new.local, old.local)
    )
