"""Naive forecasts made inside the engine from the observations known on the day of the forecast, and from no others.

A naive forecast exists only where an observation does: it is made for targets that were observed, to be scored beside
the forecasts of them. Last value and seasonal: the observation, plus and minus each past change over as many steps, so
that the middle is the observation itself. Climatology: every past observation of the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions.forecasts import LEAST_HISTORY, MILLION, NAIVE, Form
from counterproof.sources.counting.forecast_rows import KEYS, WIDE, Levels, Spacing

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table, Value

    from counterproof.sources.counting.session import Session

__all__ = ["MOST_HISTORY", "absolute_changes", "latest", "naive", "points_ahead"]

BY_FORECAST = tuple(key for key in KEYS if key != "model")
MOST_HISTORY = 104
"""Past observations, and past changes, that a naive forecast looks back on: two years of weeks."""


def points_ahead(observed: Table, ahead: tuple[int, ...]) -> Table:
    """What naive forecasts are made for where there are no others: each observation, so many steps ahead of it."""
    steps = [_at_step(observed, number) for number in ahead]
    return ibis.union(steps[0], *steps[1:]) if len(steps) > 1 else steps[0]


def _at_step(observed: Table, ahead: int) -> Table:
    before = observed.select(place_before="place", step_before="step", day_before="day")
    joined = observed.join(
        before, (observed.place == before.place_before) & (before.step_before == observed.step - ahead)
    )
    return joined.select("place", "step", origin="day_before", horizon=ibis.literal(ahead).cast("int64"))


def latest(points: Table, observed: Table) -> Table:
    """The points with the last observation known on the day: its step and its value; those without one are left out."""
    before = observed.select(place_known="place", step_known="step", day_known="day", y_known="y")
    known = points.join(before, (points.place == before.place_known) & (before.day_known <= points.origin))
    # one row a place and origin, whatever the targets
    last = known.group_by("place", "origin").agg(last=known.step_known.max(), known=known.count().cast("int64"))
    right = last.select(place_last="place", origin_last="origin", last="last", known="known")
    joined = points.join(right, (points.place == right.place_last) & (points.origin == right.origin_last))
    joined = joined.drop("place_last", "origin_last")
    value = observed.select(place_value="place", step_value="step", y_last="y")
    found = joined.join(value, (joined.place == value.place_value) & (joined["last"] == value.step_value))
    return found.drop("place_value", "step_value")


def naive(
    session: Session, points: Table, observed: Table, levels: Levels, spacing: Spacing, form: Form, scale: int
) -> Table:
    """The naive forecasts of points that ``latest`` completed, in the form of ``forecasts``, with ``y``."""
    ahead = points.filter(points.step > points["last"])
    ahead = ahead.mutate(gap=ahead.step - ahead["last"], base=ahead["last"], y_base=ahead.y_last)
    made = [_of_base(session, NAIVE[0], ahead, observed, levels, form, scale)]
    if spacing.season > 0:
        made.append(
            _of_base(session, NAIVE[1], _a_season_ago(ahead, observed, spacing.season), observed, levels, form, scale)
        )
    made.append(_climatology(session, ahead, observed, levels, form, scale))
    return ibis.union(made[0], *made[1:])


def _a_season_ago(points: Table, observed: Table, season: int) -> Table:
    """The points with the observation so many whole seasons ago as are needed for it to be known."""
    seasons = ((points.gap - 1) // season + 1) * season
    moved = points.mutate(gap=seasons.cast("int64")).drop("base", "y_base")
    moved = moved.mutate(base=moved.step - moved.gap)
    value = observed.select(place_base="place", step_base="step", y_base="y")
    joined = moved.join(value, (moved.place == value.place_base) & (moved.base == value.step_base))
    return joined.drop("place_base", "step_base")


def _of_base(
    session: Session, name: str, points: Table, observed: Table, levels: Levels, form: Form, scale: int
) -> Table:
    """Forecasts around one observation: itself where a point is asked for, else with the spread of past changes."""
    if form in ("point", "probability"):
        return _finished(points, name, q0=points.y_base.cast("float64"))
    gaps = sorted(int(gap) for (gap,) in session.ask("steps ahead", points.select("gap").distinct().order_by("gap")))
    # one after the other: the engine holds every change that a forecast looks back on
    made = [_around(session, f"{name}, {gap} ahead", points, observed, gap, levels, form, scale) for gap in gaps or [1]]
    every = ibis.union(made[0], *made[1:]) if len(made) > 1 else made[0]
    return _finished(every, name)


def _around(
    session: Session, what: str, points: Table, observed: Table, gap: int, levels: Levels, form: Form, scale: int
) -> Table:
    """The points that lie ``gap`` steps ahead, with their base plus and minus each past change over as many."""
    here = points.filter(points.gap == gap)
    change = _changes(observed, gap)
    keys = ("place", "last")
    cases = here.select(*keys).distinct() if form == "quantile" else here
    near = cases.join(
        change,
        (cases.place == change.place_change)
        & (change.step_change <= cases["last"])
        & (change.step_change > cases["last"] - MOST_HISTORY),
    )
    base = ibis.literal(0.0) if form == "quantile" else near.y_base
    sides = ibis.union(*(near.mutate(value=base + sign * near.change) for sign in (1, -1)))
    if form != "quantile":
        return _spread(sides, BY_FORECAST, levels, form, scale, LEAST_HISTORY * 2)
    found = session.keep(what, _spread(sides, keys, levels, form, scale, LEAST_HISTORY * 2))
    return _given(here, found, here.y_base)


def _given(points: Table, spread: Table, base: Value) -> Table:
    """The forecasts of points: their base and the spread that goes with their place and the last value known."""
    right = spread.rename(place_alike="place", last_alike="last")
    left = points.mutate(add=base)
    joined = left.join(right, (left.place == right.place_alike) & (left["last"] == right.last_alike))
    levels = {column: joined["add"] + joined[column] for column in spread.columns if column not in ("place", "last")}
    return joined.select(*BY_FORECAST, **levels)


def _changes(observed: Table, gap: int) -> Table:
    before = observed.select(place_before="place", step_before="step", y_before="y")
    pair = observed.join(before, (observed.place == before.place_before) & (before.step_before == observed.step - gap))
    return pair.select(place_change="place", step_change="step", change=pair.y - pair.y_before)


def _climatology(session: Session, points: Table, observed: Table, levels: Levels, form: Form, scale: int) -> Table:
    past = observed.select(place_past="place", step_past="step", value="y")
    cases = points.select("place", "last").distinct() if form == "quantile" else points
    known = cases.join(
        past,
        (cases.place == past.place_past)
        & (past.step_past <= cases["last"])
        & (past.step_past > cases["last"] - MOST_HISTORY),
    )
    if form != "quantile":
        return _finished(_spread(known, BY_FORECAST, levels, form, scale, LEAST_HISTORY), NAIVE[2])
    found = _spread(known, ("place", "last"), levels, form, scale, LEAST_HISTORY)
    return _finished(_given(points, session.keep(NAIVE[2], found), ibis.literal(0.0)), NAIVE[2])


def _spread(values: Table, by: Sequence[str], levels: Levels, form: Form, scale: int, least: int) -> Table:
    """A forecast from the values that a point has, where there are enough of them: ``by``, then its levels."""
    if form == "probability":  # outcomes are 0 and 1, so that their mean is the rate of the past
        summed = values.group_by(*by).agg(n=values.count().cast("int64"), q0=values["value"].mean())
        return summed.filter(summed.n >= least).drop("n")
    # all levels at once: one quantile each would hold the values of every forecast once a level
    codes = [code / MILLION for code in levels.codes]
    if form != "sample":
        summed = values.group_by(*by).agg(n=values.count().cast("int64"), every=values["value"].quantile(codes))
        return _parts(summed.filter(summed.n >= least), by, levels)
    one = ibis.window(group_by=list(by))
    rank = ibis.row_number().over(ibis.window(group_by=list(by), order_by=values["value"])) + 1
    ranked = values.mutate(rank=rank.cast("float64"), size=values.count().over(one).cast("float64"))
    ranked = ranked.mutate(
        inner=((2 * ranked["rank"] - ranked["size"] - 1) * ranked["value"] * scale).round().cast(WIDE),
        away=((ranked["value"] - ranked.y).abs() * scale).round().cast(WIDE),
    )
    summed = ranked.group_by(*by).agg(
        n=ranked.count().cast("int64"),
        inner=ranked.inner.sum().cast("float64"),
        away=ranked.away.sum().cast("float64"),
        every=ranked["value"].quantile(codes),
    )
    crps = (summed.away / summed.n - summed.inner / (summed.n * summed.n)).round().cast("int64")
    return _parts(summed.mutate(crps=crps).filter(summed.n >= least), (*by, "crps"), levels)


def _parts(summed: Table, keep: Sequence[str], levels: Levels) -> Table:
    return summed.select(*keep, **{f"q{place}": summed.every[place] for place in range(len(levels.codes))})


def _finished(table: Table, name: str, **more: Column) -> Table:
    """``KEYS``, then levels in order, then CRPS where there is one."""
    made = table.mutate(model=ibis.literal(name), **more)
    names = [column for column in made.columns if column == "crps" or (column[:1] == "q" and column[1:].isdigit())]
    order = sorted(names, key=lambda column: (column == "crps", int(column[1:]) if column != "crps" else 0))
    return made.select(*KEYS, *order)


def absolute_changes(observed: Table, scale: int) -> Table:
    """Per place the mean size of a change over one step, times ``scale``: what MASE divides by."""
    pair = _changes(observed, 1)
    size = (pair.change.abs() * scale).round().cast(WIDE)
    found = (
        pair.mutate(size=size)
        .group_by(place_scale="place_change")
        .agg(size=lambda t: t["size"].sum().cast("float64"), pairs=lambda t: t.count().cast("int64"))
    )
    return found.select("place_scale", mean_change=found["size"] / found.pairs).filter(lambda t: t.mean_change > 0)
