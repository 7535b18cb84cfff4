"""One rate: exact coverage of Wilson's and Clopper and Pearson's intervals, and beside them what others print."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtr

from benchmarks.coverage.kit import LEVEL, RATES, SIZES, Limits, must_cover, percent, support, table
from benchmarks.coverage.others import percentile_limits, wald_limits
from counterproof.stats.intervals import clopper_pearson_limits, wilson_limits

__all__ = ["least_over_all_rates", "rate_coverage", "section"]


def rate_coverage(limits: Limits, n: int, p: float) -> float:
    x, weight = support(n, p)
    low, high = limits(x, np.full_like(x, n), LEVEL)
    return float(weight[(low <= p) & (p <= high)].sum())


def least_over_all_rates(limits: Limits, n: int, expected: float = 0) -> tuple[float, float]:
    """The true minimum over every rate with at least so many expected successes and failures, and where it lies.

    Coverage only drops at an interval's end, seen from outside.
    """
    x = np.arange(n + 1.0)
    low, high = limits(x, np.full_like(x, n), LEVEL)
    ends = np.concatenate([np.nextafter(low[low > 0], 0), np.nextafter(high[high < 1], 1), [0.5]])
    ends = ends[n * np.minimum(ends, 1 - ends) >= expected]
    # Between two ends the covered counts stay the same and their probability has no inner minimum.
    weight = np.diff(bdtr(x[:, None], n, ends[None, :]), axis=0, prepend=0)
    covered = (low[:, None] <= ends) & (ends <= high[:, None])
    coverage = (weight * covered).sum(axis=0)
    least = float(coverage.min())
    return least, float(ends[coverage < least + 1e-9].min())


SAID = {
    "Wilson": "Printed beside every rate. No verdict rests on it: where events are rare it covers far too seldom.",
    "Clopper–Pearson": "Verdicts about one rate rest on it, whatever the counts.",
    "Wald": "Not used here: p ± 1.96 standard errors, which many reports print.",
    "Percentile bootstrap": "Not used here: what fairlearn prints for a rate, with endless resamples. It is (0, 0) "
    "where no event was seen.",
}


def section() -> Iterator[str]:
    yield "## One rate: exact"
    yield ""
    for name, limits in (
        ("Wilson", wilson_limits),
        ("Clopper–Pearson", clopper_pearson_limits),
        ("Wald", wald_limits),
        ("Percentile bootstrap", percentile_limits),
    ):
        yield from _interval(name, limits)


def _interval(name: str, limits: Limits) -> Iterator[str]:
    grid = {(n, p): rate_coverage(limits, n, p) for n in SIZES for p in RATES}
    worst = min(grid, key=grid.__getitem__)
    yield f"### {name}"
    yield ""
    yield SAID[name]
    yield ""
    yield f"Coverage in per cent. Least on this grid: {percent(grid[worst])} (n = {worst[0]:,}, p = {worst[1]})."
    yield ""
    yield from table(["n", *map(str, RATES)], [[f"{n:,}", *(percent(grid[n, p]) for p in RATES)] for n in SIZES])
    if name == "Clopper–Pearson":
        must_cover(grid[worst])
    if name in ("Wilson", "Clopper–Pearson"):
        yield from _true_minima(name, limits)


def _true_minima(name: str, limits: Limits) -> Iterator[str]:
    sizes = [n for n in SIZES if n <= 1_000]
    found = {n: least_over_all_rates(limits, n) for n in sizes}
    if name != "Wilson":
        must_cover(min(least for least, _ in found.values()))
    yield "True minimum over every rate between 0 and 1, and where it lies:"
    yield ""
    rows = [["least", *(percent(found[n][0]) for n in sizes)], ["at p", *(f"{found[n][1]:.2g}" for n in sizes)]]
    yield from table(["n", *(f"{n:,}" for n in sizes)], rows)
