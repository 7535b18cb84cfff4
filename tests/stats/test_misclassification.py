"""An outcome recorded with error: formulas, bounds by brute force, coverage."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from counterproof.stats.misclassification import (
    COMPLEMENTS,
    SIGNS,
    Counts,
    ErrorRange,
    Misread,
    differential,
    nondifferential,
    true_share,
)

COUNTS = Counts(300, 200, 400, 1600)
ERRORS = ErrorRange((0.7, 0.9), (0.9, 0.98))
MEASURES = [*SIGNS, *COMPLEMENTS]
EDGES = [np.linspace(*ends, 4) for ends in (ERRORS.sensitivity, ERRORS.specificity)]


def by_hand(measure: str, p1: float, p0: float) -> float:
    """From the true counts that follow from true shares."""
    tp, fp, fn, tn = 500 * p1, 500 * (1 - p1), 2000 * p0, 2000 * (1 - p0)
    return {
        "positive_predictive_value": tp / (tp + fp), "false_discovery_rate": fp / (tp + fp),
        "false_omission_rate": fn / (fn + tn), "negative_predictive_value": tn / (fn + tn),
        "prevalence": (tp + fn) / 2500, "accuracy": (tp + tn) / 2500,
        "false_negative_rate": fn / (tp + fn), "true_positive_rate": tp / (tp + fn),
        "false_positive_rate": fp / (fp + tn), "true_negative_rate": tn / (fp + tn),
    }[measure]  # fmt: skip


def test_rogan_and_gladen() -> None:
    # 1,000 people, 100 with the outcome: 80 of them and 45 of the 900 others are recorded as having it
    assert true_share(125 / 1000, 80 / 100, 855 / 900) == pytest.approx(0.1)
    assert (true_share(0.02, 0.8, 0.95), true_share(0.9, 0.8, 0.95)) == (0, 1)


@pytest.mark.parametrize("measure", MEASURES)
def test_values(measure: str) -> None:
    errors = ((0.8, 0.95), (0.75, 0.97))
    p1, p0 = true_share(0.6, *errors[0]), true_share(0.2, *errors[1])
    assert Misread(measure, COUNTS, *errors).value == pytest.approx(by_hand(measure, p1, p0))


@pytest.mark.parametrize("measure", MEASURES)
def test_bounds_by_trying_every_error(measure: str) -> None:
    each = list(itertools.product(*EDGES))
    apart = [
        by_hand(measure, true_share(0.6, *one), true_share(0.2, *other)) for one, other in itertools.product(each, each)
    ]
    low, high = differential(measure, COUNTS, COUNTS, ERRORS)
    assert (low.value, high.value) == (pytest.approx(min(apart)), pytest.approx(max(apart)))
    equal = [by_hand(measure, true_share(0.6, *one), true_share(0.2, *one)) for one in each]
    low, high = nondifferential(measure, COUNTS, COUNTS, ERRORS)
    assert (low.value, high.value) == (pytest.approx(min(equal)), pytest.approx(max(equal)))


def test_no_error_is_no_correction() -> None:
    exact = ErrorRange()
    for measure in MEASURES:
        low, high = differential(measure, COUNTS, COUNTS, exact)
        assert low == high
        assert low.value == pytest.approx(by_hand(measure, 0.6, 0.2))
        printed, judged = low.printed(0.95), low.compatible(0.95)
        assert judged.low <= printed.low <= low.value <= printed.high <= judged.high  # type: ignore[operator]


@pytest.mark.parametrize(("one", "other"), COMPLEMENTS.items())
def test_complements_mirror_each_other(one: str, other: str) -> None:
    for kind in (differential, nondifferential):
        a, b = kind(one, COUNTS, COUNTS, ERRORS), kind(other, COUNTS, COUNTS, ERRORS)
        assert a[0].value == pytest.approx(1 - (b[1].value or 0))
        for which in ("printed", "compatible"):
            mine, theirs = getattr(a[0], which)(0.9), getattr(b[1], which)(0.9)
            assert (mine.low, mine.high) == (pytest.approx(1 - theirs.high), pytest.approx(1 - theirs.low))


def test_errors_that_explain_everything() -> None:
    few = Counts(2, 98, 4, 196)
    low, _ = nondifferential("false_negative_rate", few, few, ErrorRange((0.8, 1), (0.9, 1)))
    assert low.value is None
    assert (low.compatible(0.95).low, low.compatible(0.95).high) == (0, 1)
    nobody = Misread("positive_predictive_value", Counts(0, 0, 5, 5), (1, 1), (1, 1))
    assert nobody.value is None


@pytest.mark.parametrize("ranges", [((0.5, 0.4), (1, 1)), ((0.5, 1.1), (1, 1)), ((0.4, 1), (0.6, 1))])
def test_ranges_that_cannot_be(ranges: tuple[tuple[float, float], tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"range|add up"):
        ErrorRange(*ranges)


@pytest.mark.parametrize("n", [60, 600])
def test_coverage(n: int) -> None:
    """The true errors are the worst that the ranges allow, where bounds cover least."""
    rng = np.random.Generator(np.random.PCG64(20161))
    errors = ErrorRange((0.7, 1.0), (0.95, 1.0))
    truth = np.array([0.12, 0.08, 0.1, 0.7])  # flagged or not, truly with the outcome or without
    draws = 300
    held = dict.fromkeys(("false_negative_rate", "prevalence", "accuracy", "positive_predictive_value"), 0)
    for _ in range(draws):
        tp, fp, fn, tn = rng.multinomial(n, truth)
        seen1 = rng.binomial(tp, 1.0) + rng.binomial(fp, 0.05)
        seen0 = rng.binomial(fn, 0.7)
        counts = Counts(int(seen1), int(tp + fp - seen1), int(seen0), int(fn + tn - seen0))
        true = {
            "false_negative_rate": 0.1 / 0.22, "prevalence": 0.22, "accuracy": 0.82, "positive_predictive_value": 0.6,
        }  # fmt: skip
        for measure in held:
            low, high = differential(measure, counts, counts, errors)
            held[measure] += low.compatible(0.95).low <= true[measure] <= high.compatible(0.95).high
    assert min(held.values()) >= 0.95 * draws - 3 * np.sqrt(draws * 0.95 * 0.05)
