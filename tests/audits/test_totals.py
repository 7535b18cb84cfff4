from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from counterproof.claims import check
from counterproof.errors import CounterproofError, InputError
from counterproof.exhibit import Exhibit
from counterproof.line import execute
from counterproof.plan import parse

REMOVALS = [{"fiscal_year": 2023, "n": 142580}, {"fiscal_year": 2024, "n": 271484}]


def run(rows: list[dict[str, Any]], claims: list[dict[str, Any]] | None = None, **options: str) -> Exhibit:
    totals = {"kind": "totals", "source": "table", "period": "fiscal_year", "value": "n"} | options
    plan = {"sources": {"table": {"inline": rows}}, "audits": {"a": totals}, "claims": claims or []}
    return execute(parse(plan), Path.cwd())


def values(exhibit: Exhibit) -> dict[tuple[str | None, ...], float | None]:
    return {tuple(e.group.values()): e.value for e in exhibit.results.audits["a"].estimates}


def test_totals_are_exact_and_reported() -> None:
    exhibit = run(REMOVALS)
    found = exhibit.results.audits["a"]
    assert values(exhibit) == {("2023",): 142580, ("2024",): 271484}
    assert (found.records, found.population) == (2, "records")
    assert {e.status for e in found.estimates} == {"reported"}
    as_json = found.to_json()["estimates"][0]
    assert (as_json["low"], as_json["high"], as_json["level"]) == (None, None, None)


def test_small_totals_are_shown_since_they_are_not_people() -> None:
    assert values(run([{"fiscal_year": "2020", "n": 1}, {"fiscal_year": "2021", "n": 0}])) == {
        ("2020",): 1,
        ("2021",): 0,
    }


def test_series_tell_totals_of_one_period_apart() -> None:
    rows = [{"fiscal_year": y, "what": w, "n": n} for y, w, n in ((1, "x", 5), (1, "y", 5), (2, "x", 7))]
    assert values(run(rows, series="what")) == {("x", "1"): 5, ("x", "2"): 7, ("y", "1"): 5}
    with pytest.raises(InputError, match="stand more than once"):
        run(rows)


@pytest.mark.parametrize("again", [142580, 142581])
def test_a_total_that_stands_twice_is_never_added_up(again: int) -> None:
    with pytest.raises(InputError) as caught:
        run([*REMOVALS, {"fiscal_year": 2023, "n": again}])
    told = str(caught.value)
    assert "1 totals stand more than once" in told
    assert str(again) not in told
    assert "series" in told


@pytest.mark.parametrize("value", [-1, "", "many", "0.5", None])
def test_what_is_not_a_whole_number_is_refused_without_being_quoted(value: object) -> None:
    with pytest.raises(CounterproofError) as caught:
        run([{"fiscal_year": "2023", "n": value}, {"fiscal_year": "2024", "n": "271484"}])
    assert "many" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_several_releases_of_a_long_table() -> None:
    rows = [{"fiscal_year": "2024", "n": n, "day": day} for n, day in ((186373, "2024-06-15"), (271484, "2024-09-30"))]
    expect = {"audit": "a", "measure": "total", "group": {"fiscal_year": "2024"}}
    claims = [
        {"id": "year", "text": "-", "test": {**expect, "expect": "271484"}},
        {"id": "june", "text": "-", "test": {**expect, "expect": "186373", "at": {"as_of": "2024-06-15"}}},
    ]
    exhibit = run(rows, claims, as_of="day")
    assert [dict(e.at) for e in exhibit.results.audits["a"].estimates] == [
        {"as_of": "2024-06-15", "period_status": "year_to_date"},
        {"as_of": "2024-09-30", "period_status": "final"},
    ]
    assert {c.verdict for c in exhibit.results.claims} == {"supported"}
    assert [(c.name, c.count) for c in exhibit.results.audits["a"].checks] == [("overlapping_releases", 1)]
    with pytest.raises(InputError, match="holds no day") as caught:
        run([{"fiscal_year": "2024", "n": 1, "day": "mid-June"}], as_of="day")
    assert "mid-June" not in str(caught.value)


def test_large_totals_keep_every_digit() -> None:
    claims = [
        {"id": "c", "text": "-", "test": {"audit": "a", "measure": "total", "group": {"fiscal_year": "1"}, "expect": e}}
        for e in ["9007199254740991"]
    ]
    rows = [{"fiscal_year": "1", "n": "9007199254740991"}]  # 2**53 - 1
    found = run(rows, claims).results.claims[0]
    assert found.verdict == "supported"
    assert "9,007,199,254,740,991" in found.because


def test_a_blank_period_is_kept_and_told() -> None:
    exhibit = run([*REMOVALS, {"fiscal_year": None, "n": 3}])
    assert values(exhibit)[None,] == 3
    assert [c.name for c in exhibit.results.audits["a"].checks] == ["unnamed_period"]


def test_more_periods_than_a_group_of_people_may_have() -> None:
    rows = [{"fiscal_year": f"{1900 + i}", "n": i} for i in range(120)]
    assert len(values(run(rows))) == 120


def test_options_name_three_different_columns() -> None:
    with pytest.raises(InputError, match="different columns"):
        run(REMOVALS, series="n")
    with pytest.raises(InputError, match="fiscal_years"):
        run(REMOVALS, period="fiscal_years")


def test_strange_labels_pass_unharmed() -> None:
    names = ["x" * 10_000, "<b>1</b>", "=1+1", "\x1b[31m", "\u202eabc"]
    rows = [{"fiscal_year": name, "n": i} for i, name in enumerate(names)]
    assert set(values(run(rows))) == {(name,) for name in names}


def test_a_claim_on_totals_is_checked_before_anything_is_read() -> None:
    from counterproof.audits.totals import WORDS

    plan = parse({"claims": [{"id": "c", "text": "-", "test": {"audit": "a", "measure": "totl", "expect": "1"}}]})
    assert "total" in str(check(plan.claims, {"a": tuple(WORDS.measures)})[0].hint)
