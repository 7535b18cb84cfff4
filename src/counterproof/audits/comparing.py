"""What kinds of audit that compare groups share: a proportion as an estimate, references, contrasts, Holm."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from counterproof.audits.base import Settings
from counterproof.counts import At, Group, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import Contrast, Estimate, Population, Status
from counterproof.stats.basis import Basis, ContrastInterval, Exact, Rate, contrast, identified_contrast
from counterproof.stats.clustered import Clustered
from counterproof.stats.multiplicity import holm
from counterproof.stats.samples import minimum_detectable

__all__ = ["SCALES", "adjust", "compare", "estimated", "filled", "proportion", "references"]

Scale = Literal["difference", "ratio"]
SCALES: tuple[Scale, ...] = ("difference", "ratio")
UNBOUNDED: dict[tuple[bool, bool], Literal["low", "high", "both"] | None] = {
    (False, False): None,
    (False, True): "high",
    (True, False): "low",
    (True, True): "both",
}


def proportion(
    measure: str, group: Group, at: At, x: int | None, n: int | None, population: Population, level: float
) -> Estimate:
    """One proportion: suppressed if a count is, undefined if nothing stands below the line."""
    if x is None or n is None:
        return Estimate(measure, group, at, "suppressed")
    if n == 0:
        return Estimate(measure, group, at, "undefined", numerator=x, denominator=n, basis=Rate(x, n))
    if population == "records":
        basis: Basis = Exact(x / n)
        return Estimate(measure, group, at, "reported", x / n, numerator=x, denominator=n, basis=basis)
    basis = Rate(x, n)
    ends = basis.printed(level)
    return Estimate(measure, group, at, "estimated", x / n, ends.low, ends.high, level, ends.method, x, n, basis=basis)


def estimated(plain: Estimate, basis: Basis, level: float) -> Estimate:
    """An estimate with the value and the printed interval of what it rests on."""
    ends = basis.printed(level)
    return replace(
        plain,
        status="estimated",
        value=basis.value,
        low=_finite(ends.low),
        high=_finite(ends.high),
        level=level,
        method=ends.method,
        basis=basis,
    )


def references(
    groups: Sequence[str], named: Mapping[str, str], sizes: Mapping[str, Mapping[str, int | None]]
) -> dict[str, str]:
    """The reference label of each column: the one named, else the largest shown one, ties in text order.

    sizes  column -> label -> how many records, None where that is withheld

    InputError for a label that the column does not have, or that is withheld; no entry where nothing is shown.
    """
    found: dict[str, str] = {}
    for column in groups:
        names = sizes.get(column, {})
        label = named.get(column)
        if label is not None:
            if label not in names:
                hint = nearest(label, names) or "write the group as the records do"
                raise InputError(f"the column {column!r} has no such group", where=f"reference.{column}", hint=hint)
            if names[label] is None:
                what = "the reference group is too small to be shown"
                raise InputError(what, where=f"reference.{column}", hint="name a larger group")
            found[column] = label
        elif sized := [(-size, name) for name, size in names.items() if size is not None]:
            found[column] = min(sized)[1]
    return found


def compare(estimate: Estimate, base: Estimate, scales: Iterable[Scale], level: float) -> Iterator[Contrast]:
    """An estimate against the one of the reference, on each scale."""
    detectable: float | None = None
    for scale in scales:
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
            exact = estimate.level is None and base.level is None
            found = filled(plain, ends, status, level, _on(scale, detectable, base.value), exact=exact)
            if status == "bounded":
                inner = identified_contrast(estimate.basis, base.basis, scale)
                found = replace(found, identified_low=_finite(inner.low), identified_high=_finite(inner.high))
            yield found


def adjust(
    contrasts: list[Contrast], settings: Settings, hypothesis: Callable[[str], str] = lambda measure: measure
) -> tuple[list[Contrast], int]:
    """Holm over one hypothesis per measure (as ``hypothesis`` names it), setting and pair of groups; and how many."""
    keys = [(hypothesis(c.measure), key_of(c.at), key_of(c.group), key_of(c.reference)) for c in contrasts]
    p_values = {key: c.p_value for key, c in zip(keys, contrasts, strict=True) if c.p_value is not None}
    if settings.adjust == "none" or not p_values:
        return contrasts, len(p_values)
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return [
        replace(c, p_adjusted=adjusted[key]) if c.p_value is not None else c
        for key, c in zip(keys, contrasts, strict=True)
    ], len(p_values)


def filled(
    plain: Contrast,
    ends: ContrastInterval,
    status: Status,
    level: float,
    detectable: float | None = None,
    *,
    exact: bool = False,
) -> Contrast:
    """A contrast with its numbers; ``exact`` where it has no sampling error."""
    low, high = _finite(ends.low), _finite(ends.high)
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


def _finite(end: float) -> float | None:
    return end if math.isfinite(end) else None


def _detectable(estimate: Estimate, base: Estimate, ends: ContrastInterval, level: float) -> float | None:
    """The least excess over the reference rate that so many records would show with 80 % power, where none is shown."""
    rate, reference = estimate.basis, base.basis
    if not isinstance(rate, Rate | Clustered) or not isinstance(reference, Rate | Clustered):
        return None
    sizes = rate.effective(level), reference.effective(level)
    if not ends.low <= 0 <= ends.high or not min(sizes) >= 1:
        return None
    return minimum_detectable(reference.value or 0.0, int(sizes[0]), int(sizes[1]), level)


def _on(scale: Scale, excess: float | None, reference: float | None) -> float | None:
    """An excess on a scale: a verdict leaves out a difference of 0 exactly when it leaves out a ratio of 1."""
    if excess is None or scale == "difference":
        return excess
    return (reference + excess) / reference if reference else None
