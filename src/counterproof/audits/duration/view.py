"""The finest cells seen with the eyes of one audit: who is in which group, and the life table of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.duration.options import DurationOptions
from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions.durations import LEFT_OUT
from counterproof.stats.survival import LifeTable, life_table

__all__ = ["Member", "View", "groupings"]

Mask = NDArray[np.bool_]
Labels = dict[str, str | None]

MOST_UNREADABLE = 0.01


def groupings(options: DurationOptions) -> tuple[tuple[str, ...], ...]:
    """Everybody, each column, and every crossing of columns; the period is one of them."""
    columns = options.splits
    return tuple(c for size in range(len(columns) + 1) for c in combinations(columns, size))


@dataclass(frozen=True, slots=True)
class Member:
    """One group: its labels, the cells of its cases, and its life table by kind of end."""

    labels: Labels
    mask: Mask
    table: LifeTable

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns by which it is split."""
        return tuple(self.labels)


@dataclass(frozen=True, slots=True)
class View:
    """Masks of shape (cells,), and times.

    used, ended, open   cells of cases that have a time; that ended; that had not
    entered             second cells of the same cases, where they came under observation late
    times, place        the distinct times, ascending, and the position of each cell's among them (-1: none)
    outcomes, kind      the ways in which cases ended, and which of them each cell is
    """

    cells: Cells
    used: Mask
    ended: Mask
    open: Mask
    entered: Mask
    times: NDArray[np.float64]
    place: NDArray[np.int64]
    outcomes: tuple[str | None, ...]
    kind: NDArray[np.int64]
    late_entry: bool

    @classmethod
    def of(cls, options: DurationOptions, cells: Cells) -> View:
        """Look at the cells. Raises InputError where most of them are not what the plan says."""
        how, text = cells.column("how"), cells.column("time")
        at = np.array([np.nan if time is None else float(time) for time in text])
        times = np.unique(at[~np.isnan(at)])
        place = np.where(np.isnan(at), -1, np.searchsorted(times, np.nan_to_num(at))).astype(np.int64)
        ended, entered = how == "ended", how == "entered"
        still = (how == "open") | (how == "later")
        outcome = cells.column("outcome")
        named = sorted({str(value) for value in outcome[ended] if value is not None})
        without = any(value is None for value in outcome[ended])
        outcomes: tuple[str | None, ...] = (*named, *([None] if without or not named else []))
        order = {value: number for number, value in enumerate(outcomes)}
        kind = np.array([order.get(value, 0) for value in outcome], dtype=np.int64)
        view = cls(cells, ended | still, ended, still, entered, times, place, outcomes, kind, options.entry is not None)
        _refuse_unfit(options, view, how)
        return view

    def count(self, mask: Mask) -> int:
        """How many cases a mask holds."""
        return int(self.cells.n[mask].sum())

    def done(self, time: float) -> Mask:
        """Cells of cases that ended by a time."""
        return self.ended & (self.place < np.searchsorted(self.times, time, side="right"))

    def lost(self, time: float) -> Mask:
        """Cells of cases that were last seen open before a time."""
        return self.open & (self.place < np.searchsorted(self.times, time, side="left"))

    def followed(self, time: float) -> Mask:
        """Cells of cases that were seen open at a time."""
        return self.used & ~self.done(time) & ~self.lost(time)

    def table(self, members: Mask) -> LifeTable:
        """The life table of some cells, at the times at which anything happens to them."""
        size = len(self.times)
        events = np.zeros((len(self.outcomes), size), dtype=np.int64)
        mine = members & self.ended
        np.add.at(events, (self.kind[mine], self.place[mine]), self.cells.n[mine])
        exits, entries = (self._tally(members & mask) for mask in (self.open, self.entered))
        happens = (events.sum(axis=0) + exits + entries) > 0
        came = entries[happens] if self.late_entry else None
        return life_table(self.times[happens], events[:, happens], exits[happens], came)

    def _tally(self, members: Mask) -> NDArray[np.int64]:
        found = np.zeros(len(self.times), dtype=np.int64)
        np.add.at(found, self.place[members], self.cells.n[members])
        return found

    def members(self, columns: Sequence[str]) -> Iterator[Member]:
        """Each group of a split that occurs, in text order with the missing label last."""
        if not columns:
            everybody = np.ones(len(self.cells.keys), dtype=bool)
            yield Member({}, everybody, self.table(everybody))
            return
        keys = list(zip(*(self.cells.column(column) for column in columns), strict=True))
        mine = [key for key, used in zip(keys, self.used, strict=True) if used]
        codes = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        code = np.array([codes[key] for key in keys], dtype=np.int64)
        for key in sorted(set(mine), key=lambda entry: [(value is None, value or "") for value in entry]):
            mask = code == codes[key]
            yield Member(dict(zip(columns, key, strict=True)), mask, self.table(mask))


def _refuse_unfit(options: DurationOptions, view: View, how: NDArray[np.object_]) -> None:
    """Refuse columns that do not hold what the plan says, rather than leave most of the cases out."""
    total = view.count(~view.entered)
    counts = {name: view.count(how == name) for name in LEFT_OUT}
    what = "time" if options.time is not None else "opened, closed"
    if counts["unreadable"] > MOST_UNREADABLE * total:
        hint = (
            "dates are read as 2024-03-31, 3/31/2024, 31.03.2024, 31-MAR-2024 or 20240331; an open case has a blank"
            if options.opened is not None
            else "a time must be a number; where the records hold dates, use opened, closed and as_of"
        )
        raise InputError("too many cases have a time or date that cannot be read", where=what, hint=hint)
    if counts["unknown"] > MOST_UNREADABLE * total and options.event_value is None:
        hint = "name the value that means that the case ended with event_value"
        raise InputError(
            f"the column {options.event!r} holds values that are neither yes nor no", where="event", hint=hint
        )
    if options.event_value is not None and total and not view.count(view.ended):
        hint = "write it as the records do, with capitals; if there is truly none, code the column as 1 and 0"
        raise InputError(f"no record has this value in the column {options.event!r}", where="event_value", hint=hint)
    if total and not view.count(view.used):
        raise InputError("no case has a time", where=what)
    rounded = int(view.cells.sums["rounded"].sum())
    if rounded and options.time_step is None:
        hint = "name the step in which they are counted, such as time_step: 0.1"
        raise InputError(f"{rounded:,} times are not whole numbers of {options.unit}", where=what, hint=hint)
