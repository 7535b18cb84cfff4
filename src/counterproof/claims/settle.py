"""How many records would settle an undetermined claim, if the present estimate is right."""

from __future__ import annotations

import math

from counterproof.claims.compatible import Allowed
from counterproof.claims.expect import Expectation
from counterproof.findings import Estimate
from counterproof.stats.basis import Basis, Bounds, ContrastScale, Rate
from counterproof.stats.clustered import Clustered
from counterproof.stats.designed import Designed
from counterproof.stats.intervals import normal_quantile
from counterproof.stats.random_arm import ArmRate
from counterproof.stats.strata import Strata

__all__ = ["POWER", "settle"]

POWER = 0.8

ON_THE_LINE = "the present estimate lies on the line that the claim draws, so no number of records would tell"
WIDE = "what is missing from the records leaves a range, and more records of the same kind leave it too"
ROUNDED = "the published number is rounded: only the unrounded one would settle it"
NO_RULE = "no number of records is derived for this measure"
CLUSTERS = "how the records are spread over clusters is withheld, so it is not known how much more of them would tell"
BY_WIDTH = "records of the same composition, reckoned from how wide the interval is now"
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
    drawn = [count for basis in bases if (count := _drawn(basis)) is not None]
    if drawn and len(drawn) == len(bases):
        return _by_width(found, expected, sum(drawn), level)
    rates = [basis for basis in bases if isinstance(basis, Rate | Clustered)]
    if len(rates) < len(bases):
        return None, NO_RULE
    if any(math.isnan(rate.effective(level)) for rate in rates):
        return None, CLUSTERS
    if found.value is None:
        return None, NO_ESTIMATE
    cases = _cases(rates, expected, level)
    return cases, ON_THE_LINE if cases is None else None


def _drawn(basis: Basis | None) -> int | None:
    """Records behind a rate that is no plain share of them: of both arms, of all strata, or reviewed; None for others,
    and for those of whom more cannot be had."""
    match basis:
        case ArmRate(arms=arms) if not arms.closed:
            return arms.true_positives + arms.false_positives + arms.sampled
        case Strata():
            return basis.whole.trials
        case Designed(finite=False):
            return sum(cell.reviewed for cell in basis.cells)
        case _:
            return None


def _by_width(found: Allowed, expected: Expectation, records: int, level: float) -> tuple[int | None, str | None]:
    """Records of the same composition that decide with 80 % power, from how wide the interval is now.

    It narrows with the root of the records, on the log scale for a ratio: 1 + z(power)/z(level) times the distance from
    the estimate to its end on the side of the claim's line must become that of the line.
    """
    if found.value is None:
        return None, NO_ESTIMATE
    shift = 1 if expected.scale == "change" else 0
    log = expected.scale in ("ratio", "change")
    numbers = [float(number) + shift for number in (found.low, found.value, found.high)]
    lines = [float(end) + shift for end in (expected.low, expected.high) if end is not None]
    if log and min(numbers[1], *lines) <= 0:
        return None, NO_RULE
    low, value, high = (_log(number) if log else number for number in numbers)
    needed = []
    for line in (_log(one) if log else one for one in lines):
        away, half = abs(line - value), (value - low if line < value else high - value)
        if away < 1e-12:
            return None, ON_THE_LINE
        needed.append(half / away)
    times = max(needed) if expected.contains(found.value) else min(needed)
    if not math.isfinite(times):
        return None, NO_RULE
    wider = 1 + normal_quantile(2 * POWER - 1) / normal_quantile(level)
    return math.ceil(records * (times * wider) ** 2), BY_WIDTH


def _log(number: float) -> float:
    return math.log(number) if number > 0 else -math.inf


def _cases(rates: list[Rate | Clustered], expected: Expectation, level: float) -> int | None:
    """Reckoned in independent cases; where records come in clusters, each of these stands for several."""
    from counterproof.stats.samples import settle_contrast, settle_rate

    shift = 1 if expected.scale == "change" else 0
    low = -math.inf if expected.low is None else float(expected.low + shift)
    high = math.inf if expected.high is None else float(expected.high + shift)
    alike = [rate.effective(level) for rate in rates]
    if len(rates) == 1:
        cases = settle_rate(rates[0].value or 0.0, low, high, level, POWER)
    else:
        values = [rate.value or 0.0 for rate in rates]
        scale: ContrastScale = "difference" if expected.scale == "difference" else "ratio"
        cases = settle_contrast(values[0], values[1], alike[0] / sum(alike), scale, low, high, level, POWER)
    return None if cases is None else math.ceil(cases * sum(rate.trials for rate in rates) / sum(alike) - 1e-9)
