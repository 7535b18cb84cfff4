"""Exhibits to render: COMPAS, a ledger of claims, a small undetermined sample, and one of every odd thing.

Only the counts are data. Intervals come from ``stats``, so that the pictures are those of a real run.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from itertools import product
from typing import Any

from counterproof.audits.base import AuditOptions, MeasureWords, Settings, Words
from counterproof.claims.model import Citation, Claim, Reply, Test, TestReading
from counterproof.exhibit import Exhibit, Provenance, QueryText, SourceFileRecord
from counterproof.findings import AuditFindings, Check, ClaimFinding, Contrast, Estimate, Reading, Results
from counterproof.plan import Plan, Records, SourceSpec
from counterproof.stats.contrasts import miettinen_nurminen, score_test
from counterproof.stats.intervals import wilson

# People by decile score 1..10 without and with re-arrest in two years: ProPublica's COMPAS data, 7,214 people.
COMPAS = {
    "African-American": (
        [307, 274, 201, 208, 189, 169, 163, 114, 111, 59],
        [91, 119, 145, 177, 176, 215, 237, 245, 269, 227],
    ),
    "Asian": ([14, 4, 3, 0, 0, 1, 0, 1, 0, 0], [1, 0, 2, 0, 1, 2, 1, 1, 0, 1]),
    "Caucasian": ([539, 248, 180, 172, 130, 83, 55, 32, 30, 19], [142, 113, 93, 113, 111, 111, 88, 82, 68, 45]),
    "Hispanic": ([148, 77, 59, 34, 24, 16, 18, 13, 9, 7], [48, 36, 27, 18, 28, 21, 16, 13, 11, 14]),
    "Native American": ([0, 4, 1, 0, 0, 1, 1, 0, 1, 0], [0, 0, 0, 1, 0, 1, 3, 1, 1, 3]),
    "Other": ([124, 41, 22, 21, 12, 13, 5, 2, 2, 2], [26, 25, 14, 25, 10, 8, 5, 8, 6, 6]),
}
SCORES = range(1, 11)
MIN_CELL = 10

WORDS = Words(
    title="Errors of a risk score",
    question="How often is the score wrong, about whom, and in which direction?",
    method=(
        "A person is flagged when the score is at least 5. Each flag is held against what was later recorded.",
        "Intervals are Wilson's for one rate and Miettinen and Nurminen's for a gap between two.",
    ),
    limits=(
        "The outcome is re-arrest within two years. Re-arrest is not re-offending; arrests depend on policing.",
        "A gap says that the errors fall unequally. It does not say why.",
    ),
    references=("Wilson (1927), Journal of the American Statistical Association 22, 209–212.",),
    measures={
        "false_positive_rate": MeasureWords(
            "False positive rate",
            "Of the people for whom the outcome did not occur, the share who were flagged.",
            "FP / (FP + TN)",
        ),
        "false_negative_rate": MeasureWords(
            "False negative rate",
            "Of the people for whom the outcome occurred, the share who were not flagged.",
            "FN / (TP + FN)",
        ),
        "positive_predictive_value": MeasureWords(
            "Positive predictive value",
            "Of the people who were flagged, the share for whom the outcome occurred.",
            "TP / (TP + FP)",
        ),
        "flag_rate": MeasureWords("Flag rate", "The share of people who were flagged.", "(TP + FP) / N"),
        "prevalence": MeasureWords("Prevalence", "The share of people for whom the outcome occurred.", "(TP + FN) / N"),
        "accuracy": MeasureWords("Accuracy", "The share of people for whom flag and outcome agree.", "(TP + TN) / N"),
        "auc": MeasureWords(
            "Area under the curve", "How well the score sorts people.", "Σ p (2N⁻ + q) / 2mn", "number"
        ),
        "outcome_rate_by_score": MeasureWords(
            "Outcome rate by score", "Of the people with this score, the share for whom the outcome occurred."
        ),
    },
)


class ScoreOptions(AuditOptions):
    """Options as the score audit has them, as far as a report reads them."""

    score: str = "decile_score"
    flag_at: int = 5
    groups: tuple[str, ...] = ("race",)
    measures: tuple[str, ...] = (
        "false_positive_rate",
        "false_negative_rate",
        "positive_predictive_value",
        "flag_rate",
    )


@dataclass(frozen=True)
class FakeAudit:
    """What a renderer reads of an audit."""

    words: Words = WORDS
    kind: str = "score"
    counts_people: bool = True
    population: str = "process"
    options: Any = ScoreOptions

    def things(self, options: Any) -> tuple[str, str]:
        """What its records are."""
        return self.words.things


def confusion(rows: tuple[list[int], list[int]], threshold: int) -> tuple[int, int, int, int]:
    """TP, FP, FN, TN at score >= threshold."""
    without, with_ = rows
    cut = threshold - 1
    return sum(with_[cut:]), sum(without[cut:]), sum(with_[:cut]), sum(without[:cut])


def rates(rows: tuple[list[int], list[int]], threshold: int) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of every rate."""
    tp, fp, fn, tn = confusion(rows, threshold)
    n = tp + fp + fn + tn
    return {
        "false_positive_rate": (fp, fp + tn),
        "false_negative_rate": (fn, fn + tp),
        "positive_predictive_value": (tp, tp + fp),
        "flag_rate": (tp + fp, n),
        "prevalence": (tp + fn, n),
        "accuracy": (tp + tn, n),
    }


