"""Draws by several chains: R-hat, effective size, quantiles, and a posterior as a basis."""

import math

import numpy as np
import pytest

from counterproof.stats.basis import Rate, compatible_contrast, contrast
from counterproof.stats.draws import effective_size, outer_quantiles, quantiles, r_hat
from counterproof.stats.posterior import Posterior


def chains():
    """Autocorrelated chains; the same with one apart; independent ones of odd length; alternating ones."""
    rng = np.random.Generator(np.random.PCG64(7))
    slow = np.zeros((400, 4))
    for i in range(1, 400):
        slow[i] = 0.8 * slow[i - 1] + rng.standard_normal(4)
    plain = rng.standard_normal((401, 2))
    return slow, slow + np.array([0, 0, 0, 1.5]), plain, plain - 0.4 * np.roll(plain, 1, 0)


# arviz 0.23.4: rhat(x.T, method="split"), ess(x.T, method="mean")
ARVIZ = [
    (1.0623169498710958, 126.12329174413473),
    (1.0686997407390848, 97.87698924132575),
    (0.9984872949994419, 700.3673119496322),
    (0.9978152693652007, 2009.3575211025066),
]


@pytest.mark.parametrize(("which", "expected"), list(enumerate(ARVIZ)))
def test_agrees_with_arviz(which, expected):
    x = chains()[which]
    assert r_hat(x) == pytest.approx(expected[0], rel=1e-12)
    # arviz cuts the sum of autocorrelations a little differently
    assert effective_size(x) == pytest.approx(expected[1], rel=0.02)


def test_chains_that_do_not_move_have_no_r_hat():
    assert math.isnan(r_hat(np.ones((10, 2))))
    assert math.isnan(effective_size(np.ones((10, 2))))


def test_the_outer_quantiles_hold_the_true_ones():
    """Of 400 samples of 400 independent normal draws, the outer ends lie outside the true ones in nearly all."""
    rng = np.random.Generator(np.random.PCG64(20161))
    inner = outer = 0
    for _ in range(400):
        x = rng.standard_normal((100, 4))
        inner += quantiles(x, 0.95)[1] >= 1.96
        outer += outer_quantiles(x, 0.95, x.size)[1] >= 1.96
    assert 0.35 < inner / 400 < 0.65
    assert outer / 400 > 0.95


def test_a_posterior_is_compared_draw_by_draw():
    rng = np.random.Generator(np.random.PCG64(1))
    shared = rng.normal(0.3, 0.05, (500, 4))
    one, other = Posterior(shared + 0.1), Posterior(shared)
    found = contrast(one, other, "difference", 0.95)
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert found.method == "posterior"
    assert found.p_value is None
    wide = compatible_contrast(one, Posterior(shared[::-1].copy()), "ratio", 0.95)
    assert wide.low < wide.value < wide.high
    assert wide.value == pytest.approx(float((shared + 0.1).mean() / shared.mean()))


def test_what_a_verdict_uses_is_wider_than_what_is_printed():
    found = Posterior(np.random.Generator(np.random.PCG64(1)).normal(0.5, 0.05, (250, 4)))
    printed, compatible = found.printed(0.95), found.compatible(0.95)
    assert 0 <= compatible.low < printed.low < printed.high < compatible.high <= 1


def test_a_posterior_against_a_rate_takes_the_rectangle():
    found = contrast(Posterior(np.full((50, 2), 0.4)), Rate(5, 50), "difference", 0.95)
    assert found.method == "rectangle"
