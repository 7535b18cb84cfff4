from __future__ import annotations

import math

import pytest

from claims.byhand import audit, bounded, claim, compas, expecting, rate, reported, verdict
from counterproof.audits.base import Settings
from counterproof.claims import judge
from counterproof.findings import Estimate
from counterproof.stats.basis import Exact, Ranks, Rate

RACES = {"race": ["African-American", "Caucasian"]}
GROUPS = {"g": ["a", "b"]}


def pair(x1: int, n1: int, x0: int, n0: int):
    return audit(rate("m", {"g": "a"}, x1, n1), rate("m", {"g": "b"}, x0, n0))


def test_one_error_in_a_thousand_does_not_contradict_one_in_ten_thousand() -> None:
    # CONTRACTS section 5. Clopper-Pearson 1/1000 at 95 %: 2.53e-5 to 5.56e-3 (scipy 1.14 beta.ppf).
    found = verdict(expecting("<= 0.0001"), audit(rate("m", {}, 1, 1000)))
    assert found.verdict == "undetermined"
    assert found.low == pytest.approx(2.5317e-5, rel=1e-4)
    assert found.high == pytest.approx(5.5589e-3, rel=1e-4)


def test_a_sparse_contrast_is_judged_by_the_rectangle() -> None:
    # CONTRACTS section 5: score p 1.5e-23 and Fisher .0099, and yet the records do not decide it.
    found = verdict(expecting("<= 0", compare=GROUPS, **{"as": "difference"}), pair(1, 20, 0, 2000))
    assert found.verdict == "undetermined"
    assert found.low is not None
    assert found.low < 0


def test_compas_equal_false_positive_rates_are_contradicted() -> None:
    test = expecting("0.8 .. 1.25", "false_positive_rate", compare=RACES, **{"as": "ratio"})
    found = verdict(test, compas())
    assert found.verdict == found.alone == "contradicted"
    # Printed: Miettinen-Nurminen (1.72254, 2.12558). Judged: corrected for skewness and steps, a little wider.
    assert (found.value, found.low, found.high) == pytest.approx((1.91209, 1.71986, 2.13144), abs=1e-5)
    assert "805 of 1,795" in found.because
    assert "349 of 1,488" in found.because
    assert found.because.startswith("The records contradict this claim: ")


def test_compas_equal_predictive_value_is_undetermined() -> None:
    compare = {"race": ["Caucasian", "African-American"]}
    test = expecting("<= 0", "false_discovery_rate", compare=compare, **{"as": "difference"})
    found = verdict(test, compas())
    assert found.verdict == "undetermined"
    # Printed: Miettinen-Nurminen (-.00007, .07729). Judged: corrected for skewness and steps, a little wider.
    assert (found.value, found.low, found.high) == pytest.approx((0.03838, -0.00096, 0.07808), abs=1e-5)
    assert found.settle is not None
    assert found.settle > 854 + 2174


def test_equal_without_a_margin_uses_ours_and_says_so() -> None:
    found = verdict(expecting("equal", "false_positive_rate", compare=RACES), compas())
    assert found.verdict == "contradicted"
    assert "this program's own" in found.because


def test_four_fifths() -> None:
    assert verdict(expecting("four-fifths", compare=GROUPS), pair(400, 1000, 800, 1000)).verdict == "contradicted"
    assert verdict(expecting("four-fifths", compare=GROUPS), pair(790, 1000, 800, 1000)).verdict == "supported"
    # 3/8 against 4/8 is under four fifths, and eight cases show nothing.
    assert verdict(expecting("four-fifths", compare=GROUPS), pair(3, 8, 4, 8)).verdict == "undetermined"


@pytest.mark.parametrize(
    ("expect", "wanted"),
    [
        (">= 0.4", "supported"),
        ("< 0.4", "contradicted"),
        ("0.50", "undetermined"),
        ("0.5", "supported"),
        ("0.45 .. 0.55", "supported"),
    ],
)
def test_one_rate(expect: str, wanted: str) -> None:
    assert verdict(expecting(expect), audit(rate("m", {}, 1000, 2000))).verdict == wanted


@pytest.mark.parametrize(
    ("scale", "expect", "wanted"),
    [
        ("difference", "0.05 .. 0.2", "supported"),
        ("difference", "<= 0", "contradicted"),
        ("ratio", "> 1", "supported"),
        ("ratio", "2", "contradicted"),
        ("change", "> 0", "supported"),
        ("change", "0.20", "undetermined"),
        ("change", ">= 0.5", "contradicted"),
    ],
)
def test_contrasts_on_every_scale(scale: str, expect: str, wanted: str) -> None:
    found = verdict(expecting(expect, compare=GROUPS, **{"as": scale}), pair(600, 1000, 500, 1000))
    assert found.verdict == wanted
    assert found.value == pytest.approx({"difference": 0.1, "ratio": 1.2, "change": 0.2}[scale])


