"""Holm's adjustment."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.stats.multiplicity import holm


def test_published_example():
    # The textbook example of the Holm–Bonferroni method, by hand: 4(.005), 3(.01), 2(.03), then the running maximum.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_what_was_not_tested_does_not_count():
    adjusted = holm([0.01, None, math.nan, 0.04])
    assert adjusted[0] == pytest.approx(0.02)
    assert adjusted[1] is None
    assert math.isnan(adjusted[2])
    assert adjusted[3] == pytest.approx(0.04)


def test_none_and_one():
    assert holm([]) == []
    assert holm([0.2]) == [0.2]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_between_the_plain_value_and_bonferroni_in_the_same_order(p_values):
    adjusted = holm(p_values)
    for p, q in zip(p_values, adjusted, strict=True):
        assert p <= q <= min(1.0, len(p_values) * p) + 1e-15
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[i] for i in order] == sorted(adjusted)


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_impossible_p_values_are_errors(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p])
