"""An outcome that is recorded with error: bounds of every rate against the true one."""

from __future__ import annotations

from typing import Any

import pytest

import counterproof as cp
from counterproof.errors import CounterproofError
from counterproof.stats.misclassification import Counts, ErrorRange, differential, nondifferential

# ProPublica's COMPAS counts at a score of 5 and more: TN, FP, FN, TP
COMPAS = {"African-American": (990, 805, 532, 1369), "Caucasian": (1139, 349, 461, 505)}
ERRORS = {"sensitivity": [0.7, 1], "specificity": [0.95, 1]}


def rows(counts: dict[str, tuple[int, ...]]) -> list[dict[str, Any]]:
    places = [("no", "no"), ("yes", "no"), ("no", "yes"), ("yes", "yes")]
    return [
        {"race": race, "flag": flag, "y": y, "n": n}
        for race, four in counts.items()
        for (flag, y), n in zip(places, four, strict=True)
    ]


def run(inline: list[dict[str, Any]], claims: tuple[Any, ...] = (), **options: Any) -> dict[str, Any]:
    audit = {
        "kind": "score", "source": "t", "flag": "flag", "outcome": "y", "count": "n", "groups": ["race"],
        "outcome_error": ERRORS, **options,
    }  # fmt: skip
    plan = {"sources": {"t": {"inline": inline}}, "audits": {"a": audit}, "claims": list(claims)}
    return cp.run(plan).to_json()


def one(result: dict[str, Any], measure: str, assumption: str | None = None, **group: str) -> dict[str, Any]:
    found = result["audits"]["a"]["estimates"]
    fit = [e for e in found if (e["measure"], e["assumption"], e["group"]) == (measure, assumption, group)]
    assert len(fit) == 1, (measure, assumption, group, len(fit))
    assert fit[0]["primary"] == (assumption is None)
    return fit[0]


@pytest.fixture(scope="module")
def compas() -> dict[str, Any]:
    return run(rows(COMPAS))


def test_bounds_of_a_group(compas: dict[str, Any]) -> None:
    tn, fp, fn, tp = COMPAS["Caucasian"]
    counts, errors = Counts(tp, fp, fn, tn), ErrorRange((0.7, 1.0), (0.95, 1.0))
    for measure in (
        "false_positive_rate",
        "false_negative_rate",
        "positive_predictive_value",
        "prevalence",
        "accuracy",
    ):
        found = one(compas, measure, race="Caucasian")
        low, high = differential(measure, counts, counts, errors)
        assert found["status"] == "bounded"
        assert (found["identified_low"], found["identified_high"]) == (
            pytest.approx(low.value),
            pytest.approx(high.value),
        )
        assert (found["low"], found["high"]) == (
            pytest.approx(low.printed(0.95).low),
            pytest.approx(high.printed(0.95).high),
        )
    narrow = one(compas, "false_negative_rate", "nondifferential_error", race="Caucasian")
    ends = nondifferential("false_negative_rate", counts, counts, errors)
    assert (narrow["identified_low"], narrow["identified_high"]) == tuple(pytest.approx(end.value) for end in ends)
    assert one(compas, "flag_rate", race="Caucasian")["status"] == "estimated"
    note = one(compas, "false_negative_rate", race="Caucasian")["note"]
    assert "stated errors" in note


def test_gaps_and_claims_are_bounded(compas: dict[str, Any]) -> None:
    gaps = [c for c in compas["audits"]["a"]["contrasts"] if c["measure"] == "false_positive_rate"]
    assert {c["status"] for c in gaps} == {"bounded"}
    assert {c["assumption"] for c in gaps} == {None, "nondifferential_error"}
    test = {"audit": "a", "measure": "false_positive_rate", "compare": {"race": ["African-American", "Caucasian"]}}
    claims = tuple(
        {"id": f"c{place}", "text": "x", "test": {**test, "as": "ratio", "expect": expect}}
        for place, expect in enumerate((">= 1", ">= 1.5"))
    )
    small = {"sensitivity": [0.9, 1], "specificity": [0.98, 1]}
    verdicts = [
        [c["verdict"] for c in run(rows(COMPAS), claims, outcome_error=error)["claims"]] for error in (small, ERRORS)
    ]
    assert verdicts == [["supported", "undetermined"], ["undetermined", "undetermined"]]


