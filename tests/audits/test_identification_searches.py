"""Identification from a log of searches in a gallery, against looking at every search."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.errors import CounterproofError
from counterproof.stats.matching import alert_precision, rate_from_gallery

OPTIONS: dict[str, Any] = {
    "candidate_score": "s", "rank": "r", "enrolled": "e", "mate": "mate", "threshold": "0.6", "gallery": [25_000],
}  # fmt: skip


def searches(n: int = 2000, seed: int = 1) -> list[dict[str, Any]]:
    """Each search: who, whether enrolled, and its candidates (score, whether the mate), the best first."""
    rng = random.Random(seed)
    found = []
    for _ in range(n):
        enrolled, race = rng.random() < 0.5, rng.choice("AB")
        wrong = [(round(rng.gauss(0.42 + 0.05 * (race == "B"), 0.09), 4), False) for _ in range(rng.randrange(8))]
        right = [(round(rng.gauss(0.72, 0.12), 4), True)] if enrolled and rng.random() < 0.95 else []
        found.append({"e": enrolled, "race": race, "list": sorted([*wrong, *right], reverse=True)[:6]})
    return found


def rows(each: list[dict[str, Any]]) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = []
    for one in each:
        common = {"e": "yes" if one["e"] else "no", "race": one["race"]}
        for r, (score, mate) in enumerate(one["list"], start=1):
            log.append(common | {"s": score, "r": r, "mate": "yes" if mate else "no"})
        if not one["list"]:
            log.append(common | {"s": None, "r": None, "mate": None})
    return log


def audit(log: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    table = pa.table({name: [row[name] for row in log] for name in log[0]})
    return cp.audit("identification", table, **(OPTIONS | options)).to_json()["audits"]["audit"]


def one(found: dict[str, Any], measure: str, group: dict[str, str] | None = None, **at: Any) -> Any:
    fit = [
        e for e in found["estimates"]
        if e["measure"] == measure and e["group"] == (group or {}) and at.items() <= e["at"].items()
    ]  # fmt: skip
    assert len(fit) == 1
    return fit[0]


@pytest.mark.parametrize("group", [None, {"race": "B"}])
def test_errors_of_both_kinds(group: dict[str, str] | None) -> None:
    each = searches()
    found = audit(rows(each), groups=["race"])
    own = [s for s in each if group is None or s["race"] == group["race"]]
    mated, others = ([s for s in own if s["e"] is side] for side in (True, False))
    fpir = one(found, "false_positive_identification_rate", group, gallery=25_000)
    assert fpir["numerator"] == sum(any(score >= 0.6 for score, _ in s["list"]) for s in others)
    assert fpir["denominator"] == len(others)
    deepest = max(e["at"]["rank"] for e in found["estimates"] if "rank" in e["at"])
    for rank in (1, deepest):
        fnir = one(found, "false_negative_identification_rate", group, rank=rank)
        back = sum(any(mate and score >= 0.6 for score, mate in s["list"][:rank]) for s in mated)
        assert (fnir["numerator"], fnir["denominator"]) == (len(mated) - back, len(mated))
    selectivity = one(found, "selectivity", group)
    assert selectivity["value"] == pytest.approx(
        sum(score >= 0.6 for s in others for score, _ in s["list"]) / len(others)
    )
    assert selectivity["low"] < selectivity["value"] < selectivity["high"]


def test_what_it_means_elsewhere_is_a_model_and_says_so() -> None:
    found = audit(rows(searches()), gallery=[25_000, 3_000_000], prevalence=["0.01"])
    fpir = one(found, "false_positive_identification_rate", gallery=25_000)
    assert fpir["assumption"] is None
    grown = one(found, "false_positive_identification_rate", gallery=3_000_000)
    assert grown["assumption"] == "independent_comparisons"
    implied = one(found, "implied_false_match_rate")
    assert implied["value"] == pytest.approx(rate_from_gallery(fpir["value"], 25_000))
    assert grown["value"] == pytest.approx(1 - (1 - implied["value"]) ** 3_000_000)
    deepest = max(e["at"]["rank"] for e in found["estimates"] if "rank" in e["at"])
    missed = one(found, "false_negative_identification_rate", rank=deepest)["value"]
    alert = one(found, "alert_precision", prevalence=0.01)
    assert alert["value"] == pytest.approx(alert_precision(0.01, 1 - missed, fpir["value"]))
    assert alert["assumption"] is None  # both rates were measured


def test_the_tested_gallery_is_held_against_the_one_in_use() -> None:
    found = audit(rows(searches()), gallery=[3_000_000], tested_gallery=25_000)
    check = next(c for c in found["checks"] if c["name"] == "tested_gallery")
    assert (check["status"], check["count"], check["total"]) == ("warn", 25_000, 3_000_000)
    assert one(found, "false_positive_identification_rate", gallery=25_000)["assumption"] is None


def test_distances_are_the_same_the_other_way_round() -> None:
    log = rows(searches())
    turned = [row | {"s": None if row["s"] is None else round(1 - row["s"], 4)} for row in log]
    one_way, other = audit(log), audit(turned, threshold="0.4", distance=True)
    for measure in ("false_positive_identification_rate", "selectivity"):
        assert one(one_way, measure)["value"] == one(other, measure)["value"]


BAD: dict[str, tuple[Any, dict[str, Any], str]] = {
    "similarity for distance": (lambda row: row, {"distance": True}, "ranks do not follow the scores"),
    "ranks from zero": (lambda row: row | {"r": None if row["r"] is None else row["r"] - 1}, {}, "not whole numbers"),
    "no rank": (lambda row: row, {"rank": None}, "candidate_score needs rank"),
    "no threshold": (lambda row: row, {"threshold": None}, "candidate_score needs threshold"),
    "nobody says who is enrolled": (lambda row: row | {"e": None}, {}, "enrolled"),
    "everybody is a mate": (lambda row: row | {"mate": "yes"}, {}, "more mates came back"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    change, options, says = BAD[name]
    log = [change(row) for row in rows(searches(600))]
    if name == "nobody says who is enrolled":
        log = [row | {"e": "?"} for row in log]
    with pytest.raises(CounterproofError) as caught:
        audit(log, **options)
    assert says in str(caught.value)
