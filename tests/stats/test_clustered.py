"""Rates in clusters: the variance against an oracle, the limits of the effective size, and contrasts that share."""

import math
from dataclasses import replace

import numpy as np
import pytest

from counterproof.stats.basis import Rate, compatible_contrast, contrast
from counterproof.stats.clustered import Clustered, Shared

X1, N1 = [3, 0, 5, 2, 8, 1, 0, 4, 6, 2], [10, 4, 9, 12, 11, 7, 3, 8, 15, 6]
X0, N0 = [2, 1, 3, 2, 5, 0, 0, 4, 3, 1], [5, 6, 8, 4, 9, 3, 2, 7, 10, 5]


def clustered(xs, ns, **more):
    a, b = np.array(xs, dtype=object), np.array(ns, dtype=object) - np.array(xs, dtype=object)
    squares = (int((a * a).sum()), int((a * b).sum()), int((b * b).sum()))
    return Clustered(sum(xs), sum(ns), sum(n > 0 for n in ns), squares, **more)


def sharing(xs, ns, ys, ms):
    """Two groups whose clusters are the same."""
    a, b = np.array(xs), np.array(ns) - np.array(xs)
    c, d = np.array(ys), np.array(ms) - np.array(ys)
    products = tuple(int((one * two).sum()) for one in (a, b) for two in (c, d))
    turned = (products[0], products[2], products[1], products[3])
    one = clustered(xs, ns, name="one", shared={"two": Shared(products)})
    return one, clustered(ys, ms, name="two", shared={"one": Shared(turned)})


def test_variance_is_that_of_a_regression_with_clustered_errors():
    # statsmodels 0.15.0: OLS(y, 1).fit(cov_type="cluster", cov_kwds={"groups": cluster}).cov_params()
    assert clustered(X1, N1).variance == pytest.approx(0.004943746682471076, rel=1e-12)


def test_variance_of_a_contrast_has_the_covariance_of_shared_clusters():
    # statsmodels 0.15.0: OLS(y, [1, group]).fit(cov_type="cluster", …).cov_params()[1, 1] = 0.0029889669327821428,
    # with its correction 143/142 for the second coefficient taken out
    one, two = sharing(X1, N1, X0, N0)
    together = 0.0029889669327821428 * 142 / 143
    # Of the difference's factor and the log ratio's, the less favourable one.
    of_difference = (one.variance + two.variance) / together
    of_ratio = 1 / (
        1 - 2 * (one.variance + two.variance - together) / 2 / (31 / 85) / (21 / 59) / _log_variance(one, two)
    )
    assert one._ease(two) == pytest.approx(min(of_difference, of_ratio), rel=1e-9)


def _log_variance(one, two):
    return one.variance / one.value**2 + two.variance / two.value**2


def test_effective_size_by_hand():
    basis = clustered([0, 2, 1, 1] * 10, [2, 2, 2, 2] * 10)
    # 40 clusters of two, p = 1/2: Σ(x − pn)² = 10·(1 + 1 + 0 + 0), Var = 40/39 · 20/80², n_eff = .25/Var
    assert basis.effective(0.95) == pytest.approx(0.25 * 39 / 40 * 80**2 / 20, rel=1e-12)
    few = clustered([0, 2, 1, 1, 1], [2, 2, 2, 2, 2])
    plain = 0.25 * 4 / 5 * 10**2 / 2
    assert few.effective(0.95) == pytest.approx(max(5, min(plain, 10) * (1.959964 / 2.776445) ** 2), rel=1e-6)


