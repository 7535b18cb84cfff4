"""Two rates compared within strata."""

import math

import numpy as np
import pytest

from counterproof.stats.contrasts import miettinen_nurminen, score_test
from counterproof.stats.stratified import stratified

# The published example of stratified ratios: (4,2,4,1)/(16,16,18,15) against (5,3,10,3)/(79,87,90,82).
PUBLISHED = ((4, 2, 4, 1), (16, 16, 18, 15), (5, 3, 10, 3), (79, 87, 90, 82))


def test_published_ratio():
    # The Mantel–Haenszel score interval with N/(N−1) and the homogeneity test; logarithmic intervals for the same
    # estimate run from 1.37 to 5.23.
    found = stratified(*PUBLISHED, "ratio")
    assert (found.low, found.high) == (pytest.approx(1.36, abs=5e-3), pytest.approx(5.09, abs=5e-3))
    assert found.p_homogeneity == pytest.approx(0.81, abs=5e-3)
    assert found.value == pytest.approx(2.67, abs=5e-3)
    assert found.strata == 4


@pytest.mark.parametrize("scale", ["difference", "ratio"])
@pytest.mark.parametrize(
    "table",
    [(805, 1795, 349, 1488), (7, 18, 1, 18), (0, 9, 3, 5), (3, 9, 0, 5), (29, 55, 11, 11), (0, 9, 0, 5), (9, 9, 5, 5)],
)
def test_one_stratum_is_no_stratum(scale, table):
    # The restricted rates come by another way here, so this checks both kernels against each other.
    found = stratified(*([count] for count in table), scale)
    expected = miettinen_nurminen(*table, scale)
    if found.value is not None:
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-10, abs=1e-12)
    assert found.p_value == pytest.approx(score_test(*table), rel=1e-10)
    assert found.p_homogeneity is None


def test_the_test_is_cochrans_mantel_and_haenszels():
    x1, n1, x0, n0 = (np.array(column, float) for column in PUBLISHED)
    total, successes = n1 + n0, x1 + x0
    expected = (n1 * successes / total).sum()
    variance = (n1 * n0 * successes * (total - successes) / (total**2 * (total - 1))).sum()
    chi2 = (x1.sum() - expected) ** 2 / variance
    assert stratified(*PUBLISHED, "difference").p_value == pytest.approx(math.erfc(math.sqrt(chi2 / 2)), rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_coherent_and_symmetric(seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    n1, n0 = rng.integers(2, 40, 3), rng.integers(2, 40, 3)
    x1, x0 = rng.binomial(n1, rng.uniform(0.05, 0.7)), rng.binomial(n0, 0.3)
    for scale, same in (("difference", 0), ("ratio", 1)):
        found, flipped = stratified(x1, n1, x0, n0, scale), stratified(x0, n0, x1, n1, scale)
        assert (found.low > same or found.high < same) == (found.p_value < 0.05)
        turned = (-flipped.high, -flipped.low) if scale == "difference" else (1 / flipped.high, 1 / flipped.low)
        assert (found.low, found.high) == pytest.approx(turned, rel=1e-9, abs=1e-12)


def test_simpsons_paradox():
    # In both strata the group's rate is lower; the totals say the opposite. Kidney stones (Charig et al. 1986,
    # BMJ 292, 879-882): failures of open surgery and of the puncture, small and large stones.
    within = stratified((6, 71), (87, 263), (36, 25), (270, 80), "difference")
    assert within.value < 0 < 77 / 350 - 61 / 350
    assert within.high < 0.02


def test_strata_that_say_nothing_are_left_out():
    found = stratified((3, 5), (9, 9), (2, 0), (10, 0), "ratio")
    assert found.strata == 1
    assert (found.low, found.high) == pytest.approx(miettinen_nurminen(3, 9, 2, 10, "ratio"))
    nothing = stratified((3,), (9,), (0,), (0,), "difference")
    assert (nothing.value, nothing.low, nothing.high, nothing.p_value) == (None, -1, 1, None)


def test_no_events_at_all_bound_a_difference_but_no_ratio():
    found = stratified((0, 0), (50, 60), (0, 0), (70, 80), "ratio")
    assert found.value is None
    assert (found.low, found.high) == (0, math.inf)
    assert -0.1 < stratified((0, 0), (50, 60), (0, 0), (70, 80), "difference").low < 0


def test_impossible_counts_are_errors():
    with pytest.raises(ValueError, match="successes"):
        stratified((3,), (2,), (1,), (2,), "ratio")
    with pytest.raises(ValueError, match="argument"):
        stratified((1, 1), (2,), (1,), (2,), "ratio")
