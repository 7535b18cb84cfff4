"""The AUC from integer sums, against every pair compared by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from counterproof.stats.basis import Ranks, compatible_contrast, contrast
from counterproof.stats.ranks import auc, delong_logit, delong_variance, hoeffding

scores = st.lists(st.integers(0, 6), min_size=2, max_size=15)


def rank_sums(positives, negatives):
    """The reduction: p and q at each score, negatives below, positives above."""
    u2 = s10 = s01 = 0
    for score in sorted({*positives, *negatives}):
        p, q = positives.count(score), negatives.count(score)
        below, above = sum(v < score for v in negatives), sum(v > score for v in positives)
        u2 += p * (2 * below + q)
        s10 += p * (2 * below + q) ** 2
        s01 += q * (2 * above + p) ** 2
    return len(positives), len(negatives), u2, s10, s01


def basis(positives, negatives):
    m, n, u2, s10, s01 = rank_sums(positives, negatives)
    return Ranks(m, n, u2, s10, s01, u2, u2)


@given(scores, scores)
def test_area_and_variance_are_those_of_all_pairs(positives, negatives):
    wins = np.sign(np.subtract.outer(np.array(positives), np.array(negatives))) / 2 + 0.5
    m, n, u2, s10, s01 = rank_sums(positives, negatives)
    assert auc(m, n, u2) == pytest.approx(wins.mean(), abs=1e-15)
    # DeLong: the variances of the placements of the positives and of the negatives.
    expected = wins.mean(axis=1).var(ddof=1) / m + wins.mean(axis=0).var(ddof=1) / n
    assert delong_variance(m, n, u2, s10, s01) == pytest.approx(expected, rel=1e-12, abs=1e-16)


def test_hanley_mcneil_ratings():
    # Hanley and McNeil (1982), Radiology 143, 29-36, table I: 51 abnormal and 58 normal scans rated 1 to 5.
    # They give W = .893 and, by a formula of their own, a standard error of .032; DeLong's comes out at .031.
    abnormal = [1] * 3 + [2] * 2 + [3] * 2 + [4] * 11 + [5] * 33
    normal = [1] * 33 + [2] * 6 + [3] * 6 + [4] * 11 + [5] * 2
    found = basis(abnormal, normal)
    assert found.value == pytest.approx(0.893, abs=5e-4)
    assert math.sqrt(found.variance) == pytest.approx(0.032, abs=1.5e-3)


def test_sums_beyond_64_bits_do_not_cancel():
    small = rank_sums([1, 2, 2, 3, 5, 5], [0, 1, 2, 2, 4])
    k = 10**9  # every record k times: the placements stay, their number grows
    m, n, u2, s10, s01 = small[0] * k, small[1] * k, small[2] * k**2, small[3] * k**3, small[4] * k**3
    assert auc(m, n, u2) == auc(*small[:3])
    area, spread = auc(*small[:3]), small[3] / (4 * small[1] ** 2) / small[0]
    other = small[4] / (4 * small[0] ** 2) / small[1]
    expected = (spread - area**2) / (m - 1) + (other - area**2) / (n - 1)
    assert delong_variance(m, n, u2, s10, s01) == pytest.approx(expected, rel=1e-10)


def test_logit_interval_is_symmetric_under_turning_the_score_round():
    a, b = basis([1, 2, 3, 4, 4, 6], [0, 1, 2, 2, 4]), basis([-1, -2, -3, -4, -4, -6], [0, -1, -2, -2, -4])
    assert a.printed(0.95).method == "delong-logit"
    assert a.printed(0.95).low == pytest.approx(1 - b.printed(0.95).high)


@pytest.mark.parametrize(
    ("positives", "negatives"), [([5, 6, 7], [1, 2, 3, 4]), ([1], [0, 0, 3]), ([1, 2], [3]), ([1, 1], [4, 5])]
)
def test_degenerate_ranks_never_give_a_point(positives, negatives):
    found = basis(positives, negatives)
    for interval in (found.printed(0.95), found.compatible(0.95)):
        assert interval.method == "hoeffding"
        assert interval.low <= found.value <= interval.high
        assert interval.high - interval.low > 0.4


def test_perfect_separation_is_clopper_pearson_of_the_smaller_group():
    low, high = hoeffding(1.0, 20, 500, 0.95)
    assert (low, high) == (pytest.approx(0.025 ** (1 / 20), abs=1e-12), 1.0)
    assert hoeffding(0.5, 0, 7, 0.95) == (0, 1)


def test_no_positives_is_undefined():
    nothing = Ranks(0, 7, 0, 0, 0, 0, 0)
    assert nothing.value is None
    assert nothing.printed(0.95).low == 0
    assert nothing.printed(0.95).high == 1
    assert delong_logit(1.0, 0.0, 0.95) is None
    with pytest.raises(ValueError, match="at least one"):
        auc(0, 7, 0)


def test_impossible_sums_are_errors():
    with pytest.raises(ValueError, match="rank sums"):
        Ranks(2, 2, 9, 0, 0, 9, 9)
    with pytest.raises(ValueError, match="rank sums"):
        delong_variance(2, 2, 8, 0, 0)


def binormal(rng, m, n, area):
    """Scores whose AUC is known: normal with a shift."""
    return np.round(rng.normal(math.sqrt(2) * ndtri(area), 1, m), 3).tolist(), np.round(rng.normal(0, 1, n), 3).tolist()


def quick_ranks(positives, negatives):
    """Rank sums of scores without ties or with few, by sorting."""
    p, q = np.sort(positives), np.sort(negatives)
    ten = np.searchsorted(q, p, "left") + np.searchsorted(q, p, "right")
    one = 2 * len(p) - np.searchsorted(p, q, "left") - np.searchsorted(p, q, "right")
    u2 = int(ten.sum())
    return Ranks(len(p), len(q), u2, int((ten**2).sum()), int((one**2).sum()), u2, u2)


@pytest.mark.parametrize(
    ("m", "n", "area"), [(200, 200, 0.7), (60, 2000, 0.8), (12, 400, 0.6), (8, 30, 0.95), (30, 30, 0.98)]
)
def test_verdict_intervals_cover(m, n, area):
    rng = np.random.Generator(np.random.PCG64(20161))
    covered = 0
    for _ in range(600):
        found = quick_ranks(*binormal(rng, m, n, area)).compatible(0.95)
        covered += found.low <= area <= found.high
    assert covered / 600 > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 600)


def test_difference_of_two_areas():
    rng = np.random.Generator(np.random.PCG64(7))
    a, b = (quick_ranks(*binormal(rng, 150, 300, area)) for area in (0.8, 0.7))
    found = contrast(a, b, "difference", 0.95)
    error = math.sqrt(a.variance + b.variance)
    assert found.method == "delong"
    assert not found.sparse
    assert (found.low, found.high) == pytest.approx((found.value - 1.959964 * error, found.value + 1.959964 * error))
    assert (found.low > 0) == (found.p_value < 0.05)
    assert compatible_contrast(a, b, "difference", 0.95) == found


def test_binning_widens_verdicts_by_its_bracket():
    exact = quick_ranks(*binormal(np.random.Generator(np.random.PCG64(3)), 150, 300, 0.8))
    pairs = 2 * exact.m * exact.n
    binned = Ranks(exact.m, exact.n, exact.u2, exact.s10, exact.s01, exact.u2 - 900, exact.u2 + 450)
    assert binned.printed(0.95) == exact.printed(0.95)
    assert binned.compatible(0.95).low == pytest.approx(exact.compatible(0.95).low - 900 / pairs)
    assert binned.compatible(0.95).high == pytest.approx(exact.compatible(0.95).high + 450 / pairs)
    wider, plain = (compatible_contrast(b, exact, "difference", 0.95) for b in (binned, exact))
    assert (plain.low - wider.low, wider.high - plain.high) == pytest.approx((900 / pairs, 450 / pairs))


def test_perfect_separation_against_another_area_rests_on_bounds():
    found = compatible_contrast(basis([5, 6, 7], [1, 2, 3, 4]), basis([1, 2, 3], [2, 2, 1]), "difference", 0.95)
    assert found.method == "rectangle"
    assert found.sparse
    assert found.p_value is None
    assert found.low < 0 < found.high
