"""What the report says about a score audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from counterproof.audits.base import MeasureWords, Words
from counterproof.audits.score.measures import RATES
from counterproof.audits.score.periods import RUNNING

__all__ = ["WORDS"]

MEASURES = {
    "flag_rate": MeasureWords("Flag rate", "Of all records, the share that was flagged.", "(TP + FP) / N"),
    "prevalence": MeasureWords(
        "Prevalence", "Of all records, the share in which the outcome occurred, flagged or not.", "(TP + FN) / N"
    ),
    "false_positive_rate": MeasureWords(
        "False positive rate",
        "Of those for whom the outcome did not occur, the share that was flagged.",
        "FP / (FP + TN)",
    ),
    "false_negative_rate": MeasureWords(
        "False negative rate",
        "Of those for whom the outcome occurred, the share that was not flagged.",
        "FN / (TP + FN)",
    ),
    "true_positive_rate": MeasureWords(
        "True positive rate",
        "Of those for whom the outcome occurred, the share that was flagged (sensitivity, recall).",
        "TP / (TP + FN)",
    ),
    "true_negative_rate": MeasureWords(
        "True negative rate",
        "Of those for whom the outcome did not occur, the share that was not flagged (specificity).",
        "TN / (FP + TN)",
    ),
    "positive_predictive_value": MeasureWords(
        "Positive predictive value",
        "Of those flagged, the share for whom the outcome occurred (precision).",
        "TP / (TP + FP)",
    ),
    "false_discovery_rate": MeasureWords(
        "False discovery rate",
        "Of those flagged, the share for whom the outcome did not occur.",
        "FP / (TP + FP)",
    ),
    "negative_predictive_value": MeasureWords(
        "Negative predictive value",
        "Of those not flagged, the share for whom the outcome did not occur.",
        "TN / (TN + FN)",
    ),
    "false_omission_rate": MeasureWords(
        "False omission rate",
        "Of those not flagged, the share for whom the outcome occurred.",
        "FN / (TN + FN)",
    ),
    "accuracy": MeasureWords("Accuracy", "Of all records, the share in which flag and outcome agree.", "(TP + TN) / N"),
    "auc": MeasureWords(
        "Area under the ROC curve",
        "The chance that a record with the outcome has a higher score than one without it; ties count half.",
        "P(S₁ > S₀) + ½ P(S₁ = S₀)",
    ),
    "brier": MeasureWords(
        "Brier score",
        "How far the scores lie from what happened: the mean of the squared difference between the score and the "
        "outcome (1 if it occurred, 0 if not). 0 is perfect; a score of one half for everybody has 0.25.",
        "Σ (s − y)² / n",
        "number",
    ),
    "calibration_in_the_large": MeasureWords(
        "Calibration in the large",
        "The mean score minus the share for whom the outcome occurred: above zero, the scores are too high on "
        "the whole.",
        "Σ (s − y) / n",
        "number",
    ),
    "calibration": MeasureWords(
        "Outcome rate by predicted probability",
        "Of those with a score in this range, the share for whom the outcome occurred. The mean score of the range "
        "stands beside it: the two agree if the score is what it claims to be.",
        "positives / records in the range",
    ),
    "mean_score": MeasureWords(
        "Mean score in the range",
        "The mean of the scores in this range, to be held against the outcome rate.",
        "",
        "rate",
    ),
    "brier_reliability": MeasureWords(
        "Brier score: reliability",
        "The part of the Brier score that comes from scores that differ from the outcome rate of their range; 0 "
        "is best.",
        "Σ nᵦ (sᵦ − yᵦ)² / n",
        "number",
    ),
    "brier_resolution": MeasureWords(
        "Brier score: resolution",
        "How much the outcome rate differs from range to range; it lowers the Brier score.",
        "Σ nᵦ (yᵦ − ȳ)² / n",
        "number",
    ),
    "brier_uncertainty": MeasureWords(
        "Brier score: uncertainty",
        "The Brier score of somebody who gives everybody the overall outcome rate.",
        "ȳ (1 − ȳ)",
        "number",
    ),
    "random_arm_share": MeasureWords(
        "Share of the random arm",
        "Of all people, the share that was picked at random. The smaller it is, the less is known about those whom the "
        "flag missed.",
        "n / N",
        "rate",
    ),
    "outcome_rate_by_score": MeasureWords(
        "Outcome rate by score",
        "Of those with a score in this range, the share for whom the outcome occurred.",
        "positives / records in the range",
    ),
}

SPREADS: dict[str, tuple[str, str, str, Literal["points", "number"]]] = {
    "largest_gap": ("largest gap", "The greatest difference between any two groups", "max − min", "points"),
    "max_over_min": ("greatest over least", "The greatest group's rate over the least group's", "max / min", "number"),
    "max_over_mean": (
        "greatest over mean",
        "The greatest group's rate over the mean of the groups",
        "max / mean",
        "number",
    ),
    "max_over_geometric_mean": (
        "greatest over geometric mean",
        "The greatest group's rate over the geometric mean of the groups",
        "max / geometric mean",
        "number",
    ),
}


def _running() -> dict[str, MeasureWords]:
    """The words of each rate watched over time."""
    return {
        f"{measure}.{RUNNING}": MeasureWords(
            f"{MEASURES[measure].label}, watched over time",
            f"{MEASURES[measure].explanation} From the first period up to the one named: the mean of the rates that "
            "held for each record. The band holds at every look at once, so that it may be looked at as often as one "
            "likes.",
            MEASURES[measure].formula,
            "rate",
        )
        for measure in RATES
    }


def _spreads() -> dict[str, MeasureWords]:
    """The words of each rate's spread over the groups of a column."""
    return {
        f"{measure}.{name}": MeasureWords(
            f"{MEASURES[measure].label}: {label}", f"{explanation}; each group counts once.", formula, unit
        )
        for measure in RATES
        for name, (label, explanation, formula, unit) in SPREADS.items()
    }


