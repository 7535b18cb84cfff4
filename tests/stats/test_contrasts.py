"""Two rates: published cases, symmetry, coherence with the test, and an independent likelihood."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtr

from counterproof.stats.contrasts import miettinen_nurminen, newcombe, score_limits, score_p_values, score_test

FALSE_POSITIVES = (805, 1795, 349, 1488)

# COMPAS, ProPublica's two-year file: Newcombe and Miettinen–Nurminen for differences, the latter for ratios.
COMPAS = [
    (FALSE_POSITIVES, (0.18205, 0.24502), (0.18216, 0.24517), (1.72254, 2.12558)),
    ((461, 966, 532, 1901), (0.15986, 0.23456), (0.15993, 0.23468), (1.54587, 1.87977)),
    ((349, 854, 805, 2174), (-0.00004, 0.07726), (-0.00007, 0.07729), (0.99982, 1.21521)),
    ((2174, 3696, 854, 2454), (0.21534, 0.26458), (0.21539, 0.26465), (1.59183, 1.79658)),
    ((2, 23, 349, 1488), (-0.21417, 0.03461), (-0.21581, 0.03442), (0.10280, 1.14798)),
]

# Published ratio cases: Miettinen–Nurminen, Koopman (1984; without N/(N−1)), score odds ratio.
RATIOS = [
    ((24, 73, 53, 65), (0.280, 0.560), (0.280, 0.559), (0.050, 0.245)),
    ((29, 55, 11, 11), (0.397, 0.742), (0.398, 0.739), (0.0, 0.417)),
    ((7, 18, 1, 18), (1.296, 42.544), (1.319, 41.691), (1.416, 76.428)),
    ((8, 15, 4, 15), (0.803, 5.423), (0.815, 5.336), None),
]


@pytest.mark.parametrize(("table", "hybrid", "difference", "ratio"), COMPAS)
def test_compas(table, hybrid, difference, ratio):
    assert newcombe(*table) == pytest.approx(hybrid, abs=5.1e-6)
    assert miettinen_nurminen(*table, "difference") == pytest.approx(difference, abs=5.1e-6)
    assert miettinen_nurminen(*table, "ratio") == pytest.approx(ratio, abs=5.1e-6)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((5, 56, 0, 29), (-0.0326, 0.1933)),  # Newcombe (1998), table II (h)
        ((12, 16, 1, 16), (0.375, 0.863)),
        ((19, 29, 22, 30), (-0.309, 0.158)),
    ],
)
def test_published_differences(table, expected):
    assert miettinen_nurminen(*table) == pytest.approx(expected, abs=5.1e-4)


@pytest.mark.parametrize(("table", "with_factor", "without", "odds"), RATIOS)
def test_published_ratios(table, with_factor, without, odds):
    assert miettinen_nurminen(*table, "ratio") == pytest.approx(with_factor, abs=5.1e-4)
    assert miettinen_nurminen(*table, "ratio", corrected=False) == pytest.approx(without, abs=5.1e-4)
    if odds is not None:
        assert miettinen_nurminen(*table, "odds_ratio") == pytest.approx(odds, abs=5.1e-4)


def test_the_false_positive_rate_is_tested_and_not_the_false_discovery_rate():
    # A peer tool drops unflagged rows before testing "false positives": it then tests 349/854 against 805/2174.
    assert score_test(*FALSE_POSITIVES) == pytest.approx(2.2e-37, rel=0.03)
    assert score_test(*FALSE_POSITIVES, corrected=False) == pytest.approx(2.1e-37, rel=0.03)
    assert score_test(349, 854, 805, 2174) == pytest.approx(0.050, abs=5e-4)


def test_one_in_twenty_against_none_in_two_thousand():
    assert score_test(1, 20, 0, 2000) == pytest.approx(1.5e-23, rel=0.03)


def grid():
    x1, x0 = np.meshgrid(np.arange(41.0), np.arange(21.0), indexing="ij")
    return x1.ravel(), np.full(861, 40.0), x0.ravel(), np.full(861, 20.0)


@pytest.mark.parametrize("scale", ["difference", "ratio", "odds_ratio"])
@pytest.mark.parametrize("corrected", [True, False])
def test_swapping_the_groups_flips_every_interval(scale, corrected):
    x1, n1, x0, n0 = grid()
    low, high = score_limits(x1, n1, x0, n0, scale, 0.95, corrected=corrected)
    flipped_low, flipped_high = score_limits(x0, n0, x1, n1, scale, 0.95, corrected=corrected)
    with np.errstate(divide="ignore"):
        expected = (-flipped_high, -flipped_low) if scale == "difference" else (1 / flipped_high, 1 / flipped_low)
    np.testing.assert_allclose(low, expected[0], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(high, expected[1], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("scale", ["difference", "odds_ratio"])
def test_counting_failures_instead_flips_every_interval(scale):
    x1, n1, x0, n0 = grid()
    low, high = score_limits(x1, n1, x0, n0, scale, 0.95)
    of_failures = score_limits(n1 - x1, n1, n0 - x0, n0, scale, 0.95)
    with np.errstate(divide="ignore"):
        expected = (
            (-of_failures[1], -of_failures[0]) if scale == "difference" else (1 / of_failures[1], 1 / of_failures[0])
        )
    np.testing.assert_allclose(low, expected[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(high, expected[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("scale", ["difference", "ratio", "odds_ratio"])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99, 0.9999])
@pytest.mark.parametrize("corrected", [True, False])
def test_every_interval_excludes_equality_exactly_when_the_test_rejects_it(scale, level, corrected):
    x1, n1, x0, n0 = grid()
    low, high = score_limits(x1, n1, x0, n0, scale, level, corrected=corrected)
    same = 0.0 if scale == "difference" else 1.0
    excludes = (low > same) | (high < same)
    rejects = score_p_values(x1, n1, x0, n0, corrected=corrected) < 1 - level
    assert 50 < rejects.sum() < 800
    np.testing.assert_array_equal(excludes, rejects)


@pytest.mark.parametrize("scale", ["difference", "ratio", "odds_ratio"])
def test_intervals_hold_the_estimate_and_grow_with_the_level(scale):
    x1, n1, x0, n0 = grid()
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = {
            "difference": x1 / n1 - x0 / n0,
            "ratio": (x1 / n1) / (x0 / n0),
            "odds_ratio": x1 * (n0 - x0) / ((n1 - x1) * x0),
        }[scale]
    inner = score_limits(x1, n1, x0, n0, scale, 0.9)
    outer = score_limits(x1, n1, x0, n0, scale, 0.99)
    known = ~np.isnan(estimate)
    assert np.all((inner[0] <= estimate + 1e-15)[known] & (estimate <= inner[1] + 1e-15)[known])
    assert np.all(outer[0] <= inner[0])
    assert np.all(inner[1] <= outer[1])
    assert not np.isnan([*inner, *outer]).any()


def likelihood_cubic(x1, n1, x0, n0, theta):
    """The reference rate of greatest likelihood when p1 − p0 = theta, by the cubic of Miettinen and Nurminen."""
    total, successes = n1 + n0, x1 + x0
    roots = np.roots(
        [
            total,
            (n1 + 2 * n0) * theta - total - successes,
            (n0 * theta - total - 2 * x0) * theta + successes,
            x0 * theta * (1 - theta),
        ]
    )
    real = roots[np.abs(roots.imag) < 1e-9].real
    return next(p for p in real if max(0, -theta) - 1e-9 <= p <= min(1, 1 - theta) + 1e-9)


@pytest.mark.parametrize("table", [(7, 18, 1, 18), (805, 1795, 349, 1488), (3, 40, 9, 20), (2, 23, 349, 1488)])
def test_ends_solve_the_published_equation(table):
    # The published algorithm: a cubic for the restricted rates, then the score equation. Ours walks another way.
    x1, n1, x0, n0 = table
    factor = (n1 + n0) / (n1 + n0 - 1)
    for end in miettinen_nurminen(*table):
        p0 = likelihood_cubic(*table, end)
        p1 = p0 + end
        variance = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * factor
        assert (x1 / n1 - x0 / n0 - end) ** 2 / variance == pytest.approx(1.959963984540054**2, rel=1e-8)
    for end in miettinen_nurminen(*table, "ratio"):
        b = n1 * end + x1 + n0 + x0 * end
        p0 = (b - math.sqrt(b * b - 4 * (n1 + n0) * end * (x1 + x0))) / (2 * (n1 + n0) * end)
        p1 = p0 * end
        variance = (p1 * (1 - p1) / n1 + end**2 * p0 * (1 - p0) / n0) * factor
        assert (x1 / n1 - end * x0 / n0) ** 2 / variance == pytest.approx(1.959963984540054**2, rel=1e-8)


def test_ends_that_nothing_bounds():
    assert miettinen_nurminen(3, 9, 0, 5, "ratio")[1] == math.inf
    assert miettinen_nurminen(0, 9, 3, 5, "ratio")[0] == 0
    assert miettinen_nurminen(0, 9, 0, 5, "ratio") == (0, math.inf)
    assert miettinen_nurminen(9, 9, 5, 5, "odds_ratio") == (0, math.inf)
    assert miettinen_nurminen(0, 9, 5, 5)[0] == -1
    assert miettinen_nurminen(9, 9, 0, 5)[1] == 1
    for scale, whole in (("difference", (-1, 1)), ("ratio", (0, math.inf)), ("odds_ratio", (0, math.inf))):
        assert miettinen_nurminen(0, 0, 1, 2, scale) == whole
    assert newcombe(0, 0, 1, 2) == (-1, 1)


def test_the_test_without_information():
    assert score_test(0, 9, 0, 5) == score_test(9, 9, 5, 5) == 1
    assert math.isnan(score_test(0, 0, 1, 2))


def test_scalar_and_array_p_values_agree():
    x1, n1, x0, n0 = grid()
    one_by_one = [score_test(int(a), 40, int(b), 20) for a, b in zip(x1, x0, strict=True)]
    np.testing.assert_allclose(score_p_values(x1, n1, x0, n0), one_by_one, rtol=1e-10, atol=1e-300)


@pytest.mark.parametrize("scale", ["difference", "ratio", "odds_ratio"])
def test_billions_and_tiny_rates(scale):
    n = 10**9
    low, high = miettinen_nurminen(130, n, 100, n, scale)
    # At rates of 1e-7 the three scales are those of two Poisson counts; (x1, x0) given their sum is binomial.
    assert (low > (0 if scale == "difference" else 1)) == (score_test(130, n, 100, n) < 0.05)
    if scale == "difference":
        assert (low * n, high * n) == pytest.approx((0.37, 59.9), abs=0.6)
    else:
        # Wilson's interval of 130/230, as odds: Koopman's interval for two Poisson rates.
        share = np.array(_wilson_share(130, 230))
        assert (low, high) == pytest.approx(tuple(share / (1 - share)), rel=1e-6)


def _wilson_share(x, n):
    z2 = 1.959963984540054**2
    root = math.sqrt(z2 * (x * (n - x) / n + z2 / 4))
    return [(x + z2 / 2 - root) / (n + z2), (x + z2 / 2 + root) / (n + z2)]


def exact_size(n1, n0, p, rejects):
    """Probability that a test rejects when both rates are p: the sum over all tables worth counting."""
    x1 = np.arange(n1 + 1.0)
    middle, spread = n0 * p, 8 * math.sqrt(n0 * p * (1 - p)) + 10
    x0 = np.arange(max(0, math.floor(middle - spread)), min(n0, math.ceil(middle + spread)) + 1.0)
    w1 = np.diff(np.concatenate([[0.0], bdtr(x1, n1, p)]))
    w0 = np.diff(np.concatenate([[0.0 if x0[0] == 0 else bdtr(x0[0] - 1, n0, p)], bdtr(x0, n0, p)]))
    a, b = (axis.ravel() for axis in np.meshgrid(x1, x0, indexing="ij"))
    return float(np.outer(w1, w0).ravel()[rejects(a, np.full_like(a, n1), b, np.full_like(b, n0))].sum())


@pytest.mark.parametrize(("n1", "n0", "p", "size"), [(20, 50_000, 0.008, 0.146), (12, 50_000, 0.46, 0.078)])
def test_the_size_of_the_score_test_is_known_and_why_verdicts_have_a_sparse_rule(n1, n0, p, size):
    assert exact_size(n1, n0, p, lambda *table: score_p_values(*table) < 0.05) == pytest.approx(size, abs=6e-4)


@pytest.mark.parametrize("counts", [(11, 10, 1, 2), (1, 2, -1, 2), (1.5, 2, 1, 2)])
def test_impossible_counts_are_errors(counts):
    for function in (miettinen_nurminen, score_test, newcombe):
        with pytest.raises(ValueError, match="successes"):
            function(*counts)


@st.composite
def tables(draw):
    n1, n0 = (draw(st.one_of(st.integers(1, 60), st.integers(1, 10**9))) for _ in range(2))
    near_an_end = [draw(st.one_of(st.integers(0, min(n, 20)), st.integers(0, n))) for n in (n1, n0)]
    x1, x0 = (n - x if draw(st.booleans()) else x for x, n in zip(near_an_end, (n1, n0), strict=True))
    return x1, n1, x0, n0


@given(table=tables(), level=st.sampled_from([0.8, 0.95, 0.9999, 1 - 1e-9]))
def test_any_table_gives_an_interval_that_agrees_with_the_test(table, level):
    p_value = score_test(*table)
    for scale, same in (("difference", 0), ("ratio", 1), ("odds_ratio", 1)):
        low, high = miettinen_nurminen(*table, scale, level)
        assert low <= high
        if abs(p_value - (1 - level)) > 1e-6 * (1 - level):
            assert (low > same or high < same) == (p_value < 1 - level)
