"""The search for counts to withhold, until every suppressed count has its witnesses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterproof.disclosure.system import System
from counterproof.disclosure.witness import Shift, change, cheapest, furthest, swap

__all__ = ["Search"]

NEAR, WIDE = 32, 200
"""Unknowns in one program, and in a second try; a table of at most ``WHOLE`` unknowns is looked at as a whole."""
WHOLE = 400


class Search:
    """Which counts are shown, and for every suppressed one the least and greatest value that a witness gives it.

    shown        bool, shape (counts,)
    absent       bool, shape (counts,): neither shown nor secret, such as those of a curve that is not drawn
    low, high    int64, shape (counts,)
    witnesses    every table found that agrees with all shown counts, as changes of the true one
    gave_way     the effort was spent, so a cheaper and coarser way was taken

    ``hidden`` counts, bool, shape (counts,), are not shown for a reason of their own: those that are not small need no
    proof.
    """

    def __init__(self, system: System, floor: int, effort: int, hidden: NDArray[np.bool_] | None = None) -> None:
        self.system, self.floor, self.effort = system, floor, effort
        small = (system.value > 0) & (system.value < floor)
        self.shown = ~small if hidden is None else ~small & ~hidden
        self.absent = np.zeros_like(small) if hidden is None else hidden & ~small
        self.low, self.high = system.value.copy(), system.value.copy()
        self.witnesses: list[Shift] = []
        self.gave_way = False
        self._size = system.member.sum(axis=1)

    def proven(self) -> bool:
        """Check the proof afresh, in whole numbers: every witness is a table that agrees with every shown count."""
        low, high = self.system.value.copy(), self.system.value.copy()
        for cells, d in self.witnesses:
            moved = change(self.system, (cells, d))
            if int(d.sum()) or bool((self.system.x[cells] + d < 0).any()) or bool(moved[self.shown].any()):
                return False
            np.minimum(low, self.system.value + moved, out=low)
            np.maximum(high, self.system.value + moved, out=high)
        return bool((high - low >= self.floor)[~self.shown & ~self.absent].all())

    def withhold(self) -> None:
        """Prove every suppressed count open, the smallest first, withholding more where that is needed."""
        while len(waiting := self.unproven()):
            for count in waiting[np.lexsort((waiting, self.system.value[waiting]))].tolist():
                if not self.is_open(count):
                    self._open(count)

    def unproven(self) -> NDArray[np.intp]:
        """Suppressed counts that are not yet proven open."""
        return np.flatnonzero(~self.shown & ~self.absent & (self.high - self.low < self.floor))

    def is_open(self, count: int) -> bool:
        """Whether the count is shown, or proven open."""
        return bool(self.shown[count] or self.high[count] - self.low[count] >= self.floor)

    def _open(self, count: int) -> None:
        """Make a suppressed count open: as it is, at the least loss, or by a plain swap if no program can or may."""
        near = self._near(count, NEAR)
        if self._explore(count, near):
            return
        if len(self.system.x) > WHOLE and self._explore(count, near := self._near(count, WIDE)):
            return
        if self.may_solve():
            self.shown[cheapest(self.system, self.shown, count, near, self.floor)] = False
        if not self._explore(count, near):
            for shift in swap(self.system, self.shown, count, int(self.low[count]), int(self.high[count]), self.floor):
                self.take(shift)

    def _explore(self, count: int, near: NDArray[np.intp]) -> bool:
        """Look for witnesses that touch no shown count; True when the count is proven open."""
        for sign in (1, -1):
            if not self.is_open(count) and self.may_solve():
                self.take(furthest(self.system, self.shown, count, sign, near, self.floor))
        return self.is_open(count)

    def may_solve(self) -> bool:
        """Whether the effort allows one more program."""
        self.gave_way |= self.effort <= 0
        self.effort -= 1
        return not self.gave_way

    def take(self, shift: Shift | None) -> None:
        """Accept a witness: withhold the shown counts that it changes, and note how far it moves every other."""
        if shift is None:
            return
        moved = change(self.system, shift)
        self.shown &= moved == 0
        self.witnesses.append(shift)
        np.minimum(self.low, self.system.value + moved, out=self.low)
        np.maximum(self.high, self.system.value + moved, out=self.high)

    def _near(self, count: int, most_cells: int) -> NDArray[np.intp]:
        """The unknowns among which an exchange is sought: all, or those that share small counts with this one."""
        member, x = self.system.member, self.system.x
        if len(x) <= WHOLE:
            return np.arange(len(x))
        inside = np.flatnonzero(member[count])
        near = inside[np.lexsort((inside, -x[inside]))][: most_cells // 3]
        for most in (most_cells // 3, 2 * most_cells // 3, most_cells):
            touched = np.flatnonzero(member[:, near].any(axis=1))
            smallest = touched[np.argsort(self._size[touched], kind="stable")][:most_cells]
            nested = member[smallest]
            distance = np.where(nested.any(axis=0), nested.argmax(axis=0), len(smallest))
            distance[near] = -1
            near = np.argsort(distance, kind="stable")[:most]
        return np.sort(near)
