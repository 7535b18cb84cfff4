"""Other codings of outcome, flag and cohort in one plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from cli.shell import Shell
from counterproof.errors import CounterproofError

CUTOFF = Path(__file__).resolve().parents[3] / "shared/data/score/compas_counts_by_cutoff.csv"


def run(source: dict[str, Any], claims: tuple[Any, ...] = (), min_cell: int = 1, **options: Any) -> dict[str, Any]:
    plan = {
        "sources": {"t": source},
        "audits": {"a": {"kind": "score", "source": "t", **options}},
        "settings": {"min_cell": min_cell},
        "public_records": "made for this test",
        "claims": list(claims),
    }
    return cp.run(plan).to_json()


def value(result: dict[str, Any], measure: str, coding: str | None = None, **group: str) -> Any:
    found = result["audits"]["a"]["estimates"]
    fit = [e for e in found if (e["measure"], e["group"], e["at"].get("coding")) == (measure, group, coding)]
    fit = [e for e in fit if e["primary"] == (coding is None)]
    assert len(fit) == 1, (measure, coding, group, len(fit))
    return fit[0].get("value")


@pytest.mark.skipif(not CUTOFF.exists(), reason=f"{CUTOFF.name} is not here")
def test_the_compas_cut_off() -> None:
    """Dropping the 998 people screened after 2014-04-01, all with the outcome, from ProPublica's counts."""
    result = run(
        {"path": str(CUTOFF)}, flag="score_text", flag_value=["High", "Medium"], outcome="two_year_recid", count="n",
        groups=["race"], codings={"early": {"where": {"after_cutoff": 0}}},
    )  # fmt: skip
    checks = {c["name"]: c for c in result["audits"]["a"]["checks"]}
    assert checks["coding.early"]["total"] - checks["coding.early"]["count"] == 998
    both = ((None, "early"),)
    golden = {
        ("prevalence", None): (45.1, 36.2), ("positive_predictive_value", None): (61.4, 52.4),
        ("positive_predictive_value", "African-American"): (63.0, 54.6),
        ("positive_predictive_value", "Caucasian"): (59.1, 48.6),
    }  # fmt: skip
    for (measure, race), pair in golden.items():
        group = {"race": race} if race else {}
        for codings in both:
            assert tuple(round(100 * value(result, measure, coding, **group), 1) for coding in codings) == pair
    for group in ({}, {"race": "African-American"}, {"race": "Caucasian"}):
        assert value(result, "false_positive_rate", "early", **group) == value(result, "false_positive_rate", **group)


# score, rearrested, convicted, year, n
ROWS = [
    dict(zip(("score", "rearrested", "convicted", "when", "group", "n"), row, strict=True))
    for row in (
        (1, 0, 0, "2014-03-01", "A", 200), (1, 1, 0, "2014-03-01", "A", 40), (1, 1, 1, "2014-05-01", "A", 30),
        (2, 0, 0, "2014-03-01", "A", 90), (2, 1, 1, "2014-03-01", "A", 60), (2, 1, 0, "2014-05-01", "A", 50),
        (3, 0, 0, "2014-03-01", "B", 60), (3, 1, 1, "2014-03-01", "B", 90), (3, 1, 0, "2014-05-01", "B", 70),
        (1, 0, 0, "2014-03-01", "B", 150), (1, 1, 1, "2014-03-01", "B", 30), (2, 1, 1, "2014-03-01", "B", 40),
    )
]  # fmt: skip
OPTIONS: dict[str, Any] = {
    "score": "score", "flag_at": 2, "outcome": "rearrested", "count": "n", "groups": ["group"],
    "codings": {
        "convictions": {"outcome": "convicted"}, "strict": {"flag_at": 3},
        "early": {"where": {"when": "<= 2014-04-01"}},
        "strict and early": {"flag_at": 3, "where": {"when": "<= 2014-04-01", "group": ["A", "B"]}},
    },
}  # fmt: skip


def by_hand(measure: str, cut: int, outcome: str, *, early: bool) -> float:
    rows = [row for row in ROWS if not early or row["when"] < "2014-04-02"]
    flagged = [row for row in rows if row["score"] >= cut]
    with_ = {"flag_rate": flagged, "prevalence": [r for r in rows if r[outcome]]}.get(measure)
    if with_ is None:
        with_, rows = [row for row in flagged if row[outcome]], flagged
    return sum(row["n"] for row in with_) / sum(row["n"] for row in rows)


def test_every_coding_counts_by_its_own_outcome_flag_and_cohort() -> None:
    result = run({"inline": ROWS}, **OPTIONS)
    codings = {
        None: (2, "rearrested", False), "convictions": (2, "convicted", False), "strict": (3, "rearrested", False),
        "early": (2, "rearrested", True), "strict and early": (3, "rearrested", True),
    }  # fmt: skip
    for coding, (cut, outcome, early) in codings.items():
        for measure in ("flag_rate", "prevalence", "positive_predictive_value"):
            expected = by_hand(measure, cut, outcome, early=early)
            assert value(result, measure, coding) == pytest.approx(expected), (measure, coding)
    gaps = [c for c in result["audits"]["a"]["contrasts"] if c["measure"] == "prevalence" and c["scale"] == "ratio"]
    assert [c["at"].get("coding") for c in gaps] == [None, *OPTIONS["codings"]]
    assert {c["reference"]["group"] for c in gaps} == {"A"}
    assert [c["p_adjusted"] is None for c in gaps] == [False, True, True, True, True]