def rate(measure: str, group: dict[str, str | None], at: dict[str, Any], x: int, n: int, **more: Any) -> Estimate:
    """One rate, suppressed or undefined where it must be."""
    if any(0 < c < MIN_CELL for c in (x, n - x)):
        return Estimate(measure, group, at, "suppressed", **more)
    if n == 0:
        return Estimate(measure, group, at, "undefined", numerator=0, denominator=0, method="wilson", **more)
    low, high = wilson(x, n)
    return Estimate(measure, group, at, "estimated", x / n, low, high, 0.95, "wilson", x, n, **more)


def contrast(
    measure: str, column: str, group: str, reference: str, at: dict[str, Any], a: tuple[int, int], b: tuple[int, int]
) -> list[Contrast]:
    """Difference and ratio of two rates."""
    made = []
    hidden = any(0 < c < MIN_CELL for x, n in (a, b) for c in (x, n - x))
    for scale in ("difference", "ratio"):
        key: Any = (measure, {column: group}, {column: reference}, at, scale)
        if hidden:
            made.append(Contrast(*key, "suppressed"))
            continue
        low, high = miettinen_nurminen(*a, *b, scale)
        value = a[0] / a[1] - b[0] / b[1] if scale == "difference" else a[0] / a[1] / (b[0] / b[1])
        p = score_test(*a, *b)
        open_ended = "high" if math.isinf(high) else None
        made.append(
            Contrast(
                *key,
                "estimated",
                value,
                low,
                None if open_ended else high,
                0.95,
                "miettinen-nurminen",
                False,
                p,
                min(1.0, 12 * p),
                open_ended,
            )
        )
    return made


def findings(table: dict[str, tuple[list[int], list[int]]], column: str, reference: str) -> AuditFindings:
    """What the score audit finds in a table of people by group, score and outcome."""
    everyone = tuple([sum(rows[k][i] for rows in table.values()) for i in range(10)] for k in (0, 1))
    groups: list[tuple[dict[str, str | None], Any]] = [({}, everyone)]
    groups += [({column: name}, rows) for name, rows in table.items()]
    estimates, contrasts = [], []
    for group, rows in groups:
        estimates += [rate(m, group, {"threshold": 5}, *xn) for m, xn in rates(rows, 5).items()]
        estimates += [
            rate(m, group, {"threshold": t}, *xn, primary=False)
            for t in SCORES
            if t != 5
            for m, xn in rates(rows, t).items()
        ]
        estimates += [
            rate(
                "outcome_rate_by_score",
                group,
                {"bin": i, "from": str(2 * i - 1), "to": str(2 * i)},
                sum(rows[1][2 * i - 2 : 2 * i]),
                sum(sum(r[2 * i - 2 : 2 * i]) for r in rows),
            )
            for i in range(1, 6)
        ]
    estimates.append(Estimate("auc", {}, {}, "estimated", 0.7022, 0.6902, 0.7139, 0.95, "delong-logit"))
    for name, measure in product(table, ScoreOptions.model_fields["measures"].default):
        if name != reference:
            pair = rates(table[name], 5)[measure], rates(table[reference], 5)[measure]
            contrasts += contrast(measure, column, name, reference, {"threshold": 5}, *pair)
    records = sum(map(sum, everyone))
    checks = (
        Check("missing_outcome", "pass", 0, records, "Every record has an outcome."),
        Check("missing_group", "warn", 12, records, "These records have no group and stand in no group's rate."),
    )
    return AuditFindings("score", records, "process", tuple(estimates), tuple(contrasts), checks, 12)


