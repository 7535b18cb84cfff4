"""The text of a typed cell, and the states that a cell can be in."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

__all__ = ["BLANK", "MASK", "cell_text"]

_WORDS = "|".join(
    "".join(f"[{letter}{letter.lower()}]" for letter in word) for word in ("REDACTED", "MASKED", "WITHHELD")
)
BLANK = r"^\s*$"
MASK = (
    rf"^\s*(\*+( \*+)*|#{{2,}}|[Xx]{{3,}}|[█■▇▉]+|\[?\(?({_WORDS})\)?\]?|"
    r"\(?[Bb]\)? ?\([0-9]\)[ (),;0-9A-Fa-f]*)\s*$"
)
"""Text of cells that stand for a value taken out: asterisks, number signs, X, blocks, REDACTED, exemptions as b(6).

Patterns for every engine: neither flags nor look-around, and nothing to be trimmed or folded first, which costs more.
"""


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
