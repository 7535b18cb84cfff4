"""What the records allow a tested number to be: the estimate, or the contrast of two, with its compatible interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from counterproof.claims.expect import Scale
from counterproof.findings import Estimate
from counterproof.stats.basis import Exact, compatible_contrast

__all__ = ["Allowed", "Silence", "allowed"]

Silence = Literal["suppressed", "not_identified", "undefined"]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Every value in [low, high] is compatible with the records; ends may be infinite.

    value   the point estimate; None if there is none (bounds, 0/0), or if it is infinite
    exact   there is no sampling error: low and high are the number and what rounds to it
    """

    value: float | Fraction | None
    low: float | Fraction
    high: float | Fraction
    method: str
    exact: bool = False
    sparse: bool = False


def allowed(group: Estimate, reference: Estimate | None, scale: Scale, level: float) -> Allowed | Silence:
    """The compatible interval of one estimate, or of a contrast, at a level; or why there is none.

    Reported numbers are compared as exact fractions, so that 0.3 satisfies "<= 0.3". "change" is the ratio minus 1.
    """
    both = [group] if reference is None else [group, reference]
    for silence in ("not_identified", "suppressed"):
        if any(e.status == silence for e in both):
            return silence
    if all(e.basis is None for e in both) and any(e.value is None for e in both):
        return "undefined"
    if all(_is_exact(e) for e in both):
        return _exact(both, scale)
    if any(e.basis is None for e in both):
        return "not_identified"
    return _value(group, level) if reference is None else _contrast(group, reference, scale, level)


def _value(estimate: Estimate, level: float) -> Allowed:
    assert estimate.basis is not None  # noqa: S101 - seen to by ``allowed``
    interval = estimate.basis.compatible(level)
    exact = isinstance(estimate.basis, Exact)
    return Allowed(_finite(estimate.basis.value), interval.low, interval.high, interval.method, exact)


def _contrast(group: Estimate, reference: Estimate, scale: Scale, level: float) -> Allowed:
    assert group.basis is not None and reference.basis is not None  # noqa: S101, PT018 - seen to by ``allowed``
    base: Literal["difference", "ratio"] = "difference" if scale == "difference" else "ratio"
    found = compatible_contrast(group.basis, reference.basis, base, level)
    shift = 1.0 if scale == "change" else 0.0
    value = _finite(found.value)
    exact = isinstance(group.basis, Exact) and isinstance(reference.basis, Exact)
    return Allowed(
        None if value is None else value - shift,
        found.low - shift,
        found.high - shift,
        found.method,
        exact,
        found.sparse,
    )


def _is_exact(estimate: Estimate) -> bool:
    """A number without sampling error and without rounding."""
    if estimate.basis is None:
        return estimate.status == "reported" and estimate.value is not None
    return isinstance(estimate.basis, Exact) and estimate.basis.half_width == 0


def _exact(estimates: list[Estimate], scale: Scale) -> Allowed | Silence:
    values = [_fraction(e) for e in estimates]
    if len(values) == 1:
        result = values[0]
    elif scale == "difference":
        result = values[0] - values[1]
    elif values[1] == 0:
        return "undefined"
    else:
        result = values[0] / values[1] - (1 if scale == "change" else 0)
    return Allowed(result, result, result, "exact", exact=True)


def _fraction(estimate: Estimate) -> Fraction:
    """The exact number: from its counts, or from its shortest decimal text."""
    if estimate.numerator is not None and estimate.denominator:
        return Fraction(estimate.numerator, estimate.denominator)
    value = estimate.value if estimate.basis is None else estimate.basis.value
    return Fraction(Decimal(repr(value)))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