ARTICLE = Citation(
    title="Machine Bias", url="https://www.propublica.org/article/machine-bias", date=datetime.date(2016, 5, 23)
)

COMPAS_CLAIMS = (
    Claim(
        id="equal-false-positives",
        text="The score makes false positive errors equally often for African-American and Caucasian defendants.",
        claimant="A reading of the vendor's technical report",
        source=ARTICLE,
        test=Test.model_validate(
            {
                "audit": "compas",
                "measure": "false_positive_rate",
                "at": {"threshold": 5},
                "as": "ratio",
                "compare": {"race": ["African-American", "Caucasian"]},
                "expect": "0.8 .. 1.25",
            }
        ),
        reply=Reply(asked=datetime.date(2026, 1, 5), text="No answer by 1 February 2026."),
    ),
    Claim(
        id="equal-precision",
        text="A flag is equally often right for African-American and Caucasian defendants.",
        claimant="Northpointe",
        verbatim=False,
        source=Citation(
            title="COMPAS Risk Scales: Demonstrating Accuracy Equity and Predictive Parity",
            date=datetime.date(2016, 7, 8),
        ),
        test=Test.model_validate(
            {
                "audit": "compas",
                "measure": "positive_predictive_value",
                "at": {"threshold": 5},
                "as": "difference",
                "compare": {"race": ["Caucasian", "African-American"]},
                "expect": "0",
                "within": 0.05,
            }
        ),
    ),
    Claim(
        id="most-flags-right",
        text="More than half of the people flagged as medium or high risk were re-arrested within two years.",
        claimant="Counterproof's own example",
        verbatim=True,
        test=Test.model_validate(
            {
                "audit": "compas",
                "measure": "positive_predictive_value",
                "at": {"threshold": 5},
                "group": {},
                "expect": "> 0.5",
            }
        ),
    ),
    Claim(
        id="citizens",
        text="The score works equally well for citizens and for others.",
        claimant="A county commissioner",
        needs=("Outcome and flag by citizenship, as counts.",),
    ),
)

COMPAS_VERDICTS = (
    ClaimFinding(
        "equal-false-positives",
        "contradicted",
        "contradicted",
        "the whole interval lies above 1.25",
        0.98333,
        1.91209,
        1.6819,
        2.1738,
    ),
    ClaimFinding(
        "equal-precision",
        "undetermined",
        "undetermined",
        "the interval reaches beyond 5 percentage points",
        0.98333,
        -0.03838,
        -0.0858,
        0.0091,
        settle=41000,
        settle_note="at the present estimate",
    ),
    ClaimFinding(
        "most-flags-right",
        "supported",
        "supported",
        "the whole interval lies above 0.5",
        0.98333,
        0.613506,
        0.5929,
        0.6339,
    ),
    ClaimFinding(
        "citizens",
        "untestable",
        "untestable",
        "no test is stated",
        needs=("Outcome and flag by citizenship, as counts.",),
    ),
)


