"""Groups of an identification audit: each system by itself, everybody in it, each column, and the columns crossed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import Cells

__all__ = ["Mask", "groupings", "members"]

Mask = NDArray[np.bool_]


def groupings(options: IdentificationOptions) -> tuple[tuple[str, ...], ...]:
    """Everybody of a system, each column, and every crossing of columns; the system's column always first."""
    labels = options.labels
    return tuple((*options.base, *c) for size in range(len(labels) + 1) for c in combinations(labels, size))


def members(cells: Cells, columns: Sequence[str]) -> Iterator[tuple[dict[str, str | None], Mask]]:
    """Each group that occurs, in text order with the missing label last, and the mask of its cells."""
    if not columns:
        yield {}, np.ones(len(cells.keys), dtype=bool)
        return
    keys = list(zip(*(cells.column(column) for column in columns), strict=True))
    places: dict[tuple[str | None, ...], list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    for key in sorted(places, key=lambda entry: [(value is None, value or "") for value in entry]):
        mask = np.zeros(len(keys), dtype=bool)
        mask[places[key]] = True
        yield dict(zip(columns, key, strict=True)), mask
