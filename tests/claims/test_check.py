from __future__ import annotations

import pytest
from pydantic import ValidationError

from claims.byhand import audit, claim, compas, expecting, rate, reported, verdict
from counterproof.audits.base import Settings
from counterproof.claims import check, judge
from counterproof.claims.model import Claim
from counterproof.errors import PlanError

MEASURES = {"a": ("false_positive_rate", "flag_rate")}


def only(one: Claim, found: object = None) -> tuple[str, str, str]:
    problems = check([one], MEASURES, None if found is None else {"a": found})  # type: ignore[dict-item]
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0].what, problems[0].where or "", problems[0].hint or ""


def test_sound_claims_have_no_problem() -> None:
    assert check([expecting("> 0.5", "flag_rate"), claim("x")], MEASURES) == []


def test_missing_names_come_with_the_nearest() -> None:
    what, where, hint = only(claim(test={"audit": "aa", "measure": "flag_rate", "expect": "> 0"}))
    assert (what, where) == ("no audit is called 'aa'", "claims.0.test.audit")
    assert "'a'" in hint
    what, where, hint = only(expecting("> 0", "false_positive_rates"))
    assert where == "claims.0.test.measure"
    assert hint == "did you mean 'false_positive_rate'?"
    what, _, hint = only(expecting("> 0", "false_positive_rate", group={"rase": "Caucasian"}), compas())
    assert "'rase'" in what
    assert hint == "did you mean 'race'?"
    what, _, hint = only(expecting("> 0", "false_positive_rate", group={"race": "Caucassian"}), compas())
    assert "'Caucassian'" in what
    assert hint == "did you mean 'Caucasian'?"
    compare = {"race": ["Caucasian", "African American"]}
    _, _, hint = only(expecting("equal", "false_positive_rate", compare=compare), compas())
    assert hint == "did you mean 'African-American'?"


def test_a_group_column_is_known_from_the_options_before_anything_is_counted() -> None:
    test = expecting("> 0", "flag_rate", group={"rase": "x"})
    assert check([test], MEASURES) == []
    problems = check([test], MEASURES, grouped={"a": ("race", "sex")})
    assert [(p.what, p.hint) for p in problems] == [("the audit has no groups by 'rase'", "did you mean 'race'?")]
    assert check([expecting("> 0", "flag_rate", group={"race": "x"})], MEASURES, grouped={"a": ("race",)}) == []


def test_of_an_audit_that_is_not_sound_itself_nothing_is_said() -> None:
    assert check([expecting("> 0", "whatever", group={"rase": "x"})], {"a": None}) == []
    assert len(check([expecting("2 .. 1", "whatever")], {"a": None})) == 1


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        (">= 85", {}),
        ("<= 5", {}),
        ("80 .. 90", {}),
        ("85", {"within": 2}),
        ("equal", {"within": 5, "as": "difference", "compare": {"race": ["African-American", "Caucasian"]}}),
    ],
)
def test_per_cent_is_not_taken_for_a_proportion(expected: str, more: dict[str, object]) -> None:
    of = {} if "compare" in more else {"group": {"race": "Caucasian"}}
    what, where, hint = only(expecting(expected, "false_positive_rate", **of, **more), compas())
    assert (what.split(",")[0], where) == ("a rate lies between 0 and 1", "claims.0.test.expect")
    assert "85 % is 0.85" in hint


def test_ratios_and_counts_may_exceed_one() -> None:
    twice = {"as": "ratio", "compare": {"race": ["African-American", "Caucasian"]}}
    assert check([expecting(">= 1.5", "false_positive_rate", **twice)], MEASURES, {"a": compas()}) == []
    found = audit(rate("false_positive_rate", {}, 1, 9), reported("flag_rate", {}, 142580))
    sound = [expecting("<= 1", "false_positive_rate"), expecting(">= 142000", "flag_rate", "d")]
    assert check(sound, MEASURES, {"a": found}) == []


def test_a_setting_that_is_not_there_lists_those_that_are() -> None:
    test = expecting("> 0", "false_positive_rate", group={"race": "Caucasian"}, at={"threshold": 9})
    _, _, hint = only(test, compas())
    assert "{threshold: 5}" in hint


def test_two_estimates_that_fit_are_an_error() -> None:
    found = audit(rate("flag_rate", {}, 1, 10, at={"t": 1}), rate("flag_rate", {}, 2, 10, at={"t": 2}))
    what, _, hint = only(expecting("> 0", "flag_rate"), found)
    assert what == "several estimates fit this test"
    assert "{t: 1}; {t: 2}" in hint


def test_labels_that_never_stand_together() -> None:
    found = audit(rate("flag_rate", {"race": "x"}, 1, 10), rate("flag_rate", {"sex": "y"}, 1, 10))
    what, _, _ = only(expecting("> 0", "flag_rate", group={"race": "x", "sex": "y"}), found)
    assert what == "these labels never stand together"


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        ({"group": {"race": "x"}, "compare": {"race": ["x", "y"]}, "as": "ratio", "expect": "> 1"}, "test"),
        ({"compare": {"race": ["x", "y"]}, "as": "value", "expect": "> 1"}, "test.as"),
        ({"compare": {"race": ["x", "y"]}, "expect": "> 1"}, "test"),
        ({"compare": {"race": ["x", "x"]}, "as": "ratio", "expect": "> 1"}, "test.compare"),
        ({"group": {"race": "x"}, "as": "change", "expect": "0.2"}, "test.as"),
        ({"as": "difference", "expect": "0.2"}, "test.as"),
        ({"expect": "equal"}, "test.expect"),
        ({"expect": "four-fifths"}, "test.expect"),
        ({"expect": "85 %"}, "test.expect"),
        ({"expect": "0.9 .. 0.1"}, "test.expect"),
        ({"expect": "0.9", "within": 0}, "test.expect"),
    ],
)
def test_tests_that_make_no_sense(keys: dict[str, object], where: str) -> None:
    _, place, hint = only(claim(test={"audit": "a", "measure": "flag_rate"} | keys))
    assert place == f"claims.0.{where}"
    if where != "test.compare":
        assert hint


