"""Claims about numbers that protection withholds are undetermined and say why; names that are not there stay errors."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.errors import PlanError

COUNTS = str(Path(str(files("counterproof") / "demo" / "compas_counts.csv")))
COMPAS = {
    "kind": "score",
    "source": "d",
    "score": "decile_score",
    "flag_at": 5,
    "outcome": "two_year_recid",
    "count": "n",
    "groups": ["race"],
}


def judged(*tests: dict[str, Any], audit: dict[str, Any] | None = None, **keys: Any) -> Any:
    claims = [
        {"id": str(i), "text": "t", "test": {"audit": "c", "measure": "false_positive_rate"} | test}
        for i, test in enumerate(tests)
    ]
    plan = {"sources": {"d": {"path": COUNTS}}, "audits": {"c": COMPAS | (audit or {})}, "claims": claims} | keys
    return cp.run(plan)


def test_a_claim_at_a_threshold_whose_curve_was_left_out() -> None:
    asian: dict[str, Any] = {"group": {"race": "Asian"}, "at": {"threshold": 7}, "expect": "> 0.1"}
    both = {"compare": {"race": ["Asian", "Caucasian"]}, "at": {"threshold": "7.0"}, "as": "ratio", "expect": "> 1"}
    shown: dict[str, Any] = {"group": {"race": "Caucasian"}, "at": {"threshold": 7}, "expect": "> 0.01"}
    found = judged(asian, both, shown)
    assert [claim.verdict for claim in found.claims] == ["undetermined", "undetermined", "supported"]
    for claim in found.claims[:2]:
        assert "no number is shown at this threshold" in claim.because
        assert claim.settle is None
        assert "an audit of its own at this threshold" in claim.settle_note.lower()
    assert "Asian: withheld, to protect people" in " ".join(repr(found).split())


@pytest.mark.parametrize("at", [{"threshold": "seven"}, {"cutoff": 7}, {"threshold": 7, "bin": 3}])
def test_a_setting_that_no_curve_has_is_an_error(at: dict[str, Any]) -> None:
    with pytest.raises(PlanError, match="no estimate has this setting"):
        judged({"group": {"race": "Asian"}, "at": at, "expect": "> 0.1"})


def test_where_nothing_is_withheld_a_threshold_that_is_not_there_is_an_error() -> None:
    free = {"settings": {"min_cell": 1}, "public_records": "published by ProPublica"}
    test: dict[str, Any] = {"group": {"race": "Asian"}, "expect": "> 0.1"}
    assert judged(test | {"at": {"threshold": 7}}, **free).claims[0].value is not None
    with pytest.raises(PlanError, match="no estimate has this setting"):
        judged(test | {"at": {"threshold": 77}}, **free)


def test_a_spread_over_fewer_than_two_shown_groups() -> None:
    rows = [
        {"g": group, "flag": flag, "outcome": outcome, "n": n}
        for group, counts in {"a": (40, 60, 30, 90), "b": (3, 20, 4, 30), "c": (2, 30, 5, 40)}.items()
        for (flag, outcome), n in zip(((1, 1), (1, 0), (0, 1), (0, 0)), counts, strict=True)
    ]
    options = {"kind": "score", "source": "d", "flag": "flag", "outcome": "outcome", "count": "n", "groups": ["g"]}
    claim = {"audit": "c", "measure": "false_negative_rate.largest_gap", "expect": "<= 0.05"}
    found = cp.run(
        {
            "sources": {"d": {"inline": rows}},
            "audits": {"c": options},
            "claims": [{"id": "x", "text": "t", "test": claim}],
        }
    )
    assert found.claims[0].verdict == "undetermined"
    assert "fewer than two groups have a number that may be shown" in found.claims[0].because
    gaps = [e for e in found.audits["c"].estimates if e.measure == "false_negative_rate.largest_gap"]
    assert [(e.status, e.value, e.low, e.high) for e in gaps] == [("suppressed", None, None, None)]
