"""Rules of 3 and 30, subjects, and galleries."""

import math

import pytest
from scipy.stats import binom

from counterproof.stats.basis import Rate
from counterproof.stats.intervals import clopper_pearson
from counterproof.stats.matching import (
    Crossing,
    Monotone,
    alert_precision,
    events_to_show,
    gallery_rate,
    mixed_gallery_rate,
    most_after_none,
    needed_comparisons,
    rate_from_gallery,
    subjects_for,
)


def test_the_rule_of_three():
    # 1 − .05^(1/N) by Python's decimal module
    assert most_after_none(100) == pytest.approx(0.029513, abs=5e-7)
    assert most_after_none(30_000) == pytest.approx(9.98528e-5, rel=5e-6)
    assert most_after_none(30_000) == pytest.approx(3 / 30_000, rel=0.002)
    assert most_after_none(0) == 1
    # Two-sided, the upper end at no error is 3.69/N and not 3/N.
    assert clopper_pearson(0, 30_000)[1] == pytest.approx(3.69 / 30_000, rel=0.001)


def test_thirty_errors_place_a_rate_within_thirty_per_cent():
    # Of a rate of 30/N the errors lie between 30/1.36 and 30/.72 with 90 %; the rule's ±30 % is its round form.
    n = 10**7
    low, high = clopper_pearson(30, n, 0.9)
    assert (low * n / 30 - 1, high * n / 30 - 1) == pytest.approx((-0.28, 0.36), abs=0.006)


def test_subjects_for_a_rate():
    # Published figures for FMR <= 1e-4 without an error: 246 subjects in unordered cross comparisons, 174 in ordered
    assert subjects_for(1e-4) == (246, 174, 2 * needed_comparisons(1e-4))
    assert needed_comparisons(1e-4) == 29_956
    assert most_after_none(29_956) <= 1e-4 < most_after_none(29_955)
    for n, pairs in ((246, 246 * 245 // 2), (174, 174 * 173)):
        assert most_after_none(pairs) <= 1e-4, n
    assert most_after_none(245 * 244 // 2) > 1e-4
    assert most_after_none(173 * 172) > 1e-4


def test_false_candidates_in_a_gallery():
    # ACLU 2018: 28 of 535 members of Congress, gallery of 25,000
    assert rate_from_gallery(28 / 535, 25_000) == pytest.approx(2.1502e-6, rel=5e-5)
    assert rate_from_gallery(1 / 1000, 25_000) == pytest.approx(4.002e-8, rel=5e-4)
    assert gallery_rate(rate_from_gallery(0.3, 25_000), 25_000) == pytest.approx(0.3)
    # London 2023: 1 in 6,000 at 10,000 gives 1 in 59,995 at 1,000 by the model
    assert 1 / gallery_rate(rate_from_gallery(1 / 6000, 10_000), 1_000) == pytest.approx(59_995, abs=1)
    assert gallery_rate(1e-6, 3_000_000_000) == 1
    assert gallery_rate(1e-12, 1000) == pytest.approx(1e-9, rel=1e-6)
    assert (gallery_rate(1, 5), gallery_rate(1, 0), rate_from_gallery(1, 9)) == (1, 0, 1)


def test_a_gallery_of_groups():
    assert mixed_gallery_rate((1e-5, 1e-5), (600, 400)) == pytest.approx(gallery_rate(1e-5, 1000))
    assert mixed_gallery_rate((1e-4, 1e-6), (100, 900)) == pytest.approx(1 - (1 - 1e-4) ** 100 * (1 - 1e-6) ** 900)
    assert mixed_gallery_rate((1.0, 1e-6), (0, 900)) == pytest.approx(gallery_rate(1e-6, 900))


def test_the_precision_of_an_alert():
    assert alert_precision(0.01, 0.9, 0.001) == pytest.approx(0.009 / (0.009 + 0.00099))
    assert math.isnan(alert_precision(0.01, 0, 0))


def test_seven_of_seven_do_not_show_a_bias():
    # With equal thirds, all seven of the same two thirds: P = .0585, and with eight .039
    assert binom.pmf(7, 7, 2 / 3) == pytest.approx(0.0585, abs=5e-5)
    assert binom.pmf(8, 8, 2 / 3) == pytest.approx(0.039, abs=5e-5)
    assert events_to_show(2 / 3) == 8


def test_a_function_of_rates_takes_the_ends_that_it_should():
    fmr, fta = Rate(20, 1000), Rate(30, 200)
    found = Monotone((fmr, fta), lambda a, b: a * (1 - b), (True, False))
    ends = found.compatible(0.95)
    (low, high), (least, most) = clopper_pearson(20, 1000, math.sqrt(0.95)), clopper_pearson(30, 200, math.sqrt(0.95))
    assert (ends.low, ends.high) == pytest.approx((low * (1 - most), high * (1 - least)))
    assert found.value == pytest.approx(0.02 * 0.85)
    alone = Monotone((fmr,), lambda a: 2 * a, (True,))
    assert alone.compatible(0.95).high == pytest.approx(2 * fmr.compatible(0.95).high)


def test_an_equal_error_rate_lies_between_the_two_rates():
    # just below the crossing 40 of 1,000 and 5 of 200, just above 22 of 1,000 and 6 of 200
    lower, upper = (Rate(40, 1000), Rate(5, 200)), (Rate(22, 1000), Rate(6, 200))
    found = Crossing(lower, upper)
    assert found.identified == (0.025, 0.03)
    assert found.value is None
    ends = found.printed(0.95)
    assert ends.low == min(rate.printed(0.95).low for rate in lower)
    assert ends.high == max(rate.printed(0.95).high for rate in upper)
    same = (Rate(30, 1000), Rate(6, 200))
    assert Crossing(same, same).value == 0.03
