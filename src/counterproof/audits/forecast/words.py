"""What the report says about an audit of forecasts."""

from __future__ import annotations

from counterproof.audits.base import MeasureWords, Together, Words
from counterproof.audits.forecast.measures import ACCURACY, PARTS

__all__ = ["WORDS"]

MEASURES = {
    "wis": MeasureWords(
        "Weighted interval score",
        "How far the forecasts lay from what happened, in the unit of what was forecast: their median, and how wide "
        "and how wrong their intervals were. 0 is perfect, smaller is better.",
        "[½|y − m| + Σ (α/2) ISα] / (K + ½)",
        "number",
    ),
    "wis_dispersion": MeasureWords(
        "Part of the score from width",
        "How much of the weighted interval score comes from wide intervals.",
        "",
        "number",
    ),
    "wis_overprediction": MeasureWords(
        "Part from forecasts too high", "How much of it comes from forecasts above what happened.", "", "number"
    ),
    "wis_underprediction": MeasureWords(
        "Part from forecasts too low", "How much of it comes from forecasts below what happened.", "", "number"
    ),
    "crps": MeasureWords(
        "Continuous ranked probability score",
        "How far the forecasts lay from what happened, their whole spread taken into account. 0 is perfect.",
        "mean |x − y| − ½ mean |x − x′| over draws x, x′",
        "number",
    ),
    "brier": MeasureWords(
        "Brier score",
        "The mean squared difference between the stated chance and what happened (1 if it occurred, 0 if not). 0 is "
        "perfect; a chance of one half for everything has 0.25.",
        "Σ (p − y)² / n",
        "number",
    ),
    "absolute_error_median": MeasureWords(
        "Error of the median forecast",
        "How far the middle of the forecast lay from what happened, on average.",
        "Σ |y − m| / n",
        "number",
    ),
    "bias": MeasureWords(
        "Bias",
        "Whether forecasts lie too high or too low: 1 if what happened was always below all of the forecast, −1 if "
        "always above, 0 if neither.",
        "1 − 2τ, τ the level of the quantile next to y on its own side of the median",
        "number",
    ),
    "relative_skill": MeasureWords(
        "Relative skill",
        "The score over that of the other models, each two held against each other on the targets that both forecast. "
        "Below 1 is better than the others.",
        "(Π mean S / mean S of the other, on common targets)^(1/M)",
        "number",
    ),
    "scaled_relative_skill": MeasureWords(
        "Relative skill over the baseline",
        "The relative skill over that of the baseline. Below 1 is better than it.",
        "",
        "number",
    ),
    "mase": MeasureWords(
        "Error over the usual change",
        "The error of the median over the mean change from one observation of the place to the next (MASE). Above 1, "
        "the forecast errs by more than what was observed usually changes in one step.",
        "Σ |y − m| / mean |yₜ − yₜ₋₁| / n",
        "number",
    ),
    "skill_over_last_value": MeasureWords(
        "Skill over the last value",
        "By how much the forecasts beat somebody who says that the last known number will come again. 0 is no better; "
        "below 0 is worse; 1 is perfect.",
        "1 − mean score / mean score of the naive forecast",
        "number",
    ),
    "skill_over_seasonal_naive": MeasureWords(
        "Skill over the season before",
        "By how much the forecasts beat somebody who says that the number of a season ago will come again.",
        "1 − mean score / mean score of the naive forecast",
        "number",
    ),
    "skill_over_climatology": MeasureWords(
        "Skill over all that was seen before",
        "By how much the forecasts beat somebody who says that any past number of the place is as likely as any other.",
        "1 − mean score / mean score of the naive forecast",
        "number",
    ),
    "accuracy_mape": MeasureWords(
        "1 − mean relative error",
        "One reading of accuracy: 1 less the mean of the error over what was observed. It can be below 0, and it "
        "favours forecasts that are too low.",
        "1 − Σ |y − m| / y / n",
        "rate",
    ),
    "accuracy_within": MeasureWords(
        "Near what happened",
        "Another reading: the share of forecasts whose error is at most such a share of what was observed.",
        "",
        "rate",
    ),
    "accuracy_direction": MeasureWords(
        "Right direction",
        "Another reading: the share of forecasts that said rightly whether the number would rise or fall from the last "
        "one known.",
        "",
        "rate",
    ),
    "accuracy_explained": MeasureWords(
        "Share explained (R²)",
        "Another reading: how much less the squared errors are than if the mean of each place had been forecast (R²). "
        "It can be below 0.",
        "1 − Σ (y − m)² / Σ (y − ȳ)²",
        "rate",
    ),
    "reaches_claimed": MeasureWords(
        "As accurate as claimed",
        "The share of single forecasts whose error over what was observed is at most one minus the claimed accuracy.",
        "",
        "rate",
    ),
    "pit": MeasureWords(
        "Where the observations fell",
        "The share of observations between two neighbouring levels of the forecasts, beside the share that would fall "
        "there if the forecasts were right about how sure they are.",
        "",
        "rate",
    ),
    "pit_expected": MeasureWords("Expected share", "The share that belongs between the two levels.", "", "rate"),
    "fan": MeasureWords(
        "Forecasts and what was observed",
        "The median of each forecast with its own 90 % interval, beside what was observed. Of several forecasts for "
        "one target the last is drawn.",
        "",
        "number",
    ),
    "fan_observed": MeasureWords("Observed", "What was observed.", "", "number"),
}