def test_readings_that_go_round_are_found_with_those_that_only_lead_in() -> None:
    def leads(identifier: str, to: str) -> Claim:
        return claim(identifier, readings=[{"name": "r", "claim": to}])

    problems = check([leads("a", "b"), leads("b", "c"), leads("c", "b"), leads("d", "d"), claim("e")], {})
    assert [p.where for p in problems] == [f"claims.{i}.readings" for i in (1, 2, 3)]
    assert only(leads("a", "nobody"))[0] == "no claim has this id"


def test_consequences_name_estimates_that_exist() -> None:
    ref = {"audit": "a", "measure": "flag_rat"}
    implied = [{"kind": "errors", "rate": ref, "volume": 10}]
    _, where, hint = only(claim(consequences=implied))
    assert where == "claims.0.consequences.0.rate.measure"
    assert "flag_rate" in hint


def test_every_problem_is_told_at_once_and_stops_the_verdicts() -> None:
    claims = [
        expecting("> 0", "nothing", "x"),
        expecting("85 %", "flag_rate", "y"),
        expecting("1 .. 0", "flag_rate", "z"),
    ]
    assert len(check(claims, MEASURES)) == 3
    with pytest.raises(PlanError) as caught:
        judge(claims, {"a": audit(rate("flag_rate", {}, 1, 10))}, Settings())
    assert len(caught.value.problems) == 3
    assert caught.value.exit_code == 2


def test_the_caller_says_where_a_place_stands_in_the_file() -> None:
    problems = check([expecting("?", "flag_rate")], MEASURES, place=lambda at: f"plan.yaml, line 7, {at[-1]}")
    assert problems[0].where == "plan.yaml, line 7, expect"


@pytest.mark.parametrize(
    "keys",
    [
        {"test": {"audit": "a", "measure": "m", "expect": 0.2}},  # YAML has eaten the last digit of 0.20
        {"test": {"audit": "a", "measure": "m", "expect": "1", "within": -1}},
        {"test": {"audit": "a", "measure": "m", "expect": "1", "group": {"answer": False}}},  # YAML's "no"
        {"test": {"audit": "a", "measure": "m", "expect": "1", "compare": {}}},
        {"test": {"audit": "a", "measure": "m", "expect": "1", "compare": {"g": ["x"]}}},
        {"test": {"audit": "a", "measure": "m", "expect": "1"}, "readings": [{"name": "r"}]},
        {"readings": [{"name": "r"}, {"name": "r"}]},
        {"readings": [{"name": "r", "claim": "x", "test": {"audit": "a", "measure": "m", "expect": "1"}}]},
        {"consequences": [{"kind": "wrong_flags", "precision": 85, "volume": 10}]},
        {"consequences": [{"kind": "cases_needed", "rate": "0.5"}]},
        {"consequences": [{"kind": "cases_needed", "reference_rate": ["0.9"], "ratio": "1.3"}]},
        {"consequences": [{"kind": "no such kind"}]},
        {"verdict": "supported"},
    ],
)
def test_the_model_refuses(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        claim(**keys)


def test_numbers_without_quotes_are_taken_where_they_are_safe() -> None:
    assert expecting(5).test.expect == "5"  # type: ignore[arg-type, union-attr]
    assert expecting(0.5, within=0.1).test.expect == "0.5"  # type: ignore[arg-type, union-attr]
    assert expecting("> 0", group={"year": 2024}).test.group == {"year": "2024"}  # type: ignore[union-attr]


STRANGE = [
    "x" * 10_000,
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org")',
    "\x1b[31mred\x1b[0m",
    "\u202etxet\u202c",
    "",
    " ",
    "a\nb",
    "null",
]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names_pass_through_data_unharmed_and_cannot_steer_a_sentence(name: str) -> None:
    found = audit(rate("m", {"g": name}, 900, 1000), rate("m", {"g": "other"}, 500, 1000))
    judged = verdict(expecting("> 1", compare={"g": [name, "other"]}, **{"as": "ratio"}), found)
    assert judged.verdict == "supported"
    assert found.estimates[0].to_json()["group"] == {"g": name}
    assert judged.because.isprintable()
    assert len(judged.because) < 500


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names_that_are_not_there_are_errors_without_harm(name: str) -> None:
    found = audit(rate("flag_rate", {"g": "x" * 10_001}, 1, 10), rate("flag_rate", {"g": "\x1b]0;"}, 1, 10))
    what, _, hint = only(expecting("> 0", "flag_rate", group={"g": name}), found)
    assert (what + hint).isprintable()
    assert len(what + hint) < 600
