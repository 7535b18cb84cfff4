"""Rates from a random arm and the flagged: formulas, symmetry, what is possible, coverage."""

from __future__ import annotations

import numpy as np
import pytest

from counterproof.stats.basis import compatible_contrast, contrast
from counterproof.stats.intervals import clopper_pearson, wilson
from counterproof.stats.random_arm import FORMS, ArmMeasure, ArmRate, Arms, even_over_groups

# 10,000 people, 700 flagged (300 rightly), and of 400 picked at random 36 with the outcome, 6 of them flagged
ARMS = Arms(300, 400, 10_000, 36, 400, 30, 350)
TRUE: dict[ArmMeasure, float] = {
    # by hand: 900 of 10,000 have the outcome, 600 of them missed
    "true_positive_rate": 300 / 900,
    "false_negative_rate": 600 / 900,
    "false_positive_rate": 400 / 9100,
    "true_negative_rate": 8700 / 9100,
    "false_omission_rate": 600 / 9300,
    "negative_predictive_value": 8700 / 9300,
    "accuracy": 9000 / 10_000,
}


@pytest.mark.parametrize("measure", FORMS)
def test_values_and_order_of_intervals(measure: ArmMeasure) -> None:
    rate = ArmRate(measure, ARMS)
    assert rate.value == pytest.approx(TRUE[measure])
    printed, compatible = rate.printed(0.95), rate.compatible(0.95)
    assert compatible.low < printed.low < TRUE[measure] < printed.high < compatible.high


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("true_positive_rate", "false_negative_rate"),
        ("true_negative_rate", "false_positive_rate"),
        ("negative_predictive_value", "false_omission_rate"),
    ],
)
@pytest.mark.parametrize("closed", [False, True])
def test_complements_mirror_each_other(one: ArmMeasure, other: ArmMeasure, closed: bool) -> None:
    arms = Arms(300, 400, 10_000, 36, 400, 30, 350, closed)
    for which in ("printed", "compatible"):
        a, b = (getattr(ArmRate(measure, arms), which)(0.9) for measure in (one, other))
        assert (a.low, a.high) == (pytest.approx(1 - b.high), pytest.approx(1 - b.low))


def test_all_there_is_leaves_the_random_arm_alone_uncertain() -> None:
    closed = Arms(300, 400, 10_000, 36, 400, 30, 350, closed=True)
    rate = ArmRate("true_positive_rate", closed)
    low, high = clopper_pearson(36, 400, 0.95)
    assert (rate.compatible(0.95).low, rate.compatible(0.95).high) == (
        pytest.approx(0.03 / high),
        pytest.approx(0.03 / low),
    )
    assert rate.printed(0.95).low > ArmRate("true_positive_rate", ARMS).printed(0.95).low
    everyone = Arms(30, 40, 400, 36, 400, 6, 324, closed=True)  # all were picked: nothing is uncertain
    found = ArmRate("true_positive_rate", everyone)
    assert found.value == pytest.approx(30 / 36)
    assert found.compatible(0.95).low == pytest.approx(30 / 36, abs=0.2)


def test_a_small_share_is_wilson_through_the_quotient() -> None:
    """With t exact, MOVER's quotient is t over Wilson's interval."""
    closed = Arms(300, 400, 1_000_000, 36, 400, 30, 350, closed=True)
    low, high = wilson(36, 400)
    printed = ArmRate("true_positive_rate", closed).printed(0.95)
    assert (printed.low, printed.high) == (pytest.approx(3e-4 / high, rel=1e-3), pytest.approx(3e-4 / low, rel=1e-3))


def test_estimates_are_cut_to_what_is_possible() -> None:
    few = Arms(300, 400, 10_000, 4, 400, 2, 380)  # 1 % of everybody would be 100, and 300 were found among the flagged
    rate = ArmRate("false_negative_rate", few)
    assert few.prevalence == pytest.approx((300 + 2) / 10_000)
    assert rate.value == pytest.approx(2 / 302)
    for interval in (rate.printed(0.95), rate.compatible(0.95)):
        assert 0 <= interval.low <= 2 / 302 <= interval.high <= 1
    nobody = ArmRate("false_negative_rate", Arms(300, 400, 10_000, 0, 0, 0, 0))
    assert (nobody.value, nobody.compatible(0.95).low, nobody.compatible(0.95).high) == (None, 0, 1)
    assert ArmRate("false_negative_rate", Arms(0, 5, 100, 0, 20, 0, 20)).value is None


@pytest.mark.parametrize(
    "counts", [(1, 1, 10, 5, 9, 5, 4), (0, 0, 10, 6, 5, 0, 0), (-1, 0, 10, 1, 2, 0, 0), (0, 0, 10, 1, 5, 2, 0)]
)
def test_impossible_counts(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="arms"):
        Arms(*counts)


def test_gaps() -> None:
    one, other = (
        ArmRate("false_negative_rate", ARMS),
        ArmRate("false_negative_rate", Arms(50, 60, 4_000, 12, 300, 11, 280)),
    )
    for scale, null in (("difference", 0.0), ("ratio", 1.0)):
        there = contrast(one, other, scale, 0.95)  # type: ignore[arg-type]
        back = contrast(other, one, scale, 0.95)  # type: ignore[arg-type]
        assert there.method == "mover"
        flipped = (-back.high, -back.low) if scale == "difference" else (1 / back.high, 1 / back.low)
        assert (there.low, there.high) == (pytest.approx(flipped[0]), pytest.approx(flipped[1]))
        judged = compatible_contrast(one, other, scale, 0.95)  # type: ignore[arg-type]
        assert judged.low < there.low < there.high < judged.high
        assert there.low < null < there.high
    assert contrast(one, one, "difference", 0.95).value == 0


def test_even_over_groups() -> None:
    assert even_over_groups([100, 50], [10_000, 5_000]) == 1
    # chi-squared 36.75 with one degree: scipy.stats.chisquare([135, 15], [100, 50]).pvalue, SciPy 1.17.1
    assert even_over_groups([135, 15], [10_000, 5_000]) == pytest.approx(1.342906179143742e-09)
    assert even_over_groups([3, 0], [10, 10]) == 1


@pytest.mark.parametrize("closed", [False, True])
def test_coverage(closed: bool) -> None:
    """2,000 people, 100 of them in the random arm, one in ten flagged; 30 % and 4 % with the outcome."""
    rng = np.random.Generator(np.random.PCG64(20161))
    for joint in ((0.07, 0.03, 0.23, 0.67), (0.03, 0.07, 0.01, 0.89)):
        population = rng.multinomial(2_000, joint)
        held = dict.fromkeys(FORMS, 0)
        draws = 300
        for _ in range(draws):
            cells = population if closed else rng.multinomial(2_000, joint)
            tp, _, fn, tn = rng.multivariate_hypergeometric(cells, 100)
            arms = Arms(int(cells[0]), int(cells[1]), 2_000, int(tp + fn), 100, int(fn), int(tn), closed)
            q = population / 2_000 if closed else np.array(joint)
            for measure, (above, below) in FORMS.items():
                shares = np.array([1.0, q[0], q[1], q[0] + q[2]])
                truth = float(shares @ above) / float(shares @ below)
                interval = ArmRate(measure, arms).compatible(0.95)  # type: ignore[arg-type]
                held[measure] += interval.low - 1e-12 <= truth <= interval.high + 1e-12
        assert min(held.values()) >= 0.95 * draws - 3 * np.sqrt(draws * 0.95 * 0.05)
