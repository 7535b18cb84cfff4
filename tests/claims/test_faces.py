"""The shipped ledger of claims about face recognition: verdicts computed from the counts and rates in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import counterproof.demo
from counterproof.findings import ClaimFinding, Results
from counterproof.line import execute
from counterproof.plan import Plan, load, parse
from counterproof.stats.intervals import clopper_pearson

FACES = Path(counterproof.demo.__file__).parent / "faces.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(FACES)


@pytest.fixture(scope="module")
def results(plan: Plan) -> Results:
    return execute(plan, FACES.parent).results


@pytest.fixture(scope="module")
def verdicts(results: Results) -> dict[str, ClaimFinding]:
    return {one.id: one for one in results.claims}


def changed(plan: Plan, source: str, row: int, values: dict[str, Any]) -> dict[str, ClaimFinding]:
    written = plan.to_json()
    written["sources"][source]["inline"][row] |= values
    return {one.id: one for one in execute(parse(written), FACES.parent).results.claims}


def test_twenty_eight_of_535_are_not_one_in_a_thousand(verdicts: dict[str, ClaimFinding], results: Results) -> None:
    judged = verdicts["rekognition-one-in-a-thousand"]
    assert judged.verdict == "contradicted"
    assert judged.value == pytest.approx(28 / 535)
    assert (judged.low, judged.high) == pytest.approx(clopper_pearson(28, 535, 1 - 0.05 / 2))  # two claims on it
    fpir = next(e for e in results.audits["congress"].estimates if e.measure == "false_positive_identification_rate")
    exact = fpir.basis.compatible(0.95)  # type: ignore[union-attr]
    assert (exact.low, exact.high) == pytest.approx((0.0351, 0.0748), abs=5e-5)  # ACLU 2018, Clopper–Pearson


def test_what_it_means_for_single_comparisons(verdicts: dict[str, ClaimFinding], results: Results) -> None:
    implied = verdicts["rekognition-implied"]
    assert implied.verdict == "contradicted"
    assert implied.value == pytest.approx(1 - (1 - 28 / 535) ** (1 / 25_000), rel=1e-9)
    assert implied.value == pytest.approx(2.1502e-6, rel=5e-5)
    # what 1 in 1,000 searches would need, on which the claim's limit rests
    assert pytest.approx(4.002e-8, rel=1e-4) == 1 - 0.999 ** (1 / 25_000)
    found = next(e for e in results.audits["congress"].estimates if e.measure == "implied_false_match_rate")
    assert found.assumption == "independent_comparisons"


def test_a_tenth_of_the_watch_list_is_an_extrapolation(verdicts: dict[str, ClaimFinding]) -> None:
    judged = verdicts["watch-list-of-1000"]
    assert judged.verdict == "undetermined"
    assert [reading.verdict for reading in judged.readings] == ["supported", "untestable"]
    assert 1 / (judged.readings[0].value or 1) == pytest.approx(59_995, rel=3e-4)  # of .0001667, four digits of 1/6,000
    assert "watch-list of 1,000" in judged.needs[0]


def test_seven_of_seven_settle_nothing(verdicts: dict[str, ClaimFinding]) -> None:
    judged = verdicts["no-bias-at-0.6"]
    assert (judged.verdict, judged.value) == ("undetermined", 1)
    assert judged.low == pytest.approx(clopper_pearson(7, 7)[0])
    assert judged.settle == 21  # .025^(1/21) = .839 is the first above .8333
    (needed,) = judged.consequences
    assert needed["value"] == 8
    assert needed["chance"]["value"] == pytest.approx((2 / 3) ** 7)  # .0585; (2/3)^8 = .039
    assert "Chance alone lets all of 7 fall on it in 5.9 %" in needed["sentence"]


def test_other_counts_make_other_verdicts(plan: Plan) -> None:
    assert (
        changed(plan, "congress", 0, {"searches": 53_500_000})["rekognition-one-in-a-thousand"].verdict == "supported"
    )
    assert changed(plan, "false_positives", 1, {"false_positives": 70})["no-bias-at-0.6"].verdict == "contradicted"
    other = changed(plan, "watch_list", 0, {"false_positive_rate": "0.0003"})["watch-list-of-1000"]
    assert other.readings[0].verdict == "contradicted"


def test_no_verdict_is_typed_in() -> None:
    text = FACES.read_text(encoding="utf-8")
    assert not any(word in text for word in ("verdict:", "supported", "contradicted", "undetermined", "untestable"))
