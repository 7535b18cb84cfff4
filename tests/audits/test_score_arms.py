"""Two arms: some picked by the score, some at random, and the number of people in each group."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from cli.shell import Shell
from counterproof.errors import CounterproofError
from counterproof.stats.random_arm import ArmRate, Arms

# group, how picked, outcome, n; of 10,000 people in A and 4,000 in B
CASES = [
    ("A", "selected", "yes", 300), ("A", "selected", "no", 400), ("A", "random", "yes", 36), ("A", "random", "no", 364),
    ("B", "selected", "yes", 50), ("B", "selected", "no", 60), ("B", "random", "yes", 12), ("B", "random", "no", 148),
]  # fmt: skip
SIZES = [{"group": "A", "n": 10_000}, {"group": "B", "n": 4_000}]
Cases = list[tuple[Any, ...]]


def run(cases: Cases = CASES, sizes: Any = SIZES, claims: tuple[Any, ...] = (), **options: Any) -> dict[str, Any]:
    rows = [dict(zip(("group", "how", "found", "n"), case, strict=True)) for case in cases]
    audit = {
        "kind": "score", "source": "t", "arm": "how", "population_counts": "p", "outcome": "found", "count": "n",
        "groups": ["group"], **options,
    }  # fmt: skip
    sources = {"t": {"inline": rows}, "p": {"inline": sizes}}
    return cp.run({"sources": sources, "audits": {"a": audit}, "claims": list(claims)}).to_json()


def audit(*given: Any, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(*given, **options)["audits"]["a"]
    return found


def one(found: dict[str, Any], measure: str, assumption: str | None = None, **group: str) -> dict[str, Any]:
    keys = (measure, assumption, group)
    fit = [e for e in found["estimates"] if (e["measure"], e["assumption"], e["group"]) == keys]
    assert len(fit) == 1, (keys, len(fit))
    return fit[0]


def check(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in found["checks"] if c["name"] == name)


def test_every_rate_of_a_group() -> None:
    found = audit()
    by_hand = {
        # 9 % of 10,000 have the outcome; 300 of these 900 were flagged
        "prevalence": 36 / 400, "flag_rate": 700 / 10_000, "positive_predictive_value": 300 / 700,
        "false_negative_rate": 600 / 900, "true_positive_rate": 300 / 900, "false_positive_rate": 400 / 9_100,
        "true_negative_rate": 8_700 / 9_100, "false_omission_rate": 600 / 9_300, "accuracy": 9_000 / 10_000,
        "negative_predictive_value": 8_700 / 9_300, "false_discovery_rate": 400 / 700,
    }  # fmt: skip
    for measure, value in by_hand.items():
        estimate = one(found, measure, group="A")
        assert estimate["value"] == pytest.approx(value), measure
        assert estimate["low"] < value < estimate["high"]
    everyone = one(found, "prevalence")
    assert (everyone["numerator"], everyone["denominator"]) == (48, 560)
    share = one(found, "random_arm_share", group="B")
    assert (share["status"], share["value"], share["numerator"]) == ("reported", pytest.approx(160 / 4_000), 160)
    stated = check(found, "random_arm")
    assert (stated["count"], stated["total"]) == (560, 14_000)
    assert "one in 25" in stated["note"]


def test_gaps_carry_the_random_arms_uncertainty() -> None:
    found = audit()
    gap = next(c for c in found["contrasts"] if (c["measure"], c["scale"]) == ("false_negative_rate", "difference"))
    assert (gap["group"], gap["reference"], gap["method"]) == ({"group": "B"}, {"group": "A"}, "mover")
    assert gap["value"] == pytest.approx((1 - 50 / (0.075 * 4_000)) - 600 / 900)
    larger = [(g, how, y, n * 10 if how == "random" else n) for g, how, y, n in CASES]
    sizes = [{**row, "n": row["n"] * 10} for row in SIZES]  # the flagged are as many, and a tenth as many of everybody
    sharper = next(
        c
        for c in audit(larger, sizes)["contrasts"]
        if (c["measure"], c["scale"]) == ("false_negative_rate", "difference")
    )
    assert sharper["high"] - sharper["low"] < gap["high"] - gap["low"]


def test_claims_rest_on_the_intervals_that_cover() -> None:
    test = {"audit": "a", "measure": "false_negative_rate", "group": {"group": "A"}}
    claims = tuple(
        {"id": f"c{place}", "text": "x", "test": {**test, "expect": expect}}
        for place, expect in enumerate((">= 0.5", "<= 0.3", "<= 0.6"))
    )
    verdicts = run(claims=claims)["claims"]
    assert [claim["verdict"] for claim in verdicts] == ["undetermined", "contradicted", "undetermined"]
    basis = ArmRate("false_negative_rate", Arms(300, 400, 10_000, 36, 400, 36, 364))
    level = 1 - 0.05 / 3
    assert verdicts[0]["low"] == pytest.approx(basis.compatible(level).low)


def test_all_there_is() -> None:
    found = audit(population="records")
    precision, missed = one(found, "positive_predictive_value", group="A"), one(found, "false_negative_rate", group="A")
    assert (precision["status"], precision["low"]) == ("reported", None)
    assert (missed["status"], missed["low"] is None) == ("estimated", False)
    wide = one(audit(), "false_negative_rate", group="A")
    assert missed["high"] - missed["low"] < wide["high"] - wide["low"]


def test_flags_of_the_random_arm_are_used_where_they_are_known() -> None:
    """Of the random arm of A, 6 with the outcome and 30 without it were flagged: all in all 306 of 736."""
    cases = [
        ("A", "selected", "yes", "1", 300), ("A", "selected", "no", "1", 400), ("A", "random", "yes", "1", 6),
        ("A", "random", "no", "1", 30), ("A", "random", "yes", "0", 30), ("A", "random", "no", "0", 334),
        ("A", "selected", "no", "0", 12),
    ]  # fmt: skip
    rows = [dict(zip(("group", "how", "found", "flag", "n"), case, strict=True)) for case in cases]
    options = {"kind": "score", "source": "t", "arm": "how", "population_counts": "p", "outcome": "found"}
    plan = {
        "sources": {"t": {"inline": rows}, "p": {"inline": SIZES[:1]}},
        "audits": {"a": {**options, "flag": "flag", "count": "n"}},
    }
    found = cp.run(plan).to_json()["audits"]["a"]
    assert one(found, "flag_rate")["numerator"] == 736
    assert one(found, "false_negative_rate")["value"] == pytest.approx(1 - 306 / 900)
    assert check(found, "selected_unflagged")["count"] == 12


def test_an_outcome_that_was_never_learned_gives_bounds() -> None:
    cases = [*CASES, ("A", "selected", "", 20), ("A", "random", "", 40)]
    found = audit(cases)
    missed = one(found, "false_negative_rate", group="A")
    assert missed["status"] == "bounded"
    assert missed["identified_low"] == pytest.approx(1 - 320 / (36 / 440 * 10_000))
    assert missed["identified_high"] == pytest.approx(1 - 300 / (76 / 440 * 10_000))
    assert missed["low"] < missed["identified_low"] < missed["identified_high"] < missed["high"]
    prevalence = one(found, "prevalence", group="A")
    bounds = prevalence["identified_low"], prevalence["identified_high"]
    assert bounds == (pytest.approx(36 / 440), pytest.approx(76 / 440))
    assert one(found, "false_negative_rate", group="B")["status"] == "estimated"


def test_a_missing_label_gives_bounds_and_the_figure_without() -> None:
    cases = [*CASES, ("", "selected", "yes", 10), ("", "random", "no", 10)]
    found = audit(cases)
    bounds, beside = (
        one(found, "false_negative_rate", assumption, group="A") for assumption in (None, "labels_missing_at_random")
    )
    assert beside["value"] == pytest.approx(600 / 900)
    assert bounds["identified_low"] < beside["value"] < bounds["identified_high"] + 1e-9
    assert bounds["identified_low"] == pytest.approx(1 - 310 / (36 / 410 * 10_000))


def test_truncation() -> None:
    """1 % of 10,000 would be 100, and 300 were found: at least those and the one of the random arm."""
    cases = [
        ("A", "selected", "yes", 300),
        ("A", "selected", "no", 400),
        ("A", "random", "yes", 10),
        ("A", "random", "no", 990),
    ]
    found = audit(cases, SIZES[:1])
    assert one(found, "false_negative_rate", group="A")["value"] == pytest.approx(10 / 310)


def test_a_group_without_a_size_is_named() -> None:
    found = audit(CASES, SIZES[:1])
    missed = one(found, "false_negative_rate", group="B")
    assert (missed["status"], "no row for it" in missed["note"]) == ("not_identified", True)
    assert one(found, "positive_predictive_value", group="B")["status"] == "estimated"
    assert (check(found, "no_population.group")["count"], check(found, "no_population.group")["status"]) == (1, "warn")


def test_an_uneven_random_arm_is_told() -> None:
    cases = [(g, how, y, n * 3 if (g, how) == ("B", "random") else n) for g, how, y, n in CASES]
    found = audit(cases)
    assert check(found, "random_arm_uneven.group")["status"] == "warn"
    assert not [c for c in audit()["checks"] if c["name"].startswith("random_arm_uneven")]


def test_rounded_arms_support_no_claim_where_the_random_arm_is_small() -> None:
    cases = [
        ("A", "selected", "yes", 130), ("A", "selected", "no", 860),
        ("A", "random", "yes", 0), ("A", "random", "no", 280),
        ("B", "selected", "yes", 1060), ("B", "selected", "no", 630),
        ("B", "random", "yes", 10), ("B", "random", "no", 70),
    ]  # fmt: skip
    sizes = [{"group": "A", "n": 178_200}, {"group": "B", "n": 54_820}]
    found = audit(cases, sizes, rounded_to=10, measures=["false_negative_rate", "prevalence"])
    order = check(found, "order_of_groups")
    assert (order["status"], order["count"]) == ("fail", order["total"])
    missed = one(found, "false_negative_rate", group="A")
    assert (missed["status"], missed["identified_low"]) == ("bounded", pytest.approx(0, abs=0.01))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sizes": [{"group": "A", "n": 500}, {"group": "B", "n": 4_000}]}, "the population of 1 groups by 'group' is"),
        ({"sizes": [{"race": "A", "n": 10_000}]}, "there is no column 'group'"),
        ({"sizes": [{"group": "A", "people": 10_000}]}, "there is no column 'n'"),
        ({"sizes": [{"group": "A", "n": "many"}]}, "1 not numbers"),
        (
            {"cases": [("A", "score", "yes", 30), ("A", "chance", "no", 30)]},
            "most values of the column 'how' are not arms",
        ),
        ({"cases": CASES[:2]}, "no record is in the random arm"),
        ({"population_counts": None}, "arm needs population_counts"),
        ({"population_counts": "q"}, "no such source"),
        ({"outcome": None, "measures": ["flag_rate"]}, "arm needs outcome"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        run(**change)


def test_some_unreadable_arms_are_counted() -> None:
    found = audit([*CASES, ("A", "by chance", "yes", 30), ("A", "", "no", 20)])
    assert (check(found, "unreadable_arm")["count"], check(found, "missing_arm")["count"]) == (30, 20)
    assert one(found, "prevalence", group="A")["denominator"] == 400


def test_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "group,how,found,n\n" + "".join(f"{','.join(map(str, case))}\n" for case in CASES), encoding="utf-8"
    )
    (tmp_path / "p.csv").write_text("group,n\nA,10000\nB,4000\n", encoding="utf-8")
    options = ["--arm", "how", "--outcome", "found", "--count", "n", "--group", "group", "--json", "-", "--quiet"]
    line = Shell(tmp_path)
    plain = line("audit", "score", "t.csv", *options, "--population", "p.csv")
    more = ["--population", "records", "--population-counts", "p.csv", "--out", "o"]
    both = line("audit", "score", "t.csv", *options, *more)
    assert (plain.code, both.code) == (0, 0), plain.err + both.err
    populations = [json.loads(ran.out)["audits"]["score"]["population"] for ran in (plain, both)]
    assert populations == ["process", "records"]
    assert line("verify", "o", "--source", "records=t.csv", "--source", "population_counts=p.csv").code == 0
