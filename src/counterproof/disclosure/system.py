"""The linear system that a reader faces: every declared number as a sum over as few unknowns as tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from counterproof.counts import Cells, RowSum

__all__ = ["System", "system_of"]

ZERO_WORTH = 10.0
"""A zero tells nobody's secret, so it is withheld only where that saves this many other counts."""
TIE = 0.01
"""Between counts of equal worth the larger one is kept: a denominator rather than the rest of it."""
LEAST_WORTH = 1e-4
"""The least worthy count still weighs this share of the worthiest."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class System:
    """Distinct counts over merged cells.

    member  bool, shape (counts, cells): which cells each count adds up
    x       int64, shape (cells,): the true table
    value   int64, shape (counts,): ``member @ x``
    worth   float, shape (counts,): what a reader loses if the count is withheld, scaled
    index   per row of the declaration, the name of each count and its position; -1 is an empty sum (always 0),
            -2 the sum of all cells (known to every reader). Nothing for a secret row
    chain   int64, shape (counts,): the secret row whose steps the count adds up; -1 for all other counts
    """

    member: Mask
    x: NDArray[np.int64]
    value: NDArray[np.int64]
    worth: NDArray[np.float64]
    index: tuple[dict[str, int], ...]
    chain: NDArray[np.int64]

    @cached_property
    def sums(self) -> csr_array[Any, tuple[int, int]]:
        """``member`` for multiplication, int64."""
        return csr_array(self.member.astype(np.int64))


def system_of(cells: Cells, rows: Sequence[RowSum], floor: int) -> System:
    """Reduce: the same sum declared twice is one count; cells that no count tells apart are one unknown.

    Cells outside every count are merged, too: they are one unknown that a reader knows to exist. Of a secret row, the
    counts of 1 … ``floor`` − 1 between any two of its steps become counts, as far as declared counts tell them apart.
    """
    masks: list[Mask] = []
    worth: list[float] = []
    known: dict[bytes, int] = {}
    index: list[dict[str, int]] = []
    for row in rows:
        at: dict[str, int] = {}
        for name, mask in row.counts.items() if not row.secret else ():
            position = _position(mask, known, masks)
            if position == len(worth):
                worth.append(0.0)
            if position >= 0:
                worth[position] += row.worth
            at[name] = position
        index.append(at)
    member, unknown = _merge(np.array(masks, dtype=bool).reshape(len(masks), len(cells.n)))
    x = np.zeros(member.shape[1], dtype=np.int64)
    np.add.at(x, unknown, cells.n)
    secret, chain = _secrets(rows, unknown, cells.n, x, floor, {mask.tobytes() for mask in np.packbits(member, axis=1)})
    member = np.asfortranarray(np.vstack([member, secret]))
    value = member.astype(np.int64) @ x
    kind = np.where(value == 0, ZERO_WORTH, 1 + TIE * value / max(int(x.sum()), 1))
    given = np.array(worth + [0.0] * len(secret), dtype=np.float64)
    chains = np.concatenate([np.full(len(masks), -1), chain]).astype(np.int64)
    return System(member, x, value, kind * _scaled(given), tuple(index), chains)


def _scaled(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Worths of at most 1, and none so small that it drowns in a solver's tolerance."""
    return np.clip(worth / (worth.max(initial=0.0) or 1.0), LEAST_WORTH, 1.0)


def _position(mask: Mask, known: dict[bytes, int], masks: list[Mask]) -> int:
    if not mask.any():
        return -1
    if mask.all():
        return -2
    position = known.setdefault(np.packbits(mask).tobytes(), len(masks))
    if position == len(masks):
        masks.append(mask)
    return position


def _merge(masks: Mask) -> tuple[Mask, NDArray[np.intp]]:
    """The masks over merged cells, shape (counts, unknowns), and the unknown that each cell belongs to."""
    keys = [column.tobytes() for column in np.ascontiguousarray(np.packbits(masks, axis=0).T)]
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    order = {key: number for number, key in enumerate(sorted(first))}
    unknown = np.array([order[key] for key in keys], dtype=np.intp)
    return masks[:, [first[key] for key in order]], unknown


def _secrets(
    rows: Sequence[RowSum],
    unknown: NDArray[np.intp],
    n: NDArray[np.int64],
    x: NDArray[np.int64],
    floor: int,
    known: set[bytes],
) -> tuple[Mask, NDArray[np.int64]]:
    """Small counts between any two steps of each secret row that no declared count is already, and whose they are."""
    found: list[Mask] = []
    chain: list[int] = []
    size = np.bincount(unknown, minlength=len(x))
    for number, row in enumerate(rows):
        for members, inside in _between(list(row.counts.values()), unknown, n, x, floor, size) if row.secret else ():
            mask = np.zeros(len(x), dtype=bool)
            mask[members[inside]] = True
            if (key := np.packbits(mask).tobytes()) not in known:
                known.add(key)
                found.append(mask)
                chain.append(number)
    return np.array(found, dtype=bool).reshape(len(found), len(x)), np.array(chain, dtype=np.int64)


def _between(
    steps: Sequence[Mask],
    unknown: NDArray[np.intp],
    n: NDArray[np.int64],
    x: NDArray[np.int64],
    floor: int,
    size: NDArray[np.int64],
) -> Iterator[tuple[NDArray[np.intp], Mask]]:
    """The unknowns of one chain and, per small count between two of its steps, those by which it must be protected.

    A count holds some unknowns wholly and some in part. Of the latter a reader cannot say how much lies inside: any
    share may, so the count is open by as much as they hold. Where that is less than ``floor``, it is as open as the
    unknowns that it holds wholly, or, if these hold nothing, as all that it touches.
    """
    members = np.unique(unknown[np.any(steps, axis=0)])
    held = np.zeros((len(steps) + 1, len(members)), dtype=np.int64)
    upto = np.zeros(len(steps) + 1, dtype=np.int64)
    for step, mask in enumerate(steps, start=1):
        np.add.at(held[step], np.searchsorted(members, unknown[mask]), 1)
        upto[step] = n[mask].sum()
    held, upto = held.cumsum(axis=0), upto.cumsum()
    first, end = np.triu_indices(len(steps) + 1, 1)
    small = (upto[end] > upto[first]) & (upto[end] - upto[first] < floor)
    inside = held[end[small]] - held[first[small]]
    touched, whole = inside > 0, inside == size[members]
    wholly, partly = whole @ x[members], (touched & ~whole) @ x[members]
    for one in np.flatnonzero(partly < floor):
        yield members, whole[one] if wholly[one] else touched[one]