WORDS = Words(
    title="Risk score or flag",
    question="How often was the flag wrong, for whom, and how much of that can the records tell?",
    method=(
        "The records were counted by group, flag and outcome. Everything below is computed from these counts.",
        "A rate is printed with Wilson's score interval. Two groups are compared by their difference and their ratio "
        "with the score intervals of Miettinen and Nurminen and the score test that belongs to them, so that an "
        "interval leaves out equality exactly when the test rejects it.",
        "Verdicts use intervals that also hold when events are rare: Clopper and Pearson's for one rate, and for two "
        "groups with few events the box spanned by two such intervals.",
        "The p-values of all comparisons of this audit are adjusted together by Holm's method; intervals are not.",
        "The area under the ROC curve counts ties half; its interval is DeLong's on the logit scale.",
        "How far all the groups of a column lie apart (largest gap, greatest over least, over the mean, over the "
        "geometric mean) is printed with the range over the box of Clopper and Pearson's intervals that hold for all "
        "groups at once.",
        "Where a comparison does not tell two groups apart, the least excess over the reference is given that so many "
        "records would have shown with 80 % power.",
        "Where an outcome was never learned, or a record lacks the label of its group, a rate is printed with bounds: "
        "the least and the greatest value that it takes over every way to fill in what is missing, and around them the "
        "sampling error of either end. A number that rests on an assumption about what is missing stands beside them "
        "under the name of that assumption.",
        "Where the plan says that reviews were drawn at random from strata, each reviewed record stands for all of its "
        "stratum and flag: the rate is a ratio of weighted totals, and its interval takes the uncertainty of every "
        "stratum along, also of one in which nothing was found.",
        "Where the published counts were rounded or small ones hidden, each published number stands for a range of "
        "counts. A rate is then given with the least and the greatest value that it takes over every table that would "
        "have been published as this one, and around them the sampling error of either end.",
        "Where some records were picked at random beside those picked by the score, the random arm gives the "
        "prevalence among everybody, and the number of people tells how many the flag missed: people times prevalence, "
        "less those found. Such rates are printed with MOVER intervals from Wilson's, and judged by the box of Clopper "
        "and Pearson's.",
        "Where the plan states how often the record of the outcome may err, each rate against the true outcome is "
        "bounded over all such errors, which may differ between the flagged and the others. Bounds of equal errors "
        "stand beside.",
        "Where the plan names a cluster (a person who stands in several records), a rate has the interval of as many "
        "independent records as tell as much: the variance is that of a ratio of totals over clusters. Two groups that "
        "have clusters in common are compared with their covariance.",
        "Where the plan names strata, groups are compared a second time within them, with the weights of Mantel and "
        "Haenszel and the score interval that belongs to them; the plain gap stays what the measure says.",
        "Where the plan names a period, each rate is given from the first period up to every later one with a "
        "confidence sequence: with the probability of the level it holds the running mean of the rates at every period "
        "at once. An ordinary interval, looked at every month, is wrong far more often than it says. Outcomes stand in "
        "the period in which they were learned: one that arrives late belongs to the period of its arrival, and a "
        "release that alters earlier periods begins a new sequence.",
        "A score that claims to be a probability is held against what happened: the Brier score and calibration in the "
        "large with Student's interval, in verdicts with the empirical Bernstein interval, which holds for any shape.",
    ),
    limits=(
        "The outcome is what was recorded, which is not the same as what happened: a re-arrest is not a re-offence, "
        "and someone who was never caught counts as an outcome that did not occur.",
        "Where a flag changes what happens next (a detention, a search), it can bring about or prevent the outcome "
        "that it is compared with. The records cannot show what would have happened without it.",
        "Equal error rates and equal predictive values cannot both hold when the outcome is more frequent in one "
        "group than in another, unless the flag is always right.",
        "Unless the plan names a cluster, the intervals treat records as independent. Where a person stands in "
        "several, they are then too narrow.",
    ),
    references=(
        "Wilson EB. Probable inference, the law of succession, and statistical inference. JASA 22 (1927) 209–212.",
        "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the binomial. "
        "Biometrika 26 (1934) 404–413.",
        "Miettinen O, Nurminen M. Comparative analysis of two rates. Statistics in Medicine 4 (1985) 213–226.",
        "Kish L. Survey Sampling. Wiley (1965), chapters 6 and 11.",
        "Korn EL, Graubard BI. Confidence intervals for proportions with small expected number of positive counts "
        "estimated from survey data. Survey Methodology 24 (1998) 193–201.",
        "Mantel N, Haenszel W. Statistical aspects of the analysis of data from retrospective studies of disease. "
        "JNCI 22 (1959) 719–748.",
        "DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver "
        "operating characteristic curves. Biometrics 44 (1988) 837–845.",
        "Holm S. A simple sequentially rejective multiple test procedure. Scand. J. Statistics 6 (1979) 65–70.",
        "Manski CF. Anatomy of the selection problem. J. Human Resources 24 (1989) 343–360.",
        "Begg CB, Greenes RA. Assessment of diagnostic tests when disease verification is subject to selection bias. "
        "Biometrics 39 (1983) 207–215.",
        "Zhou XH. Maximum likelihood estimators of sensitivity and specificity corrected for verification bias. "
        "Communications in Statistics, Theory and Methods 22 (1993) 3177–3198.",
        "Rogan WJ, Gladen B. Estimating prevalence from the results of a screening test. American J. Epidemiology 107 "
        "(1978) 71–76.",
        "Donner A, Zou GY. Closed-form confidence intervals for functions of the normal mean and standard deviation. "
        "Statistical Methods in Medical Research 21 (2012) 347–359.",
        "Maurer A, Pontil M. Empirical Bernstein bounds and sample-variance penalization. COLT (2009).",
        "Howard SR, Ramdas A, McAuliffe J, Sekhon J. Time-uniform, nonparametric, nonasymptotic confidence sequences. "
        "Annals of Statistics 49 (2021) 1055–1080.",
        "Waudby-Smith I, Ramdas A. Estimating means of bounded random variables by betting. JRSS B 86 (2024) 1–27.",
        "Murphy AH. A new vector partition of the probability score. J. Applied Meteorology 12 (1973) 595–600.",
        "Chouldechova A. Fair prediction with disparate impact. Big Data 5 (2017) 153–163.",
    ),
    measures={name: replace(words, unit="rate") if name in RATES else words for name, words in MEASURES.items()}
    | _spreads()
    | _running(),
)
