"""The measures of an identification audit: which counts stand above and below the line."""

from __future__ import annotations

__all__ = [
    "ALERT", "CANDIDATES", "DET", "EER", "ERROR_RATES", "FAR", "FMR", "FNIR", "FNMR", "FPIR", "FRR", "IMPLIED",
    "MEASURES", "PUBLISHED", "ROCCH", "SELECTIVITY", "SHARE", "SIDES", "THRESHOLD",
]  # fmt: skip

FMR, FNMR = "false_match_rate", "false_non_match_rate"
FAR, FRR = "far", "frr"
ROCCH = "rocch_equal_error_rate"
EER, THRESHOLD, DET = "equal_error_rate", "threshold", "detection_error_tradeoff"
FPIR, FNIR = "false_positive_identification_rate", "false_negative_identification_rate"
SELECTIVITY = "selectivity"
SHARE = "false_match_share"
CANDIDATES, ALERT, IMPLIED = "expected_false_candidates", "alert_precision", "implied_false_match_rate"

ERROR_RATES: dict[str, tuple[str, str, str]] = {
    FMR: ("false_matches", "true_non_matches", "non_mated"),
    FNMR: ("false_non_matches", "true_matches", "mated"),
}
"""Rate -> its numerator, the rest of its denominator, its denominator."""

PUBLISHED = ERROR_RATES | {FPIR: ("false_positives", "searches_without", "searches")}
"""The rates that are published, as counts or without them: those of searches besides."""

SIDES = {FMR: "non_mated", FNMR: "mated", FPIR: "searches"}

MEASURES: tuple[str, ...] = (FMR, FNMR, THRESHOLD, EER, ROCCH, FAR, FRR, FPIR, FNIR, SELECTIVITY, SHARE)
"""What ``measures`` may name."""
