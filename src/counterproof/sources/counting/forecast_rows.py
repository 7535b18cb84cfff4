"""Forecasts and observations as an engine's table holds them, brought to one row an observation and one a forecast.

What is grouped by stays as it is written until it is grouped: a table has a row a quantile, and a forecast many.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.errors import InputError
from counterproof.reductions.forecasts import MILLION, Scores, Target
from counterproof.sources.counting import cast
from counterproof.sources.counting.dates import MONTHS, NO_DATE, Order, day_orders, last_of_month, with_days, with_month

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.sources.counting.session import Session

__all__ = [
    "KEYS",
    "NONE",
    "WIDE",
    "Levels",
    "Spacing",
    "forecasts",
    "levels_of",
    "observations",
    "raw_rows",
    "with_step",
]

KEYS = ("model", "place", "origin", "step", "horizon")
"""What tells one forecast from another: ``step`` is the target's place in the series of observations."""

NONE = -1
"""In place of a horizon where there is none."""

_SPREAD = (50_000, 250_000, 500_000, 750_000, 950_000)
"""Levels at which forecasts that come as samples are looked at."""
_MIDDLE = MILLION // 2
WIDE = "decimal(38, 0)"


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far targets lie apart: in calendar months, or in ``days``. ``season`` counts steps."""

    monthly: bool
    first: int
    days: int
    season: int
    starts: bool = False
    """Months are named by their first day: what was observed in them is known at their end."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels that all models have in pairs around the median, in millionths, and what was seen on the way."""

    codes: tuple[int, ...]
    dropped: int
    largest: float
    rows: int
    unreadable: int
    models: tuple[str, ...]


def raw_rows(session: Session, reduction: Scores) -> Table:
    """The columns of the plan under fixed names, numbers as numbers, all else as it is written."""
    table = session.table
    names = {
        "model": reduction.model,
        "place": reduction.place,
        "horizon": reduction.horizon,
        "origin": reduction.origin,
    }
    found: dict[str, Any] = {
        f"{name}_raw": ibis.literal("") if column is None else table[column] for name, column in names.items()
    }
    target = {f"target{place}": table[column] for place, column in enumerate(reduction.target.columns)}
    observed = table[reduction.observed]
    if reduction.form == "probability":
        code = cast.coded(observed, None)
        y = ibis.ifelse(code >= 0, code, ibis.null("int8")).cast("float64")
    else:
        y = cast.number(observed).cast("float64")
    q = ibis.null("float64") if reduction.predicted is None else cast.number(table[reduction.predicted]).cast("float64")
    written = ibis.literal(False) if reduction.predicted is None else ~cast.missing(table[reduction.predicted])
    if reduction.level is None:
        code = ibis.literal(_MIDDLE)
    else:
        code = (cast.number(table[reduction.level]).cast("float64") * MILLION).round()
    sample = ibis.literal("") if reduction.sample is None else table[reduction.sample].cast("string")
    return table.select(**found, **target, y=y, q=q, written=written, code=code.cast("int64"), sample=sample)


def levels_of(session: Session, rows: Table, reduction: Scores) -> Levels:
    """Which levels all models share. InputError where there are none, or a level is no share."""
    summed = rows.group_by("model_raw", "code").agg(
        n=lambda t: cast.one(t.q.notnull()).sum().cast("int64"),
        unread=lambda t: cast.one(t.written & t.q.isnull()).sum().cast("int64"),
        rows=lambda t: t.count().cast("int64"),
        largest=lambda t: t.q.abs().max(),
    )
    by: dict[str, set[int]] = {}
    total, unreadable, largest, bad = 0, 0, 0.0, 0
    for model, code, n, unread, count, most in session.ask("levels", summed.order_by("model_raw", "code")):
        total, unreadable = total + count, unreadable + unread
        largest = max(largest, most or 0.0)
        if n and (code is None or not 0 < code < MILLION) and reduction.form != "sample":
            bad += n
        elif n:
            by.setdefault(str(model or "").strip(), set()).add(int(code))
    if bad:
        hint = "a level lies between 0 and 1, such as 0.25; divide per cent by 100"
        raise InputError(f"{bad:,} forecasts have a level that is none", where="quantile_level", hint=hint)
    if reduction.form == "none":
        return Levels((_MIDDLE,), 0, largest, total, unreadable, ())
    if not by:
        raise InputError("no row has a forecast", where="predicted")
    if reduction.form == "sample":
        return Levels(_SPREAD, 0, largest, total, unreadable, tuple(sorted(by)))
    common = set.intersection(*by.values())
    paired = {code for code in common if MILLION - code in common}
    if not paired:
        hint = "forecasts need the median, or pairs of levels such as 0.05 and 0.95, the same for all models"
        raise InputError("the models have no pair of quantile levels in common", where="quantile_level", hint=hint)
    dropped = len(set.union(*by.values()) - paired)
    return Levels(tuple(sorted(paired)), dropped, largest, total, unreadable, tuple(sorted(by)))


