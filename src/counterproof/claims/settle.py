"""How many records would settle an undetermined claim, if the present estimate is right."""

from __future__ import annotations

import math

from counterproof.claims.compatible import Allowed
from counterproof.claims.expect import Expectation
from counterproof.findings import Estimate
from counterproof.stats.basis import Bounds, Rate

__all__ = ["POWER", "settle"]

POWER = 0.8

ON_THE_LINE = "the present estimate lies on the line that the claim draws, so no number of records would tell"
WIDE = "what is missing from the records leaves a range, and more records of the same kind leave it too"
ROUNDED = "the published number is rounded: only the unrounded one would settle it"
NO_RULE = "no number of records is derived for this measure"
NO_ESTIMATE = "there is no estimate from which to reckon"


def settle(
    found: Allowed, expected: Expectation, group: Estimate, reference: Estimate | None, level: float
) -> tuple[int | None, str | None]:
    """Cases below the line of the rate (of both groups together, in the present proportion) that decide the claim
    with 80 % power; or None, and why there is no such number. Exact power of the interval that verdicts use.
    """
    bases = [e.basis for e in (group, reference) if e is not None]
    if found.exact:
        return None, ROUNDED
    if any(isinstance(basis, Bounds) for basis in bases):
        return None, WIDE
    if not all(isinstance(basis, Rate) for basis in bases):
        return None, NO_RULE
    if found.value is None:
        return None, NO_ESTIMATE
    cases = _cases([b for b in bases if isinstance(b, Rate)], expected, level)
    return cases, ON_THE_LINE if cases is None else None


def _cases(rates: list[Rate], expected: Expectation, level: float) -> int | None:
    from counterproof.stats.samples import settle_contrast, settle_rate

    shift = 1 if expected.scale == "change" else 0
    low = -math.inf if expected.low is None else float(expected.low + shift)
    high = math.inf if expected.high is None else float(expected.high + shift)
    if len(rates) == 1:
        return settle_rate(rates[0].value or 0.0, low, high, level, POWER)
    group, reference = rates
    return settle_contrast(
        group.value or 0.0,
        reference.value or 0.0,
        group.trials / (group.trials + reference.trials),
        "difference" if expected.scale == "difference" else "ratio",
        low,
        high,
        level,
        POWER,
    )
