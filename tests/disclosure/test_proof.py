"""The last check does not believe the search: a proof that does not hold shows nothing."""

from __future__ import annotations

import numpy as np
import pytest

from counterproof.counts import Cells, RowSum
from counterproof.disclosure import protect
from counterproof.disclosure.search import Search
from counterproof.disclosure.system import System, system_of


@pytest.fixture
def cells() -> Cells:
    keys = (("a", "1"), ("a", "0"), ("b", "1"), ("b", "0"))
    return Cells(("group", "outcome"), keys, np.array([4, 60, 50, 60]), 174)


@pytest.fixture
def rows(cells: Cells) -> list[RowSum]:
    yes = cells.where(outcome="1")
    inside = [cells.where(group=name) for name in "ab"]
    return [RowSum("t", {}, {"row": i}, {"yes": m & yes, "no": m & ~yes, "all": m}) for i, m in enumerate(inside)]


@pytest.fixture
def system(cells: Cells, rows: list[RowSum]) -> System:
    return system_of(cells, rows, 10)


def shift(system: System, change: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A change of the cells that hold these values."""
    at = [int(np.flatnonzero(system.x == value)[0]) for value in change]
    return np.array(at, dtype=np.intp), np.array(list(change.values()), dtype=np.int64)


def test_a_finished_search_is_proven(system: System) -> None:
    search = Search(system, 10, 1000)
    assert not search.proven()
    search.withhold()
    assert search.proven()


def test_a_witness_must_agree_with_what_is_shown(system: System) -> None:
    search = Search(system, 10, 1000)
    search.withhold()
    search.witnesses.append(shift(system, {4: 1, 50: -1}))
    search.shown[:] = search.shown | (system.value >= 50)
    assert not search.proven()


def test_a_witness_must_be_a_table_with_the_same_total(system: System) -> None:
    for bad in ({4: -5, 50: 5}, {4: 1}):
        search = Search(system, 10, 1000)
        search.withhold()
        search.shown[:] = False
        search.witnesses.append(shift(system, bad))
        assert not search.proven()


def test_a_count_without_two_witnesses_is_not_proven(system: System) -> None:
    search = Search(system, 10, 1000)
    search.withhold()
    search.witnesses.clear()
    assert not search.proven()


def test_without_a_proof_nothing_is_shown(cells: Cells, rows: list[RowSum], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "proven", lambda self: False)
    shown = protect(cells, rows, floor=10)
    assert all(value is None for counts in shown.shown for value in counts.values())
    assert not shown.proven
    assert shown.note is not None


def test_merging_keeps_every_declared_sum(cells: Cells, rows: list[RowSum], system: System) -> None:
    for row, at in zip(rows, system.index, strict=True):
        for name, mask in row.counts.items():
            assert system.value[at[name]] == cells.n[mask].sum()
            assert system.member[at[name]] @ system.x == cells.n[mask].sum()