def test_change_is_the_ratio_less_one_at_both_ends() -> None:
    ratio = verdict(expecting("> 9", compare=GROUPS, **{"as": "ratio"}), pair(60, 100, 50, 100))
    change = verdict(expecting("> 8", compare=GROUPS, **{"as": "change"}), pair(60, 100, 50, 100))
    assert ratio.low is not None
    assert ratio.high is not None
    assert (change.low, change.high) == pytest.approx((ratio.low - 1, ratio.high - 1))


def test_reference_without_events_leaves_the_ratio_without_a_limit() -> None:
    found = verdict(expecting("<= 1", compare=GROUPS, **{"as": "ratio"}), pair(500, 1000, 0, 1000))
    assert found.verdict == "contradicted"
    assert (found.value, found.high, found.unbounded) == (None, None, "high")
    assert found.to_json()["unbounded"] == "high"


def test_nought_of_nought_is_undetermined() -> None:
    found = verdict(expecting("<= 0.5"), audit(rate("m", {}, 0, 0)))
    assert (found.verdict, found.low, found.high, found.settle) == ("undetermined", 0, 1, None)
    assert verdict(expecting("<= 0.5"), audit(Estimate("m", {}, {}, "undefined"))).verdict == "undetermined"


def test_suppressed_is_undetermined_and_cannot_be_reckoned() -> None:
    hidden = Estimate("m", {"g": "a"}, {}, "suppressed")
    found = verdict(expecting("<= 0.5", group={"g": "a"}), audit(hidden))
    assert (found.verdict, found.value, found.settle) == ("undetermined", None, None)
    assert found.settle_note is not None
    against = audit(hidden, rate("m", {"g": "b"}, 5, 10))
    assert verdict(expecting("four-fifths", compare={"g": ["b", "a"]}), against).verdict == "undetermined"


def test_unidentified_is_untestable_with_what_it_needs() -> None:
    blind = Estimate("m", {}, {}, "not_identified", note="outcomes of those who were not flagged")
    found = verdict(expecting("<= 0.5"), audit(blind))
    assert (found.verdict, found.needs) == ("untestable", ("outcomes of those who were not flagged",))
    assert "says nothing about whether the claim is true" in found.because


def test_bounds_decide_what_they_can() -> None:
    found = audit(bounded("m", {}, Rate(300, 1000), Rate(600, 1000)))
    assert verdict(expecting("<= 0.7"), found).verdict == "supported"
    assert verdict(expecting("<= 0.2"), found).verdict == "contradicted"
    open_ = verdict(expecting("<= 0.5"), found)
    assert (open_.verdict, open_.settle) == ("undetermined", None)
    assert open_.settle_note is not None
    assert "range" in open_.settle_note


def test_reported_numbers_are_exact_and_hold_for_these_records_only() -> None:
    years = audit(reported("m", {"y": "2023"}, 142580), reported("m", {"y": "2024"}, 271484), population="records")
    growth = verdict(expecting("0.20", compare={"y": ["2024", "2023"]}, **{"as": "change"}), years)
    assert growth.verdict == "contradicted"
    # 271484/142580 - 1, the two figures of the detention statistics workbooks.
    assert growth.value == pytest.approx(0.904082, abs=1e-6)
    assert (growth.low, growth.high, growth.level) == (None, None, None)
    assert "+90.4 %" in growth.because
    assert growth.because.endswith("This holds for these records only.")
    assert (
        verdict(expecting("0.904", compare={"y": ["2024", "2023"]}, **{"as": "change"}), years).verdict == "supported"
    )


def test_a_share_of_records_is_compared_as_a_fraction() -> None:
    # 0.1 as a double lies above one tenth; 100 of 1,000 must satisfy "at most 0.1" all the same.
    tenth = Estimate("m", {}, {}, "reported", 0.1, numerator=100, denominator=1000)
    assert verdict(expecting("<= 0.1"), audit(tenth, population="records")).verdict == "supported"
    third = Estimate("m", {}, {}, "reported", 0.3, basis=Exact(0.3))
    assert verdict(expecting(">= 0.3"), audit(third, population="records")).verdict == "supported"


def test_a_rounded_number_is_what_rounds_to_it() -> None:
    rounded = audit(reported("m", {}, 140.0, Exact(140.0, 5.0)), population="records")
    assert verdict(expecting("> 134"), rounded).verdict == "supported"
    open_ = verdict(expecting("> 140"), rounded)
    assert (open_.verdict, open_.settle, open_.low, open_.high) == ("undetermined", None, 135, 145)


def test_ratio_to_a_reported_zero_is_undetermined() -> None:
    years = audit(reported("m", {"y": "1"}, 5), reported("m", {"y": "0"}, 0), population="records")
    assert verdict(expecting("> 1", compare={"y": ["1", "0"]}, **{"as": "ratio"}), years).verdict == "undetermined"


