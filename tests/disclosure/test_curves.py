"""A shown curve never steps by fewer than ``floor`` of either outcome."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from counterproof.disclosure import thin


def segments(steps: list[list[int]], kept: tuple[int, ...]) -> list[list[int]]:
    ends = [0, *kept, len(steps)]
    return [np.sum(steps[a:b], axis=0).tolist() for a, b in itertools.pairwise(ends)]


def test_keeps_an_edge_once_both_outcomes_have_gathered() -> None:
    steps = [[10, 3], [0, 7], [4, 20], [6, 0], [10, 10]]
    assert thin(steps, 10) == (2, 4)
    assert segments(steps, (2, 4)) == [[10, 10], [10, 20], [10, 10]]


def test_what_is_left_at_the_end_joins_the_last_segment() -> None:
    assert thin([[10, 10], [10, 10], [9, 30]], 10) == (1,)


def test_one_outcome_may_come_as_a_flat_list() -> None:
    assert thin([3, 3, 3, 3, 3, 3], 5) == (2, 4)


def test_a_curve_without_one_outcome_has_no_points() -> None:
    assert thin([[50, 0], [50, 0]], 10) == ()
    assert thin(np.zeros((0, 2)), 10) == ()


def test_a_floor_of_one_still_joins_steps_in_which_nothing_happens() -> None:
    assert thin([1, 0, 1, 1], 1) == (1, 3)


@pytest.mark.parametrize("floor", [1, 3, 10])
def test_every_segment_of_random_curves_holds_the_floor(floor: int) -> None:
    draw = np.random.default_rng(7)
    for _ in range(200):
        steps = draw.poisson(draw.gamma(1, floor, (draw.integers(1, 30), 2))).tolist()
        kept = thin(steps, floor)
        if kept:
            assert np.min(segments(steps, kept)) >= floor
