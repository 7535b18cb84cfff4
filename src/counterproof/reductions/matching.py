"""What audits of matching count: comparisons, searches, error counts and error rates as they were published."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from counterproof.reductions.base import Apart, Coded, Prepare

__all__ = [
    "CELL", "ERROR", "FAILED", "HOW_MANY", "MEASURE", "RATE", "SIDE", "Comparisons", "ErrorCounts", "PublishedRates",
    "Searches", "SubjectSums",
]  # fmt: skip

SIDE, ERROR, HOW_MANY = "counted side", "counted error", "counted number"
"""Columns of published error counts: whose comparisons, whether they erred ("1", "0"), and how many they are."""

MEASURE, RATE, CELL = "published measure", "published rate", "cell"
"""Columns of published rates: which rate it is, the rate as it was written, and its group in a wide table."""

FAILED = "failed"
"""The step of a comparison for which nothing could be acquired."""


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


@dataclass(frozen=True)
class Comparisons(Apart):
    """Comparisons by group, whether they are mated, and the step of the score, at exact positions of the error tails.

    Steps are parted where false matches or false non-matches of the system pass a round number (ten a decade), at the
    operating point, and where the two error rates cross. Dimensions: ``by``, then

    mated        as of ``Coded``
    step         the score at which the step begins, seen from the least alike; "failed" without a score, ``None`` for
                 a missing one, ``UNREADABLE``
    accepted     "1" from the operating point on
    crossed      "2" where the share of false non-matches is at least that of false matches, "1" one score before
    contradicts  "1" for a mated comparison of two subjects, or a non-mated one of a subject with itself

    systems         how many of the first columns of ``by`` split everything: each system has its own steps
    distance        smaller scores are more alike
    threshold       the operating point: a match is a score of at least (at most) this
    at_fmr          instead: the least alike score at which at most this share of non-mated comparisons match, all of
                    them or those of ``at_fmr_group``
    """

    score: str
    mated: Coded
    by: tuple[str, ...] = ()
    systems: int = 0
    distance: bool = False
    threshold: Decimal | None = None
    at_fmr: Decimal | None = None
    at_fmr_group: tuple[tuple[str, str], ...] = ()
    failed: str | None = None
    subject: str | None = None
    other_subject: str | None = None
    count: str | None = None


@dataclass(frozen=True)
class SubjectSums(Apart):
    """Errors and other comparisons of each group of ``columns``, and their sums over the people who stand in them.

    Dimensions: ``columns``, and ``mated`` ("1", "0"). ``n`` counts comparisons with score and subject. With a errors
    and b other comparisons of a person (a non-mated comparison counts for both of its people) and of a pair of people:

        subjects, aa, ab, bb                people, Σa², Σab, Σb²
        pairs, pair.aa, pair.ab, pair.bb    the same over pairs; 0 without the key of the other side
        errors

    Further cells say what two groups have in common, where people stand in both: the labels of the other group follow
    (``others``), ``n`` is 0, and "with.aa", "with.ab", "with.ba", "with.bb" are Σaa′, Σab′, Σba′, Σbb′ over people,
    less those over pairs of people.
    """

    of: Comparisons
    columns: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the dimensions of the other group."""
        return tuple(f"with {name}" for name in self.columns)


@dataclass(frozen=True)
class Searches(Apart):
    """Searches of a gallery, from rows that are candidates in their rank, or a search that returned none (no rank).

    Each search has exactly one row of rank 1, or one without a rank. Dimensions: ``by``, then

    enrolled  as of ``Coded``: whether the searched person is in the gallery
    found     the rank at which the mate came back at or above the threshold; of those not enrolled "any" where any
              candidate did; ``None`` where none did

    ``n`` counts searches. "candidates", "squares": Σk and Σk² over searches, k candidates at or above the threshold.
    """

    candidate_score: str
    rank: str
    enrolled: Coded
    mate: Coded
    threshold: Decimal
    distance: bool = False
    by: tuple[str, ...] = ()
