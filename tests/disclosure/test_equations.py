"""Fewer and shorter equations say the same."""

from __future__ import annotations

import numpy as np
import pytest

from counterproof.disclosure.equations import shorter


def rank(rows: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(rows.astype(float))) if len(rows) else 0


def test_a_running_total_becomes_its_last_step_and_a_total_says_nothing_new() -> None:
    upto = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]], dtype=bool)
    assert shorter(upto).tolist() == np.eye(3, dtype=bool).tolist()
    parts = np.array([[1, 1, 0], [0, 0, 1], [1, 1, 1]], dtype=bool)
    assert len(shorter(parts)) == 2


def test_nothing_is_said_by_nothing() -> None:
    assert shorter(np.zeros((2, 5), dtype=bool)).shape == (0, 5)


@pytest.mark.parametrize("seed", range(30))
def test_both_say_the_same(seed: int) -> None:
    draw = np.random.default_rng(seed)
    masks = draw.random((draw.integers(1, 40), draw.integers(1, 20))) < draw.uniform(0.1, 0.9)
    masks = np.vstack([masks, np.logical_or.accumulate(masks[:8])])
    found = shorter(masks)
    assert rank(found) == rank(masks) == rank(np.vstack([found, masks]))
    assert found.sum() <= masks.sum()
    assert len(found) <= len(np.unique(masks, axis=0))
