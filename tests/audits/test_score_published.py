"""Published tables: counts that are rounded or hidden, and totals in the place of complements."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import counterproof as cp
from counterproof.errors import CounterproofError

GRANTS = Path(__file__).resolve().parents[3] / "shared/data/score/student_grant_rounded_counts.csv"
TABLE_1 = {
    # Students with a grant in 2014, rounded to 10: Algorithm Audit, table 1, from microdata of Statistics Netherlands.
    # Dutch origin, non-European origin
    "all": (178200, 54820), "category 1": (8670, 7280), "category 2": (16610, 8120), "selected": (1050, 2010),
    "duly": (860, 630), "unduly": (130, 1060),
}  # fmt: skip


def rows(**flags: str) -> list[dict[str, Any]]:
    """Inline rows of the table above: names of its lines, and what the column ``flag`` says there."""
    return [
        {"origin": origin, "flag": said, "n": TABLE_1[line.replace("_", " ")][place]}
        for line, said in flags.items()
        for place, origin in enumerate(("Dutch", "non-European"))
    ]


def run(inline: list[dict[str, Any]], claims: tuple[Any, ...] = (), **options: Any) -> dict[str, Any]:
    audit = {"kind": "score", "source": "t", "flag": "flag", "count": "n", "rounded_to": 10, **options}
    plan = {"sources": {"t": {"inline": inline}}, "audits": {"a": audit}, "claims": list(claims)}
    return cp.run(plan).to_json()


def one(found: list[dict[str, Any]], **keys: Any) -> dict[str, Any]:
    fit = [entry for entry in found if all(entry[key] == value for key, value in keys.items())]
    assert len(fit) == 1, (keys, len(fit))
    return fit[0]


BY_ORIGIN: dict[str, Any] = {"groups": ["origin"], "reference": {"origin": "Dutch"}}


def ratio(result: dict[str, Any]) -> tuple[float, float, float]:
    contrast = one(result["audits"]["a"]["contrasts"], measure="flag_rate", scale="ratio")
    return contrast["value"], contrast["identified_low"], contrast["identified_high"]


@pytest.mark.parametrize(
    ("lines", "golden"),
    [
        ({"all": "all", "category_1": "yes", "category_2": "yes"}, (1.980, 1.978, 1.983)),
        ({"all": "all", "selected": "yes"}, (6.223, 6.177, 6.269)),
        ({"selected": "all", "unduly": "yes"}, (4.26, 4.05, 4.48)),
    ],
)
def test_the_published_ratios(lines: dict[str, str], golden: tuple[float, ...]) -> None:
    result = run(rows(**lines), **BY_ORIGIN, total_value="all", population="records")
    places = len(str(golden[0])) - 2 if golden[0] != 1.98 else 3
    assert tuple(round(end, places) for end in ratio(result)) == golden
    contrast = one(result["audits"]["a"]["contrasts"], measure="flag_rate", scale="ratio")
    assert (contrast["status"], contrast["low"], contrast["level"]) == ("bounded", None, None)


def test_complements_are_as_far_off_as_their_own_cells() -> None:
    result = run(rows(duly="no", unduly="yes"), **BY_ORIGIN, population="records")
    value, low, high = ratio(result)
    assert round(value, 2) == 4.78
    # 1060 of 1060 + 630, 130 of 130 + 860, each of the four numbers ± 5
    assert low == pytest.approx((1055 / (1055 + 635)) / (135 / (135 + 855)))
    assert high == pytest.approx((1065 / (1065 + 625)) / (125 / (125 + 865)))


def test_sampling_error_lies_around_the_bounds() -> None:
    found = run(rows(all="all", selected="yes"), groups=["origin"], total_value="all")["audits"]["a"]
    rate = one(found["estimates"], measure="flag_rate", group={"origin": "Dutch"})
    assert (rate["status"], rate["numerator"], rate["denominator"]) == ("bounded", 1050, 178200)
    assert rate["value"] == pytest.approx(1050 / 178200)
    assert (rate["identified_low"], rate["identified_high"]) == (
        pytest.approx(1045 / 178205),
        pytest.approx(1055 / 178195),
    )
    assert rate["low"] < rate["identified_low"] < rate["identified_high"] < rate["high"]
    assert one(found["checks"], name="order_of_groups")["status"] == "pass"


@pytest.mark.skipif(not GRANTS.exists(), reason=f"{GRANTS.name} is not here")
def test_the_real_file() -> None:
    source = {
        "path": str(GRANTS),
        "where": {"table": "Table 1", "category": ["Total", "Risk category 1", "Risk category 2"]},
        "unpivot": {"origin": ["origin_nl", "origin_non_europe"]},
    }
    audit = {
        "kind": "score", "source": "t", "flag": "category", "flag_value": ["Risk category 1", "Risk category 2"],
        "total_value": "Total", "count": "count", "rounded_to": 10, "groups": ["origin"],
    }  # fmt: skip
    found = cp.run({"sources": {"t": source}, "audits": {"a": audit}}).to_json()
    assert tuple(round(end, 3) for end in ratio(found)) == (1.980, 1.978, 1.983)


def test_the_random_arm_supports_no_claim_about_groups() -> None:
    """Table 3 of the same source: house visits to students picked at random; 10 means 5 to 15, and 0 means 0 to 5."""
    counts = {("Dutch", "yes"): 0, ("Dutch", "no"): 280, ("non-European", "yes"): 10, ("non-European", "no"): 70}
    inline = [{"origin": origin, "flag": flag, "n": n} for (origin, flag), n in counts.items()]
    test = {"audit": "a", "measure": "flag_rate", "compare": {"origin": ["non-European", "Dutch"]}}
    claims = ({"id": "more", "text": "x", "test": {**test, "as": "difference", "expect": "> 0"}},)
    result = run(inline, claims, groups=["origin"])
    check = one(result["audits"]["a"]["checks"], name="order_of_groups")
    assert (check["status"], check["count"], check["total"]) == ("fail", 1, 1)
    assert "cannot support any claim about which group is higher" in check["note"]
    assert result["claims"][0]["verdict"] == "undetermined"
    # 10 of 280 and 70 are five to fifteen of 275 to 285 and 65 to 75
    rate = one(result["audits"]["a"]["estimates"], measure="flag_rate", group={"origin": "Dutch"})
    assert (rate["identified_low"], rate["identified_high"]) == (0, pytest.approx(5 / 280))
    assert ratio(result)[2] is None


def test_a_claim_is_judged_over_every_table() -> None:
    test = {"audit": "a", "measure": "flag_rate", "compare": {"origin": ["non-European", "Dutch"]}, "as": "ratio"}
    claims = tuple(
        {"id": f"claim-{place}", "text": "x", "test": {**test, "expect": expect}}
        for place, expect in enumerate((">= 6", "6.2 .. 6.25", "<= 6"))
    )
    options: dict[str, Any] = {**BY_ORIGIN, "total_value": "all", "population": "records"}
    found = run(rows(all="all", selected="yes"), claims, **options)["claims"]
    assert [claim["verdict"] for claim in found] == ["supported", "undetermined", "contradicted"]


def every_table(counts: list[int], reach: int) -> Any:
    """All whole tables that are published as these counts."""
    return itertools.product(*(range(max(0, count - reach), count + reach + 1) for count in counts))


def rate_range(counts: list[int], measure: str, reach: int) -> tuple[float, float]:
    above, below = {
        "false_negative_rate": ((2,), (0, 2)),
        "accuracy": ((0, 3), (0, 1, 2, 3)),
        "false_discovery_rate": ((1,), (0, 1)),
    }[measure]
    found = [
        sum(table[i] for i in above) / below_line
        for table in every_table(counts, reach)
        if (below_line := sum(table[i] for i in below))
    ]
    return min(found), max(found)


@pytest.mark.parametrize("measure", ["false_negative_rate", "accuracy", "false_discovery_rate"])
def test_bounds_are_reached_by_some_table_and_passed_by_none(measure: str) -> None:
    rng = np.random.Generator(np.random.PCG64(7))
    for _ in range(3):
        counts = [int(5 * n) for n in rng.integers(2, 6, 4)]
        names = [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]
        inline = [{"flag": f, "y": y, "n": n} for (f, y), n in zip(names, counts, strict=True)]
        found = run(inline, rounded_to=5, outcome="y", measures=[measure])["audits"]["a"]
        rate = one(found["estimates"], measure=measure)
        low, high = rate_range(counts, measure, 2)
        assert (rate["identified_low"], rate["identified_high"]) == (pytest.approx(low), pytest.approx(high))


def test_hidden_counts() -> None:
    inline = [
        {"g": "A", "flag": "yes", "n": "< 5"}, {"g": "A", "flag": "no", "n": 40},
        {"g": "B", "flag": "yes", "n": 30}, {"g": "B", "flag": "no", "n": "*"},
    ]  # fmt: skip
    found = run(inline, rounded_to=None, suppressed_below=5, groups=["g"], population="records")["audits"]["a"]
    first, second = (one(found["estimates"], measure="flag_rate", group={"g": g}) for g in "AB")
    assert (first["identified_low"], first["identified_high"]) == (0, pytest.approx(4 / 44))
    assert (second["identified_low"], second["identified_high"]) == (pytest.approx(30 / 34), 1)
    assert first["value"] is None
    hidden = one(found["checks"], name="hidden_cells")
    assert (hidden["count"], hidden["status"]) == (2, "warn")
    marked = [{**row, "n": {"< 5": "", "*": "x"}.get(row["n"], row["n"])} for row in inline]
    options: dict[str, Any] = {"groups": ["g"], "population": "records", "rounded_to": None, "suppressed_below": 5}
    assert run(marked, suppressed_as=["blank", "x"], **options)["audits"]["a"]["estimates"] == found["estimates"]


def test_random_rounding_reaches_further() -> None:
    inline = [{"flag": "yes", "n": 30}, {"flag": "no", "n": 60}]
    for rounding, reach in (("nearest", 1), ("random", 2)):
        found = run(inline, rounded_to=3, rounding=rounding, population="records")["audits"]["a"]
        rate = one(found["estimates"], measure="flag_rate")
        assert rate["identified_high"] == pytest.approx((30 + reach) / 90)


def test_totals_over_flag_and_outcome() -> None:
    """Flagged and right 60 of 100 flagged; all in all 1,000, of whom nobody knows the outcome of the others."""
    inline = [
        {"flag": "yes", "y": "yes", "n": 60}, {"flag": "yes", "y": "Total", "n": 100},
        {"flag": "Total", "y": "Total", "n": 1000},
    ]  # fmt: skip
    options: dict[str, Any] = {"outcome": "y", "outcome_known": "flagged", "total_value": "Total"}
    found = run(inline, rounded_to=None, **options)["audits"]["a"]
    precision = one(found["estimates"], measure="positive_predictive_value")
    assert (precision["numerator"], precision["denominator"]) == (60, 100)
    flagged = one(found["estimates"], measure="flag_rate")
    assert (flagged["numerator"], flagged["denominator"]) == (100, 1000)
    rounded = one(run(inline, **options)["audits"]["a"]["estimates"], measure="positive_predictive_value")
    assert (rounded["identified_low"], rounded["identified_high"]) == (pytest.approx(55 / 105), pytest.approx(65 / 95))


def test_figures_of_the_score_itself_are_not_given() -> None:
    inline = [{"s": s, "y": y, "n": 10 * s + 20} for s in (1, 2, 3) for y in ("yes", "no")]
    audit = {"kind": "score", "source": "t", "score": "s", "flag_at": 2, "outcome": "y", "count": "n", "rounded_to": 10}
    found = cp.run({"sources": {"t": {"inline": inline}}, "audits": {"a": audit}}).to_json()["audits"]["a"]
    auc = one(found["estimates"], measure="auc")
    assert (auc["status"], "rounded" in auc["note"]) == ("not_identified", True)
    assert {e["at"].get("threshold") for e in found["estimates"]} == {2, None}


@pytest.mark.parametrize(
    ("inline", "options", "said"),
    [
        (
            [{"flag": "yes", "n": 30}, {"flag": "no", "n": 33}],
            {},
            "1 of the numbers in the column 'n' are no multiples",
        ),
        ([{"flag": "yes", "n": "<5"}, {"flag": "no", "n": 30}], {}, "1 of the cells of the column 'n' hold no count"),
        (
            [{"flag": "yes", "n": "<10"}, {"flag": "no", "n": 30}],
            {"suppressed_below": 5},
            "hide counts below another number",
        ),
        (
            [{"flag": "yes", "n": 30}, {"flag": "T", "n": 10}],
            {"total_value": "T"},
            "the parts of a total add up to more than it, 1 times",
        ),
        ([{"flag": "yes", "n": 30}], {"count": None}, "needs count"),
        ([{"flag": "yes", "n": 30}], {"measures": ["prevalence"]}, "prevalence needs outcome"),
    ],
)
def test_mistakes_are_named(inline: list[dict[str, Any]], options: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said.replace("(", r"\(")):
        run(inline, **options)