@pytest.mark.parametrize(("x", "n"), [(0, 12), (1, 40), (7, 40), (12, 12), (300, 1000)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
def test_a_cluster_per_record_gives_what_independent_records_give(x, n, level):
    basis, rate = clustered([1] * x + [0] * (n - x), [1] * n), Rate(x, n)
    other, reference = clustered([1] * 9 + [0] * 21, [1] * 30), Rate(9, 30)
    for mine, theirs in (
        (basis.printed(level), rate.printed(level)),
        (basis.compatible(level), rate.compatible(level)),
    ):
        assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    for scale in ("difference", "ratio"):
        for how in (contrast, compatible_contrast):
            mine, theirs = how(basis, other, scale, level), how(rate, reference, scale, level)
            assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)
            assert mine.sparse == theirs.sparse
            assert mine.p_value == pytest.approx(theirs.p_value, rel=1e-9)


def test_one_giant_cluster_leaves_nearly_everything_open():
    alone = clustered([30], [100])
    assert alone.printed(0.95).high - alone.printed(0.95).low > 0.85
    assert alone.compatible(0.95).high - alone.compatible(0.95).low > 0.95
    among = clustered([300] + [0, 1] * 10, [1000] + [1] * 20)
    assert among.effective(0.95) < 1.1
    assert among.compatible(0.95).high - among.compatible(0.95).low > 0.9


def test_without_an_error_the_size_is_the_number_of_clusters():
    assert clustered([0] * 12, [50] * 12).compatible(0.95).high == pytest.approx(Rate(0, 12).compatible(0.95).high)
    assert clustered([50] * 12, [50] * 12).printed(0.95).low == pytest.approx(Rate(12, 12).printed(0.95).low)


def test_never_more_than_the_records():
    even = clustered([5] * 40, [10] * 40)  # every cluster has exactly its half
    assert even.effective(0.95) == 400


@pytest.mark.parametrize("seed", range(20))
def test_interval_leaves_out_equality_exactly_when_the_test_rejects(seed):
    rng = np.random.default_rng(seed)
    m = int(rng.integers(3, 60))
    n1, n0 = rng.integers(1, 20, m), rng.integers(1, 20, m)
    one, two = sharing(rng.binomial(n1, 0.3).tolist(), n1.tolist(), rng.binomial(n0, 0.45).tolist(), n0.tolist())
    if seed % 2:
        two = replace(two, name="elsewhere")
    p = contrast(one, two, "difference", 0.95).p_value
    assert 0 < p < 1
    for nudge, inside in ((1e-5, False), (-1e-5, True)):
        level = 1 - p * (1 + nudge)
        gap, quotient = contrast(one, two, "difference", level), contrast(one, two, "ratio", level)
        assert (gap.low <= 0 <= gap.high) is inside
        assert (quotient.low <= 1 <= quotient.high) is inside


def test_swapping_the_groups_flips_the_interval():
    one, two = sharing(X1, N1, X0, N0)
    forth, back = contrast(one, two, "difference", 0.95), contrast(two, one, "difference", 0.95)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low), rel=1e-9)
    assert forth.p_value == pytest.approx(back.p_value, rel=1e-9)


def test_clusters_in_common_that_vary_together_make_the_contrast_narrower():
    rng = np.random.default_rng(5)
    rate = rng.beta(1, 1, 80)
    n = rng.integers(5, 20, 80)
    one, two = sharing(rng.binomial(n, rate).tolist(), n.tolist(), rng.binomial(n, rate).tolist(), n.tolist())
    apart = replace(two, name="elsewhere")
    shared, loose = contrast(one, two, "difference", 0.95), contrast(one, apart, "difference", 0.95)
    assert shared.high - shared.low < 0.7 * (loose.high - loose.low)


def test_what_is_withheld_gives_the_whole_range():
    unknown = Clustered(30, 100, None)
    assert (unknown.printed(0.95).low, unknown.printed(0.95).high) == (0.0, 1.0)
    assert (unknown.compatible(0.95).low, unknown.compatible(0.95).high) == (0.0, 1.0)
    gap = compatible_contrast(unknown, clustered(X1, N1), "difference", 0.95)
    assert gap.low < -0.5
    assert gap.high > 0.7
    one = clustered(X1, N1, name="one", shared={"two": Shared(None)})
    two = clustered(X0, N0, name="two")
    boxed = contrast(one, two, "difference", 0.95)
    assert boxed.method == "rectangle"
    assert boxed.p_value is None


def test_records_of_no_known_cluster_only_widen():
    tied = clustered(X1, N1)
    loose = replace(tied, trials=tied.trials + 6, loose=(0, 6))
    alike = clustered([*X1, 0], [*N1, 6])  # the six as one more cluster
    assert loose.variance * 9 / 10 >= alike.variance * 10 / 11 - 1e-12
    assert loose.effective(0.95) <= alike.effective(0.95) + 1e-9


def test_no_trials_are_the_whole_range():
    empty = Clustered(0, 0, 0)
    assert empty.value is None
    assert (empty.printed(0.95).low, empty.printed(0.95).high) == (0.0, 1.0)
    assert contrast(empty, clustered(X1, N1), "difference", 0.95).value is None


def test_sums_that_no_clusters_have_are_refused():
    with pytest.raises(ValueError, match="sums over clusters"):
        Clustered(10, 20, 3, (10, 0, 10))  # 20² > 3 · 20
    with pytest.raises(ValueError, match="successes"):
        Clustered(30, 20, 3)


def test_large_sums_lose_no_digits():
    size = 10**9
    basis = Clustered(3 * size, 10 * size, 2, (9 * size**2 // 2, 21 * size**2 // 2, 49 * size**2 // 2))
    assert basis.variance == 0.0
    assert math.isfinite(basis.effective(0.95))
