"""Another table that a reader cannot tell from the true one: how a suppressed count is proven to be open.

A witness is a whole-number change ``d`` of the true table ``x``: ``x + d`` is a table, has the same total, agrees with
every shown count, and differs in a suppressed one. Two witnesses (or the truth and one) whose values of a suppressed
count lie ``floor`` apart prove that no reader can narrow it further, whichever method the reader uses. Linear programs
find the witnesses; what they find is checked in whole numbers, so no tolerance of a solver enters the proof.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array, hstack

from counterproof.disclosure.system import System

__all__ = ["NODES", "REACH", "TOLERANCE", "Shift", "change", "cheapest", "furthest", "reach", "solve", "swap"]

Shift = tuple[NDArray[np.intp], NDArray[np.int64]]
"""A change of the table: the cells and by how much; all other cells stay."""

REACH = 64
"""No cell is moved by more than this many floors: keeps the programs well scaled whatever the number of records."""
NODES = 200
"""Branches that an integer program may take where a linear program's vertex is not whole."""
TOLERANCE = 1e-6
"""What counts as no change in a solver's answer."""


def change(system: System, shift: Shift) -> NDArray[np.int64]:
    """How much the witness changes every count, shape (counts,)."""
    cells, d = shift
    everywhere = np.zeros(len(system.x), dtype=np.int64)
    everywhere[cells] = d
    moved: NDArray[np.int64] = system.sums @ everywhere
    return moved


def furthest(
    system: System, shown: NDArray[np.bool_], count: int, sign: int, near: NDArray[np.intp], floor: int
) -> Shift | None:
    """The witness that moves ``count`` furthest up (sign 1) or down (−1) without touching a shown count.

    max sign·a·d subject to A_shown d = 0, Σd = 0, d ≥ −x, over the cells ``near``; where the best vertex is not
    whole, again in whole numbers. None if nothing can move.
    """
    rows, _, _ = _distinct(system, shown, near)
    equal = csr_array(np.vstack([rows, np.ones(len(near))]))
    objective, right = -sign * system.member[count, near].astype(float), np.zeros(len(rows) + 1)
    for integral in (False, True):
        found = solve(objective, equal, right, reach(system, near, floor), integral)
        if found is None:
            return None
        d = np.rint(found).astype(np.int64)
        if float(np.abs(found - d).max()) < TOLERANCE:
            return (near[d != 0], d[d != 0]) if d.any() else None
    return None


def cheapest(
    system: System, shown: NDArray[np.bool_], count: int, near: NDArray[np.intp], floor: int
) -> NDArray[np.intp]:
    """The shown counts of least worth which, once withheld, let two tables differ by ``floor`` in ``count``.

    min Σ worth·(|A_shown u| + |A_shown v|) subject to a·(u − v) = floor, Σu = Σv = 0, u, v ≥ −x, over the cells
    ``near``: the linear relaxation of the cell suppression problem (Fischetti and Salazar, Management Science 47,
    2001); the counts that change are withheld.
    """
    rows, counts, which = _distinct(system, shown, near)
    worth = np.bincount(which, system.worth[counts], len(rows)).astype(np.float64)
    equal, right = _two_tables(rows, system.member[count, near], floor)
    bounds = np.vstack([reach(system, near, floor)] * 2 + [np.tile([0.0, np.inf], (4 * len(rows), 1))])
    found = solve(np.concatenate([np.zeros(2 * len(near)), np.tile(worth, 4)]), equal, right, bounds)
    if found is None:
        return np.zeros(0, dtype=np.intp)
    moved = np.abs(found[: 2 * len(near)].reshape(2, -1) @ rows.T).max(axis=0) > TOLERANCE
    withheld: NDArray[np.intp] = counts[moved[which]]
    return withheld


def _two_tables(rows: NDArray[np.float64], own: NDArray[np.bool_], floor: int) -> tuple[csr_array, NDArray[np.float64]]:
    """Equations over (u, v, parts of A·u above and below 0, the same of A·v)."""
    r, m = rows.shape
    sums, each = csr_array(rows), eye_array(r, format="csr")
    split = hstack([-each, each])
    one, of_count = csr_array(np.ones((1, m))), csr_array(own[None, :].astype(np.float64))
    blocks = [
        [sums, None, split, None],
        [None, sums, None, split],
        [one, None, None, None],
        [None, one, None, None],
        [of_count, -of_count, None, None],
    ]
    equal = csr_array(block_array(blocks))
    right = np.zeros(2 * r + 3)
    right[-1] = floor
    return equal, right


def swap(system: System, shown: NDArray[np.bool_], count: int, low: int, high: int, floor: int) -> list[Shift]:
    """Witnesses without a program: move records between one cell inside ``count`` and cells outside.

    ``low`` and ``high`` are the values already reached. Cells that fewest shown counts tell from the chosen one come
    first. Always succeeds where all records together are at least ``floor``; the shown counts that it changes must
    be withheld.
    """
    inside, outside = np.flatnonzero(system.member[count]), np.flatnonzero(~system.member[count])
    weight = np.where(shown, system.worth, 0.0)
    home, value = inside[0], int(system.value[count])
    apart = weight @ (system.member[:, outside] != system.member[:, [home]])
    found: list[Shift] = []
    up = _gather(system.x, outside[np.argsort(apart, kind="stable")], low + floor - value)
    moved = int(up[1].sum())
    if moved:
        found.append((np.append(up[0], home), np.append(-up[1], moved)))
    down = floor - (max(high, value + moved) - low)
    if down > 0:
        left = _gather(system.x, inside, down + value - low)
        found.append((np.append(left[0], outside[np.argmin(apart)]), np.append(-left[1], left[1].sum())))
    return found


def _gather(x: NDArray[np.int64], cells: NDArray[np.intp], need: int) -> Shift:
    """Take ``need`` records from ``cells`` in their order, or all there are."""
    before = np.concatenate([[0], np.cumsum(x[cells])[:-1]])
    taken = np.clip(need - before, 0, x[cells])
    return cells[taken > 0], taken[taken > 0]


def _distinct(
    system: System, shown: NDArray[np.bool_], near: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """The distinct sums that shown counts are on the cells ``near``, the counts, and which sum each of them is.

    Counts that have none or all of the cells cannot change and are left out.
    """
    part = system.member[:, near]
    size = part.sum(axis=1)
    counts = np.flatnonzero(shown & (size > 0) & (size < len(near)))
    known: dict[bytes, int] = {}
    keys = np.packbits(part[counts], axis=1)
    which = np.array([known.setdefault(key.tobytes(), len(known)) for key in keys], dtype=np.intp)
    first = np.zeros(len(known), dtype=np.intp)
    first[which] = counts
    return part[first].astype(np.float64), counts, which


def reach(system: System, near: NDArray[np.intp], floor: int) -> NDArray[np.float64]:
    """How far each cell may move, down to nothing and at most by ``REACH`` floors; shape (cells, 2)."""
    most = REACH * floor
    low = -np.minimum(system.x[near], most).astype(float)
    return np.column_stack([low, np.full(len(near), float(most))])


def solve(
    objective: NDArray[np.float64],
    equal: csr_array,
    right: NDArray[np.float64],
    bounds: NDArray[np.float64],
    integral: bool = False,
) -> NDArray[np.float64] | None:
    """min objective·z subject to equal·z = right and the bounds; None if there is none, or none found in time."""
    found = milp(
        objective,
        integrality=np.full(len(objective), int(integral)),
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
        constraints=LinearConstraint(equal, right, right),
        options={"node_limit": NODES},
    )
    return None if found.x is None else np.asarray(found.x, dtype=np.float64)
