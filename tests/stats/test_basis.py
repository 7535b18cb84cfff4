"""Bases: what is printed, and what a verdict uses."""

import math
import subprocess
import sys

import pytest

from counterproof.stats.basis import (
    Basis,
    Bounds,
    Exact,
    Interval,
    Ranks,
    Rate,
    Spread,
    compatible_contrast,
    contrast,
)
from counterproof.stats.contrasts import miettinen_nurminen, score_test
from counterproof.stats.intervals import clopper_pearson, wilson
from counterproof.stats.rectangle import rectangle

FEW, MANY = Rate(1, 20), Rate(0, 2000)


def test_every_basis_is_one():
    rate = Rate(1, 2)
    for basis in (
        rate,
        Ranks(1, 1, 2, 4, 4, 2, 2),
        Exact(3.0),
        Bounds(rate, rate),
        Spread((rate, rate), "largest_gap"),
    ):
        assert isinstance(basis, Basis)


def test_a_rate():
    rate = Rate(1, 1000)
    assert rate.value == 0.001
    assert rate.printed(0.95) == Interval(*wilson(1, 1000), "wilson")
    assert rate.compatible(0.9) == Interval(*clopper_pearson(1, 1000, 0.9), "clopper-pearson")


def test_nothing_tried_has_no_rate_and_excludes_nothing():
    # A peer tool gives 0/0 as 0.0, so that a group without negatives looks best.
    nothing = Rate(0, 0)
    assert nothing.value is None
    assert nothing.printed(0.95) == Interval(0, 1, "wilson")
    found = compatible_contrast(nothing, Rate(3, 9), "ratio", 0.95)
    assert found.value is None
    assert found.p_value is None
    assert found.sparse
    assert (found.low, found.high) == (0, 1 / clopper_pearson(3, 9, math.sqrt(0.95))[0])


def test_impossible_counts_are_errors():
    with pytest.raises(ValueError, match="successes"):
        Rate(11, 10)


def test_the_known_sparse_case():
    # CONTRACTS section 5: score p = 1.5e-23, and yet undetermined.
    printed, judged = (f(FEW, MANY, "ratio", 0.95) for f in (contrast, compatible_contrast))
    assert printed.method == "miettinen-nurminen"
    assert judged.method == "rectangle"
    assert printed.sparse
    assert judged.sparse
    assert printed.low > 1
    assert judged.low < 0.8
    assert printed.p_value == judged.p_value == score_test(1, 20, 0, 2000)
    assert printed.value == math.inf
    assert printed.high == judged.high == math.inf
    assert (judged.low, judged.high) == rectangle(1, 20, 0, 2000, "ratio", 0.95)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_enough_counts_give_a_little_more_room_in_the_verdict_than_in_print(scale):
    a, b = Rate(805, 1795), Rate(349, 1488)
    found, judged = contrast(a, b, scale, 0.95), compatible_contrast(a, b, scale, 0.95)
    assert not found.sparse
    assert (found.value, found.p_value, found.sparse) == (judged.value, judged.p_value, judged.sparse)
    assert (found.method, judged.method) == ("miettinen-nurminen", "corrected-score")
    assert judged.low < found.low < found.high < judged.high
    assert (judged.low, judged.high) == pytest.approx((found.low, found.high), rel=0.005)
    assert (found.low, found.high) == miettinen_nurminen(805, 1795, 349, 1488, scale)
    assert found.value == pytest.approx(0.21392 if scale == "difference" else 1.91209, abs=5.1e-6)


@pytest.mark.parametrize(
    ("group", "reference", "sparse"),
    [
        (Rate(5, 50), Rate(5, 50), False),  # every expected count is 5 or 45
        (Rate(4, 50), Rate(5, 50), True),  # 4.5
        (Rate(45, 50), Rate(45, 50), False),
        (Rate(46, 50), Rate(45, 50), True),  # 4.5 failures
        (Rate(10, 50), Rate(0, 50), True),  # equality would expect 5 of each, but none was seen
        (Rate(16, 50), Rate(4, 50), True),  # 4 were seen
        (Rate(15, 50), Rate(5, 50), False),
        (Rate(3, 8), Rate(300, 1000), True),
    ],
)
def test_the_sparse_rule(group, reference, sparse):
    for pair in ((group, reference), (reference, group)):
        assert contrast(*pair, "difference", 0.95).sparse is sparse
        assert compatible_contrast(*pair, "ratio", 0.95).sparse is sparse
        assert (compatible_contrast(*pair, "ratio", 0.95).method == "rectangle") is sparse


