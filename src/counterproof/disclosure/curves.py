"""Which points of a curve may be shown: a curve at every distinct value is a list of the records."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["thin"]


def thin(steps: ArrayLike, floor: int) -> tuple[int, ...]:
    """Positions of the edges that are kept, so that ``floor`` of each outcome lie between two neighbours.

    steps   counts, shape (steps,) or (steps, outcomes), in the order in which the curve is walked; for a sweep of
            thresholds from the strictest down, reverse both the steps and the positions that are returned
    floor   least count of each outcome between a point and the last one, and between the last one and the end

    Edge ``k`` (1 … steps − 1) lies between step ``k − 1`` and step ``k``: the point there adds up steps 0 … k − 1.
    The two ends are not edges: nothing and everything are known anyway. What is left over after the last kept edge
    joins its segment when it is too small, so that no point can be told from the total by fewer than ``floor``.
    """
    counts = np.asarray(steps, dtype=np.int64)
    if counts.ndim == 1:
        counts = counts[:, None]
    kept: list[int] = []
    between = np.zeros(counts.shape[1], dtype=np.int64)
    for edge, step in enumerate(counts, start=1):
        between = between + step
        if edge < len(counts) and bool((between >= floor).all()):
            kept.append(edge)
            between = np.zeros_like(between)
    if kept and not bool((between >= floor).all()):
        kept.pop()
    return tuple(kept)
