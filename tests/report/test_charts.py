"""Chart specs are sound Vega-Lite, drawn without names of their own, and carry in shape what they carry in colour."""

import json
import re
from dataclasses import replace

import altair
import pytest

from counterproof.findings import Estimate, Results
from counterproof.report import chart_kit, svg
from counterproof.report.chart_rows import panel_spec
from counterproof.report.chart_series import series_spec
from counterproof.report.charts import specs
from counterproof.report.shapes import panels, series
from report import samples


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {name: svg.draw(spec) for name, spec in specs(samples.undetermined()).items()}


def test_every_spec_fits_the_schema_and_is_plain_json() -> None:
    made = {**specs(samples.compas()), **specs(samples.ledger()), **specs(samples.undetermined())}
    assert {name.rsplit(".")[-1] for name in made} == {"wide", "narrow"}
    for spec in made.values():
        altair.Chart.from_json(json.dumps(spec, allow_nan=False), validate=True)


def test_a_suppressed_group_leaves_no_number_in_a_spec() -> None:
    spec = specs(samples.compas())["compas-false_positive_rate-race.wide"]
    rows = {row["label"]: row for row in spec["data"]["values"]}
    assert rows["Asian"]["reason"] == "withheld, to protect people"
    assert not [rows["Asian"][key] for key in ("value", "low", "high") if rows["Asian"][key] is not None]
    assert rows["Asian"]["number"] == rows["Asian"]["beside"] == ""


def test_the_reference_differs_in_shape_and_not_only_in_colour() -> None:
    rows = specs(samples.compas())["compas-false_positive_rate-race.wide"]["data"]["values"]
    assert {row["shape"] for row in rows if row["reference"]} == {"diamond"}
    assert {row["shape"] for row in rows if not row["reference"]} == {"square", "circle"}


def test_an_svg_has_no_roles_fonts_or_ids_of_its_own(drawn: dict[str, str]) -> None:
    for text in drawn.values():
        assert not re.search(r"font-family|aria-|role=|class=|id=|xlink|opacity=\"0\"", text)
        assert text.startswith("<svg xmlns=")


def test_drawing_twice_gives_the_same_bytes(drawn: dict[str, str]) -> None:
    again = {name: svg.draw(spec) for name, spec in specs(samples.undetermined()).items()}
    assert again == drawn


def test_colours_are_those_that_the_style_sheet_replaces(drawn: dict[str, str]) -> None:
    from counterproof.report.html import style

    used = {c for text in drawn.values() for c in re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', text)}
    assert used
    assert all(f'"{colour}"' in style() for colour in used)


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (0, 0.47, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 3e-6, [0, 1e-6, 2e-6, 3e-6]),
        (0, 271484, [0, 100000, 200000, 300000]),
        (-0.4, 0.5, [-0.4, -0.2, 0, 0.2, 0.4, 0.6]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_ticks(low: float, high: float, steps: list[float]) -> None:
    assert chart_kit.ticks(low, high) == pytest.approx(steps)


def test_shapes_are_found_from_the_findings_alone() -> None:
    exhibit = samples.compas()
    found = panels(exhibit, "compas")
    assert [p.measure for p in found if p.main] == list(samples.ScoreOptions.model_fields["measures"].default)
    assert {p.measure for p in found if not p.main} == {"prevalence", "accuracy", "auc"}
    along = series(exhibit, "compas")
    assert [s.axis for s in along].count("threshold") == 4
    bins = [s for s in along if s.binned]
    assert [s.measure for s in bins] == ["outcome_rate_by_score"]
    assert all(s.marked == 5 for s in along if not s.binned)


def test_names_are_wrapped_and_never_cut_by_the_chart() -> None:
    exhibit = samples.undetermined()
    panel = panels(exhibit, "pilot")[0]
    long = Estimate("false_positive_rate", {"precinct": "A name of many words " * 3}, {}, "estimated", 0.1, 0.05, 0.2)
    row = type(panel.rows[0])(long.group["precinct"].strip(), False, long)
    spec = panel_spec(type(panel)(*[getattr(panel, f) if f != "rows" else (row,) for f in panel.__slots__]), "narrow")
    assert spec["data"]["values"][0]["label"].count("\n") == 2
    assert json.dumps(spec).count('"limit": 0') == 4


def test_many_withheld_groups_share_a_row_and_few_keep_theirs() -> None:
    panel = panels(samples.compas(), "compas")[0]
    hidden = replace(panel.rows[2], estimate=Estimate("m", {"race": "x"}, {}, "suppressed"))
    for many, labels in ((3, ["g0", "g1", "g2"]), (9, ["9 more groups"])):
        rows = (panel.rows[0], *(replace(hidden, name=f"g{i}") for i in range(many)))
        values = panel_spec(replace(panel, rows=rows), "wide")["data"]["values"]
        assert [row["label"] for row in values] == ["Everyone", *labels]


def test_a_mean_score_is_drawn_into_the_outcome_rates_that_it_is_held_against() -> None:
    base = samples.compas()
    found = base.results.audits["compas"]
    rates = [e for e in found.estimates if "bin" in e.at]
    means = tuple(replace(e, measure="mean_score", status="reported", value=0.5, low=None, high=None) for e in rates)
    both = replace(base, results=Results({"compas": replace(found, estimates=(*found.estimates, *means))}))
    binned = [one for one in series(both, "compas") if one.binned]
    assert [(one.measure, one.beside) for one in binned] == [("outcome_rate_by_score", "Mean score")]
    points = series_spec(binned[0], "wide")["data"]["values"]
    assert {p["value"] for p in points if p["who"] == "reference"} == {0.5}
    assert [p["at"] for p in points if p["who"] == "own"][:5] == [1.5, 3.5, 5.5, 7.5, 9.5]


def test_a_group_without_a_point_has_no_panel_and_is_named() -> None:
    one = next(one for one in series(samples.compas(), "compas") if one.binned)
    blank = replace(one.lines[1], name="Hidden", points=(replace(one.lines[1].points[0], value=None),))
    cut = replace(one, lines=(one.lines[0], blank))
    assert {p["panel"] for p in series_spec(cut, "wide")["data"]["values"]} == {one.lines[0].name}
    assert cut.withheld == ["Hidden"]


def test_one_spec(snapshot) -> None:
    spec = specs(samples.undetermined())["pilot-false_positive_rate-precinct.narrow"]
    assert json.dumps(spec, indent=1, ensure_ascii=False) == snapshot
