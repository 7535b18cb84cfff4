"""How an audit declares what it needs counted: ``base`` for all kinds, and a module for what few kinds need."""

from __future__ import annotations

from counterproof.reductions.base import (
    MAX_CELLS,
    MAX_CROSSED,
    MISSING,
    UNREADABLE,
    Apart,
    Category,
    Coded,
    CountBy,
    Dimension,
    Powers,
    Prepare,
    RankRow,
    RankSums,
    Role,
    ScoreAxis,
    Whole,
    merge,
)

__all__ = [
    "MAX_CELLS",
    "MAX_CROSSED",
    "MISSING",
    "UNREADABLE",
    "Apart",
    "Category",
    "Coded",
    "CountBy",
    "Dimension",
    "Powers",
    "Prepare",
    "RankRow",
    "RankSums",
    "Role",
    "ScoreAxis",
    "Whole",
    "merge",
]
