"""The measures of forecasts: their names, and which sums each is made of."""

from __future__ import annotations

import re

__all__ = ["ACCURACY", "MEANS", "MEASURES", "PARTS", "SKILLS", "coverage", "known", "main_score"]

MEANS = {
    "wis": "score",
    "wis_dispersion": "dispersion",
    "wis_overprediction": "over",
    "wis_underprediction": "under",
    "crps": "score",
    "brier": "score",
    "absolute_error_median": "absolute_error",
}
"""Mean scores, and the sum behind each; all are times ten to the power of the digits."""

SKILLS = {
    "skill_over_last_value": "naive: last value",
    "skill_over_seasonal_naive": "naive: seasonal",
    "skill_over_climatology": "naive: climatology",
}

ACCURACY = ("accuracy_mape", "accuracy_within", "accuracy_direction", "accuracy_explained", "reaches_claimed")
"""What "accuracy" may mean for a forecast, side by side."""

PARTS = ("wis_dispersion", "wis_overprediction", "wis_underprediction")

MEASURES = (
    "wis",
    "crps",
    "brier",
    *SKILLS,
    "coverage_50",
    "coverage_90",
    "relative_skill",
    "scaled_relative_skill",
    "absolute_error_median",
    "mase",
    "bias",
    *PARTS,
    *ACCURACY,
)
"""In the order in which a report shows them."""

_COVERAGE = re.compile(r"^coverage_[1-9][0-9]?(\.[0-9])?$")


def known(name: str) -> bool:
    """Whether there may be such a measure; coverage exists for every interval that the forecasts have."""
    return name in MEASURES or bool(_COVERAGE.match(name))


def coverage(per_mille: int) -> str:
    """coverage_90 from 900."""
    return f"coverage_{per_mille / 10:g}"


def main_score(form: str) -> str:
    """The proper score by which forecasters are compared."""
    return {"quantile": "wis", "sample": "crps", "probability": "brier"}.get(form, "absolute_error_median")
