"""Which curves may be drawn beside tables that are decided already: each as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array, eye_array

from counterproof.disclosure.equations import shorter
from counterproof.disclosure.search import Search
from counterproof.disclosure.witness import TOLERANCE, change, reach, solve

__all__ = ["Curve", "admit"]

PATIENCE = 3
"""Programs in a row that open nothing new before what is left is looked at count by count."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts that are shown together or not at all, shape (points,), and what a reader loses without them."""

    counts: NDArray[np.intp]
    worth: float


def admit(search: Search, tables: NDArray[np.bool_], curves: Sequence[Curve]) -> list[int]:
    """Which curves may be drawn; ``search`` then shows them and holds a witness for every suppressed count.

    All that hold no suppressed count are shown at first. As long as a count is found that they pin, those that pin it
    are left out, of least worth. Where the effort does not suffice none is drawn.

    search  over tables, curves and secrets; ``search.shown`` are the counts of tables that are shown
    tables  bool, shape (counts,): counts of tables, shown or not
    """
    value, open_, settled = search.system.value, search.shown, search.absent
    closed = ~open_ & (tables | ((value > 0) & (value < search.floor)))
    kept = [i for i, curve in enumerate(curves) if not closed[curve.counts].any()]
    while kept and not search.gave_way:
        search.shown = open_.copy()
        search.shown[np.concatenate([curves[i].counts for i in kept])] = True
        search.absent = ~search.shown & (settled | ~closed)
        pinned = _pinned(search)
        if pinned is None:
            return kept
        out = _in_the_way(search, open_, [curves[i] for i in kept], pinned)
        kept = [i for number, i in enumerate(kept) if number not in out]
    return []


def _pinned(search: Search) -> int | None:
    """Look for witnesses for all suppressed counts at once; a count for which there are none, or None if all are open.

    Each program moves many counts, one of each chain, in directions drawn from a fixed seed.
    """
    system = search.system
    equal = _equations(search, search.shown)
    draw = np.random.Generator(np.random.PCG64(0))
    idle = 0
    while len(waiting := search.unproven()) and idle < PATIENCE:
        chain = np.where(system.chain[waiting] < 0, -1 - waiting, system.chain[waiting])
        order = draw.permutation(len(waiting))
        chosen = waiting[order[np.unique(chain[order], return_index=True)[1]]]
        sign = np.where(search.low[chosen] <= 0, 1, draw.choice((-1, 1), len(chosen)))
        _push(search, equal, chosen, sign)
        idle = 0 if len(search.unproven()) < len(waiting) else idle + 1
    for one in waiting[np.argsort(system.value[waiting], kind="stable")].tolist():
        for direction in (1, -1):
            if not search.is_open(one):
                _push(search, equal, np.array([one]), np.array([direction]))
        if not search.is_open(one):
            return int(one)
    return None


def _equations(search: Search, shown: NDArray[np.bool_]) -> csr_array:
    everyone = np.ones((1, len(search.system.x)), dtype=bool)
    return csr_array(shorter(np.vstack([search.system.member[shown], everyone])).astype(np.float64))


def _push(search: Search, equal: csr_array, counts: NDArray[np.intp], sign: NDArray[np.int64]) -> None:
    """Take the witness that moves these counts furthest on the whole, if there are programs left to find it.

    Where the best vertex is not whole, it is sought again in whole numbers.
    """
    system, right = search.system, np.zeros(equal.shape[0])
    objective = -np.asarray(sign @ system.sums[counts], dtype=np.float64)
    limits = reach(system, np.arange(len(system.x)), search.floor)
    for integral in (False, True):
        found = solve(objective, equal, right, limits, integral) if search.may_solve() else None
        if found is None:
            return
        d = np.rint(found).astype(np.int64)
        witness = np.flatnonzero(d), d[d != 0]
        if float(np.abs(found - d).max()) < TOLERANCE and not change(system, witness)[search.shown].any():
            search.take(witness)
            return


def _in_the_way(search: Search, open_: NDArray[np.bool_], curves: Sequence[Curve], count: int) -> set[int]:
    """The curves of least worth that a table contradicts which agrees with all tables and opens this count.

    min Σ worth·|A_curves d| subject to A_tables d = 0, a·d = floor, d ≥ −x: the linear relaxation, as in
    ``witness.cheapest``.
    """
    system = search.system
    hard = _equations(search, open_)
    soft = [shorter(system.member[curve.counts[~open_[curve.counts]]]) for curve in curves]
    owner = np.repeat(np.arange(len(curves)), [len(rows) for rows in soft])
    own = csr_array(system.member[[count]].astype(np.float64))
    above = eye_array(len(owner))
    sums = csr_array(np.vstack(soft).astype(np.float64))
    blocks: list[list[Any]] = [[hard, None, None], [own, None, None], [sums, -above, above]]
    equal = csr_array(block_array(blocks))
    right = np.zeros(equal.shape[0])
    right[hard.shape[0]] = search.floor - (system.value[count] - search.low[count])
    worth = np.array([curve.worth for curve in curves])
    near = reach(system, np.arange(len(system.x)), search.floor)
    limits = np.vstack([near, np.tile([0.0, np.inf], (2 * len(owner), 1))])
    objective = np.concatenate([np.zeros(len(system.x)), np.tile((worth / worth.max())[owner], 2)])
    found = solve(objective, equal, right, limits) if search.may_solve() else None
    moved = np.abs(np.asarray(sums @ (np.zeros(len(near)) if found is None else found[: len(near)]))) > TOLERANCE
    return set(owner[moved].tolist()) if moved.any() else {int(np.argmin(worth))}
