"""How far all groups lie apart, and what a comparison that shows nothing could have shown."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.audits.score.words import WORDS
from counterproof.stats.basis import Rate, Spread
from counterproof.stats.samples import contrast_power

COUNTS = Path(str(files("counterproof") / "demo" / "compas_counts.csv"))
OPTIONS: dict[str, Any] = {"score": "decile_score", "flag_at": 5, "outcome": "two_year_recid", "count": "n"}
PUBLIC: dict[str, Any] = {"settings": {"min_cell": 1}, "public_records": "published by ProPublica"}


@pytest.fixture(scope="module")
def by_race_and_sex() -> dict[str, Any]:
    measures = ["false_positive_rate", "accuracy", "auc"]
    found = cp.audit("score", COUNTS, groups=["race", "sex"], measures=measures, curves=False, **OPTIONS, **PUBLIC)
    audit: dict[str, Any] = found.to_json()["audits"]["audit"]
    return audit


def spread(audit: dict[str, Any], measure: str, over: str) -> Any:
    found = [e for e in audit["estimates"] if e["measure"] == measure and e["at"].get("over") == over]
    assert len(found) == 1
    return found[0]


# The worked example of docs/methods/many-groups.md: false positive rates of six groups
GOLDEN = {"largest_gap": (0.362, 0.201, 0.832), "max_over_geometric_mean": (2.05, 1.33, 6.47)}


@pytest.mark.parametrize("statistic", GOLDEN)
def test_golden_spread_of_six_groups(by_race_and_sex: dict[str, Any], statistic: str) -> None:
    found = spread(by_race_and_sex, f"false_positive_rate.{statistic}", "race")
    for name, golden in zip(("value", "low", "high"), GOLDEN[statistic], strict=True):
        assert found[name] == pytest.approx(golden, abs=0.005 if golden > 1 else 0.0005)
    assert (found["group"], found["at"]) == ({}, {"threshold": 5, "over": "race"})
    assert (found["method"], found["note"]) == ("rectangle", "Over 6 groups.")


def test_every_spread_is_there_once_and_has_words(by_race_and_sex: dict[str, Any]) -> None:
    spreads = [e for e in by_race_and_sex["estimates"] if "over" in e["at"]]
    assert len(spreads) == 2 * 2 * 4  # two rates (an AUC is none), two columns, four statistics; nothing crossed
    assert {e["measure"] for e in spreads} <= set(WORDS.measures)
    assert spread(by_race_and_sex, "accuracy.max_over_min", "sex")["value"] >= 1


def test_groups_without_a_number_are_left_out_and_counted() -> None:
    office = ["A"] * 200 + ["B"] * 200 + ["C"] * 200 + ["Tiny"] * 4
    table = {"flag": ["y", "n"] * 302, "outcome": ["y", "y", "n", "n"] * 151, "office": office}
    audit = cp.audit("score", pa.table(table), flag="flag", outcome="outcome", groups=["office"])
    findings = audit.exhibit.results.audits["audit"]
    found = next(e for e in findings.estimates if e.measure == "flag_rate.largest_gap")
    rates = {e.group["office"]: e for e in findings.estimates if e.measure == "flag_rate" and e.group}
    shown = tuple(Rate(e.numerator, e.denominator) for name, e in rates.items() if name and e.numerator is not None)
    assert found.basis == Spread(shown, "largest_gap")
    left = 4 - len(shown)
    assert left >= 1
    assert found.note == f"Over {len(shown)} groups; {left} without a number that can be shown are left out."


def test_a_rate_of_zero_leaves_a_quotient_without_an_upper_end() -> None:
    table = {"flag": ["n"] * 50 + ["y", "n"] * 50, "outcome": ["y", "n"] * 75, "office": ["A"] * 50 + ["B"] * 100}
    found = cp.audit("score", pa.table(table), flag="flag", outcome="outcome", groups=["office"])
    one = next(e for e in found.audits["audit"].estimates if e.measure == "flag_rate.max_over_min")
    assert (one.value, one.high, one.unbounded) == (None, None, "high")
    assert one.low is not None
    assert one.low > 3
    assert "no quotient" in (one.note or "")


def test_all_there_is_has_no_interval() -> None:
    found = cp.audit("score", COUNTS, groups=["sex"], population="records", **OPTIONS, **PUBLIC)
    gap = next(e for e in found.audits["audit"].estimates if e.measure == "false_positive_rate.largest_gap")
    rates = [
        e.value for e in found.audits["audit"].estimates if e.measure == "false_positive_rate" and e.group and e.primary
    ]
    assert gap.status == "reported"
    assert gap.value == pytest.approx(max(rates) - min(rates))
    assert (gap.low, gap.high) == (None, None)


def test_a_claim_may_rest_on_a_spread() -> None:
    test = {"audit": "a", "measure": "false_positive_rate.largest_gap", "expect": "<= 0.1"}
    plan = {
        "sources": {"s": {"path": str(COUNTS)}},
        "public_records": "published by ProPublica",
        "settings": {"min_cell": 1},
        "audits": {"a": {"kind": "score", "source": "s", "groups": ["race"], **OPTIONS}},
        "claims": [{"id": "even", "text": "The rates differ by 10 points at most.", "test": test}],
    }
    assert cp.run(plan).to_json()["claims"][0]["verdict"] == "contradicted"


def test_what_a_comparison_could_have_shown(by_race_and_sex: dict[str, Any]) -> None:
    rates = {
        e["group"]["race"]: e
        for e in by_race_and_sex["estimates"]
        if e["measure"] == "false_positive_rate" and list(e["group"]) == ["race"]
    }
    own = [
        c
        for c in by_race_and_sex["contrasts"]
        if c["measure"] == "false_positive_rate" and list(c["group"]) == ["race"]
    ]
    seen = set()
    for contrast in own:
        null = {"difference": 0, "ratio": 1}[contrast["scale"]]
        open_ = contrast["low"] <= null and (contrast["high"] is None or null <= contrast["high"])
        assert ("minimum_detectable" in contrast) == open_
        seen.add(open_)
        if open_ and contrast["scale"] == "difference":
            base, group = rates[contrast["reference"]["race"]], rates[contrast["group"]["race"]]
            rate, trials = base["value"] + contrast["minimum_detectable"], (group["denominator"], base["denominator"])
            power = contrast_power(rate, base["value"], *trials, "difference", 0.0, 0.0)
            assert power == pytest.approx(0.8, abs=0.005)
    assert seen == {True, False}
