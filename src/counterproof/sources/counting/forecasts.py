"""Forecasts scored inside the engine: sums by model, horizon, origin and place, and what was missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import MAX_CELLS
from counterproof.reductions.forecasts import DIMENSIONS, NAIVE, Scores
from counterproof.sources.counting import cast, forecast_rows, forecast_scores
from counterproof.sources.counting.forecast_naive import absolute_changes, latest, naive, points_ahead
from counterproof.sources.counting.forecast_rows import KEYS, Levels, Spacing
from counterproof.sources.counting.months import month_name

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_DIGITS = 14
_MOST_DIGITS = 9
_MOST_FAN = 20_000
_FAN = (50_000, 250_000, 500_000, 750_000, 950_000)

_Key = tuple[str | None, ...]


class _Found:
    """Cells as they come in: keys, and numbers by name."""

    def __init__(self) -> None:
        self.keys: list[_Key] = []
        self.rows: list[dict[str, int]] = []

    def put(self, table: str, numbers: dict[str, int], **values: str | None) -> None:
        """Add a cell."""
        self.keys.append((table, *(values.get(name) for name in DIMENSIONS[1:])))
        self.rows.append(numbers)
        if len(self.keys) > MAX_CELLS:
            hint = "score fewer models, horizons or origins at a time, with where"
            raise InputError(f"more than {MAX_CELLS:,} sums of scores would leave the records", hint=hint)

    def cells(self, records: int) -> Cells:
        """All of them, in text order."""
        order = sorted(range(len(self.keys)), key=lambda at: [(part is None, part or "") for part in self.keys[at]])
        names = sorted({name for row in self.rows for name in row})
        sums = {
            name: np.array([self.rows[at].get(name, 0) for at in order], dtype=object) for name in names if name != "n"
        }
        n = np.array([self.rows[at].get("n", 0) for at in order], dtype=np.int64)
        return Cells(DIMENSIONS, tuple(self.keys[at] for at in order), n, records, sums)


def run(session: Session, reduction: Scores) -> Cells:
    """See ``Scores``."""
    rows = forecast_rows.raw_rows(session, reduction)
    levels = forecast_rows.levels_of(session, rows, reduction)
    if reduction.baseline is not None and reduction.baseline not in levels.models:
        raise InputError("no forecast has this model", where="baseline", hint="write the model as the records do")
    observed, spacing, largest = forecast_rows.observations(session, rows, reduction)
    observed = session.keep("series", observed)
    digits = _digits(max(largest, levels.largest, 1.0 if reduction.form == "probability" else 0.0))
    found = _Found()
    wide = _joined(session, rows, reduction, levels, spacing, observed, 10**digits, found)
    units = session.keep("scores", forecast_scores.scored(wide, reduction, levels, 10**digits))
    _put_sums(session, units, found)
    _put_quality(found, levels)
    _put_models(session, units, found)
    if reduction.form in ("quantile", "sample"):
        _put_histogram(session, units, levels, found)
    _put_fan(session, wide, levels, spacing, 10**digits, found)
    found.put("scale", {"digits": digits, "season": spacing.season, "monthly": int(spacing.monthly)})
    for code in levels.codes:
        found.put("levels", {"code": code}, item=f"{code:07d}")
    return found.cells(levels.rows)


def _digits(largest: float) -> int:
    """So many decimals of a score are kept that whole numbers stay below 10^14."""
    size = math.ceil(math.log10(largest)) if largest > 0 else 0
    return max(0, min(_MOST_DIGITS if largest >= 1 else 12, _DIGITS - size))


def _joined(
    session: Session,
    rows: Table,
    reduction: Scores,
    levels: Levels,
    spacing: Spacing,
    observed: Table,
    scale: int,
    found: _Found,
) -> Table:
    """Forecasts and naive ones with the observation, the last known one and the place's mean change."""
    y = observed.select(place_y="place", step_y="step", y="y")
    numbers = [f"q{place}" for place in range(len(levels.codes))] + (["crps"] if reduction.form == "sample" else [])
    made: Table | None = None
    if reduction.form == "none":
        points = points_ahead(observed, reduction.ahead)
    else:
        every = session.keep("forecasts", forecast_rows.forecasts(session, rows, reduction, levels, spacing, scale))
        _refuse_repeats(session, every, reduction, levels)
        complete = every.filter(*(every[name].notnull() for name in numbers))
        made = complete.join(y, (complete.place == y.place_y) & (complete.step == y.step_y)).drop("place_y", "step_y")
        _put_missing(session, every, complete, made, found)
        made = made.select(*KEYS, *numbers, "y")
        points = made.select("place", "origin", "step", "horizon").distinct()
    known = session.keep("points", latest(points, observed))
    with_y = known.join(y, (known.place == y.place_y) & (known.step == y.step_y)).drop("place_y", "step_y")
    own = naive(session, with_y, observed, levels, spacing, _naive_form(reduction), scale)
    theirs = own.join(y, (own.place == y.place_y) & (own.step == y.step_y)).select(*KEYS, *numbers, "y")
    every = theirs if made is None else ibis.union(made, theirs)
    last = known.select(place_last="place", origin_last="origin", y_last="y_last").distinct()
    every = every.left_join(last, (every.place == last.place_last) & (every.origin == last.origin_last))
    every = every.select(*KEYS, *numbers, "y", "y_last")
    change = absolute_changes(observed, scale)
    every = every.left_join(change, every.place == change.place_scale).drop("place_scale")
    return session.keep("forecasts with observations", every)


