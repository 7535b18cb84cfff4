"""The outcome test end to end: published counts and rows, places put together, claims, bad input."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.errors import CounterproofError
from stats.connecticut import COUNTS, GROUPS, PUBLISHED

ROLES = {"groups": ["race"], "place": "county", "stops": "stops", "searches": "searches", "hits": "hits"}
PUBLIC = {"settings": {"min_cell": 1}, "public_records": "published by the Stanford Open Policing Project"}


def table(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def published(path: Path, **changed: dict[str, int]) -> Path:
    rows = [
        {"county": county, "race": race, "stops": n, "searches": s, "hits": h}
        for county, groups in COUNTS.items()
        for race, (n, s, h) in zip(GROUPS, groups, strict=True)
    ]
    rows[0] |= changed.get("first", {})
    return table(path, rows)


def audit(path: Path, **options: Any) -> dict[str, Any]:
    found = cp.audit("outcome-test", path, **{**ROLES, **PUBLIC, **options})
    return found.to_json()["audits"]["audit"]


def value(found: dict[str, Any], measure: str, race: str) -> Any:
    return next(e for e in found["estimates"] if e["measure"] == measure and e["group"] == {"race": race})


@pytest.fixture(scope="module")
def connecticut(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return audit(published(tmp_path_factory.mktemp("ct") / "ct.csv"), sensitivity=False)


def test_thresholds_are_those_published(connecticut: dict[str, Any]) -> None:
    for race, expected in zip(GROUPS, PUBLISHED, strict=True):
        found = value(connecticut, "search_threshold", race)
        assert found["value"] == pytest.approx(expected, abs=0.003)
        assert found["low"] < expected < found["high"]
        assert (found["method"], found["assumption"], found["primary"]) == ("posterior", "threshold_model", True)


def test_rates_are_plain_shares(connecticut: dict[str, Any]) -> None:
    white = value(connecticut, "hit_rate", "White")
    assert (white["numerator"], white["denominator"], white["method"]) == (1179, 3108, "wilson")
    black = value(connecticut, "search_rate", "Black")
    assert (black["numerator"], black["denominator"]) == (1218, 37460)
    assert connecticut["records"] == 310928
    assert connecticut["family"] == 4


def test_no_rate_of_a_single_place_is_listed(connecticut: dict[str, Any]) -> None:
    assert not any("county" in e["group"] or "county" in e["at"] for e in connecticut["estimates"])
    gap = value(connecticut, "hit_rate_gap_within_places", "Black")
    assert gap["low"] < gap["value"] < gap["high"] < 0


def test_the_fit_stands_beside_its_result(connecticut: dict[str, Any]) -> None:
    checks = {check["name"]: check for check in connecticut["checks"]}
    assert checks["independent_draws"]["status"] == "pass"
    assert checks["search_rates_not_predicted"]["total"] == 24
    assert value(connecticut, "predicted_hit_rate", "White")["value"] == pytest.approx(1179 / 3108, abs=0.01)
    assert value(connecticut, "unpredicted_hit_rates", "White")["denominator"] == 8


def test_claims_about_thresholds_are_judged_and_verified(tmp_path: Path) -> None:
    from counterproof.evidence import verify

    published(tmp_path / "ct.csv")
    test = {"audit": "ct", "measure": "search_threshold", "compare": {"race": ["Black", "White"]}, "as": "difference"}
    plan = {
        "sources": {"ct": {"path": "ct.csv"}},
        "audits": {"ct": {"kind": "outcome-test", "source": "ct", "sensitivity": False, **ROLES}},
        "claims": [
            {"id": "lower", "text": "Searched on less evidence.", "test": {**test, "expect": "< 0"}},
            {"id": "alike", "text": "Searched alike.", "test": {**test, "expect": "-0.02 .. 0.02"}},
        ],
        **PUBLIC,
    }
    found = cp.run(plan, base=tmp_path)
    assert [claim.verdict for claim in found.claims] == ["supported", "contradicted"]
    found.write(tmp_path / "out")
    assert not [d for d in verify(tmp_path / "out") if not d.information]


def test_rows_give_the_same_counts_as_a_table(tmp_path: Path) -> None:
    rows = []
    for county, n, s, h in (("A", 400, 60, 20), ("B", 300, 50, 25)):
        for race in ("x", "y"):
            rows += [
                {"county": county, "race": race, "searched": int(i < s), "found": int(i < h) if i < s else ""}
                for i in range(n)
            ]
    options = {"stops": None, "searches": "searched", "hits": "found", "threshold_test": False}
    found = audit(table(tmp_path / "rows.csv", rows), **options)
    assert (value(found, "hit_rate", "x")["numerator"], value(found, "hit_rate", "x")["denominator"]) == (45, 110)
    assert value(found, "search_rate", "y")["denominator"] == 700


def test_small_places_are_put_together(tmp_path: Path) -> None:
    plain = {"settings": {"min_cell": 10}, "public_records": None}
    found = cp.audit("outcome-test", published(tmp_path / "ct.csv"), **ROLES, threshold_test=False, **plain)
    rows = found.exhibit.counts["audit"]["places"]
    names = {row.group["county"] for row in rows}
    assert "other places" in names
    assert "Middlesex County" not in names
    shown = [count for row in rows for count in row.counts.values() if count is not None]
    assert not any(0 < count < 10 for count in shown)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hits": 9999}, "more in 'hits' than in 'searches'"),
        ({"searches": -1}, "negative"),
        ({"stops": "many"}, "not numbers"),
    ],
)
def test_counts_that_cannot_be(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        audit(published(tmp_path / "ct.csv", first=changed))


def test_counts_without_the_column_of_stops_are_named(tmp_path: Path) -> None:
    with pytest.raises(CounterproofError, match="neither yes nor no"):
        audit(published(tmp_path / "ct.csv"), stops=None)


def test_without_a_search_there_is_no_threshold(tmp_path: Path) -> None:
    rows = [{"county": "A", "race": race, "stops": 500, "searches": 0, "hits": 0} for race in GROUPS]
    found = audit(table(tmp_path / "none.csv", rows))
    assert value(found, "search_threshold", "White")["status"] == "not_identified"
    assert value(found, "hit_rate", "White")["status"] == "undefined"
