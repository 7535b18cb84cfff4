"""Outcomes that were learned for some only, and records without a group label."""

from __future__ import annotations

from itertools import product
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.errors import InputError
from counterproof.stats.intervals import wilson

# Hepatic scintigraphy (Drum and Christacopoulos 1972): flag, outcome, reviewed, n
SCANS = [
    ("y", "y", "yes", 231), ("y", "n", "yes", 32), ("y", "", "no", 166),
    ("n", "y", "yes", 27), ("n", "n", "yes", 54), ("n", "", "no", 140),
]  # fmt: skip
OPTIONS: dict[str, Any] = {"flag": "flag", "outcome": "outcome"}


def rows(cases: list[tuple[Any, ...]], *names: str) -> dict[str, list[Any]]:
    """One row a record, from cases that end in their number."""
    return {name: [case[place] for case in cases for _ in range(case[-1])] for place, name in enumerate(names)}


def scans() -> dict[str, list[Any]]:
    return rows(SCANS, "flag", "outcome", "reviewed")


def found(table: dict[str, list[Any]], **options: Any) -> dict[str, Any]:
    audit: dict[str, Any] = cp.audit("score", pa.table(table), **(OPTIONS | options)).to_json()["audits"]["audit"]
    return audit


def one(audit: dict[str, Any], measure: str, assumption: str | None = None, **group: str | None) -> Any:
    fit = [e for e in audit["estimates"] if (e["measure"], e["assumption"], e["group"]) == (measure, assumption, group)]
    assert len(fit) == 1, (measure, assumption, group, len(fit))
    return fit[0]


def test_reviewed_hepatic_scintigraphy() -> None:
    audit = found(scans(), reviewed="reviewed")
    golden = {"true_positive_rate": (0.5804, 0.9363, 0.8364667), "true_negative_rate": (0.2143, 0.8584, 0.7383980)}
    for measure, (low, high, corrected) in golden.items():
        bounds = one(audit, measure)
        assert (bounds["status"], bounds["value"], bounds["primary"]) == ("bounded", None, True)
        assert (round(bounds["identified_low"], 4), round(bounds["identified_high"], 4)) == (low, high)
        beside = one(audit, measure, "ignorable_verification")
        assert beside["value"] == pytest.approx(corrected, abs=5e-8)
        assert (beside["method"], beside["primary"]) == ("begg-greenes", False)
        assert bounds["identified_low"] < beside["low"] < beside["high"] < bounds["identified_high"]
    sensitivity = one(audit, "true_positive_rate")
    # 231 of 231 + 27 + 140 at the least, 231 + 166 of 231 + 166 + 27 at the most, with sampling error around
    assert sensitivity["low"] == pytest.approx(wilson(231, 398)[0])
    assert sensitivity["high"] == pytest.approx(wilson(397, 424)[1])
    missed, miss = one(audit, "false_negative_rate"), one(audit, "false_negative_rate", "ignorable_verification")
    assert missed["identified_low"] == pytest.approx(1 - sensitivity["identified_high"])
    assert miss["value"] == pytest.approx(1 - 0.8364667, abs=5e-8)
    precision = one(audit, "positive_predictive_value", "ignorable_verification")
    assert (precision["numerator"], precision["denominator"], precision["method"]) == (231, 263, "wilson")
    assert one(audit, "prevalence")["identified_low"] == pytest.approx((231 + 27) / 650)
    assert one(audit, "flag_rate")["status"] == "estimated"


def test_the_naive_rates_of_the_same_table() -> None:
    table = scans()
    del table["reviewed"]
    audit = found(table)
    assert round(one(audit, "true_positive_rate")["value"], 4) == 0.8953
    assert round(one(audit, "true_negative_rate")["value"], 4) == 0.6279


def test_everybody_reviewed_is_the_plain_audit() -> None:
    table = {name: [v for v, r in zip(column, scans()["reviewed"], strict=True) if r == "yes"]
             for name, column in scans().items()}  # fmt: skip
    assert found(table, reviewed="reviewed")["estimates"] == [
        e for e in found(table)["estimates"] if not e["measure"].startswith("auc")
    ]


def flagged_only_known(outcome_of_others: str) -> dict[str, list[Any]]:
    cases = [("y", "y", "A", 60), ("y", "n", "A", 40), ("n", outcome_of_others, "A", 400)]
    cases += [("y", "y", "B", 30), ("y", "n", "B", 50), ("n", outcome_of_others, "B", 300)]
    return rows(cases, "flag", "outcome", "group")


