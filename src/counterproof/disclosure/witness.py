"""Another table that a reader cannot tell from the true one: how a suppressed count is proven to be open.

A witness is a whole-number change ``d`` of the true table ``x``: ``x + d`` is a table, has the same total, agrees with
every shown count, and differs in a suppressed one. Two witnesses (or the truth and one) whose values of a suppressed
count lie ``floor`` apart prove that no reader can narrow it further, whichever method the reader uses. Linear programs
find the witnesses; what they find is checked in whole numbers, so no tolerance of a solver enters the proof.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterproof.disclosure.system import System

__all__ = ["NODES", "REACH", "cheapest", "furthest", "swap"]

Shift = tuple[NDArray[np.intp], NDArray[np.int64]]
"""A change of the table: the cells and by how much; all other cells stay."""

REACH = 64
"""No cell is moved by more than this many floors: keeps the programs well scaled whatever the number of records."""
NODES = 1000
"""Branches that an integer program may take where a linear program's vertex is not whole."""


def furthest(
    system: System, shown: NDArray[np.bool_], count: int, sign: int, near: NDArray[np.intp], floor: int
) -> Shift | None:
    """The witness that moves ``count`` furthest up (sign 1) or down (−1) without touching a shown count.

    max sign·a·d subject to A_shown d = 0, Σd = 0, d ≥ −x, over the cells ``near``.
    """
    rows, _ = _constraints(system, shown, near)
    objective = -sign * system.member[count, near].astype(float)
    equal = np.vstack([rows, np.ones(len(near))])
    return _solve(objective, equal, np.zeros(len(equal)), _bounds(system, near, floor), len(near), near)


def cheapest(
    system: System, shown: NDArray[np.bool_], count: int, need: int, near: NDArray[np.intp], floor: int
) -> Shift | None:
    """The witness that moves ``count`` by ``need`` and changes shown counts of the least worth.

    min Σ worth·|A_shown d| subject to a·d = need, Σd = 0, d ≥ −x, over the cells ``near``: the linear relaxation of
    the cell suppression problem (Fischetti and Salazar, Management Science 47, 2001).
    """
    rows, worth = _constraints(system, shown, near)
    m, r = len(near), len(rows)
    equal = np.zeros((r + 2, m + 2 * r))
    equal[:r, :m] = rows
    equal[:r, m : m + r] = -np.eye(r)
    equal[:r, m + r :] = np.eye(r)
    equal[r, :m] = 1
    equal[r + 1, :m] = system.member[count, near]
    right = np.zeros(r + 2)
    right[r + 1] = need
    objective = np.concatenate([np.zeros(m), worth, worth])
    bounds = np.vstack([_bounds(system, near, floor), np.tile([0.0, np.inf], (2 * r, 1))])
    return _solve(objective, equal, right, bounds, m, near)


def swap(system: System, shown: NDArray[np.bool_], count: int, low: int, high: int, floor: int) -> list[Shift]:
    """Witnesses without a program: move records between one cell inside ``count`` and cells outside.

    ``low`` and ``high`` are the values already reached. Cells that fewest shown counts tell from the chosen one come
    first. Always succeeds where all records together are at least ``floor``; the shown counts that it changes must
    be withheld.
    """
    inside, outside = np.flatnonzero(system.member[count]), np.flatnonzero(~system.member[count])
    weight = np.where(shown, system.worth, 0.0)
    home = inside[0]
    apart = weight @ (system.member[:, outside] != system.member[:, [home]])
    found: list[Shift] = []
    up = _gather(system.x, outside[np.argsort(apart, kind="stable")], low + floor - int(system.value[count]))
    moved = int(up[1].sum())
    if moved:
        found.append((np.append(up[0], home), np.append(-up[1], moved)))
        high = max(high, int(system.value[count]) + moved)
    if high - low < floor:
        away = outside[np.argmin(apart)]
        down = _gather(system.x, inside, floor - high + int(system.value[count]))
        found.append((np.append(down[0], away), np.append(-down[1], down[1].sum())))
    return found


def _gather(x: NDArray[np.int64], cells: NDArray[np.intp], need: int) -> Shift:
    """Take ``need`` records from ``cells`` in their order, or all there are."""
    before = np.concatenate([[0], np.cumsum(x[cells])[:-1]])
    taken = np.clip(need - before, 0, x[cells])
    return cells[taken > 0], taken[taken > 0]


def _constraints(
    system: System, shown: NDArray[np.bool_], near: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distinct restrictions of the shown counts to ``near``, and their summed worth; the immovable are left out."""
    part = system.member[:, near]
    size = part.sum(axis=1)
    use = np.flatnonzero(shown & (size > 0) & (size < len(near)))
    if len(use) == 0:
        return np.zeros((0, len(near))), np.zeros(0)
    rows, inverse = np.unique(part[use], axis=0, return_inverse=True)
    worth = np.bincount(inverse.reshape(-1), weights=system.worth[use], minlength=len(rows))
    return rows.astype(np.float64), worth.astype(np.float64)


def _bounds(system: System, near: NDArray[np.intp], floor: int) -> NDArray[np.float64]:
    reach = REACH * floor
    low = -np.minimum(system.x[near], reach).astype(float)
    return np.column_stack([low, np.full(len(near), float(reach))])


def _solve(
    objective: NDArray[np.float64],
    equal: NDArray[np.float64],
    right: NDArray[np.float64],
    bounds: NDArray[np.float64],
    cells: int,
    near: NDArray[np.intp],
) -> Shift | None:
    """Solve, round, check. A fractional vertex is solved again in whole numbers; None if there is no witness."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    within = LinearConstraint(csr_array(equal), right, right)
    whole = np.zeros(len(objective), dtype=np.int64)
    for whole[:cells] in (0, 1):
        found = milp(
            objective,
            integrality=whole,
            bounds=Bounds(bounds[:, 0], bounds[:, 1]),
            constraints=within,
            options={"node_limit": NODES},
        )
        if found.x is None:
            return None
        d = np.rint(found.x[:cells]).astype(np.int64)
        if float(np.abs(found.x[:cells] - d).max()) < 1e-6:
            break
    moved = d != 0
    return (near[moved], d[moved]) if moved.any() and d.sum() == 0 else None
