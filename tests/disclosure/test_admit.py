"""Curves beside tables: drawn as a whole where nothing is given away, left out as a whole where something would be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from counterproof.counts import Cells, RowSum
from counterproof.disclosure import protect, tables
from disclosure.attacker import recovered
from disclosure.test_attack import split


def scored(**groups: list[int]) -> Cells:
    """Groups with so many records in each step of a score."""
    keys = tuple((name, str(step)) for name, counts in groups.items() for step in range(len(counts)))
    n = np.array([count for counts in groups.values() for count in counts], dtype=np.int64)
    return Cells(("group", "score"), keys, n, int(n.sum()))


def inside(cells: Cells, names: str) -> np.ndarray:
    return np.array([group in names for group in cells.column("group")], dtype=bool)


def total(cells: Cells, names: str, worth: float = 8.0) -> RowSum:
    return RowSum("totals", {"group": names}, {}, {"records": inside(cells, names)}, worth)


def curve(cells: Cells, names: str, worth: float = 1.0) -> list[RowSum]:
    """How many lie below each edge."""
    score = np.array([int(step) for step in cells.column("score")])
    below = [inside(cells, names) & (score < edge) for edge in range(1, max(score) + 1)]
    return [
        RowSum("curve", {"group": names}, {"edge": i}, {"below": m}, worth, curve=names) for i, m in enumerate(below)
    ]


def steps(cells: Cells, names: str) -> RowSum:
    each = {step: inside(cells, names) & cells.where(score=step) for step in dict.fromkeys(cells.column("score"))}
    return RowSum("secret", {"group": names}, {}, each, secret=True)


@pytest.fixture
def three() -> Cells:
    """Two large groups and one whose three records lie in one step."""
    return scored(a=[40, 50, 60], b=[30, 20, 40], c=[0, 3, 0])


def declared(cells: Cells, *drawn: tuple[str, float]) -> list[RowSum]:
    rows = [total(cells, names) for names in ("abc", *"abc")]
    rows += [row for names, worth in drawn for row in curve(cells, names, worth)]
    return rows + [steps(cells, name) for name in "abc"]


def test_a_curve_that_would_give_a_small_group_away_is_left_out_as_a_whole(three: Cells) -> None:
    rows = declared(three, ("abc", 9.0), ("a", 5.0), ("b", 3.0))
    shown = protect(three, rows, floor=10)
    found = tables(rows, shown.shown)
    assert [(dict(row.group)["group"], row.at["edge"]) for row in found["curve"]] == [
        ("abc", 0), ("abc", 1), ("a", 0), ("a", 1),
    ]  # fmt: skip
    assert shown.curves == 1
    known, hidden = split(three, rows, shown, 10)
    assert recovered(known, hidden, 9, 243, 10) == []


def test_curves_cost_the_tables_nothing(three: Cells) -> None:
    with_, without = (
        protect(three, declared(three, *drawn), floor=10) for drawn in [(("abc", 9.0), ("a", 5.0), ("b", 3.0)), ()]
    )
    assert with_.shown[:4] == without.shown[:4]
    assert (with_.primary, with_.complementary) == (without.primary, without.complementary) == (1, 1)


def test_the_curve_of_least_worth_is_left_out(three: Cells) -> None:
    for worths, left in [((9.0, 3.0, 5.0), "a"), ((1.0, 3.0, 5.0), "abc")]:
        rows = declared(three, *zip(("abc", "a", "b"), worths, strict=True))
        shown = protect(three, rows, floor=10)
        drawn = {dict(row.group)["group"] for row in tables(rows, shown.shown)["curve"]}
        assert {"abc", "a", "b"} - drawn == {left}


def test_without_secrets_the_same_curves_are_drawn(three: Cells) -> None:
    """The steps of a score that nobody prints need protection only where they are declared."""
    rows = [row for row in declared(three, ("abc", 9.0), ("a", 5.0)) if not row.secret]
    assert protect(three, rows, floor=10).curves == 0


def test_a_curve_with_a_small_or_a_withheld_count_is_left_out() -> None:
    cells = scored(a=[4, 50], b=[20, 30], c=[40, 40])
    rows = [*curve(cells, "a"), *curve(cells, "b")]
    shown = protect(cells, rows, floor=10)
    assert [counts["below"] for counts in shown.shown] == [None, 20]
    same = replace(curve(cells, "b")[0], table="totals", curve=None, worth=0.1)
    small = RowSum("totals", {}, {}, {"few": cells.where(group="a", score="0"), "all": inside(cells, "ab")}, 9.0)
    rest = RowSum(
        "totals", {}, {}, {"rest": cells.where(group="a", score="1") | cells.where(group="b", score="1")}, 9.0
    )
    rows = [same, small, rest, *curve(cells, "b")]
    shown = protect(cells, rows, floor=10)
    assert shown.shown[0] == {"below": None}
    assert shown.shown[3] == {"below": None}


def test_without_effort_no_curve_is_drawn_and_that_is_said(three: Cells) -> None:
    rows = declared(three, ("abc", 9.0), ("a", 5.0))
    shown = protect(three, rows, floor=10, effort=0)
    assert shown.proven
    assert shown.curves == 2
    assert shown.note is not None
    assert "curve" not in tables(rows, shown.shown)


def test_small_steps_between_the_points_of_two_audits_are_kept(three: Cells) -> None:
    """Two tables of one plan part the score at neighbouring places: what lies between them is 3 of the group c."""
    score = np.array([int(step) for step in three.column("score")])
    rows = [
        RowSum("totals", {"group": names}, {"edge": edge}, {"below": inside(three, names) & (score < edge)})
        for names in ("abc", *"abc")
        for edge in (1, 2)
    ]
    rows += [steps(three, name) for name in "abc"]
    shown = protect(three, rows, floor=10)
    known, hidden = split(three, rows, shown, 10)
    assert any(three.n[mask].sum() == 3 for mask in hidden)
    assert recovered(known, hidden, 9, 243, 10) == []