def test_flagged_identifies_precision_alone() -> None:
    audit = found(flagged_only_known(""), outcome_known="flagged", groups=["group"])
    precision = one(audit, "positive_predictive_value", group="A")
    assert (precision["status"], precision["numerator"], precision["denominator"]) == ("estimated", 60, 100)
    assert one(audit, "flag_rate", group="A")["numerator"] == 100
    sensitivity, specificity = (one(audit, f"true_{side}_rate", group="A") for side in ("positive", "negative"))
    assert (sensitivity["status"], specificity["status"]) == ("bounded", "bounded")
    assert (sensitivity["identified_low"], sensitivity["identified_high"]) == (pytest.approx(60 / 460), 1)
    assert (specificity["identified_low"], specificity["identified_high"]) == (0, pytest.approx(400 / 440))
    for measure in ("negative_predictive_value", "false_omission_rate"):
        assert one(audit, measure, group="A")["status"] == "not_identified"
        assert "never learned" in one(audit, measure, group="A")["note"]
    gap = next(c for c in audit["contrasts"] if (c["measure"], c["scale"]) == ("false_positive_rate", "difference"))
    assert gap["status"] == "bounded"
    assert gap["value"] is None
    assert gap["low"] < 40 / 40 - 50 / 350
    assert gap["high"] > 40 / 440 - 50 / 50
    closed = next(c for c in audit["contrasts"] if c["measure"] == "positive_predictive_value")
    assert (closed["status"], closed["method"]) == ("estimated", "miettinen-nurminen")


def test_what_was_never_learned_is_not_taken_from_the_column() -> None:
    blank, no = (found(flagged_only_known(text), outcome_known="flagged") for text in ("", "n"))
    assert blank["estimates"] == no["estimates"]
    unused = next(c for c in no["checks"] if c["name"] == "unflagged_with_outcome")
    assert (unused["count"], unused["status"]) == (700, "warn")


def test_a_table_of_flagged_records_alone() -> None:
    cases = [("y", "y", 60), ("y", "n", 40)]
    table = rows(cases, "flag", "outcome")
    scored = found(table | {"s": [9] * 100}, flag=None, score="s", flag_at=5, outcome_known="flagged")
    assert next(e for e in scored["estimates"] if e["measure"] == "flag_rate")["status"] == "not_identified"
    audit = found(table, outcome_known="flagged")
    identified = {e["measure"] for e in audit["estimates"] if e["status"] == "estimated"}
    assert identified == {"positive_predictive_value", "false_discovery_rate"}
    test = {"audit": "a", "measure": "false_positive_rate", "expect": "<= 0.1"}
    plan = {
        "sources": {"s": {"inline": [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]}},
        "audits": {"a": {"kind": "score", "source": "s", "outcome_known": "flagged", **OPTIONS}},
        "claims": [{"id": "c", "text": "Few are flagged wrongly.", "test": test}],
    }
    judged = cp.run(plan).to_json()["claims"][0]
    assert judged["verdict"] == "untestable"
    assert "not flagged" in judged["needs"][0]


def test_the_score_itself_is_not_identified() -> None:
    table = rows([(s, y, r, 30) for s in range(1, 9) for y in "yn" for r in ("yes", "no")], "s", "outcome", "reviewed")
    options = {"flag": None, "score": "s", "flag_at": 5, "reviewed": "reviewed"}
    audit = found(table, **options)
    assert one(audit, "auc")["status"] == "not_identified"
    assert {e["at"].get("threshold", 5) for e in audit["estimates"]} == {5}
    claimed = found(table | {"s": [s / 10 for s in table["s"]]}, **options, score_is="probability")
    assert one(claimed, "brier")["status"] == "not_identified"


