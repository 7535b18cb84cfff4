"""Counting: cells against a count of the rows one by one, dirty values, count columns, limits, the SQL that is kept."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pytest

from counterproof.errors import CounterproofError, DisclosureError, InputError, PlanError
from counterproof.reductions import Category, Coded, CountBy, RankSums, Role, ScoreAxis
from counterproof.sources import open_object
from counterproof.sources.counting.frame import Frame
from sources.brute import as_dict, code, framed, label, step, value

GROUPS = ["A", " A", "B ", "b", "", "  ", None, "Ünï", "NULL", '"; drop table x; --']
OUTCOMES = ["1", "0", "Yes", "no", "TRUE", "f", "", None, "maybe", "2", " y ", "1.0"]
SCORES = [
    "1",
    "2",
    " 3",
    "2.50",
    "1e1",
    "+4",
    ".5",
    "-7",
    "",
    None,
    "High",
    "4,5",
    "NaN",
    "inf",
    "1_000",
    "0x1",
    "1e999",
]


def dirty(rows: int, seed: int = 1) -> dict[str, list[str | None]]:
    draw = random.Random(seed)
    return {
        '"; drop table x; --': [draw.choice(GROUPS) for _ in range(rows)],
        "outcome": [draw.choice(OUTCOMES) for _ in range(rows)],
        "score": [draw.choice(SCORES) for _ in range(rows)],
    }


@pytest.mark.parametrize("direction", ["at_least", "at_most"])
def test_cells_equal_a_count_row_by_row(direction):
    records = dirty(5000)
    group, axis = '"; drop table x; --', ScoreAxis("score", (Decimal("2.5"), Decimal(9)), direction)
    with framed(records) as frame:
        cells = frame.count(CountBy((Category(group), axis, Coded("outcome"))))
    edges = sorted({v for v in map(value, records["score"]) if isinstance(v, float)} | {2.5, 9.0})
    expected = Counter(
        (label(g), _text(step(value(s), edges, direction)), code(y))
        for g, y, s in zip(records[group], records["outcome"], records["score"], strict=True)
    )
    assert as_dict(cells) == expected
    assert cells.records == 5000 == frame.records
    assert cells.dimensions == (group, axis.name, "outcome?")


def _text(edge: float | str | None) -> str | None:
    return f"{edge:g}" if isinstance(edge, float) else edge


def test_cells_come_in_text_order_with_steps_ascending_and_missing_last():
    records = {"g": ["b", "a", None, "B", "a"], "s": ["10", "9", "9", "x", None]}
    with framed(records) as frame:
        cells = frame.count(CountBy((Category("g"), ScoreAxis("s"))))
    assert cells.keys == (("B", "unreadable"), ("a", "9"), ("a", None), ("b", "10"), (None, "9"))


def test_no_dimensions_is_one_cell():
    with framed({"a": [1, 2, 3]}) as frame:
        assert as_dict(frame.count(CountBy(()))) == {(): 3}


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (pa.array([2023.0, 0.1, -0.0, float("nan"), None]), {"2023", "0.1", "0", None}),
        (pa.array([0.7, 1e20, 1e-7], pa.float32()), {"0.7", "100000000000000000000", "0.0000001"}),
        (pa.array([7, None, -3]), {"7", None, "-3"}),
        (pa.array([True, False, None]), {"true", "false", None}),
        (pa.array([Decimal("1.50"), Decimal("2.00")]), {"1.5", "2"}),
        (pa.array([dt.date(2024, 2, 29)]), {"2024-02-29"}),
        (
            pa.array([dt.datetime.fromisoformat("2024-02-29"), dt.datetime.fromisoformat("2024-02-29T13:05")]),
            {"2024-02-29", "2024-02-29 13:05:00"},
        ),
        (pa.array(["a", "b"]).dictionary_encode(), {"a", "b"}),
    ],
)
def test_categories_of_other_types_are_their_plain_text(cells, names):
    with framed({"g": cells}) as frame:
        assert set(frame.count(CountBy((Category("g"),))).values("g")) == names


@pytest.mark.parametrize(
    ("cells", "positive", "codes"),
    [
        (pa.array([True, False, None]), None, ["1", "0", None]),
        (pa.array([True, False, None]), "false", ["0", "1", None]),
        (pa.array([1, 0, 2, None]), None, ["1", "0", "unreadable", None]),
        (pa.array([1.0, 0.0, 0.5, float("nan"), None]), None, ["1", "0", "unreadable", "unreadable", None]),
        (pa.array([2023.0, 1.0, float("inf"), None]), "2023", ["1", "0", "unreadable", None]),
        (pa.array([Decimal("1.00"), Decimal("0.00")]), None, ["1", "0"]),
        (pa.array([5, 6]), "5.5", ["0", "0"]),
        (pa.array(["Hit", " Hit ", "hit", "", None, "1"]), "Hit", ["1", "1", "0", None, None, "0"]),
    ],
)
def test_yes_and_no(cells, positive, codes):
    coded = Coded("y", positive)
    with framed({"row": list(range(len(cells))), "y": cells}) as frame:
        found = frame.count(CountBy((Category("row"), coded)))
    assert [key[1] for key in sorted(found.keys)] == codes


def test_an_outcome_of_free_text_is_coded_inside_the_scan():
    records = {"y": [f"remark {i}" for i in range(3000)] + ["yes"] * 5 + [""] * 4}
    with framed(records) as frame:
        assert as_dict(frame.count(CountBy((Coded("y"),)))) == {("1",): 5, (None,): 4, ("unreadable",): 3000}
        assert as_dict(frame.count(CountBy((Coded("y", "remark 7"),)))) == {("1",): 1, ("0",): 3004, (None,): 4}


# ---- columns ------------------------------------------------------------------------------------------------------


def test_every_unusable_column_is_named_at_once():
    roles = [
        Role("score", "decile_scor", "number"),
        Role("groups", "payload", "category"),
        Role("outcome", "when", "coded"),
        Role("flag", "decile_score", "coded", "High"),
        Role("outcome", "flag", "coded"),
    ]
    records = {
        "decile_score": [1],
        "payload": pa.array([b"x"]),
        "when": pa.array([dt.date(2024, 1, 1)]),
        "flag": [True],
    }
    with pytest.raises(PlanError) as caught, framed(records, roles):
        pass
    problems = caught.value.problems
    assert [problem.where for problem in problems] == ["score", "groups", "outcome", "flag"]
    assert problems[0].hint == "did you mean 'decile_score'?"
    assert "binary" in problems[1].what
    assert "'High'" in problems[3].what


def test_the_type_of_a_struct_is_not_spelled_out():
    records = {"g": pa.array([{"secret": 1}])}
    with pytest.raises(PlanError, match="struct") as caught, framed(records, [Role("groups", "g", "category")]):
        pass
    assert "secret" not in str(caught.value)


# ---- count column -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "counts",
    [["3", " 4 ", "5.0", "0"], [3, 4, 5, 0], [3.0, 4.0, 5.0, 0.0], pa.array([3, 4, 5, 0], pa.uint8())],
)
def test_a_count_column_is_added_up(counts):
    records = {"g": ["a", "b", "a", "c"], "n": counts}
    with framed(records, count="n") as frame:
        cells = frame.count(CountBy((Category("g"),), "n"))
    assert as_dict(cells) == {("a",): 8, ("b",): 4, ("c",): 0}
    assert frame.records == cells.records == 12


def test_unusable_counts_are_counted_and_not_quoted():
    records = {"n": ["3", "-17", "2.25", None, " ", "many", "1e30", "nan"]}
    with framed(records, count="n") as frame, pytest.raises(InputError) as caught:
        frame.count(CountBy((), "n"))
    message = str(caught.value)
    assert "1 negative, 1 fractional, 2 missing, 2 not numbers, 1 too large" in message
    assert not any(cell in message for cell in ("17", "2.25", "many", "nan"))


def test_counts_beyond_64_bits_are_refused_before_they_overflow():
    half = 2**62
    with framed({"g": ["a", "a"], "n": [half, half - 1]}, count="n") as frame:
        assert as_dict(frame.count(CountBy((Category("g"),), "n"))) == {("a",): 2**63 - 1}
    with framed({"g": ["a", "a"], "n": [half, half]}, count="n") as frame, pytest.raises(InputError, match="64-bit"):
        frame.count(CountBy((Category("g"),), "n"))


# ---- limits -------------------------------------------------------------------------------------------------------


def test_a_group_column_of_nearly_one_value_a_record_is_refused():
    records = {"g": [f"p{i % 60}" for i in range(500)]}
    with framed(records, [Role("groups", "g", "category")]) as frame, pytest.raises(DisclosureError, match="'g'"):
        frame.count(CountBy((Category("g"),)))


def test_fifty_values_or_a_tenth_of_the_records_or_a_count_column_are_allowed():
    fifty = {"g": [f"p{i % 50}" for i in range(100)]}
    tenth = {"g": [f"p{i % 60}" for i in range(600)]}
    published = {"g": [f"p{i}" for i in range(60)], "n": [5] * 60}
    place = {"g": [f"p{i}" for i in range(60)]}
    for records, role, count in (
        (fifty, "groups", None),
        (tenth, "groups", None),
        (published, "groups", "n"),
        (place, "place", None),
    ):
        with framed(records, [Role(role, "g", "category")], count=count) as frame:
            assert len(frame.count(CountBy((Category("g"),), count)).keys) >= 50


@pytest.mark.parametrize("rows", [110_000, 250_000])
def test_more_cells_than_may_leave_are_refused(rows):
    ids = pa.array([f"place {i}" for i in range(rows)])
    with framed({"g": ids}, [Role("place", "g", "category")]) as frame, pytest.raises(InputError) as caught:
        frame.count(CountBy((Category("g"),)))
    assert "place 1" not in str(caught.value)


def test_too_many_cells_of_a_persons_column_is_about_persons():
    ids = pa.array([f"p{i}" for i in range(110_000)])
    with framed({"g": ids}, [Role("groups", "g", "category")]) as frame, pytest.raises(DisclosureError):
        frame.count(CountBy((Category("g"),)))


# ---- queries ------------------------------------------------------------------------------------------------------


def _queries(records):
    with framed(records, [Role("score", "score", "number")]) as frame:
        frame.count(CountBy((ScoreAxis("score", (Decimal(2),)), Coded("outcome"))))
        frame.rank(RankSums("score", Coded("outcome"), ((),)))
        return frame.queries


def test_the_sql_is_the_same_in_every_run_and_names_no_path():
    first, second = _queries(dirty(300)), _queries(dirty(300))
    assert first == second
    assert {"joint", "count", "rank sums"} <= {query.name for query in first}
    assert all("/" not in query.sql.replace(" / ", "") for query in first)


def test_the_records_are_grouped_once_for_counts_and_ranks():
    assert [query.name for query in _queries(dirty(300))].count("joint") == 1


def test_two_frames_over_one_source_do_not_disturb_each_other():
    with open_object("records", pa.table({"g": ["a", "b", "a"], "h": ["x", "x", "y"]})) as source:
        one, two = Frame(source, ()), Frame(source, ())
        first = as_dict(one.count(CountBy((Category("g"),))))
        two.count(CountBy((Category("h"),)))
        two.count(CountBy((Category("g"),)))
        assert as_dict(one.count(CountBy((Category("g"),)))) == first == {("a",): 2, ("b",): 1}


def test_a_cell_that_the_engine_cannot_cast_is_in_no_message():
    with framed({"g": ["1e400", "12345678901234567890123", "--5"]}) as frame:
        cells = frame.count(CountBy((ScoreAxis("g"),)))
    assert set(cells.values("g~")) == {"unreadable", "12345678901234568000000"}


def test_an_engine_that_fails_is_ours_to_report(monkeypatch):
    with open_object("records", pa.table({"g": ["secret"]})) as source:
        frame = Frame(source, ())
        source.con.con.execute("DROP VIEW IF EXISTS records")
        source.con.con.unregister("records")
        with pytest.raises(CounterproofError) as caught:
            frame.count(CountBy((Category("g"),)))
    assert caught.value.exit_code == 3
    assert "secret" not in str(caught.value)
