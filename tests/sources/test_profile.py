"""A profile counts states and shows no value."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from counterproof.plan import SourceSpec
from counterproof.sources import open_object, open_source, profile
from counterproof.sources.reading.cells import cell_text

SNAPSHOTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "records" / "search_logs"


def test_states_of_cells(tmp_path: Path) -> None:
    masks = ["***", "* * *", "REDACTED", "[redacted]", "###", "XXXX", "b(6)", "(b)(6), (b)(7)(C)", "██", " *** "]
    plain = ["theft", "*a*", "XX", "REDACTED unit", "#1", "b", "(b)", "xxx-1"]
    cells = [*masks, *plain, "", "  "]
    (tmp_path / "a.csv").write_text("id,reason\n" + "".join(f'{at},"{cell}"\n' for at, cell in enumerate(cells)))
    with open_source("log", SourceSpec(path="a.csv"), base=tmp_path) as source:
        found = profile(source)
    reason = found.columns[1]
    assert (found.rows, reason.missing, reason.masked) == (20, 2, len(masks))
    assert (reason.name, reason.type, reason.distinct) == ("reason", "string", "11 to 50")


def test_typed_columns() -> None:
    table = pa.table(
        {
            "score": pa.array([0.5, float("nan"), None, 1.0]),
            "n": pa.array([1, 1, 1, None], pa.int16()),
            "empty": pa.array([None] * 4, pa.string()),
            "flag": [True, False, None, True],
            "nested": [[1], [2], None, []],
            "day": pa.array([0, 1, 2, 3], pa.date32()),
        }
    )
    with open_object("s", table) as source:
        found = {column.name: column for column in profile(source).columns}
    assert {name: column.missing for name, column in found.items()} == {
        "score": 2, "n": 1, "empty": 4, "flag": 1, "nested": 1, "day": 0
    }  # fmt: skip
    assert {name: column.distinct for name, column in found.items()} == {
        "score": "2 to 10", "n": "1", "empty": "none", "flag": "2 to 10", "nested": None, "day": "2 to 10"
    }  # fmt: skip


def test_refused_columns_say_why(tmp_path: Path) -> None:
    people = "".join(
        f"{first} {last},{at % 3}\n" for at, (first, last) in enumerate([("Ana", "Lopez"), ("Bo", "Li")] * 30)
    )
    (tmp_path / "a.csv").write_text("officer_name,score\n" + people)
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        officer, score = profile(source).columns
    assert officer.refused is not None
    assert officer.refused.reason
    assert score.refused is None


def test_a_profile_holds_no_value(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "SECRET,SECRET 2\n" * 50)
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        assert "SECRET" not in repr(profile(source))


@pytest.mark.skipif(not SNAPSHOTS.exists(), reason=f"no {SNAPSHOTS}")
def test_published_search_log() -> None:
    with open_source("log", SourceSpec(path="portal_searches_sample.csv"), base=SNAPSHOTS) as source:
        found = profile(source)
    assert found.rows == 4000  # data/README.md
    assert all(column.missing <= 4000 for column in found.columns)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7.0, "7"),
        (0.1, "0.1"),
        (-3.0, "-3"),
        (1e20, "1e+20"),
        (True, "true"),
        (7, "7"),
        ("007", "007"),
        ("", None),
        (None, None),
    ],
)
def test_cell_text(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text
