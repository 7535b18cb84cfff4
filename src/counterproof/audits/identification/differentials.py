"""How far the error rates of all groups lie apart, for each system and each grouping."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from counterproof.audits.identification.groups import groupings
from counterproof.audits.identification.measures import FMR, FNMR
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import At, Group, key_of
from counterproof.findings import Estimate
from counterproof.stats.basis import Basis, Interval, Rounded
from counterproof.stats.differentials import JOINT, STATISTICS, Differential, Joint

__all__ = ["over"]

ZERO = "The rate of a group is zero, so there is no such number."


def of(estimates: Sequence[Estimate], options: IdentificationOptions, level: float) -> Iterator[Estimate]:
    """Every differential of each rate over the groups of a column, or of columns crossed, and of both rates joined."""
    for columns in groupings(options):
        labels = columns[len(options.base) :]
        if not labels:
            continue
        by: dict[object, tuple[Group, At, dict[str, list[Estimate]]]] = {}
        for e in estimates:
            if e.measure in (FMR, FNMR) and tuple(e.group) == columns and e.primary:
                group: Group = {column: e.group[column] for column in options.base}
                found = by.setdefault((key_of(group), key_of(e.at)), (group, {**e.at, "over": over(labels)}, {}))
                found[2].setdefault(e.measure, []).append(e)
        for group, at, rates in by.values():
            yield from _differentials(group, at, rates, options.alpha, level)


def over(labels: Sequence[str]) -> str:
    """How the columns of a grouping are named in ``at``."""
    return " and ".join(labels)


def _differentials(
    group: Group, at: At, rates: Mapping[str, Sequence[Estimate]], alpha: float, level: float
) -> Iterator[Estimate]:
    known: dict[str, tuple[Basis, ...]] = {}
    for measure, every in rates.items():
        shown = [e for e in every if e.status in ("estimated", "reported") and e.basis is not None]
        if len(shown) < 2:
            continue
        known[measure] = tuple(e.basis for e in shown if e.basis is not None)
        said = _over(shown, len(every) - len(shown))
        for statistic in STATISTICS:
            basis = Differential(known[measure], statistic)
            yield _estimate(f"{measure}.{statistic}", group, at, basis, said, level)
    if len(known) == 2:
        for joint in JOINT:
            joined = Joint(known[FMR], known[FNMR], joint, alpha)
            said = f"Both error rates joined, false matches with the weight {alpha:g}."
            yield _estimate(joint, group, at, joined, said, level)


def _over(shown: Sequence[Estimate], left_out: int) -> str:
    said = f"Over {len(shown)} groups"
    return said + (f"; {left_out} without a number that can be shown are left out." if left_out else ".")


def _estimate(measure: str, group: Group, at: At, basis: Differential | Joint, said: str, level: float) -> Estimate:
    """A differential with its range; of published rates the number itself, and what rounding leaves open."""
    plain = Estimate(measure, group, at, "estimated", level=level, note=said)
    value = basis.value
    rates = basis.rates if isinstance(basis, Differential) else (*basis.first, *basis.second)
    ends = basis.printed(level)
    if not any(rate.printed(level).low < rate.printed(level).high for rate in rates):
        return _reported(plain, value, ends)
    finite = value is not None and math.isfinite(value)
    return replace(
        plain,
        status="undefined" if value is None else "estimated",
        value=value if finite else None,
        low=ends.low,
        high=ends.high if math.isfinite(ends.high) else None,
        method=ends.method,
        unbounded=None if math.isfinite(ends.high) else "high",
        note=said if finite or value is None else f"{said} {ZERO}",
        basis=basis,
    )


def _reported(plain: Estimate, value: float | None, ends: Interval) -> Estimate:
    """Without sampling error: the number, or its bounds where a published zero may be anything that rounds to it."""
    if value is not None and math.isfinite(value):
        half = max(value - ends.low, ends.high - value, 0.0)
        basis = Rounded(value, half, min(ends.low, value), max(ends.high, value))
        rounded = f" Rounding leaves {ends.low:.3g} to {ends.high:.3g} open." if half > 1e-9 * abs(value) else ""
        return replace(plain, status="reported", value=value, level=None, note=f"{plain.note}{rounded}", basis=basis)
    if value is None or ends.low == ends.high:
        return replace(plain, status="undefined", level=None)
    open_end = not math.isfinite(ends.high)
    return replace(
        plain,
        status="bounded",
        identified_low=ends.low,
        identified_high=None if open_end else ends.high,
        low=ends.low,
        high=None if open_end else ends.high,
        unbounded="high" if open_end else None,
        method=ends.method,
        level=None,
        note=f"{plain.note} A rate is published as zero: what rounds to zero leaves this range.",
    )
