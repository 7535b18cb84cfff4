"""The published COMPAS table and its golden intervals, from the counts that ship with the demo."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp

COUNTS = Path(str(files("counterproof") / "demo" / "compas_counts.csv"))
OPTIONS: dict[str, Any] = {"score": "decile_score", "flag_at": 5, "outcome": "two_year_recid", "count": "n"}
PUBLIC: dict[str, Any] = {"settings": {"min_cell": 1}, "public_records": "published by ProPublica"}

# ProPublica, "How We Analyzed the COMPAS Recidivism Algorithm" (2016): n, TN, FP, FN, TP; FPR and FNR in per cent
PUBLISHED = {
    None: (7214, 2681, 1282, 1216, 2035, 32.35, 37.40),
    "African-American": (3696, 990, 805, 532, 1369, 44.85, 27.99),
    "Caucasian": (2454, 1139, 349, 461, 505, 23.45, 47.72),
    "Hispanic": (637, 318, 87, 129, 103, None, None),
    "Other": (377, 208, 36, 90, 43, None, None),
    "Asian": (32, 21, 2, 3, 6, None, None),
    "Native American": (18, 5, 3, 1, 9, None, None),
}


@pytest.fixture(scope="module")
def by_race() -> dict[str, Any]:
    found = cp.audit("score", COUNTS, groups=["race"], reference={"race": "Caucasian"}, **OPTIONS, **PUBLIC)
    return found.to_json()["audits"]["audit"]


def estimate(audit: dict[str, Any], measure: str, group: dict[str, str], at: dict[str, Any] | None = None) -> Any:
    at = {"threshold": 5} if at is None else at
    found = [e for e in audit["estimates"] if (e["measure"], e["group"], e["at"]) == (measure, group, at)]
    assert len(found) == 1
    return found[0]


def contrast(audit: dict[str, Any], measure: str, group: str, scale: str) -> Any:
    return next(
        c for c in audit["contrasts"] if (c["measure"], c["group"], c["scale"]) == (measure, {"race": group}, scale)
    )


@pytest.mark.parametrize("race", PUBLISHED)
def test_the_published_table(by_race: dict[str, Any], race: str | None) -> None:
    n, tn, fp, fn, tp, fpr, fnr = PUBLISHED[race]
    group = {} if race is None else {"race": race}
    false_positives = estimate(by_race, "false_positive_rate", group)
    false_negatives = estimate(by_race, "false_negative_rate", group)
    assert (false_positives["numerator"], false_positives["denominator"]) == (fp, fp + tn)
    assert (false_negatives["numerator"], false_negatives["denominator"]) == (fn, fn + tp)
    assert estimate(by_race, "flag_rate", group)["denominator"] == n
    if fpr is not None:
        assert round(100 * false_positives["value"], 2) == fpr
        assert round(100 * false_negatives["value"], 2) == fnr


def test_the_contracts_example(by_race: dict[str, Any]) -> None:
    found = estimate(by_race, "false_positive_rate", {"race": "African-American"})
    assert found["value"] == 0.448467966574  # CONTRACTS section 3
    assert found["method"] == "wilson"
    assert found["status"] == "estimated"


# Golden intervals of the reference, 95 %: Miettinen–Nurminen
GOLDEN = [
    ("false_positive_rate", "African-American", "difference", 0.21392, 0.18216, 0.24517),
    ("false_positive_rate", "African-American", "ratio", 1.91209, 1.72254, 2.12558),
    ("flag_rate", "African-American", "difference", 0.24020, 0.21539, 0.26465),
    ("flag_rate", "African-American", "ratio", 1.69022, 1.59183, 1.79658),
    ("false_positive_rate", "Asian", "difference", -0.14759, -0.21581, 0.03442),
    ("false_positive_rate", "Asian", "ratio", 0.37075, 0.10280, 1.14798),
]


@pytest.mark.parametrize(("measure", "group", "scale", "value", "low", "high"), GOLDEN)
def test_golden_contrasts(
    by_race: dict[str, Any], measure: str, group: str, scale: str, value: float, low: float, high: float
) -> None:
    found = contrast(by_race, measure, group, scale)
    assert [round(found[name], 5) for name in ("value", "low", "high")] == [value, low, high]
    assert found["method"] == "miettinen-nurminen"


def test_white_against_black_reference() -> None:
    found = cp.audit("score", COUNTS, groups=["race"], reference={"race": "African-American"}, **OPTIONS, **PUBLIC)
    audit = found.to_json()["audits"]["audit"]
    # FNR and FDR White − Black, Miettinen–Nurminen
    for measure, scale, golden in [
        ("false_negative_rate", "difference", [0.19737, 0.15993, 0.23468]),
        ("false_negative_rate", "ratio", [1.70527, 1.54587, 1.87977]),
        ("false_discovery_rate", "difference", [0.03838, -0.00007, 0.07729]),
        ("false_discovery_rate", "ratio", [1.10365, 0.99982, 1.21521]),
    ]:
        row = contrast(audit, measure, "Caucasian", scale)
        assert [round(row[name], 5) for name in ("value", "low", "high")] == golden


def test_the_test_of_the_false_positive_rate_uses_unflagged_rows(by_race: dict[str, Any]) -> None:
    # aequitas 1.0 `fpr_significance` drops unflagged rows and so tests the false discovery rate: p = .050
    assert contrast(by_race, "false_positive_rate", "African-American", "difference")["p_value"] == pytest.approx(
        2.2e-37, rel=0.03
    )


def test_high_only_is_a_point_of_the_sweep(by_race: dict[str, Any]) -> None:
    # "High" is a decile score of 8 and more: 3696: 1511/284/1160/741 and 2454: 1407/81/771/195
    for race, counts in {"African-American": (284, 1511, 1160, 741), "Caucasian": (81, 1407, 771, 195)}.items():
        fp, tn, fn, tp = counts
        at = {"threshold": 8}
        rate = estimate(by_race, "false_positive_rate", {"race": race}, at)
        assert (rate["numerator"], rate["denominator"], rate["primary"]) == (fp, fp + tn, False)
        assert estimate(by_race, "false_negative_rate", {"race": race}, at)["numerator"] == fn
        assert estimate(by_race, "positive_predictive_value", {"race": race}, at)["numerator"] == tp


def test_by_sex() -> None:
    audit = cp.audit("score", COUNTS, groups=["sex"], **OPTIONS, **PUBLIC).to_json()["audits"]["audit"]
    # Female 1395: 609/288/195/303 · Male 5819: 2072/994/1021/1732
    assert estimate(audit, "false_positive_rate", {"sex": "Female"})["numerator"] == 288
    assert estimate(audit, "false_positive_rate", {"sex": "Male"})["denominator"] == 2072 + 994
    assert audit["contrasts"][0]["reference"] == {"sex": "Male"}  # the larger group


def test_auc_against_all_pairs(by_race: dict[str, Any]) -> None:
    with COUNTS.open() as stream:
        rows = [r for r in csv.DictReader(stream) if r["race"] == "Hispanic"]
    sides: dict[str, dict[int, int]] = {"0": {}, "1": {}}
    for row in rows:
        side = sides[row["two_year_recid"]]
        side[int(row["decile_score"])] = side.get(int(row["decile_score"]), 0) + int(row["n"])
    wins = sum(
        p * q * (1.0 if s > t else 0.5 if s == t else 0.0) for s, p in sides["1"].items() for t, q in sides["0"].items()
    )
    expected = wins / (sum(sides["1"].values()) * sum(sides["0"].values()))
    found = estimate(by_race, "auc", {"race": "Hispanic"}, {})
    assert found["value"] == pytest.approx(expected, abs=1e-12)
    assert found["low"] < expected < found["high"]


def test_holm_counts_a_rate_and_its_complement_once(by_race: dict[str, Any]) -> None:
    # 5 groups against one reference; flag rate, prevalence, FPR|TNR, FNR|TPR, PPV|FDR, NPV|FOR, accuracy, AUC
    assert by_race["family"] == 5 * 8
    smallest = min(c["p_value"] for c in by_race["contrasts"] if c["p_value"] is not None)
    adjusted = min(c["p_adjusted"] for c in by_race["contrasts"] if c["p_adjusted"] is not None)
    assert adjusted == pytest.approx(40 * smallest)


def test_crossed_groups_join_the_references() -> None:
    found = cp.audit(
        "score", COUNTS, groups=["race", "sex"], reference={"race": "Caucasian"}, measures=["flag_rate"],
        curves=False, **OPTIONS, **PUBLIC,
    )  # fmt: skip
    audit = found.to_json()["audits"]["audit"]
    crossed = [c for c in audit["contrasts"] if len(c["group"]) == 2]
    assert {tuple(c["reference"].items()) for c in crossed} == {(("race", "Caucasian"), ("sex", "Male"))}
    whole = estimate(audit, "flag_rate", {})
    parts = [e for e in audit["estimates"] if len(e["group"]) == 2]
    assert sum(e["numerator"] for e in parts) == whole["numerator"]
    assert sum(e["denominator"] for e in parts) == whole["denominator"] == 7214
