"""Repeated people in a score audit: intervals from sums over clusters, what is shown of them, and what is refused."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.errors import CounterproofError, PlanError
from counterproof.stats.basis import Rate
from counterproof.stats.clustered import Clustered

OPTIONS: dict[str, Any] = {"flag": "flag", "outcome": "outcome", "groups": ["race"], "cluster": "person_id"}


def people(n: int, seed: int = 1, labels: str = "AB", stray: float = 0.0) -> dict[str, list[Any]]:
    """Records of ``n`` persons, up to six each, who differ in how often they are flagged."""
    draw = random.Random(seed)
    table: dict[str, list[Any]] = {"person_id": [], "race": [], "flag": [], "outcome": []}
    for person in range(n):
        race, often = draw.choice(labels), draw.random()
        for _ in range(draw.randint(1, 6)):
            table["person_id"].append(f"P{person:06d}")
            table["race"].append(draw.choice(labels) if draw.random() < stray else race)
            table["flag"].append(int(draw.random() < often))
            table["outcome"].append(int(draw.random() < 0.4))
    return table


def found(table: dict[str, list[Any]], **options: Any) -> dict[str, Any]:
    audit: dict[str, Any] = cp.audit("score", pa.table(table), **(OPTIONS | options)).to_json()["audits"]["audit"]
    return audit


def one(audit: dict[str, Any], measure: str, **group: str | None) -> Any:
    fit = [e for e in audit["estimates"] if (e["measure"], e["group"], e["assumption"]) == (measure, group, None)]
    assert len(fit) == 1, (measure, group, len(fit))
    return fit[0]


def check(audit: dict[str, Any], name: str) -> Any:
    return next(c for c in audit["checks"] if c["name"] == name)


def by_person(table: dict[str, list[Any]], race: str) -> Clustered:
    """The false positive rate of a group, added up person by person."""
    held: dict[str, list[int]] = {}
    persons = set()
    for key, label, flag, outcome in zip(*table.values(), strict=True):
        if label == race:
            persons.add(key)
            if not outcome:
                held.setdefault(key, [0, 0])[1 - flag] += 1
    a, b = ([pair[side] for pair in held.values()] for side in (0, 1))
    squares = sum(x * x for x in a), sum(x * y for x, y in zip(a, b, strict=True)), sum(y * y for y in b)
    return Clustered(sum(a), sum(a) + sum(b), len(persons), squares)


def test_interval_is_that_of_the_sums_person_by_person():
    table = people(400)
    audit = found(table)
    for race in "AB":
        rate, basis = one(audit, "false_positive_rate", race=race), by_person(table, race)
        ends = basis.printed(0.95)
        assert (rate["numerator"], rate["denominator"]) == (basis.successes, basis.trials)
        assert (rate["low"], rate["high"]) == pytest.approx((ends.low, ends.high), rel=1e-11)
        assert rate["method"] == "clustered-wilson"
        plain = Rate(basis.successes, basis.trials).printed(0.95)
        assert ends.high - ends.low > 1.2 * (plain.high - plain.low)
    contrast = next(c for c in audit["contrasts"] if c["measure"] == "false_positive_rate")
    assert contrast["method"] == "clustered-score"
    assert contrast["low"] < contrast["value"] < contrast["high"]


def test_a_key_for_every_record_gives_the_intervals_of_independent_records():
    table = people(300)
    table["person_id"] = [f"P{place:06d}" for place in range(len(table["race"]))]
    clustered, plain = found(table), found(table, cluster=None)
    for measure in ("false_positive_rate", "flag_rate", "accuracy", "positive_predictive_value"):
        for group in ({}, {"race": "A"}):
            mine, theirs = one(clustered, measure, **group), one(plain, measure, **group)
            assert (mine["low"], mine["high"]) == pytest.approx((theirs["low"], theirs["high"]), abs=1e-11)
    assert "No two records share one" in check(clustered, "clusters")["note"]


def test_without_a_key_each_record_is_a_cluster_and_that_is_said():
    table = people(300)
    table["person_id"] = [["", None, "REDACTED", "***"][place % 4] for place in range(len(table["race"]))]
    clustered, plain = found(table), found(table, cluster=None)
    mine, theirs = one(clustered, "flag_rate", race="A"), one(plain, "flag_rate", race="A")
    assert (mine["low"], mine["high"]) == pytest.approx((theirs["low"], theirs["high"]), abs=1e-11)
    missing = check(clustered, "missing_cluster")
    assert (missing["status"], missing["count"]) == ("warn", len(table["race"]))


def test_one_giant_cluster_leaves_the_whole_range():
    table = people(300)
    table["person_id"] = ["P1"] * len(table["race"])
    audit = found(table)
    rate = one(audit, "false_positive_rate", race="A")
    assert (rate["low"], rate["high"]) == (0, 1)
    assert rate["value"] is not None
    assert "withheld" in rate["note"]
    assert check(audit, "clusters")["status"] == "warn"


def test_a_giant_cluster_among_small_ones_is_not_taken_for_one_of_many():
    table = people(300)
    share = sum(race == "A" for race in table["race"]) * 9 // 10
    taken = 0
    for place, race in enumerate(table["race"]):
        if race == "A" and taken < share:
            table["person_id"][place], taken = "GIANT", taken + 1
    rate = one(found(table, settings={"min_cell": 3}, public_records="a test"), "flag_rate", race="A")
    assert rate["high"] - rate["low"] > 0.6


def test_groups_that_share_people_are_compared_with_their_covariance():
    table = people(400, stray=0.6)
    apart = {**table, "person_id": [f"{k}{race}" for k, race in zip(table["person_id"], table["race"], strict=True)]}
    shared, loose = (
        next(c for c in found(rows)["contrasts"] if c["measure"] == "flag_rate" and c["scale"] == "difference")
        for rows in (table, apart)
    )
    assert shared["value"] == loose["value"]
    assert shared["high"] - shared["low"] < 0.95 * (loose["high"] - loose["low"])


def test_figures_without_a_clustered_variance_have_no_interval_and_say_why():
    table = people(400)
    draw = random.Random(2)
    table["score"] = [min(10, 1 + 4 * flag + draw.randrange(6)) for flag in table["flag"]]
    audit = found(table, flag=None, score="score", flag_at=5)
    area = one(audit, "auc", race="A")
    assert 0.3 < area["value"] < 0.9
    assert (area["low"], area["high"], area["method"]) == (None, None, None)
    assert "variance" in area["note"]
    assert not any(c["measure"] == "auc" for c in audit["contrasts"])
    bins = [e for e in audit["estimates"] if e["measure"] == "outcome_rate_by_score"]
    assert bins
    assert all(e["low"] is None for e in bins)


def test_bounds_allow_for_clusters_at_both_ends():
    table = people(400)
    for place in range(0, len(table["race"]), 20):
        table["race"][place] = None
    clustered, plain = found(table), found(table, cluster=None)
    mine, theirs = one(clustered, "false_positive_rate", race="A"), one(plain, "false_positive_rate", race="A")
    assert mine["status"] == theirs["status"] == "bounded"
    assert (mine["identified_low"], mine["identified_high"]) == (theirs["identified_low"], theirs["identified_high"])
    assert mine["low"] < theirs["low"] < theirs["high"] < mine["high"]


def test_reviewed_outcomes_have_clustered_bounds():
    table = people(500)
    draw = random.Random(3)
    table["seen"] = [int(draw.random() < 0.6) for _ in table["race"]]
    audit = found(table, reviewed="seen")
    rate = one(audit, "positive_predictive_value", race="A")
    assert rate["status"] == "bounded"
    assert "clustered" in rate["method"]
    assumed = [e for e in audit["estimates"] if e["assumption"] == "ignorable_verification"]
    assert assumed
    assert all(e["low"] is None for e in assumed)


def test_a_verdict_rests_on_the_clusters():
    table = people(250, seed=4)
    rate = one(found(table, cluster=None), "flag_rate", race="A")
    claim = {"audit": "a", "measure": "flag_rate", "group": {"race": "A"}, "expect": f"<= {rate['high'] + 0.008:.4f}"}
    verdicts = {}
    for cluster in (None, "person_id"):
        plan = {
            "sources": {
                "s": {"inline": [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]}
            },
            "audits": {"a": {"kind": "score", "source": "s", **OPTIONS, "cluster": cluster}},
            "claims": [{"id": "c", "text": "t", "test": claim}],
        }
        judged = cp.run(plan).to_json()["claims"][0]
        verdicts[cluster] = judged["verdict"]
        assert judged["settle"] is None or judged["settle"] > 0
    assert verdicts == {None: "supported", "person_id": "undetermined"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"count": "n"}, "cluster does not go with count"),
        ({"cluster": "race"}, "two roles"),
        ({"cluster": "persn_id"}, "person_id"),
    ],
)
def test_what_does_not_go_together(options, said):
    table = people(40) | {"n": [1] * len(people(40)["race"])}
    with pytest.raises(CounterproofError, match=said):
        found(table, **options)


def test_a_plate_is_no_cluster():
    table = people(60)
    table["license_plate"] = [f"{key[1:4]}ABC" for key in table["person_id"]]
    with pytest.raises(PlanError, match="not read for any role"):
        found(table, cluster="license_plate")


def test_no_key_is_in_anything_that_is_written(tmp_path):
    table = people(120)
    exhibit = cp.audit("score", pa.table(table), **OPTIONS)
    exhibit.write(tmp_path / "out")
    written = "".join(path.read_text(errors="replace") for path in (tmp_path / "out").iterdir())
    assert "P00" not in written


def test_a_number_of_persons_that_repeats_is_warned_about():
    table = people(300)
    audit = found(table, cluster=None)
    warned = check(audit, "repeated_key")
    times = {key: table["person_id"].count(key) for key in set(table["person_id"])}
    assert (warned["status"], warned["count"]) == ("warn", sum(n for n in times.values() if n > 1))
    assert "person_id" in warned["note"]
    names = [c["name"] for c in found(table)["checks"]]
    assert "repeated_key" not in names


def test_a_number_that_does_not_repeat_or_is_none_of_persons_is_not():
    table = people(200)
    table["award_code"] = table["person_id"]
    table["person_id"] = [f"P{place:06d}" for place in range(len(table["race"]))]
    assert not [c for c in found(table, cluster=None)["checks"] if c["name"] == "repeated_key"]


def test_a_few_repeats_are_warned_about_without_their_number():
    table = people(200)
    table["person_id"] = [f"P{max(place, 3):06d}" for place in range(len(table["race"]))]
    warned = check(found(table, cluster=None), "repeated_key")
    assert (warned["status"], warned["count"]) == ("warn", None)