def test_k_claims_share_the_level_and_alone_says_what_differs() -> None:
    # 62/100: Clopper-Pearson at 95 % starts at .517, at 1 - .05/5 = 99 % at .486.
    found = {"a": audit(rate("m", {}, 62, 100), reported("r", {}, 5), Estimate("u", {}, {}, "not_identified"))}
    others = [expecting("> 0.1", identifier=f"o{i}") for i in range(4)]
    uncounted = [expecting("> 1", "r", "r"), expecting("> 0.1", "u", "u"), claim("n")]
    first, *rest = judge([expecting("> 0.5"), *others, *uncounted], found, Settings())
    assert first.level == pytest.approx(0.99)
    assert (first.verdict, first.alone) == ("undetermined", "supported")
    assert "it would be supported" in first.because
    assert {one.id: one.level for one in rest}["r"] is None


def test_readings_decide_only_when_they_agree() -> None:
    found = audit(rate("m", {}, 600, 1000))
    high = {"name": "high", "test": {"audit": "a", "measure": "m", "expect": "> 0.5"}}
    higher = {"name": "higher", "test": {"audit": "a", "measure": "m", "expect": "> 0.7"}}
    people = {"name": "people", "needs": ["counts of people"]}
    assert verdict(claim(readings=[high, high | {"name": "again"}]), found).verdict == "supported"
    split = verdict(claim(readings=[high, higher]), found)
    assert split.verdict == "undetermined"
    assert [r.verdict for r in split.readings] == ["supported", "contradicted"]
    mixed = verdict(claim(readings=[high, people]), found)
    assert (mixed.verdict, mixed.needs) == ("undetermined", ("counts of people",))
    silent = verdict(claim(readings=[people]), found)
    assert silent.verdict == "untestable"
    assert "says nothing about whether" in silent.because


def test_the_readings_of_a_claim_share_one_part_of_the_level() -> None:
    found = {"a": audit(rate("m", {}, 600, 1000))}
    readings = [{"name": n, "test": {"audit": "a", "measure": "m", "expect": "> 0.5"}} for n in "xyz"]
    one, two = judge([claim("one", readings=readings), expecting("> 0.5", identifier="two")], found, Settings())
    assert one.level == two.level == pytest.approx(0.975)


def test_a_reading_can_be_another_claim() -> None:
    found = {"a": audit(rate("m", {}, 600, 1000))}
    both = claim("both", readings=[{"name": "first", "claim": "one"}, {"name": "second", "claim": "two"}])
    claims = [both, expecting("> 0.5", identifier="one"), expecting("> 0.4", identifier="two")]
    assert [one.verdict for one in judge(claims, found, Settings())] == ["supported"] * 3


def test_without_a_test_a_claim_is_untestable() -> None:
    found = verdict(claim(needs=["the size of the pilot"]), audit())
    assert (found.verdict, found.alone, found.needs) == ("untestable", "untestable", ("the size of the pilot",))
    assert verdict(claim(), audit()).needs  # something is always asked for


def test_the_primary_estimate_is_meant_unless_a_setting_is_named() -> None:
    found = audit(
        rate("m", {}, 900, 1000, at={"threshold": 5}),
        rate("m", {}, 100, 1000, at={"threshold": 7}, primary=False),
        rate("m", {}, 500, 1000, at={"threshold": 5}, primary=False, assumption="ignorable_verification"),
    )
    assert verdict(expecting("> 0.8"), found).verdict == "supported"
    assert verdict(expecting("> 0.8", at={"threshold": "5.0"}), found).verdict == "supported"
    assert verdict(expecting("> 0.8", at={"threshold": 7}), found).verdict == "contradicted"


def test_a_missing_label_is_a_group() -> None:
    found = audit(rate("m", {"g": None}, 900, 1000), rate("m", {"g": "None"}, 1, 1000))
    assert verdict(expecting("> 0.8", group={"g": None}), found).verdict == "supported"
    assert verdict(expecting("> 0.8", group={"g": "None"}), found).verdict == "contradicted"


def test_an_auc_is_judged_by_its_own_interval() -> None:
    ranks = Ranks(m=200, n=200, u2=60_000, s10=20_000_000, s01=20_000_000, low2=60_000, high2=60_000)
    interval = ranks.compatible(0.95)
    area = Estimate("auc", {}, {}, "estimated", ranks.value, interval.low, interval.high, basis=ranks)
    found = verdict(expecting("> 0.99", "auc"), audit(area))
    assert (found.value, found.low, found.high) == pytest.approx((0.75, interval.low, interval.high))
    assert found.verdict == "contradicted"


def test_no_number_in_the_document_is_infinite_or_not_a_number() -> None:
    import json

    cases = [(500, 1000, 0, 1000), (0, 1000, 0, 1000), (0, 0, 5, 10), (1000, 1000, 0, 1000)]
    for counts in cases:
        for scale in ("difference", "ratio", "change"):
            found = verdict(expecting("0.3", compare=GROUPS, **{"as": scale}), pair(*counts))
            json.dumps(found.to_json(), allow_nan=False)
            assert found.value is None or math.isfinite(found.value)
