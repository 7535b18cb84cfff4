"""How many cases to review: against Neyman's formula, hypergeometric draws of another seed, and exact tables."""

import math

import numpy as np
import pytest

from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.reviews import LEAST, allocate, reviews_for_width, reviews_to_settle
from counterproof.stats.sampling import Reviewed
from counterproof.stats.widths import trials_for_contrast_width

CASES, RATES = (1_200, 30_000, 300), (0.5, 0.02, 0.4)


def test_shares_are_neymans_where_nothing_binds():
    weight = [n * math.sqrt(p * (1 - p)) for n, p in zip(CASES, RATES, strict=True)]
    found = allocate(CASES, RATES, 2_000)
    for n, w in zip(found.tolist(), weight, strict=True):
        assert n == pytest.approx(2_000 * w / sum(weight), abs=1)


def test_no_stratum_is_left_out_and_none_gives_more_than_it_has():
    found = allocate((1_000, 1_000, 4), (0.5, 0.0, 0.5), 30).tolist()
    assert found[1:] == [LEAST, 4]
    assert found[0] == 16
    assert allocate((50, 1_000), (0.5, 0.01), 900).tolist()[0] == 50
    assert allocate((50, 60), (0.5, 0.5), 10_000).tolist() == [50, 60]


def drawn(cases, rates, reviews, seed, draws=600):
    """Reviews of strata that hold exactly so many events, as bases of the product."""
    rng = np.random.Generator(np.random.PCG64(seed))
    events = [round(n * p) for n, p in zip(cases, rates, strict=True)]
    for _ in range(draws):
        found = [int(rng.hypergeometric(e, n - e, r)) for n, e, r in zip(cases, events, reviews, strict=True)]
        yield Reviewed(tuple(zip(cases, reviews, found, strict=True)))


def test_a_review_of_the_planned_size_is_about_as_narrow_as_wanted():
    reviews = reviews_for_width(CASES, RATES, 0.04).tolist()
    widths = [i.high - i.low for i in (basis.compatible(0.95) for basis in drawn(CASES, RATES, reviews, 5, 200))]
    assert np.mean(widths) == pytest.approx(0.04, rel=0.05)
    less = [max(1, round(n * 0.9)) for n in reviews]
    assert (
        np.mean(
            [basis.compatible(0.95).high - basis.compatible(0.95).low for basis in drawn(CASES, RATES, less, 6, 200)]
        )
        > 0.04
    )


@pytest.mark.parametrize(("low", "high"), [(-math.inf, 0.08), (0.02, math.inf), (0.05, 0.2)])
def test_a_review_of_the_planned_size_decides_in_four_of_five(low, high):
    reviews = reviews_to_settle(CASES, RATES, low, high)
    assert reviews is not None

    def decided(sizes):
        ends = [basis.compatible(0.95) for basis in drawn(CASES, RATES, sizes, 7)]
        return np.mean([(i.low >= low and i.high <= high) or i.high < low or i.low > high for i in ends])

    assert decided(reviews.tolist()) == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / 600))
    assert decided([max(LEAST, n // 2) for n in reviews.tolist()]) < 0.7


def test_nothing_decides_what_lies_on_the_line():
    assert reviews_to_settle((100, 100), (0.1, 0.3), -math.inf, 0.2) is None


def test_everything_is_reviewed_where_less_will_not_do():
    assert reviews_for_width((30, 40), (0.5, 0.5), 0.001).tolist() == [30, 40]


@pytest.mark.parametrize(("rate", "reference", "width"), [(0.15, 0.1, 0.04), (0.001, 0.0, 0.01), (0.5, 0.5, 0.2)])
def test_a_difference_of_the_planned_size_is_as_narrow_as_wanted(rate, reference, width):
    n = trials_for_contrast_width(rate, reference, width)

    def wide(size):
        return compatible_contrast(
            Rate(round(size * rate), size), Rate(round(size * reference), size), "difference", 0.95
        )

    found, less = wide(n), wide(int(n * 0.9))
    assert found.high - found.low <= width < less.high - less.low
