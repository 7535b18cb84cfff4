"""Confidence sequences: against the mixture's own integral, and by simulation at all looks at once."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from counterproof.stats.intervals import wilson_limits
from counterproof.stats.sequences import RHO, Running, boundary

LOOKS, DRAWS = 40, 2_000
ALPHA = 0.05


@pytest.mark.parametrize("variance", [0.0, 3.0, 250.0, 4_000.0])
@pytest.mark.parametrize("alpha", [0.025, 0.001])
def test_the_boundary_is_where_the_mixture_reaches_one_over_alpha(variance, alpha):
    s = boundary(variance, alpha)
    weight = quad(lambda u: u ** (RHO - 1) * math.exp(RHO * (1 - u)), 0, 1)[0]

    def grows(lam):  # exp(λs − ψ(λ)v), ψ(λ) = −log(1−λ) − λ, weighted by the density of 1 − λ, a cut gamma's
        one = lam * s + variance * (math.log1p(-lam) + lam)
        return math.exp(one + (RHO - 1) * math.log1p(-lam) + RHO * lam) / weight

    assert quad(grows, 0, 1 - 1e-9, limit=500, points=[0.05, 0.2])[0] == pytest.approx(1 / alpha, rel=1e-6)


@pytest.mark.parametrize(("x", "n"), [(0, 50), (3, 200), (100, 200), (50, 50)])
def test_the_mixture_of_a_constant_rate_is_the_mean_likelihood_ratio(x, n):
    ends = Running(((x, n),), constant=True).printed(0.95)

    def likelihood(q, p):
        return math.exp((x and x * math.log(q / p)) + (n - x and (n - x) * (math.log1p(-q) - math.log1p(-p))))

    for p, inner in ((ends.low, x > 0), (ends.high, x < n)):
        if inner:  # the density of Beta(½, ½) is even in the arc
            peak = math.asin(math.sqrt(x / n))
            mean = quad(lambda arc, p=p: likelihood(math.sin(arc) ** 2, p), 1e-12, math.pi / 2 - 1e-9, points=[peak])[0]
            assert mean * 2 / math.pi == pytest.approx(1 / ALPHA, rel=1e-6)


def flat(rng, size):
    return np.full((DRAWS, LOOKS), 0.1)


def drifting(rng, size):
    return np.broadcast_to(np.linspace(0.02, 0.6, LOOKS), (DRAWS, LOOKS))


def jumping(rng, size):
    return np.repeat(rng.choice([0.02, 0.4], (DRAWS, LOOKS // 5)), 5, axis=1)


def rare(rng, size):
    return np.full((DRAWS, LOOKS), 0.002)


@pytest.mark.parametrize("rates", [flat, drifting, jumping, rare])
@pytest.mark.parametrize("size", [5, 100])
def test_at_all_looks_at_once_it_covers_and_an_ordinary_interval_does_not(rates, size):
    rng = np.random.Generator(np.random.PCG64(20161))
    p = rates(rng, size)
    found = rng.binomial(size, p)
    before = np.cumsum(found, axis=1) - found
    trials = size * np.arange(LOOKS)
    guess = np.where(trials > 0, before / np.maximum(trials, 1), 0.5)
    variance = np.cumsum(found * (1 - guess) ** 2 + (size - found) * guess**2, axis=1)
    grid = np.linspace(0, variance.max(), 400)
    reach = np.interp(variance, grid, [boundary(v, ALPHA / 2) for v in grid])
    totals, n = np.cumsum(found, axis=1).astype(float), (trials + size).astype(float)
    truth = np.cumsum(p, axis=1) / np.arange(1, LOOKS + 1)
    missed = (np.abs(totals / n - truth) > reach / n).any(axis=1)
    assert missed.mean() < ALPHA
    low, high = wilson_limits(totals, np.broadcast_to(n, totals.shape), 1 - ALPHA)
    assert ((truth < low) | (truth > high)).any(axis=1).mean() > 3 * ALPHA
    path = tuple((int(x), int(m)) for x, m in zip(totals[0], n, strict=True))
    last = Running(path)
    assert last.variance == pytest.approx(variance[0, -1])
    assert last.printed(0.95).high == pytest.approx(min(1, totals[0, -1] / n[-1] + reach[0, -1] / n[-1]), rel=2e-3)


def test_cases_that_depend_on_earlier_ones_are_covered_too():
    """The rate of a case rises with what was found before it, as where a hit sends more officers."""
    rng = np.random.Generator(np.random.PCG64(5))
    missed = 0
    for _ in range(300):
        x, rates, looks, bad = 0, 0.0, [], False
        for n in range(1, 401):
            rate = 0.05 + 0.6 * x / (n + 20)
            rates += rate
            x += int(rng.random() < rate)
            if n % 40 == 0:
                looks.append((x, n))
                ends = Running(tuple(looks)).printed(0.95)
                bad = bad or not ends.low <= rates / n <= ends.high
        missed += bad
    assert missed / 300 < ALPHA


def test_a_constant_rate_is_covered_at_all_looks():
    rng = np.random.Generator(np.random.PCG64(6))
    for rate, size in ((0.01, 50), (0.3, 20)):
        missed = 0
        for totals in np.cumsum(rng.binomial(size, rate, (100, 25)), axis=1).tolist():
            ends = [Running(((x, size * (k + 1)),), constant=True).printed(0.95) for k, x in enumerate(totals)]
            missed += any(not end.low <= rate <= end.high for end in ends)
        assert missed / 100 < ALPHA


def test_symmetry_and_what_is_impossible():
    one, other = Running(((3, 10), (20, 90))), Running(((7, 10), (70, 90)))
    assert one.printed(0.9).low == pytest.approx(1 - other.printed(0.9).high, abs=1e-12)
    assert Running(()).printed(0.95).low == 0.0
    assert Running(()).value is None
    for looks in (((5, 4),), ((3, 10), (2, 20)), ((3, 10), (3, 9))):
        with pytest.raises(ValueError, match="successes"):
            Running(looks)
