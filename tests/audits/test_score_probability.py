"""A score that claims to be a probability: every figure against the rows one by one."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.audits.score import SCORE
from counterproof.errors import InputError

ROWS = 1500


def records(seed: int = 7, places: int = 6) -> dict[str, list[Any]]:
    """Scores that are too high by a little in one office, and outcomes drawn from what they should have been."""
    draw = random.Random(seed)
    office = [draw.choice(["North", "South", "West"]) for _ in range(ROWS)]
    true = [draw.betavariate(2, 3) for _ in range(ROWS)]
    score = [round(min(1.0, t + 0.1 * (o == "West")), places) for t, o in zip(true, office, strict=True)]
    return {"p": score, "y": [int(draw.random() < t) for t in true], "office": office}


OPTIONS: dict[str, Any] = {
    "score": "p", "flag_at": "0.5", "outcome": "y", "groups": ["office"], "score_is": "probability",
}  # fmt: skip


def found(table: dict[str, list[Any]], **changes: Any) -> dict[str, Any]:
    audit: dict[str, Any] = cp.audit("score", pa.table(table), **(OPTIONS | changes)).to_json()["audits"]["audit"]
    return audit


def value(audit: dict[str, Any], measure: str, **group: str) -> Any:
    return next(e for e in audit["estimates"] if e["measure"] == measure and e["group"] == group)


def pairs(table: dict[str, list[Any]], **group: str) -> list[tuple[float, int]]:
    rows = zip(table["p"], table["y"], table["office"], strict=True)
    return [(p, y) for p, y, office in rows if group.get("office", office) == office]


@cache
def standard(places: int = 6) -> dict[str, Any]:
    return found(records(places=places))


@pytest.mark.parametrize("places", [2, 6])  # few distinct scores, each by itself; and as many as rows, in bins
@pytest.mark.parametrize("group", [{}, {"office": "West"}])
def test_against_the_rows(places: int, group: dict[str, str]) -> None:
    table = records(places=places)
    audit = standard(places)
    own = pairs(table, **group)
    errors = [p - y for p, y in own]
    n = len(own)
    for measure, values in {"brier": [e * e for e in errors], "calibration_in_the_large": errors}.items():
        mean = sum(values) / n
        spread = (sum((v - mean) ** 2 for v in values) / (n - 1) / n) ** 0.5
        got = value(audit, measure, **group)
        assert got["value"] == pytest.approx(mean, abs=2e-6)
        # Student's quantile at so many degrees of freedom is within 1 % of the normal's
        assert got["high"] - got["value"] == pytest.approx(1.96 * spread, rel=0.01)
        assert got["low"] == pytest.approx(2 * got["value"] - got["high"])
        assert (got["method"], got["status"]) == ("student-t", "estimated")


def test_bins_and_the_three_parts() -> None:
    table = records()
    audit = standard()
    for group in ({}, {"office": "South"}):
        own = pairs(table, **group)
        rates = [e for e in audit["estimates"] if e["measure"] == "calibration" and e["group"] == group]
        scores = [e for e in audit["estimates"] if e["measure"] == "mean_score" and e["group"] == group]
        assert len(rates) == len(scores) > 3
        edges = [e["at"]["from"] for e in rates] + [2.0]
        parts = []
        for rate, score, low, high in zip(rates, scores, edges[:-1], edges[1:], strict=True):
            inside = [(p, y) for p, y in own if low <= p < high or (low == edges[0] and p < low)]
            assert rate["at"] == score["at"]
            assert (rate["numerator"], rate["denominator"]) == (sum(y for _, y in inside), len(inside))
            assert rate["method"] == "wilson"
            assert score["value"] == pytest.approx(sum(p for p, _ in inside) / len(inside), abs=1e-6)
            parts.append((len(inside), score["value"], rate["value"]))
        total = len(own)
        whole = sum(y for _, y in own) / total
        assert value(audit, "brier_reliability", **group)["value"] == pytest.approx(
            sum(n * (s - y) ** 2 for n, s, y in parts) / total
        )
        assert value(audit, "brier_resolution", **group)["value"] == pytest.approx(
            sum(n * (y - whole) ** 2 for n, _, y in parts) / total
        )
        assert value(audit, "brier_uncertainty", **group)["value"] == pytest.approx(whole * (1 - whole))


def test_the_parts_add_up_where_no_score_differs_within_a_bin() -> None:
    table = records(places=1)
    table["p"] = [{0.0: 0.1, 0.9: 0.8, 1.0: 0.8}.get(p, p) for p in table["p"]]
    audit = found(table, groups=[])
    reliability, resolution, uncertainty = (
        value(audit, f"brier_{part}")["value"] for part in ("reliability", "resolution", "uncertainty")
    )
    assert reliability - resolution + uncertainty == pytest.approx(value(audit, "brier")["value"], abs=2e-6)


def test_groups_are_compared_by_difference_alone() -> None:
    audit = standard()
    own = [c for c in audit["contrasts"] if c["measure"] == "calibration_in_the_large"]
    assert {(c["group"]["office"], c["scale"]) for c in own} == {("South", "difference"), ("West", "difference")}
    west = next(c for c in own if c["group"]["office"] == "West")
    assert west["reference"] == {"office": "North"}
    expected = value(audit, "calibration_in_the_large", office="West")["value"]
    expected -= value(audit, "calibration_in_the_large", office="North")["value"]
    assert west["value"] == pytest.approx(expected)
    assert west["method"] == "welch"
    assert west["p_value"] < 0.05
    assert west["low"] > 0


def test_a_published_table_gives_the_same_as_its_rows() -> None:
    table = records(places=2)
    counts: dict[tuple[Any, ...], int] = {}
    for row in zip(*table.values(), strict=True):
        counts[row] = counts.get(row, 0) + 1
    columns = dict(zip(table, (list(column) for column in zip(*counts, strict=True)), strict=True))
    published = {**columns, "n": list(counts.values())}
    assert found(published, count="n")["estimates"] == standard(2)["estimates"]


def test_what_is_no_probability_is_an_error_with_its_count() -> None:
    table = records()
    table["p"][:7] = [1.2] * 4 + [-0.1] * 3
    with pytest.raises(InputError, match="7 values of the column 'p' do not lie between 0 and 1"):
        found(table)


def test_missing_and_unreadable_scores_add_nothing() -> None:
    table = records()
    dirty = {
        "p": [*map(str, table["p"]), *[""] * 20, *["high"] * 30],
        "y": [*table["y"], *[1] * 50],
        "office": [*table["office"], *["North"] * 50],
    }
    audit = found(dirty, groups=[], curves=False)
    for measure in ("brier", "calibration_in_the_large"):
        assert value(audit, measure) == value(standard(), measure)


def test_a_rank_has_no_brier_score() -> None:
    table = records()
    audit = found(table, score_is="rank", groups=[])
    measures = {e["measure"] for e in audit["estimates"]}
    assert "outcome_rate_by_score" in measures
    assert not measures & {"brier", "calibration", "calibration_in_the_large", "mean_score"}
    with pytest.raises(InputError, match="brier needs score_is: probability"):
        found(table, score_is="rank", measures=["brier"])


def test_a_rank_is_counted_without_sums() -> None:
    options = SCORE.options(**{**OPTIONS, "source": "s", "score_is": "rank"})
    assert SCORE.reductions(options).cells.sums == ()


def test_sums_go_with_the_counts_of_their_row() -> None:
    table = records()
    table["office"] = ["Tiny"] * 6 + table["office"][6:]
    result = cp.audit("score", pa.table(table), **OPTIONS)
    rows = result.exhibit.counts["audit"]["scored"]
    withheld = [row for row in rows if None in (row["positives"], row["negatives"])]
    assert any(row.group == {"office": "Tiny"} for row in withheld)
    for row in rows:
        assert (row["squared_error_sum"] is None) == (row in withheld)
    tiny = value(result.to_json()["audits"]["audit"], "brier", office="Tiny")
    assert tiny["status"] == "suppressed"


def test_a_claim_about_the_brier_score_is_judged() -> None:
    table = records(places=1)
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    large = {"audit": "a", "measure": "calibration_in_the_large", "group": {"office": "North"}}
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"a": {"kind": "score", "source": "s", **OPTIONS}},
        "claims": [
            {"id": "good", "text": "t", "test": {"audit": "a", "measure": "brier", "expect": "<= 0.3"}},
            {"id": "bad", "text": "t", "test": {"audit": "a", "measure": "brier", "expect": "<= 0.1"}},
            {"id": "level", "text": "t", "test": {**large, "expect": "0", "within": "0.2"}},
        ],
    }
    verdicts = {claim["id"]: claim["verdict"] for claim in cp.run(plan).to_json()["claims"]}
    assert verdicts == {"good": "supported", "bad": "contradicted", "level": "supported"}
