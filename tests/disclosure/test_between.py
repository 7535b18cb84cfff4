"""Which small counts between two steps of a score must be protected, and by what, where unknowns are merged."""

from __future__ import annotations

import numpy as np
import pytest

from counterproof.counts import Cells, RowSum
from counterproof.disclosure.system import System, system_of
from disclosure.attacker import recovered
from disclosure.test_attack import between_steps

FLOOR = 10


def scored(*groups: list[int]) -> Cells:
    """Groups a, b, … with so many records in each step of a score."""
    keys = tuple((name, str(step)) for name, n in zip("abc", groups, strict=False) for step in range(len(n)))
    n = np.array([count for counts in groups for count in counts], dtype=np.int64)
    return Cells(("group", "score"), keys, n, int(n.sum()))


def chain(cells: Cells, group: str) -> RowSum:
    """The steps of one group, secret."""
    each = {step: cells.where(group=group, score=step) for step in cells.values("score") if step is not None}
    return RowSum("secret", {"group": group}, {}, each, secret=True)


def declared(cells: Cells, *sums: list[tuple[str, int]]) -> list[RowSum]:
    """Sums over the cells that are named by group and step."""
    masks = [np.array([(g, int(s or 0)) in named for g, s in cells.keys], dtype=bool) for named in sums]
    return [RowSum("t", {}, {"row": i}, {"n": mask}) for i, mask in enumerate(masks)]


def secrets(cells: Cells, rows: list[RowSum]) -> list[dict[int, int]]:
    """Of each secret count: how many unknowns of which size it is made of."""
    system = system_of(cells, rows, FLOOR)
    own = system.member[system.chain >= 0]
    return [dict(zip(*np.unique(system.x[mask], return_counts=True), strict=True)) for mask in own]


def test_a_small_step_that_declared_counts_part_is_secret_by_itself() -> None:
    cells = scored([20, 3, 30])
    rows = [*declared(cells, [("a", 0)], [("a", 0), ("a", 1)]), chain(cells, "a")]
    assert secrets(cells, rows) == [{3: 1}]


def test_nothing_is_secret_between_steps_that_are_large_or_empty() -> None:
    cells = scored([20, 0, 30])
    rows = [*declared(cells, [("a", 0)], [("a", 0), ("a", 1)]), chain(cells, "a")]
    assert secrets(cells, rows) == []


def test_a_small_step_inside_an_unknown_as_large_as_the_floor_is_open_already() -> None:
    """Only the 53 of all three steps are declared: anything up to 53 of them may lie in the middle one."""
    cells = scored([20, 3, 30], [40, 40, 40])
    rows = [*declared(cells, [("a", 0), ("a", 1), ("a", 2)]), chain(cells, "a")]
    assert secrets(cells, rows) == []


def test_a_small_step_inside_a_small_unknown_is_as_secret_as_all_of_it() -> None:
    """3 of a stand in the middle with 4 of b, whom no table tells apart: the reader must not learn the 7."""
    cells = scored([20, 3, 30], [20, 4, 30])
    both = [("a", 0), ("b", 0)]
    rows = [*declared(cells, both, [*both, ("a", 1), ("b", 1)]), chain(cells, "a")]
    assert secrets(cells, rows) == [{7: 1}]


def test_what_is_held_wholly_is_secret_where_something_else_is_held_in_part() -> None:
    """3 + 1 + 4 of a, of which the 1 shares an unknown with 5 of b: it is the 3 and the 4 that must be open."""
    cells = scored([3, 1, 4, 40], [30, 5, 30, 30])
    rows = [*declared(cells, [("a", 0)], [("a", 1), ("b", 1)], [("a", 2)], [("b", 0)]), chain(cells, "a")]
    assert secrets(cells, rows) == [{3: 1, 4: 1}]


def test_a_count_that_a_table_declares_is_not_declared_again() -> None:
    cells = scored([20, 3, 30])
    rows = [*declared(cells, [("a", 0)], [("a", 1)]), chain(cells, "a")]
    assert secrets(cells, rows) == []


def unmerged(cells: Cells, masks: list[np.ndarray], system: System) -> list[np.ndarray]:
    """The secret counts of a system over its finest cells again; ``masks`` are its declared counts in their order."""
    unknowns = {column.tobytes(): at for at, column in enumerate(system.member[system.chain < 0].T)}
    mine = [unknowns[np.array([mask[cell] for mask in masks]).tobytes()] for cell in range(len(cells.n))]
    return [system.member[count][mine] for count in np.flatnonzero(system.chain >= 0)]


@pytest.mark.parametrize("seed", range(12))
def test_whoever_learns_a_small_step_learns_a_secret(seed: int) -> None:
    """If what is shown narrows a small count between two steps, then it narrows a secret or a suppressed count, too.

    So it suffices to prove those open.
    """
    draw = np.random.default_rng(seed)
    groups, steps = int(draw.integers(2, 4)), int(draw.integers(3, 7))
    cells = scored(*draw.poisson(draw.gamma(0.6, 10, (groups, steps))).tolist())
    score = np.array([int(step or 0) for step in cells.column("score")])
    rows = []
    for name in [*"abc"[:groups], None]:
        inside = np.ones(len(score), dtype=bool) if name is None else cells.where(group=name)
        edges = [edge for edge in range(1, steps + 1) if draw.random() < 0.5]
        rows += [RowSum("t", {"group": name}, {"below": edge}, {"n": inside & (score < edge)}) for edge in edges]
    masks = list({m.tobytes(): m for m in (row.counts["n"] for row in rows) if m.any() and not m.all()}.values())
    chains = [chain(cells, name) for name in "abc"[:groups]]
    secret = unmerged(cells, masks, system_of(cells, [*rows, *chains], FLOOR))
    small = [mask for mask in masks if 0 < cells.n[mask].sum() < FLOOR]
    known = [(mask, int(cells.n[mask].sum())) for mask in masks if not 0 < cells.n[mask].sum() < FLOOR]
    between = [mask for row in chains for mask in between_steps(cells, list(row.counts.values()), FLOOR)]
    total = int(cells.n.sum())
    if recovered(known, between, len(score), total, FLOOR):
        assert recovered(known, [*secret, *small], len(score), total, FLOOR)
