"""How far a measure lies apart over all the groups of a column, not only from the reference."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from counterproof.audits.score.measures import RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.findings import Estimate
from counterproof.stats.basis import Exact, Interval, Spread
from counterproof.stats.rectangle import SpreadStatistic, spread_of

__all__ = ["STATISTICS", "spreads"]

STATISTICS: tuple[SpreadStatistic, ...] = get_args(SpreadStatistic)
LEAST_GROUPS = 2
TOO_FEW = "Fewer than two groups have a number that may be shown; the others would give counts of few people away."


def spreads(estimates: Iterable[Estimate], options: ScoreOptions, level: float) -> Iterator[Estimate]:
    """Largest gap and three quotients per measure and group column, over the groups that have a number.

    A group without a label is not one of them; crossed groups are not looked at. Suppressed where fewer than two are
    left because others are withheld; nothing where the records do not identify the rates, or have one group only.
    """
    estimates = [e for e in estimates if e.measure in RATES and len(e.group) == 1 and None not in e.group.values()]
    for column in options.groups:
        for measure in options.measures:
            own = [e for e in estimates if e.measure == measure and list(e.group) == [column] and e.primary]
            found = [e for e in own if e.status in ("estimated", "reported", "bounded")]
            if len(found) >= LEAST_GROUPS:
                for statistic in STATISTICS:
                    yield _spread(found, len(own) - len(found), statistic, column, level)
            elif any(e.status == "suppressed" for e in own):
                place = {**own[0].at, "over": column}
                for statistic in STATISTICS:
                    yield Estimate(f"{measure}.{statistic}", {}, place, "suppressed", note=TOO_FEW)


def _spread(
    found: Sequence[Estimate], left_out: int, statistic: SpreadStatistic, column: str, level: float
) -> Estimate:
    first = found[0]
    note = f"Over {len(found)} groups" + (
        f"; {left_out} without a number that can be shown are left out" * bool(left_out)
    )
    place = {**first.at, "over": column}
    plain = Estimate(f"{first.measure}.{statistic}", {}, place, "estimated", level=level, note=f"{note}.")
    if all(e.status == "reported" for e in found):
        return _exact(plain, [e.value or 0.0 for e in found], statistic)
    basis = Spread(tuple(e.basis for e in found if e.basis is not None), statistic)
    ends = basis.printed(level)
    if any(e.status == "bounded" for e in found):
        return _bounded(plain, basis, ends)
    value = basis.value
    known = value is not None and math.isfinite(value)
    return replace(
        plain,
        status="undefined" if value is None else "estimated",
        value=value if known else None,
        low=ends.low,
        high=ends.high if math.isfinite(ends.high) else None,
        method=ends.method,
        unbounded=None if math.isfinite(ends.high) else "high",
        note=plain.note if known or value is None else f"{note}; the rate of one is zero, so there is no quotient.",
        basis=basis,
    )


def _bounded(plain: Estimate, basis: Spread, ends: Interval) -> Estimate:
    """Groups whose rates are bounded: so is how far they lie apart."""
    inner = basis.identified
    high, wide = inner.high, ends.high
    return replace(
        plain,
        status="bounded",
        identified_low=inner.low,
        identified_high=high if math.isfinite(high) else None,
        low=ends.low,
        high=wide if math.isfinite(wide) else None,
        method=ends.method,
        unbounded=None if math.isfinite(wide) else "high",
        basis=basis,
    )


def _exact(plain: Estimate, values: Sequence[float], statistic: SpreadStatistic) -> Estimate:
    """All there is: the number itself."""
    value = spread_of(values, statistic)
    if not math.isfinite(value):
        return replace(plain, status="undefined", level=None)
    return replace(plain, status="reported", value=value, level=None, basis=Exact(value))
