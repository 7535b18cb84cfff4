"""Mean scores, coverage, skill and readings of accuracy of each model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from counterproof.audits.comparing import UNBOUNDED
from counterproof.audits.forecast.measures import MEANS, PARTS, SKILLS, coverage, main_score
from counterproof.audits.forecast.options import ForecastOptions
from counterproof.audits.forecast.scores import Days, Scored, lags
from counterproof.counts import At, CountRow, CountTable, Group, Scalar
from counterproof.findings import Estimate, Population
from counterproof.reductions.forecasts import MILLION, NAIVE
from counterproof.stats.basis import Basis, Exact
from counterproof.stats.effective import EffectiveRate, effective_trials
from counterproof.stats.forecasts import Pair, Paired, Ratio, ratio, relative_skill
from counterproof.stats.normal import Normal

__all__ = ["Kit", "estimated", "estimates", "of_places"]

NO_MEDIAN = "a median in the forecasts"
NO_TARGET = "naive forecasts of the same targets: too little was observed before them"
FEW_DAYS = 10
"""For each step ahead: with fewer days all errors are too small (docs/coverage.md)."""
BY_PLACE = (500, 900)
"""Central intervals, in thousandths, of which coverage is shown by place."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every figure needs: the options, the shown sums, and how they are read."""

    options: ForecastOptions
    scored: Scored
    shown: Mapping[str, CountTable]
    population: Population
    level: float

    def group(self, model: str | None) -> Group:
        """A model as a group; everything where the table names no models."""
        return {} if model is None and self.options.model is None else {self.options.by: model}

    def at(self, horizon: int | None) -> dict[str, Scalar]:
        """A horizon as a setting."""
        return {} if horizon is None else {"horizon": horizon}


def estimates(kit: Kit) -> Iterator[Estimate]:
    """Every figure of every model: over all horizons, and beside them at each horizon."""
    several = kit.scored.horizons if len(kit.scored.horizons) > 1 else ()
    for horizon in (None, *several):
        found = [*_means(kit, horizon), *_relative(kit, horizon), *_skills(kit, horizon), *_accuracy(kit, horizon)]
        for estimate in found:
            if horizon is None or estimate.measure not in PARTS:
                yield replace(estimate, primary=horizon is None)


def _who(kit: Kit) -> tuple[str | None, ...]:
    """The models; naive forecasts where there are no others."""
    return kit.scored.models or kit.scored.naive


def estimated(kit: Kit, measure: str, group: Group, at: At, basis: Basis | None, note: str | None = None) -> Estimate:
    """A number with its interval; for forecasts that are all there is, the number alone."""
    value = None if basis is None else basis.value
    if basis is None or value is None:
        return Estimate(measure, group, at, "undefined", note=note)
    if kit.population == "records":
        return Estimate(measure, group, at, "reported", value, note=note, basis=Exact(value))
    interval = basis.printed(kit.level)
    low, high = (end if math.isfinite(end) else None for end in (interval.low, interval.high))
    return Estimate(
        measure, group, at, "estimated", value, low, high, kit.level, interval.method,
        unbounded=UNBOUNDED[low is None, high is None], note=note, basis=basis,
    )  # fmt: skip


def _normal(found: Ratio | None, least: float = -math.inf, most: float = math.inf) -> Normal | None:
    return None if found is None else Normal(found.value, found.error, found.degrees, least, most)


def _means(kit: Kit, horizon: int | None) -> Iterator[Estimate]:
    """Mean scores, bias, coverage and MASE."""
    form, lag = kit.options.form, lags(horizon, kit.scored.horizons)
    main = main_score(form)
    for model in _who(kit):
        days = kit.scored.by.get((model, horizon))
        if days is None:
            continue
        group, at, note = kit.group(model), kit.at(horizon), _covered(kit, model, days, horizon)
        for measure, name in MEANS.items():
            if (name == "score" and measure != main) or (name != "score" and not _has(form, measure)):
                continue
            if name == "absolute_error" and not _median(kit):
                yield Estimate(measure, group, at, "not_identified", note=NO_MEDIAN)
                continue
            own = _normal(ratio(days[name] / kit.scored.scale, days["n"], lag), 0.0)
            basis = own if own is None or measure != main else _paired(kit, own, model, horizon)
            yield estimated(kit, measure, group, at, basis, note if measure == main else None)
        yield from _of_median(kit, days, group, at, lag)
        yield from _coverage(kit, days, group, at, lag)


def _has(form: str, measure: str) -> bool:
    if form == "probability":
        return False
    return form == "quantile" or not measure.startswith("wis_")


