"""The text of a typed cell, and the states that a cell can be in."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

__all__ = ["MASK", "cell_text"]

MASK = (
    r"^(\*+( \*+)*|#{2,}|X{3,}|[█■▇▉]+|\[?\(?(REDACTED|MASKED|WITHHELD)\)?\]?|"
    r"\(?B\)? ?\([0-9]\)[ (),;0-9A-FB]*)$"
)
"""Upper-case text of cells that stand for a value taken out: asterisks, number signs, blocks, REDACTED, b(6)."""


def cell_text(cell: Any) -> str | None:
    """A typed cell as it would stand in a CSV file: 7.0 is "7", dates are ISO 8601, blank is None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.hex()
    return str(cell)