def test_ranges_by_group() -> None:
    groups = {"race": {"Caucasian": {"specificity": [0.9, 0.95]}}}
    result = run(rows(COMPAS), outcome_error={**ERRORS, "groups": groups})
    tn, fp, fn, tp = COMPAS["Caucasian"]
    counts = Counts(tp, fp, fn, tn)
    low, high = differential("prevalence", counts, counts, ErrorRange((0.7, 1.0), (0.9, 0.95)))
    found = one(result, "prevalence", race="Caucasian")
    assert (found["identified_low"], found["identified_high"]) == (pytest.approx(low.value), pytest.approx(high.value))
    other = [one(r, "prevalence", race="African-American")["identified_low"] for r in (result, run(rows(COMPAS)))]
    assert other[0] == other[1]
    everyone = one(result, "prevalence")  # any of both ranges may hold for everybody
    low, _ = differential("prevalence", *[Counts(1874, 1154, 993, 2129)] * 2, ErrorRange((0.7, 1.0), (0.9, 1.0)))
    assert everyone["identified_low"] == pytest.approx(low.value)


def test_missing_labels_widen_the_bounds() -> None:
    inline = [*rows(COMPAS), {"race": "", "flag": "yes", "y": "yes", "n": 50}]
    found = run(inline)
    bounds, beside = (one(found, "prevalence", a, race="Caucasian") for a in (None, "labels_missing_at_random"))
    assert beside["identified_low"] == pytest.approx(
        one(run(rows(COMPAS)), "prevalence", race="Caucasian")["identified_low"]
    )
    assert bounds["identified_high"] > beside["identified_high"]


def test_reviewed_outcomes_and_rounded_counts() -> None:
    inline = [{**row, "seen": "yes"} for row in rows(COMPAS)] + [
        {"race": "Caucasian", "flag": "no", "y": "", "n": 300, "seen": "no"}
    ]
    reviewed = one(run(inline, reviewed="seen"), "false_negative_rate", race="Caucasian")
    plain = one(run(rows(COMPAS)), "false_negative_rate", race="Caucasian")
    assert reviewed["identified_high"] > plain["identified_high"]
    rounded = {race: tuple(10 * round(n / 10) for n in four) for race, four in COMPAS.items()}
    wide = one(run(rows(rounded), rounded_to=10), "false_negative_rate", race="Caucasian")
    assert wide["identified_low"] < plain["identified_low"] < plain["identified_high"] < wide["identified_high"]


def test_all_there_is() -> None:
    found = one(run(rows(COMPAS), population="records"), "prevalence")
    assert (found["status"], found["low"], found["level"]) == ("bounded", None, None)


def test_errors_that_the_records_contradict() -> None:
    result = run(rows(COMPAS), outcome_error={"specificity": [0.3, 0.4], "sensitivity": [0.9, 1]})
    check = next(c for c in result["audits"]["a"]["checks"] if c["name"] == "outcome_error")
    assert (check["status"], check["count"] > 0) == ("warn", True)
    # a false-positive share of 60 % alone would record more than the unflagged show
    assert one(result, "false_omission_rate")["value"] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"outcome_error": {"sensitivity": "high"}}, r"written FROM\.\.TO"),
        ({"outcome_error": {"sensitivity": [0.9, 0.7]}}, r"is written \[from, to\]"),
        ({"outcome_error": {"sensitivity": [0.4, 1], "specificity": [0.5, 1]}}, "add up to more than 1"),
        ({"outcome_error": {"sensitvity": [0.9, 1]}}, "did you mean 'sensitivity'"),
        ({"outcome_error": {"groups": {"sex": {"F": {"sensitivity": [0.9, 1]}}}}}, "not among groups"),
        ({"outcome": None, "measures": ["flag_rate"]}, "outcome_error needs outcome"),
    ],
)
def test_mistakes_are_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        run(rows(COMPAS), **options)
