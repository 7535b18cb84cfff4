"""The score interval corrected for skewness and steps: published numbers, its equation, symmetry, coherence, level."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq, minimize_scalar

from counterproof.stats import corrected
from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.contrasts import miettinen_nurminen
from counterproof.stats.corrected import corrected_excludes_equality, corrected_limits, corrected_score, too_few
from counterproof.stats.intervals import normal_quantile, wilson_limits
from counterproof.stats.samples import _verdict_limits as verdict_limits

SCALES = ("difference", "ratio")
LEVELS = (0.9, 0.95, 0.9833333333, 0.9975)


def columns(*counts):
    return [np.atleast_1d(np.asarray(count, float)) for count in counts]


# ratesci by P. Laud, article "Basic contrasts": rdci(5, 56, 0, 29, precis = 4), rows SCAS, SCAS_cc and SCAS_cc(0.25).
# Its correction for steps is cc/min(n), after Hauck and Anderson; ours is half a record of each group.
@pytest.mark.parametrize(("cc", "ends"), [(0, (-0.0186, 0.1867)), (0.5, (-0.0482, 0.2087)), (0.25, (-0.0338, 0.1978))])
def test_published_differences(cc, ends, monkeypatch):
    monkeypatch.setattr(corrected, "_HALF", cc / 29 / (1 / 56 + 1 / 29))
    with np.errstate(invalid="ignore"):  # no verdict rests on a table without a success
        low, high = corrected_limits(*columns(5, 56, 0, 29), "difference", 0.95)
    assert (low[0], high[0]) == pytest.approx(ends, abs=5.1e-5)


def score(x1, n1, x0, n0, scale, theta):
    """S, V and μ at a contrast, with rates of greatest likelihood found by search."""

    def of_group(p0):
        return p0 + theta if scale == "difference" else p0 * theta

    def unlikelihood(p0):
        return -stats.binom.logpmf(x1, n1, of_group(p0)) - stats.binom.logpmf(x0, n0, p0)

    ends = (max(0, -theta), min(1, 1 - theta)) if scale == "difference" else (0, min(1, 1 / theta))
    p0 = minimize_scalar(unlikelihood, bounds=ends, method="bounded", options={"xatol": 1e-13}).x
    p1, factor = of_group(p0), 1 if scale == "difference" else theta
    s = x1 / n1 - x0 / n0 - theta if scale == "difference" else x1 / n1 - theta * x0 / n0
    v1, v0 = p1 * (1 - p1) / n1, p0 * (1 - p0) / n0
    return s, v1 + factor**2 * v0, v1 * (1 - 2 * p1) / n1 - factor**3 * v0 * (1 - 2 * p0) / n0


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("table", [(7, 20, 40, 300), (60, 90, 25, 50), (12, 4000, 30, 2000), (805, 1795, 349, 1488)])
def test_ends_solve_the_published_equation(table, scale):
    x1, n1, x0, n0 = table
    z, inflated = normal_quantile(0.95), (n1 + n0) / (n1 + n0 - 1)

    def beyond(theta, sign):
        s, v, mu = score(*table, scale, theta)
        step = 0.5 * (1 / n1 + (1 if scale == "difference" else theta) / n0)
        return sign * s - step - z * math.sqrt(v * inflated) - sign * (z * z - 1) / 6 * mu / (v * inflated)

    low, high = corrected_score(*table, scale, 0.95)
    middle = x1 / n1 - x0 / n0 if scale == "difference" else x1 / n1 * n0 / x0
    around = 0.2 * (high - low)
    assert low == pytest.approx(brentq(lambda t: beyond(t, 1), low - around, middle), rel=1e-6)
    assert high == pytest.approx(brentq(lambda t: beyond(t, -1), middle, high + around), rel=1e-6)


@pytest.fixture(scope="module")
def tables():
    """Every table of 40 and 20 records, and of 60 and 60 by threes, of which no count is below 5."""
    small = [(a, 40, b, 20) for a in range(41) for b in range(21)]
    every = np.array([*small, *((a, 60, b, 60) for a in range(0, 61, 3) for b in range(0, 61, 3))], float).T
    return every[:, ~too_few(*every)]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("scale", SCALES)
def test_swapping_the_groups_flips_the_interval(tables, scale, level):
    x1, n1, x0, n0 = tables
    low, high = corrected_limits(x1, n1, x0, n0, scale, level)
    turned_low, turned_high = corrected_limits(x0, n0, x1, n1, scale, level)
    if scale == "difference":
        assert np.array_equal(low, -turned_high)
        assert np.array_equal(high, -turned_low)
    else:
        np.testing.assert_allclose(low * turned_high, 1, rtol=1e-15)
        np.testing.assert_allclose(high * turned_low, 1, rtol=1e-15)


@pytest.mark.parametrize("level", LEVELS)
def test_counting_failures_instead_flips_the_difference(tables, level):
    x1, n1, x0, n0 = tables
    low, high = corrected_limits(x1, n1, x0, n0, "difference", level)
    other_low, other_high = corrected_limits(n1 - x1, n1, n0 - x0, n0, "difference", level)
    np.testing.assert_allclose(low, -other_high, atol=1e-11)
    np.testing.assert_allclose(high, -other_low, atol=1e-11)


@pytest.mark.parametrize("level", LEVELS)
def test_difference_and_ratio_leave_out_equality_together_and_with_the_test(tables, level):
    by_test = corrected_excludes_equality(*tables, level)
    for scale, same in (("difference", 0.0), ("ratio", 1.0)):
        low, high = corrected_limits(*tables, scale, level)
        assert np.array_equal((low > same) | (high < same), by_test)
    assert by_test.any()
    assert not by_test.all()


@pytest.mark.parametrize("scale", SCALES)
def test_intervals_hold_the_estimate_and_grow_with_the_level(tables, scale):
    x1, n1, x0, n0 = tables
    estimate = x1 / n1 - x0 / n0 if scale == "difference" else x1 / n1 / (x0 / n0)
    within = (estimate, estimate)
    for level in LEVELS:
        low, high = corrected_limits(*tables, scale, level)
        assert (low < within[0]).all()
        assert (high > within[1]).all()
        within = low, high


@pytest.mark.parametrize("scale", SCALES)
def test_what_is_excluded_is_excluded_for_good(tables, scale):
    """Beyond its end the statistic never comes back: the interval is all that the test does not reject."""
    z = normal_quantile(0.9975)
    walk = corrected._difference if scale == "difference" else corrected._ratio
    x1, n1, x0, n0 = tables
    inflated = (n1 + n0) / (n1 + n0 - 1)
    low, _ = corrected_limits(*tables, scale, 0.9975)
    for lam in np.geomspace(1e-3, 1e4, 200):
        theta, s, v, c, mu = walk(x1, n1, x0, n0, np.full_like(x1, lam))
        over = s - c - z * np.sqrt(v * inflated) - (z * z - 1) / 6 * mu / (v * inflated)
        far = np.abs(theta - low) > 1e-6
        assert np.array_equal(over[far] > 0, theta[far] < low[far])


def test_billions_and_tiny_rates():
    low, high = corrected_score(3_000_000, 3_000_000_000, 2_000_000, 4_000_000_000, "ratio")
    assert (low, high) == pytest.approx(
        miettinen_nurminen(3_000_000, 3_000_000_000, 2_000_000, 4_000_000_000, "ratio"), rel=1e-6
    )
    low, high = corrected_score(7, 10**9, 9, 10**9, "difference")
    assert -2e-8 < low < -2e-9 < 2e-9 < high < 2e-8


@pytest.mark.parametrize("counts", [(0, 20, 5, 20), (20, 20, 5, 20), (5, 20, 0, 20), (5, 20, 20, 20), (21, 20, 5, 20)])
def test_tables_without_a_success_or_a_failure_are_errors(counts):
    with pytest.raises(ValueError, match=r"success"):
        corrected_score(*counts)


def error(n1, p1, n0, p0, scale, line, level):
    """Probability that the verdict's interval leaves out the truth, above and below; summed over every table."""
    (x1, w1), (x0, w0) = (
        (np.arange(n + 1.0), stats.binom.pmf(np.arange(n + 1), n, p)) for n, p in [(n1, p1), (n0, p0)]
    )
    likely = np.outer(w1, w0) > 1e-12
    one, two = (axis[likely] for axis in np.meshgrid(x1, x0, indexing="ij"))
    low, high = verdict_limits(one, np.full_like(one, n1), two, np.full_like(two, n0), scale, level)
    weight = np.outer(w1, w0)[likely]
    return weight[low > line].sum() + weight[high < line].sum()


