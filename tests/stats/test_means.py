"""The mean of bounded values against SciPy's t procedures, and where the t interval must not be trusted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from counterproof.stats.basis import Mean, compatible_contrast, contrast

SCALE = 10**6


def mean_of(values: np.ndarray, least: float = 0.0, most: float = 1.0) -> Mean:
    total, squares = (round(SCALE * float(np.sum(values**power))) for power in (1, 2))
    return Mean(len(values), total, squares, SCALE, least, most)


def test_student_and_welch_are_scipys() -> None:
    draw = np.random.Generator(np.random.PCG64(5))
    a, b = draw.beta(2, 5, 400), draw.beta(2, 4, 90)
    one = mean_of(a).printed(0.9)
    assert (one.low, one.high) == pytest.approx(stats.ttest_1samp(a, 0).confidence_interval(0.9), abs=1e-6)
    two = contrast(mean_of(a), mean_of(b), "difference", 0.9)
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert (two.low, two.high) == pytest.approx(welch.confidence_interval(0.9), abs=1e-6)
    assert two.p_value == pytest.approx(welch.pvalue, rel=1e-4)
    assert (one.method, two.method) == ("student-t", "welch")


def test_the_verdicts_interval_by_hand() -> None:
    basis = Mean(1000, 100 * SCALE, 30 * SCALE, SCALE, 0.0, 1.0)
    variance = (30 - 10) / 999
    # Maurer and Pontil, theorem 4, on each side with half of the 5 %: ln(2/0.025)
    half = math.sqrt(2 * variance * math.log(80) / 1000) + 7 * math.log(80) / (3 * 999)
    found = basis.compatible(0.95)
    assert (found.low, found.high) == pytest.approx((0.1 - half, 0.1 + half))
    few = Mean(40, 4 * SCALE, 1 * SCALE, SCALE, 0.0, 1.0).compatible(0.95)
    assert few.high - 0.1 == pytest.approx(math.sqrt(math.log(40) / 80))  # Hoeffding


@pytest.mark.parametrize(("n", "rate"), [(30, 0.01), (300, 0.002), (2000, 0.0005)])
def test_rare_large_errors_are_covered(n: int, rate: float) -> None:
    # Squared errors that are 0 but for a few that are 1: Student's interval holds the mean in far less than 95 %.
    draw = np.random.Generator(np.random.PCG64(n))
    hits = {"printed": 0, "compatible": 0}
    for x in draw.binomial(n, rate, 2000).tolist():
        basis = Mean(n, x * SCALE, x * SCALE, SCALE, 0.0, 1.0)
        for name in hits:
            ends = getattr(basis, name)(0.95)
            hits[name] += ends.low <= rate <= ends.high
    assert hits["compatible"] >= 0.95 * 2000


def test_without_variance_or_values() -> None:
    same = Mean(50, 0, 0, SCALE, 0.0, 1.0)
    assert same.printed(0.95) == same.compatible(0.95)
    assert same.compatible(0.95).high > 0.1
    nobody = Mean(0, 0, 0, SCALE, -1.0, 1.0)
    assert nobody.value is None
    assert (nobody.printed(0.95).low, nobody.printed(0.95).high) == (-1.0, 1.0)
    assert contrast(same, same, "difference", 0.95).method == "rectangle"
    with pytest.raises(ValueError, match="between the two ends"):
        Mean(3, 9 * SCALE, 27 * SCALE, SCALE, 0.0, 1.0)


def test_contrasts_flip_with_their_groups() -> None:
    draw = np.random.Generator(np.random.PCG64(11))
    a, b = (mean_of(draw.uniform(-0.4, 0.6, n), -1.0) for n in (80, 700))
    for method in (contrast, compatible_contrast):
        there, back = method(a, b, "difference", 0.95), method(b, a, "difference", 0.95)
        assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
        assert there.low <= (there.value or 0) <= there.high
