"""The equal error rate of the convex hull of a trade-off between two error rates (ROCCH-EER).

A point is (false match rate, false non-match rate) at a threshold. Who picks one of two thresholds by chance has rates
on the line between their points; the lower convex hull is the best that can be had so, and it crosses the diagonal at

    max over π of min over points of  π FNMR + (1 − π) FMR,

the least error that the worst share π of mated comparisons leaves [1]. It never exceeds the equal error rate of the
thresholds themselves.

[1] N. Brümmer (2010). Measuring, refining and calibrating speaker and language information extracted from speech. PhD
    thesis, Stellenbosch, section 2.6; F. Provost, T. Fawcett (2001). Machine Learning 42, 203-231: the hull.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from counterproof.stats.basis import Basis, Interval

__all__ = ["HullCrossing", "crossing"]

Point = tuple[float, float]
ENDS: tuple[Point, Point] = ((0.0, 1.0), (1.0, 0.0))
"""Matching nobody, and everybody."""


def crossing(points: Sequence[Point]) -> float:
    """Where the lower convex hull of points (x, y) in the unit square, and of ``ENDS``, has x = y."""
    hull: list[Point] = []
    for point in sorted({*points, *ENDS}):
        while len(hull) > 1 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    for (x0, y0), (x1, y1) in pairwise(hull):
        if y0 >= x0 and y1 <= x1:
            before, after = y0 - x0, x1 - y1
            return x0 if before == 0 else (x0 * after + x1 * before) / (before + after)
    return 0.0


def _turn(a: Point, b: Point, c: Point) -> float:
    """Above 0 where a, b, c turn to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


@dataclass(frozen=True, slots=True)
class HullCrossing:
    """The rate from some of the thresholds: both rates at each, in the order of the thresholds, the least alike first.

    A threshold between two of them has a false match rate no less than the later one's, and a false non-match rate no
    less than the earlier one's. So the hull through all thresholds lies between the hull of those corners and the hull
    of the known points.
    """

    points: tuple[tuple[Basis, Basis], ...]

    @property
    def value(self) -> float | None:
        """The rate where what is known leaves nothing open."""
        low, high = self.identified
        return high if low >= high else None

    @property
    def identified(self) -> tuple[float, float]:
        """From the corners, and from the points."""
        known = [(fmr.value or 0.0, fnmr.value or 0.0) for fmr, fnmr in self.points]
        return crossing(_corners(known)), crossing(known)

    def printed(self, level: float) -> Interval:
        """From the lower limits at the corners to the upper limits at the points."""
        return self._around([(fmr.printed(level), fnmr.printed(level)) for fmr, fnmr in self.points])

    def compatible(self, level: float) -> Interval:
        """The same, by the intervals that verdicts use."""
        return self._around([(fmr.compatible(level), fnmr.compatible(level)) for fmr, fnmr in self.points])

    @staticmethod
    def _around(ends: Sequence[tuple[Interval, Interval]]) -> Interval:
        low = crossing(_corners([(fmr.low, fnmr.low) for fmr, fnmr in ends]))
        high = crossing([(fmr.high, fnmr.high) for fmr, fnmr in ends])
        return Interval(low, high, f"bounds, {ends[0][0].method}")


def _corners(known: Sequence[Point]) -> list[Point]:
    """The best that a threshold between two known ones could have; likewise before the first and after the last."""
    every = [ENDS[1], *known, ENDS[0]]
    return [(later[0], earlier[1]) for earlier, later in pairwise(every)]
