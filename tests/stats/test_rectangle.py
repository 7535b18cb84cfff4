"""Ranges over boxes of exact intervals."""

import math

import numpy as np
import pytest

from counterproof.stats.intervals import clopper_pearson
from counterproof.stats.rectangle import range_over_box, rectangle, rectangle_range, spread_of

STATISTICS = ["largest_gap", "max_over_min", "max_over_mean", "max_over_geometric_mean"]


def test_one_in_twenty_against_none_in_two_thousand_is_undetermined():
    # CONTRACTS section 5: the score test says p = 1.5e-23, Fisher's .0099.
    low, high = rectangle(1, 20, 0, 2000, "ratio")
    assert low < 0.8
    assert high == math.inf
    low, high = rectangle(1, 20, 0, 2000, "difference")
    assert low < 0 < high


def test_it_is_made_of_clopper_pearson_intervals_at_the_root_of_the_level():
    (low1, high1), (low0, high0) = (clopper_pearson(x, n, math.sqrt(0.95)) for x, n in ((3, 40), (9, 20)))
    assert rectangle(3, 40, 9, 20, "difference") == pytest.approx((low1 - high0, high1 - low0), rel=1e-12)
    assert rectangle(3, 40, 9, 20, "ratio") == pytest.approx((low1 / high0, high1 / low0), rel=1e-12)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("seed", range(12))
def test_the_range_is_exact(statistic, seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    groups = int(rng.integers(2, 5))
    low = rng.uniform(0, 0.5, groups) * rng.integers(0, 2, groups) ** (seed % 3)
    high = low + rng.uniform(0.01, 0.5, groups)
    least, greatest = range_over_box(low, high, statistic)
    # No point of the box lies outside the range ...
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(groups, -1).T
    points = np.concatenate([corners, rng.uniform(low, high, (500, groups))])
    values = np.array([spread_of(point, statistic) for point in points])
    values = values[~np.isnan(values)]
    assert values.max() <= greatest * (1 + 1e-12)
    assert values.min() >= least - 1e-12
    # ... and its ends are reached, the greatest at a corner, the least by the rates that huddle together.
    assert values.max() == pytest.approx(greatest)
    huddled = spread_of(np.clip(low.max(), low, high), statistic)
    assert least == pytest.approx(1 if math.isnan(huddled) else huddled)


def test_equal_groups_always_allow_no_gap():
    # A bootstrap of the largest gap never holds 0, not even when all groups are equal (0 of 25 runs of a peer tool).
    rng = np.random.Generator(np.random.PCG64(20161))
    ns = np.array([10, 10, 10, 10, 1000, 1000])
    xs = rng.binomial(ns, 0.01, (200, 6))
    held = [rectangle_range(x, ns, 0.95, "largest_gap")[0] == 0 for x in xs.tolist()]
    assert np.mean(held) >= 0.99


def test_the_range_of_quotients_starts_at_one():
    assert rectangle_range([1, 0, 2], [20, 2000, 30], 0.95, "max_over_min")[1] == math.inf
    for statistic in STATISTICS[1:]:
        # One of two rates may be positive and the other zero: twice their mean, and unboundedly more than the least.
        assert rectangle_range([0, 0], [50, 60], 0.95, statistic) == (
            1,
            2 if statistic == "max_over_mean" else math.inf,
        )
        assert rectangle_range([5, 5], [50, 50], 0.95, statistic)[0] == 1


def test_spreads_of_known_rates():
    assert spread_of([0.1, 0.2, 0.4], "largest_gap") == pytest.approx(0.3)
    assert spread_of([0.1, 0.2, 0.4], "max_over_min") == pytest.approx(4)
    assert spread_of([0.1, 0.2, 0.4], "max_over_mean") == pytest.approx(12 / 7)
    assert spread_of([0.1, 0.2, 0.4], "max_over_geometric_mean") == pytest.approx(2)
    assert spread_of([0.0, 0.2], "max_over_geometric_mean") == math.inf
    assert math.isnan(spread_of([0.0, 0.0], "max_over_min"))


@pytest.mark.parametrize(("xs", "ns"), [([1], [2]), ([1, 2], [3]), ([3, 1], [2, 2])])
def test_impossible_groups_are_errors(xs, ns):
    with pytest.raises(ValueError, match=r"groups|successes"):
        rectangle_range(xs, ns, 0.95, "largest_gap")