@pytest.mark.parametrize("claims", [1, 3, 20])
@pytest.mark.parametrize("scale", SCALES)
def test_no_verdict_is_wrong_more_often_than_its_level_says(scale, claims):
    lines = (0.0, -0.15) if scale == "difference" else (1.0, 0.8)
    for n1, n0, p0, line in itertools.product((12, 30), (30, 400), (0.1, 0.46), lines):
        p1 = p0 + line if scale == "difference" else p0 * line
        if p1 >= 0:
            assert claims * error(n1, p1, n0, p0, scale, line, 1 - 0.05 / claims) <= 0.05, (n1, n0, p0, line)


def test_the_case_that_miettinen_and_nurminen_miss():
    # 12 against 50,000 at .46: 7.78 % of tables leave out equality by the contract's rule without the correction.
    x, other = np.arange(13.0), np.full(13, 23_000.0)
    n1, n0 = np.full(13, 12.0), np.full(13, 50_000.0)
    weight = stats.binom.pmf(x, 12, 0.46)
    plain = np.array([miettinen_nurminen(int(a), 12, 23_000, 50_000) for a in x])
    assert weight[(plain[:, 0] > 0) | (plain[:, 1] < 0)].sum() > 0.07
    low, high = verdict_limits(x, n1, other, n0, "difference", 0.95)
    assert weight[(low > 0) | (high < 0)].sum() < 0.05


def test_the_worst_case_of_an_endless_reference():
    # 13 against a rate known to be .423: the score interval is Wilson's then, and leaves out the truth in 8.8 %.
    x = np.arange(14.0)
    weight = stats.binom.pmf(x, 13, 0.423)
    low, high = wilson_limits(x, np.full(14, 13.0), 0.95)
    assert weight[(low > 0.423) | (high < 0.423)].sum() == pytest.approx(0.088, abs=1e-3)
    endless = np.full(14, 0.423e12), np.full(14, 1e12)
    low, high = verdict_limits(x, np.full(14, 13.0), *endless, "difference", 0.95)
    assert weight[(low > 0) | (high < 0)].sum() < 0.05


def test_the_verdicts_interval_is_the_corrected_one():
    found = compatible_contrast(Rate(805, 1795), Rate(349, 1488), "ratio", 0.95)
    assert found.method == "corrected-score"
    assert (found.low, found.high) == corrected_score(805, 1795, 349, 1488, "ratio", 0.95)