def _median(kit: Kit) -> bool:
    return any(row.at["item"] == f"{MILLION // 2:07d}" for row in kit.shown["levels"])


def _covered(kit: Kit, model: str | None, days: Days, horizon: int | None) -> str | None:
    """How many of the targets a model forecast, where it left some out."""
    whole = next((row["n"] for row in kit.shown["quality"] if row.at["item"] == "targets"), None)
    if horizon is not None or whole is None or model in NAIVE or days.total("n") == whole:
        return None
    return f"On {days.total('n'):,.0f} of {whole:,} targets."


def _paired(kit: Kit, own: Normal, model: str | None, horizon: int | None) -> Basis:
    pairs = {other or "": pair for (one, other, at), pair in kit.scored.pairs.items() if one == model and at == horizon}
    return Paired(own, model or "", lags(horizon, kit.scored.horizons) + 1, pairs)


def _of_median(kit: Kit, days: Days, group: Group, at: At, lag: int) -> Iterator[Estimate]:
    if kit.options.form == "probability":
        return
    if not _median(kit):
        for measure in ("bias", "mase"):
            yield Estimate(measure, group, at, "not_identified", note=NO_MEDIAN)
        return
    if kit.options.form in ("quantile", "sample"):
        yield estimated(kit, "bias", group, at, _normal(ratio(days["bias"] / MILLION, days["n"], lag), -1.0, 1.0))
    yield estimated(kit, "mase", group, at, _normal(ratio(days["scaled"] / MILLION, days["scalable"], lag), 0.0))


def _coverage(kit: Kit, days: Days, group: Group, at: At, lag: int) -> Iterator[Estimate]:
    """The share of targets inside each central interval, clustered by the day of the forecast."""
    for width in _widths(kit):
        yield _share(kit, coverage(width), group, at, days[f"inside{width}"], days["n"], lag)


def _widths(kit: Kit) -> list[int]:
    codes = [int(str(row.at["item"])) for row in kit.shown["levels"]]
    if kit.options.form not in ("quantile", "sample"):
        return []
    return sorted(round(1000 - 2000 * code / MILLION) for code in codes if 2 * code < MILLION)


def _share(kit: Kit, measure: str, group: Group, at: At, over: object, under: object, lag: int) -> Estimate:
    """A proportion clustered by day; where it is 0 or 1, each day counts once."""
    found = ratio(over, under, lag)  # type: ignore[arg-type]
    if found is None:
        return Estimate(measure, group, at, "undefined")
    hits, n = (round(float(sum(each))) for each in (over, under))  # type: ignore[call-overload]
    days = found.degrees + 1
    trials = effective_trials(found.value, found.error**2, n) if 0 < found.value < 1 and days > 1 else float(days)
    basis = EffectiveRate(min(1.0, max(0.0, found.value)), min(float(n), trials))
    return replace(estimated(kit, measure, group, at, basis), numerator=hits, denominator=n)


def _relative(kit: Kit, horizon: int | None) -> Iterator[Estimate]:
    """Relative skill among the models, and over the baseline's."""
    models = [model or "" for model in kit.scored.models]
    if len(models) < 2:
        return
    pairs: dict[tuple[str, str], Pair] = {
        (a or "", b or ""): pair for (a, b, at), pair in kit.scored.pairs.items() if at == horizon and b not in NAIVE
    }
    lag = lags(horizon, kit.scored.horizons)
    for measure, baseline in (("relative_skill", None), ("scaled_relative_skill", kit.options.baseline)):
        if measure == "scaled_relative_skill" and baseline is None:
            continue
        found = relative_skill(models, pairs, lag, baseline)
        for model in models:
            one = found.get(model)
            basis = (
                None
                if one is None
                else Normal(one.value, one.error, one.degrees, method="student-t on the log", log=True)
            )
            note = None if one is not None else "It shares no target with some other model, or a score is 0."
            estimate = estimated(kit, measure, kit.group(model or None), kit.at(horizon), basis, note)
            yield estimate if model != baseline else _itself(estimate)


def _itself(estimate: Estimate) -> Estimate:
    """The baseline over itself is 1 without any error."""
    return replace(
        estimate,
        status="reported",
        value=1.0,
        low=None,
        high=None,
        level=None,
        method=None,
        unbounded=None,
        basis=Exact(1.0),
    )


