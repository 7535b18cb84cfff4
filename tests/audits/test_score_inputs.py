"""A score audit through the Python interface: every kind of table, dirty values counted, options that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import counterproof as cp
from counterproof.errors import InputError

ROWS = 400
FRAME: dict[str, list[Any]] = {
    "score": [i % 10 + 1 for i in range(ROWS)],
    "outcome": [int(i % 7 < 3) for i in range(ROWS)],
    "office": [("North", "South", "West")[i % 3] for i in range(ROWS)],
}
OPTIONS: dict[str, Any] = {"score": "score", "flag_at": 6, "outcome": "outcome", "groups": ["office"]}


def found(table: Any, **changes: Any) -> dict[str, Any]:
    return cp.audit("score", table, **(OPTIONS | changes)).to_json()["audits"]["audit"]


def value(audit: dict[str, Any], measure: str, **group: str | None) -> Any:
    return next(e for e in audit["estimates"] if e["measure"] == measure and e["group"] == group and e["primary"])


def check(audit: dict[str, Any], name: str) -> Any:
    return next(c for c in audit["checks"] if c["name"] == name)


def test_every_kind_of_table_gives_the_same_findings(tmp_path: Path) -> None:
    frame = pd.DataFrame(FRAME)
    csv, parquet = tmp_path / "records.csv", tmp_path / "records.parquet"
    frame.to_csv(csv, index=False)
    pq.write_table(pa.table(FRAME), parquet)
    tables = [frame, pl.DataFrame(FRAME), pa.table(FRAME), ibis.memtable(frame), csv, str(parquet)]
    results = [found(table) for table in tables]
    assert all(result == results[0] for result in results)
    assert value(results[0], "flag_rate")["denominator"] == ROWS


def test_what_is_missing_or_unreadable_is_counted_and_left_out(tmp_path: Path) -> None:
    rows = [f"{s},{o},{g}" for s, o, g in zip(FRAME["score"], FRAME["outcome"], FRAME["office"], strict=True)]
    dirty = [",1,North"] * 12 + ["n/a,0,South"] * 13 + ["NaN,0,South"] * 2 + ["7,,West"] * 14 + ["7,1,"] * 15
    path = tmp_path / "dirty.csv"
    path.write_text("score,outcome,office\n" + "\n".join(rows + dirty) + "\n", encoding="utf-8")
    audit = found(path)
    assert audit["records"] == ROWS + len(dirty)
    assert check(audit, "missing_score")["count"] == 12
    assert check(audit, "unreadable_score")["count"] == 15
    assert check(audit, "missing_outcome")["count"] == 14
    assert check(audit, "missing_group.office")["count"] == 15
    assert check(audit, "records_used")["count"] == ROWS + 15
    assert not any(e["group"] == {"office": None} for e in audit["estimates"])
    alone = found(path, missing_group="separate")
    assert value(alone, "flag_rate", office=None)["denominator"] == 15
    assert not any(c["group"] == {"office": None} for c in alone["contrasts"])


def test_nothing_below_the_line_is_undefined_and_not_zero() -> None:
    # fairlearn 0.15 gives 0/0 as 0.0, so that a group without negatives looks best
    table = {"flag": ["yes", "no"] * 40, "outcome": ["y"] * 40 + ["y", "n"] * 20, "office": ["A"] * 40 + ["B"] * 40}
    audit = cp.audit("score", pa.table(table), flag="flag", outcome="outcome", groups=["office"]).to_json()
    rate = value(audit["audits"]["audit"], "false_positive_rate", office="A")
    assert (rate["status"], rate["value"], rate["numerator"], rate["denominator"]) == ("undefined", None, 0, 0)
    gap = next(c for c in audit["audits"]["audit"]["contrasts"] if c["measure"] == "false_positive_rate")
    assert (gap["status"], gap["value"], gap["p_value"]) == ("undefined", None, None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"score": "scroe"}, "'score'"),
        ({"groups": ["ofice"]}, "'office'"),
        ({"flag_at": None}, "exactly one of flag_at, flag_at_most and flag"),
        ({"flag_at": float("nan")}, "finite"),
        ({"measures": ["precison"]}, "no such measure"),
        ({"reference": {"office": "Nroth"}}, "'North'"),
        ({"reference": {"race": "White"}}, "not among groups"),
        ({"groups": ["office", "office"]}, "twice"),
        ({"outcome": "score"}, "two roles"),
        ({"outcome": "office", "groups": []}, "neither yes nor no"),
        ({"score": "office", "groups": []}, "not numbers"),
        ({"flagg_at": 3}, "did you mean 'flag_at'"),
    ],
)
def test_what_does_not_fit_is_said(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as error:
        found(pa.table(FRAME), **changes)
    assert says in str(error.value)


def test_three_outcome_values_need_the_one_that_counts() -> None:
    table = FRAME | {"outcome": [("arrest", "none", "moved")[i % 3] for i in range(ROWS)]}
    with pytest.raises(InputError, match="outcome_value"):
        found(pa.table(table))
    assert value(found(pa.table(table), outcome_value="arrest"), "prevalence")["numerator"] == (ROWS + 2) // 3


def test_a_score_that_falls_with_risk() -> None:
    audit = found(pa.table(FRAME), flag_at=None, flag_at_most=3)
    assert value(audit, "flag_rate")["numerator"] == sum(s <= 3 for s in FRAME["score"])
    sweep = [e for e in audit["estimates"] if e["measure"] == "flag_rate" and not e["primary"] and e["group"] == {}]
    for point in sweep:
        assert point["numerator"] == sum(s <= point["at"]["threshold"] for s in FRAME["score"])
    assert sweep


def test_rows_about_people_are_never_shown_below_three() -> None:
    table = FRAME | {"office": ["North"] * 2 + ["South"] * (ROWS - 2)}
    result = cp.audit("score", pa.table(table), **OPTIONS, settings={"min_cell": 1}, public_records="a test")
    audit = result.to_json()["audits"]["audit"]
    assert value(audit, "flag_rate", office="North")["status"] == "suppressed"
    assert any("raised from 1 to 3" in note for note in result.exhibit.notes)


def test_population_records_is_exact() -> None:
    audit = found(pa.table(FRAME), population="records")
    rate = value(audit, "flag_rate")
    assert (rate["status"], rate["low"], rate["high"], rate["level"]) == ("reported", None, None, None)
    assert all(c["p_value"] is None for c in audit["contrasts"])


def test_two_audits_of_one_source_are_counted_together() -> None:
    plan = {
        "sources": {"s": {"inline": [dict(zip(FRAME, row, strict=True)) for row in zip(*FRAME.values(), strict=True)]}},
        "audits": {
            "low": {"kind": "score", "source": "s"} | OPTIONS | {"flag_at": 4},
            "high": {"kind": "score", "source": "s"} | OPTIONS | {"flag_at": "8.5", "groups": []},
        },
    }
    results = cp.run(plan)
    for name, cut in {"low": 4, "high": 8.5}.items():
        audit = results.to_json()["audits"][name]
        assert value(audit, "flag_rate")["numerator"] == sum(s >= cut for s in FRAME["score"])
        assert value(audit, "flag_rate")["at"] == {"threshold": cut}


def test_the_finding_gives_tables_and_shows_itself() -> None:
    result = cp.audit("score", pa.table(FRAME), **OPTIONS)
    estimates = result.table("estimates")
    assert {"measure", "group.office", "value", "low", "high"} <= set(estimates.column_names)
    assert estimates.num_rows == len(result.audits["audit"].estimates)
    assert "Flag rate" in repr(result)
    assert "<table" in result._repr_html_()


@pytest.mark.parametrize(
    "changes", [{"outcome_value": "Arrest"}, {"flag": "word", "flag_value": "hi", "flag_at": None}]
)
def test_a_value_that_no_record_has_is_not_a_rate_of_zero(changes: dict[str, Any]) -> None:
    table = FRAME | {"outcome": [("arrest", "no")[i % 2] for i in range(ROWS)], "word": ["high", "low"] * (ROWS // 2)}
    with pytest.raises(InputError, match="no record has this value"):
        found(pa.table(table), **({"score": "score", "outcome_value": "arrest"} | changes))


def test_what_is_not_known_is_not_the_rest() -> None:
    outcome = [("arrest", "none seen", "NA", "arrest")[i % 4] if i < 12 else "dropped" for i in range(ROWS)]
    audit = found(
        pa.table(FRAME | {"outcome": outcome}), outcome_value="arrest", settings={"min_cell": 3}, public_records="x"
    )
    assert check(audit, "unreadable_outcome")["count"] == 3
    assert value(audit, "prevalence")["denominator"] == ROWS - 3
