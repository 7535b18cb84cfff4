"""Before and after with a break and a trend, from monthly cohorts by the month of opening."""

from __future__ import annotations

import math
from collections.abc import Iterator

from counterproof.audits.duration.options import DurationOptions
from counterproof.counts import CountRow, CountTable, Group, Scalar, key_of
from counterproof.findings import Estimate
from counterproof.reductions.durations import BEFORE
from counterproof.stats.normal import Normal
from counterproof.stats.series import segmented

__all__ = ["LEAST_MONTHS", "trends"]

LEAST_MONTHS = 12
"""Fewer months on a side than this leave a break undetermined."""


def trends(options: DurationOptions, months: CountTable, level: float) -> Iterator[Estimate]:
    """The monthly means, and for each group the jump at the date and the change of the trend."""
    by: dict[object, list[CountRow]] = {}
    split = options.before_after
    start = 0 if split is None else split.year * 12 + split.month - 1
    for row in months:
        by.setdefault(key_of(_labels(row)), []).append(row)
        at = {"months_from_date": _step(row) - start, **row.at}
        if row["days"] is None or not row["opened"]:
            yield Estimate("monthly_mean", row.group, at, "suppressed")
        else:
            yield Estimate("monthly_mean", row.group, at, "reported", row["days"] / row["opened"])
    for rows in by.values():
        yield from _break(options, rows, level)


def _break(options: DurationOptions, rows: list[CountRow], level: float) -> Iterator[Estimate]:
    known = [row for row in rows if row["days"] is not None and row["opened"]]
    known.sort(key=lambda row: (_step(row), row.group["period"] != BEFORE))
    before = sum(row.group["period"] == BEFORE for row in known)
    sides = before, len(known) - before
    group = _labels(rows[0])
    at: dict[str, Scalar] = {"horizon": options.horizon, "months_before": sides[0], "months_after": sides[1]}
    if min(sides) < LEAST_MONTHS:
        note = f"Fewer than {LEAST_MONTHS} months on a side: a break cannot be told from the trend and chance."
        for measure in ("break_at_date", "trend_change"):
            yield Estimate(
                measure, group, at, "estimated", unbounded="both", level=level, note=note,
                basis=Normal(math.nan, math.inf, None),
            )  # fmt: skip
        return
    values = [(row["days"] or 0) / (row["opened"] or 1) for row in known]
    found = segmented(values, before, [_step(row) for row in known])
    at["bandwidth"] = found.lags
    for measure, place in (("break_at_date", 2), ("trend_change", 3)):
        basis = Normal(float(found.coefficients[place]), float(found.errors[place]), found.degrees)
        interval = basis.printed(level)
        yield Estimate(
            measure, group, at, "estimated", basis.value, interval.low, interval.high, level, "newey-west", basis=basis
        )


def _labels(row: CountRow) -> Group:
    """The group without the period."""
    return {column: label for column, label in row.group.items() if column != "period"}


def _step(row: CountRow) -> int:
    """Months since year 0."""
    year, number = str(row.at["month"]).split("-")
    return int(year) * 12 + int(number) - 1
