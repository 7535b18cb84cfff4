"""What the report says about a linkage audit."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Words

__all__ = ["WORDS"]

MEASURES = {
    "false_link_rate": MeasureWords(
        "False link rate",
        "Of all pairs of records that the system joined, the share that are not of one entity.",
        "false links / links",
        "rate",
    ),
    "missed_link_rate": MeasureWords(
        "Missed link rate",
        "Of all pairs of records that are of one entity, the share that the system did not join.",
        "missed links / true pairs",
        "rate",
    ),
    "pairwise_precision": MeasureWords(
        "Precision of links",
        "Of all pairs of records that the system joined, the share that are of one entity.",
        "true links / links",
        "rate",
    ),
    "pairwise_recall": MeasureWords(
        "Recall of links",
        "Of all pairs of records that are of one entity, the share that the system joined.",
        "true links / true pairs",
        "rate",
    ),
    "b_cubed_precision": MeasureWords(
        "B-cubed precision",
        "For each record: of the records in its cluster, itself included, the share that are of its entity; the mean "
        "over all records, each weighing the same.",
        "mean of |cluster ∩ entity| / |cluster|",
        "rate",
    ),
    "b_cubed_recall": MeasureWords(
        "B-cubed recall",
        "For each record: of the records of its entity, itself included, the share that are in its cluster; the mean "
        "over all records, each weighing the same.",
        "mean of |cluster ∩ entity| / |entity|",
        "rate",
    ),
    "missed_links": MeasureWords(
        "Missed links",
        "How many pairs of records that are of one entity the system did not join, reckoned from a reviewed sample of "
        "the pairs that it did not join.",
        "Σ N p over strata",
        "count",
    ),
    "true_pairs_by_two_linkers": MeasureWords(
        "True pairs, by two linkers",
        "How many pairs there are in all, from what two linkers found alone and together (Chapman's estimate).",
        "(n₁ + 1)(n₂ + 1)/(m + 1) − 1",
        "count",
    ),
    "reviewer_agreement": MeasureWords(
        "Agreement of reviewers",
        "How much more often two reviewers of one link agree than chance would have it (Cohen's kappa): 1 is always.",
        "(observed − expected) / (1 − expected)",
        "number",
    ),
    "next_sample": MeasureWords(
        "Reviews in a next sample",
        "How the same number of reviews is best spread over the strata (Neyman's allocation).",
        "n · N √(p (1 − p)) / Σ N √(p (1 − p))",
        "count",
    ),
    "links": MeasureWords(
        "Links", "Pairs of records that the system joined.", "Σ n (n − 1) / 2 over clusters", "count"
    ),
    "true_pairs": MeasureWords(
        "True pairs", "Pairs of records that are of one entity.", "Σ n (n − 1) / 2 over entities", "count"
    ),
}

WORDS = Words(
    title="Record linkage",
    question="How often did the system join records of different people, and how often did it miss records of one?",
    method=(
        "Nothing is linked here, and no cluster is looked at by itself: the clusters of the system are held against "
        "the entities that somebody else established, and only numbers of pairs leave the records.",
        "A pair is counted in a group if at least one of its two records is in it. False links are held against the "
        "links, never against the many pairs that nobody would have joined.",
        "The pairs of one cluster stand or fall together, so they are not independent. Intervals take the clusters, "
        "and for missed links the entities, as the units that vary: Wilson's interval, in verdicts Clopper and "
        "Pearson's, with the effective number of pairs. P-values are adjusted by Holm's method.",
    ),
    limits=(
        "The rates are as good as what is taken for the truth. Records that nobody could tell apart, or never looked "
        "at, count as they were labelled.",
        "Two groups that share clusters are compared as if any of their links could hang together, which makes those "
        "intervals wide.",
        "How much harm a false link does is not in these numbers.",
    ),
    references=(
        "Bagga A, Baldwin B. Entity-based cross-document coreferencing. COLING-ACL (1998).",
        "Christen P. Data Matching. Springer (2012).",
        "Kish L. Survey Sampling. Wiley (1965).",
        "Korn EL, Graubard BI. Confidence intervals for proportions with small expected number of positive counts "
        "estimated from survey data. Survey Methodology 24 (1998) 193–201.",
    ),
    measures=MEASURES,
)
