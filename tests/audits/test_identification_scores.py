"""Identification from a log of comparison scores: operating points, curves, people who stand in several comparisons."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.cli.app import run as command
from counterproof.errors import CounterproofError
from counterproof.stats.hull import crossing
from counterproof.stats.intervals import wilson

BY = {"score": "s", "mated": "mated"}


def log(n: int = 6000, seed: int = 1, mated: float = 0.3) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    rows = []
    for _ in range(n):
        same, race = rng.random() < mated, rng.choice(["Black", "White", "White"])
        one = rng.randrange(300)
        rows.append(
            {
                "s": round(rng.gauss(0.7 if same else 0.35 + 0.05 * (race == "Black"), 0.12), 3),
                "mated": same,
                "race": race,
                "probe": f"p{one}",
                "reference": f"p{one if same else (one + rng.randrange(1, 300)) % 300}",
            }
        )
    return rows


def found(rows: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    table = pa.table({name: [row[name] for row in rows] for name in rows[0]})
    return cp.audit("identification", table, **(BY | options)).to_json()["audits"]["audit"]


def pick(
    audit: dict[str, Any], measure: str, group: dict[str, str] | None = None, *, primary: bool = True
) -> list[Any]:
    return [
        e for e in audit["estimates"]
        if e["measure"] == measure and e["group"] == (group or {}) and e["primary"] is primary
    ]  # fmt: skip


def one(audit: dict[str, Any], measure: str, group: dict[str, str] | None = None) -> Any:
    (estimate,) = pick(audit, measure, group)
    return estimate


def errors(rows: list[dict[str, Any]], t: float) -> tuple[int, int, int, int]:
    others, mated = ([r["s"] for r in rows if r["mated"] is side] for side in (False, True))
    return sum(s >= t for s in others), len(others), sum(s < t for s in mated), len(mated)


def test_both_errors_at_a_threshold() -> None:
    rows = log()
    audit = found(rows, threshold="0.6", groups=["race"])
    for group, own in (({}, rows), ({"race": "Black"}, [r for r in rows if r["race"] == "Black"])):
        x, n, y, m = errors(own, 0.6)
        fmr, fnmr = one(audit, "false_match_rate", group), one(audit, "false_non_match_rate", group)
        assert (fmr["numerator"], fmr["denominator"], fmr["at"]) == (x, n, {"threshold": 0.6})
        assert (fnmr["numerator"], fnmr["denominator"]) == (y, m)
        assert (fmr["low"], fmr["high"]) == pytest.approx(wilson(x, n))
    assert one(audit, "garbe")["value"] > 0


def test_a_distance_is_the_same_the_other_way_round() -> None:
    rows = log()
    turned = [row | {"s": round(1 - row["s"], 3)} for row in rows]
    one_way, other = found(rows, threshold="0.6"), found(turned, threshold="0.4", distance=True)
    for measure in ("false_match_rate", "false_non_match_rate", "equal_error_rate"):
        a, b = one(one_way, measure), one(other, measure)
        assert (a["value"], a.get("identified_low"), a["high"]) == (b["value"], b.get("identified_low"), b["high"])


def test_the_threshold_for_a_false_match_rate() -> None:
    rows = log()
    audit = found(rows, at_fmr="0.01")
    threshold = one(audit, "threshold")
    assert (threshold["at"], threshold["status"]) == ({"at_fmr": 0.01}, "reported")
    x, n, y, _ = errors(rows, threshold["value"])
    assert x / n <= 0.01 < errors(rows, threshold["value"] - 0.001)[0] / n
    assert one(audit, "false_match_rate")["numerator"] == x  # the rate achieved, not the one asked for
    assert one(audit, "false_non_match_rate")["numerator"] == y


def test_the_equal_error_rate_lies_where_the_errors_cross() -> None:
    rows = log(40_000, 3)
    audit = found(rows, threshold="0.6")
    eer = one(audit, "equal_error_rate")
    scores = sorted({r["s"] for r in rows})
    rates = [(x / n, y / m) for x, n, y, m in (errors(rows, t) for t in scores)]
    low, high = max(min(pair) for pair in rates), min(max(pair) for pair in rates)
    assert eer["identified_low"] - 1e-9 <= low <= high <= eer["identified_high"] + 1e-9
    assert eer["identified_high"] - eer["identified_low"] < 0.004
    assert eer["low"] < eer["identified_low"]


def test_with_few_scores_the_equal_error_rate_is_exact() -> None:
    # mated 1, 2, 3, 4 and non-mated 0, 1, 2, 3, a hundred of each: errors of 2 and 1 in 4 at 2, of 1 and 2 in 4 at 3
    rows = [{"s": k + side, "mated": bool(side)} for side in (0, 1) for k in range(4) for _ in range(100)]
    eer = one(found(rows, threshold="2"), "equal_error_rate")
    assert (eer["identified_low"], eer["identified_high"]) == (0.25, 0.5)
    rows = [{"s": k + 2 * side, "mated": bool(side)} for side in (0, 1) for k in range(4) for _ in range(100)]
    assert one(found(rows, threshold="2"), "equal_error_rate")["value"] == 0.25


def test_the_equal_error_rate_of_the_hull() -> None:
    rows = log(40_000, 3)
    audit = found(rows, threshold="0.6")
    hull = one(audit, "rocch_equal_error_rate")
    scores = sorted({r["s"] for r in rows})
    true = crossing([(x / n, y / m) for x, n, y, m in (errors(rows, t) for t in scores)])
    assert hull["identified_low"] <= true <= hull["identified_high"]
    assert hull["identified_high"] - hull["identified_low"] < 0.02
    assert hull["identified_high"] <= one(audit, "equal_error_rate")["identified_high"]
    turned = [row | {"s": round(1 - row["s"], 3)} for row in rows]
    assert one(found(turned, threshold="0.4", distance=True), "rocch_equal_error_rate")["low"] == hull["low"]


def test_the_curve_has_a_point_only_where_enough_comparisons_lie_between() -> None:
    rows = log(20_000)
    audit = found(rows, threshold="0.6", groups=["race"])
    points = pick(audit, "false_match_rate", primary=False)
    assert len(points) > 8
    for a, b in pairwise(points):
        assert a["at"]["threshold"] < b["at"]["threshold"]
        assert a["numerator"] - b["numerator"] >= 10
    for point in points:
        assert (point["numerator"], point["denominator"]) == errors(rows, point["at"]["threshold"])[:2]
    det = pick(audit, "detection_error_tradeoff", {"race": "Black"})
    assert len(det) > 5
    assert all(d["at"]["false_match_rate"] > 0 for d in det)


def test_a_curve_of_everybody_does_not_give_a_small_group_away() -> None:
    rows = [
        *log(20_000),
        *({"s": 0.2 + 0.01 * k, "mated": k % 2 == 0, "race": "Few", "probe": "x", "reference": "y"} for k in range(60)),
    ]
    audit = found(rows, threshold="0.6", groups=["race"])
    assert not pick(audit, "false_match_rate", {}, primary=False)
    assert pick(audit, "false_match_rate", {"race": "White"}, primary=False)
    assert not pick(audit, "false_match_rate", {"race": "Few"}, primary=False)


def test_comparisons_of_the_same_people_are_not_independent() -> None:
    rows = log(6000, 4)
    for row in rows:  # one person in ten is taken for many others, and is hard to recognise
        hard = sum(row[side] in {f"p{k}" for k in range(30)} for side in ("probe", "reference"))
        row["s"] = round(row["s"] + (-0.15 * hard if row["mated"] else 0.12 * hard), 3)
    plain = found(rows, threshold="0.6")
    known = found(rows, threshold="0.6", subject="probe", other_subject="reference")
    for measure in ("false_match_rate", "false_non_match_rate"):
        a, b = one(plain, measure), one(known, measure)
        assert a["value"] == b["value"]
        assert b["method"] == "clustered-wilson"
        assert b["high"] - b["low"] > 1.2 * (a["high"] - a["low"])
    points = pick(known, "false_match_rate", primary=False)
    assert {p["method"] for p in points} == {"deflated-wilson"}


def test_groups_that_share_people() -> None:
    audit = found(log(), threshold="0.6", groups=["race"], subject="probe", other_subject="reference")
    ratio = next(c for c in audit["contrasts"] if c["measure"] == "false_match_rate" and c["scale"] == "ratio")
    assert ratio["method"] == "clustered-score"
    assert ratio["p_value"] is not None


def test_failures_to_acquire_count_as_attempts() -> None:
    rows = [row | {"failed": "no"} for row in log()]
    rows += [row | {"s": None, "failed": "yes"} for row in rows[:200]]
    audit = found(rows, threshold="0.6", failed="failed")
    x, n, y, m = errors([row for row in rows if row["s"] is not None], 0.6)
    lost = sum(row["mated"] for row in rows[:200])
    far, frr = one(audit, "far"), one(audit, "frr")
    assert (far["numerator"], far["denominator"]) == (x, n + 200 - lost)
    assert (frr["numerator"], frr["denominator"]) == (y + lost, m + lost)
    # FAR = FMR (1 − FTA) and FRR = FTA + FNMR (1 − FTA), with the failures of each side
    assert far["value"] == pytest.approx(x / n * (1 - (200 - lost) / (n + 200 - lost)))
    assert frr["value"] == pytest.approx(lost / (m + lost) + y / m * m / (m + lost))


def test_systems_are_audited_by_themselves() -> None:
    rows = [row | {"system": name, "s": row["s"] * scale} for name, scale in (("a", 1), ("b", 100)) for row in log()]
    audit = found(rows, at_fmr="0.01", system="system", groups=["race"])
    thresholds = {e["group"]["system"]: e["value"] for e in audit["estimates"] if e["measure"] == "threshold"}
    assert thresholds["b"] == pytest.approx(100 * thresholds["a"])
    assert not [e for e in audit["estimates"] if "system" not in e["group"]]


def test_a_histogram_of_scores() -> None:
    rows = log()
    counted: dict[Any, int] = {}
    for row in rows:
        counted[round(row["s"], 2), row["mated"]] = counted.get((round(row["s"], 2), row["mated"]), 0) + 1
    table = pa.table(
        {name: [key[k] for key in counted] for k, name in enumerate(("s", "mated"))} | {"n": list(counted.values())}
    )
    audit = cp.audit("identification", table, **BY, threshold="0.6", count="n").to_json()["audits"]["audit"]
    x, n, _, _ = errors([row | {"s": round(row["s"], 2)} for row in rows], 0.6)
    assert (one(audit, "false_match_rate")["numerator"], one(audit, "false_match_rate")["denominator"]) == (x, n)


def test_what_was_missing_or_contradicts_is_said() -> None:
    rows = log()
    for row in rows[:20]:
        row["s"] = None
    for row in [row for row in rows if not row["mated"]][:30]:
        row["reference"] = row["probe"]
    audit = found(rows, threshold="0.6", subject="probe", other_subject="reference")
    checks = {c["name"]: (c["status"], c["count"]) for c in audit["checks"]}
    assert checks["missing_score"] == ("warn", 20)
    assert checks["compared_with_itself"] == ("fail", 30)
    assert checks["mated_with_another"] == ("pass", 0)


def test_no_mated_pairs() -> None:
    audit = found(log(mated=0), threshold="0.6")
    assert one(audit, "false_non_match_rate")["status"] == "undefined"
    assert one(audit, "false_match_rate")["value"] is not None
    assert not pick(audit, "equal_error_rate")


def test_a_score_read_the_wrong_way_round_is_told_from_a_useless_one() -> None:
    rows = log(2000)
    turned = [row | {"s": round(1 - row["s"], 3)} for row in rows]
    for spoilt, options, says in (
        (turned, {"threshold": "0.4"}, "distances: say so with distance"),
        (rows, {"threshold": "0.6", "distance": True}, "similarities: leave out distance"),
        (rows, {"at_fmr": "0.01", "distance": True}, "similarities: leave out distance"),
        ([row | {"mated": not row["mated"]} for row in rows], {"threshold": "0.6"}, "or is mated the wrong way round"),
        (turned, {"threshold": "0.4", "curves": False}, "less alike"),
    ):
        with pytest.raises(CounterproofError) as caught:
            found(spoilt, **options)
        assert says in str(caught.value)
    rng = random.Random(5)
    for n in (6, 20, 200, 5000):  # scores that say nothing are a finding
        useless = [{"s": rng.random(), "mated": k % 2 == 0} for k in range(n)]
        low, high = min(row["s"] for row in useless), max(row["s"] for row in useless)
        assert found(useless, threshold=str((low + high) / 2))["records"] == n


def test_subjects_that_contradict_what_is_said_of_the_pair() -> None:
    rows = log()
    for row in [row for row in rows if row["mated"]][:40]:
        row["reference"] = "somebody else"
    audit = found(rows, threshold="0.6", subject="probe", other_subject="reference")
    checks = {c["name"]: (c["status"], c["count"]) for c in audit["checks"]}
    assert checks["mated_with_another"] == ("fail", 40)
    assert one(audit, "false_non_match_rate")["denominator"] == sum(row["mated"] for row in rows)  # as they are called


def test_no_non_mated_pairs() -> None:
    audit = found(log(mated=1), threshold="0.6")
    assert one(audit, "false_match_rate")["status"] == "undefined"
    assert one(audit, "false_non_match_rate")["value"] is not None
    with pytest.raises(CounterproofError, match="0 non-mated comparisons"):
        found(log(mated=1), at_fmr="0.01")


SPOILT: dict[str, tuple[dict[str, Any], str]] = {
    "scores that are all equal": ({"s": 0.6}, "all scores are equal"),
    "scores that are missing": ({"s": None}, "no comparison has both"),
    "marks of mated that are neither yes nor no": ({"mated": "perhaps"}, "no comparison has both"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_columns_that_cannot_be(name: str) -> None:
    values, says = SPOILT[name]
    with pytest.raises(CounterproofError, match=says):
        found([row | values for row in log(2000)], threshold="0.6")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no operating point": ({}, "exactly one of threshold and at_fmr"),
    "two operating points": ({"threshold": "0.6", "at_fmr": "0.01"}, "exactly one of threshold and at_fmr"),
    "no column of mated": ({"mated": None, "threshold": "0.6"}, "score needs mated"),
    "a rate above 1": ({"at_fmr": "2"}, "less than 1"),
    "a rate that nothing shows": ({"at_fmr": "0.00001"}, "at least 100,000 are needed"),
    "a threshold beyond the scores": ({"threshold": "60"}, "outside of all scores"),
    "similarity for distance": ({"threshold": "0.6", "distance": True}, "less alike"),
    "an unknown group for the threshold": ({"at_fmr": "0.01", "at_fmr_group": {"sex": "F"}}, "not among groups"),
    "counts with subjects": ({"threshold": "0.6", "count": "probe", "subject": "reference"}, "do not go together"),
    "half of the subjects": ({"threshold": "0.6", "other_subject": "reference"}, "other_subject needs subject"),
    "a group that is a person": ({"threshold": "0.6", "groups": ["probe"]}, "persons"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    options, says = BAD[name]
    with pytest.raises(CounterproofError) as caught:
        found(log(2000), **options)
    assert says in str(caught.value)


def test_the_command_writes_a_folder_that_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scores.csv"
    rows = log(3000)
    path.write_text(",".join(rows[0]) + "\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows))
    out = tmp_path / "out"
    options = [
        "--score",
        "s",
        "--mated",
        "mated",
        "--group",
        "race",
        "--subject",
        "probe",
        "--other-subject",
        "reference",
    ]
    assert command(["audit", "identification", str(path), *options, "--at-fmr", "0.01", "--out", str(out)]) == 0
    assert command(["verify", str(out), "--source", f"records={path}"]) == 0
    written = "".join((out / name).read_text() for name in ("report.html", "results.json", "counts.json"))
    assert "p17" not in written
    assert json.loads((out / "results.json").read_text())["audits"]["identification"]["records"] == 3000
    capsys.readouterr()
