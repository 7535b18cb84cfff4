"""Which counts are withheld, and the proof that no reader can get them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, CountRow, CountTable, RowSum, add_up
from counterproof.disclosure.system import System, system_of
from counterproof.disclosure.witness import Shift, cheapest, furthest, swap

__all__ = ["Protected", "protect", "tables"]

EFFORT = 20_000
"""Linear programs before the search gives way to the plain swap, which withholds more."""
NEAR = 96
"""Unknowns in one program; a table of at most ``WHOLE`` unknowns is looked at as a whole."""
WHOLE = 250


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be shown.

    shown          per declared row, name -> count, or None where it is suppressed
    primary        table entries suppressed because they are 1 … floor − 1
    complementary  table entries suppressed so that those cannot be derived
    proven         every suppressed count is proven open over at least ``floor``
    note           says when more was suppressed than a longer search would have, or why there is no proof
    """

    shown: tuple[Mapping[str, int | None], ...]
    primary: int = 0
    complementary: int = 0
    proven: bool = True
    note: str | None = None

    @property
    def suppressed(self) -> int:
        """Table entries that are not shown."""
        return self.primary + self.complementary


def protect(cells: Cells, rows: Sequence[RowSum], *, floor: int, effort: int = EFFORT) -> Protected:
    """Decide which counts of ``rows`` may be shown together, all tables and reports of one plan at once.

    A count of 1 … ``floor`` − 1 is suppressed; further counts are withheld, those of least worth first, until for each
    suppressed count two whole-number tables are known that agree with every shown count and with the number of
    records, and whose values of that count lie at least ``floor`` apart (CONTRACTS section 7).

    cells   the finest joint counts of one source
    rows    every number that any audit of the plan on that source would show
    floor   ``min_cell``; 1 suppresses nothing
    effort  how many linear programs may be solved; after that, more is withheld instead, and ``note`` says so
    """
    values = add_up(cells, rows)
    if not any(0 < value < floor for row in values for value in row.values()):
        return Protected(tuple(dict(row) for row in values))
    if int(cells.n.sum()) < floor:
        hidden = tuple(dict.fromkeys(row, None) for row in values)
        small = sum(0 < value < floor for row in values for value in row.values())
        every = sum(len(row) for row in values)
        note = f"there are fewer than {floor} records in all, so no count is shown"
        return Protected(hidden, small, every - small, proven=False, note=note)
    search = _Search(system_of(cells, rows), floor, effort)
    search.run()
    return search.result(values)


def tables(rows: Sequence[RowSum], shown: Sequence[Mapping[str, int | None]]) -> dict[str, CountTable]:
    """The shown counts as tables, by the table's name; rows keep their order."""
    grouped: dict[str, list[CountRow]] = {}
    for row, counts in zip(rows, shown, strict=True):
        grouped.setdefault(row.table, []).append(CountRow(row.group, row.at, dict(counts)))
    return {name: CountTable(name, tuple(entries)) for name, entries in grouped.items()}


@dataclass(slots=True)
class _Search:
    """The suppressed counts so far, and for each the least and greatest value that some witness gives it."""

    system: System
    floor: int
    effort: int
    shown: NDArray[np.bool_] = field(init=False)
    low: NDArray[np.int64] = field(init=False)
    high: NDArray[np.int64] = field(init=False)
    freedom: NDArray[np.int64] = field(init=False)
    gave_way: bool = False

    def __post_init__(self) -> None:
        value = self.system.value
        self.shown = ~((value > 0) & (value < self.floor))
        self.low, self.high = value.copy(), value.copy()
        self.freedom = np.full(len(self.system.x), len(self.system.x) + 1, dtype=np.int64)
        for count in np.flatnonzero(~self.shown):
            self._free(int(count))

    def run(self) -> None:
        """Prove every suppressed count open, the largest first, withholding more where that is needed."""
        while len(waiting := self._unproven()):
            order = np.lexsort((waiting, -self.system.value[waiting]))
            for count in waiting[order].tolist():
                if self.high[count] - self.low[count] < self.floor:
                    self._open(count)

    def result(self, values: Sequence[Mapping[str, int]]) -> Protected:
        """The shown counts after the search."""
        out: list[dict[str, int | None]] = []
        primary = complementary = 0
        for row, at in zip(values, self.system.index, strict=True):
            shown: dict[str, int | None] = {}
            for name, value in row.items():
                keep = at[name] < 0 or bool(self.shown[at[name]])
                shown[name] = value if keep else None
                primary += not keep and 0 < value < self.floor
                complementary += not keep and not 0 < value < self.floor
            out.append(shown)
        note = "a full search would have taken too long, so more is suppressed than need be" if self.gave_way else None
        return Protected(tuple(out), primary, complementary, proven=not len(self._unproven()), note=note)

    def _unproven(self) -> NDArray[np.intp]:
        return np.flatnonzero(~self.shown & (self.high - self.low < self.floor))

    def _open(self, count: int) -> None:
        """Find witnesses for one suppressed count: free ones first, then the cheapest, then a plain swap."""
        near = self._near(count)
        for sign in (-1, 1):
            self._take(self._program(furthest, count, sign, near))
            if self.high[count] - self.low[count] >= self.floor:
                return
        value = int(self.system.value[count])
        up, down = int(self.low[count]) + self.floor - value, int(self.high[count]) - self.floor - value
        found = self._program(cheapest, count, up, near)
        if found is None and value + down >= 0:
            found = self._program(cheapest, count, down, near)
        if found is not None:
            self._take(found)
            return
        for shift in swap(self.system, self.shown, count, int(self.low[count]), int(self.high[count]), self.floor):
            self._take(shift)

    def _program(self, search: object, count: int, aim: int, near: NDArray[np.intp]) -> Shift | None:
        if self.effort <= 0:
            self.gave_way = True
            return None
        self.effort -= 1
        assert callable(search)  # noqa: S101
        found: Shift | None = search(self.system, self.shown, count, aim, near, self.floor)
        return found

    def _take(self, shift: Shift | None) -> None:
        """Accept a witness: withhold the shown counts that it changes, and note how far it moves every other."""
        if shift is None:
            return
        cells, d = shift
        if bool((self.system.x[cells] + d < 0).any()) or int(d.sum()) != 0:
            return
        value = self.system.value + self.system.member[:, cells].astype(np.int64) @ d
        for count in np.flatnonzero(self.shown & (value != self.system.value)).tolist():
            self.shown[count] = False
            self._free(count)
        np.minimum(self.low, value, out=self.low)
        np.maximum(self.high, value, out=self.high)

    def _free(self, count: int) -> None:
        inside = self.system.member[count]
        self.freedom[inside] = np.minimum(self.freedom[inside], int(inside.sum()))

    def _near(self, count: int) -> NDArray[np.intp]:
        """The unknowns among which an exchange is sought: all, or those that share small counts with this one."""
        system = self.system
        if len(system.x) <= WHOLE:
            return np.arange(len(system.x))
        size = system.member.sum(axis=1)
        chosen = np.zeros(len(system.x), dtype=bool)
        used = np.zeros(len(size), dtype=bool)
        next_count: int | None = count
        while next_count is not None and chosen.sum() < NEAR:
            used[next_count] = True
            fresh = np.flatnonzero(system.member[next_count] & ~chosen)
            order = np.lexsort((fresh, -system.x[fresh], self.freedom[fresh]))
            chosen[fresh[order[: NEAR // 3]]] = True
            touched = np.flatnonzero(~used & system.member[:, chosen].any(axis=1))
            next_count = int(touched[np.argmin(size[touched])]) if len(touched) else None
        return np.flatnonzero(chosen)
