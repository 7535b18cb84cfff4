"""Differentials of error rates: golden numbers, and ranges over boxes that are exact."""

import itertools
import math

import numpy as np
import pytest

from counterproof.stats.basis import Exact, Rate, Rounded
from counterproof.stats.differentials import STATISTICS, Differential, Joint, of_rates, over_box

ACISW_003 = (0.001, 0.0005, 0.0044, 0.0014)
"""False match rates of acisw-003, white and Black men, white and Black women (NIST FRVT 1:1 report tables)."""

# Worked out by hand from the definitions, and for the first five with Python's decimal module.
GOLDEN = {
    "largest_gap": 0.0039,
    "max_over_min": 8.8,
    "max_over_mean": 2.410958904109589,
    "max_over_geometric_mean": 3.3213527065478847,
    "mean_absolute_log10": 0.27265267695710166,
    "gini": 0.41438356164383555,
    "gini_corrected": 0.5525114155251141,
}


@pytest.mark.parametrize("statistic", STATISTICS)
def test_golden(statistic):
    assert of_rates(ACISW_003, statistic) == pytest.approx(GOLDEN[statistic], rel=1e-14)
    assert over_box(ACISW_003, ACISW_003, statistic) == pytest.approx((GOLDEN[statistic],) * 2, rel=1e-12)


def test_the_gini_index_is_half_the_relative_mean_difference():
    x = np.array([0.2, 0.03, 0.4, 0.4, 0.01])
    assert of_rates(x, "gini") == pytest.approx(np.abs(x[:, None] - x).sum() / (2 * 25 * x.mean()), rel=1e-14)
    assert of_rates((0, 0, 0, 1), "gini_corrected") == pytest.approx(1)
    assert of_rates((0, 0, 0, 1), "gini") == pytest.approx(0.75)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("seed", range(20))
def test_the_range_is_exact(statistic, seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    n = int(rng.integers(2, 6))
    low = rng.random(n) * (rng.random(n) < (0.6 if seed % 2 else 1.0))
    high = low + rng.random(n) * rng.choice([0.02, 0.5], n)
    least, greatest = over_box(low, high, statistic)
    corners = [np.where(corner, high, low) for corner in itertools.product([0, 1], repeat=n)]
    inside = rng.uniform(low, high, (300, n))
    levels = np.concatenate([np.linspace(low.min(), high.max(), 300), np.geomspace(1e-6, high.max(), 3000)])
    huddled = [np.clip(level, low, high) for level in levels]
    values = [of_rates(x, statistic) for x in (*corners, *inside, *huddled) if x.max() > 0]
    assert min(values) >= least - 1e-12
    assert min(values) == pytest.approx(least, rel=5e-3, abs=5e-3)
    assert max(values) == pytest.approx(greatest, rel=1e-9)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_equal_rates_have_no_differential(statistic):
    none = 1.0 if statistic.startswith("max_over") else 0.0
    assert of_rates((0.2, 0.2, 0.2), statistic) == pytest.approx(none, abs=1e-12)
    assert Differential((Rate(3, 90), Rate(3, 90), Rate(3, 90)), statistic).printed(0.95).low == none


def test_groups_without_an_error():
    rates = (Rate(0, 30_000), Rate(12, 30_000), Rate(40, 30_000))
    for statistic in ("max_over_min", "max_over_geometric_mean", "mean_absolute_log10"):
        found = Differential(rates, statistic)
        assert found.value == math.inf
        # 0 of 30,000 excludes rates above 1 in 7,000, so the groups do differ, by how much at most is not known.
        assert 1 < found.printed(0.95).low + (statistic == "mean_absolute_log10") < 12
        assert found.printed(0.95).high == math.inf
    gini = Differential(rates, "gini").printed(0.95)
    assert 0 < gini.low < Differential(rates, "gini").value < gini.high < 2 / 3
    nothing = Differential((Rate(0, 10), Rate(0, 20)), "gini")
    assert nothing.value is None
    assert (nothing.printed(0.95).low, nothing.printed(0.95).high) == pytest.approx((0, 0.5))


def test_both_errors_in_one_number():
    first, second = tuple(map(Exact, ACISW_003)), tuple(map(Exact, (0.01, 0.02, 0.01, 0.04)))
    # By hand: corrected Gini indices .5525114 and 4/3 · .34375 = .4583; gaps .0039 and .03; quotients 8.8 and 4.
    assert Joint(first, second, "garbe").value == pytest.approx((0.5525114155251141 + 4 / 3 * 0.3125) / 2)
    assert Joint(first, second, "fairness_discrepancy_rate", 0.25).value == pytest.approx(1 - 0.000975 - 0.0225)
    assert Joint(first, second, "inequity_rate").value == pytest.approx(math.sqrt(8.8 * 4))
    assert Joint(first, second, "inequity_rate", 1.0).value == pytest.approx(8.8)


def test_a_weight_of_nothing_leaves_an_infinite_part_out():
    zero = (Rate(0, 50), Rate(5, 50))
    assert Joint((Rate(2, 50), Rate(5, 50)), zero, "inequity_rate", 1.0).printed(0.95).high < math.inf
    assert Joint((Rate(2, 50), Rate(5, 50)), zero, "inequity_rate", 0.5).printed(0.95).high == math.inf


def test_the_joint_range_falls_where_the_gaps_rise():
    found = Joint((Rate(2, 50), Rate(9, 50)), (Rate(20, 50), Rate(21, 50)), "fairness_discrepancy_rate")
    ends = found.printed(0.95)
    assert ends.low < found.value < ends.high
    assert ends.high == pytest.approx(1, abs=0.02)


def test_rounded_rates_leave_a_range():
    # .0001 with four decimals is anything from .00005 to .00015.
    rates = (Rounded(0.0001, 0.00005, 0.00005, 0.00015), Rounded(0.001, 0.00005, 0.00095, 0.00105))
    found = Differential(rates, "max_over_min")
    assert found.value == pytest.approx(10)
    assert (found.compatible(0.95).low, found.compatible(0.95).high) == pytest.approx((0.95 / 0.15, 21))


@pytest.mark.parametrize("rates", [(), (0.1,)])
def test_one_group_has_no_differential(rates):
    with pytest.raises(ValueError, match="two groups"):
        of_rates(rates, "gini")


@pytest.mark.deep
@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_range_covers(statistic):
    rng = np.random.Generator(np.random.PCG64(20161))
    p, n = np.array([0.002, 0.001, 0.006, 0.003]), np.array([3000, 800, 2000, 500])
    true = of_rates(p, statistic)
    held = 0
    for x in rng.binomial(n, p, (2000, 4)).tolist():
        ends = Differential(tuple(map(Rate, x, n.tolist())), statistic).printed(0.95)
        held += ends.low <= true <= ends.high
    assert held / 2000 >= 0.95
