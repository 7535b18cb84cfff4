"""Delimited text: what is recognised, that text stays text, and that what is odd is read as what it is."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import zstandard

from counterproof.errors import SourceError
from counterproof.plan import SourceSpec
from counterproof.sources import open_source
from counterproof.sources.reading import text as text_module

ROWS = "id,name,note\n007,Ana,\n008,Łukasz,***\n"


def rows(folder: Path, path: str | tuple[str, ...], **spec: Any) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    with open_source("s", SourceSpec(path=path, **spec), base=folder) as source:
        found = source.fetch(source.table).to_pylist()
        assert source.text
        return found, source.notes


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_column_is_text_and_blank_is_missing(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "code,when,flag,share\n007,2024-01-02,1,0.50\n,, ,\n")
    found, notes = rows(tmp_path, "a.csv")
    assert {"code": "007", "when": "2024-01-02", "flag": "1", "share": "0.50"} in found
    assert {"code": None, "when": None, "flag": " ", "share": None} in found
    assert notes == ("encoding UTF-8", "delimiter comma")


@pytest.mark.parametrize(("sign", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")])
def test_delimiters_are_recognised(tmp_path: Path, sign: str, name: str) -> None:
    write(tmp_path, "a.txt", f'a{sign}b\n"x{sign}y"{sign}1,5; 2|3\n'.replace("1,5; 2|3", "1.5"))
    found, notes = rows(tmp_path, "a.txt")
    assert found == [{"a": f"x{sign}y", "b": "1.5"}]
    assert f"delimiter {name}" in notes


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a;b\n1,5;2,5\n1,6;2,6\n")
    assert {"a": "1,5", "b": "2,5"} in rows(tmp_path, "a.csv")[0]


def test_a_delimiter_that_the_plan_names_decides(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a;b,c\n1;2,3\n")
    assert rows(tmp_path, "a.csv", delimiter=";")[0] == [{"a": "1", "b,c": "2,3"}]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (ROWS.encode("utf-8"), "encoding UTF-8"),
        (ROWS.encode("utf-8-sig"), "encoding UTF-8"),
        (ROWS.encode("utf-16"), "encoding UTF-16"),
        (b"\xfe\xff" + ROWS.encode("utf-16-be"), "encoding UTF-16"),
        (ROWS.encode("utf-16-le"), "encoding UTF-16"),
        (ROWS.encode("utf-16-be"), "encoding UTF-16"),
    ],
)
def test_unicode_encodings(tmp_path: Path, content: bytes, note: str) -> None:
    write(tmp_path, "a.csv", content)
    found, notes = rows(tmp_path, "a.csv")
    assert {"id": "008", "name": "Łukasz", "note": "***"} in found
    assert note in notes


def test_cp1252_is_recognised_and_said(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\n1,caf\xe9 \u2013 \u20ac\n".encode("cp1252"))
    found, notes = rows(tmp_path, "a.csv")
    assert found == [{"a": "1", "b": "caf\xe9 \u2013 \u20ac"}]
    assert "encoding cp1252" in notes


def test_an_encoding_that_the_plan_names_decides(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\n1,caf\xe9\n")  # UTF-8 whose bytes are cp1252 as well
    assert rows(tmp_path, "a.csv", encoding="cp1252")[0] == [{"a": "1", "b": "cafÃ©"}]


def test_cp1252_beyond_the_sample_is_found_before_the_first_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterproof.sources.reading.delimited.SAMPLE", 1000)
    write(tmp_path, "a.csv", b"a,b,c\n" + b"1,2,3\n" * 2000 + b"1,2,caf\xe9\n")
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        assert source.notes[0] == "encoding UTF-8"
        last = source.fetch(source.table.c.max().name("c").as_table())  # one column: the engine itself breaks down here
        assert last.to_pylist() == [{"c": "caf\xe9"}]
        assert source.notes[-1] == "a.csv: not UTF-8 all through, read as cp1252"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.gz", "a.csv"])
def test_gzip(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))
    found, notes = rows(tmp_path, name)
    assert sorted(row["a"] for row in found) == ["1", "3"]
    assert "compression gzip" in notes


def test_zstd_of_several_frames(tmp_path: Path) -> None:
    write(tmp_path, "a.csv.zst", zstandard.compress(b"a,b\n1,2\n") + zstandard.compress(b"3,4\n"))
    found, notes = rows(tmp_path, "a.csv.zst")
    assert sorted(row["a"] for row in found) == ["1", "3"]
    assert "compression zstd" in notes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
def test_line_ends_and_quoted_line_breaks(tmp_path: Path, end: str, inner: str) -> None:
    """The engine by itself finds no row where a line break in the header is not the one at its end."""
    write(tmp_path, "a.csv", end.join(["a,b", f'1,"x{inner}y"', '2,"say ""no"""', ""]))
    found = rows(tmp_path, "a.csv")[0]
    assert {row["a"]: row["b"] for row in found} == {"1": f"x{inner}y", "2": 'say "no"'}
    write(tmp_path, "b.csv", end.join([f'a,"b{inner}c"', "1,2", ""]))
    found = rows(tmp_path, "b.csv")[0]
    assert found == [{"a": "1", f"b{inner}c": "2"}]


