"""What an audit of processing times would like to show: sums over the finest cells, row by row.

Tables, each by group
  cases      how many
  standing   how many ended, how many had not
  rmst       at {horizon}: the restricted mean and its standard error; done by then
  share      at {within}: what a share done by a time rests on
  incidence  at {outcome, within}: the same for one way of ending
  quantile   at {quantile}: the time by which a share is done, with its ends at several levels
  curve      at {time}: as share, at times that lie apart by enough cases; followed at fewer of them
  closed     the same figures from closed cases alone, to so few digits that their number does not show
  bounds     what open cases leave open: how they may have gone on
  flags      at {flag}: of the ended cases, how many were reopened or reversed
  log_rank   at {between}: whether the curves of a column's groups are equal
  quality    cases that are left out, and why

A life table is no sum of counts, so what follows from one (a mean, a share, a quantile) is worked out here and shown as
whole numbers, where the cases and the events that it rests on may be shown. Times at which a single case ended are the
quantiles and their ends, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from counterproof.audits.duration.marks import Marks
from counterproof.audits.duration.options import DurationOptions
from counterproof.audits.duration.view import Mask, Member, View, groupings
from counterproof.counts import Cells, RowSum
from counterproof.reductions import UNREADABLE, Coded
from counterproof.reductions.durations import LEFT_OUT
from counterproof.stats import survival
from counterproof.stats.times import LEVELS

__all__ = ["MILLION", "NANO", "TINY", "sums"]

TINY, NANO, MILLION = 10**8, 10**9, 10**6
"""Scales of shown whole numbers: of times; of shares; of sizes and test statistics."""
NEVER = -1
"""In place of a time that is never reached."""
WORTH = {"cases": 10.0, "standing": 0.5, "rmst": 6.0, "share": 6.0, "quantile": 5.0, "flags": 3.0, "incidence": 3.0}


def sums(options: DurationOptions, cells: Cells, floor: int) -> list[RowSum]:
    """Every row of every table; see the module for what the tables are."""
    view = View.of(options, cells)
    members = [member for columns in groupings(options) for member in view.members(columns)]
    marks = Marks.of(options, view, members, floor)
    rows = list(_quality(options, view))
    for member in members:
        rows += _of_group(options, view, member, marks, floor)
    rows += _log_rank(options, view, members, floor)
    return [*rows, *marks.secrets()]


def _of_group(options: DurationOptions, view: View, member: Member, marks: Marks, floor: int) -> Iterator[RowSum]:
    yield _row(view, "cases", member, {}, {"records": view.used})
    yield _row(view, "standing", member, {}, {"ended": view.ended, "open": view.open})
    yield from _flags(options, view, member)
    if view.count(member.mask & view.used) < floor:
        return
    if member.table.emptied:
        return
    horizon = marks.horizon
    if horizon is not None:
        yield from _rmst(view, member, horizon)
    for within in options.within:
        yield _share(view, member, "share", {"within": within}, within, floor)
        yield from _incidence(options, view, member, within, floor)
    for share in (0.5, *map(float, options.quantiles)):
        yield _quantile(view, member, share, floor)
    yield from _closed(options, view, member, horizon, floor)
    if not view.late_entry:
        yield from _bounds(options, view, member, horizon)
    if member in marks.drawn:
        for time in sorted({*marks.curve, *marks.own}):
            yield _share(view, member, "curve", {"time": _plain(time)}, time, floor)
        for time in marks.at_risk:
            yield _row(view, "at_risk", member, {"time": _plain(time)}, {"at_risk": view.followed(time)})


def _row(
    view: View,
    table: str,
    member: Member,
    at: dict[str, str | int | float | bool | None],
    counts: dict[str, Mask],
    more: dict[str, int] | None = None,
) -> RowSum:
    """A row. What is withheld to protect others should be small: the worth of a row grows with its cases."""
    own = {name: mask & member.mask for name, mask in counts.items()}
    cases = max((view.count(mask) for mask in own.values()), default=0)
    return RowSum(table, member.labels, at, own, WORTH.get(table, 1.0) * (1 + cases), more or {})


def _plain(time: float) -> int | float:
    return int(time) if time == int(time) else time


def _rmst(view: View, member: Member, horizon: float) -> Iterator[RowSum]:
    mean, error = survival.rmst(member.table, horizon)
    counts = {"records": view.used, "done": view.done(horizon)}
    found = {"mean": round(mean * TINY), "standard_error": round(error * TINY)}
    yield _row(view, "rmst", member, {"horizon": _plain(horizon)}, counts, found)


def _share(
    view: View, member: Member, table: str, at: dict[str, str | int | float | bool | None], time: float, floor: int
) -> RowSum:
    """The share done by a time. Nobody may be left by fewer than ``floor`` beyond it, as with any rate."""
    life = member.table
    counts = {"records": view.used, "done": view.done(time)}
    followed, left = (view.count(member.mask & mask) for mask in (view.followed(time), view.lost(time)))
    if 0 < followed < floor:
        counts["followed"] = view.followed(time)
    s = survival.value_at(life, survival.kaplan_meier(life), time, 1.0)
    if s > 0 and followed == 0:
        return _row(view, table, member, at, counts, dict.fromkeys(_SHARE, NEVER))
    variance = s**2 * survival.value_at(life, survival.greenwood(life), time, 0.0) if 0 < s < 1 else 0.0
    moments = survival.product_moments(life, time)
    found = {
        "survival": round(s * NANO),
        "effective": round(s * (1 - s) / variance * MILLION) if variance > 0 else 0,
        "mean": NANO if moments is None else round(moments.mean * NANO),
        "size": 0 if moments is None else round(moments.size * MILLION),
        "further": _coarse(followed, left, floor),
    }
    return _row(view, table, member, at, counts, found)


_SHARE = ("survival", "effective", "mean", "size", "further")


def _coarse(followed: int, left: int, floor: int) -> int:
    """How many were followed further; where few left before, so roughly that those few cannot be worked out."""
    step = 2 * floor
    return followed if not 0 < left < floor else max(floor, followed // step * step)


def _incidence(options: DurationOptions, view: View, member: Member, within: float, floor: int) -> Iterator[RowSum]:
    """The share that ended in each way by a time, the others being in its way."""
    if options.outcome is None:
        return
    for kind, outcome in enumerate(view.outcomes):
        share, variance = survival.cumulative_incidence(member.table, kind, within)
        done = view.done(within) & (view.kind == kind)
        followed, left = (view.count(member.mask & mask) for mask in (view.followed(within), view.lost(within)))
        effective = share * (1 - share) / variance if variance > 0 else _coarse(followed, left, floor)
        found = {"share": round(share * NANO), "effective": round(effective * MILLION)}
        counts = {"records": view.used, "done": done}
        yield _row(view, "incidence", member, {"outcome": outcome, "within": _plain(within)}, counts, found)


def _quantile(view: View, member: Member, share: float, floor: int) -> RowSum:
    """The time by which a share is done; nothing where fewer than ``floor`` ended."""
    counts = {"records": view.used}
    if 0 < view.count(member.mask & view.ended) < floor:
        counts["ended"] = view.ended
    life = member.table
    last = _last(life, floor)
    found = {"time": _scaled(survival.quantile(life, share)), "last": _scaled(last)}
    for level in LEVELS:
        low, high = survival.quantile_limits(life, share, level)
        name = f"{1000 * level:.0f}"
        found |= {f"low_{name}": _scaled(low if high is not None else min(low, last)), f"high_{name}": _scaled(high)}
    return _row(view, "quantile", member, {"quantile": share}, counts, found)


def _scaled(time: float | None) -> int:
    return NEVER if time is None else round(time * TINY)


def _last(life: survival.LifeTable, floor: int) -> float:
    """The greatest time to which at least ``floor`` cases were followed."""
    followed = life.times[life.at_risk >= max(floor, 1)]
    return float(followed[-1]) if len(followed) else 0.0


def _closed(
    options: DurationOptions, view: View, member: Member, horizon: float | None, floor: int
) -> Iterator[RowSum]:
    """The figures that closed cases alone would give, to four digits: more would tell how many of them there are."""
    mine = member.mask & view.ended
    times, n = view.times[view.place[mine]], view.cells.n[mine]
    whole = int(n.sum())
    if not whole:
        return
    counts = {"records": view.used} if whole >= floor else {"records": view.used, "ended": view.ended}
    if horizon is not None:
        mean = float((np.minimum(times, horizon) * n).sum() / whole)
        yield _row(view, "closed", member, {"horizon": _plain(horizon)}, counts, {"value": _four(mean)})
    for within in options.within:
        share = float(n[times <= within].sum() / whole)
        yield _row(view, "closed", member, {"within": within}, counts, {"value": _four(share)})
    order = np.argsort(times, kind="stable")
    reached = np.cumsum(n[order])
    for share in (0.5, *map(float, options.quantiles)):
        least = int(np.searchsorted(reached, share * reached[-1] - 1e-9))
        found = {"value": _scaled(float(times[order][least]))}
        yield _row(view, "closed", member, {"quantile": share}, counts, found)


def _four(value: float) -> int:
    return round(float(f"{value:.4g}") * TINY)


def _bounds(options: DurationOptions, view: View, member: Member, horizon: float | None) -> Iterator[RowSum]:
    """What is possible if those who were last seen open may have ended the next day, or never."""
    for within in options.within:
        lost = view.lost(within)
        if view.count(member.mask & lost):
            counts = {"records": view.used, "done": view.done(within), "lost": lost}
            yield _row(view, "bounds", member, {"within": within}, counts)
    if horizon is None:
        return
    lost = view.lost(horizon)
    if view.count(member.mask & lost):
        counts = {"records": view.used, "done": view.done(horizon), "lost": lost}
        found = {}
        for name, gone in (("low", 0.0), ("high", horizon)):
            mine = member.mask & view.used
            time = np.minimum(view.times[view.place[mine]], horizon)
            time = np.maximum(time, np.where(lost[mine], gone, 0.0))
            whole = [round(float(each) * MILLION) for each in time]
            n = [int(count) for count in view.cells.n[mine]]
            found[f"{name}_total"] = sum(each * count for each, count in zip(whole, n, strict=True))
            found[f"{name}_squares"] = sum(each**2 * count for each, count in zip(whole, n, strict=True)) // MILLION
        yield _row(view, "bounds", member, {"horizon": _plain(horizon)}, counts, found)


def _flags(options: DurationOptions, view: View, member: Member) -> Iterator[RowSum]:
    for name in ("reopened", "reversed"):
        column = getattr(options, name)
        if column is not None:
            value = view.cells.column(Coded(column).name)
            known = view.ended & ((value == "1") | (value == "0"))
            yield _row(view, "flags", member, {"flag": name}, {"yes": view.ended & (value == "1"), "known": known})


def _log_rank(options: DurationOptions, view: View, members: Sequence[Member], floor: int) -> Iterator[RowSum]:
    """The log-rank statistic of each column, over its groups that have a label, enough cases and enough events."""
    everybody = members[0]
    for column in options.splits:
        groups = [
            member
            for member in members
            if member.columns == (column,)
            and None not in member.labels.values()
            and view.count(member.mask & view.used) >= floor
            and view.count(member.mask & view.ended) >= max(floor, 1)
        ]
        if len(groups) < 2:
            continue
        chi2, degrees = survival.log_rank([member.table for member in groups])
        counts = {f"records_{place}": member.mask & view.used for place, member in enumerate(groups)}
        found = {"statistic": round(chi2 * MILLION), "degrees": degrees}
        yield _row(view, "log_rank", everybody, {"between": column}, counts, found)


def _quality(options: DurationOptions, view: View) -> Iterator[RowSum]:
    how = view.cells.column("how")
    counts: dict[str, Mask] = {"used": view.used} | {name: how == name for name in LEFT_OUT}
    if options.opened is not None:
        counts["later"] = how == "later"
    else:
        counts.pop("late")
    if options.entry is None:
        counts.pop("early")
    if options.opened is not None:
        counts.pop("unknown")
    for name in ("reopened", "reversed"):
        if (column := getattr(options, name)) is not None:
            counts[f"unreadable_{name}"] = view.ended & (view.cells.column(Coded(column).name) == UNREADABLE)
    for column in options.groups:
        counts[f"missing_group.{column}"] = view.used & np.array(
            [value is None for value in view.cells.column(column)], dtype=bool
        )
    everybody = np.ones(len(view.cells.keys), dtype=bool)
    cases = view.count(view.used)
    yield RowSum("quality", {}, {}, {name: mask & everybody for name, mask in counts.items()}, 4.0 * (1 + cases))
