"""At which times the curves of all groups are shown, so that no few cases lie between two of them.

All groups share their times, as the steps of a score do: with shared times no difference between two groups' curves is
a small count, and what the curves leave of groups that are too small for one is secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.duration.options import DurationOptions
from counterproof.audits.duration.view import Member, View
from counterproof.counts import RowSum
from counterproof.errors import InputError

__all__ = ["Marks"]

MOST_POINTS = 16
LEAST_STEPS = 4
"""A curve is drawn for a group with this many times ``floor`` events, or it would be a point or two."""
MOST_DRAWN = 24


@dataclass(frozen=True)
class Marks:
    """The times that are shown.

    horizon  up to which means are taken; None where no mean is asked for
    curve    where the curve is shown for each group in ``drawn``
    at_risk  where the number at risk stands with it
    """

    view: View
    members: tuple[Member, ...]
    drawn: tuple[Member, ...]
    own: tuple[float, ...]
    horizon: float | None
    curve: tuple[float, ...]
    at_risk: tuple[float, ...]
    floor: int

    @classmethod
    def of(cls, options: DurationOptions, view: View, members: Sequence[Member], floor: int) -> Marks:
        """The marks of an audit. Raises InputError for a horizon beyond the follow-up of a group."""
        large = [m for m in members if view.count(m.mask & view.used) >= max(floor, 1) and not m.table.emptied]
        horizon = _horizon(options, view, large, floor) if "rmst" in options.measures else None
        own = sorted({*map(float, options.within), *([horizon] if horizon is not None else [])})
        plain = [m for m in large if len(m.columns) <= 1]
        drawn = [m for m in plain if view.count(m.mask & view.ended) >= LEAST_STEPS * max(floor, 1)][:MOST_DRAWN]
        drawn = drawn if options.curves else []
        tallies = [_tally(view, member) for member in drawn]
        curve = _curve(view.times, tallies, own, floor) if drawn else ()
        at_risk = _followed(view.times, tallies, sorted({*curve, *own}), floor) if not view.late_entry else ()
        return cls(view, tuple(members), tuple(drawn), tuple(own), horizon, curve, at_risk, floor)

    def secrets(self) -> Iterator[RowSum]:
        """Small counts between any two marks, which the shown counts of other groups could give."""
        view, floor = self.view, self.floor
        marks = sorted({*self.own, *self.curve, *self.at_risk})
        for member in self.members:
            for kind, side, edge in (("ended", view.ended, "right"), ("open", view.open, "left")):
                inner = np.searchsorted(view.times, marks, side=edge)  # type: ignore[call-overload]
                places = [0, *map(int, inner), len(view.times)]
                mine = member.mask & side
                tally = np.bincount(view.place[mine], view.cells.n[mine], len(view.times)).astype(np.int64)
                upto = np.concatenate([[0], np.cumsum(tally)])
                for first in range(len(places)):
                    for last in range(first + 1, len(places)):
                        if 0 < upto[places[last]] - upto[places[first]] < floor:
                            mask = mine & (view.place >= places[first]) & (view.place < places[last])
                            at = {"from": first, "to": last}
                            yield RowSum("secret", member.labels, at, {kind: mask}, 0.0, secret=True)


def _horizon(options: DurationOptions, view: View, members: Sequence[Member], floor: int) -> float | None:
    """The plan's horizon, or the greatest to which every group can be followed with ``floor`` cases left."""
    open_ended = [m for m in members if len(m.table.times) and (m.table.died < m.table.at_risk).all()]
    if options.horizon is None:
        ends = [_last(member, max(floor, 1)) for member in open_ended]
        found = min(ends) if ends else max((float(m.table.times[-1]) for m in members if len(m.table.times)), default=0)
        return found if found > 0 else None
    longest = min((float(member.table.times[-1]) for member in open_ended), default=float(options.horizon))
    if options.horizon > longest:
        what = f"the records of some group do not reach so far: the longest usable horizon is {longest:g}"
        hint = "choose a shorter one, or leave horizon out; a later as-of date would allow a longer one"
        raise InputError(what, where="horizon", hint=hint)
    return float(options.horizon)


def _last(member: Member, floor: int) -> float:
    followed = member.table.times[member.table.at_risk >= floor]
    return float(followed[-1]) if len(followed) else 0.0


def _tally(view: View, member: Member) -> NDArray[np.int64]:
    """Ends and exits of a group at each time, shape (times, 2)."""
    found = np.zeros((len(view.times), 2), dtype=np.int64)
    for column, side in enumerate((view.ended, view.open)):
        mine = member.mask & side
        np.add.at(found[:, column], view.place[mine], view.cells.n[mine])
    return found


def _curve(
    times: NDArray[np.float64], tallies: Sequence[NDArray[np.int64]], own: Sequence[float], floor: int
) -> tuple[float, ...]:
    """Times between which each group has ``floor`` ends, also from the plan's own times; about ``MOST_POINTS``."""
    ended = np.stack([tally[:, 0] for tally in tallies], axis=1)
    least = np.maximum(max(floor, 1), -(-ended.sum(axis=0) // MOST_POINTS))
    edges = [0, *(int(np.searchsorted(times, mark, side="right")) for mark in own), len(times)]
    kept: list[int] = []
    for first, last in pairwise(edges):
        inside: list[int] = []
        between = np.zeros(ended.shape[1], dtype=np.int64)
        for place in range(first, last):
            between = between + ended[place]
            if bool((between >= least).all()) and place + 1 < last:
                inside.append(place)
                between = np.zeros_like(between)
        if inside and not bool((between >= max(floor, 1)).all()):
            inside.pop()
        kept += inside
    return tuple(float(times[place]) for place in kept)


def _followed(
    times: NDArray[np.float64], tallies: Sequence[NDArray[np.int64]], marks: Sequence[float], floor: int
) -> tuple[float, ...]:
    """The marks between which each group lost none or at least ``floor``, and after which so many or none are left."""
    kept: list[float] = []
    before = 0
    for mark in marks:
        place, after = (int(np.searchsorted(times, mark, side=side)) for side in ("left", "right"))
        lost = [int(tally[before:place, 1].sum()) for tally in tallies]
        left = [int(tally[after:, 0].sum() + tally[place:, 1].sum()) for tally in tallies]
        if all(count == 0 or count >= floor for count in (*lost, *left)):
            kept.append(mark)
            before = place
    return tuple(kept)