def _naive_form(reduction: Scores) -> Any:
    return "point" if reduction.form == "none" else reduction.form


def _refuse_repeats(session: Session, every: Table, reduction: Scores, levels: Levels) -> None:
    """InputError for forecasts that stand twice: adding them up would be wrong without a word."""
    filled = sum(
        (cast.one(every[f"q{place}"].notnull()) for place in range(1, len(levels.codes))), cast.one(every.q0.notnull())
    )
    twice = every.n > (every.draws if reduction.form == "sample" else filled)
    repeated = every.group_by(*KEYS).agg(times=lambda t: t.count()).filter(lambda t: t.times > 1)
    asked = every.agg(twice=cast.one(twice).sum().cast("int64"), undated=cast.one(_undated(every)).sum().cast("int64"))
    double, undated = session.ask("repeated forecasts", asked)[0]
    again = session.ask("forecasts written in two ways", repeated.agg(n=lambda t: t.count().cast("int64")))[0][0]
    if undated:
        hint = "dates are read as 2024-03-31, 3/31/2024, 31.03.2024, 31-MAR-2024 or 20240331"
        raise InputError(f"{undated:,} forecasts have a date that cannot be read", where="origin", hint=hint)
    if total := (double or 0) + again:
        hint = "name the column that tells them apart (model, place, horizon), or keep one of them with where"
        raise InputError(f"{total:,} forecasts stand more than once", where="predicted", hint=hint)
    if reduction.form == "probability":
        beyond = every.agg(n=cast.one((every.q0 < 0) | (every.q0 > 1)).sum().cast("int64"))
        if count := session.ask("probabilities", beyond)[0][0]:
            hint = "divide per cent by 100, or leave out predicted_is"
            raise InputError(f"{count:,} forecasts are no probabilities", where="predicted", hint=hint)


def _undated(every: Table) -> Any:
    from counterproof.sources.counting.dates import NO_DATE

    return (every.origin == NO_DATE).fill_null(True) | every.step.isnull()


def _put_missing(session: Session, every: Table, complete: Table, observed: Table, found: _Found) -> None:
    """How many forecasts lack a level or an observation."""
    counts = {
        name: int(session.ask(name, table.agg(n=table.count().cast("int64")))[0][0])
        for name, table in (
            ("all forecasts", every),
            ("complete forecasts", complete),
            ("observed forecasts", observed),
        )
    }
    found.put("quality", {"n": counts["all forecasts"]}, item="forecasts")
    found.put("quality", {"n": counts["all forecasts"] - counts["complete forecasts"]}, item="incomplete")
    found.put("quality", {"n": counts["complete forecasts"] - counts["observed forecasts"]}, item="unobserved")


