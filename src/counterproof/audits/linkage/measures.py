"""The measures of a linkage audit."""

from __future__ import annotations

__all__ = [
    "AGREEMENT", "B_CUBED", "COUNTS", "FALSE", "LINKS", "MEASURES", "MISSED", "MISSED_LINKS", "NEXT", "PAIRS",
    "PRECISION", "RATES", "RECALL", "TWICE", "hypothesis",
]  # fmt: skip

FALSE, MISSED = "false_link_rate", "missed_link_rate"
PRECISION, RECALL = "pairwise_precision", "pairwise_recall"
LINKS, PAIRS, MISSED_LINKS = "links", "true_pairs", "missed_links"
AGREEMENT, NEXT, TWICE = "reviewer_agreement", "next_sample", "true_pairs_by_two_linkers"
B_CUBED = {"b_cubed_precision": "precision", "b_cubed_recall": "recall"}
"""Measure -> the name of its sums."""

RATES: dict[str, tuple[str, str, str, str]] = {
    FALSE: ("false_links", "true_links", LINKS, "links"),
    MISSED: ("missed_links", "true_links", PAIRS, "pairs"),
    PRECISION: ("true_links", "false_links", LINKS, "links"),
    RECALL: ("true_links", "missed_links", PAIRS, "pairs"),
}
"""Rate -> numerator, the rest of its denominator, its denominator, and the name of the sums over its clusters."""

COUNTS: tuple[str, ...] = (LINKS, PAIRS)
MEASURES: tuple[str, ...] = (*RATES, *B_CUBED, *COUNTS, MISSED_LINKS, TWICE, AGREEMENT, NEXT)
"""What ``measures`` may name."""

_SAME = {PRECISION: FALSE, RECALL: MISSED}


def hypothesis(measure: str) -> str:
    """The name under which a measure counts as one hypothesis: a rate and its complement are the same one."""
    return _SAME.get(measure, measure)
