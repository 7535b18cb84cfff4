"""Search logs as they are really released: every oddity of their files, what is released beside them, and rules."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

import counterproof as cp
from audits.search_logs import LAYOUTS, draw, log, rows_of, truth, write
from audits.test_search_log import CLASSES, audit, check, numbers
from counterproof.errors import InputError

RECORDS = Path(__file__).parents[3] / "shared/data/records/search_logs"
shared = pytest.mark.skipif(not RECORDS.exists(), reason="the shared records are not here")
HEADER = LAYOUTS["superset"]


def right(found: cp.Finding, searches: list) -> None:  # type: ignore[type-arg]
    """Every search is there once, with its class."""
    got, real = numbers(found), truth(searches)
    assert got["searches", ()] == len(searches)
    for measure in CLASSES:
        assert got[measure, ()] == real["kind"][measure], measure


def test_byte_order_mark_blanks_before_headers_and_unpadded_times(tmp_path: Path) -> None:
    searches = draw(61, 600)
    rows = rows_of(searches, "superset", padded=False)
    right(audit(write(tmp_path / "a.csv", rows, [f" {name}" for name in HEADER], encoding="utf-8-sig")), searches)


def test_no_row_of_names(tmp_path: Path) -> None:
    searches = draw(62, 600)
    right(audit(write(tmp_path / "a.csv", rows_of(searches, "superset"), None)), searches)


def test_files_stacked_with_their_rows_of_names(tmp_path: Path) -> None:
    searches = draw(63, 600)
    rows = rows_of(searches, "superset")
    found = audit(write(tmp_path / "a.csv", [*rows[:200], HEADER, *rows[200:400], HEADER, *rows[400:]], HEADER))
    right(found, searches)
    assert check(found, "repeated_header") == ("warn", 2, None)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings(encoding: str, tmp_path: Path) -> None:
    searches = [replace(s, agency="Cañon City CO PD") for s in draw(64, 600, kinds=["other", "reason_vague"])]
    rows = [[cell.replace("——", "–") for cell in row] for row in rows_of(searches, "superset")]
    found = audit(write(tmp_path / "a.csv", rows, HEADER, encoding=encoding))
    got = numbers(found)
    assert (got["searches", ()], got["searches", ("Cañon City CO PD",)]) == (600, 600)


def test_a_workbook_with_a_moved_row_of_names_in_a_renamed_sheet(tmp_path: Path) -> None:
    searches = draw(65, 900)
    book = openpyxl.Workbook()
    book.active.title = "Cover letter"
    book.active.append(["See attached"])
    sheet = book.create_sheet("Blatt 2")
    sheet.append(["Network audit"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    for row in [HEADER, *rows_of(searches, "superset")]:
        sheet.append(list(row))
    sheet.cell(row=1, column=16_383).value = " "
    book.save(tmp_path / "a.xlsx")
    right(audit(tmp_path / "a.xlsx"), searches)


def test_a_log_without_times(tmp_path: Path) -> None:
    """No month and no hour can be told, and rows without an ID cannot be told apart: said, and nothing guessed."""
    searches = draw(66, 500)
    names = ("Name", "Org Name", "Total Networks Searched", "Reason", "Case #")
    at = [HEADER.index(name) for name in names]
    rows = [[row[place] for place in at] for row in rows_of(searches, "superset")]
    found = audit(write(tmp_path / "a.csv", rows, names), timezone="America/Chicago")
    right(found, searches)
    assert check(found, "not_deduplicated") == ("warn", 500, 500)
    assert not any("month" in e.group and e.group["month"] for e in found.audits["audit"].estimates)
    hours = next(e for e in found.audits["audit"].estimates if e.measure == "off_hours" and not e.group)
    assert hours.status == "not_identified"


def test_columns_that_no_layout_knows_are_reported(tmp_path: Path) -> None:
    searches = draw(67, 900)
    rows = [[*row, "x"] for row in rows_of(searches, "superset")]
    found = audit(write(tmp_path / "a.csv", rows, [*HEADER, "Risk Rating"]))
    right(found, searches)
    assert check(found, "layout")[1] == 1


def test_months_do_not_depend_on_the_machines_time_zone(tmp_path: Path) -> None:
    edge = [replace(s, when=datetime(2025, 3, 1, 0, place // 60, place % 60, tzinfo=UTC))
            for place, s in enumerate(draw(68, 600))]  # fmt: skip
    path = log(tmp_path / "a.csv", edge)
    code = (
        "import sys, counterproof as cp; (f,) = cp.audit('search-log', sys.argv[1]).audits.values(); "
        "print(*sorted({e.group['month'] for e in f.estimates if 'month' in e.group}))"
    )
    environment = os.environ | {"TZ": "America/Los_Angeles"}
    ran = subprocess.run([sys.executable, "-c", code, str(path)], env=environment, capture_output=True, text=True,
                         check=True)  # fmt: skip
    assert ran.stdout.split() == ["2025-03"]


def test_an_export_that_may_be_cut_off(tmp_path: Path) -> None:
    rows = rows_of(draw(69, 2000), "pdf")
    many = [[f"{n:08d}-aaaa-4aaa-aaaa-aaaaaaaaaaaa", *row[1:]] for n in range(10) for row in rows]
    whole = [[f"{place:08d}-aaaa-4aaa-aaaa-aaaaaaaaaaaa", *row[1:]] for place, row in enumerate(many)]
    assert check(audit(write(tmp_path / "a.csv", whole, LAYOUTS["pdf"])), "export_cap") == ("warn", 1, 1)


def test_a_trend_is_cut_where_the_logs_changed(tmp_path: Path) -> None:
    found = audit(log(tmp_path / "a.csv", draw(70, 900, first=datetime(2025, 11, 1, tzinfo=UTC), days=100)))
    assert check(found, "trend_break") == ("warn", 2, None)


# what is released beside logs


@shared
def test_portal_snapshots_reconcile_with_their_own_rows() -> None:
    """Equal in 310 of 310 snapshots that publish both numbers, of 77 portals."""
    found = audit([RECORDS / "portal_searches_sample.csv", RECORDS / "portal_snapshots.csv"])
    assert check(found, "reconciliation") == ("pass", 0, 310)
    note = next(c.note for c in found.audits["audit"].checks if c.name == "reconciliation")
    assert "732 snapshots of 187 portals, of which 77 publish both" in note


SNAPSHOTS = "slug,agency,archived_date,searches_30d,n_search_audit_rows,prohibited_uses_mentions_immigration\n"


def test_policy_against_log(tmp_path: Path) -> None:
    searches = draw(71, 800)
    beside = tmp_path / "portal.csv"
    beside.write_text(
        SNAPSHOTS + "houston-tx-pd,Houston TX PD,2025-11-01,5,4,1\nother-tx-pd,Other TX PD,2025-11-01,7,7,0\n"
    )
    found = audit([log(tmp_path / "a.csv", searches), beside])
    assert check(found, "reconciliation") == ("warn", 1, 2)
    named = truth(searches)["kind"]["immigration_reason_floor"]
    assert check(found, "prohibited_use_conflict") == ("warn", named, 800)


def test_sharing_in_one_direction(tmp_path: Path) -> None:
    listed = tmp_path / "sharing.csv"
    listed.write_text(
        "Organization Name,Networks Shared With Me,Networks I'm Sharing\nA TX PD,1,\nB TX PD,1,1\nC TX PD,,1\n"
    )
    found = audit([log(tmp_path / "a.csv", draw(72, 100)), listed])
    assert check(found, "one_sided_sharing") == ("warn", 2, 3)


# legal rules


def test_rules_of_three_states(tmp_path: Path) -> None:
    agencies = ["Fresno CA PD", "Reno NV PD", "[Federal] Park Police"]
    searches = draw(73, 1200, agencies)
    blank = [replace(s, plate="") if place < 100 else s for place, s in enumerate(searches)]
    found = audit(log(tmp_path / "a.csv", blank), agency="Fresno CA PD", rules="ca-sb34,il-2-130,va-2.2-5517")
    real = truth(searches)
    away = real["agency"]["Reno NV PD"] + real["agency"]["[Federal] Park Police"]
    for key in ("ca-sb34 sharing", "il-2-130 out of state", "va-2.2-5517 sharing"):
        assert check(found, key) == ("warn", away, 1200)
    lacking = sum(s.plate == "" or s.kind in ("reason_empty", "reason_placeholder") for s in blank)
    assert check(found, "ca-sb34 record") == ("warn", lacking, 1200)
    assert check(found, "il-2-130 use") == ("warn", real["kind"]["immigration_reason_floor"], 1200)
    none = ("reason_empty", "reason_placeholder", "reason_vague", "reason_case_number_only")
    assert check(found, "va-2.2-5517 purpose") == ("warn", sum(real["kind"][kind] for kind in none), 1200)
    note = next(c.note for c in found.audits["audit"].checks if c.name == "ca-sb34 record")
    assert note.startswith("California Civil Code § 1798.90.52(a) (as of 2026-04-30)")


def test_a_rule_speaks_of_searches_since_it_is_in_force(tmp_path: Path) -> None:
    before = draw(74, 300, first=datetime(2025, 5, 1, tzinfo=UTC), days=30)
    after = draw(75, 200, first=datetime(2025, 7, 2, tzinfo=UTC), days=20)
    found = audit(log(tmp_path / "a.csv", [*before, *after]), agency="Norfolk VA PD", rules="va-2.2-5517")
    assert check(found, "va-2.2-5517 sharing") == ("warn", 200, 200)


def test_a_rule_of_ones_own(tmp_path: Path) -> None:
    rules = tmp_path / "town.toml"
    rules.write_text(
        '[[rule]]\nid = "town"\ncitation = "Policy 4.12"\nsays = "every query states a purpose"\ntest = "purpose"\n'
    )
    found = audit(log(tmp_path / "a.csv", draw(76, 400)), rules=[str(rules), "il-2-130"])
    assert check(found, "town")[2] == 400
    assert check(found, "il-2-130 use")[2] == 400
    rules.write_text('[[rule]]\nid = "town"\ncitation = "x"\nsays = "y"\ntest = "record"\n')
    with pytest.raises(InputError, match="names the columns that hold them"):
        audit(tmp_path / "a.csv", rules=[str(rules)])
    with pytest.raises(InputError, match="there is no such rule"):
        audit(tmp_path / "a.csv", rules="ca-sb35")


def test_shipped_rules_have_source_and_date() -> None:
    from counterproof.audits.search_log.data_files import shipped

    rules = shipped("rules")["rule"]
    assert {rule["id"] for rule in rules} == {"ca-sb34", "il-2-130", "va-2.2-5517"}
    assert all(rule["source"] and rule["citation"] and rule["from"] < rule["as_of"] for rule in rules)
