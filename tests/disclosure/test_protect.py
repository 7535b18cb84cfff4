"""What is withheld in tables small enough to see by eye, and what ``protect`` promises whatever the table."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from counterproof.counts import Cells, RowSum
from counterproof.disclosure import Protected, protect, tables


def cells_of(counts: dict[tuple[str, ...], int], *dimensions: str) -> Cells:
    n = np.array(list(counts.values()), dtype=np.int64)
    return Cells(dimensions, tuple(counts), n, int(n.sum()))


def row(cells: Cells, table: str = "t", worth: float = 1.0, **group: str) -> RowSum:
    """Yes, no and both, in one group."""
    inside = cells.where(**group)
    yes = cells.where(outcome="1")
    counts = {"yes": inside & yes, "no": inside & ~yes, "all": inside}
    return RowSum(table, dict(group), {}, counts, worth)


def two_groups(a: tuple[int, int], b: tuple[int, int]) -> Cells:
    return cells_of({("a", "1"): a[0], ("a", "0"): a[1], ("b", "1"): b[0], ("b", "0"): b[1]}, "group", "outcome")


def spread(cells: Cells, rows: list[RowSum], shown: Protected) -> dict[tuple[int, str], int]:
    """How far apart the values of each suppressed count lie over all tables that agree, by trying every table."""
    masks = {(i, name): mask for i, r in enumerate(rows) for name, mask in r.counts.items()}
    values = {key: shown.shown[key[0]][key[1]] for key in masks}
    every = [t for t in product(range(int(cells.n.sum()) + 1), repeat=len(cells.n)) if sum(t) == cells.n.sum()]
    y = np.array(every)
    for key, value in values.items():
        if value is not None:
            y = y[y[:, masks[key]].sum(axis=1) == value]
    return {key: int(np.ptp(y[:, masks[key]].sum(axis=1))) for key, value in values.items() if value is None}


def test_without_small_counts_everything_is_shown() -> None:
    cells = two_groups((20, 30), (0, 40))
    shown = protect(cells, [row(cells), row(cells, group="a"), row(cells, group="b")], floor=10)
    assert shown == Protected(
        ({"yes": 20, "no": 70, "all": 90}, {"yes": 20, "no": 30, "all": 50}, {"yes": 0, "no": 40, "all": 40})
    )


def test_floor_one_suppresses_nothing() -> None:
    cells = two_groups((1, 2), (3, 4))
    shown = protect(cells, [row(cells, group="a")], floor=1)
    assert shown.shown == ({"yes": 1, "no": 2, "all": 3},)
    assert (shown.suppressed, shown.proven, shown.note) == (0, True, None)


def test_a_small_numerator_takes_its_complement_or_its_denominator_along() -> None:
    cells = two_groups((4, 60), (50, 60))
    shown = protect(cells, [row(cells, group="a")], floor=10)
    counts = shown.shown[0]
    assert counts["yes"] is None
    assert counts["no"] is None or counts["all"] is None
    assert (shown.primary, shown.complementary, shown.proven) == (1, 1, True)


def test_two_by_two_with_margins_withholds_the_four_inner_counts() -> None:
    cells = two_groups((4, 60), (50, 60))
    rows = [row(cells), row(cells, group="a"), row(cells, group="b")]
    shown = protect(cells, rows, floor=10)
    assert [tuple(counts.values()) for counts in shown.shown] == [(54, 120, 174), (None, None, 64), (None, None, 110)]
    assert (shown.primary, shown.complementary) == (1, 3)


def test_every_table_tried_by_hand() -> None:
    cells = two_groups((2, 6), (5, 7))
    rows = [row(cells), row(cells, group="a"), row(cells, group="b")]
    for floor in (3, 4, 6, 8):
        shown = protect(cells, rows, floor=floor)
        assert shown.suppressed > 0
        assert min(spread(cells, rows, shown).values()) >= floor


def test_neighbouring_thresholds_do_not_give_a_small_step_away() -> None:
    counts = {
        (str(score), o): n
        for score, pair in enumerate([(30, 40), (2, 25), (33, 44)])
        for o, n in zip("10", pair, strict=True)
    }
    cells = cells_of(counts, "score", "outcome")
    score = np.array([int(value) for value in cells.column("score")])
    yes = cells.where(outcome="1")
    steps = [RowSum("bins", {}, {"bin": s}, {"yes": yes & (score == s)}) for s in range(3)]
    sweep = [
        RowSum("sweep", {}, {"threshold": s}, {"above": yes & (score >= s), "below": yes & (score < s)}) for s in (1, 2)
    ]
    shown = protect(cells, [*sweep, *steps], floor=10).shown
    assert shown[3]["yes"] is None
    assert shown[0]["above"] is None or shown[1]["above"] is None
    assert shown[0]["below"] is None or shown[1]["below"] is None


def test_a_sweep_alone_is_shown_although_its_steps_are_small() -> None:
    """The rule is about what is shown: a step that nobody would print is not itself a suppressed count."""
    cells = cells_of({(str(s), "1"): n for s, n in enumerate([30, 2, 33])}, "score", "outcome")
    score = np.array([int(value) for value in cells.column("score")])
    sweep = [RowSum("sweep", {}, {"threshold": s}, {"above": score >= s}) for s in (1, 2)]
    assert protect(cells, sweep, floor=10).suppressed == 0


@pytest.fixture
def cohorts() -> Cells:
    counts = {("a", "old", "1"): 40, ("a", "old", "0"): 70, ("a", "new", "1"): 3, ("a", "new", "0"): 20}
    return cells_of(counts, "group", "cohort", "outcome")


def test_all_records_and_one_cohort_do_not_give_the_other_away(cohorts: Cells) -> None:
    rows = [row(cohorts, "all"), row(cohorts, "before", cohort="old"), row(cohorts, "after", cohort="new")]
    shown = protect(cohorts, rows, floor=10)
    assert shown.shown[2]["yes"] is None
    assert shown.shown[0]["yes"] is None or shown.shown[1]["yes"] is None
    assert shown.proven


def test_worth_decides_which_of_two_cohorts_is_kept(cohorts: Cells) -> None:
    for dear, cheap in [(0, 1), (1, 0)]:
        worth = [1.0, 1.0]
        worth[dear] = 20.0
        rows = [
            row(cohorts, "all", worth[0]),
            row(cohorts, "before", worth[1], cohort="old"),
            row(cohorts, "after", cohort="new"),
        ]
        shown = protect(cohorts, rows, floor=10).shown
        assert None not in (shown[dear]["yes"], shown[dear]["no"])
        assert shown[cheap]["yes"] is None


def test_strata_that_add_up_to_a_shown_total() -> None:
    counts = {
        (f"s{i}", o): n for i, pair in enumerate([(4, 50), (30, 60), (45, 70)]) for o, n in zip("10", pair, strict=True)
    }
    cells = cells_of(counts, "stratum", "outcome")
    rows = [row(cells), *(row(cells, stratum=f"s{i}") for i in range(3))]
    shown = protect(cells, rows, floor=10)
    assert shown.shown[0] == {"yes": 79, "no": 180, "all": 259}
    assert sum(counts["yes"] is None for counts in shown.shown) >= 2


def test_crossed_groups_with_both_margins_withhold_no_margin() -> None:
    n = [20, 30, 5, 40, 50, 12, 33, 44, 55, 66, 3, 80]
    cells = cells_of(dict(zip(product("FM", "WBA", "01"), n, strict=True)), "sex", "race", "outcome")
    rows = [row(cells), *(row(cells, sex=s) for s in "FM"), *(row(cells, race=r) for r in "WBA")]
    rows += [row(cells, sex=s, race=r) for s in "FM" for r in "WBA"]
    shown = protect(cells, rows, floor=10)
    assert all(None not in counts.values() for counts in shown.shown[:6])
    assert (shown.primary, shown.complementary) == (2, 6)  # eight is the least: the integer program's minimum


def test_a_table_of_small_counts_only_keeps_its_total() -> None:
    cells = cells_of({(g, o): 2 for g in "abcdefgh" for o in "01"}, "group", "outcome")
    shown = protect(cells, [row(cells), *(row(cells, group=g) for g in "abcdefgh")], floor=10)
    assert shown.shown[0] == {"yes": 16, "no": 16, "all": 32}
    assert all(set(counts.values()) == {None} for counts in shown.shown[1:])
    assert shown.proven


def test_zeros_are_shown_and_do_not_weaken_the_proof() -> None:
    cells = two_groups((0, 60), (4, 60))
    rows = [row(cells), row(cells, group="a"), row(cells, group="b")]
    shown = protect(cells, rows, floor=10)
    assert shown.shown[1]["yes"] == 0
    assert shown.proven


def test_fewer_records_than_the_floor_show_nothing() -> None:
    cells = two_groups((1, 2), (0, 4))
    shown = protect(cells, [row(cells), row(cells, group="b")], floor=10)
    assert all(value is None for counts in shown.shown for value in counts.values())
    assert not shown.proven
    assert shown.note is not None


def test_as_many_records_as_the_floor_show_their_total() -> None:
    cells = two_groups((1, 2), (3, 4))
    shown = protect(cells, [row(cells), row(cells, group="a"), row(cells, group="b")], floor=10)
    assert shown.shown[0] == {"yes": None, "no": None, "all": 10}
    assert shown.proven


def test_the_same_sum_in_two_tables_is_suppressed_in_both() -> None:
    cells = two_groups((4, 60), (50, 60))
    shown = protect(cells, [row(cells, "one", group="a"), row(cells, "two", group="a")], floor=10).shown
    assert shown[0] == shown[1]


@pytest.mark.parametrize("effort", [0, 3])
def test_without_effort_more_is_suppressed_still_proven_and_said(effort: int) -> None:
    draw = np.random.default_rng(5)
    cells = cells_of(
        {key: int(draw.poisson(12)) for key in product("abcdef", "uvw", "01")}, "group", "stratum", "outcome"
    )
    rows = [
        row(cells),
        *(row(cells, group=g) for g in "abcdef"),
        *(row(cells, group=g, stratum=s) for g in "abcdef" for s in "uvw"),
    ]
    full, hasty = protect(cells, rows, floor=10), protect(cells, rows, floor=10, effort=effort)
    assert full.note is None
    assert hasty.note is not None
    assert hasty.proven
    assert hasty.suppressed > full.suppressed
    assert min(v for counts in hasty.shown for v in counts.values() if v) >= 10


def test_runs_are_equal() -> None:
    draw = np.random.default_rng(6)
    cells = cells_of(
        {key: int(draw.poisson(8)) for key in product("abcdefgh", "uvw", "01")}, "group", "stratum", "outcome"
    )
    rows = [row(cells), *(row(cells, group=g) for g in "abcdefgh"), *(row(cells, stratum=s) for s in "uvw")]
    rows += [row(cells, group=g, stratum=s) for g in "abcdefgh" for s in "uvw"]
    assert protect(cells, rows, floor=10) == protect(cells, rows, floor=10)


def test_large_numbers_do_not_blur_the_proof() -> None:
    cells = two_groups((4, 6_000_000_000), (5_000_000_000, 7_000_000_000))
    rows = [row(cells), row(cells, group="a"), row(cells, group="b")]
    shown = protect(cells, rows, floor=10)
    assert shown.proven
    assert shown.shown[0]["all"] == 18_000_000_004
    assert (shown.primary, shown.complementary) == (1, 3)


def test_tables_keep_rows_groups_and_gaps() -> None:
    cells = two_groups((4, 60), (50, 60))
    rows = [row(cells, "outcomes", group="a"), row(cells, "other"), row(cells, "outcomes", group="b")]
    found = tables(rows, protect(cells, rows, floor=10).shown)
    assert list(found) == ["outcomes", "other"]
    assert [dict(r.group) for r in found["outcomes"]] == [{"group": "a"}, {"group": "b"}]
    suppressed = found["outcomes"].find({"group": "a"})
    assert suppressed is not None
    assert suppressed["yes"] is None
