"""The linear system that a reader faces: every declared number as a sum over as few unknowns as tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, RowSum

__all__ = ["System", "system_of"]

ZERO_WORTH = 10.0
"""A zero tells nobody's secret, so it is withheld only where that saves this many other counts."""
TIE = 0.01
"""Between counts of equal worth the larger one is kept: a denominator rather than the rest of it."""
LEAST_WORTH = 1e-4
"""The least worthy count still weighs this share of the worthiest."""


@dataclass(frozen=True, slots=True)
class System:
    """Distinct counts over merged cells.

    member  bool, shape (counts, cells): which cells each count adds up
    x       int64, shape (cells,): the true table
    value   int64, shape (counts,): ``member @ x``
    worth   float, shape (counts,): what a reader loses if the count is withheld, scaled
    index   per row of the declaration, the name of each count and its position; -1 is an empty sum (always 0),
            -2 the sum of all cells (known to every reader)
    """

    member: NDArray[np.bool_]
    x: NDArray[np.int64]
    value: NDArray[np.int64]
    worth: NDArray[np.float64]
    index: tuple[dict[str, int], ...]


def system_of(cells: Cells, rows: Sequence[RowSum]) -> System:
    """Reduce: the same sum declared twice is one count; cells that no count tells apart are one unknown.

    Cells outside every count are merged, too: they are one unknown that a reader knows to exist.
    """
    masks: list[NDArray[np.bool_]] = []
    worth: list[float] = []
    known: dict[bytes, int] = {}
    index: list[dict[str, int]] = []
    for row in rows:
        at: dict[str, int] = {}
        for name, mask in row.counts.items():
            position = _position(mask, known, masks)
            if position == len(worth):
                worth.append(0.0)
            if position >= 0:
                worth[position] += row.worth
            at[name] = position
        index.append(at)
    member, x = _merge(np.array(masks, dtype=bool).reshape(len(masks), len(cells.n)), cells.n)
    value = member.astype(np.int64) @ x
    kind = np.where(value == 0, ZERO_WORTH, 1 + TIE * value / max(int(x.sum()), 1))
    return System(member, x, value, kind * _scaled(worth), tuple(index))


def _scaled(worth: Sequence[float]) -> NDArray[np.float64]:
    """Worths of at most 1, and none so small that it drowns in a solver's tolerance."""
    given = np.array(worth, dtype=np.float64)
    return np.clip(given / (given.max(initial=0.0) or 1.0), LEAST_WORTH, 1.0)


def _position(mask: NDArray[np.bool_], known: dict[bytes, int], masks: list[NDArray[np.bool_]]) -> int:
    if not mask.any():
        return -1
    if mask.all():
        return -2
    position = known.setdefault(np.packbits(mask).tobytes(), len(masks))
    if position == len(masks):
        masks.append(mask)
    return position


def _merge(masks: NDArray[np.bool_], n: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    columns = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    if columns.shape[1] == 0:
        return np.zeros((0, 1), dtype=bool), np.array([n.sum()], dtype=np.int64)
    _, first, inverse = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    x = np.zeros(len(first), dtype=np.int64)
    np.add.at(x, inverse.reshape(-1), n)
    return np.asfortranarray(masks[:, first]), x