def observations(session: Session, rows: Table, reduction: Scores) -> tuple[Table, Spacing, float]:
    """One row an observation (place, step, day, y), how far targets lie apart, and the largest observation.

    InputError for an observation that stands with several values, and for targets without a readable date.
    """
    targets = [name for name in rows.columns if name.startswith("target")]
    seen = rows.filter(rows.y.notnull()).group_by("place_raw", *targets)
    grouped = seen.agg(
        low=lambda t: t.y.min(), high=lambda t: t.y.max(), total=lambda t: t.y.cast("decimal(38, 6)").sum()
    )
    dated = _with_target(session, grouped, reduction)
    dated = dated.mutate(place=_text(dated.place_raw))
    merged = dated.group_by("place", "target").agg(
        low=lambda t: t.low.min(), high=lambda t: t.high.max(), total=lambda t: t.total.sum().cast("float64")
    )
    merged = session.keep("observations", merged)
    counts = merged.agg(
        unread=lambda t: cast.one((t.target == NO_DATE) | t.target.isnull()).sum().cast("int64"),
        revised=lambda t: cast.one(t.low != t.high).sum().cast("int64"),
        n=lambda t: t.count().cast("int64"),
        largest=lambda t: ibis.greatest(t.high.abs().max(), t.total.abs().max()),
    )
    unread, revised, n, largest = session.ask("state of the observations", counts)[0]
    if not n:
        raise InputError("no row has an observation that can be read", where="observed")
    if unread:
        hint = "dates are read as 2024-03-31, 3/31/2024, 31.03.2024, 31-MAR-2024 or 20240331"
        raise InputError(
            f"{unread:,} targets have a date that cannot be read", where=_where(reduction.target), hint=hint
        )
    if revised and not reduction.add_up:
        hint = "keep the observations of one release, name the column of places, or write add_up: true"
        raise InputError(
            f"the observation of {revised:,} targets stands with different values", where="observed", hint=hint
        )
    spacing = _spacing(session, merged, reduction.season)
    table = with_step(merged, spacing)
    y = table.total if reduction.add_up else table.low
    return table.select("place", "step", day=table.target, y=y), spacing, float(largest or 0.0)


def _where(target: Target) -> str:
    return "target" if target.date is not None else "month"


def _with_target(session: Session, table: Table, reduction: Scores) -> Table:
    """The table with the day of each target; of a month that is its last one."""
    target = reduction.target
    if target.date is not None:
        orders = _orders(session, {target.date: "target"}, reduction.order)
        return with_days(table, {"target": "target0"}, {"target0": orders.get(target.date, "month_first")})
    word = cast.words(table.target0.cast("string")).upper().substr(0, 3)
    number = ibis.cases(
        *((word == name, place) for place, name in enumerate(MONTHS, 1)), else_=cast.number(word).cast("int64")
    )
    digits = cast.words(table.target1.cast("string")).re_extract(r"^([0-9]{4})", 1).nullif("")
    table = table.mutate(month_number=number, year_number=digits.cast("int64"))
    fits = table.month_number.between(1, 12) & table.year_number.notnull()
    before = ibis.ifelse(table.month_number >= 10, 1, 0) if target.fiscal else ibis.literal(0)
    index = (table.year_number - before) * 12 + table.month_number - 1
    table = table.mutate(month_index=ibis.ifelse(fits, index, ibis.null("int64")).cast("int64"))
    return last_of_month(table, "target", "month_index").drop("month_number", "year_number", "month_index")


def _orders(session: Session, columns: Mapping[str, str], given: Order | None) -> dict[str, Order]:
    return day_orders(session, columns, given)


