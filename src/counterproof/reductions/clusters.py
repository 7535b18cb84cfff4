"""Records that belong together: what is counted of each person, court or place that stands in several records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from counterproof.counts import Cells
from counterproof.reductions.base import Apart, Coded

__all__ = ["ATOMS", "FOUR", "ClusterCells", "Clusters", "Cut", "Repeats"]

FOUR = ("true_positives", "false_positives", "false_negatives", "true_negatives")
ATOMS = (*FOUR, "flagged_unverified", "unflagged_unverified")
"""What a record can be: flag against outcome, or the flag alone where the outcome does not count as known."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Flagged by a score on this side of a cut-off, which is among the flagged."""

    column: str
    at: Decimal
    direction: Literal["at_least", "at_most"]


@dataclass(frozen=True)
class Clusters(Apart):
    """How many records of each kind (``ATOMS``) each cluster has in each group, and products of these, summed.

    key       the column that says which records belong together; it never leaves the engine
    groups    columns; a cluster may have records in several groups
    known     whose outcome counts as known: everyone's (other records are left out), that of the flagged, or of those
              of whom ``reviewed`` says yes

    A record whose key is blank or masked is a cluster of its own. Answered by ``ClusterCells``.
    """

    costs: ClassVar[str | None] = "grouping every record by its cluster, on disk where memory does not hold it"

    key: str
    groups: tuple[str, ...]
    flag: Coded | Cut
    outcome: Coded | None
    known: Literal["everyone", "flagged", "reviewed"] = "everyone"
    reviewed: Coded | None = None

    @property
    def atoms(self) -> tuple[str, ...]:
        """Which of ``ATOMS`` occur."""
        return FOUR if self.known == "everyone" and self.outcome is not None else ATOMS


@dataclass(frozen=True, slots=True)
class ClusterCells(Cells):
    """Clusters by their trace: in which groups they have records, and of which kinds.

    n         int64, shape (cells,): clusters with this trace
    touched   per cell, each group of its trace (a place in ``labels``) with the kinds found there, a bit an atom
    keyless   per cell, whether these are records without a key, each a cluster of its own
    labels    the finest groups: a value for each of the groups' columns, ``None`` where it is missing
    products  (g, h), g <= h, places in ``labels``: Σ over clusters of c·c′, c of g and c′ of h, row by row: shape
              (atoms·atoms,). Absent where no cluster has records in both
    """

    touched: tuple[tuple[tuple[int, int], ...], ...] = ()
    keyless: tuple[bool, ...] = ()
    labels: tuple[tuple[str | None, ...], ...] = ()
    products: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Repeats(Apart):
    """Of each column that looks like a case's or a person's number: how many records share its value with another.

    The cells have the dimensions ``column`` and ``state``: "alone", "repeated" and "missing", or "not counted" where
    the table is too long for that. ``n`` counts records.
    """
