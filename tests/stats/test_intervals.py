"""Intervals for one rate."""

import math

import numpy as np
import pytest
from scipy.special import betainc

from counterproof.stats.intervals import clopper_pearson, clopper_pearson_limits, wilson, wilson_limits

# Newcombe (1998), Statistics in Medicine 17, 857-872, table I: four of its cases, methods 3 and 5.
PUBLISHED = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("x", "n", "score", "exact"), PUBLISHED)
def test_published_cases(x, n, score, exact):
    assert wilson(x, n) == pytest.approx(score, abs=5e-5)
    assert clopper_pearson(x, n) == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_nothing_tried_is_not_zero(interval):
    assert interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
@pytest.mark.parametrize(("x", "n"), [(11, 10), (-1, 10), (1.0, 10), (1, 10.5), ("1", 10), (1, -1)])
def test_impossible_counts_are_errors(interval, x, n):
    with pytest.raises(ValueError, match="successes"):
        interval(x, n)


@pytest.mark.parametrize("level", [0, 1, -0.5, math.nan])
def test_impossible_levels_are_errors(level):
    with pytest.raises(ValueError, match="level"):
        wilson(1, 2, level)


def test_ends_are_exact_at_none_and_all():
    assert wilson(0, 7)[0] == clopper_pearson(0, 7)[0] == 0
    assert wilson(7, 7)[1] == clopper_pearson(7, 7)[1] == 1


def test_swapping_successes_and_failures_mirrors_the_interval():
    n = np.full(201, 200.0)
    x = np.arange(201.0)
    for limits in (wilson_limits, clopper_pearson_limits):
        low, high = limits(x, n, 0.95)
        mirrored_low, mirrored_high = limits(n - x, n, 0.95)
        np.testing.assert_allclose(low, 1 - mirrored_high, atol=1e-14)
        np.testing.assert_allclose(high, 1 - mirrored_low, atol=1e-14)


@pytest.mark.parametrize(("x", "n"), [(3, 10**9), (7, 10**12), (5 * 10**8, 10**9), (999_999_998, 10**9)])
def test_huge_counts_keep_their_digits(x, n):
    low, high = wilson(x, n)
    z2, p = 3.841458820694124, x / n  # z² for 95 %
    for end in (low, high):  # the defining equation n(p − π)² = z² π(1−π)
        assert n * (p - end) ** 2 == pytest.approx(z2 * end * (1 - end), rel=1e-6)
    low, high = clopper_pearson(x, n)
    assert betainc(x, n - x + 1, low) == pytest.approx(0.025, rel=1e-6)
    assert 1 - betainc(x + 1, n - x, high) == pytest.approx(0.025, rel=1e-6)


def test_one_error_in_a_thousand_is_compatible_with_one_in_ten_thousand():
    # CONTRACTS section 5: the known case of a rare event.
    assert clopper_pearson(1, 1000)[0] < 0.0001 < clopper_pearson(1, 1000)[1]
    assert wilson(1, 1000)[0] > 0.0001  # which is why verdicts do not use Wilson's
