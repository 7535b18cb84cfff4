"""What audits of record linkage count: pairs of records, never one by one, and sums over clusters."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Apart, Coded, Dimension

__all__ = ["FALSE_LINK", "MISSED_LINK", "SCALE", "TRUE_LINK", "ClusterSums", "LinkPairs", "LinkReviews"]

TRUE_LINK, FALSE_LINK, MISSED_LINK = "true link", "false link", "missed link"
SCALE = 10**6
"""B-cubed sums are in units of this part of a record."""


@dataclass(frozen=True)
class LinkPairs(Apart):
    """Pairs of records by what became of them, and by the groups of both sides.

    Dimensions: the group columns, the same with ``other``, and ``pair``: joined rightly, joined wrongly, or not joined
    although they are one. A pair of two groups stands once, the group that comes first in text order first. Records
    without a cluster or a true entity are in no pair.
    """

    record: str
    predicted: str
    true: str
    groups: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the dimensions of the other side."""
        return tuple(f"other {name}" for name in self.groups)


@dataclass(frozen=True)
class ClusterSums(Apart):
    """Records of each group of ``by``, and sums over the clusters that hold them.

    Dimensions: ``by``. ``n`` counts records with a cluster and a true entity. Sums, for links within predicted
    clusters (``links``) and for pairs within true entities (``pairs``), over the clusters with such a pair of which
    at least one record is in the group, a = rightly joined pairs and b = the others:

        clusters, aa, ab, bb    how many clusters, Σa², Σab, Σb²

    and for B-cubed precision and recall (``precision``, ``recall``), in units of 1/SCALE record, a = Σ share of the
    record's cluster (entity) that is rightly joined with it, b = the rest of the records:

        sum, clusters, aa, ab, bb
    """

    record: str
    predicted: str
    true: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkReviews(Apart):
    """Links by what their reviews say, where a link may have been reviewed by several; each row is one review.

    Dimensions: the group columns, the strata, ``verdict``: the first reviewer's (in text order of ``reviewer``), and
    ``second``: the last one's where there are two or more. Values as of ``Coded``; ``None`` where there is no review.
    """

    record: str
    reviewer: str
    reviewed: Coded
    by: tuple[Dimension, ...] = ()