def compas() -> Exhibit:
    """COMPAS with four claims, one of each verdict."""
    options = ScoreOptions(kind="score", source="defendants")
    plan = Plan(
        title="Two-year recidivism scores, Broward County",
        records=Records.model_validate(
            {"from": "2013-01-01", "to": "2014-12-31", "released": "2016-05-23", "population": "process"}
        ),
        sources={"defendants": SourceSpec(path="compas_counts.csv")},
        settings=Settings(),
        audits={"compas": options},
        claims=COMPAS_CLAIMS,
        public={"facility_name": "names of buildings"},
        public_records="published by ProPublica",
    )
    source = Provenance(
        "defendants",
        "files",
        7214,
        (
            SourceFileRecord(
                "compas_counts.csv", 23456, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            ),
        ),
        ("Counts were stacked from one file.",),
        {"name": "the column's name is that of a person's name"},
        (
            QueryText(
                "cells",
                "SELECT race, decile_score, two_year_recid, SUM(n) AS n\nFROM defendants\nGROUP BY ALL\nORDER BY ALL",
            ),
            QueryText("cells", "SELECT COUNT(*) AS n\nFROM defendants"),
        ),
        "ProPublica, COMPAS Recidivism Risk Score Data and Analysis (2016)",
    )
    return Exhibit(
        plan,
        Results({"compas": findings(COMPAS, "race", "Caucasian")}, COMPAS_VERDICTS),
        {},
        {"compas": (FakeAudit(), options)},
        (source,),
        ("Counts below 10 are withheld: 2 groups. That no withheld count can be worked out was proven.",),
        "0.1.0",
    )


TOTALS_WORDS = Words(
    title="Published totals",
    question="Are the totals and changes as claimed?",
    method=("Figures are compared as published, at the precision with which the claim states them.",),
    limits=("A removal is an event: one person can be removed twice.",),
    references=(),
    measures={"removals": MeasureWords("Removals", "Removals in a fiscal year, as published.")},
    things=("published total", "published totals"),
)
LEDGER_TEXTS = {
    "score-precision": (
        "Risk scores had 85 % precision in pilot programs.",
        "n and outcome of the pilot; how outcomes were learned",
    ),
    "flags-2024": ("Over 50,000 cases were flagged in border states in 2024.", "flag counts per state and month"),
    "face-gallery": ("A database of 3 billion faces is searched.", "the false match rate at the operating threshold"),
    "plate-arrests": ("15,000 arrests in Texas are tied to plate readers.", "search logs, arrests and hit rates"),
    "bias-30": ("Error rates are 30 % higher for Latino communities.", "errors and trials by group"),
}


def ledger() -> Exhibit:
    """Claims of an article: two published totals, readings that disagree, and much that cannot be tested."""
    years = {"2023": 142580, "2024": 271484}  # ICE detention statistics workbooks, FY2023 and FY2024
    source = Citation(title="The article; the original was not checked", date=datetime.date(2025, 3, 1))

    def test(**more: Any) -> Test:
        return Test.model_validate({"audit": "removals", "measure": "removals", **more})

    claims = [
        Claim(
            id="removals-fy2024",
            text="Over 142,000 people were deported in fiscal year 2024.",
            claimant="A trade publication",
            source=source,
            readings=(
                TestReading(name="literally", test=test(group={"fiscal_year": "2024"}, expect="> 142000")),
                TestReading(name="about 142,000", test=test(group={"fiscal_year": "2024"}, expect="142000 .. 142999")),
                TestReading(name="people, not removals", needs=("a count of people",)),
            ),
        ),
        Claim(
            id="removals-growth",
            text="That is a 20 % increase from the previous year.",
            claimant="A trade publication",
            source=source,
            test=test(compare={"fiscal_year": ["2024", "2023"]}, expect="0.2", within=0.005, **{"as": "change"}),
        ),
    ]
    claims += [
        Claim(id=k, text=t, claimant="A trade publication", source=source, needs=(n,))
        for k, (t, n) in LEDGER_TEXTS.items()
    ]
    verdicts = [
        ClaimFinding(
            "removals-fy2024",
            "undetermined",
            "undetermined",
            "the readings disagree",
            readings=(
                Reading("literally", "supported", "271,484 is above 142,000", 271484.0, 271484.0, 271484.0),
                Reading(
                    "about 142,000",
                    "contradicted",
                    "271,484 is outside 142,000 to 142,999",
                    271484.0,
                    271484.0,
                    271484.0,
                ),
                Reading("people, not removals", "untestable", "removals are events and include returns"),
            ),
        ),
        ClaimFinding(
            "removals-growth",
            "contradicted",
            "contradicted",
            "the change is outside 0.195 to 0.205",
            None,
            0.904082,
            0.904082,
            0.904082,
        ),
    ]
    verdicts += [
        ClaimFinding(
            k,
            "untestable",
            "untestable",
            "no records speak to it",
            needs=(n,),
            consequences=(
                {
                    "name": "wrong flags",
                    "value": 7500,
                    "low": 7050,
                    "high": 7960,
                    "given": "85 % precision from a pilot of 1,000",
                },
            )
            if k == "flags-2024"
            else (),
        )
        for k, (_, n) in LEDGER_TEXTS.items()
    ]
    found = AuditFindings(
        "totals",
        2,
        "records",
        tuple(Estimate("removals", {"fiscal_year": y}, {}, "reported", float(v)) for y, v in years.items()),
    )
    options = AuditOptions(kind="totals", source="removals")
    plan = Plan(
        title="An article's claims, held against public records",
        records=Records.model_validate({"from": "2022-10-01", "to": "2024-09-30"}),
        sources={"removals": SourceSpec(inline=({"year": 2023, "n": 142580},))},
        audits={"removals": options},
        claims=tuple(claims),
    )
    audit = FakeAudit(TOTALS_WORDS, "totals", False, "records", AuditOptions)
    where = Provenance("removals", "inline", 2, cite="ICE detention statistics, FY2023 and FY2024 workbooks")
    return Exhibit(
        plan, Results({"removals": found}, tuple(verdicts)), {}, {"removals": (audit, options)}, (where,), (), "0.1.0"
    )


