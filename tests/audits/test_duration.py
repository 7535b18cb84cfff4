"""Processing times, through the whole line: golden numbers, competing ends, late entry, bounds, monthly counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.cli.app import run
from counterproof.errors import CounterproofError, InputError
from stats.lung import FEMALE, MALE, cases

LUNG = [
    {"time": time, "status": 2 if died else 1, "sex": sex, "kind": kind if died else None}
    for sex, text in ((1, MALE), (2, FEMALE))
    for number, (time, died) in enumerate(cases(text))
    for kind in [("a", "b")[number % 3 == 0]]
]
GOLDEN: dict[str, Any] = {"time": "time", "event": "status", "event_value": 2, "groups": ["sex"], "horizon": 965}


def audit(rows: list[dict[str, Any]], settings: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    found = cp.audit("duration", pa.Table.from_pylist(rows), settings=settings, **options)
    document: dict[str, Any] = found.to_json()["audits"]["audit"]
    return document


def only(entries: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [entry for entry in entries if all(entry.get(key) == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


SEXES = {"sex": ["2", "1"]}


@pytest.fixture(scope="module")
def lung() -> dict[str, Any]:
    return audit(LUNG, within=[365], **GOLDEN)


def test_the_golden_numbers_of_the_lung_data(lung: dict[str, Any]) -> None:
    # reference identification.md D
    for sex, mean in (("1", 324.0484191), ("2", 455.9040875)):
        found = only(lung["estimates"], measure="rmst", group={"sex": sex}, assumption=None)
        assert found["value"] == pytest.approx(mean, abs=5e-8)
        assert found["at"] == {"horizon": 965}
        assert found["method"] == "greenwood"
    gap = only(lung["contrasts"], measure="rmst", scale="difference", assumption=None)
    assert gap["value"] == pytest.approx(131.8556684, abs=1e-7)
    assert gap["p_value"] == pytest.approx(0.00091186, abs=5e-9)
    assert (gap["high"] - gap["low"]) / 2 / 1.959963984540054 == pytest.approx(39.7587016, abs=1e-6)
    median = only(lung["estimates"], measure="median_time", group={}, assumption=None)
    assert (median["value"], median["low"], median["high"]) == (310, 284, 361)
    assert only(lung["estimates"], measure="median_time", group={}, assumption="closed_cases_only")["value"] == 226
    assert only(lung["estimates"], measure="log_rank")["value"] == pytest.approx(10.3267, abs=5e-5)
    # lifelines 0.30.3: logrank_test(...).p_value
    assert only(lung["estimates"], measure="log_rank_p_value")["value"] == pytest.approx(0.0013111645, rel=1e-6)


def test_the_bias_of_counting_only_closed_cases_is_named(lung: dict[str, Any]) -> None:
    bias = only(lung["estimates"], measure="median_time.closed_only_bias", group={})
    assert bias["value"] == 226 - 310
    share = only(lung["estimates"], measure="share_done_within.closed_only_bias", group={"sex": "2"})
    assert share["value"] == pytest.approx(0.6792 - 0.47353697, abs=1e-9)  # 36 of 53


def test_adjusted_p_values_are_those_of_the_honest_figures(lung: dict[str, Any]) -> None:
    assert lung["family"] == 2  # mean and share; a median has no test
    gap = only(lung["contrasts"], measure="rmst", scale="difference", assumption=None)
    assert gap["p_adjusted"] == pytest.approx(2 * gap["p_value"])


def test_bounds_allow_for_every_way_in_which_open_cases_may_go_on(lung: dict[str, Any]) -> None:
    found = only(lung["estimates"], measure="share_done_within", group={}, assumption="open_cases_may_go_on_in_any_way")
    done = sum(row["status"] == 2 and row["time"] <= 365 for row in LUNG)
    lost = sum(row["status"] == 1 and row["time"] < 365 for row in LUNG)
    assert found["identified_low"] == pytest.approx(done / 228)
    assert found["identified_high"] == pytest.approx((done + lost) / 228)


def test_the_curve_has_no_point_within_ten_ends_of_another(lung: dict[str, Any]) -> None:
    for sex in ("1", "2"):
        points = [
            e["at"]["time"] for e in lung["estimates"] if e["measure"] == "survival" and e["group"] == {"sex": sex}
        ]
        assert len(points) >= 3
        for low, high in zip([0, *points], points, strict=False):
            ended = sum(str(row["sex"]) == sex and row["status"] == 2 and low < row["time"] <= high for row in LUNG)
            assert ended >= 10


def test_competing_ends_add_up_to_the_share_done() -> None:
    found = audit(LUNG, **{**GOLDEN, "groups": []}, within=[365], outcome="kind")["estimates"]
    ways = [e["value"] for e in found if e["measure"] == "share_ended_within"]
    assert len(ways) == 2
    assert sum(ways) == pytest.approx(only(found, measure="share_done_within", assumption=None)["value"], abs=2e-9)


def test_late_entry_lowers_the_number_at_risk_and_not_the_number_of_cases() -> None:
    rows = [{**row, "entry": min(row["time"] - 1, 100)} for row in LUNG if row["time"] > 100]
    plain = audit(rows, **{**GOLDEN, "groups": []}, within=[400])
    late = audit(rows, **{**GOLDEN, "groups": []}, within=[400], entry="entry")
    for found in (plain, late):
        assert only(found["checks"], name="records_used")["count"] == len(rows)
    # everybody entered at 100, so nothing is known of earlier times and the curve starts there
    share = [only(f["estimates"], measure="share_done_within", assumption=None)["value"] for f in (plain, late)]
    assert share[0] == pytest.approx(share[1], abs=1e-9)
    staggered = [{**row, "entry": (37 * number) % 90} for number, row in enumerate(rows)]
    again = audit(staggered, **{**GOLDEN, "groups": []}, within=[400], entry="entry")
    assert only(again["estimates"], measure="share_done_within", assumption=None)["value"] == pytest.approx(share[0])


def test_a_case_that_ends_before_it_is_observed_is_left_out() -> None:
    rows = [{**row, "entry": row["time"] + 5 if number < 12 else 0} for number, row in enumerate(LUNG)]
    found = audit(rows, **{**GOLDEN, "groups": []}, entry="entry")
    assert only(found["checks"], name="early")["count"] == 12


def test_a_column_of_counts_gives_what_rows_give() -> None:
    counted: dict[tuple[Any, ...], int] = {}
    for row in LUNG:
        counted[row["time"], row["status"], row["sex"]] = counted.get((row["time"], row["status"], row["sex"]), 0) + 1
    table = [{"time": t, "status": s, "sex": x, "n": n} for (t, s, x), n in counted.items()]
    assert audit(table, count="n", **GOLDEN)["estimates"] == audit(LUNG, **GOLDEN)["estimates"]


def test_flags_stand_beside_the_times() -> None:
    rows = [{**row, "again": ("yes" if number % 5 == 0 else "no")} for number, row in enumerate(LUNG)]
    found = audit(rows, **{**GOLDEN, "groups": []}, reopened="again")
    share = only(found["estimates"], measure="reopened_share")
    assert share["denominator"] == 165
    assert share["numerator"] == sum(row["status"] == 2 and row["again"] == "yes" for row in rows)


def test_a_restricted_mean_from_cells_of_size_one_is_shown_and_small_groups_are_not() -> None:
    sizes = {"large": 200, "other": 190, "small": 8, "tiny": 7}
    rows = [{"t": 3 + 5 * n, "e": 1, "g": name} for name, size in sizes.items() for n in range(size)]
    options: dict[str, Any] = {"time": "t", "event": "e", "groups": ["g"]}
    found = audit(rows, **options, horizon=30, within=[20])["estimates"]
    assert only(found, measure="rmst", group={"g": "large"}, assumption=None)["status"] == "suppressed"  # six ends
    found = audit(rows, **options, horizon=900, within=[500])["estimates"]
    assert only(found, measure="rmst", group={"g": "large"}, assumption=None)["status"] == "estimated"
    for estimate in found:
        if estimate["group"].get("g") in ("small", "tiny"):
            assert estimate["status"] == "suppressed", estimate


def test_no_small_count_is_shown_in_any_table(lung: dict[str, Any]) -> None:
    exhibit = cp.audit("duration", pa.Table.from_pylist(LUNG), within=[90, 365, 700], **GOLDEN).exhibit
    names = {"records", "ended", "open", "done", "lost", "followed", "at_risk"}
    shown = 0
    for tables in exhibit.counts.values():
        for table in tables.values():
            for row in table:
                for name in names & row.counts.keys():
                    count = row.counts[name]
                    shown += count is not None
                    assert count is None or count == 0 or count >= 10, (table.name, row)
    assert shown > 30


@pytest.mark.parametrize(
    ("expect", "verdict"), [("> 300", "undetermined"), ("< 500", "supported"), ("> 500", "contradicted")]
)
def test_claims_about_a_median_are_judged(expect: str, verdict: str) -> None:
    test = {"audit": "t", "measure": "median_time", "expect": expect}
    assert judged(test, {"groups": []})["verdict"] == verdict


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        ({"measure": "rmst", "compare": SEXES, "as": "difference", "expect": "> 0"}, "supported"),
        ({"measure": "rmst", "compare": SEXES, "as": "change", "expect": "-0.4", "within": 0.1}, "contradicted"),
        ({"measure": "share_done_within", "group": {"sex": "1"}, "expect": ">= 0.5"}, "supported"),
        ({"measure": "share_done_within", "compare": SEXES, "as": "ratio", "expect": "< 1"}, "supported"),
        ({"measure": "median_time", "compare": SEXES, "as": "ratio", "expect": ">= 1.5"}, "undetermined"),
        ({"measure": "quantile_time", "at": {"quantile": 0.9}, "expect": "<= 300"}, "contradicted"),
    ],
)  # fmt: skip
def test_claims_about_times_are_judged(test: dict[str, Any], verdict: str) -> None:
    assert judged({"audit": "t", **test}, {})["verdict"] == verdict


def judged(test: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    rows = [{key: value for key, value in row.items() if key != "kind"} for row in LUNG]
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"t": {"kind": "duration", "source": "s", **GOLDEN, "within": [365], **options}},
        "claims": [{"id": "c", "text": "-", "test": test}],
    }
    claim: dict[str, Any] = cp.run(plan).to_json()["claims"][0]
    return claim


def test_a_share_is_said_per_cent() -> None:
    assert (
        "66.4 %"
        in judged({"audit": "t", "measure": "share_done_within", "group": {"sex": "1"}, "expect": ">= 0.5"}, {})[
            "because"
        ]
    )
    with pytest.raises(CounterproofError, match="between 0 and 1"):
        judged({"audit": "t", "measure": "share_done_within", "group": {"sex": "1"}, "expect": ">= 50"}, {})


def flows(grow: int) -> list[dict[str, Any]]:
    table, waiting = [], 500
    for number in range(25):
        received, closed = 100, 100 - (grow if number else 0)
        waiting += received - closed
        table.append(
            {"month": f"{2022 + number // 12}-{number % 12 + 1:02}", "in": received, "out": closed, "waiting": waiting}
        )
    return table


LITTLE = {"month": "month", "received": "in", "closed_count": "out", "open": "waiting"}


def test_littles_law_gives_the_mean_time_of_a_steady_backlog() -> None:
    found = audit(flows(0), **LITTLE)
    mean = only(found["estimates"], measure="mean_time_from_counts")
    days = 731 - 31 + 31  # February 2022 to January 2024, with a leap year ahead
    assert mean["value"] == pytest.approx(500 * (days - 1) / 2400, rel=1e-3)
    assert mean["status"] == "reported"


def test_littles_law_says_which_way_a_growing_backlog_errs() -> None:
    mean = only(audit(flows(5), **LITTLE)["estimates"], measure="mean_time_from_counts")
    assert mean["status"] == "not_identified"
    assert "grew from 500 to 620" in mean["note"]
    assert "too low" in mean["note"]
    shrinking = only(audit(flows(-5), **LITTLE)["estimates"], measure="mean_time_from_counts")
    assert "too high" in shrinking["note"]


def test_months_that_do_not_add_up_are_counted() -> None:
    table = flows(0)
    table[7]["waiting"] += 30
    del table[15]
    checks = audit(table, **LITTLE)["checks"]
    assert only(checks, name="unbalanced")["count"] == 2
    assert only(checks, name="gaps")["count"] == 1
    with pytest.raises(InputError, match="stands more than once"):
        audit([*flows(0), flows(0)[3]], **LITTLE)
    with pytest.raises(InputError, match="cannot be read"):
        audit([{**flows(0)[0], "month": "Q3"}, *flows(0)[1:]], **LITTLE)


def test_verify_recomputes_every_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lung.csv"
    path.write_text("time,status,sex\n" + "".join(f"{r['time']},{r['status']},{r['sex']}\n" for r in LUNG))
    command = ["audit", "duration", str(path), "--time", "time", "--event", "status", "--event-value", "2"]
    command += ["--group", "sex", "--horizon", "965", "--within", "365", "--out", str(tmp_path / "out")]
    assert run(command) == 0
    assert run(["verify", str(tmp_path / "out")]) == 0
    assert run(["verify", str(tmp_path / "out"), "--source", f"records={path}"]) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    results["audits"]["duration"]["estimates"][0]["value"] += 0.001
    (tmp_path / "out" / "results.json").write_text(json.dumps(results))
    assert run(["verify", str(tmp_path / "out")]) == 1
    capsys.readouterr()
