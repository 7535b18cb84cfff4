"""Every group against the reference of its grouping: difference, ratio, adjusted p-value, and what would have shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from counterproof.audits.base import Settings
from counterproof.audits.score.measures import RATES, hypothesis
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import MISSING_AT_RANDOM
from counterproof.audits.score.tabulate import groupings
from counterproof.counts import CountTable, Group, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import Contrast, Estimate, Status
from counterproof.stats.basis import ContrastInterval, Rate, contrast
from counterproof.stats.multiplicity import holm
from counterproof.stats.samples import minimum_detectable

__all__ = ["compare"]

UNBOUNDED: dict[tuple[bool, bool], Literal["low", "high", "both"] | None] = {
    (False, False): None,
    (False, True): "high",
    (True, False): "low",
    (True, True): "both",
}
SCALES: tuple[Literal["difference", "ratio"], ...] = ("difference", "ratio")


def compare(
    estimates: Sequence[Estimate], options: ScoreOptions, outcomes: CountTable, settings: Settings
) -> tuple[list[Contrast], int]:
    """Contrasts of every named group with its reference, and the number of hypotheses behind ``p_adjusted``."""
    return _adjust(list(_contrasts(estimates, options, outcomes, settings.level)), settings)


def references(options: ScoreOptions, outcomes: CountTable) -> dict[tuple[str, ...], Group]:
    """The reference group of each grouping: those named, else the largest shown one, ties in text order."""
    by_column: dict[str, str] = {}
    for column in options.groups:
        rows = [row for row in outcomes if list(row.group) == [column] and row.group[column] is not None]
        names = {str(row.group[column]): row for row in rows}
        named = options.reference.get(column)
        if named is not None:
            if named not in names:
                hint = nearest(named, names) or "write the group as the records do"
                raise InputError(f"the column {column!r} has no such group", where=f"reference.{column}", hint=hint)
            if names[named]["records"] is None:
                what = "the reference group is too small to be shown"
                raise InputError(what, where=f"reference.{column}", hint="name a larger group")
            by_column[column] = named
        elif sized := [(-(row["records"] or 0), name) for name, row in names.items() if row["records"] is not None]:
            by_column[column] = min(sized)[1]
    return {
        columns: {column: by_column[column] for column in columns}
        for columns in groupings(options)
        if columns and all(column in by_column for column in columns)
    }


def _contrasts(
    estimates: Iterable[Estimate], options: ScoreOptions, outcomes: CountTable, level: float
) -> Iterator[Contrast]:
    estimates = [e for e in estimates if e.assumption in (None, MISSING_AT_RANDOM)]
    found = {(e.measure, key_of(e.group), e.assumption): e for e in estimates}
    for columns, reference in references(options, outcomes).items():
        for estimate in estimates:
            named = tuple(estimate.group) == columns and None not in estimate.group.values()
            if named and dict(estimate.group) != reference:
                base = found.get((estimate.measure, key_of(reference), estimate.assumption))
                if base is not None:
                    yield from _compare(estimate, base, level)


def _compare(estimate: Estimate, base: Estimate, level: float) -> Iterator[Contrast]:
    """The difference of two estimates, and for rates the ratio."""
    detectable: float | None = None
    for scale in SCALES if estimate.measure in RATES else SCALES[:1]:
        plain = Contrast(
            estimate.measure,
            estimate.group,
            base.group,
            estimate.at,
            scale,
            "suppressed",
            assumption=estimate.assumption,
        )
        states = {estimate.status, base.status}
        if "not_identified" in states:
            yield replace(plain, status="not_identified")
        elif "suppressed" in states or estimate.basis is None or base.basis is None:
            yield plain
        elif "undefined" in states:
            yield replace(plain, status="undefined")
        else:
            ends = contrast(estimate.basis, base.basis, scale, level)
            if scale == "difference" and len(estimate.group) == 1:
                detectable = _detectable(estimate, base, ends, level)
            status: Status = "bounded" if "bounded" in states else estimate.status
            yield _filled(plain, ends, status, level, _on(scale, detectable, base.value))


def _filled(
    plain: Contrast, ends: ContrastInterval, status: Status, level: float, detectable: float | None
) -> Contrast:
    exact = status == "reported"
    low, high = (end if math.isfinite(end) else None for end in (ends.low, ends.high))
    value = ends.value if ends.value is not None and math.isfinite(ends.value) else None
    return replace(
        plain,
        status="undefined" if ends.value is None and status != "bounded" else status,
        value=value,
        low=None if exact else low,
        high=None if exact else high,
        level=None if exact else level,
        method=ends.method,
        sparse=ends.sparse,
        p_value=ends.p_value,
        unbounded=None if exact else UNBOUNDED[low is None, high is None],
        minimum_detectable=detectable,
    )


def _detectable(estimate: Estimate, base: Estimate, ends: ContrastInterval, level: float) -> float | None:
    """The least excess over the reference rate that so many records would show with 80 % power, where none is shown."""
    rate, reference = estimate.basis, base.basis
    if not isinstance(rate, Rate) or not isinstance(reference, Rate) or not ends.low <= 0 <= ends.high:
        return None
    return minimum_detectable(reference.value or 0.0, rate.trials, reference.trials, level)


def _on(scale: Literal["difference", "ratio"], excess: float | None, reference: float | None) -> float | None:
    """An excess on a scale: a verdict leaves out a difference of 0 exactly when it leaves out a ratio of 1."""
    if excess is None or scale == "difference":
        return excess
    return (reference + excess) / reference if reference else None


def _adjust(contrasts: list[Contrast], settings: Settings) -> tuple[list[Contrast], int]:
    """Holm over one hypothesis per measure (or its complement) and pair of groups."""
    keys = [(hypothesis(c.measure), key_of(c.group), key_of(c.reference)) for c in contrasts]
    p_values = {key: c.p_value for key, c in zip(keys, contrasts, strict=True) if c.p_value is not None}
    if settings.adjust == "none" or not p_values:
        return contrasts, len(p_values)
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return [
        replace(c, p_adjusted=adjusted[key]) if c.p_value is not None else c
        for key, c in zip(keys, contrasts, strict=True)
    ], len(p_values)
