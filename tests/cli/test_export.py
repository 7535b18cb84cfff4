"""What a run found, as tables and as a ledger: every number once, typed, the same bytes again, and no formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest

from cli.shell import Shell
from counterproof.errors import InputError
from counterproof.exports import Column, Tidy
from counterproof.exports.figures import as_figures
from counterproof.exports.workbook import as_workbook

ODD = '=HYPERLINK("http://x")'
ROWS = f"""group,flag,outcome,n
"{ODD.replace('"', '""')}",1,1,120
"{ODD.replace('"', '""')}",1,0,40
"{ODD.replace('"', '""')}",0,0,200
-1,1,1,90
-1,1,0,80
-1,0,0,190
,1,0,50
"""
PLAN = """\
title: A *flag* [and] <b>more</b>
sources:
  rows: {path: rows.csv}
audits:
  flags:
    {kind: score, source: rows, flag: flag, outcome: outcome, count: n, groups: [group], missing_group: separate,
     measures: [flag_rate]}
claims:
  - id: often
    text: "=1+1 of those *here* are <b>flagged</b>"
    claimant: "@vendor"
    source: {title: A | brochure, url: "https://example.org/a", date: 2024-02-03}
    test: {audit: flags, measure: flag_rate, expect: ">= 0.9"}
  - id: known
    text: It is known.
    readings:
      - {name: by rate, test: {audit: flags, measure: flag_rate, expect: ">= 0.1"}}
      - {name: by nobody, needs: [a count of those who know]}
  - id: asked
    text: Nobody was asked.
    needs: [interviews, their dates]
