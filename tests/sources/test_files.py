"""Which files a source names, how they are labelled, and what is said of those that cannot be used."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from counterproof.errors import SourceError
from counterproof.plan import SourceSpec
from counterproof.sources import open_source
from counterproof.sources.reading.files import find
from counterproof.sources.source import Source

CSV = "a,b\n1,2\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    (folder / "records").mkdir(parents=True)
    for name in ("march.csv", "april.csv", "notes.md"):
        (folder / "records" / name).write_text(CSV)
    (tmp_path / "elsewhere.csv").write_text(CSV)
    return folder


def refused(plan: Path, *paths: str, confined: bool = False) -> SourceError:
    with pytest.raises(SourceError) as caught:
        find(paths, plan, confined=confined)
    assert caught.value.problems[0].hint
    return caught.value


def test_labels_are_relative_to_the_plan(plan: Path) -> None:
    files = find(["records/*.csv", str(plan / "records" / "march.csv"), "../elsewhere.csv"], plan)
    assert [file.label for file in files] == [
        "records/april.csv",
        "records/march.csv",
        "../elsewhere.csv",
    ]
    assert files[0].size == len(CSV)
    assert files[0].sha256() == hashlib.sha256(CSV.encode()).hexdigest()


def test_confined_refuses_what_leads_out(plan: Path) -> None:
    (plan / "link.csv").symlink_to(plan.parent / "elsewhere.csv")
    for path in ("../elsewhere.csv", str(plan.parent / "elsewhere.csv"), "link.csv"):
        assert "outside the plan's folder" in str(refused(plan, path, confined=True))
    assert len(find(["records/march.csv"], plan, confined=True)) == 1


def test_globs(plan: Path) -> None:
    (plan / "records" / "deep").mkdir()
    (plan / "records" / "deep" / "may.csv").write_text(CSV)
    assert [f.label for f in find(["records/**/*.csv"], plan)] == [
        "records/april.csv",
        "records/deep/may.csv",
        "records/march.csv",
    ]
    assert "no file matches" in str(refused(plan, "records/*.parquet"))


def test_no_such_file_names_the_nearest(plan: Path) -> None:
    assert "did you mean 'march.csv'?" in str(refused(plan, "records/marhc.csv"))
    assert "there is no directory" in str(refused(plan, "record/march.csv"))


def test_what_is_no_file(plan: Path) -> None:
    assert "records/*.csv" in str(refused(plan, "records"))
    assert "the path is empty" in str(refused(plan, " "))
    (plan / "empty.csv").touch()
    assert "the file is empty" in str(refused(plan, "empty.csv"))
    os.mkfifo(plan / "pipe.csv")
    assert "not a regular file" in str(refused(plan, "pipe.csv"))
    assert "no such file" in str(refused(plan, "a\0b.csv"))
    assert "cannot be used" in str(refused(plan, "x" * 5000))
    (plan / "loose.csv").symlink_to(plan / "gone.csv")
    assert "no such file" in str(refused(plan, "loose.csv"))


def test_a_file_that_may_not_be_read(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "may not be read" in str(refused(plan, "records/march.csv"))


def test_a_file_that_went_away_cannot_be_hashed(plan: Path) -> None:
    (file,) = find(["records/march.csv"], plan)
    file.path.unlink()
    Source("s", None, None, "files", text=True, files=(file,)).hash_ahead()  # whose failure is nobody's yet
    with pytest.raises(SourceError, match="cannot be read any more"):
        file.sha256()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls kind"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
        ("a.zip", b"PK\x03\x04" + b"\0" * 60, "zip archive"),
        ("a.csv", b"PK\x03\x04" + b"\0" * 60, "zip archive"),
        ("a.pdf", b"%PDF-1.7\n" + b"x,y\n1,2\n", "binary file"),
        ("a.dat", bytes(range(256)), "binary file"),
        ("a.parquet", b"PAR1" + b"\0" * 40, "not a whole Parquet file"),
        ("b.parquet", b"a,b\n1,2\n", "not a whole Parquet file"),
        ("a.xlsx", b"a,b\n1,2\n", "not a whole XLSX workbook"),
        ("a.duckdb", b"a,b\n1,2\n", "cannot be opened"),
        ("a.sqlite", b"a,b\n1,2\n", "cannot be read"),
    ],
)
def test_files_that_are_something_else(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=said) as caught:
        open_source("s", SourceSpec(path=name), base=tmp_path)
    assert caught.value.problems[0].hint
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["records", "records.data", "records.2024", ".hidden"])
def test_unknown_names_are_told_by_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CSV)
    with open_source("s", SourceSpec(path=name), base=tmp_path) as source:
        assert list(source.columns) == ["a", "b"]


def test_files_of_different_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "b.jsonl").write_text('{"a": 1, "b": 2}\n')
    with pytest.raises(SourceError, match=r"b\.jsonl: this is not of the same kind as a\.csv"):
        open_source("s", SourceSpec(path=("a.csv", "b.jsonl")), base=tmp_path)


def test_no_files_at_all(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="names no file"):
        open_source("s", SourceSpec(path=()), base=tmp_path)


def test_paths_as_text_and_as_list(plan: Path) -> None:
    paths: list[Any] = ["records/march.csv", ("records/march.csv", "records/april.csv")]
    counts = []
    for path in paths:
        with open_source("s", SourceSpec(path=path), base=plan) as source:
            counts.append(source.fetch(source.table.count().name("n").as_table()).to_pylist()[0]["n"])
    assert counts == [1, 2]