def _skills(kit: Kit, horizon: int | None) -> Iterator[Estimate]:
    """1 − mean score over that of each naive forecast, on common targets."""
    lag = lags(horizon, kit.scored.horizons)
    for measure, naive in SKILLS.items():
        if naive == NAIVE[1] and not kit.scored.season:
            continue
        for model in kit.scored.models:
            pair = kit.scored.pairs.get((model, naive, horizon))
            group, at = kit.group(model), kit.at(horizon)
            if pair is None:
                yield Estimate(measure, group, at, "not_identified", note=NO_TARGET)
                continue
            found = ratio(pair.own, pair.other, lag)
            basis = None if found is None else Normal(1 - found.value, found.error, found.degrees, most=1.0)
            note = f"On the {pair.n.sum():,.0f} targets of which both exist."
            yield estimated(kit, measure, group, at, basis, note)


def _accuracy(kit: Kit, horizon: int | None) -> Iterator[Estimate]:
    """What "accurate" may mean, side by side, for the models and for naive forecasts."""
    if kit.options.form == "probability" or not _median(kit):
        return
    lag = lags(horizon, kit.scored.horizons)
    for model in (*kit.scored.models, *kit.scored.naive):
        days = kit.scored.by.get((model, horizon))
        if days is None:
            continue
        group, at = kit.group(model), kit.at(horizon)
        found = ratio(days["relative"] / MILLION, days["positive"], lag)
        flipped = None if found is None else Ratio(1 - found.value, found.error, found.degrees)
        yield estimated(kit, "accuracy_mape", group, at, _normal(flipped, most=1.0))
        for place, share in enumerate(kit.options.within):
            hits = days[f"within{place}"]
            yield _share(kit, "accuracy_within", group, {**at, "within": float(share)}, hits, days["positive"], lag)
        if model == NAIVE[0]:
            yield Estimate("accuracy_direction", group, at, "undefined", note="It says that nothing changes.")
        else:
            yield _share(kit, "accuracy_direction", group, at, days["direction"], days["moved"], lag)
        yield from _explained(kit, model, days, at, lag)
        if kit.options.accuracy is not None:
            claimed = {**at, "claimed": float(kit.options.accuracy)}
            yield _share(kit, "reaches_claimed", group, claimed, days["reached"], days["positive"], lag)


def _explained(kit: Kit, model: str | None, days: Days, at: At, lag: int) -> Iterator[Estimate]:
    """1 − Σ(y − m)² / Σ(y − ȳ)², ȳ the mean of each place; over all horizons only, since it needs sums by place."""
    if at:
        return
    rows = [row.counts for row in kit.shown["places"] if row.group.get(kit.options.by) == model]
    about = sum((row.get("y_square") or 0) - (row.get("y") or 0) ** 2 / (row.get("n") or 1) for row in rows)
    if about <= 0:
        yield Estimate("accuracy_explained", kit.group(model), at, "undefined")
        return
    error = ratio(days["square"], days["n"], lag)
    n = days.total("n")
    found = None if error is None else Ratio(1 - error.value * n / about, error.error * n / about, error.degrees)
    yield estimated(kit, "accuracy_explained", kit.group(model), at, _normal(found, most=1.0))


def of_places(kit: Kit) -> Iterator[Estimate]:
    """The main score and coverage by model and place."""
    if kit.options.place is None:
        return
    main = main_score(kit.options.form)
    for row in kit.shown["places"]:
        if row.group.get(kit.options.by) in kit.scored.naive and kit.scored.models:
            continue
        yield estimated(kit, main, row.group, {}, _clustered(row, "score", kit.scored.scale))
        for width in [width for width in _widths(kit) if width in BY_PLACE]:
            found = _clustered(row, f"inside{width}", 1.0)
            if found is not None:
                n, days = row.counts.get("n") or 0, row.counts.get("origins") or 0
                spread = found.standard_error**2
                trials = effective_trials(found.estimate, spread, n) if 0 < found.estimate < 1 and days > 1 else days
                basis = EffectiveRate(min(1.0, max(0.0, found.estimate)), float(min(n, trials)))
                hits = row.counts.get(f"inside{width}") or 0
                yield replace(estimated(kit, coverage(width), row.group, {}, basis), numerator=hits, denominator=n)


def _clustered(row: CountRow, name: str, scale: float) -> Normal | None:
    """A mean with the error of clusters, m/(m−1) Σ(x − pn)²/(Σn)², from sums of products."""
    n, m = row.counts.get("n") or 0, row.counts.get("origins") or 0
    if not n:
        return None
    total = row.counts.get(name) or 0
    mean = total / n
    squares, cross = row.counts.get(f"{name}_squares") or 0, row.counts.get(f"{name}_cross") or 0
    about = squares - 2 * mean * cross + mean**2 * (row.counts.get("n_squares") or 0)
    error = math.sqrt(max(about, 0.0) * m / (m - 1)) / n if m > 1 else math.inf
    return Normal(mean / scale, error / scale, m - 1, 0.0)
