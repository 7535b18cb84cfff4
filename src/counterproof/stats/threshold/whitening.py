"""Coordinates in which the posterior is about a standard normal, by its curvature at one point.

The curvature has the shape of an arrow: places know of each other only through the shared coordinates. So it is
factored place by place, and the cost grows with the number of places and not with its cube.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from counterproof.stats.intervals import Floats
from counterproof.stats.threshold.model import Model, Point

__all__ = ["Whitening"]

_WEIGHT_OF_CURVATURE = 10.0
_WEIGHT_OF_DRAWS = 60.0


@dataclass(frozen=True, slots=True)
class Whitening:
    """point = centre + W z for the shared coordinates, and centre + V (z − X·(point − centre) shared) for each place.

    W is (4·groups)², V and X have a matrix a place.
    """

    centre: Point
    shared: Floats
    local: Floats
    coupling: Floats

    @classmethod
    def at(cls, model: Model, centre: Point, covariance: Floats | None = None) -> Whitening:
        """By the expected curvature at ``centre``; for the shared coordinates mixed with the covariance of draws."""
        shared, local, between = model.information(centre)
        lower = np.linalg.cholesky(local)
        coupling = np.linalg.solve(lower, between)
        left = np.linalg.inv(shared - np.einsum("dqp,dqr->pr", coupling, coupling))
        if covariance is not None:
            left = (_WEIGHT_OF_DRAWS * covariance + _WEIGHT_OF_CURVATURE * left) / (
                _WEIGHT_OF_DRAWS + _WEIGHT_OF_CURVATURE
            )
        return cls(centre, np.linalg.cholesky(left), np.linalg.inv(lower).transpose(0, 2, 1), coupling)

    def point(self, z: Point) -> Point:
        """From whitened coordinates, chains along the first axis."""
        off = np.einsum("ij,cj->ci", self.shared, z.shared)
        rest = z.local - np.einsum("dqp,cp->cdq", self.coupling, off)
        local = self.centre.local + np.einsum("dij,cdj->cdi", self.local, rest)
        return Point(self.centre.shared + off.reshape(-1, *self.centre.shared.shape), local)

    def back(self, at: Point) -> Point:
        """To whitened coordinates."""
        off = (at.shared - self.centre.shared).reshape(len(at.shared), -1)
        rest = np.einsum("dij,cdj->cdi", np.linalg.inv(self.local), at.local - self.centre.local)
        local = rest + np.einsum("dqp,cp->cdq", self.coupling, off)
        return Point(np.einsum("ij,cj->ci", np.linalg.inv(self.shared), off), local)

    def slopes(self, gradient: Point) -> Point:
        """A gradient in whitened coordinates."""
        local = np.einsum("dij,cdi->cdj", self.local, gradient.local)
        rest = gradient.shared.reshape(len(local), -1) - np.einsum("dqp,cdq->cp", self.coupling, local)
        return Point(np.einsum("ij,ci->cj", self.shared, rest), local)

    def step(self, gradient: Point) -> Point:
        """The step of Newton's method from the centre for the gradient there."""
        there = self.point(self.slopes(Point(gradient.shared[None], gradient.local[None])))
        return Point(there.shared[0] - self.centre.shared, there.local[0] - self.centre.local)