def _spacing(session: Session, table: Table, season: int | None) -> Spacing:
    """Read off the distinct targets: months if every gap is one, else the least gap in days."""
    days = [int(day) for (day,) in session.ask("targets", table.select("target").distinct().order_by("target"))]
    gaps = [later - day for day, later in pairwise(days)]
    if not gaps:
        return Spacing(False, days[0], 1, season or 0)
    least = min(gaps)
    if 28 <= least <= 31 and max(gaps) >= 28:
        starts = all(_day_of_month(day) == 1 for day in days)
        return Spacing(True, 0, 30, season or 12, starts)
    if any(gap % least for gap in gaps):
        least = math.gcd(*gaps)
    usual = {1: 7, 7: 52, 365: 0, 366: 0}.get(least, max(round(365.25 / least), 0) if least < 200 else 0)
    return Spacing(False, days[0], least, usual if season is None else season)


def _day_of_month(day: int) -> int:
    import datetime as dt

    return dt.date.fromordinal(day + 719163).day


def with_step(table: Table, spacing: Spacing) -> Table:
    """The table with the place of ``target`` in the series; months named by their first day are moved to their last."""
    if not spacing.monthly:
        return table.mutate(step=((table.target - spacing.first) / spacing.days).round().cast("int64"))
    table = with_month(table, "step", "target")
    return last_of_month(table.drop("target"), "target", "step") if spacing.starts else table


def forecasts(session: Session, rows: Table, reduction: Scores, levels: Levels, spacing: Spacing, scale: int) -> Table:
    """One row a forecast: ``KEYS``, y (of the rows), n rows and one column a level, q0, q1, …

    A sample's levels are its quantiles; its CRPS times ``scale`` stands beside them. A level that is missing is null.
    """
    written = rows.filter(rows.q.notnull())
    targets = [name for name in rows.columns if name.startswith("target")]
    by = ["model_raw", "place_raw", "horizon_raw", "origin_raw", *targets]
    if reduction.form == "sample":
        wide = _of_samples(written, by, levels, scale)
    else:
        inside = written.filter(written.code.isin(levels.codes))
        parts = {
            f"q{place}": ibis.ifelse(inside.code == code, inside.q, ibis.null("float64")).max()
            for place, code in enumerate(levels.codes)
        }
        wide = inside.group_by(*by).agg(n=inside.count().cast("int64"), **parts)
    wide = _with_target(session, wide, reduction)
    origin = reduction.origin
    if origin is None:
        wide = wide.mutate(origin=wide.target - 1)
    else:
        orders = _orders(session, {origin: "origin"}, reduction.order)
        wide = with_days(wide, {"origin": "origin_raw"}, {"origin_raw": orders.get(origin, "month_first")})
    wide = with_step(wide, spacing)
    horizon = ibis.literal(NONE) if reduction.horizon is None else cast.number(wide.horizon_raw).cast("float64").round()
    wide = wide.mutate(
        model=_text(wide.model_raw), place=_text(wide.place_raw), horizon=horizon.cast("int64").fill_null(NONE)
    )
    numbers = [
        name for name in wide.columns if name in ("n", "draws", "crps") or (name[:1] == "q" and name[1:].isdigit())
    ]
    return wide.select(*KEYS, *numbers)


def _text(column: Column) -> Column:
    """A label, "" where it is missing."""
    return cast.words(column.cast("string")).fill_null("")


def _of_samples(written: Table, by: Sequence[str], levels: Levels, scale: int) -> Table:
    """Quantiles and CRPS of samples, mean |x − y| − Σ (2i − m − 1) x₍ᵢ₎ / m², from whole sums."""
    one = ibis.window(group_by=list(by))
    rank = ibis.row_number().over(ibis.window(group_by=list(by), order_by=written.q)) + 1
    ranked = written.mutate(rank=rank.cast("float64"), size=written.count().over(one).cast("float64"))
    ranked = ranked.mutate(
        inner=((2 * ranked["rank"] - ranked["size"] - 1) * ranked.q * scale).round().cast(WIDE),
        away=((ranked.q - ranked.y).abs() * scale).round().cast(WIDE),
    )
    parts = {f"q{place}": ranked.q.quantile(code / MILLION) for place, code in enumerate(levels.codes)}
    summed = ranked.group_by(*by).agg(
        n=ranked.count().cast("int64"),
        draws=ranked["sample"].nunique().cast("int64"),
        inner=ranked.inner.sum().cast("float64"),
        away=ranked.away.sum().cast("float64"),
        **parts,
    )
    crps = (summed.away / summed.n - summed.inner / (summed.n * summed.n)).round().cast("int64")
    return summed.mutate(crps=crps).drop("inner", "away")
