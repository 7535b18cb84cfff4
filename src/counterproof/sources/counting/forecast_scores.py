"""Scores of single forecasts as whole numbers, and their sums: what leaves the engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.reductions.forecasts import MILLION, NAIVE, Scores
from counterproof.sources.counting import cast
from counterproof.sources.counting.forecast_rows import KEYS, NONE, WIDE, Levels

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

__all__ = ["by_place", "pairs", "scored", "summed"]


def scored(wide: Table, reduction: Scores, levels: Levels, scale: int) -> Table:
    """One row a forecast with ``KEYS``, ``naive``, and its scores as whole numbers.

    wide  forecasts with their levels q0, q1, …, the observation y, the last one known y_last (or null), and mean_change

    score           the main score: WIS, CRPS, absolute error or Brier score, times ``scale``
    over, under, dispersion   the parts of WIS, times ``scale``
    absolute_error, scaled    of the median, times ``scale``; the same over mean_change in millionths
    bias, relative  in millionths; ``within0`` … and ``reached`` of forecasts with an observation above 0
    inside…, part   whether y lies inside each central interval; below how many levels y lies
    """
    q = [wide[f"q{place}"] for place in range(len(levels.codes))]
    found: dict[str, Any] = {"n": ibis.literal(1).cast("int64"), "naive": wide.model.isin(NAIVE)}
    if reduction.form == "probability":
        found["score"] = _whole((q[0] - wide.y) * (q[0] - wide.y) * scale)
        return wide.select(*KEYS, **found)
    found |= _interval_scores(wide, q, levels, scale)
    if reduction.form == "sample":
        found["score"] = wide.crps
    middle = _middle(levels)
    if middle is not None:
        found |= _of_median(wide, q[middle], reduction, scale)
        if reduction.form in ("point", "none"):
            found["score"] = found["absolute_error"]
        else:
            found["bias"] = _bias(wide.y, q, q[middle], levels)
    found["crossing"] = cast.one(_any([a > b for a, b in pairwise(q)]))
    found["part"] = reduce(add, [cast.one(level < wide.y) for level in q]).cast("int64")
    return wide.select(*KEYS, **found)


def _middle(levels: Levels) -> int | None:
    return levels.codes.index(MILLION // 2) if MILLION // 2 in levels.codes else None


def _interval_scores(wide: Table, q: Sequence[Column], levels: Levels, scale: int) -> dict[str, Any]:
    """WIS and its parts, and whether y lies inside each interval.

    With level τ of a quantile: dispersion −τq below the median and (1−τ)q above it; overprediction what a lower
    quantile exceeds y by, underprediction what y exceeds an upper one by, the median's half of each. All over K + ½.
    """
    y, zero = wide.y, 0.0
    over: list[Column] = []
    under: list[Column] = []
    spread: list[Column] = []
    found: dict[str, Any] = {}
    for code, level in zip(levels.codes, q, strict=True):
        share = code / MILLION
        if code * 2 == MILLION:
            over.append(0.5 * ibis.greatest(level - y, zero))
            under.append(0.5 * ibis.greatest(y - level, zero))
        elif code * 2 < MILLION:
            over.append(ibis.greatest(level - y, zero))
            spread.append(-share * level)
            upper = q[levels.codes.index(MILLION - code)]
            found[f"inside{_per_mille(code)}"] = cast.one((level <= y) & (y <= upper))
        else:
            under.append(ibis.greatest(y - level, zero))
            spread.append((1 - share) * level)
    weight = scale / (len(levels.codes) / 2)
    parts = {"over": over, "under": under, "dispersion": spread}
    whole = {name: _whole(reduce(add, terms) * weight) if terms else _none() for name, terms in parts.items()}
    return found | whole | {"score": whole["over"] + whole["under"] + whole["dispersion"]}


def _per_mille(code: int) -> int:
    """Width of the central interval whose lower level this is, in thousandths: 50000 makes 900."""
    return round(1000 - 2000 * code / MILLION)


def _none() -> Any:
    return ibis.literal(0).cast("int64")


def _whole(value: Column) -> Column:
    return value.round().cast("int64")


def _any(conditions: Sequence[Column]) -> Any:
    return reduce(lambda a, b: a | b, conditions) if conditions else ibis.literal(False)


def _of_median(wide: Table, median: Column, reduction: Scores, scale: int) -> dict[str, Any]:
    """Errors of the median, and the readings of accuracy."""
    y, last = wide.y, wide.y_last
    error = (y - median).abs()
    positive = y > 0
    relative = error / ibis.ifelse(positive, y, 1.0)
    moved = last.notnull() & (y != last)
    same = ((median > last) & (y > last)) | ((median < last) & (y < last))
    found = {
        "absolute_error": _whole(error * scale),
        "square": _whole(error * error).cast(WIDE),
        "y": _whole(y).cast(WIDE),
        "y_square": _whole(y * y).cast(WIDE),
        "scalable": cast.one(wide.mean_change.notnull()),
        "scaled": _whole(error * scale / wide.mean_change * MILLION).fill_null(0),
        "positive": cast.one(positive),
        "relative": ibis.ifelse(positive, _whole(ibis.least(relative, 1e6) * MILLION), 0).cast("int64"),
        "moved": cast.one(moved.fill_null(False)),
        "direction": cast.one((moved & same).fill_null(False)),
    }
    for place, share in enumerate(reduction.within):
        found[f"within{place}"] = cast.one(positive & (error <= float(share) * y))
    if reduction.claimed is not None:
        found["reached"] = cast.one(positive & (relative <= 1 - float(reduction.claimed)))
    return found


def _bias(y: Column, q: Sequence[Column], median: Column, levels: Levels) -> Any:
    """1 − 2τ in millionths, τ the highest level below y, or the lowest above where y exceeds the median; 0 at it."""
    below = [ibis.ifelse(level <= y, code, 0) for code, level in zip(levels.codes, q, strict=True)]
    above = [ibis.ifelse(level >= y, code, MILLION) for code, level in zip(levels.codes, q, strict=True)]
    highest = ibis.greatest(*below) if len(below) > 1 else below[0]
    lowest = ibis.least(*above) if len(above) > 1 else above[0]
    found = ibis.cases((y == median, 0), (y < median, MILLION - 2 * highest), else_=MILLION - 2 * lowest)
    return found.cast("int64")


def summed(units: Table, by: Sequence[str]) -> Table:
    """Every number of the forecasts added up."""
    names = [name for name in units.columns if name not in (*KEYS, "naive", "part")]
    return units.group_by(*by).agg(**{name: units[name].cast(WIDE).sum().cast(WIDE) for name in names})


def by_place(units: Table, inner: Sequence[str]) -> Table:
    """Sums by model and place; of ``inner`` also Σx² and Σxn over origins, and Σn²: clustered errors follow."""
    names = [name for name in units.columns if name not in (*KEYS, "naive", "part")]
    one = units.group_by("model", "place", "origin").agg(
        **{name: units[name].cast(WIDE).sum().cast(WIDE) for name in names}
    )
    sums = {name: one[name].sum().cast(WIDE) for name in names}
    n = one.n.cast(WIDE)
    for name in inner:
        sums[f"{name}_squares"] = (one[name] * one[name]).sum().cast(WIDE)
        sums[f"{name}_cross"] = (one[name] * n).sum().cast(WIDE)
    return one.group_by("model", "place").agg(
        **sums, origins=one.count().cast(WIDE), n_squares=(n * n).sum().cast(WIDE)
    )


def pairs(units: Table) -> Table:
    """Each two models, and each model and naive forecast, on the targets that both cover."""
    plain = units.select(*KEYS, "naive", "score")
    copy = plain.view()
    other = copy.select(**{f"{name}_other": copy[name] for name in (*KEYS, "naive", "score")})
    own = plain.filter(~plain.naive)
    joined = own.join(other, [own[key] == other[f"{key}_other"] for key in KEYS if key != "model"])
    joined = joined.filter(joined.naive_other | (joined.model < joined.model_other))
    return joined.group_by("model", other="model_other", horizon="horizon", origin="origin").agg(
        n=joined.count().cast(WIDE),
        score=joined.score.cast(WIDE).sum().cast(WIDE),
        score_other=joined.score_other.cast(WIDE).sum().cast(WIDE),
    )


def no_horizon(value: Any) -> str | None:
    """A horizon's label."""
    return None if value is None or int(value) == NONE else str(int(value))