def undetermined() -> Exhibit:
    """A small sample: 20 against 2,000 that settles nothing, and a verdict that sharing the level changes."""
    at = {"threshold": 5}
    estimates = (
        rate("false_positive_rate", {}, at, 14, 420),
        rate("false_positive_rate", {"precinct": "North"}, at, 14, 200),
        rate("false_positive_rate", {"precinct": "South"}, at, 0, 220),
        Estimate(
            "positive_predictive_value",
            {},
            at,
            "not_identified",
            note="Outcomes were learned for unflagged cases only.",
        ),
        Estimate(
            "false_negative_rate",
            {},
            at,
            "bounded",
            None,
            0.22,
            0.71,
            0.95,
            "manski",
            identified_low=0.281,
            identified_high=0.59,
            note="The outcome is unknown for 130 cases that were not flagged.",
        ),
        rate("prevalence", {"precinct": "East"}, at, 0, 0),
    )
    contrasts = tuple(contrast("false_positive_rate", "precinct", "South", "North", at, (0, 220), (14, 200)))
    found = AuditFindings("score", 450, "process", estimates, contrasts, (), 1)
    claim = Claim(
        id="low",
        text="The false positive rate is at most 5 %.",
        claimant="The department",
        verbatim=True,
        test=Test.model_validate(
            {"audit": "pilot", "measure": "false_positive_rate", "group": {}, "at": at, "expect": "<= 0.05"}
        ),
    )
    verdict = ClaimFinding(
        "low",
        "undetermined",
        "supported",
        "the interval reaches above 0.05",
        0.975,
        14 / 420,
        0.0173,
        0.0579,
        settle=610,
    )
    options = ScoreOptions(kind="score", source="pilot", groups=("precinct",))
    plan = Plan(
        title="A pilot of 450 cases",
        sources={"pilot": SourceSpec(path="pilot.csv")},
        audits={"pilot": options},
        claims=(claim,),
    )
    where = Provenance("pilot", "files", 450, (SourceFileRecord("pilot.csv", 9120, None),))
    return Exhibit(
        plan, Results({"pilot": found}, (verdict,)), {}, {"pilot": (FakeAudit(), options)}, (where,), (), "0.1.0"
    )


def large() -> Exhibit:
    """46 groups and more than 2,500 sweep estimates."""
    table = {f"District {i:02d}": ([30 + i] * 10, [12 + 2 * (j + i) for j in range(10)]) for i in range(1, 47)}
    base = compas()
    options = ScoreOptions(kind="score", source="defendants", groups=("district",))
    plan = base.plan.model_copy(update={"claims": (), "audits": {"districts": options}, "title": "Forty-six districts"})
    found = findings(table, "district", "District 01")
    return Exhibit(
        plan, Results({"districts": found}), {}, {"districts": (FakeAudit(), options)}, base.sources, (), "0.1.0"
    )
