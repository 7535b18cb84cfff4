"""A reader who wants the suppressed counts back. Knows the plan and what is printed; shares no code with the product.

The reader knows which finest cells exist, what every count adds up, how many records there are, and that counts are
whole and not negative. From every printed rate and interval end the reader works numerator and denominator out of the
digits alone. What the reader can then say of a count is its range over all whole-number tables that agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

Mask = NDArray[np.bool_]
Known = list[tuple[Mask, int]]


def from_digits(estimate: Mapping[str, object]) -> tuple[int, int] | None:
    """Numerator and denominator of a rate from its printed value and Wilson ends; None where nothing is printed.

    centre c = (p + z²/2n)/(1 + z²/n), so n = z²(1 − 2c)/(2(c − p)) or, where p is one half, from the width.
    """
    p, low, high, level = (estimate.get(name) for name in ("value", "low", "high", "level"))
    if not all(isinstance(number, float) for number in (p, low, high, level)):
        return None
    z2 = NormalDist().inv_cdf(0.5 + level / 2) ** 2  # type: ignore[operator]
    width = (high - low) / 2  # type: ignore[operator]
    # width² (1 + z²/n)² = z² p(1−p)/n + z⁴/4n²: a quadratic in 1/n
    a, b, c = width**2 * z2**2 - z2**2 / 4, 2 * width**2 * z2 - z2 * p * (1 - p), width**2  # type: ignore[operator]
    one_over_n = (-b - np.sqrt(max(b * b - 4 * a * c, 0))) / (2 * a)
    n = round(1 / one_over_n)
    return round(p * n), n  # type: ignore[operator]


def recovered(known: Known, hidden: Sequence[Mask], cells: int, records: int, floor: int) -> list[tuple[int, int]]:
    """Ranges narrower than ``floor`` that the reader derives for counts in ``hidden``; none means nothing recovered."""
    masks, hidden_masks = _merge([mask for mask, _ in known], hidden, cells)
    system = np.vstack([masks, np.ones((1, masks.shape[1]))]).astype(float)
    right = np.array([*(value for _, value in known), records], dtype=float)
    low, high = np.full(len(hidden), np.inf), np.full(len(hidden), -np.inf)
    for target in hidden_masks:
        for sign in (1.0, -1.0):
            position = np.flatnonzero((hidden_masks == target).all(axis=1))
            if (high - low)[position[0]] >= floor:
                continue
            found = milp(
                -sign * target.astype(float),
                integrality=np.ones(len(target)),
                bounds=Bounds(0, np.inf),
                constraints=LinearConstraint(system, right, right),
            )
            assert found.x is not None, "what is printed contradicts itself"
            table = np.rint(found.x)
            assert np.array_equal(system @ table, right)
            low, high = np.minimum(low, hidden_masks @ table), np.maximum(high, hidden_masks @ table)
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True) if b - a < floor]


def _merge(known: Sequence[Mask], hidden: Sequence[Mask], cells: int) -> tuple[Mask, Mask]:
    """Cells that stand in the same counts are one unknown; the same equation is kept as often as it was printed."""
    every = np.array([*known, *hidden], dtype=bool).reshape(-1, cells)
    columns = np.unique(every, axis=1)
    return columns[: len(known)], columns[len(known) :]
