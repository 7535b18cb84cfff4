"""Parquet, JSON lines, workbooks, database files, engines by URL, inline rows and objects."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterproof.errors import EngineError, SourceError
from counterproof.plan import SourceSpec
from counterproof.reductions import Category, Coded, CountBy, Role
from counterproof.sources import Source, connect, open_object, open_source
from counterproof.sources.counting.frame import Frame

DETENTION = Path(__file__).resolve().parents[3] / "shared" / "data" / "records" / "detention_statistics"


def opened(folder: Path, path: str | tuple[str, ...], **spec: Any) -> Source:
    return open_source("s", SourceSpec(path=path, **spec), base=folder)


def rows(source: Source) -> list[dict[str, Any]]:
    with source:
        found: list[dict[str, Any]] = source.fetch(source.table).to_pylist()
        return found


def fails(folder: Path, path: str | tuple[str, ...], **spec: Any) -> str:
    with pytest.raises(SourceError) as caught:
        opened(folder, path, **spec)
    assert caught.value.problems[0].hint
    return str(caught.value)


# Parquet


def parquet(folder: Path, name: str, columns: Mapping[str, Any]) -> Path:
    pq.write_table(pa.table(dict(columns)), folder / name)
    return folder / name


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    parquet(tmp_path, "a.parquet", {"score": pa.array([0.7], pa.float32()), "n": [1], "code": ["007"], "flag": [True]})
    source = opened(tmp_path, "a.parquet")
    assert source.columns == {"score": "float32", "n": "int64", "code": "string", "flag": "boolean"}
    assert not source.text
    assert rows(source)[0]["code"] == "007"


def test_parquet_files_are_stacked_by_name(tmp_path: Path) -> None:
    parquet(tmp_path, "a.parquet", {"x": [1], "y": ["a"]})
    parquet(tmp_path, "b.parquet", {"y": ["b"], "x": [2]})
    source = opened(tmp_path, "*.parquet")
    assert source.notes == ("Parquet", "2 files stacked")
    assert sorted((row["x"], row["y"]) for row in rows(source)) == [(1, "a"), (2, "b")]
    parquet(tmp_path, "c.parquet", {"x": [2], "z": [1]})
    assert "c.parquet: the columns differ from a.parquet: it lacks 'y', and adds 'z'" in fails(tmp_path, "*.parquet")


def test_parquet_cut_off_and_empty(tmp_path: Path) -> None:
    path = parquet(tmp_path, "a.parquet", {"x": list(range(1000))})
    path.write_bytes(path.read_bytes()[:-100])
    assert "not a whole Parquet file" in fails(tmp_path, "a.parquet")
    parquet(tmp_path, "b.parquet", {"x": pa.array([], pa.int64())})
    assert "no records" in fails(tmp_path, "b.parquet")


def test_parquet_with_damaged_pages(tmp_path: Path) -> None:
    path = parquet(tmp_path, "a.parquet", {"x": [f"label {n % 7}" for n in range(5000)]})
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 60 + whole[64:])  # the footer is sound, the first page is not
    with pytest.raises(SourceError, match=r"^a\.parquet: the Parquet file is damaged") as caught:
        rows(opened(tmp_path, "a.parquet"))
    assert caught.value.exit_code == 2


# JSON lines


def test_json_lines_are_text(tmp_path: Path) -> None:
    lines = ['{"b": "007", "a": 1, "odd \\"key\\"": true}', "", '{"a": 123456789012345678, "late": "é"}', '{"a": null}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    source = opened(tmp_path, "a.jsonl")
    assert source.text
    assert list(source.columns) == ["b", "a", 'odd "key"', "late"]
    assert set(source.columns.values()) == {"string"}
    found = rows(source)
    assert {"b": "007", "a": "1", 'odd "key"': "true", "late": None} in found
    assert {"b": None, "a": "123456789012345678", 'odd "key"': None, "late": "é"} in found
    assert len(found) == 3


def test_json_lines_leave_nested_values_out_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"a": 1, "b": null}\n{"a": 2, "b": {"c": 1}, "d": [1]}\n')
    source = opened(tmp_path, "a.ndjson")
    assert "nested values, which cannot be used: 'b', 'd'" in source.notes
    assert list(source.columns) == ["a"]
    source.close()
    (tmp_path / "b.ndjson").write_text('{"b": [1]}\n')
    assert "every column holds nested values" in fails(tmp_path, "b.ndjson")


@pytest.mark.parametrize(("encoding", "note"), [("utf-8-sig", None), ("utf-16", None), ("cp1252", "encoding cp1252")])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str, note: str | None) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": "café"}\n', encoding=encoding)
    source = opened(tmp_path, "a.jsonl")
    assert note is None or note in source.notes
    assert rows(source) == [{"a": "café"}]


def test_json_lines_compressed_and_stacked(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}\n'))
    (tmp_path / "b.jsonl").write_bytes(b'{"a": 2}\n')
    assert sorted(row["a"] for row in rows(opened(tmp_path, ("a.jsonl.gz", "b.jsonl")))) == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"a": "SECRET"}\n{"a": 2}\n{"a": SECRET}\n{"a": 3}\n', "a.jsonl, line 3: this is no JSON object"),
        ('{"a": 1}\n["SECRET"]\n', "a.jsonl, line 2: this is no JSON object"),
        ('{"a": 1}\n{"a": 2, "a": "SECRET"}\n', "a.jsonl, line 2: this is no JSON object, or it has a key twice"),
        ('{"a": 1}\n{"a": "SECRET', "a.jsonl, line 2"),
        ('[{"a": "SECRET"}]', "one JSON list"),
        ('{"a": 1, "A": 2}\n', "the same column name more than once"),
        ('{"": 1}\n', "no column name in column 1"),
        ("{}\n", "no records"),
    ],
)
def test_broken_json_lines(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(SourceError) as caught:  # opening, or else the first query, finds it
        rows(opened(tmp_path, "a.jsonl"))
    assert said in str(caught.value)
    assert "SECRET" not in str(caught.value)


# Workbooks


def workbook(folder: Path, name: str, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


def test_workbook_cells_become_text(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001
    content = [["code", "n", "share", "day", "at", "flag"], ["007", 39120, 0.1, dt.date(2024, 1, 2), moment, True]]
    workbook(tmp_path, "a.xlsx", Data=content)
    source = opened(tmp_path, "a.xlsx")
    assert source.text
    assert source.notes == ("sheet 'Data'",)
    assert rows(source) == [
        {"code": "007", "n": "39120", "share": "0.1", "day": "2024-01-02", "at": "2024-01-02 03:04:05", "flag": "true"}
    ]


def test_workbook_header_row_blank_rows_and_strays(tmp_path: Path) -> None:
    content = [
        ["Detention statistics"],
        [],
        ["name", None, "n", None],
        ["a", None, 1, None],
        [],
        [None, None, None, None],
        ["b", None, 2, "a note"],
    ]
    workbook(tmp_path, "a.xlsx", Data=content)
    source = opened(tmp_path, "a.xlsx", header_row=3)
    assert "1 rows hold cells to the right of the last named column; not read" in source.notes
    assert sorted(row["name"] for row in rows(source)) == ["a", "b"]
    assert "the column names may stand in row 3" in fails(tmp_path, "a.xlsx", header_row=2)
    assert "row 30 is below the last row" in fails(tmp_path, "a.xlsx", header_row=30)


def test_workbook_title_taken_for_a_header(tmp_path: Path) -> None:
    workbook(tmp_path, "a.xlsx", Data=[["Facilities"], ["name", "city", "n"], ["a", "b", 1]])
    assert "looks like a title" in fails(tmp_path, "a.xlsx")


def test_workbook_sheets(tmp_path: Path) -> None:
    workbook(tmp_path, "a.xlsx", **{"Read me": [["x"], [1]], " Facilities FY24 ": [["n"], [7]]})
    assert rows(opened(tmp_path, "a.xlsx", sheet="facilities FY24")) == [{"n": "7"}]
    assert "sheet 'Read me', the first" in opened(tmp_path, "a.xlsx").notes
    assert "did you mean ' Facilities FY24 '?" in fails(tmp_path, "a.xlsx", sheet="Facilities FY23")
    assert "its sheets are 'Read me'" in fails(tmp_path, "a.xlsx", sheet="zzz")


def test_workbook_names_and_records(tmp_path: Path) -> None:
    workbook(tmp_path, "a.xlsx", A=[["x", "x"], [1, 2]], B=[["x", None], [1, 2], [1, None]], C=[["x", "y"]], D=[])
    assert "the same column name more than once" in fails(tmp_path, "a.xlsx", sheet="A")
    assert "to the right" in " ".join(opened(tmp_path, "a.xlsx", sheet="B").notes)
    assert "no records" in fails(tmp_path, "a.xlsx", sheet="C")
    assert "below the last row" in fails(tmp_path, "a.xlsx", sheet="D")


def test_workbooks_are_stacked(tmp_path: Path) -> None:
    workbook(tmp_path, "a.xlsx", A=[["x", "y"], [1, 2]])
    workbook(tmp_path, "b.xlsx", B=[["y", "x"], [4, 3]])
    assert sorted((row["x"], row["y"]) for row in rows(opened(tmp_path, "*.xlsx"))) == [("1", "2"), ("3", "4")]


def test_workbook_damaged(tmp_path: Path) -> None:
    path = workbook(tmp_path, "a.xlsx", A=[["x"], [1]])
    path.write_bytes(path.read_bytes()[:-300])
    assert "not a whole XLSX workbook" in fails(tmp_path, "a.xlsx")


def test_workbook_bombs_are_refused_unopened(tmp_path: Path) -> None:
    workbook(tmp_path, "far.xlsx", A=[["x"], [1]])
    book = openpyxl.load_workbook(tmp_path / "far.xlsx")
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "far.xlsx")
    assert "a sheet spans more than 30,000,000 cells" in fails(tmp_path, "far.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "big.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1100):
            part.write(b" " * (1 << 20))
    assert (tmp_path / "big.xlsx").stat().st_size < 2_000_000
    assert "more than 1 GB" in fails(tmp_path, "big.xlsx")


@pytest.mark.skipif(not DETENTION.exists(), reason=f"no {DETENTION}")
@pytest.mark.parametrize(("name", "sheet", "names"), [
    ("FY24_detentionStats.xlsx", "Facilities EOFY24", 28),
    ("20240607205454-FY24_detentionStats06062024.xlsx", "Facilities FY24", 28),
])  # fmt: skip
def test_published_detention_workbooks(name: str, sheet: str, names: int) -> None:
    with opened(DETENTION, name, sheet=sheet, header_row=7) as source:
        assert len(source.columns) == names
        states = source.fetch(source.table.filter(source.table.State == "TX").count().name("n").as_table())
        assert states.to_pylist()[0]["n"] > 10


# Database files


def test_duckdb_file(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("CREATE TABLE arrests AS SELECT 1 AS n, '007' AS code")
        con.execute("CREATE SCHEMA old; CREATE TABLE old.arrests AS SELECT 2 AS n; CREATE TABLE none (n INTEGER)")
        con.execute("CREATE VIEW elsewhere AS SELECT * FROM read_csv('/etc/passwd')")
    assert rows(opened(tmp_path, "a.duckdb", table="arrests")) == [{"n": 1, "code": "007"}]
    assert rows(opened(tmp_path, "a.duckdb", table="old.arrests")) == [{"n": 2}]
    assert "holds 3 tables" in fails(tmp_path, "a.duckdb")
    assert "did you mean 'arrests'?" in fails(tmp_path, "a.duckdb", table="arests")
    assert "there is no table 'elsewhere'" in fails(tmp_path, "a.duckdb", table="elsewhere")
    assert "no records" in fails(tmp_path, "a.duckdb", table="none")


def test_duckdb_file_is_not_written(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n")
    before = (tmp_path / "a.duckdb").read_bytes()
    with opened(tmp_path, "a.duckdb") as source, pytest.raises(duckdb.Error):
        source.con.raw_sql("INSERT INTO file_1.t VALUES (2)")
    assert (tmp_path / "a.duckdb").read_bytes() == before


def test_duckdb_file_damaged(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n")
    (tmp_path / "a.duckdb").write_bytes((tmp_path / "a.duckdb").read_bytes()[:3000])
    assert "cannot be opened" in fails(tmp_path, "a.duckdb")


def test_sqlite_file(tmp_path: Path) -> None:
    con = sqlite3.connect(tmp_path / "a's.db")
    con.execute("CREATE TABLE arrests (code, n, share)")
    con.executemany("INSERT INTO arrests VALUES (?, ?, ?)", [("007", 1, 0.1), (8, None, 2.0), ("", "x", b"\xff")])
    con.execute("CREATE VIEW large AS SELECT * FROM arrests WHERE n = 1")
    con.commit()
    con.close()
    source = opened(tmp_path, "a's.db", table="arrests")
    assert source.text
    found = rows(source)
    assert {"code": "007", "n": "1", "share": "0.1"} in found
    assert {"code": "8", "n": None, "share": "2"} in found
    assert {"code": None, "n": "x", "share": "ff"} in found
    assert len(rows(opened(tmp_path, "a's.db", table="large"))) == 1
    assert "holds 2 tables" in fails(tmp_path, "a's.db")
    (tmp_path / "b.db").write_bytes((tmp_path / "a's.db").read_bytes()[:5000])
    assert "damaged or cut off" in fails(tmp_path, "b.db", table="arrests")


# Engines by URL


def test_url_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n; CREATE SCHEMA s; CREATE TABLE s.u AS SELECT 2 AS n")
    monkeypatch.setenv("AUDIT_DB", f"duckdb://{tmp_path}/a.duckdb")
    source = open_source("w", SourceSpec(url="${AUDIT_DB}", table="s.u"), base=tmp_path)
    assert source.origin == "database"
    assert source.files == ()
    assert str(tmp_path) not in " ".join(source.notes)
    assert rows(source) == [{"n": 2}]
    with pytest.raises(SourceError, match="there is no table 'v'"):
        open_source("w", SourceSpec(url="${AUDIT_DB}", table="v"), base=tmp_path)


def test_url_of_a_duckdb_file_reads_only(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 1 AS n")
    spec = SourceSpec(url=f"duckdb://{tmp_path}/a.duckdb", table="t")
    with open_source("w", spec, base=tmp_path) as source, pytest.raises(duckdb.Error, match="read-only"):
        source.con.raw_sql("INSERT INTO t VALUES (2)")


def test_url_of_a_sqlite_file(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as con:
        con.execute("CREATE TABLE t (office, flag)")
        con.executemany("INSERT INTO t VALUES (?, ?)", [("North", 1), ("South", 0), ("South", None)])
        con.commit()
    with open_source("w", SourceSpec(url=f"sqlite://{tmp_path}/a.db", table="t"), base=tmp_path) as source:
        assert (source.origin, source.files) == ("database", ())
        assert str(tmp_path) not in " ".join(source.notes)
        office, flag = Role("groups", "office", "category"), Role("flag", "flag", "coded")
        counted = Frame(source, [office, flag]).count(CountBy((Category("office"), Coded("flag"))))
    cells = zip(counted.column("office"), counted.column(Coded("flag").name), counted.n.tolist(), strict=True)
    assert sorted(cells, key=str) == [
        ("North", "1", 1),
        ("South", "0", 1),
        ("South", None, 1),
    ]


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_a_url_makes_no_file(tmp_path: Path, scheme: str) -> None:
    with pytest.raises(SourceError, match="no such file"):
        open_source("w", SourceSpec(url=f"{scheme}://{tmp_path}/typo.db", table="t"), base=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("${NOT_SET_ANYWHERE}", "the environment variable NOT_SET_ANYWHERE is not set"),
        ("postgres://${HOST}/db", "only the whole url can come from the environment"),
        ("https://example.org/SECRET.csv", "does not name an engine"),
        ("records.csv", "does not name an engine"),
        ("nosuchengine://SECRET@host/db", "no driver"),
        ("duckdb:///no/such/directory/SECRET.duckdb", "cannot be reached"),
    ],
)
def test_bad_urls_are_not_repeated(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        open_source("w", SourceSpec(url=url, table="t"), base=tmp_path)
    assert "SECRET" not in str(caught.value)
    assert "source 'w'" in str(caught.value)


# Inline rows and objects


def test_inline_rows(tmp_path: Path) -> None:
    spec = SourceSpec(
        inline=({"year": 2023, "n": 142580}, {"year": 2024, "n": 271484, "on": dt.date(2024, 1, 2), "ok": True})
    )
    with open_source("removals", spec, base=tmp_path) as source:
        assert (source.origin, source.text, source.files) == ("inline", True, ())
        found = source.fetch(source.table.order_by("year")).to_pylist()
    assert found == [
        {"year": "2023", "n": "142580", "on": None, "ok": None},
        {"year": "2024", "n": "271484", "on": "2024-01-02", "ok": "true"},
    ]


@pytest.mark.parametrize(
    ("inline", "said"),
    [
        ((), "no rows"),
        (({},), "no columns"),
        (({"a": [1]},), "row 1, column 'a': a cell is neither"),
        (({"a": 1, "A": 2},), "the same column name"),
    ],
)
def test_bad_inline_rows(tmp_path: Path, inline: tuple[dict[str, Any], ...], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        open_source("s", SourceSpec(inline=inline), base=tmp_path)


TABLE = {"code": ["007", None], "n": [1, 2]}


@pytest.mark.parametrize(
    "obj",
    [pa.table(TABLE), pl.DataFrame(TABLE), pl.LazyFrame(TABLE), pd.DataFrame(TABLE), pa.table(TABLE).to_reader()],
    ids=["arrow", "polars", "lazy", "pandas", "reader"],
)
def test_objects(obj: Any) -> None:
    with open_object("arrests", obj) as source:
        assert (source.origin, source.text) == ("object", False)
        assert source.columns["n"] == "int64"
        assert '"arrests"' in source.sql(source.table)
        for _ in range(2):
            found = source.fetch(source.table).to_pylist()
            assert sorted(row["n"] for row in found) == [1, 2]


def test_an_ibis_table_stays_on_its_engine() -> None:
    con = ibis.duckdb.connect()
    con.create_table("t", pa.table(TABLE))
    source = open_object("s", con.table("t"))
    assert source.con is con
    assert len(rows(source)) == 2
    assert con.table("t").count().to_pyarrow().as_py() == 2  # closing the source leaves the user's engine alone


def test_a_path_as_an_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)
    for path in ("a.csv", tmp_path / "a.csv"):
        with open_object("s", path) as source:
            assert source.origin == "files"


@pytest.mark.parametrize("obj", [[{"a": 1}], {"a": [1]}, 7, None])
def test_other_objects_are_refused(obj: Any) -> None:
    with pytest.raises(SourceError, match="cannot be opened"):
        open_object("s", obj)


def test_a_frame_of_mixed_types_is_not_quoted() -> None:
    with pytest.raises(SourceError) as caught:
        open_object("s", pd.DataFrame({"a": [1, "SECRET", object()]}))
    assert "SECRET" not in str(caught.value)


# One engine for several sources


def test_sources_share_an_engine(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with connect() as con:
        first = open_source("arrests", SourceSpec(path="a.csv"), base=tmp_path, con=con)
        second = open_source("Arrests", SourceSpec(inline=({"a": 3},)), base=tmp_path, con=con)
        first.close()
        assert [row["a"] for row in second.fetch(second.table).to_pylist()] == ["3"]
        assert [row["a"] for row in first.fetch(first.table).to_pylist()] == ["1"]
        private = con.directory
    assert not private.exists()


def test_a_source_that_fails_removes_its_private_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    (tmp_path / "a.csv").write_text("a,a\n1,2\n")
    with pytest.raises(SourceError):
        opened(tmp_path, "a.csv")
    assert list(temporary.iterdir()) == []


def test_memory_that_is_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPROOF_MEMORY", "a lot")
    with pytest.raises(Exception, match="COUNTERPROOF_MEMORY") as caught:
        connect()
    assert caught.value.exit_code == 2  # type: ignore[attr-defined]


def test_too_little_memory_is_an_engine_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPROOF_MEMORY", "40MB")
    (tmp_path / "a.csv").write_text("a,b\n" + "".join(f"{i},{i * 7}\n" for i in range(200_000)))
    with opened(tmp_path, "a.csv") as source:
        wide = source.table.cross_join(source.table.limit(40).view())
        with pytest.raises(EngineError, match="ran out of memory") as caught:
            source.fetch(wide.order_by("b"))
    assert caught.value.exit_code == 3
