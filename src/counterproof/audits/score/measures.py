"""The rates of a flag against an outcome: which counts stand above and below the line (scores.md section 1)."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AUC",
    "BRIER",
    "BY_FLAG_ALONE",
    "CALIBRATION",
    "IN_THE_LARGE",
    "MEAN_SCORE",
    "MEASURES",
    "OUTCOME_RATE",
    "PAIRS",
    "PROBABILITY",
    "RATES",
    "Rate",
    "hypothesis",
]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate over one row of counts: ``numerator`` of ``denominator``, both names of counts.

    complement  the measure that is one minus this one, or None
    by_flag     whether the rate depends on who is flagged, and so on the threshold
    """

    numerator: str
    denominator: str
    complement: str | None = None
    by_flag: bool = True


RATES: dict[str, Rate] = {
    "flag_rate": Rate("flagged", "records"),
    "prevalence": Rate("positives", "records", by_flag=False),
    "false_positive_rate": Rate("false_positives", "negatives", "true_negative_rate"),
    "false_negative_rate": Rate("false_negatives", "positives", "true_positive_rate"),
    "true_positive_rate": Rate("true_positives", "positives", "false_negative_rate"),
    "true_negative_rate": Rate("true_negatives", "negatives", "false_positive_rate"),
    "positive_predictive_value": Rate("true_positives", "flagged", "false_discovery_rate"),
    "false_discovery_rate": Rate("false_positives", "flagged", "positive_predictive_value"),
    "negative_predictive_value": Rate("true_negatives", "unflagged", "false_omission_rate"),
    "false_omission_rate": Rate("false_negatives", "unflagged", "negative_predictive_value"),
    "accuracy": Rate("correct", "records"),
}

PAIRS: dict[str, tuple[str, str]] = {
    "flagged": ("true_positives", "false_positives"),
    "unflagged": ("false_negatives", "true_negatives"),
    "positives": ("true_positives", "false_negatives"),
    "negatives": ("false_positives", "true_negatives"),
    "correct": ("true_positives", "true_negatives"),
    "incorrect": ("false_positives", "false_negatives"),
}
"""Counts that are the sum of two of the four; a rate's complement is among them or among the four."""

AUC = "auc"
OUTCOME_RATE = "outcome_rate_by_score"
BRIER = "brier"
IN_THE_LARGE = "calibration_in_the_large"
CALIBRATION = "calibration"
MEAN_SCORE = "mean_score"

MEASURES: tuple[str, ...] = (*RATES, AUC)
PROBABILITY: tuple[str, ...] = (BRIER, IN_THE_LARGE)
"""Measures of a score that claims to be a probability."""
BY_FLAG_ALONE: tuple[str, ...] = ("flag_rate",)
"""Measures that need no outcome."""


def hypothesis(measure: str) -> str:
    """The name under which a measure counts as one hypothesis: a rate and its complement are the same one."""
    complement = RATES[measure].complement if measure in RATES else None
    return min(measure, complement) if complement else measure
