"""The cells of awards as rows to show: one for all awards, one a label, the smaller recipients together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, RowSum
from counterproof.reductions.awards import OTHERS

__all__ = ["NAMED", "TABLE", "tabulate"]

TABLE = "awards"
NAMED = ("recipient", "parent")
"""Splits that may have thousands of labels: the largest are shown, largest first, and the rest together."""

_CEILINGS = ("current_value", "potential_value")


def tabulate(cells: Cells, most: int) -> Sequence[RowSum]:
    """Rows of the table ``awards``."""
    if not cells.keys:
        return ()
    splits, values = cells.column("split"), cells.column("value")
    rows = [_row(cells, {}, splits == "")]
    for split in [name for name in dict.fromkeys(splits) if name]:
        inside = splits == split
        labels = list(dict.fromkeys(values[inside]))
        masks = {label: inside & np.array([value == label for value in values], dtype=bool) for label in labels}
        rows += _labelled(cells, split, masks, most if split in NAMED else len(labels))
    return rows


def _labelled(cells: Cells, split: str, masks: dict[str | None, NDArray[np.bool_]], most: int) -> Iterator[RowSum]:
    """Named splits the largest obligations first; others in text order."""
    own = [label for label in masks if label != OTHERS]
    own.sort(key=lambda label: (label is None, label or ""))
    if split in NAMED:
        own.sort(key=lambda label: -_total(cells, "obligated", masks[label]))
    for label in own[:most]:
        yield _row(cells, {split: label}, masks[label])
    rest = [masks[label] for label in (*own[most:], *([OTHERS] if OTHERS in masks else []))]
    if rest:
        yield _row(cells, {split: OTHERS}, np.logical_or.reduce(rest))


def _row(cells: Cells, group: dict[str, str | None], mask: NDArray[np.bool_]) -> RowSum:
    """Ceilings of vehicles stand apart: those of their orders are among the awards already."""
    vehicle = np.array([value == "1" for value in cells.column("vehicle")], dtype=bool)
    sums = {}
    for name in cells.sums:
        if name.split(".")[0] in _CEILINGS:
            sums[name] = _total(cells, name, mask & ~vehicle)
            sums[f"vehicles.{name}"] = _total(cells, name, mask & vehicle)
        else:
            sums[name] = _total(cells, name, mask)
    return RowSum(TABLE, group, {}, {"awards": mask & ~vehicle, "vehicles": mask & vehicle}, sums=sums)


def _total(cells: Cells, name: str, mask: NDArray[np.bool_]) -> int:
    return sum(int(value) for value in cells.sums[name][mask])