"""


@pytest.fixture
def done(shell: Shell) -> Shell:
    (shell.folder / "rows.csv").write_text(ROWS)
    (shell.folder / "plan.yaml").write_text(PLAN)
    assert shell("run", "plan.yaml", "--out", "run", "--quiet").code == 0
    return shell


def results(shell: Shell) -> dict[str, Any]:
    return dict(json.loads((shell.folder / "run" / "results.json").read_text()))


def numbers(rows: list[dict[str, Any]]) -> list[tuple[str, float]]:
    return sorted((row["measure"], float(row["value"])) for row in rows if row["value"] not in (None, ""))


def test_every_number_is_in_every_form(done: Shell) -> None:
    ran = done("export", "run", "--xlsx", "o/a.xlsx", "--csv", "o/csv", "--parquet", "o/pq", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    audit = results(done)["audits"]["flags"]
    book = openpyxl.load_workbook(done.folder / "o" / "a.xlsx")
    assert book.sheetnames == ["claims", "readings", "estimates", "contrasts", "checks", "dictionary"]
    for part in ("estimates", "contrasts"):
        expected = numbers(audit[part])
        assert expected
        with (done.folder / "o" / "csv" / f"{part}.csv").open(newline="") as stream:
            assert numbers(list(csv.DictReader(stream))) == expected
        assert numbers(pyarrow.parquet.read_table(done.folder / "o" / "pq" / f"{part}.parquet").to_pylist()) == expected
        head, *rows = book[part].iter_rows(values_only=True)
        assert numbers([dict(zip(head, row, strict=True)) for row in rows]) == expected
    head, *rows = book["dictionary"].iter_rows(values_only=True)
    for name in book.sheetnames[:-1]:
        told = [row[1] for row in rows if row[0] == name]
        assert told == [cell.value for cell in book[name][1]]


def test_no_cell_is_a_formula(done: Shell) -> None:
    done("export", "run", "--xlsx", "a.xlsx", "--csv", "csv", "--quiet")
    book = openpyxl.load_workbook(done.folder / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert {ODD, "-1", "(missing)", "=1+1 of those *here* are <b>flagged</b>"} <= {cell.value for cell in cells}
    text = (done.folder / "csv" / "estimates.csv").read_text()
    labels = {row["group.group"] for row in csv.DictReader(io.StringIO(text))}
    assert {f"'{ODD}", "'-1", "(missing)", ""} == labels
    assert "'@vendor" in (done.folder / "csv" / "claims.csv").read_text()


def test_the_same_bytes_again(done: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def hashes(folder: str) -> dict[str, str]:
        given = ("--xlsx", f"{folder}/a.xlsx", "--csv", folder, "--parquet", folder, "--markdown", f"{folder}/l.md")
        assert done("export", "run", *given, "--claim-review", f"{folder}/c.json", "--author", "A", "--quiet").code == 0
        files = sorted((done.folder / folder).iterdir())
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    first = hashes("one")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert hashes("two") == first
    assert len(first) == 15


def test_the_ledger_to_read(done: Shell) -> None:
    done("export", "run", "--markdown", "l.md", "--quiet")
    text = (done.folder / "l.md").read_text()
    assert r"# A \*flag\* \[and\] \<b\>more\</b\>" in text
    assert "## Contradicted (1)" in text
    assert "## Untestable (1)\n\n### Nobody was asked." in text
    assert "- by nobody: untestable" in text
    assert "- their dates" in text
    assert text.index("## Contradicted") < text.index("## Undetermined") < text.index("## Untestable")


def test_claim_reviews(done: Shell) -> None:
    place = "https://example.org/report.html"
    given = ("--claim-review", "c.json", "--author", "A paper", "--url", place, "--published", "2024-05-06")
    assert done("export", "run", *given, "--quiet").code == 0
    document = json.loads((done.folder / "c.json").read_text())
    assert document["@context"] == "https://schema.org"
    first, second, third = document["@graph"]
    assert [one["@type"] for one in document["@graph"]] == ["ClaimReview"] * 3
    assert first["claimReviewed"] == "=1+1 of those *here* are <b>flagged</b>"
    assert first["reviewRating"]["ratingValue"] == 1
    assert (first["datePublished"], first["author"]["name"]) == ("2024-05-06", "A paper")
    assert first["itemReviewed"]["appearance"]["url"] == "https://example.org/a"
    assert first["itemReviewed"]["datePublished"] == "2024-02-03"
    assert first["url"] == f"{place}#claim-often"
    assert 'id="claim-often"' in (done.folder / "run" / "report.html").read_text()
    for one in (second, third):
        assert "ratingValue" not in one["reviewRating"]
        assert one["reviewRating"]["alternateName"].startswith(("Undetermined", "Untestable"))


def test_figures(done: Shell) -> None:
    for folder in ("one", "two"):
        assert done("export", "run", "--figures", folder, "--quiet").code == 0
    files = {file.name: file.read_bytes() for file in (done.folder / "one").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (done.folder / "two").iterdir()}
    charts = json.loads((done.folder / "run" / "charts.json").read_text())
    assert len(files) == 3 * sum(key.endswith(".wide") for key in charts) > 0
    for name, content in files.items():
        if name.endswith(".png"):
            assert content.startswith(b"\x89PNG")
        elif name.endswith(".svg"):
            assert b"<script" not in content
    rates = {e["value"] for e in results(done)["audits"]["flags"]["estimates"] if e["measure"] == "flag_rate"}
    (table,) = (content.decode() for name, content in files.items() if name.endswith("flag_rate-group.csv"))
    drawn = [float(row["value"]) for row in csv.DictReader(io.StringIO(table)) if row.get("value")]
    assert sorted(drawn) == pytest.approx(sorted(rates), abs=1e-6)
    assert ODD not in [row["label"] for row in csv.DictReader(io.StringIO(table))]


def test_charts_whose_names_look_alike_keep_files_of_their_own() -> None:
    spec = {"data": {"values": [{"label": "=1", "value": 0.5}]}, "mark": "point",
            "encoding": {"x": {"field": "value", "type": "quantitative"}}}  # fmt: skip
    keys = ["rate-\u0416.wide", "rate-\u0429.wide", "RATE--.wide", "x" * 130 + "a.wide", "x" * 130 + "b.wide"]
    files = as_figures(dict.fromkeys(keys, spec))
    assert len({name.casefold() for name in files}) == 3 * len(keys)
    assert files["rate--.csv"].decode().splitlines() == ["label,value", "'=1,0.5"]


def test_a_sheet_holds_all_rows_or_says_so() -> None:
    column = Column("text", "text", "says")
    with pytest.raises(InputError, match="more than a sheet can hold"):
        as_workbook([Tidy("claims", (column,), (("x",),) * 1_048_576)], "title")
    content = as_workbook([Tidy("claims", (column,), (("x" * 40_000,),))], "title")
    cell = openpyxl.load_workbook(io.BytesIO(content))["claims"]["A2"].value
    assert str(cell).endswith("(40,000 characters)")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("run",), "--xlsx"),
        (("nowhere", "--xlsx", "a.xlsx"), "nowhere"),
        ((".", "--xlsx", "a.xlsx"), "finished run"),
        (("run", "--claim-review", "c.json"), "--author"),
        (("run", "--csv", "plan.yaml"), "plan.yaml"),
        (("run", "--csv", "run"), "own folder"),
        (("run", "--xlsx", "run/../run/a.xlsx"), "own folder"),
    ],
)
def test_bad_input(args: tuple[str, ...], said: str, done: Shell) -> None:
    ran = done("export", *args)
    assert ran.code in (2, 3)
    assert said in ran.err
    assert ran.out == ""
    assert not list(Path(done.folder).glob("*.xlsx"))
