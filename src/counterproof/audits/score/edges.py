"""Where the curves of groups may have points, so that no difference of two curves is a small count.

Whoever has everybody's curve and those of some groups has, by subtraction, the curve of the rest. So groups are taken
from the largest down, and each may part the score only where its predecessor does and where, between two points, there
are ``floor`` of each outcome both in the group and in all that come after it. What is left at the end is drawn for
nobody. That this suffices is not taken for granted: disclosure proves it, and leaves out what it cannot prove.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from counterproof.disclosure.curves import thin

__all__ = ["everybodys", "fewer", "nested"]

Tally = NDArray[np.int64]
"""Positives and negatives in each step of the score, shape (steps, 2); edge k lies below step k."""

LEAST_STEPS = 4
"""A curve is drawn for a group with this many times ``floor`` of each outcome, or it would be a point or two."""
LEAST_EDGES = 2
"""One of them is often the threshold of the table itself."""


def everybodys(everybody: Tally, cuts: Sequence[int], most: int, floor: int) -> list[int]:
    """Edges of everybody's curve, about ``most`` steps of equal size; all others' are among them.

    cuts  edges at which a table of the plan parts the score anyway
    """
    steps = len(everybody)
    edges = _thinned(everybody, range(1, steps), cuts, floor)
    ends = fewer([*edges, steps], everybody.sum(axis=1), max(most, 1))
    return sorted({*ends, *cuts} - {steps})


def nested(
    groups: Sequence[Tally], everybody: Tally, edges: Sequence[int], cuts: Sequence[int], floor: int
) -> list[list[int]]:
    """Edges of each group's curve, in the order of ``groups``; empty for a group that gets none.

    edges  those of everybody's curve
    """
    found: list[list[int]] = [[] for _ in groups]
    left, parent = everybody, list(edges)
    for place in sorted(range(len(groups)), key=lambda i: -int(groups[i].sum(axis=0).min())):
        group, rest = groups[place], left - groups[place]
        # The last of all is known from the others wherever they are, so it is drawn there.
        own = _thinned(np.hstack([group, rest]), parent, cuts, floor) if rest.any() else parent
        if int(group.sum(axis=0).min()) >= LEAST_STEPS * floor and len(own) >= min(LEAST_EDGES, len(edges)):
            found[place], left, parent = own, rest, own
    return found


def fewer(ends: list[int], n: NDArray[np.int64], most: int) -> list[int]:
    """At most so many of the ends of steps, so that about equally many of ``n`` lie between them; the last is kept."""
    if len(ends) <= most:
        return ends
    reached = np.cumsum(n)[np.array(ends) - 1]
    wanted = reached[-1] * np.arange(1, most + 1) / most
    return [ends[i] for i in sorted({int(i) for i in np.searchsorted(reached, wanted)})]


def _thinned(counts: Tally, edges: Sequence[int], cuts: Sequence[int], floor: int) -> list[int]:
    """Of these edges, the cuts and between them those that leave ``floor`` of each column in every step."""
    kept: list[int] = []
    for start, end in pairwise([0, *cuts, len(counts)]):
        inner = [start, *(edge for edge in edges if start < edge < end), end]
        steps = np.array([counts[a:b].sum(axis=0) for a, b in pairwise(inner)])
        kept += [inner[k] for k in thin(steps, floor)]
        kept += [end] * (end < len(counts))
    return kept
