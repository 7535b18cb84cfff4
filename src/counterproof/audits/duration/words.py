"""What the report says about an audit of processing times."""

from __future__ import annotations

from dataclasses import replace

from counterproof.audits.base import MeasureWords, Words

__all__ = ["WORDS"]

MEASURES = {
    "rmst": MeasureWords(
        "Mean time",
        "How long a case takes on average, counting no case longer than the horizon. Cases that are still open count "
        "with the time that they have taken so far.",
        "∫ S(t) dt from 0 to the horizon, S the share still open",
        "time",
    ),
    "median_time": MeasureWords(
        "Median time", "The time by which half of the cases are done.", "least t with S(t) ≤ 1/2", "time"
    ),
    "quantile_time": MeasureWords(
        "Time until a share is done",
        "The time by which the named share of the cases is done.",
        "least t with S(t) ≤ 1 − share",
        "time",
    ),
    "share_done_within": MeasureWords(
        "Share done", "Of all cases, the share that is done within the named time.", "1 − S(t)", "rate"
    ),
    "share_ended_within": MeasureWords(
        "Share that ended so",
        "Of all cases, the share that ended in the named way within the named time. A case that ends in one way cannot "
        "end in another, so the ways add up to the share done.",
        "Σ S(tᵢ₋) dᵢ/nᵢ",
        "rate",
    ),
    "survival": MeasureWords(
        "Share still open",
        "Of all cases, the share that is still open after so long (the survival curve).",
        "Π (1 − dᵢ/nᵢ)",
        "rate",
    ),
    "at_risk": MeasureWords(
        "Cases still followed", "How many cases were seen open after so long: the curve rests on them.", "", "count"
    ),
    "reopened_share": MeasureWords(
        "Reopened",
        "Of the cases that ended, the share that was opened again. Faster is not better by itself.",
        "",
        "rate",
    ),
    "reversed_share": MeasureWords(
        "Reversed", "Of the cases that ended, the share whose decision was reversed.", "", "rate"
    ),
    "log_rank": MeasureWords(
        "Log-rank statistic", "How far the curves of the groups lie apart; large where they differ.", "", "number"
    ),
    "log_rank_p_value": MeasureWords(
        "Log-rank test, p-value",
        "How often chance alone would set the curves so far apart if they were equal. It is not adjusted.",
        "",
        "number",
    ),
    "monthly_mean": MeasureWords(
        "Mean time by month of opening",
        "The mean time up to the horizon of the cases opened in a month, for months that were followed so long.",
        "",
        "time",
    ),
    "break_at_date": MeasureWords(
        "Jump at the date",
        "By how much the monthly mean jumps at the date, beside the trend before it.",
        "c in y = a + bt + c[t ≥ T] + d(t − T)[t ≥ T]",
        "time",
    ),
    "trend_change": MeasureWords(
        "Change of the trend at the date",
        "By how much the monthly mean changes more a month after the date than before.",
        "",
        "number",
    ),
    "mean_time_from_counts": MeasureWords(
        "Mean time from monthly counts",
        "The mean days that a case takes, worked out from how many are open and how many come in.",
        "mean number open / number received a day",
        "time",
    ),
}

BIAS = MeasureWords(
    "{}: bias of counting only closed cases",
    "The figure that closed cases alone give, less the figure that counts open cases too: how much leaving them out "
    "makes cases look faster.",
)


def _biases() -> dict[str, MeasureWords]:
    """The words of each figure's bias."""
    return {
        f"{measure}.closed_only_bias": replace(
            BIAS, label=BIAS.label.format(MEASURES[measure].label), unit="points" if unit == "rate" else unit
        )
        for measure in ("rmst", "median_time", "quantile_time", "share_done_within")
        for unit in [MEASURES[measure].unit]
    }


WORDS = Words(
    title="Processing times",
    question="How long do cases take, the open ones included, and what would closed cases alone have said?",
    method=(
        "A case that is still open has taken at least the time since it was opened. The Kaplan–Meier curve uses that; "
        "a mean or median of closed cases does not, and is too low whenever slow cases are still open.",
        "Shares and medians are printed with log-log intervals, means up to the horizon with Greenwood's variance. "
        "Groups are compared by differences and ratios; the p-values are adjusted together by Holm's method.",
        "Verdicts use intervals that also hold with few cases: the beta product interval, which is Clopper and "
        "Pearson's where nobody leaves early; for means Student's t, and below 50 ends the empirical Bernstein "
        "interval. The range of a median is then read off the shown points of the curve.",
        "Before and after are cohorts by the day of opening. Beside each honest figure stands the one that closed "
        "cases alone would give, and their difference, the bias.",
        "From monthly counts alone a mean time follows by Little's law, if as many cases are open at the end as at the "
        "beginning, within 10 %.",
    ),
    limits=(
        "The curve assumes that cases which are still open are like those that took as long and ended later. Where "
        "open cases differ, the bounds that stand beside the figures hold, and nothing narrower.",
        "Cases that were never entered, or were removed from the records, are not counted.",
        "A case that ends sooner is not thereby decided better: reopened and reversed cases stand beside the times "
        "where the records tell them.",
        "The intervals treat cases as independent. Where many are decided together, they are too narrow.",
        "A change at a date can have other causes than what was introduced then.",
    ),
    references=(
        "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. JASA 53 (1958) 457–481.",
        "Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics 38 (1982) 29–41.",
        "Royston P, Parmar MKB. Restricted mean survival time. BMC Medical Research Methodology 13 (2013) 152.",
        "Fay MP, Brittain EH, Proschan MA. Pointwise confidence intervals for a survival distribution with small "
        "samples or heavy censoring. Biostatistics 14 (2013) 723–736.",
        "Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains based on censored "
        "observations. Scandinavian J. Statistics 5 (1978) 141–150.",
        "Mantel N. Evaluation of survival data. Cancer Chemotherapy Reports 50 (1966) 163–170.",
        "Newey WK, West KD. A simple, positive semi-definite covariance matrix. Econometrica 55 (1987) 703–708.",
        "Little JDC. A proof for the queuing formula L = λW. Operations Research 9 (1961) 383–387.",
        "Manski CF. Anatomy of the selection problem. J. Human Resources 24 (1989) 343–360.",
    ),
    measures=MEASURES | _biases(),
    things=("case", "cases"),
    along=("Along the time", "A point stands only where enough cases lie between it and the last."),
    settings={
        "horizon": "up to {value} {unit}",
        "within": "within {value} {unit}",
        "quantile": "{value:.0%} of the cases",
        "outcome": "{value}",
        "between": "between groups of {value}",
        "bandwidth": "bandwidth {value}",
        "months_before": "{value} months before",
        "months_after": "{value} after",
        "months": "over {value} months",
    },
)