def test_codings_change_nothing_of_the_plans_own() -> None:
    plain = run({"inline": ROWS}, **{**OPTIONS, "codings": {}})["audits"]["a"]
    coded = run({"inline": ROWS}, **OPTIONS)["audits"]["a"]
    for part in ("estimates", "contrasts"):
        assert [e for e in coded[part] if "coding" not in e["at"]] == plain[part]
    assert coded["family"] == plain["family"]


def test_what_a_claim_would_be_under_each_coding() -> None:
    test = {"audit": "a", "measure": "positive_predictive_value", "expect": ">= 0.6"}
    reading = {"name": "by precision", "test": test}
    claims = (
        {"id": "plain", "text": "x", "test": test},
        {"id": "read", "text": "x", "readings": [reading, {"name": "of everybody", "needs": ["a census"]}]},
        {"id": "named", "text": "x", "test": {**test, "at": {"coding": "convictions"}}},
    )
    found = run({"inline": ROWS}, claims, **OPTIONS)["claims"]
    assert (found[0]["verdict"], found[2]["verdict"]) == ("supported", "contradicted")
    assert {r["name"]: r["verdict"] for r in found[0]["codings"]} == {
        "convictions": "contradicted", "strict": "supported",
        "early": "undetermined", "strict and early": "undetermined",
    }  # fmt: skip
    assert found[0]["codings"][0]["value"] == pytest.approx(by_hand("precision", 2, "convicted", early=False))
    assert {r["verdict"] for r in found[1]["codings"]} == {"undetermined"}
    assert "codings" not in found[2]


def test_no_small_count_follows_from_two_codings() -> None:
    """Five people are outside of the cohort: what the two codings show together must not tell them."""
    rows = [{"f": f, "y": y, "late": 0, "n": 200} for f in (0, 1) for y in (0, 1)]
    rows += [{"f": 1, "y": 1, "late": 1, "n": 5}, {"f": 0, "y": 1, "late": 1, "n": 300}]
    codings = {"early": {"where": {"late": 0}}}
    options: dict[str, Any] = {"flag": "f", "outcome": "y", "count": "n", "codings": codings}
    result = run({"inline": rows}, min_cell=10, **options)
    shown = [value(result, "positive_predictive_value", coding) for coding in (None, "early")]
    assert None in shown
    open_ = run({"inline": rows}, min_cell=1, **options)
    assert None not in [value(open_, "positive_predictive_value", coding) for coding in (None, "early")]


def test_a_reference_that_nobody_is_left_of() -> None:
    codings = {"later": {"where": {"when": "> 2014-04-01"}}}
    rows = [row for row in ROWS if not (row["group"] == "A" and row["when"] > "2014-04")]
    result = run({"inline": rows}, **{**OPTIONS, "codings": codings})
    assert not [c for c in result["audits"]["a"]["contrasts"] if c["at"].get("coding") and c["status"] == "estimated"]


@pytest.mark.parametrize(
    ("codings", "said"),
    [
        ({"x": {}}, "name what is different"),
        ({"x": {"outcom": "convicted"}}, "did you mean 'outcome'"),
        ({"x": {"outcome": "convictd"}}, "did you mean 'convicted'"),
        ({"x": {"where": {"when": "2020-01-01"}}}, "no record belongs to the cohort"),
        ({"x": {"where": {"wen": "2020-01-01"}}}, "there is no column 'wen'"),
        ({"x": {"flag_at": 3, "flag_at_most": 1}}, "the coding 'x': say who is flagged by exactly one"),
        ({"x": {"outcome_value": "perhaps"}}, "codings.x, outcome_value: no record has this value|perhaps"),
    ],
)
def test_mistakes_are_named(codings: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        run({"inline": ROWS}, **{**OPTIONS, "codings": codings})


def test_on_the_command_line(tmp_path: Path) -> None:
    names = list(ROWS[0])
    text = "\n".join([",".join(names), *(",".join(str(row[name]) for name in names) for row in ROWS)])
    (tmp_path / "t.csv").write_text(text + "\n", encoding="utf-8")
    line = Shell(tmp_path)
    options = ["--score", "score", "--flag-at", "2", "--outcome", "rearrested", "--count", "n", "--quiet"]
    codings = ["--coding", "strict=flag_at=3, where.when=<= 2014-04-01", "--coding", "convictions=outcome=convicted"]
    ran = line("audit", "score", "t.csv", *options, *codings, "--json", "-", "--out", "o")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)["audits"]["score"]["estimates"]
    assert {e["at"].get("coding") for e in found} == {None, "strict", "convictions"}
    assert line("verify", "o", "--source", "records=t.csv").code == 0
    report = (tmp_path / "o/report.html").read_text("utf-8")
    assert "The same numbers under other codings" in report
    wrong = line("audit", "score", "t.csv", *options, "--coding", "strict")
    assert (wrong.code, "KEY=VALUE" in wrong.err) == (2, True)


def test_clusters_leave_the_other_codings_without_intervals() -> None:
    rows = [{**row, "person": f"p{place}-{n // 2}"} for place, row in enumerate(ROWS) for n in range(row["n"])]
    claims = ({"id": "c", "text": "x", "test": {"audit": "a", "measure": "prevalence", "expect": ">= 0.1"}},)
    options = {**OPTIONS, "count": None, "cluster": "person", "codings": {"strict": {"flag_at": 3}}}
    result = run({"inline": rows}, claims, **options)
    strict = [e for e in result["audits"]["a"]["estimates"] if e["at"].get("coding")]
    assert {e["low"] for e in strict} == {None}
    assert value(result, "flag_rate", "strict") == pytest.approx(by_hand("flag_rate", 3, "rearrested", early=False))
    assert (result["claims"][0]["verdict"], "codings" in result["claims"][0]) == ("supported", False)
