"""The ledger that ships with the package: what it must show, computed from the counts in it."""

from __future__ import annotations

from pathlib import Path

import pytest

import counterproof.demo
from counterproof.findings import ClaimFinding
from counterproof.line import execute
from counterproof.plan import Plan, load

ARTICLE = Path(counterproof.demo.__file__).parent / "article.yaml"
UNTESTABLE = [
    "score-precision",
    "score-citizens",
    "flags-2024",
    "millions-daily",
    "text-filter",
    "face-gallery",
    "biometric-entries",
    "plate-arrests",
    "hart-records",
    "returns-joint",
    "cloud-50m",
    "forecast-70",
    "case-40",
    "surveilled-100k",
    "bias-30",
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(ARTICLE)


@pytest.fixture(scope="module")
def verdicts(plan: Plan) -> dict[str, ClaimFinding]:
    return {one.id: one for one in execute(plan, ARTICLE.parent).results.claims}


def test_growth_is_contradicted(verdicts: dict[str, ClaimFinding]) -> None:
    growth = verdicts["removals-growth"]
    assert growth.verdict == "contradicted"
    assert growth.value == pytest.approx(271484 / 142580 - 1)  # ICE removals of fiscal years 2024 and 2023
    assert "+90.4 %" in growth.because
    assert "+19.5 % to +20.5 %" in growth.because


def test_removals_are_undetermined_because_the_readings_disagree(verdicts: dict[str, ClaimFinding]) -> None:
    removals = verdicts["removals-fy2024"]
    assert removals.verdict == "undetermined"
    assert [reading.verdict for reading in removals.readings] == ["supported", "contradicted", "untestable"]


def test_the_rest_is_untestable_and_says_what_it_needs(verdicts: dict[str, ClaimFinding]) -> None:
    assert list(verdicts) == ["removals-fy2024", "removals-growth", *UNTESTABLE]
    for name in UNTESTABLE:
        assert verdicts[name].verdict == "untestable"
        assert verdicts[name].needs
        assert "says nothing about whether the claim is true" in verdicts[name].because


def test_every_claim_says_that_the_original_was_not_checked(plan: Plan) -> None:
    assert all("not checked" in (claim.claimant or "") and not claim.verbatim for claim in plan.claims)


def test_no_verdict_is_typed_in() -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    assert not any(word in text for word in ("verdict:", "supported", "contradicted", "undetermined"))


def test_other_figures_make_other_verdicts(plan: Plan) -> None:
    values = plan.to_json()
    values["sources"]["removals"]["inline"][1]["removals"] = 171096  # 142580 · 1.2
    from counterproof.plan import parse

    changed = {one.id: one.verdict for one in execute(parse(values), ARTICLE.parent).results.claims}
    assert changed["removals-growth"] == "supported"


def test_consequences(verdicts: dict[str, ClaimFinding]) -> None:
    def values(name: str) -> list[object]:
        return [row["value"] for row in verdicts[name].consequences]

    assert values("flags-2024") == [7500]
    assert values("face-gallery") == [300_000, 30_000, 3000, 300, 30, 3]
    assert values("text-filter") == [9900, 9990, 9999]
    assert values("hart-records") == [300_000]
    assert all(row["assumption"] for one in verdicts.values() for row in one.consequences)
    # 1 - (1 - 1e-9)**3e9 = 1 - exp(-3) to nine digits.
    assert verdicts["face-gallery"].consequences[-1]["at_least_one"]["value"] == pytest.approx(0.950212931632)


def test_a_naive_forecast_is_seventy_per_cent_accurate_in_most_months(verdicts: dict[str, ClaimFinding]) -> None:
    found = verdicts["forecast-70"].consequences
    # 39 of 46 months are within 30 % of the month before, and 20 of 35 within 30 % of the year before, as counted by
    # hand over the published totals (tests/audits/test_forecast.py reads them from the file)
    assert [row["inputs"] for row in found] == [{"counted": 39, "of": 46}, {"counted": 20, "of": 35}]
    assert found[0]["value"] == pytest.approx(39 / 46)
    assert found[0]["low"] < 39 / 46 < found[0]["high"]
    assert "84.8 %" in found[0]["sentence"]


def test_naive_forecasts_by_hand(plan: Plan) -> None:
    rows = plan.to_json()["sources"]["encounters"]["inline"]
    totals = [row["encounters"] for row in rows]
    for before, (near, of) in {1: (39, 46), 12: (20, 35)}.items():
        pairs = list(zip(totals, totals[before:], strict=False))
        assert (sum(abs(a - b) <= 0.3 * b for a, b in pairs), len(pairs)) == (near, of)