def test_reviews_and_outcomes_that_do_not_agree_are_counted() -> None:
    table = rows(
        [*SCANS, ("y", "", "yes", 15), ("n", "y", "no", 20), ("n", "n", "", 25)], "flag", "outcome", "reviewed"
    )
    audit = found(table, reviewed="reviewed")
    counts = {c["name"]: c["count"] for c in audit["checks"]}
    assert counts["reviewed_without_outcome"] == 15
    assert counts["outcome_without_review"] == 45
    assert counts["missing_review"] == 25
    assert counts["unverified"] == 166 + 140 + 15 + 20 + 25
    bounds = one(audit, "true_positive_rate")
    assert bounds["identified_low"] == pytest.approx(231 / (231 + 27 + 140 + 20 + 25))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"outcome_known": "reviewed"}, "needs reviewed"),
        ({"outcome_known": "flagged", "reviewed": "reviewed"}, "does not go with"),
        ({"outcome_known": "some"}, "outcome_known"),
        ({"reviewed": "revieved"}, "'reviewed'"),
        ({"reviewed": "outcome"}, "two roles"),
        ({"reviewed": "who"}, "neither yes nor no"),
        ({"reviewed": "nobody"}, "no reviewed record has"),
        ({"missing_group": "impute"}, "missing_group"),
    ],
)
def test_what_does_not_fit_is_said(options: dict[str, Any], says: str) -> None:
    table = scans() | {"who": ["clerk"] * 650, "nobody": ["no"] * 650}
    with pytest.raises(InputError) as error:
        found(table, **options)
    assert says in str(error.value)


# flag, outcome, group, n; the last four have no label
CASES = [
    ("y", "y", "A", 50), ("y", "n", "A", 30), ("n", "y", "A", 20), ("n", "n", "A", 200),
    ("y", "y", "B", 60), ("y", "n", "B", 80), ("n", "y", "B", 25), ("n", "n", "B", 150),
]  # fmt: skip
UNLABELLED = [("y", "y", "", 11), ("y", "n", "", 12), ("n", "y", "", 13), ("n", "n", "", 40)]


def every_way() -> list[float]:
    """False positive rates of A over every way in which the unlabelled negatives may have been divided."""
    return [(30 + x) / (30 + x + 200 + y) for x, y in product(range(13), range(41))]


def test_bounds_over_every_way_to_fill_in_a_label() -> None:
    table = rows(CASES + UNLABELLED, "flag", "outcome", "group")
    audit = found(table, groups=["group"])
    bounds = one(audit, "false_positive_rate", group="A")
    assert (bounds["status"], bounds["primary"]) == ("bounded", True)
    assert bounds["identified_low"] == pytest.approx(min(every_way()))
    assert bounds["identified_high"] == pytest.approx(max(every_way()))
    assert (bounds["low"], bounds["high"]) == (
        pytest.approx(wilson(30, 270)[0]), pytest.approx(wilson(42, 242)[1])
    )  # fmt: skip
    beside = one(audit, "false_positive_rate", "labels_missing_at_random", group="A")
    assert (beside["numerator"], beside["denominator"], beside["primary"]) == (30, 230, False)
    assert not any(None in e["group"].values() for e in audit["estimates"])
    assert one(audit, "false_positive_rate")["denominator"] == 30 + 200 + 80 + 150 + 12 + 40
    kinds = {(c["assumption"], c["status"]) for c in audit["contrasts"] if c["measure"] == "false_positive_rate"}
    assert kinds == {(None, "bounded"), ("labels_missing_at_random", "estimated")}
    gap = next(e for e in audit["estimates"] if e["measure"] == "false_positive_rate.largest_gap")
    assert gap["status"] == "bounded"
    assert gap["low"] <= gap["identified_low"] < 80 / 230 - 30 / 230 < gap["identified_high"] <= gap["high"]


def test_separate_and_drop() -> None:
    table = rows(CASES + UNLABELLED, "flag", "outcome", "group")
    separate, drop = (found(table, groups=["group"], missing_group=way) for way in ("separate", "drop"))
    assert one(separate, "false_positive_rate", group=None)["denominator"] == 52
    for audit in (separate, drop):
        assert one(audit, "false_positive_rate", group="A")["denominator"] == 230
        assert one(audit, "false_positive_rate")["denominator"] == 512
        assert next(c for c in audit["checks"] if c["name"] == "missing_group.group")["count"] == 76
    assert not any(None in e["group"].values() for e in drop["estimates"])


def test_too_few_without_a_label_to_be_shown() -> None:
    few = [("y", "y", "", 1), ("y", "n", "", 2), ("n", "y", "", 1), ("n", "n", "", 3)]
    result = cp.audit("score", pa.table(rows(CASES + few, "flag", "outcome", "group")), groups=["group"], **OPTIONS)
    audit = result.to_json()["audits"]["audit"]
    bounds = [e for e in audit["estimates"] if e["measure"] == "false_positive_rate" and e["group"] and e["primary"]]
    for estimate, (x, n) in zip(bounds, ((30, 230), (80, 230)), strict=True):
        assert estimate["status"] in ("bounded", "suppressed")
        if estimate["status"] == "bounded":  # wider than what the true counts would give, since they are not known
            assert estimate["identified_low"] <= x / (n + 3)
            assert estimate["identified_high"] >= (x + 2) / (n + 2)
    assert any(e["status"] == "bounded" and "withheld" in e["note"] for e in bounds)


