"""The measures of an identification audit: which counts stand above and below the line."""

from __future__ import annotations

__all__ = [
    "ALERT", "CANDIDATES", "ERROR_RATES", "FAR", "FMR", "FNMR", "FPIR", "FRR", "MEASURES", "SHARE", "SIDES",
]  # fmt: skip

FMR, FNMR = "false_match_rate", "false_non_match_rate"
FAR, FRR = "far", "frr"
FPIR = "false_positive_identification_rate"
SHARE = "false_match_share"
CANDIDATES, ALERT = "expected_false_candidates", "alert_precision"

ERROR_RATES: dict[str, tuple[str, str, str]] = {
    FMR: ("false_matches", "true_non_matches", "non_mated"),
    FNMR: ("false_non_matches", "true_matches", "mated"),
}
"""Rate -> its numerator, the rest of its denominator, its denominator."""

SIDES = {FMR: "non_mated", FNMR: "mated"}

MEASURES: tuple[str, ...] = (FMR, FNMR, FAR, FRR, SHARE)
"""What ``measures`` may name."""
