"""Groups compared within strata: beside the plain gap, for claims, and with what may not be shown left out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.errors import CounterproofError
from counterproof.stats.stratified import stratified

# race, district, flagged, not flagged: A is flagged less in either district, and more in all
CASES = [("A", "North", 450, 450), ("A", "South", 15, 135), ("B", "North", 84, 66), ("B", "South", 144, 756)]
OPTIONS: dict[str, Any] = {
    "flag": "flag", "outcome": "outcome", "groups": ["race"], "reference": {"race": "B"}, "within": "district",
    "measures": ["flag_rate"],
}  # fmt: skip


def table(cases: list[tuple[Any, ...]] = CASES) -> dict[str, list[Any]]:
    rows = [(r, d, f, place % 2) for r, d, *n in cases for f, m in zip((1, 0), n, strict=True) for place in range(m)]
    return {name: [row[at] for row in rows] for at, name in enumerate(("race", "district", "flag", "outcome"))}


def found(records: dict[str, list[Any]], **options: Any) -> dict[str, Any]:
    audit: dict[str, Any] = cp.audit("score", pa.table(records), **(OPTIONS | options)).to_json()["audits"]["audit"]
    return audit


def gap(audit: dict[str, Any], at: dict[str, Any], scale: str = "difference", **group: str) -> Any:
    fit = [c for c in audit["contrasts"] if (c["at"], c["scale"], c["group"]) == (at, scale, group)]
    assert len(fit) == 1, (at, group, len(fit))
    return fit[0]


def check(audit: dict[str, Any], name: str) -> Any:
    return next(c for c in audit["checks"] if c["name"] == name)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_the_gap_within_stands_beside_the_plain_one(scale: str) -> None:
    audit = found(table())
    plain, within = gap(audit, {}, scale, race="A"), gap(audit, {"strata": "district"}, scale, race="A")
    kernel = stratified((450, 15), (900, 150), (84, 144), (150, 900), scale)  # type: ignore[arg-type]
    assert (within["value"], within["low"], within["high"]) == pytest.approx((kernel.value, kernel.low, kernel.high))
    assert (within["method"], within["p_value"]) == ("mantel-haenszel", pytest.approx(kernel.p_value))
    equal = 0 if scale == "difference" else 1
    assert plain["value"] > equal > within["value"]
    assert within["within"]["turned"] is True
    assert (within["within"]["strata"], within["within"]["left_out"]) == (2, 0)
    assert "within" not in plain
    turned = check(audit, "direction_within")
    assert (turned["status"], turned["count"], turned["total"]) == ("warn", 1, 1)


def test_the_plain_numbers_do_not_change() -> None:
    with_, without = found(table()), found(table(), within=None)
    assert gap(with_, {}, race="A") == gap(without, {}, race="A")
    assert with_["family"] == without["family"]


def test_a_claim_may_be_about_either() -> None:
    test = {"audit": "a", "measure": "flag_rate", "compare": {"race": ["A", "B"]}, "as": "difference", "expect": ">= 0"}
    rows = [dict(zip(table(), row, strict=True)) for row in zip(*table().values(), strict=True)]
    claims = [
        {"id": "plain", "text": "t", "test": test},
        {"id": "within", "text": "t", "test": {**test, "at": {"strata": "district"}, "expect": "<= 0.05"}},
    ]
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"a": {"kind": "score", "source": "s", **OPTIONS}},
        "claims": claims,
    }
    judged = cp.run(plan).to_json()["claims"]
    assert [c["verdict"] for c in judged] == ["supported", "supported"]
    assert judged[0]["value"] > 0 > judged[1]["value"]
    assert "within each district" in judged[1]["because"]


def test_a_stratum_with_one_group_says_nothing_and_is_counted() -> None:
    more = table([*CASES, ("A", "West", 200, 20)])
    audit = found(more)
    alone = check(audit, "strata_with_one_group")
    assert (alone["status"], alone["count"], alone["total"]) == ("warn", 1, 3)
    within = gap(audit, {"strata": "district"}, race="A")
    assert within["value"] == gap(found(table()), {"strata": "district"}, race="A")["value"]
    assert within["within"]["left_out"] == 220


def test_what_is_withheld_leaves_a_group_out_when_it_is_much() -> None:
    audit = found(table([*CASES, ("C", "North", 60, 60), ("C", "South", 4, 60)]))
    within = gap(audit, {"strata": "district"}, race="C")
    assert within["status"] == "suppressed"
    assert "value" not in within
    assert "withheld" in within["note"]
    assert check(audit, "strata_withheld")["count"] >= 1
    assert gap(audit, {}, race="C")["status"] == "estimated"


def test_no_small_count_of_a_stratum_is_shown_or_left_over() -> None:
    exhibit = cp.audit("score", pa.table(table([*CASES, ("C", "North", 60, 60), ("C", "South", 4, 60)])), **OPTIONS)
    rows = exhibit.exhibit.counts["audit"]["strata"].rows
    counts = [count for row in rows for count in row.counts.values()]
    assert not any(count is not None and 0 < count < 10 for count in counts)
    mine = [row["flagged"] for row in rows if row.group["race"] == "C"]
    assert mine.count(None) == 2  # with one alone, the total would tell it


def test_records_without_a_stratum_are_counted_and_left_out() -> None:
    more = table([*CASES, ("A", None, 40, 40)])
    audit = found(more)
    missing = check(audit, "missing_stratum")
    assert (missing["status"], missing["count"]) == ("warn", 80)
    assert gap(audit, {"strata": "district"}, race="A")["within"]["left_out"] == 80


def test_with_every_rate_the_four_counts_are_compared() -> None:
    audit = found(table(), measures=["false_positive_rate", "accuracy"])
    within = [c for c in audit["contrasts"] if c["at"] == {"strata": "district"}]
    assert {c["measure"] for c in within} == {"false_positive_rate", "accuracy"}
    assert all(c["status"] in ("estimated", "suppressed") for c in within)


def test_all_there_is_has_no_interval_and_clusters_have_none_here() -> None:
    records = table()
    whole = gap(found(records, population="records"), {"strata": "district"}, race="A")
    assert (whole["status"], whole["low"], whole["p_value"]) == ("reported", None, None)
    records["person_id"] = [f"P{place // 2:05d}" for place in range(len(records["race"]))]
    clustered = gap(found(records, cluster="person_id"), {"strata": "district"}, race="A")
    assert clustered["value"] == pytest.approx(whole["value"])
    assert (clustered["low"], clustered["high"], clustered["p_value"]) == (None, None, None)
    assert "clusters" in clustered["note"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"groups": []}, "needs groups"),
        ({"within": "race"}, "two roles"),
        ({"groups": ["race", "a", "b"], "reference": {}}, "at most 3 columns together"),
        ({"within": "distrikt"}, "district"),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        found(table(), **({"reference": {}} if not options.get("groups", True) else {}), **options)
