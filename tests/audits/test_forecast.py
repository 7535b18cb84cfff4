"""Forecasts through the whole line: the published row of scoringutils, naive forecasts, accuracy, and bad input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

import counterproof as cp
from counterproof.cli.app import run
from counterproof.stats.forecasts import weighted_interval_score

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
DEATHS = SHARED / "forecast" / "deaths_quantile_forecasts.csv"
ENCOUNTERS = SHARED / "records" / "encounters" / "sbo-encounters-fy22-fy25-aug.csv"
OPTIONS: dict[str, Any] = {
    "observed": "observed", "predicted": "predicted", "quantile_level": "level", "model": "model", "origin": "made",
    "target": "target", "horizon": "ahead", "place": "place",
}  # fmt: skip
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
Row = dict[str, Any]

# scoringutils, README of the development version, summarise_scores(by = c("model", "target_type")), Deaths:
# wis, overprediction, underprediction, dispersion, bias, interval_coverage_50, interval_coverage_90
PUBLISHED = {
    "EuroCOVIDhub-ensemble": (41.42249, 7.138247, 4.103261, 30.18099, 0.07265625, 0.875, 1.0),
    "EuroCOVIDhub-baseline": (159.40387, 65.899117, 2.098505, 91.40625, 0.33906250, 0.6640625, 1.0),
    "UMass-MechBayes": (52.65195, 8.978601, 16.800951, 26.87239, -0.02234375, 0.4609375, 0.875),
}
COLUMNS = ("wis", "wis_overprediction", "wis_underprediction", "wis_dispersion", "bias", "coverage_50", "coverage_90")
# reference identification.md C
SKILL = {
    "EuroCOVIDhub-ensemble": (0.5966, 0.2599),
    "UMass-MechBayes": (0.7476, 0.3256),
    "epiforecasts-EpiNow2": (0.9765, 0.4253),
    "EuroCOVIDhub-baseline": (2.2959, 1.0),
}


def only(entries: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [entry for entry in entries if all(entry.get(key) == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def audit(rows: list[Row], **options: Any) -> dict[str, Any]:
    chosen = {key: value for key, value in {**OPTIONS, **options}.items() if value is not None}
    document: dict[str, Any] = cp.audit("forecast", pa.Table.from_pylist(rows), **chosen).to_json()["audits"]["audit"]
    return document


@pytest.fixture(scope="module")
def deaths() -> dict[str, Any]:
    if not DEATHS.exists():
        pytest.skip("the shared forecasts are not here")
    found = cp.audit(
        "forecast", DEATHS, observed="observed", predicted="predicted", quantile_level="quantile_level", model="model",
        origin="forecast_date", target="target_end_date", horizon="horizon", place="location",
        baseline="EuroCOVIDhub-baseline",
    )  # fmt: skip
    document: dict[str, Any] = found.to_json()["audits"]["audit"]
    return document


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_published_row_to_its_printed_digits(deaths: dict[str, Any], model: str) -> None:
    for measure, expected in zip(COLUMNS, PUBLISHED[model], strict=True):
        found = only(deaths["estimates"], measure=measure, group={"model": model}, at={})["value"]
        assert found == pytest.approx(expected, abs=5.1e-6 if abs(expected) > 10 else 5.1e-7)


def test_golden_skill_and_errors(deaths: dict[str, Any]) -> None:
    for model, (relative, scaled) in SKILL.items():
        for measure, expected in (("relative_skill", relative), ("scaled_relative_skill", scaled)):
            found = only(deaths["estimates"], measure=measure, group={"model": model}, at={})
            assert round(found["value"], 4) == expected
    errors = only(deaths["estimates"], measure="absolute_error_median", group={"model": "EuroCOVIDhub-ensemble"}, at={})
    assert round(errors["value"], 4) == 53.1328
    late = only(deaths["estimates"], measure="wis", group={"model": "epiforecasts-EpiNow2"}, at={})
    assert (round(late["value"], 4), late["note"]) == (66.6428, "On 119 of 128 targets.")


def test_missing_forecasts_are_counted(deaths: dict[str, Any]) -> None:
    missing = only(deaths["checks"], name="missing_forecasts")
    assert (missing["count"], missing["total"]) == (9, 128)


def test_an_interval_counts_days_and_not_rows(deaths: dict[str, Any]) -> None:
    covered = only(deaths["estimates"], measure="coverage_50", group={"model": "UMass-MechBayes"}, at={})
    assert (covered["numerator"], covered["denominator"]) == (59, 128)
    rows_alone = 2 * 1.96 * (0.46 * 0.54 / 128) ** 0.5
    assert covered["high"] - covered["low"] > 1.2 * rows_alone


def series(weeks: int = 40, models: tuple[str, ...] = ("a", "b"), seed: int = 1) -> list[Row]:
    """Weekly observations of two places, and forecasts one and two weeks ahead of each."""
    rng = np.random.default_rng(seed)
    start, rows = dt.date(2023, 1, 7), []
    for place, level in (("N", 100.0), ("S", 300.0)):
        seen = np.round(level + 20 * np.sin(np.arange(weeks) / 5) + rng.normal(0, 8, weeks))
        for week in range(10, weeks):
            for ahead in (1, 2):
                for model in models:
                    middle = seen[week] + rng.normal(0, 6 if model == "a" else 15)
                    for share, width in zip(LEVELS, (-16, -7, 0, 7, 16), strict=True):
                        rows.append({
                            "place": place, "target": start + dt.timedelta(days=7 * week), "observed": seen[week],
                            "made": start + dt.timedelta(days=7 * (week - ahead) + 2), "ahead": ahead, "model": model,
                            "level": share, "predicted": round(middle + width, 3),
                        })  # fmt: skip
        rows += [{**dict.fromkeys(rows[0]), "place": place, "target": start + dt.timedelta(days=7 * week),
                  "observed": seen[week]} for week in range(10)]  # fmt: skip
    return rows


def scores(rows: list[Row], model: str) -> list[float]:
    """Weighted interval scores by hand."""
    by: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["model"] == model:
            by.setdefault((row["place"], row["target"], row["made"]), []).append(row)
    return [
        weighted_interval_score(
            unit[0]["observed"], LEVELS, [r["predicted"] for r in sorted(unit, key=lambda r: r["level"])]
        )
        for unit in by.values()
    ]


def test_the_engine_scores_as_the_formula_does() -> None:
    rows = series()
    found = audit(rows)["estimates"]
    for model in ("a", "b"):
        wis = only(found, measure="wis", group={"model": model}, at={})
        assert wis["value"] == pytest.approx(np.mean(scores(rows, model)), abs=1e-7)


def naive_by_hand(values: np.ndarray[Any, Any], week: int, ahead: int) -> dict[str, float]:
    """Weighted interval scores of the naive forecasts of one week, from what was known so many weeks before."""
    past, found = values[: week - ahead + 1], {}
    for name, back, base in (("last_value", ahead, week - ahead), ("seasonal_naive", 52, week - 52)):
        changes = past[back:] - past[:-back] if len(past) > back else np.array([])
        if len(changes) >= 5 and base >= 0:
            around = np.concatenate([values[base] + changes, values[base] - changes])
            found[name] = weighted_interval_score(values[week], LEVELS, np.quantile(around, LEVELS).tolist())
    found["climatology"] = weighted_interval_score(values[week], LEVELS, np.quantile(past, LEVELS).tolist())
    return found


def test_naive_quantiles_are_those_of_past_changes() -> None:
    rows = series(weeks=80, models=("a",))
    both: dict[str, list[tuple[float, float]]] = {}
    for place in "NS":
        own = [row for row in rows if row["place"] == place]
        days = sorted({row["target"] for row in own})
        values = np.array([next(row["observed"] for row in own if row["target"] == day) for day in days])
        for week, day in enumerate(days):
            for ahead in (1, 2):
                mine = [row for row in own if (row["target"], row["ahead"]) == (day, ahead)]
                if mine:
                    score = scores(mine, "a")[0]
                    for name, other in naive_by_hand(values, week, ahead).items():
                        both.setdefault(name, []).append((score, other))
    found = audit(rows)["estimates"]
    assert len(both) == 3
    for name, pairs in both.items():
        skill = 1 - sum(score for score, _ in pairs) / sum(other for _, other in pairs)
        own = only(found, measure=f"skill_over_{name}", group={"model": "a"}, at={})
        assert own["value"] == pytest.approx(skill, rel=1e-6)


def test_the_better_model_is_found_and_both_beat_nobody_unfairly() -> None:
    found = audit(series(), baseline="b")
    gap = only(found["contrasts"], measure="wis", group={"model": "a"}, at={}, scale="difference")
    assert gap["method"] == "diebold-mariano"
    assert gap["high"] < 0
    assert gap["p_adjusted"] >= gap["p_value"]
    skill = only(found["estimates"], measure="skill_over_climatology", group={"model": "a"}, at={})
    assert 0 < skill["low"] < skill["value"] < 1


def test_a_missing_forecast_is_never_rewarded() -> None:
    rows = series()
    worst = sorted({(r["place"], r["target"], r["made"]) for r in rows if r["model"] == "b"}, key=str)[:40]
    cut = [r for r in rows if not (r["model"] == "b" and (r["place"], r["target"], r["made"]) in worst)]
    found = audit(cut)
    pairs = [e for e in found["estimates"] if e["measure"] == "relative_skill" and e["at"] == {}]
    common = [r for r in rows if (r["place"], r["target"], r["made"]) not in worst]
    a, b = (np.mean(scores(common, model)) for model in ("a", "b"))
    assert only(pairs, group={"model": "a"})["value"] == pytest.approx((a / b) ** 0.5, rel=1e-6)
    assert only(found["checks"], name="missing_forecasts")["count"] == 40


def test_naive_forecasts_know_only_what_was_known() -> None:
    rows = series()
    changed = [{**r, "observed": r["observed"] + 1000} if r["target"] == rows[-1]["target"] else r for r in rows]
    counts = [
        [
            e["denominator"]
            for e in audit(table)["estimates"]
            if e["measure"] == "accuracy_within" and "naive" in e["group"]["model"]
        ]
        for table in (rows, changed)
    ]
    assert counts[0] == counts[1]
    last = str(max(row["target"] for row in rows))
    targets = [e["at"]["from"] for e in audit(rows)["estimates"] if e["measure"] == "fan"]
    assert targets
    assert max(targets) == last  # no period after the last that was observed


def test_samples_are_scored_as_scoringrules_does() -> None:
    draws = [(2.5, [3.0, 1.0, 4.0, 1.5, 9.0]), (7.0, [2.0, 6.0, 5.0, 3.0, 5.0])]
    rows = [
        {
            "target": dt.date(2024, 1, 7 * (n + 1)),
            "made": dt.date(2024, 1, 7 * n + 1),
            "observed": y,
            "sample": i,
            "predicted": x,
        }
        for n, (y, values) in enumerate(draws)
        for i, x in enumerate(values)
    ]
    none = dict.fromkeys(("quantile_level", "model", "horizon", "place"))
    found = audit(rows, **none, sample="sample")["estimates"]
    # scoringrules 0.10.0: crps_ensemble(y, x, estimator="nrg")
    assert only(found, measure="crps", group={}, at={})["value"] == pytest.approx((0.72 + 2.0) / 2)


def test_chances_have_a_brier_score() -> None:
    chances = [(0.9, "yes"), (0.2, "no"), (0.7, "no"), (0.4, "yes")]
    rows = [
        {"target": dt.date(2024, 1, 7 + 7 * n), "made": dt.date(2024, 1, 1 + 7 * n), "observed": y, "predicted": p}
        for n, (p, y) in enumerate(chances)
    ]
    none = dict.fromkeys(("quantile_level", "model", "horizon", "place"))
    found = audit(rows, **none, predicted_is="probability")["estimates"]
    assert only(found, measure="brier", at={})["value"] == pytest.approx((0.01 + 0.04 + 0.49 + 0.36) / 4)


def test_without_a_median_what_needs_one_is_not_identified() -> None:
    rows = [row for row in series() if row["level"] != 0.5]
    found = audit(rows)["estimates"]
    for measure in ("absolute_error_median", "bias", "mase"):
        assert only(found, measure=measure, group={"model": "a"}, at={})["status"] == "not_identified"
    assert only(found, measure="wis", group={"model": "a"}, at={})["value"] > 0


def test_crossing_quantiles_one_model_and_gaps_are_told() -> None:
    rows = series(models=("a",))
    for row in rows:
        if row["level"] == 0.25 and row["place"] == "N" and row["ahead"] == 1:
            row["predicted"] += 50
        if row["ahead"] == 2:
            row["ahead"] = 4
    checks = audit(rows)["checks"]
    assert only(checks, name="crossing_quantiles")["count"] == 30
    assert only(checks, name="one_model")["status"] == "warn"
    assert only(checks, name="horizon_gaps")["count"] == 2


def test_errors_that_are_always_the_same_cannot_be_tested() -> None:
    rows = series()
    for row in rows:
        if row["model"] is not None:
            row["predicted"] = row["observed"] + {"a": 1, "b": 2}[row["model"]] + 10 * row["level"]
    gap = only(audit(rows)["contrasts"], measure="wis", at={}, scale="difference")
    assert gap["method"] == "not computable"
    assert gap["p_value"] is None


def duplicated(rows: list[Row]) -> None:
    rows.append({**rows[0], "predicted": rows[0]["predicted"] + 1})


def revised(rows: list[Row]) -> None:
    rows[0]["observed"] += 5


def undated(rows: list[Row]) -> None:
    for row in rows:
        row["made"] = "soon"


def no_levels(rows: list[Row]) -> None:
    for row in rows:
        row["level"] = None if row["level"] is None else row["level"] * 100


BAD: dict[str, tuple[Callable[[list[Row]], None], str]] = {
    "a forecast twice": (duplicated, "stand more than once"),
    "an observation that was revised": (revised, "different values"),
    "dates that are none": (undated, "cannot be read"),
    "levels in per cent": (no_levels, "level that is none"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_command_says_what_is_wrong(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, says = BAD[name]
    rows = series(weeks=16)
    spoil(rows)
    path = tmp_path / "forecasts.csv"
    lines = [",".join(rows[0]), *(",".join("" if v is None else str(v) for v in row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    words = [word for key, value in OPTIONS.items() for word in (f"--{key.replace('_', '-')}", value)]
    assert run(["audit", "forecast", str(path), *words, "--json", "-"]) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.skipif(not ENCOUNTERS.exists(), reason="the shared encounters are not here")
def test_seventy_per_cent_accuracy_is_what_a_naive_forecast_often_reaches() -> None:
    found = cp.audit(
        "forecast", ENCOUNTERS, observed="Encounter Count", month="Month (abbv)", fiscal_year="Fiscal Year",
        add_up=True, accuracy=0.7, ahead=[1],
    ).to_json()["audits"]["audit"]  # fmt: skip
    last = only(found["estimates"], measure="reaches_claimed", group={"model": "naive: last value"})
    assert (
        last["denominator"] == 46
    )  # 47 months from October 2021 to August 2025, the first of them has no month before
    assert last["value"] > 0.7
    near = only(found["estimates"], measure="accuracy_within", group={"model": "naive: last value"}, at={"within": 0.3})
    assert near["numerator"] == last["numerator"]


@pytest.mark.skipif(not ENCOUNTERS.exists(), reason="the shared encounters are not here")
def test_the_readings_of_seventy_per_cent_accuracy_disagree() -> None:
    """The plan of docs/methods/forecasts.md."""
    page = (Path(__file__).parents[2] / "docs" / "methods" / "forecasts.md").read_text(encoding="utf-8")
    plan = yaml.safe_load(page.split("```yaml\n")[1].split("```")[0])
    plan["sources"]["encounters"]["path"] = str(ENCOUNTERS)
    claim = cp.run(plan).to_json()["claims"][0]
    assert [reading["verdict"] for reading in claim["readings"]] == ["undetermined", "supported", "contradicted"]
    assert [round(reading["value"], 3) for reading in claim["readings"]] == [0.767, 0.848, 0.429]
    assert claim["verdict"] == "undetermined"


def test_claims_about_forecasts_are_judged() -> None:
    rows = [{key: str(value) if value is not None else "" for key, value in row.items()} for row in series()]
    plan = {
        "sources": {"s": {"inline": rows}},
        "audits": {"f": {"kind": "forecast", "source": "s", **OPTIONS, "accuracy": 0.7}},
        "claims": [
            {"id": "better", "text": "-", "test": {"audit": "f", "measure": "wis", "compare": {"model": ["a", "b"]},
                                                   "as": "ratio", "expect": "< 1"}},
            {"id": "skill", "text": "-", "test": {"audit": "f", "measure": "skill_over_climatology",
                                                  "group": {"model": "a"}, "expect": "<= 0"}},
            {"id": "accuracy", "text": "-", "readings": [
                {"name": "mean relative error", "test": {"audit": "f", "measure": "accuracy_mape",
                                                         "group": {"model": "a"}, "expect": ">= 0.7"}},
                {"name": "direction", "test": {"audit": "f", "measure": "accuracy_direction",
                                               "group": {"model": "a"}, "expect": ">= 0.99"}}]},
        ],
    }  # fmt: skip
    verdicts = {claim["id"]: claim["verdict"] for claim in cp.run(plan).to_json()["claims"]}
    assert verdicts["better"] == "supported"
    assert verdicts["skill"] == "contradicted"
    assert verdicts["accuracy"] == "undetermined"
