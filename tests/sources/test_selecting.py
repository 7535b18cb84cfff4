"""Rows that a plan picks out of a published file, columns that become rows, and values that are compared."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import counterproof as cp
from counterproof.errors import CounterproofError, RefusedColumn
from counterproof.plan import SourceSpec
from counterproof.reductions import Category, Coded, CountBy
from counterproof.reductions.values import comparison
from counterproof.sources import open_source
from sources.brute import framed

TABLE = """table,when,who,yes,no
Table 1,2014-03-31,A,10,20
Table 1,2014-04-01 08:00,B,30,40
Table 1,2014-04-02,B,50,60
Table 2,,A,70,80
"""


def opened(tmp_path: Path, **spec: Any) -> list[tuple[str, ...]]:
    (tmp_path / "t.csv").write_text(TABLE)
    with open_source("t", SourceSpec(path="t.csv", **spec), base=tmp_path) as source:
        rows: list[dict[str, str]] = source.fetch(source.table).to_pylist()
    return sorted(tuple(row.values()) for row in rows)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"table": "Table 1"}, ["10", "30", "50"]),
        ({"table": ["Table 1", "Table 2"], "who": "A"}, ["10", "70"]),
        ({"when": "<= 2014-04-01"}, ["10", "30"]),
        ({"when": "> 2014-04-01"}, ["50"]),
        ({"when": ["< 2014-04-01", ""]}, ["10", "70"]),
        ({"yes": ">= 50"}, ["50", "70"]),
        ({"yes": [10, 70]}, ["10", "70"]),
        ({"who": None, "table": "Table 1"}, None),
        ({"who": "<5"}, None),  # no space: a text, which no row has
    ],
)
def test_rows(tmp_path: Path, where: dict[str, Any], kept: list[str] | None) -> None:
    if kept is None:
        with pytest.raises(CounterproofError, match="no row has these values"):
            opened(tmp_path, where=where)
    else:
        assert [row[3] for row in opened(tmp_path, where=where)] == kept


def test_columns_become_rows(tmp_path: Path) -> None:
    assert opened(tmp_path, where={"when": "2014-03-31"}, unpivot={"flagged": ["yes", "no"]}) == [
        ("Table 1", "2014-03-31", "A", "no", "20"),
        ("Table 1", "2014-03-31", "A", "yes", "10"),
    ]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"where": {"tabel": "Table 1"}}, "did you mean 'table'"),
        ({"unpivot": {"flagged": ["yess"]}}, "did you mean 'yes'"),
        ({"unpivot": {"who": ["yes", "no"]}}, "there is a column 'who' already"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, spec: dict[str, Any], said: str) -> None:
    with pytest.raises(CounterproofError, match=said):
        opened(tmp_path, **spec)


def test_nobody_is_picked_out(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("last_name,flag,outcome\nQuillfeather,1,0\nOther,0,1\n")
    plan = {
        "sources": {"t": {"path": "t.csv", "where": {"last_name": "Quillfeather"}}},
        "audits": {"a": {"kind": "score", "source": "t", "flag": "flag", "outcome": "outcome"}},
    }
    with pytest.raises(RefusedColumn) as caught:
        cp.run(plan, base=tmp_path)
    assert "Quillfeather" not in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "positive", "codes"),
    [
        (pa.array(["High", "Low", "Medium", "", "N/A"]), ("High", "Medium"), ["1", "0", "1", None, "unreadable"]),
        (pa.array([0, 1, 2, None]), ">= 1", ["0", "1", "1", None]),
        (pa.array(["0", "1", "many", None]), "> 0", ["0", "1", "unreadable", None]),
        (pa.array([dt.date(2014, 4, 1), dt.date(2014, 4, 2), None]), "<= 2014-04-01", ["1", "0", None]),
        (pa.array([1, 2, 3]), ("1", ">= 3"), ["1", "0", "1"]),
        (pa.array(["2014-04-01T10:00", "2014-05-01", "later"]), "< 2014-05-01", ["1", "0", "unreadable"]),
        (pa.array([True, False]), ("true", "false"), ["1", "1"]),
    ],
)
def test_several_values_and_comparisons(cells: Any, positive: Any, codes: list[str | None]) -> None:
    with framed({"row": list(range(len(cells))), "y": cells}) as frame:
        found = frame.count(CountBy((Category("row"), Coded("y", positive))))
    assert [key[1] for key in sorted(found.keys)] == codes


def test_what_is_a_comparison() -> None:
    assert [comparison(text) is not None for text in ("< 5", "<5", "<= x", ">= 2014-04-01", "> 2014", "= 5")] == [
        True, False, False, True, True, False,
    ]  # fmt: skip