def _put_sums(session: Session, units: Table, found: _Found) -> None:
    by = ("model", "horizon", "origin")
    table = forecast_scores.summed(units, by)
    for values, numbers in _rows(session, "scores", table, by):
        found.put("scores", numbers, **values)
    own = [name for name in units.columns if name == "score" or name.startswith("inside")]
    by_place = forecast_scores.by_place(units, own)
    for values, numbers in _rows(session, "scores by place", by_place, ("model", "place")):
        found.put("places", numbers, **values)
    between = ("model", "other", "horizon", "origin")
    for values, numbers in _rows(session, "scores in pairs", forecast_scores.pairs(units), between):
        found.put("pairs", numbers, **values)


def _rows(
    session: Session, name: str, table: Table, by: Sequence[str]
) -> Iterable[tuple[dict[str, str | None], dict[str, int]]]:
    """Labels and numbers of each row of a summed table."""
    numbers = [column for column in table.columns if column not in by]
    for row in session.ask(name, table.select(*by, *numbers).order_by(*by).limit(MAX_CELLS + 1)):
        labels = {column: _label(column, value) for column, value in zip(by, row, strict=False)}
        yield labels, {column: int(value or 0) for column, value in zip(numbers, row[len(by) :], strict=True)}


def _label(column: str, value: Any) -> str | None:
    if column == "horizon":
        return forecast_scores.no_horizon(value)
    if column == "origin":
        return _day(int(value))
    return str(value) or None


def _day(day: int) -> str:
    import datetime as dt

    return dt.date.fromordinal(day + 719163).isoformat()


def _put_quality(found: _Found, levels: Levels) -> None:
    found.put("quality", {"n": levels.unreadable}, item="unreadable")
    found.put("quality", {"n": levels.dropped}, item="levels_left_out")


def _put_models(session: Session, units: Table, found: _Found) -> None:
    """How many targets any model forecast, and how many each did."""
    plain = units.filter(~units.naive)
    targets = plain.select("place", "origin", "step", "horizon").distinct()
    whole = int(session.ask("targets of any model", targets.agg(n=targets.count().cast("int64")))[0][0])
    found.put("quality", {"n": whole}, item="targets")
    each = plain.group_by("model").agg(n=lambda t: t.count().cast("int64"))
    for model, n in session.ask("targets of each model", each.order_by("model")):
        found.put("models", {"n": int(n)}, model=str(model) or None)


def _put_histogram(session: Session, units: Table, levels: Levels, found: _Found) -> None:
    counted = units.group_by("model", "part").agg(n=lambda t: t.count().cast("int64"))
    tally = {
        (str(model) or None, int(part)): int(n)
        for model, part, n in session.ask("histogram", counted.order_by("model", "part"))
    }
    for model in dict.fromkeys(model for model, _ in tally):
        for part in range(len(levels.codes) + 1):
            found.put("histogram", {"n": tally.get((model, part), 0)}, model=model, item=f"{part:03d}")


def _put_fan(session: Session, wide: Table, levels: Levels, spacing: Spacing, scale: int, found: _Found) -> None:
    """The last forecast of each target at the least horizon; nothing where they are too many for a chart."""
    plain = wide.filter(~wide.model.isin(NAIVE))
    size = plain.agg(n=plain.count().cast("int64"), least=plain.horizon.min())
    n, least = session.ask("size of the fan", size)[0]
    if not n:
        return
    nearest = plain.filter(plain.horizon == int(least))
    if int(session.ask("forecasts of the fan", nearest.agg(n=nearest.count().cast("int64")))[0][0]) * 2 > _MOST_FAN:
        return
    names = {code: f"q{levels.codes.index(code)}" for code in _FAN if code in levels.codes}
    rows = nearest.select(
        "model",
        "place",
        "origin",
        "step",
        y=nearest.y,
        **{f"level{code}": nearest[name] for code, name in names.items()},
    )
    last: dict[tuple[Any, ...], dict[str, int]] = {}
    for model, place, _, step, y, *values in session.ask("fan", rows.order_by("model", "place", "origin", "step")):
        numbers = {"y": round(y * scale)}
        numbers |= {f"level{code}": round(value * scale) for code, value in zip(names, values, strict=True)}
        last[model, place, int(step)] = numbers
    for (model, place, step), numbers in last.items():
        target = month_name(step) if spacing.monthly else _day(spacing.first + step * spacing.days)
        found.put("fan", numbers, model=model or None, place=place or None, origin=target, item=f"{step:09d}")
