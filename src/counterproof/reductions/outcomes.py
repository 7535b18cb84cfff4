"""What an outcome test counts: stops, the searches among them, and the searches that found something."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Prepare

__all__ = ["HOW_MANY", "STEP", "NestedCounts"]

STEP, HOW_MANY = "counted step", "counted number"
"""Columns of the table that is made: how far these cases went ("0", "1", …), and how many they are."""


@dataclass(frozen=True)
class NestedCounts(Prepare):
    """Columns of counts of which each counts a part of the one before; one row each is made of what goes no further.

    counts  (plan key, column), from the widest count to the narrowest
    keep    columns that say to what a row belongs
    """

    counts: tuple[tuple[str, str], ...]
    keep: tuple[str, ...]
