"""Published totals in the layouts in which they are released: the real files, and files with every oddity known."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import counterproof as cp
from audits.totals_files import detention, encounters, even
from counterproof.audits.totals import data_files
from counterproof.errors import CounterproofError, InputError
from counterproof.line import execute
from counterproof.plan import parse
from counterproof.sources.layouts.totals.files import File, _placed, plain

RECORDS = Path(__file__).parents[3] / "shared/data/records"
WORKBOOKS, ENCOUNTERS = RECORDS / "detention_statistics", RECORDS / "encounters"
HEADERS = RECORDS / "foia/ice_foia_headers_by_release.json"
shared = pytest.mark.skipif(not RECORDS.exists(), reason="the shared records are not here")


def found(*paths: Path, **options: Any) -> Any:
    (only,) = cp.audit("totals", list(paths), **options).audits.values()
    return only


def values(findings: Any, measure: str) -> dict[tuple[object, ...], Any]:
    return {
        (*e.group.values(), *e.at.values()): e.value if e.status == "reported" else e.status
        for e in findings.estimates
        if e.measure == measure
    }


def checks(findings: Any, name: str) -> list[tuple[str, int, int]]:
    return [(c.status, c.count, c.total) for c in findings.checks if c.name == name]


def note(findings: Any, name: str) -> str:
    return " ".join(c.note for c in findings.checks if c.name == name)


# the real files


@shared
def test_published_removals_and_stale_tables() -> None:
    """142,580 removals in FY2023 and 271,484 in FY2024, both final; two stale tables of facilities in mid-2024."""
    findings = found(*sorted(WORKBOOKS.glob("*.xlsx")))
    removals = values(findings, "removals")
    assert removals["2023", "2023-09-30", "final"] == 142_580
    assert removals["2024", "2024-09-30", "final"] == 271_484
    assert removals["2024", "2024-06-15", "year_to_date"] == 186_373
    primary = {e.group["fiscal_year"]: e.value for e in findings.estimates if e.measure == "removals" and e.primary}
    assert primary == {"2023": 142_580, "2024": 271_484}
    (change,) = [c for c in findings.contrasts if c.measure == "removals" and c.scale == "ratio"]
    assert (change.value, change.group, change.low) == (pytest.approx(271_484 / 142_580), {"fiscal_year": "2024"}, None)
    assert checks(findings, "stale_table") == [("warn", 109, 109), ("warn", 106, 106)]
    said = note(findings, "stale_table")
    assert "detentionStats06062024.xlsx are those of 20240529005547-FY24_detentionStats05242024.xlsx" in said
    assert "date line says 2024-05-13, as before" in said
    assert "date line says 2024-06-24, where that of the earlier one says 2024-06-10" in said
    assert checks(findings, "cumulative_never_falls") == [("pass", 0, 10), ("pass", 0, 277)]
    assert checks(findings, "sums_agree") == [("pass", 0, 759), ("pass", 0, 7)]
    assert "by level 28,148.17, by sex 28,148.17, by threat 28,148.17" in note(findings, "sums_agree")
    assert checks(findings, "mislabelled_period") == [("pass", 0, 21)]
    assert checks(findings, "renamed_rows")[0][0] == "warn"
    assert not checks(findings, "layout")


@shared
def test_published_encounters() -> None:
    """Southwest land border encounters as published: 2,378,944, 2,475,669 and 2,135,005."""
    findings = found(*ENCOUNTERS.glob("*.csv"))
    by_year = values(findings, "encounters")
    assert by_year["2022", "2022-09-30", "final"] == 2_378_944
    assert by_year["2023", "2023-09-30", "final"] == 2_475_669
    assert by_year["2024", "2024-09-30", "final"] == 2_135_005
    assert by_year["2025", "2025-08-31", "year_to_date"] == 432_059
    assert by_year["2021-10",] == 164_837
    assert checks(findings, "overlapping_releases") == [("pass", 0, 1936)]
    assert checks(findings, "mislabelled_period") == [("pass", 0, 4)]


@shared
def test_claims_are_held_against_the_newest_release() -> None:
    def claim(name: str, expect: str, **test: Any) -> dict[str, Any]:
        return {"id": name, "text": "-", "test": {"audit": "a", "measure": "removals", "expect": expect} | test}

    plan = {
        "sources": {"w": {"path": str(WORKBOOKS / "*.xlsx")}},
        "audits": {"a": {"kind": "totals", "source": "w"}},
        "claims": [
            claim("exact", "271484", group={"fiscal_year": "2024"}),
            claim("rise", "0.90", **{"as": "change"}, compare={"fiscal_year": ["2024", "2023"]}),
            claim("doubled", ">= 2", **{"as": "ratio"}, compare={"fiscal_year": ["2024", "2023"]}),
            claim("june", "186373", group={"fiscal_year": "2024"}, at={"as_of": "2024-06-15"}),
        ],
    }
    verdicts = {c.id: c.verdict for c in execute(parse(plan), Path.cwd()).results.claims}
    # 271,484 / 142,580 − 1 = 0.9041, which rounds to 0.90
    assert verdicts == {"exact": "supported", "rise": "supported", "doubled": "contradicted", "june": "supported"}


@pytest.mark.skipif(not HEADERS.exists(), reason="the shared records are not here")
def test_headers_of_every_released_table() -> None:
    """All 14 pairs of table and release, as they are spelled: "Anonymized Identifer", "SUJB ID"."""
    tables = {"detention_stints": "stints", "detentions": "stints", "rca": "risk_classifications"}
    pairs = json.loads(HEADERS.read_text())
    assert len(pairs) == 14
    for pair, columns in pairs.items():
        table, _, release = pair.rpartition("_")
        header = [column["header"] for column in columns]
        file = File(0, pair)
        event = _placed(data_files.layouts(), file, header, header, None)
        assert event.layout.table == tables.get(table, table)  # type: ignore[union-attr]
        assert release in event.layout.releases
        assert (file.unknown, file.notes) == ([], [])


# oddities of workbooks


def test_a_total_is_final_when_it_reaches_september(tmp_path: Path) -> None:
    whole = detention(tmp_path / "a.xlsx", title="FY2024 YTD", through="9/30/2024", removals=5)
    early = detention(tmp_path / "b.xlsx", year=2021, title="EOFY2021", through="09/11/2021", removals=3)
    findings = found(whole, early)
    removals = values(findings, "removals")
    assert removals == {("2021", "2021-09-11", "year_to_date"): 3, ("2024", "2024-09-30", "final"): 5}
    assert checks(findings, "mislabelled_period") == [("warn", 4, 4)]
    said = note(findings, "mislabelled_period")
    assert "b.xlsx is called final and ends on 2021-09-11" in said
    assert "a.xlsx is called year to date and is the whole year" in said


def test_a_date_of_another_year_is_told(tmp_path: Path) -> None:
    findings = found(detention(tmp_path / "a.xlsx", through="9/30/2020"))
    assert "is dated 2020-09-30" in note(findings, "mislabelled_period")


@pytest.mark.parametrize("oddity", [
    {}, {"names": ("Sheet1", "Tabelle 2", "Notes")}, {"names": ("Detention FY21 YTD", " Facilities EOYFY24 ", "Notes")},
    {"header_down": 5}, {"merged": True}, {"far": 16_383},
])  # fmt: skip
def test_what_moves_is_found(oddity: dict[str, Any], tmp_path: Path) -> None:
    """Renamed sheets, a moved row of names, merged cells, a sheet that declares 16,383 columns."""
    findings = found(detention(tmp_path / "a.xlsx", **oddity))
    assert [v for (year, *_), v in values(findings, "removals").items() if year == "2024"] == [164_350]
    assert checks(findings, "sums_agree") == [("pass", 0, 2), ("pass", 0, 1)]


def test_unknown_columns_are_reported_and_not_read(tmp_path: Path) -> None:
    exhibit = _exhibit(detention(tmp_path / "a.xlsx", extra="Beds Promised"))
    assert checks(exhibit.results.audits["a"], "layout") == [("warn", 1, 1)]
    assert any("'Beds Promised'" in note for note in exhibit.sources[0].notes)


def _exhibit(*paths: Path, **options: Any) -> Any:
    audit = {"kind": "totals", "source": "s"} | options
    return execute(parse({"sources": {"s": {"path": [str(p) for p in paths]}}, "audits": {"a": audit}}), Path.cwd())


def test_mixed_fiscal_years_are_kept_apart(tmp_path: Path) -> None:
    sites = [("A JAIL", "AUSTIN", even(10))]
    first = detention(tmp_path / "a.xlsx", year=2023, through="09/30/2023", dated="10/02/2023", removals=9, sites=sites)
    second = detention(tmp_path / "b.xlsx", through="10/14/2023", dated="10/09/2023", removals=1, sites=sites)
    findings = found(first, second)
    assert checks(findings, "cumulative_never_falls") == []  # a new year begins at nothing
    assert checks(findings, "stale_table") == []
    assert not findings.contrasts  # a whole year is not compared with two weeks


def test_the_same_content_under_two_names(tmp_path: Path) -> None:
    first = detention(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes(first.read_bytes())
    exhibit = _exhibit(first, tmp_path / "b.xlsx")
    assert checks(exhibit.results.audits["a"], "stale_table") == []
    assert any("the same bytes as" in note for note in exhibit.sources[0].notes)


# checks


def test_what_cannot_fall_and_does(tmp_path: Path) -> None:
    sites = [("A JAIL", "AUSTIN", even(225)), ("C JAIL", "WACO", even(50))]
    later = [("A JAIL", "AUSTIN", even(100)), ("C JAIL", "WACO", even(49))]
    first = detention(tmp_path / "a.xlsx", sites=sites)
    second = detention(tmp_path / "b.xlsx", through="06/15/2024", dated="06/10/2024", sites=later, removals=164_349)
    findings = found(first, second)
    # Austin: 225 × 225 days = 50,625 by 13 May, and only 100 × 253 = 25,300 by 10 June; Waco grows by 1,147
    assert checks(findings, "cumulative_never_falls") == [("fail", 1, 2), ("fail", 1, 2)]
    said = note(findings, "cumulative_never_falls")
    assert "removals of 2024 from 164,350 to 164,349 on 2024-06-15" in said
    assert "site AUSTIN, TX in b.xlsx" in said


def test_a_site_whose_rows_are_split_and_renamed_does_not_fall(tmp_path: Path) -> None:
    first = detention(tmp_path / "a.xlsx", sites=[("A JAIL", "AUSTIN", even(200)), ("B JAIL", "DALLAS", even(9))])
    split = [("A CO. JAIL", "AUSTIN", even(150)), ("A ANNEX", "AUSTIN", even(60)), ("B JAIL", "DALLAS", even(9))]
    second = detention(tmp_path / "b.xlsx", through="06/15/2024", dated="06/10/2024", sites=split)
    findings = found(first, second)
    assert checks(findings, "cumulative_never_falls")[1] == ("pass", 0, 2)
    assert checks(findings, "renamed_rows") == [("warn", 1, 1)]
    assert "A JAIL →" in note(findings, "renamed_rows")


def test_sums_that_do_not_agree(tmp_path: Path) -> None:
    off = [*even(100)[:11], 25.01]
    wrong = detention(tmp_path / "a.xlsx", sites=[("A JAIL", "AUSTIN", off), ("B JAIL", "WACO", even(1 / 3))],
                      book_ins_total=119)  # fmt: skip
    findings = found(wrong)
    assert checks(findings, "sums_agree") == [("fail", 1, 2), ("fail", 1, 1)]
    assert "book_ins in a.xlsx" in note(findings, "sums_agree")


def test_rounded_numbers_may_miss_each_other(tmp_path: Path) -> None:
    """Rounded to 10, each number may be off by 5, so that two sums of four may differ by 40."""
    rounded = [20, 10, 0, 10, 30, 30, 10, 10, 10, 20, 30, 10]
    findings = found(detention(tmp_path / "a.xlsx", sites=[("A JAIL", "AUSTIN", rounded)], removals=4))
    assert checks(findings, "rounding") == [("warn", 1, 2)]
    assert "to 10, each may be off by 5, so that two sums of four may differ by 40" in note(findings, "rounding")
    assert checks(findings, "sums_agree")[0] == ("pass", 0, 1)


# long tables


def test_the_newest_release_of_a_count_is_followed(tmp_path: Path) -> None:
    older = encounters(tmp_path / "z.csv", [("2024", "OCT", "Mexico", "10"), ("2024", "NOV", "Mexico", "7"),
                                            ("2024", "OCT", "Other", "1")])  # fmt: skip
    year = "2024 (FYTD)"
    newer = encounters(tmp_path / "a.csv", [(year, "OCT", "Mexico", "12"), (year, "NOV", "Mexico", "7"),
                                            (year, "DEC", "Mexico", "1,000")])  # fmt: skip
    findings = found(newer, older)
    assert values(findings, "encounters") == {
        ("2024", "2023-12-31", "year_to_date"): 12 + 7 + 1000 + 1,
        ("2023-10",): 13, ("2023-11",): 7, ("2023-12",): 1000,
    }  # fmt: skip
    assert checks(findings, "overlapping_releases") == [("warn", 2, 6)]
    assert "1 of them are other numbers" in note(findings, "overlapping_releases")
    split = found(newer, older, series="citizenship")
    assert values(split, "encounters")["2024", "Other", "2023-10-31", "year_to_date"] == 1
    with pytest.raises(InputError, match="no series"):
        found(newer, series="citizen")


def test_encounters_in_cp1252_and_with_bad_counts(tmp_path: Path) -> None:
    path = encounters(tmp_path / "a.csv", [("2024", "OCT", "Perú – otro", "5")], encoding="cp1252")
    assert values(found(path), "encounters")["2023-10",] == 5
    with pytest.raises(CounterproofError, match="1 rows hold no month or no count") as caught:
        found(encounters(tmp_path / "b.csv", [("2024", "OCT", "X", "secret"), ("2024", "OCT", "Y", "1")]))
    assert "secret" not in str(caught.value)


def test_a_layout_of_ones_own(tmp_path: Path) -> None:
    layout = tmp_path / "mine.toml"
    layout.write_text(
        '[[table]]\nname = "turnos"\nmeasure = "total"\nfiscal_year = ["ejercicio"]\n'
        'month = ["mes"]\ncount = ["casos"]\n'
    )
    table = tmp_path / "t.csv"
    table.write_text("Ejercicio;Mes;Casos\n2024;10;5\n2024;11;6\n")
    assert values(found(table, layout=str(layout)), "total")["2024", "2023-11-30", "year_to_date"] == 11
    layout.write_text('[[table]]\nname = "turnos"\nmeasure = "deaths"\n')
    with pytest.raises(InputError, match="there is no such measure"):
        found(table, layout=str(layout))
    with pytest.raises(InputError, match="no known layout of published totals"):
        found(table)
    with pytest.raises(InputError, match="there is no such layout") as caught:
        found(table, layout="detention")
    assert "detention-statistics" in str(caught.value)


# released tables of events


def _removals(path: Path, rows: list[tuple[str, str]], *, above: int = 0, cut: bool = False) -> Path:
    layout = next(
        one for one in data_files.layouts().events if one.releases == ("2012-2023",) and one.table == "removals"
    )
    columns = [name for name in layout.columns if not (cut and name == "Gender")] + (["Zodiac Sign"] if cut else [])
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([["ICE FOIA 2023"]] * above)
        writer.writerow(columns)
        for date, who in rows:
            writer.writerow(
                [{"Departure Date": date, "Anonymized Identifer": who}.get(name, "b(6), b(7)c") for name in columns]
            )
    return path


def test_released_rows_are_counted_by_fiscal_year(tmp_path: Path) -> None:
    rows = [(f"2022-10-{1 + n % 28:02d}", f"p{n}") for n in range(60)]
    rows += [("2022-10-01", "p0")] * 12 + [("2022-09-30 00:00:00", "")] * 15 + [("11/05/2022", "b(6), b(7)c")] * 11
    findings = found(_removals(tmp_path / "r.csv", rows, above=6))
    counted = values(findings, "removal_records")
    at = ("2012-2023", "2022-11", "year_to_date")
    assert counted["2023", *at] == 83
    assert counted["2022", "2012-2023", "2022-11", "final"] == 15
    assert checks(findings, "repeated_rows") == [("warn", 12, 98)]
    assert checks(findings, "unidentified_rows") == [("warn", 26, 98)]
    assert findings.records == 2


def test_sheets_of_a_released_workbook_are_stacked(tmp_path: Path) -> None:
    """The row of names stands in row 7, below a title, in every sheet; a cover sheet has none."""
    layouts = data_files.layouts().events
    layout = next(one for one in layouts if one.table == "arrests" and "2025-07" in one.releases)
    book = openpyxl.Workbook()
    book.active.append(["ICE FOIA"])
    for name, year in (("FY23", 2023), ("FY24", 2024)):
        sheet = book.create_sheet(name)
        for _ in range(6):
            sheet.append(["Arrests"])
        sheet.append(list(layout.columns))
        for n in range(20):
            cells = {"Apprehension Date": date(year, 3, 1 + n), "Unique Identifier": f"{year}-{n // 2}"}
            sheet.append([cells.get(column, "") for column in layout.columns])
    book.save(tmp_path / "a.xlsx")
    findings = found(tmp_path / "a.xlsx")
    at = ("2025-07 and 2025-10", "2024-03", "final")
    assert values(findings, "arrest_records") == {
        ("2023", *at): 20, ("2024", *at[:2], "year_to_date"): 20,
    }  # fmt: skip
    assert checks(findings, "repeated_rows") == [("warn", 20, 40)]  # 24 hours later, the same identifier


def test_few_released_rows_are_withheld_with_what_would_give_them_away(tmp_path: Path) -> None:
    """How many rows there are is known, so a second year goes with the one that holds a single person."""
    rows = [("2022-10-01", f"p{n}") for n in range(60)] + [("2022-01-01", f"q{n}") for n in range(15)]
    counted = values(found(_removals(tmp_path / "r.csv", [*rows, ("2020-01-01", "z")])), "removal_records")
    assert {year: n for (year, *_), n in counted.items()} == {"2020": "suppressed", "2022": "suppressed", "2023": 60}


def test_a_row_without_an_identifier_is_never_called_a_duplicate(tmp_path: Path) -> None:
    findings = found(_removals(tmp_path / "r.csv", [("2023-01-01", "")] * 40))
    assert checks(findings, "repeated_rows") == []
    assert checks(findings, "unidentified_rows") == [("warn", 40, 40)]


def test_a_column_that_a_release_should_not_have(tmp_path: Path) -> None:
    exhibit = _exhibit(_removals(tmp_path / "r.csv", [("2023-01-01", "a")] * 20, cut=True))
    notes = " ".join(exhibit.sources[0].notes)
    assert "not read: 'Zodiac Sign'" in notes
    assert "does not have: Gender" in notes
    assert checks(exhibit.results.audits["a"], "layout") == [("warn", 1, 1)]


def test_workbooks_and_released_tables_in_one_call(tmp_path: Path) -> None:
    findings = found(
        detention(tmp_path / "a.xlsx"), _removals(tmp_path / "r.csv", [("2023-01-01", f"{n}") for n in range(30)])
    )
    assert values(findings, "removals") == {("2024", "2024-05-18", "year_to_date"): 164_350}
    assert values(findings, "removal_records") == {("2023", "2012-2023", "2023-01", "year_to_date"): 30}


# the documentation


@pytest.mark.parametrize("page", ["totals", "search-logs"])
def test_worked_examples(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / f"{page}.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert "assert " in example
    exec(compile(example, f"{page}.md", "exec"), {})


# what must be refused


def test_a_bomb_of_shared_strings_is_refused(tmp_path: Path) -> None:
    path = detention(tmp_path / "a.xlsx")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            if part.filename != "xl/sharedStrings.xml":
                target.writestr(part, source.read(part))
        with target.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
            stream.write(b"<sst><si><t>")
            for _ in range(1100):
                stream.write(b"x" * (1 << 20))
    assert bomb.stat().st_size < 3_000_000
    with pytest.raises(InputError, match="more than 1 GB"):
        found(bomb)


def test_external_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("271485")
    path = detention(tmp_path / "a.xlsx")
    evil = tmp_path / "evil.xlsx"
    entity = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(evil, "w") as target:
        for part in source.infolist():
            body = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                body = entity + body.split(b"?>", 1)[-1].replace(b"<v>164350</v>", b"<v>&e;</v>")
            target.writestr(part, body)
    with pytest.raises(InputError, match="declares a document type") as caught:
        found(evil)
    assert "271485" not in str(caught.value)


def test_headers_are_told_in_small_letters() -> None:
    assert plain("\ufeff Fiscal\n Year ") == "fiscal year"
