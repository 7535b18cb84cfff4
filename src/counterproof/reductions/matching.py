"""What audits of matching count: comparisons, searches, error counts and error rates as they were published."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Prepare

__all__ = ["CELL", "ERROR", "HOW_MANY", "MEASURE", "RATE", "SIDE", "ErrorCounts", "PublishedRates"]

SIDE, ERROR, HOW_MANY = "counted side", "counted error", "counted number"
"""Columns of published error counts: whose comparisons, whether they erred ("1", "0"), and how many they are."""

MEASURE, RATE, CELL = "published measure", "published rate", "cell"
"""Columns of published rates: which rate it is, the rate as it was written, and its group in a wide table."""


@dataclass(frozen=True)
class ErrorCounts(Prepare):
    """Errors and trials per row, in columns; one row each per side and outcome is made of them.

    pairs  side -> the column of errors, and of trials of which they are a part (or None where nobody counted them)
    keep   columns that say to which system and groups a row belongs
    """

    pairs: tuple[tuple[str, str, str | None], ...]
    keep: tuple[str, ...]


@dataclass(frozen=True)
class PublishedRates(Prepare):
    """Error rates in columns; one row each is made of them.

    rates  measure -> columns. Several columns for one measure are groups, named by the column under ``CELL``
    keep   columns that say to which system and groups a row belongs
    """

    rates: tuple[tuple[str, tuple[str, ...]], ...]
    keep: tuple[str, ...]
