"""Scores of forecasts and tests of equal accuracy: golden numbers, an oracle for Newey-West, and what must hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from counterproof.stats.basis import compatible_contrast, contrast
from counterproof.stats.forecasts import Pair, Paired, ratio, relative_skill, weighted_interval_score
from counterproof.stats.normal import Normal
from counterproof.stats.series import bandwidth, diebold_mariano, segmented

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
# reference identification.md C; scoringrules 0.10 with numpy returns .56, 12.34, 15.94
GOLDEN = [(1, (-1, 0, 1, 2, 3), 0.36), (-15, (-2, 1, 2, 2, 4), 15.34), (22, (-2, 0, 3, 3, 4), 19.14)]


@pytest.mark.parametrize(("y", "quantiles", "expected"), GOLDEN)
def test_golden_weighted_interval_scores(y: float, quantiles: tuple[float, ...], expected: float) -> None:
    assert weighted_interval_score(y, LEVELS, quantiles) == pytest.approx(expected)


def test_a_point_has_its_absolute_error_as_score_and_levels_pair() -> None:
    assert weighted_interval_score(7, (0.5,), (4,)) == 3
    with pytest.raises(ValueError, match="come in pairs"):
        weighted_interval_score(7, (0.1, 0.5), (3, 4))


def test_golden_diebold_mariano() -> None:
    # reference identification.md C
    found = diebold_mariano([1, 2, 3, 4], 2)
    assert found is not None
    assert found.statistic == pytest.approx(2.23606797749979)
    assert found.p_value == pytest.approx(0.1113672, abs=5e-8)
    found = diebold_mariano([2, 1, -3, -1, 0], 3)
    assert found is not None
    assert found.statistic == pytest.approx(-1 / 3)


@pytest.mark.parametrize(
    ("differences", "ahead"), [([1, 1, 1, 1], 1), ([1, -1, 1, -1, 1, -1], 2), ([3], 1), ([1, 2], 3)]
)
def test_diebold_mariano_is_not_computable_without_a_positive_variance(differences: list[float], ahead: int) -> None:
    assert diebold_mariano(differences, ahead) is None


def test_a_break_has_the_errors_of_statsmodels() -> None:
    rng = np.random.default_rng(3)
    y = np.r_[10 + 0.2 * np.arange(15), 6 + 0.1 * np.arange(17)] + rng.normal(size=32)
    found = segmented(y, 15)
    # statsmodels 0.15.0: OLS(y, [1, t, after, after (t - 15)]).fit(cov_type="HAC", maxlags=3, use_correction=True)
    assert found.coefficients == pytest.approx([9.85068869, 0.19030044, -6.38939922, -0.10165558], abs=1e-7)
    assert found.errors == pytest.approx([0.47367366, 0.0587023, 0.57557915, 0.07000643], abs=1e-7)
    assert (found.lags, found.degrees, bandwidth(32)) == (3, 28, 3)
    with pytest.raises(ValueError, match="three values"):
        segmented(y, 2)


def pair(own: list[float], other: list[float]) -> Pair:
    days = tuple(f"2024-01-{number:02}" for number in range(1, len(own) + 1))
    return Pair(np.array(own), np.array(other), np.ones(len(own)), days)


def test_relative_skill_multiplies_to_one_and_scales_to_the_baseline() -> None:
    scores = {"a": [1.0, 2.0, 3.0], "b": [2.0, 2.0, 5.0], "c": [4.0, 1.0, 9.0]}
    pairs = {(x, y): pair(scores[x], scores[y]) for x in scores for y in scores if x != y}
    found = relative_skill(list(scores), pairs, 0)
    assert sum(one.value for one in found.values()) == pytest.approx(0)  # logs
    assert math.exp(found["a"].value - found["b"].value) == pytest.approx(6 / 9)
    scaled = relative_skill(list(scores), pairs, 0, "c")
    assert scaled["c"].value == 0
    assert math.exp(scaled["a"].value) == pytest.approx(6 / 14)


def test_models_that_share_no_target_have_no_relative_skill() -> None:
    assert relative_skill(["a", "b", "c"], {("a", "b"): pair([1], [2]), ("b", "a"): pair([2], [1])}, 0) == {}


def test_two_models_are_compared_on_common_targets_alone() -> None:
    common = pair([1.0, 2.0, 3.0, 5.0], [2.0, 4.0, 4.0, 7.0])
    one = Paired(Normal(99.0, 1.0, 3), "one", 1, {"two": common})
    two = Paired(Normal(1.0, 1.0, 3), "two", 1, {"one": common.swapped})
    gap = contrast(one, two, "difference", 0.95)
    assert gap.value == pytest.approx(-1.5)
    assert gap.method == "diebold-mariano"
    assert contrast(two, one, "difference", 0.95).value == pytest.approx(1.5)
    times = compatible_contrast(one, two, "ratio", 0.95)
    assert times.value == pytest.approx(11 / 17)
    assert times.low < 11 / 17 < times.high


def test_constant_differences_leave_everything_open() -> None:
    common = pair([1.0, 1.0, 1.0], [2.0, 2.0, 2.0])
    one, two = (Paired(Normal(1.0, 1.0, 2), name, 1, {"one": common.swapped, "two": common}) for name in ("one", "two"))
    gap = compatible_contrast(one, two, "difference", 0.95)
    assert (gap.value, gap.low, gap.high, gap.p_value) == (-1, -math.inf, math.inf, None)
    assert gap.method == "not computable"


def test_the_error_of_a_mean_counts_days_and_grows_with_shared_steps() -> None:
    rng = np.random.default_rng(1)
    noise = np.convolve(rng.normal(size=203), np.ones(4), "valid")
    plain, shared = ratio(noise + 10, np.ones(200), 0), ratio(noise + 10, np.ones(200), 3)
    assert plain is not None
    assert shared is not None
    assert plain.value == shared.value
    assert shared.error > 1.3 * plain.error
    assert ratio([1.0], [0.0], 0) is None
    single = ratio([3.0], [1.0], 0)
    assert single is not None
    assert single.error == math.inf