@pytest.mark.parametrize("sample", [20, 1 << 20])
def test_mixed_line_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
    monkeypatch.setattr("counterproof.sources.reading.delimited.SAMPLE", sample)
    write(tmp_path, "a.csv", "a,b\n1,2\n3,4\n5,6\n7,8\n9,10\r\n11,12\r13,14\n")
    found, _ = rows(tmp_path, "a.csv")
    assert sorted(int(row["a"]) for row in found) == [1, 3, 5, 7, 9, 11, 13]


def test_crlf_first_line_above_lf_records(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\r\n1,2\n3,4\n")
    assert len(rows(tmp_path, "a.csv")[0]) == 2


def test_header_row_below_other_lines(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", '"Released\nin March",x,y,z\n\na,b\n1,2\n')
    found, notes = rows(tmp_path, "a.csv", header_row=4)
    assert found == [{"a": "1", "b": "2"}]
    assert "header on line 4" in notes


def test_names_lose_blanks_and_marks(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "\ufeff a ,\u00a0b\n1,2\n")
    assert rows(tmp_path, "a.csv")[0] == [{"a": "1", "b": "2"}]


HOSTILE = ['"; drop table x; --', "it's", "a\\b", "{x: 1}", "名前", "select", "a;b", "%s", "${HOME}", "t0"]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_column_name_works(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.csv", 'n,"' + name.replace('"', '""') + '"\n1,x\n')
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        assert source.fetch(source.table.group_by(name).agg(n=source.table.count())).to_pylist() == [
            {name: "x", "n": 1}
        ]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_source_name_works(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.csv", "a,b\n1,2\n")
    with open_source(name, SourceSpec(path="a.csv"), base=tmp_path) as source:
        assert source.fetch(source.table.count().name("n").as_table()).to_pylist() == [{"n": 1}]


@pytest.mark.parametrize(
    "name", ['it\'s a "file".csv', "späße 名.csv", "a[1].csv", "a*.csv", "year=2020/a.csv", "a?b{c}.csv"]
)
def test_any_path_works(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "a,b\n1,2\n")
    assert rows(tmp_path, name)[0] == [{"a": "1", "b": "2"}]


def test_sql_is_the_same_in_every_run_and_holds_no_path(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\n1,2\n")
    said = []
    for _ in range(2):
        with open_source("arrests", SourceSpec(path="a.csv"), base=tmp_path) as source:
            said.append(source.sql(source.table.group_by("a").agg(n=source.table.count())))
    assert said[0] == said[1]
    assert '"arrests"' in said[0]
    assert str(tmp_path) not in said[0]


def test_files_are_stacked_by_column_name(tmp_path: Path) -> None:
    write(tmp_path, "m1.csv", "a,b\r\n1,2\r\n")
    write(tmp_path, "m2.csv", "b;a\n4;3\n")
    write(tmp_path, "m3.csv", "a,b\n5,caf\xe9\n".encode("cp1252"))
    write(tmp_path, "m4.csv", "a,b\n")
    found, notes = rows(tmp_path, "m*.csv")
    assert {row["a"]: row["b"] for row in found} == {"1": "2", "3": "4", "5": "caf\xe9"}
    assert notes[0] == "4 files stacked"
    assert "m3.csv: encoding cp1252" in notes
    assert "m2.csv: delimiter semicolon" in notes


def test_a_long_cell(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\n1," + "x" * 3_000_000 + "\n2,y\n")
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        assert source.fetch(source.table.b.length().max().name("n").as_table()).to_pylist() == [{"n": 3_000_000}]


def test_a_long_cell_in_a_short_file(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "a,b\n1," + "x" * 200_000 + "\n")
    assert len(rows(tmp_path, "a.csv")[0][0]["b"]) == 200_000


def test_one_column(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "reason\ntheft\n\nassault\n")
    assert sorted(row["reason"] or "" for row in rows(tmp_path, "a.csv")[0]) == ["", "assault", "theft"]


def test_opening_reads_no_more_than_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.csv", "a,b\n" + "1,2\n" * 2_000_000)
    read = 0
    plain = Path.open

    def counted(self: Path, *args: Any, **options: Any) -> Any:
        stream = plain(self, *args, **options)
        inner = stream.read

        class Counting:
            def __enter__(self) -> Counting:
                return self

            def __exit__(self, *_: object) -> None:
                stream.close()

            def read(self, size: int = -1) -> bytes:
                nonlocal read
                piece = inner(size)
                read += len(piece)
                return piece

        return Counting()

    monkeypatch.setattr(Path, "open", counted)
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path):
        pass
    assert path.stat().st_size > 7 * text_module.SAMPLE
    assert 0 < read <= text_module.SAMPLE + 10_000


BAD = {
    "empty": ("", "the file is empty"),
    "blank": ("\n \n\n", "nothing but blanks"),
    "header only": ("a,b\n", "no records"),
    "header without end": ("a,b", "no records"),
    "duplicate": ("a,b,A\n1,2,3\n", "the same column name more than once: 'a' (columns 1, 3)"),
    "unnamed": ("a,,c\n1,2,3\n", "no column name in column 2"),
    "trailing comma": ("a,b,\n1,2,\n", "no column name in column 3"),
    "binary": (bytes(range(256)) * 20, "binary file"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4, "binary file"),
    "nul": ("a,b\n1,2\n3,4\0\n" + "1,2\n" * 200, "line 3: the text holds a NUL byte"),
    "utf-32": ("a,b\n1,2\n".encode("utf-32"), "UTF-32"),
    "no encoding": (b"a,b\n1,\x81\x8d\x8f\n", "no encoding"),
    "title": ("Arrests 2024\n\na,b,c\n1,2,3\n4,5,6\n", "perhaps header_row: 3"),
    "comments": ("# made by x\n# on Monday\na,b,c\n1,2,3\n", "perhaps header_row: 3"),
    "short header": ("a,b\n1,2,3\n4,5,6\n", "the header on line 1 has 2 cells, most rows below it have 3"),
    "long header": ("a,b,c,d\n1,2,3\n4,5,6\n", "the header on line 1 has 4 cells, most rows below it have 3"),
    "gzip cut off": (gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:-12], "gzip file is damaged or cut off"),
    "gzip changed": (gzip.compress(b"a,b\n1,2\n")[:-6] + b"\0" * 6, "gzip file is damaged or cut off"),
    "gzip of nothing": (gzip.compress(b""), "empty once unpacked"),
    "zstd cut off": (zstandard.compress(b"a,b\n" + b"1,2\n" * 5000)[:-3], "zstd file is damaged or cut off"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_explained(tmp_path: Path, case: str) -> None:
    content, said = BAD[case]
    write(tmp_path, "bad.csv", content)
    with pytest.raises(SourceError) as caught:
        open_source("s", SourceSpec(path="bad.csv"), base=tmp_path)
    assert said in str(caught.value)
    assert "bad.csv" in str(caught.value)
    assert caught.value.problems[0].hint
    assert caught.value.exit_code == 2


def test_zstd_cut_off_between_blocks(tmp_path: Path) -> None:
    packed = zstandard.ZstdCompressor(write_checksum=False, write_content_size=False).compress(
        b"a,b\n" + b"1,2\n" * 500_000
    )
    write(tmp_path, "a.csv.zst", packed[: len(packed) // 2])
    with pytest.raises(SourceError, match="damaged or cut off"):
        open_source("s", SourceSpec(path="a.csv.zst"), base=tmp_path)


LATE = {
    "too few": ("1,SECRET\n", "line 30004: a row has more or fewer cells than the header"),
    "too many": ("1,2,3,SECRET\n", "line 30004: a row has more or fewer cells than the header"),
    "open quote": ('1,2,"SECRET\n', "line 30003: a quoted cell is not closed properly"),
    "text after quote": ('1,2,"SECRET"x\n', "line 30003: a quoted cell is not closed properly"),
    "long line": ("1,2," + "SECRET" * 3_000_000 + "\n", "line 30003: a line is longer"),
}


@pytest.mark.parametrize("case", LATE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_bad_rows_are_located_and_never_quoted(tmp_path: Path, case: str, encoding: str) -> None:
    row, said = LATE[case]
    content = "a,b,c\n" + '1,"x\ny",3\n' + "1,2,3\n" * 30_000 + row + "1,2,3\n" * 100
    write(tmp_path, "good.csv", "a,b,c\n1,2,3\n")
    write(tmp_path, "bad.csv", content.encode(encoding))
    with (
        open_source("s", SourceSpec(path=("good.csv", "bad.csv")), base=tmp_path) as source,
        pytest.raises(SourceError) as caught,
    ):
        source.fetch(source.table.c.max().name("m").as_table())
    assert f"bad.csv, {said}" in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_row_of_some_megabytes_is_read(tmp_path: Path) -> None:
    rows = ["1,x", f"2,{'y' * (5 << 20)}", "3,z"]
    write(tmp_path, "a.csv", "a,b\n" + "\n".join([*rows, *["4,w"] * 30_000]) + "\n")
    write(tmp_path, "b.csv", "a,b\n5,x\n")
    with open_source("s", SourceSpec(path=("a.csv", "b.csv")), base=tmp_path) as source:
        found = source.fetch(source.table.group_by("a").agg(n=source.table.count(), long=source.table.b.length().max()))
        assert sorted(zip(*found.to_pydict().values(), strict=True)) == [
            ("1", 1, 1), ("2", 1, 5 << 20), ("3", 1, 1), ("4", 30_000, 1), ("5", 1, 1),
        ]  # fmt: skip


def test_names_that_look_like_a_record_are_not_repeated(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "Doe,Doe,ABC1234,***\nRoe,Roe,XYZ9876,***\n")
    with pytest.raises(SourceError) as caught:
        open_source("s", SourceSpec(path="a.csv"), base=tmp_path)
    assert "columns 1, 2" in str(caught.value)
    assert "Doe" not in str(caught.value)


def test_files_with_other_columns(tmp_path: Path) -> None:
    write(tmp_path, "m1.csv", "agency,reason\n1,2\n")
    write(tmp_path, "m2.csv", "agency,reasons,state\n1,2,3\n")
    with pytest.raises(SourceError) as caught:
        open_source("s", SourceSpec(path="m*.csv"), base=tmp_path)
    message = str(caught.value)
    assert message.startswith("m2.csv: the columns differ from m1.csv: it lacks 'reason', and adds 'reasons', 'state'")
    assert "did you mean 'reason' for 'reasons'?" in message


def test_private_files_are_removed(tmp_path: Path) -> None:
    write(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    source = open_source("s", SourceSpec(path="a.csv.gz"), base=tmp_path)
    assert source._connection is not None
    private = source._connection.directory
    assert any(private.iterdir())
    source.close()
    source.close()
    assert not private.exists()