def test_three_of_eight_passes_no_four_fifths_rule():
    # A peer tool passes an 80 % verdict on 3 of 8.
    found = compatible_contrast(Rate(3, 8), Rate(350, 1000), "ratio", 0.95)
    assert found.value > 0.8
    assert found.low < 0.8


def test_exact_numbers():
    assert contrast(Exact(271484), Exact(142580), "ratio", 0.95).value == pytest.approx(1.904082, abs=1e-6)
    found = compatible_contrast(Exact(1060, 5), Exact(130, 5), "difference", 0.95)
    assert (found.value, found.low, found.high) == (930, 920, 940)
    assert found.method == "exact"
    assert found.p_value is None
    assert not found.sparse
    assert compatible_contrast(Exact(15400, 10), Exact(25280, 10), "ratio", 0.95).low == 15390 / 25290
    assert Exact(2.0, 0.5).printed(0.95) == Interval(2, 2, "exact")
    assert Exact(2.0, 0.5).compatible(0.95) == Interval(1.5, 2.5, "exact")


def test_an_exact_number_takes_no_share_of_the_error():
    found = compatible_contrast(Rate(10, 100), Exact(0.05), "difference", 0.95)
    low, high = clopper_pearson(10, 100, 0.95)
    assert (found.low, found.high) == (low - 0.05, high - 0.05)


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        ((-2, 0.5), (4, 1), (-2.5 / 3, -1.5 / 5)),
        ((2, 0.5), (-4, 1), (-2.5 / 3, -1.5 / 5)),
        ((2, 0.5), (1, 1), (0.75, math.inf)),
        ((2, 0.5), (0.5, 1), (-math.inf, math.inf)),
        ((0, 0), (0, 0), (0, math.inf)),
    ],
)
def test_quotients_of_ranges(over, under, expected):
    found = compatible_contrast(Exact(*over), Exact(*under), "ratio", 0.95)
    assert (found.low, found.high) == pytest.approx(expected)


def test_bounds_carry_the_sampling_error_of_both_ends():
    bounds = Bounds(Rate(30, 100), Rate(70, 100))
    assert bounds.value is None
    printed, judged = bounds.printed(0.95), bounds.compatible(0.95)
    assert (printed.low, printed.high) == (wilson(30, 100)[0], wilson(70, 100)[1])
    assert (judged.low, judged.high) == (clopper_pearson(30, 100)[0], clopper_pearson(70, 100)[1])
    assert judged.method == "bounds, clopper-pearson"
    assert Bounds(Exact(1), Exact(1)).value == 1
    found = compatible_contrast(bounds, Rate(50, 100), "difference", 0.95)
    share = math.sqrt(0.95)
    assert found.value is None
    assert found.method == "rectangle"
    assert found.low == clopper_pearson(30, 100, share)[0] - clopper_pearson(50, 100, share)[1]


def test_spread():
    spread = Spread((Rate(10, 100), Rate(20, 100), Rate(40, 100)), "max_over_min")
    assert spread.value == pytest.approx(4)
    assert spread.printed(0.95) == spread.compatible(0.95)
    assert 1 < spread.printed(0.95).low < 4 < spread.printed(0.95).high
    assert Spread((Rate(0, 0), Rate(1, 2)), "largest_gap").value is None
    assert Spread((Rate(0, 5), Rate(0, 2)), "max_over_min").value is None


def test_importing_bases_does_not_load_scipy():
    # Findings import this module, so its cost is paid by every command, `--help` included.
    code = "import sys, counterproof.stats.basis; sys.exit(any(name.startswith('scipy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
