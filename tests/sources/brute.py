"""What the frame must find, worked out from the rows one by one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa

from counterproof.counts import Cells
from counterproof.reductions import Role
from counterproof.sources import open_object
from counterproof.sources.counting.frame import Frame

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
YES = {"1", "true", "yes", "y", "t", "1.0"}
NO = {"0", "false", "no", "n", "f", "0.0"}


@contextmanager
def framed(columns: Mapping[str, Any], roles: Sequence[Role] = (), *, count: str | None = None) -> Iterator[Frame]:
    """A frame over columns in memory, given as lists or Arrow arrays."""
    with open_object("records", pa.table(dict(columns))) as source:
        yield Frame(source, roles, count=count)


def as_dict(cells: Cells) -> dict[tuple[str | None, ...], int]:
    """Cells as a mapping; a key that came twice would be lost, so it must not."""
    assert len(set(cells.keys)) == len(cells.keys)
    return dict(zip(cells.keys, cells.n.tolist(), strict=True))


def label(cell: str | None) -> str | None:
    """A text cell as a category."""
    return None if cell is None or not cell.strip() else cell.strip()


def code(cell: str | None) -> str | None:
    """A text cell as yes or no."""
    text = label(cell)
    if text is None:
        return None
    return "1" if text.lower() in YES else "0" if text.lower() in NO else "unreadable"


def value(cell: str | float | None) -> float | str | None:
    """A cell as a score: a float, "unreadable" or None."""
    if isinstance(cell, float | int):
        return float(cell) if math.isfinite(cell) else "unreadable"
    text = label(cell)
    if text is None:
        return None
    return float(text) if NUMBER.fullmatch(text) else "unreadable"


def step(score: float | str | None, edges: Iterable[float], direction: str) -> float | str | None:
    """The edge of the step in which a score lies."""
    if not isinstance(score, float):
        return score
    if direction == "at_least":
        return max(edge for edge in edges if edge <= score)
    return min(edge for edge in edges if edge >= score)


def pair_sums(rows: Iterable[tuple[float, bool]]) -> tuple[int, int, int, int, int]:
    """m, n, u2, s10, s01 by comparing every positive with every negative (ties one half, hence doubled)."""
    rows = list(rows)
    positives = np.array([score for score, positive in rows if positive], dtype=float)
    negatives = np.array([score for score, positive in rows if not positive], dtype=float)
    p, q = positives[:, None], negatives[None, :]
    wins = 2 * (p > q).astype(np.int64) + (p == q)
    beats, beaten = wins.sum(axis=1), wins.sum(axis=0)
    return len(positives), len(negatives), int(wins.sum()), int((beats**2).sum()), int((beaten**2).sum())
