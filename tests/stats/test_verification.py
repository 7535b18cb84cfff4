"""Unverified outcomes: the published example, and bounds against every way to fill them in."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement, product

import pytest

from counterproof.stats.basis import Bounds, Rate, Spread
from counterproof.stats.verification import begg_greenes, extremes

NUMERATOR, REST, OUTSIDE = "numerator", "rest", "outside"


def test_hepatic_scintigraphy() -> None:
    # Drum and Christacopoulos 1972, as in Begg and Greenes 1983; n1 429, n0 221, s1 231, r1 32, s0 27, r0 54
    found = begg_greenes(231, 32, 429, 27, 54, 221)
    assert found is not None
    sensitivity, specificity = found
    assert sensitivity.value == pytest.approx(0.8364667, abs=5e-8)
    assert sensitivity.standard_error == pytest.approx(0.0244980, abs=5e-8)
    assert specificity.value == pytest.approx(0.7383980, abs=5e-8)
    assert specificity.standard_error == pytest.approx(0.0388627, abs=5e-8)
    low, high = sensitivity.interval(0.95) or (0, 0)
    assert low < sensitivity.value < high
    assert math.log(high / (1 - high)) + math.log(low / (1 - low)) == pytest.approx(
        2 * math.log(sensitivity.value / (1 - sensitivity.value))
    )


def test_bounds_of_hepatic_scintigraphy() -> None:
    # the same table: 166 flagged and 140 others unverified
    cases = {frozenset({NUMERATOR}): 231, frozenset({REST}): 27}
    true_positive = [*cases.items(), (frozenset({NUMERATOR, OUTSIDE}), 166), (frozenset({REST, OUTSIDE}), 140)]
    (x, n), (y, m) = extremes(true_positive)
    assert (round(x / n, 4), round(y / m, 4)) == (0.5804, 0.9363)
    well = [(frozenset({NUMERATOR}), 54), (frozenset({REST}), 32)]
    true_negative = [*well, (frozenset({NUMERATOR, OUTSIDE}), 140), (frozenset({REST, OUTSIDE}), 166)]
    (x, n), (y, m) = extremes(true_negative)
    assert (round(x / n, 4), round(y / m, 4)) == (0.2143, 0.8584)


def test_everybody_verified_is_the_plain_rate() -> None:
    found = begg_greenes(30, 10, 40, 5, 55, 60)
    assert found is not None
    assert found[0].value == pytest.approx(30 / 35)
    assert found[1].value == pytest.approx(55 / 65)


def test_extremes_are_those_of_every_way_to_fill_in() -> None:
    roles = [frozenset(c) for c in [(NUMERATOR,), (REST,), (NUMERATOR, REST), (NUMERATOR, OUTSIDE), (REST, OUTSIDE)]]
    roles.append(frozenset({NUMERATOR, REST, OUTSIDE}))
    for counts in product((0, 1, 3), repeat=3):
        for chosen in combinations_with_replacement(roles[2:], 2):
            parts = list(zip((roles[0], *chosen), (1 + counts[0], *counts[1:]), strict=True))
            low, high = extremes(parts)
            values = list(every_way(parts))
            assert low[0] / low[1] == pytest.approx(min(values))
            assert high[0] / high[1] == pytest.approx(max(values))


def every_way(parts):
    """The rate for every number of records of each part in each role."""
    splits = []
    for roles, count in parts:
        own = sorted(roles)
        splits.append([dict(zip(own, ways, strict=True)) for ways in divided(count, len(own))])
    for chosen in product(*splits):
        x = sum(way.get(NUMERATOR, 0) for way in chosen)
        n = x + sum(way.get(REST, 0) for way in chosen)
        if n:
            yield x / n


def divided(count, places):
    if places == 1:
        return [(count,)]
    return [(first, *rest) for first in range(count + 1) for rest in divided(count - first, places - 1)]


def test_without_verified_records_there_is_no_correction() -> None:
    assert begg_greenes(0, 0, 10, 3, 4, 10) is None
    assert begg_greenes(5, 5, 10, 0, 0, 10) is None
    assert begg_greenes(0, 5, 10, 0, 5, 10) is None
    edge = begg_greenes(5, 0, 10, 3, 4, 10)
    assert edge is not None
    assert edge[1].interval(0.95) is None
    with pytest.raises(ValueError, match="verified"):
        begg_greenes(5, 6, 10, 0, 1, 10)


def test_a_spread_of_bounds_holds_every_spread_within_them() -> None:
    bounds = (Bounds(Rate(20, 100), Rate(30, 100)), Bounds(Rate(50, 100), Rate(70, 110)), Rate(40, 100))
    spread = Spread(bounds, "largest_gap")
    assert spread.value is None
    assert (spread.identified.low, spread.identified.high) == pytest.approx((0.2, 70 / 110 - 0.2))
    wide = spread.printed(0.95)
    assert wide.low < spread.identified.low < spread.identified.high < wide.high