def test_too_few_without_a_label_at_a_cut_off() -> None:
    cases = [(s, y, g, 12 * k) for s in range(1, 9) for y in "yn" for k, g in enumerate("ABC", start=1)]
    table = rows([*cases, (7, "y", "", 4), (2, "n", "", 3)], "s", "outcome", "group")
    audit = found(table, flag=None, score="s", flag_at=5, groups=["group"], curves=False)
    bounds = {name: one(audit, "flag_rate", group=name) for name in "ABC"}
    shown = {name: e for name, e in bounds.items() if e["status"] == "bounded"}
    assert shown
    for k, name in enumerate("ABC", start=1):
        if name in shown:
            assert shown[name]["identified_low"] <= 96 * k / (192 * k + 3)
            assert shown[name]["identified_high"] >= (96 * k + 4) / (192 * k + 4)


def test_a_shown_margin_narrows_what_is_withheld() -> None:
    # 4 of the unlabelled were flagged and 96 were not: the 4 are withheld, and with them the counts of one group
    cases = [("y", "y", "A", 150), ("n", "y", "A", 150), ("y", "y", "B", 400), ("n", "y", "B", 500)]
    cases += [("y", "y", "", 4), ("n", "y", "", 96)]
    audit = found(rows(cases, "flag", "outcome", "group"), groups=["group"], measures=["flag_rate"])
    bounds = [one(audit, "flag_rate", group=name) for name in "AB"]
    shown = [e for e in bounds if e["status"] == "bounded"]
    assert len(shown) == 1
    assert "withheld" in shown[0]["note"]
    x, n = (150, 300) if shown[0]["group"] == {"group": "A"} else (400, 900)
    assert shown[0]["identified_low"] == pytest.approx(x / (n + 100))
    assert shown[0]["identified_high"] == pytest.approx((x + 100) / (n + 100))


def test_crossed_groups_may_lack_either_label() -> None:
    cases = [("y", "n", g, o, 20) for g in ("A", "B") for o in ("x", "z")]
    cases += [("n", "n", g, o, 60) for g in ("A", "B") for o in ("x", "z")]
    cases += [("y", "n", "A", "", 11), ("n", "n", "", "x", 12), ("y", "n", "", "", 13), ("n", "n", "B", "", 14)]
    table = rows(cases, "flag", "outcome", "group", "office")
    audit = found(table, groups=["group", "office"], measures=["false_positive_rate"])
    bounds = one(audit, "false_positive_rate", group="A", office="x")
    # 11 + 13 flagged records may belong to A and x, and 12 others
    assert bounds["identified_low"] == pytest.approx(20 / (20 + 60 + 12))
    assert bounds["identified_high"] == pytest.approx((20 + 24) / (20 + 24 + 60))


def test_missing_labels_and_outcomes_together() -> None:
    table = rows(
        [(*case[:2], "yes", "A", case[3]) for case in CASES[:4]] + [("y", "", "no", "A", 15), ("n", "", "no", "A", 18)]
        + [("y", "n", "yes", "", 12), ("n", "", "no", "", 16)],
        "flag", "outcome", "reviewed", "group",
    )  # fmt: skip
    audit = found(table, groups=["group"], reviewed="reviewed")
    bounds = one(audit, "false_positive_rate", group="A")
    assert bounds["identified_low"] == pytest.approx(30 / (30 + 200 + 18 + 16))
    assert bounds["identified_high"] == pytest.approx((30 + 15 + 12) / (30 + 15 + 12 + 200))
    both = "ignorable_verification and labels_missing_at_random"
    assert one(audit, "false_positive_rate", both, group="A")["method"] == "begg-greenes"
    assert one(audit, "false_positive_rate", "labels_missing_at_random", group="A")["status"] == "bounded"


def test_the_score_of_a_group_says_whom_it_leaves_out() -> None:
    table = rows([(s, y, g, 12) for s in range(1, 9) for y in "yn" for g in ("A", "B", "")], "s", "outcome", "group")
    audit = found(table, flag=None, score="s", flag_at=5, groups=["group"])
    area = one(audit, "auc", "labels_missing_at_random", group="A")
    assert area["primary"]
    assert one(audit, "auc")["assumption"] is None
    assert any(c["measure"] == "auc" and c["assumption"] == "labels_missing_at_random" for c in audit["contrasts"])
