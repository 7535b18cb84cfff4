"""Many tests at once: Holm's adjustment.

[1] S. Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6,
    65-70.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p-values [1], in the order given: max over the smaller ones of min(1, (m − rank) p).

    Rejecting where the adjusted value is at most α keeps the chance of any false rejection at α or below, however
    the tests depend on each other. None and nan are no hypotheses: they stay as they are and do not count in m.
    Raises ValueError for a value outside [0, 1].
    """
    tested = [(p, i) for i, p in enumerate(p_values) if p is not None and not math.isnan(p)]
    if any(not 0 <= p <= 1 for p, _ in tested):
        raise ValueError("a p-value lies between 0 and 1")
    adjusted = list(p_values)
    reached = 0.0
    for rank, (p, i) in enumerate(sorted(tested)):
        reached = max(reached, min(1.0, (len(tested) - rank) * p))
        adjusted[i] = reached
    return adjusted
