"""The least that could be suppressed, by integer programming; for small tables only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def least_suppressed(
    x: NDArray[np.int64], masks: NDArray[np.bool_], worth: NDArray[np.float64], floor: int, seconds: float = 60
) -> float | None:
    """The least total worth of suppressed counts such that each of them spans ``floor``; None if not found in time.

    Binary z: which counts are suppressed. For each count its own highest and lowest table, as changes of ``x``:
    |masks·d| <= N z for every count, Σd = 0, d >= -x, and high - low >= floor·z of the count itself.
    (Fischetti and Salazar-Gonzalez 2001, the full model without decomposition.)
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    k, m = masks.shape
    total, value = int(x.sum()), masks @ x
    width = k + 2 * k * m
    rows, low, high = lil_array((k * (4 * k + 2) + k, width)), [], []

    def add(entries: list[tuple[NDArray[np.intp], NDArray[np.float64]]], least: float, most: float) -> None:
        for columns, factors in entries:
            for column, factor in zip(np.atleast_1d(columns), np.atleast_1d(factors), strict=True):
                rows[len(low), column] = factor
        low.append(least)
        high.append(most)

    for p in range(k):
        tables = [k + (2 * p + side) * m + np.arange(m) for side in (0, 1)]
        for table in tables:
            add([(table, np.ones(m))], 0, 0)
            for i in range(k):
                factors = masks[i].astype(float)
                add([(table, factors), (np.array(i), np.array(-float(total)))], -np.inf, 0)
                add([(table, factors), (np.array(i), np.array(float(total)))], 0, np.inf)
        own = masks[p].astype(float)
        add([(tables[0], own), (tables[1], -own), (np.array(p), np.array(-float(floor)))], 0, np.inf)
    least = np.concatenate([((value > 0) & (value < floor)).astype(float), np.tile(-x.astype(float), 2 * k)])
    most = np.concatenate([np.ones(k), np.full(2 * k * m, float(total))])
    whole = np.zeros(width)
    whole[:k] = 1
    found = milp(
        np.concatenate([worth, np.zeros(width - k)]),
        integrality=whole,
        bounds=Bounds(least, most),
        constraints=LinearConstraint(rows.tocsr(), low, high),
        options={"time_limit": seconds},
    )
    return float(found.fun) if found.status == 0 else None