def _coverages() -> dict[str, MeasureWords]:
    """Words for coverage at any whole per cent."""
    return {
        f"coverage_{width}": MeasureWords(
            f"Inside the {width} % interval",
            f"The share of observations that lie within the {width} % interval of the forecast. It should be "
            f"{width} %: below, the forecasts are too sure of themselves; above, they are wider than they need be.",
            "",
            "rate",
        )
        for width in range(1, 100)
    }


WORDS = Words(
    title="Forecasts",
    question="How near were the forecasts to what happened, and were they better than what anybody could have said?",
    method=(
        "Forecasts are scored by proper scores: a forecaster who says what they believe does best. Quantiles by the "
        "weighted interval score, samples by the continuous ranked probability score, chances by the Brier score.",
        "Beside them stand naive forecasts, made here from the observations known on the day of each forecast: the "
        "last value, the value of a season ago, and all past values. They are made only for targets that were "
        "observed.",
        "A forecast that is missing is never rewarded: two forecasters are compared on the targets that both forecast.",
        "Two models are compared by Diebold and Mariano's test with the small-sample correction, on one difference of "
        "scores a day: the forecasts of one day, for whatever place, stand and fall together. The p-values are "
        "adjusted by Holm's method. All intervals count days, too, and allow for forecasts of neighbouring days "
        "sharing what happened.",
        "“Accuracy” is not a defined property of a forecast. The usual readings stand side by side, for the models and "
        "for the naive forecasts.",
    ),
    limits=(
        "The scores say how the forecasts did at the times and places of this table, which may have been easy or hard.",
        "What was observed is taken as it stands in the table, as if it had been known at once.",
        "With few days of forecasts, the intervals and tests are rough.",
        "A forecast can change what happens. Then it cannot be judged by what happened.",
    ),
    references=(
        "Gneiting T, Raftery AE. Strictly proper scoring rules, prediction, and estimation. JASA 102 (2007) 359–378.",
        "Bracher J, Ray EL, Gneiting T, Reich NG. Evaluating epidemic forecasts in an interval format. PLoS "
        "Computational Biology 17 (2021) e1008618.",
        "Diebold FX, Mariano RS. Comparing predictive accuracy. J. Business & Economic Statistics 13 (1995) 253–263.",
        "Harvey D, Leybourne S, Newbold P. Testing the equality of prediction mean squared errors. International J. "
        "Forecasting 13 (1997) 281–291.",
        "Hyndman RJ, Koehler AB. Another look at measures of forecast accuracy. International J. Forecasting 22 (2006) "
        "679–688.",
        "Cramer EY et al. Evaluation of individual and ensemble probabilistic forecasts of COVID-19 mortality in the "
        "United States. PNAS 119 (2022) e2113561119.",
    ),
    measures=MEASURES | _coverages(),
    things=("row of forecasts", "rows of forecasts"),
    together=(
        Together("Readings of “accuracy”", ACCURACY, drawn=False),
        Together(
            "What the weighted interval score is made of",
            PARTS,
        ),
    ),
    settings={"within": "within {value:.0%}", "claimed": "claimed {value:.0%}", "horizon": "{value} ahead"},
    along=("By horizon", "The same scores for forecasts so many steps ahead."),
)
