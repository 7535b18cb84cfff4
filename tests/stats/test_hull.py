"""The equal error rate of the convex hull: by hand, by the minimax that defines it, and between its bounds."""

from __future__ import annotations

import numpy as np
import pytest

from counterproof.stats.basis import Rate
from counterproof.stats.hull import HullCrossing, crossing


def minimax(points: list[tuple[float, float]]) -> float:
    """max over π of min over points of π FNMR + (1 − π) FMR, on a fine grid."""
    share = np.linspace(0, 1, 200_001)
    every = np.array([*points, (0.0, 1.0), (1.0, 0.0)])
    return float((share[:, None] * every[:, 1] + (1 - share[:, None]) * every[:, 0]).min(axis=1).max())


def test_by_hand() -> None:
    assert crossing([]) == 0.5  # matching everybody or nobody by the toss of a coin
    assert crossing([(0.2, 0.2)]) == pytest.approx(0.2)
    # the line from (.1, .4) to (.5, .05) has x = y at (.1 · .45 + .5 · .3)/.75
    assert crossing([(0.1, 0.4), (0.5, 0.05)]) == pytest.approx((0.1 * 0.45 + 0.5 * 0.3) / 0.75)
    assert crossing([(0.1, 0.4), (0.3, 0.39), (0.5, 0.05)]) == crossing([(0.1, 0.4), (0.5, 0.05)])  # above the hull
    assert crossing([(0.0, 0.0)]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_minimax(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = list(zip(np.sort(rng.random(20))[::-1] * 0.7, np.sort(rng.random(20)) * 0.9, strict=True))
    assert crossing(points) == pytest.approx(minimax(points), abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_some_thresholds_leave_bounds_around_the_hull_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mated, others = np.sort(rng.normal(1, 1, 400)), np.sort(rng.normal(-1, 1, 900))
    every = np.unique(np.concatenate([mated, others]))
    rates = [(int((others >= t).sum()), int((mated < t).sum())) for t in every]
    true = crossing([(x / 900, y / 400) for x, y in rates])
    some = rates[:: 40 + seed]
    found = HullCrossing(tuple((Rate(x, 900), Rate(y, 400)) for x, y in some))
    low, high = found.identified
    assert low <= true <= high
    assert high - low < 0.05
    assert found.printed(0.95).low < low < high < found.printed(0.95).high
    assert found.compatible(0.95).low < found.printed(0.95).low + 0.01
