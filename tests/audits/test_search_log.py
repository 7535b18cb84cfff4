"""Logs with known truth, in every layout, with duplicates, overlaps, masks, shifted ranges: recovered exactly."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import counterproof as cp
from audits.search_logs import LAYOUTS, REASONS, draw, log, rows_of, truth, write

CLASSES = [name for name in REASONS if name not in ("offence", "other", "reason_partial")]
ORGANISED = [name for name, columns in LAYOUTS.items() if "Org Name" in columns]
AGENCIES = ["Houston TX PD", "[Inactive] Austin TX PD", "Tulsa OK PD", "[Federal] HSI Field Office"]


def audit(paths: Path | list[Path], **options: Any) -> cp.Finding:
    return cp.audit("search-log", paths, **options)


def numbers(found: cp.Finding) -> dict[tuple[str, tuple[str | None, ...]], Any]:
    """(measure, labels of the group) -> numerator of a share, value of anything else."""
    out = {}
    for e in found.audits["audit"].estimates:
        out[e.measure, tuple(e.group.values())] = e.value if e.numerator is None else e.numerator
    return out


def check(found: cp.Finding, name: str) -> tuple[str, int | None, int | None]:
    one = next(check for check in found.audits["audit"].checks if check.name == name)
    return one.status, one.count, one.total


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_recovered(layout: str, tmp_path: Path) -> None:
    searches = draw(7, 3000)
    found = audit(log(tmp_path / "log.csv", searches, layout), timezone="America/Chicago")
    real = truth(searches, "America/Chicago")
    got = numbers(found)
    assert got["searches", ()] == got["rows", ()] == 3000
    for measure in CLASSES:
        assert got[measure, ()] == real["kind"][measure], measure
    assert {key[1][0]: n for key, n in got.items() if key[0] == "searches" and key[1]}.items() >= real["month"].items()
    assert got["off_hours", ()] == real["hours"]["off"]
    assert got["networks_median", ()] == median(search.networks for search in searches)
    assert check(found, "layout") == ("pass", 0, None)
    assert layout in next(c.note for c in found.audits["audit"].checks if c.name == "layout")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_duplicates_are_counted_once(layout: str, tmp_path: Path) -> None:
    searches = draw(8, 1000)
    again = random.Random(9).sample(searches, 60)
    rows = rows_of([*searches, *again], layout)
    random.Random(10).shuffle(rows)
    found = audit(write(tmp_path / "log.csv", rows, LAYOUTS[layout]))
    assert (numbers(found)["searches", ()], numbers(found)["rows", ()]) == (1000, 1060)
    ambiguous = check(found, "ambiguous")
    assert ambiguous == (
        ("pass", 0, 1000) if "ID" in LAYOUTS[layout] or "id" in LAYOUTS[layout] else ("warn", 60, 1000)
    )


def test_without_an_id_rows_that_agree_may_be_several_searches(tmp_path: Path) -> None:
    searches = draw(8, 500)
    found = audit(write(tmp_path / "log.csv", rows_of([*searches, *searches[:40]], "older"), LAYOUTS["older"]))
    one = next(e for e in found.audits["audit"].estimates if e.measure == "searches" and not e.group)
    assert (one.status, one.identified_low, one.identified_high) == ("bounded", 500, 540)


def test_layouts_are_mixed_in_one_call(tmp_path: Path) -> None:
    parts = {name: draw(20 + place, 400) for place, name in enumerate(LAYOUTS)}
    found = audit([log(tmp_path / f"{name}.csv", searches, name) for name, searches in parts.items()])
    every = [search for searches in parts.values() for search in searches]
    assert numbers(found)["searches", ()] == len(every)
    for measure in CLASSES:
        assert numbers(found)[measure, ()] == truth(every)["kind"][measure]
    assert check(found, "overlapping_files")[1] == 0


def test_the_same_search_in_two_logs_is_one(tmp_path: Path) -> None:
    searches = draw(11, 1200)
    flat = [replace(search, reason="Investigation", kind="other") for search in searches[700:]]
    named, county = log(tmp_path / "a.csv", searches[:900]), log(tmp_path / "b.csv", flat, "audit")
    found = audit([named, county])
    assert numbers(found)["searches", ()] == 1200
    assert check(found, "overlapping_files") == ("warn", 200, 1200)
    told = [s for s in searches[700:900] if s.kind in ("other", "offence", "immigration_reason_floor", "reason_vague")]
    told += [s for s in searches[700:900] if s.kind == "reason_case_number_only"]
    assert check(found, "cross_log_reasons") == ("warn", len(told), 200)
    # the first file that was named is followed
    real = truth([*searches[:900], *flat[200:]])["kind"]
    assert numbers(found)["reason_empty", ()] == real["reason_empty"]
    assert (
        numbers(audit([county, named]))["reason_empty", ()] == truth([*flat, *searches[:700]])["kind"]["reason_empty"]
    )


def test_the_same_file_under_two_names_is_read_once(tmp_path: Path) -> None:
    searches = draw(12, 300)
    found = audit([log(tmp_path / "a.csv", searches), log(tmp_path / "b.csv", searches)])
    assert (numbers(found)["searches", ()], numbers(found)["rows", ()]) == (300, 300)
    assert "the same bytes" in " ".join(found.exhibit.sources[0].notes)


def test_states_of_cells_are_never_pooled(tmp_path: Path) -> None:
    searches = draw(13, 2000)
    plates = ["***", "REDACTED", "###", "* * *", "█████", "7923.600 GC", "ABC***", "none", "", "8ABC123"]
    kinds = ["masked_vendor", *["masked_agency"] * 5, "partial", "placeholder", "empty", "value"]
    told = [replace(search, plate=plates[place % 10]) for place, search in enumerate(searches)]
    found = audit(log(tmp_path / "log.csv", told, "audit"), withheld=["user"])
    got = {key[1]: n for key, n in numbers(found).items() if key[0] == "cells"}
    for kind in set(kinds):
        assert got["plate", kind] == 200 * kinds.count(kind)
    assert got["user", "withheld"] == 2000
    assert got["devices", "not_exported"] == got["offence", "not_exported"] == 2000
    assert got["reason", "masked_agency"] == truth(told)["kind"]["reason_masked_agency"]
    states = ("reason_empty", "reason_masked_vendor", "reason_masked_agency", "reason_placeholder", "reason_partial")
    assert got["reason", "value"] == 2000 - sum(truth(told)["kind"][state] for state in states)


@pytest.mark.parametrize("by", [1, -1])
def test_a_shifted_range_is_seen_and_not_read(by: int, tmp_path: Path) -> None:
    searches = draw(14, 1500)
    rows = rows_of(searches, "superset")
    for place in range(400, 600):
        at = 5  # before the time frame: a cell too many, or one too few
        rows[place] = (
            [*rows[place][:at], "", *rows[place][at:-1]] if by == 1 else [*rows[place][:at], *rows[place][at + 1 :], ""]
        )
    found = audit(write(tmp_path / "log.csv", rows, LAYOUTS["superset"]))
    assert check(found, "shifted_columns") == ("warn", 200, 1500)
    got, real = numbers(found), truth([*searches[:400], *searches[600:]])["kind"]
    assert got["searches", ()] == 1500
    assert got["reason_not_exported", ()] == 200
    for measure in CLASSES:
        assert got[measure, ()] == real[measure]
    assert {key[1][0]: n for key, n in got.items() if key[0] == "searches" and key[1]}.items() >= truth(searches)[
        "month"
    ].items()


def test_rows_of_other_widths_are_shifted_rows(tmp_path: Path) -> None:
    searches = draw(15, 400)
    rows = rows_of(searches, "superset")
    for place in range(100, 130):
        rows[place].insert(8, "a comma without quotes")
    found = audit(write(tmp_path / "log.csv", rows, LAYOUTS["superset"]))
    assert check(found, "shifted_columns") == ("warn", 30, 400)
    assert numbers(found)["searches", ()] == 400


def test_nights_when_clocks_change(tmp_path: Path) -> None:
    # 2025-11-02 06:00 UTC clocks go back in Chicago (07:00 UTC), 2026-03-08 08:00 UTC they go forward
    autumn = draw(16, 1500, first=datetime(2025, 11, 1, 22, tzinfo=UTC), days=2)
    spring = draw(17, 1500, first=datetime(2026, 3, 7, 22, tzinfo=UTC), days=2)
    edges = [replace(autumn[place], id=f"{place:036d}", when=datetime(*when, tzinfo=UTC)) for place, when in enumerate(
        [(2025, 11, 3, 13, 59, 59), (2025, 11, 3, 14, 0, 0), (2026, 3, 9, 12, 59, 59), (2026, 3, 9, 13, 0, 0),
         (2025, 12, 1, 5, 59, 59), (2025, 12, 1, 6, 0, 0), (2025, 11, 1, 4, 59, 59), (2025, 11, 1, 5, 0, 0)]
    )]  # fmt: skip
    for zone in ("America/Chicago", "America/Phoenix", "America/St_Johns", "UTC"):
        found = audit(log(tmp_path / "log.csv", [*autumn, *spring, *edges * 1]), timezone=zone)
        real = truth([*autumn, *spring, *edges], zone)
        assert numbers(found)["off_hours", ()] == real["hours"]["off"], zone
        assert next(e.denominator for e in found.audits["audit"].estimates if e.measure == "off_hours") == 3008


def test_agencies_are_named_from_500_searches_on(tmp_path: Path) -> None:
    searches = [s for place, n in enumerate((700, 500, 499, 600)) for s in draw(30 + place, n, [AGENCIES[place]])]
    found = audit(log(tmp_path / "log.csv", searches), agency="Dallas TX PD", timezone="America/Chicago")
    named = {e.group["agency"] for e in found.audits["audit"].estimates if "agency" in e.group}
    assert named == {"Houston TX PD", "Austin TX PD", "HSI Field Office"}
    got = numbers(found)
    assert (got["searches", ("Austin TX PD",)], got["out_of_state", ()], got["federal", ()]) == (500, 499, 600)
    text = str(found.to_json())
    assert "Tulsa" not in text
    for e in found.audits["audit"].estimates:
        assert not ("month" in e.group and (e.measure == "off_hours" or "agency" in e.group))


def test_small_counts_are_withheld(tmp_path: Path) -> None:
    searches = draw(40, 1000, kinds=["other"])
    few = [replace(search, reason="ICE hold", kind="immigration_reason_floor") for search in searches[:4]]
    found = audit(log(tmp_path / "log.csv", [*few, *searches[4:]]))
    one = next(e for e in found.audits["audit"].estimates if e.measure == "immigration_reason_floor")
    assert (one.status, one.numerator) == ("suppressed", None)


def test_concentration_over_agencies(tmp_path: Path) -> None:
    sizes = [500 + 10 * place for place in range(14)]
    searches = [s for place, n in enumerate(sizes) for s in draw(50 + place, n, [f"City{place} TX PD"])]
    got = numbers(audit(log(tmp_path / "log.csv", searches)))
    gaps = sum(abs(a - b) for a in sizes for b in sizes)
    assert got["concentration_gini", ()] == pytest.approx(gaps / (2 * 14 * sum(sizes)), abs=0.0005)
    assert got["top_ten_share", ()] == sum(sizes[-10:])


def test_reasons_are_sorted_by_whole_words() -> None:
    words = {reason for reasons in REASONS.values() for reason in reasons}
    assert len(words) == sum(map(len, REASONS.values()))  # no reason stands in two classes
