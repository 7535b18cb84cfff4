"""Bases of processing times: what is printed, what verdicts use, and how two are compared."""

from __future__ import annotations

import math

import numpy as np
import pytest

from counterproof.stats import survival
from counterproof.stats.basis import Exact, Rate, compatible_contrast, contrast
from counterproof.stats.times import ENOUGH_EVENTS, LEVELS, RestrictedMean, ShareDone, TimeQuantile

# reference identification.md D
MEN = RestrictedMean(324.0484191, 22.2979392, 138, 112, 965)
WOMEN = RestrictedMean(455.9040875, 32.9174157, 90, 53, 965)


def uncensored(done: int, n: int) -> ShareDone:
    table = survival.life_table([1, 2, 3], [done // 2, done - done // 2, 0], [0, 0, n - done])
    return ShareDone(1 - done / n, n, survival.product_moments(table, 2), n - done)


@pytest.mark.parametrize(("done", "n"), [(0, 20), (1, 20), (7, 20), (20, 20), (3, 4000)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_a_share_without_censoring_is_judged_by_clopper_and_pearson(done: int, n: int, level: float) -> None:
    mine, theirs = uncensored(done, n).compatible(level), Rate(done, n).compatible(level)
    assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_a_share_is_printed_with_log_log_limits() -> None:
    # men of the lung data at 365 days; lifelines 0.30.3: confidence_interval_ .25272914 to .42130217
    share = ShareDone(0.33608783463937864, 0.33608783 * 0.66391217 / 0.0018856080679, None, 40)
    interval = share.printed(0.95)
    assert (1 - interval.high, 1 - interval.low) == pytest.approx((0.25272914, 0.42130217), abs=1e-6)


def test_two_shares_are_compared_like_two_rates_where_nobody_left() -> None:
    mine = contrast(uncensored(7, 20), uncensored(6, 30), "difference", 0.95)
    theirs = contrast(Rate(7, 20), Rate(6, 30), "difference", 0.95)
    assert (mine.low, mine.high, mine.p_value) == pytest.approx((theirs.low, theirs.high, theirs.p_value))
    assert compatible_contrast(uncensored(1, 20), uncensored(0, 2000), "ratio", 0.95).method == "rectangle"


def test_the_difference_of_restricted_means_is_the_golden_one() -> None:
    gap = contrast(WOMEN, MEN, "difference", 0.95)
    assert gap.value == pytest.approx(131.8556684)
    assert gap.p_value == pytest.approx(0.00091186, abs=5e-9)
    assert (gap.low, gap.high) == pytest.approx((131.8556684 - 1.959964 * 39.7587016, 209.7812), abs=1e-4)
    judged = compatible_contrast(WOMEN, MEN, "difference", 0.95)
    assert judged.low < gap.low < gap.high < judged.high


def test_the_ratio_of_restricted_means_turns_round_with_its_groups() -> None:
    there, back = contrast(WOMEN, MEN, "ratio", 0.95), contrast(MEN, WOMEN, "ratio", 0.95)
    assert there.value == pytest.approx(455.9040875 / 324.0484191)
    assert (1 / back.high, 1 / back.low) == pytest.approx((there.low, there.high))


def test_few_events_are_judged_by_an_interval_that_covers() -> None:
    few = RestrictedMean(364.0, 0.7, 100, 2, 365)
    assert few.printed(0.95).method == "greenwood"
    judged = few.compatible(0.95)
    assert judged.method == "empirical-bernstein"
    assert judged.low < 330
    assert contrast(few, few, "difference", 0.95).sparse
    assert compatible_contrast(few, few, "difference", 0.95).method == "rectangle"
    assert RestrictedMean(300.0, 9.0, 100, ENOUGH_EVENTS, 365).compatible(0.95).method == "greenwood-t"


def test_nobody_done_leaves_the_mean_open_below_the_horizon() -> None:
    interval = RestrictedMean(365.0, 0.0, 50, 0, 365).printed(0.95)
    assert interval.low < 365
    assert interval.high == 365


def quantile_of(n: int, seed: int) -> TimeQuantile:
    times = np.random.default_rng(seed).integers(1, 1000, n)
    distinct, died = np.unique(times, return_counts=True)
    table = survival.life_table(distinct, died, np.zeros_like(died))
    curve = tuple(
        (float(at), ShareDone(survival.value_at(table, survival.kaplan_meier(table), at, 1.0), n,
                              survival.product_moments(table, at), int((times > at).sum())))
        for at in range(50, 1000, 50)
    )  # fmt: skip
    ends = {level: survival.quantile_limits(table, 0.5, level) for level in LEVELS}
    return TimeQuantile(0.5, survival.quantile(table, 0.5), ends, curve)


def test_a_median_is_judged_on_the_curve_and_never_narrower_than_printed() -> None:
    median = quantile_of(400, 1)
    for level in LEVELS:
        printed, judged = median.printed(level), median.compatible(level)
        assert judged.low <= printed.low <= (median.value or 0) <= printed.high <= judged.high
    assert median.printed(0.999).method == "beta-product on the curve"
    assert {median.compatible(0.95).low % 50, median.compatible(0.95).high % 50} == {0}


def test_a_median_that_is_never_reached_has_no_upper_end() -> None:
    table = survival.life_table([10, 20], [10, 0], [0, 90])
    ends = {level: survival.quantile_limits(table, 0.5, level) for level in LEVELS}
    median = TimeQuantile(0.5, survival.quantile(table, 0.5), ends, ())
    assert median.value is None
    assert (median.compatible(0.95).low, median.compatible(0.95).high) == (0, math.inf)
    assert contrast(median, Exact(10.0), "difference", 0.95).high == math.inf


def test_the_beta_product_covers_with_few_cases_and_censoring() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(600):
        event, left = rng.exponential(1.0, 25), rng.uniform(0, 3, 25)
        times = np.ceil(np.minimum(event, left) * 1000)
        distinct = np.unique(times)
        died = np.array([((times == at) & (event <= left)).sum() for at in distinct])
        gone = np.array([((times == at) & (event > left)).sum() for at in distinct])
        table = survival.life_table(distinct, died, gone)
        s = survival.value_at(table, survival.kaplan_meier(table), 1609, 1.0)
        share = ShareDone(s, 1.0, survival.product_moments(table, 1609), int((times > 1609).sum()))
        interval = share.compatible(0.95)
        held += interval.low <= 1 - math.exp(-1.609) <= interval.high
    assert held / 600 > 0.95
