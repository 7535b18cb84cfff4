"""What the report says about an identification audit."""

from __future__ import annotations

from typing import Literal

from counterproof.audits.base import MeasureWords, Words

__all__ = ["WORDS"]

RATES = {
    "false_match_rate": MeasureWords(
        "False match rate",
        "Of all comparisons of two different people, the share that was taken for a match.",
        "false matches / non-mated comparisons",
        "rate",
    ),
    "false_non_match_rate": MeasureWords(
        "False non-match rate",
        "Of all comparisons of one person with himself or herself, the share that was not taken for a match.",
        "false non-matches / mated comparisons",
        "rate",
    ),
    "far": MeasureWords(
        "False accept rate",
        "The false match rate of all attempts, those included in which nothing could be acquired.",
        "FMR (1 − FTA)",
        "rate",
    ),
    "frr": MeasureWords(
        "False reject rate",
        "The share of attempts by the right person that failed, because nothing could be acquired or did not match.",
        "FTA + FNMR (1 − FTA)",
        "rate",
    ),
    "false_match_share": MeasureWords(
        "Share of the false matches",
        "Of all false matches, the share in this group. Without the number of comparisons behind it this is no error "
        "rate: it is to be held against the group's share of the comparisons.",
        "false matches of the group / all false matches",
        "rate",
    ),
}

SCORES = {
    "threshold": MeasureWords(
        "Threshold",
        "The score from which on a comparison counts as a match, chosen so that false matches are as rare as asked.",
        "",
        "number",
    ),
    "equal_error_rate": MeasureWords(
        "Equal error rate",
        "The rate of both errors at the threshold at which they are equal. Nobody need use that threshold: it is a "
        "common summary of a score, and not its error rate in use.",
        "FMR = FNMR",
        "rate",
    ),
    "rocch_equal_error_rate": MeasureWords(
        "Equal error rate of the convex hull",
        "The same for whoever may choose between two thresholds by chance: where the convex hull of the trade-off has "
        "equal rates (ROCCH-EER). It is never above the equal error rate, and does not depend on gaps between scores.",
        "max over π of min over t of π FNMR(t) + (1 − π) FMR(t)",
        "rate",
    ),
    "detection_error_tradeoff": MeasureWords(
        "Detection error trade-off",
        "What each threshold would cost: the false non-match rate (upwards) that goes with each false match rate "
        "(along). A curve that lies lower is better.",
        "(FMR(t), FNMR(t)) for thresholds t",
        "rate",
    ),
}

SEARCHES = {
    "false_negative_identification_rate": MeasureWords(
        "False negative identification rate",
        "Of all searches for people who are in the gallery, the share in which the person did not come back within so "
        "many ranks at or above the threshold.",
        "mate not returned / searches of people enrolled",
        "rate",
    ),
    "selectivity": MeasureWords(
        "Candidates in a search",
        "How many candidates, all of them wrong, a search for somebody who is not in the gallery returned on average.",
        "candidates at or above the threshold / searches of people not enrolled",
        "number",
    ),
    "implied_false_match_rate": MeasureWords(
        "Implied false match rate",
        "The false match rate of single comparisons that would give the false positive identification rate that was "
        "found, if a search were so many independent comparisons.",
        "1 − (1 − FPIR)^(1/N)",
        "rate",
    ),
}

GALLERY = {
    "false_positive_identification_rate": MeasureWords(
        "False positive identification rate",
        "Of all searches for people who are not in the gallery, the share that returns at least one candidate.",
        "searches that return somebody / searches of people not enrolled; 1 − (1 − FMR)^N in the model",
        "rate",
    ),
    "expected_false_candidates": MeasureWords(
        "False candidates in a search",
        "How many wrong candidates a search for somebody who is not in the gallery returns on average.",
        "N · FMR",
        "number",
    ),
    "alert_precision": MeasureWords(
        "Precision of an alert",
        "Of all searches that return somebody, the share in which the searched person is in the gallery and returned, "
        "if so many of the searches are for somebody in it.",
        "π TPIR / (π TPIR + (1 − π) FPIR)",
        "rate",
    ),
}

SPREADS: dict[str, tuple[str, str, str, Literal["points", "number"]]] = {
    "largest_gap": ("largest gap", "The greatest difference between any two groups", "max − min", "points"),
    "max_over_min": ("greatest over least", "The greatest group's rate over the least group's", "max / min", "number"),
    "max_over_mean": ("greatest over mean", "The greatest group's rate over the groups' mean", "max / mean", "number"),
    "max_over_geometric_mean": (
        "greatest over geometric mean",
        "The greatest group's rate over the groups' geometric mean, the summary that NIST IR 8429 prefers",
        "max / geometric mean",
        "number",
    ),
    "mean_absolute_log10": (
        "mean distance from the geometric mean",
        "How many powers of ten a group's rate lies from the geometric mean, on average",
        "mean |log10(rate / geometric mean)|",
        "number",
    ),
    "gini": (
        "Gini index",
        "Half the relative mean difference: 0 if all groups have one rate, 1 − 1/n if one group bears all errors",
        "Σ Σ |xᵢ − xⱼ| / (2 n² mean)",
        "number",
    ),
    "gini_corrected": (
        "Gini index, corrected",
        "The Gini index times n/(n − 1), so that it is 1 if one of n groups bears all errors",
        "n / (n − 1) · Gini index",
        "number",
    ),
}

