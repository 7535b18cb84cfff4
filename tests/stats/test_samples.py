"""How many records would settle it."""

import math

import numpy as np
import pytest

from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.intervals import clopper_pearson
from counterproof.stats.samples import (
    contrast_power,
    minimum_detectable,
    rate_power,
    settle_contrast,
    settle_rate,
    trials_for_width,
)


def decided(interval, low, high):
    return (interval[0] >= low and interval[1] <= high) or interval[1] < low or interval[0] > high


def power_by_hand(n, rate, low, high, level):
    """Every outcome of n trials, one interval each."""
    return sum(
        math.comb(n, x) * rate**x * (1 - rate) ** (n - x)
        for x in range(n + 1)
        if decided(clopper_pearson(x, n, level), low, high)
    )


@pytest.mark.parametrize(
    ("rate", "low", "high"),
    [(0.3, 0.5, math.inf), (0.1, -math.inf, 0.3), (0.5, 0.2, 0.8), (0.02, 0.1, 0.3), (0.0, 0.0, 0.1)],
)
@pytest.mark.parametrize("n", [1, 7, 30, 61])
def test_power_is_the_sum_over_all_outcomes(n, rate, low, high):
    assert rate_power(np.array([float(n)]), rate, low, high, 0.95)[0] == pytest.approx(
        power_by_hand(n, rate, low, high, 0.95), abs=1e-12
    )


def test_no_error_must_be_seen_for_a_long_time():
    # If no error ever comes, (1 − .0001)^n <= .025 decides: n = log .025 / log .9999.
    assert settle_rate(0.0, 0, 0.0001) == math.ceil(math.log(0.025) / math.log(0.9999)) == 36888 - 1


@pytest.mark.parametrize(
    ("rate", "low", "high"), [(0.3, 0.5, 1), (0.85, 0.8, 1), (0.5, 0.4, 0.6), (0.001, 0, 0.0001), (0.85, 0.83, 0.87)]
)
def test_one_trial_fewer_is_not_enough(rate, low, high):
    n = settle_rate(rate, low, high)
    power = rate_power(np.array([n - 1.0, n]), rate, low, high, 0.95)
    assert power[0] < 0.8 <= power[1]


def test_on_the_line_more_records_do_not_help():
    assert settle_rate(0.85, 0.85, 1) is None
    assert settle_rate(0.0, 0, 0) is None
    assert settle_rate(0.0, 0, 1) == 1  # "between 0 and 1" is settled by anything
    assert settle_contrast(0.3, 0.2, 0.5, "ratio", 1.5, math.inf) is None
    assert settle_contrast(0.3, 0.2, 0.5, "difference", 0.1, math.inf) is None
    assert settle_contrast(0.0, 0.0, 0.5, "ratio", 0.8, 1.25) is None


def test_huge_samples_follow_the_normal_formula():
    n = settle_rate(0.501, 0.5, 1)
    assert n == pytest.approx((1.959964 + 0.841621) ** 2 * 0.25 / 0.001**2, rel=0.01)
    total = settle_contrast(0.501, 0.5, 0.5, "difference", 0, 0)
    assert total == pytest.approx(2 * (1.959964 + 0.841621) ** 2 * 0.5 / 0.001**2, rel=0.005)


def test_contrast_power_is_the_sum_over_all_tables():
    n1, n0, p1, p0 = 14, 23, 0.5, 0.15
    expected = 0.0
    for x1 in range(n1 + 1):
        for x0 in range(n0 + 1):
            found = compatible_contrast(Rate(x1, n1), Rate(x0, n0), "ratio", 0.9)
            if decided((found.low, found.high), 0.8, 1.25):
                weight = math.comb(n1, x1) * p1**x1 * (1 - p1) ** (n1 - x1)
                expected += weight * math.comb(n0, x0) * p0**x0 * (1 - p0) ** (n0 - x0)
    assert 0.1 < expected < 0.8
    assert contrast_power(p1, p0, n1, n0, "ratio", 0.8, 1.25, 0.9) == pytest.approx(expected, abs=1e-10)


def test_a_thirty_per_cent_higher_error_rate():
    # Fleiss, Levin and Paik (2003), formulas 4.14 and 4.15: .13 against .10 needs 1,774 each, with the continuity
    # correction 1774/4 · (1 + √(1 + 4/(1774 · .03)))² = 1,840.
    total = settle_contrast(0.13, 0.10, 0.5, "ratio", 1, 1)
    assert total == pytest.approx(2 * 1840, rel=0.01)
    assert contrast_power(0.13, 0.10, round(total / 2), total - round(total / 2), "ratio", 1, 1) >= 0.8


def test_counts_that_are_grouped_give_the_same_power():
    # 900 trials of .3 take about 170 likely counts, more than are summed one by one.
    rng = np.random.Generator(np.random.PCG64(20161))
    tables = zip(rng.binomial(900, 0.35, 1000).tolist(), rng.binomial(900, 0.3, 1000).tolist(), strict=True)
    hits = [compatible_contrast(Rate(a, 900), Rate(b, 900), "difference", 0.95).low > 0 for a, b in tables]
    power = contrast_power(0.35, 0.3, 900, 900, "difference", 0, 0)
    assert power == pytest.approx(np.mean(hits), abs=3 * math.sqrt(0.25 / 1000))


def test_minimum_detectable_excess():
    excess = minimum_detectable(0.1, 400, 800)
    assert contrast_power(0.1 + excess, 0.1, 400, 800, "difference", 0, 0) >= 0.8
    assert contrast_power(0.1 + 0.98 * excess, 0.1, 400, 800, "difference", 0, 0) < 0.8
    assert minimum_detectable(0.1, 400, 800, scale="ratio") == pytest.approx(1 + excess / 0.1, rel=0.01)
    assert minimum_detectable(0.5, 1, 3) is None
    assert minimum_detectable(0.0, 100, 100, scale="ratio") is None


@pytest.mark.parametrize(
    ("reference", "trials", "others"), [(0.1, 400, 800), (0.02, 90, 60), (0.6, 25, 3000), (0.37, 20_000, 9_000)]
)
def test_the_excess_is_where_the_interval_reaches_the_power(reference, trials, others):
    # contrast_power sums the intervals themselves, minimum_detectable the test that agrees with them
    excess = minimum_detectable(reference, trials, others)
    rates = (reference + 0.998 * excess, reference + excess)
    below, at = (contrast_power(rate, reference, trials, others, "difference", 0, 0) for rate in rates)
    assert below < 0.8 <= at


def test_seven_events_are_no_evidence_of_equality():
    assert minimum_detectable(7 / 1000, 200, 1000, scale="ratio") > 4


def test_trials_for_a_width():
    n = trials_for_width(0.85, 0.04)
    low, high = clopper_pearson(round(0.85 * n), n)
    assert high - low == pytest.approx(0.04, abs=3e-4)
    assert trials_for_width(0.0, 0.01) == math.ceil(math.log(0.025) / math.log(0.99)) == 368


@pytest.mark.parametrize(
    "call", [lambda: settle_rate(1.2, 0, 1), lambda: trials_for_width(0.5, 0), lambda: settle_rate(0.2, 0, 1, power=1)]
)
def test_impossible_requests_are_errors(call):
    with pytest.raises(ValueError, match="lies"):
        call()