JOINT = {
    "garbe": MeasureWords(
        "GARBE",
        "Gini aggregation rate for biometric equitability: both corrected Gini indices, weighted; 0 if all groups have "
        "the same error rates.",
        "α G′(FMR) + (1 − α) G′(FNMR)",
        "number",
    ),
    "fairness_discrepancy_rate": MeasureWords(
        "Fairness discrepancy rate",
        "One minus the weighted largest gaps of both error rates; 1 if all groups have the same error rates. Where "
        "rates are small it is close to 1 whatever their ratio.",
        "1 − (α max|ΔFMR| + (1 − α) max|ΔFNMR|)",
        "number",
    ),
    "inequity_rate": MeasureWords(
        "Inequity rate",
        "Greatest over least of both error rates, multiplied with weights; 1 if all groups have the same error rates.",
        "(max/min FMR)^α (max/min FNMR)^(1 − α)",
        "number",
    ),
}


def _differentials() -> dict[str, MeasureWords]:
    """The words of each rate's differentials over the groups."""
    return {
        f"{measure}.{name}": MeasureWords(
            f"{RATES[measure].label}: {label}", f"{explanation}; each group counts once.", formula, unit
        )
        for measure in ("false_match_rate", "false_non_match_rate")
        for name, (label, explanation, formula, unit) in SPREADS.items()
    }


WORDS = Words(
    title="Matching of faces, fingerprints or irises",
    question="How often are two people taken for one, or one person for two, among whom, and what is a match worth?",
    method=(
        "No image, template or name is read: only comparison scores, or errors and trials as they were counted or "
        "published. The terms are those of ISO/IEC 2382-37 and 19795-1.",
        "A rate is printed with Wilson's score interval; verdicts use Clopper and Pearson's, which also holds when "
        "errors are rare. Two groups are compared by difference and ratio with the score intervals of Miettinen and "
        "Nurminen, and with few errors by the box of two Clopper–Pearson intervals. P-values are adjusted by Holm's "
        "method.",
        "How far all groups lie apart is printed with the exact range over the box of intervals that hold for all "
        "groups at once. That range also holds where a group has no error and the quotient itself is undefined.",
        "From a log of scores both errors are counted at each threshold by whole numbers: no score is binned before it "
        "is counted. Where the threshold is asked for by a false match rate, it is the least alike observed score that "
        "keeps to it over all non-mated comparisons, one for all groups; the rate that it really has is printed.",
        "Where the people of the comparisons are known, intervals know that comparisons share people: those of one "
        "person for false non-matches, those that share either person for false matches. They are then those of an "
        "effective number of comparisons, along the curve too.",
        "Rates that were published without their numbers of comparisons have no interval. Verdicts on them allow for "
        "the rounding of the published numbers only.",
    ),
    limits=(
        "The rates hold for the pictures and people of the evaluation. Other cameras, poses, ages or databases have "
        "other rates.",
        "False match rates depend on which pairs were compared: people of the same sex, age and "
        "region are taken for each other more often.",
        "Where people stand in several comparisons, those are not so many independent trials. Without the keys of the "
        "subjects the intervals are too narrow.",
        "A differential says how far groups lie apart in these records, not why.",
    ),
    references=(
        "ISO/IEC 19795-1:2021. Biometric performance testing and reporting, part 1.",
        "Grother P. Demographic differentials in face recognition algorithms. NIST IR 8429 (2022).",
        "Howard JJ, Laird EJ, Sirotin YB, Rubin RE, Tipton JL, Vemury AR. Evaluating proposed fairness models for face "
        "recognition algorithms. arXiv 2203.05051 (2022).",
        "de Freitas Pereira T, Marcel S. Fairness in biometrics. IEEE T-BIOM 4 (2022) 19–29.",
        "Fogliato R, Patil P, Perona P. Confidence intervals for error rates in 1:1 matching tasks. IJCV 132 (2024).",
        "Clopper CJ, Pearson ES. Biometrika 26 (1934) 404–413. Wilson EB. JASA 22 (1927) 209–212.",
        "Miettinen O, Nurminen M. Comparative analysis of two rates. Statistics in Medicine 4 (1985) 213–226.",
    ),
    measures=RATES | SCORES | SEARCHES | GALLERY | _differentials() | JOINT,
    things=("comparison", "comparisons"),
    settings={"at_fmr": "where at most {value:g} may match falsely", "gallery": "in a gallery of {value:,}"},
)
