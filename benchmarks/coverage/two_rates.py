"""Two rates: exact coverage of score intervals, of the rectangle, and of the rule by which verdicts choose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.kit import LEVEL, RATES, SIZES, must_cover, percent, support, table
from benchmarks.coverage.one_rate import least_over_all_rates
from counterproof.stats.contrasts import score_limits, score_p_values
from counterproof.stats.intervals import clopper_pearson_limits, wilson_limits

__all__ = ["equal_rates", "section", "unequal_rates"]


def section() -> Iterator[str]:
    yield from two_equal_rates()
    yield from endless_reference()
    yield from two_unequal_rates()


def equal_rates(n1: int, n0: int, p: float) -> tuple[float, float, float]:
    """Chance that equality is not excluded if it is true: score interval, rectangle, the rule of the verdicts."""
    (x1, w1), (x0, w0) = support(n1, p), support(n0, p)
    a, b = x1[:, None], x0[None, :]
    scored = score_p_values(a, np.float64(n1), b, np.float64(n0)) >= 1 - LEVEL
    low1, high1 = clopper_pearson_limits(x1, np.full_like(x1, n1), math.sqrt(LEVEL))
    low0, high0 = clopper_pearson_limits(x0, np.full_like(x0, n0), math.sqrt(LEVEL))
    boxed = (low1[:, None] <= high0) & (high1[:, None] >= low0)
    sparse = min(n1, n0) * np.minimum(a + b, n1 + n0 - a - b) < 5 * (n1 + n0)
    weigh = lambda held: float(w1 @ held @ w0)  # noqa: E731
    return weigh(scored), weigh(boxed), weigh(np.where(sparse, boxed, scored))


def two_equal_rates() -> Iterator[str]:
    yield "## Two equal rates: exact"
    yield ""
    yield "Chance that the interval for the difference holds 0, which is the chance that the interval for the ratio"
    yield "holds 1: the least over the rates of the grid, in per cent."
    yield ""
    pairs = list(itertools.combinations_with_replacement(SIZES, 2))
    grid = {(n1, n0, p): equal_rates(n1, n0, p) for n1, n0 in pairs for p in RATES}
    names = (
        "Miettinen–Nurminen everywhere (as printed)",
        "Rectangle everywhere",
        "Miettinen–Nurminen, and the rectangle where an expected count is below 5 (as judged)",
    )
    for which, name in enumerate(names):
        worst = min(grid, key=lambda key, which=which: grid[key][which])
        where = f"n = {worst[0]:,} and {worst[1]:,}, p = {worst[2]}"
        yield f"### {name}"
        yield ""
        yield f"Least on this grid: {percent(grid[worst][which])} ({where})."
        yield ""
        if which == 1:
            must_cover(grid[worst][which])
        rows = []
        for n0 in SIZES:
            cells = [percent(min(grid[n1, n0, p][which] for p in RATES)) if n1 <= n0 else "" for n1 in SIZES]
            rows.append([f"{n0:,}", *cells])
        yield from table(["", *(f"{n:,}" for n in SIZES)], rows)


def endless_reference() -> Iterator[str]:
    yield "### The limit of an endless reference"
    yield ""
    yield "With a reference so large that its rate is known, the score interval turns into Wilson's. Its true minimum"
    yield "over every rate at which 5 successes and 5 failures are expected is therefore what verdicts about a group of"
    yield "that size approach. The six worst sizes of 10 to 500, and some others:"
    yield ""
    found = {n: least_over_all_rates(wilson_limits, n, expected=5) for n in range(10, 501)}
    worst = [*sorted(found, key=lambda n: found[n])[:6], 20, 50, 100, 200, 500]
    yield from table(
        ["n", *map(str, worst)],
        [["least", *(percent(found[n][0]) for n in worst)], ["at p", *(f"{found[n][1]:.3f}" for n in worst)]],
    )


def unequal_rates(n1: int, n0: int, p1: float, p0: float, scale: str) -> tuple[float, float]:
    """Chance that the true contrast is held: score interval, and the rule of the verdicts."""
    (x1, w1), (x0, w0) = support(n1, p1), support(n0, p0)
    a, b = np.repeat(x1, len(x0)), np.tile(x0, len(x1))
    m1, m0 = np.full_like(a, n1), np.full_like(b, n0)
    truth = p1 - p0 if scale == "difference" else p1 / p0
    low, high = score_limits(a, m1, b, m0, scale, LEVEL)  # type: ignore[arg-type]
    scored = (low <= truth) & (truth <= high)
    low1, high1 = clopper_pearson_limits(a, m1, math.sqrt(LEVEL))
    low0, high0 = clopper_pearson_limits(b, m0, math.sqrt(LEVEL))
    if scale == "difference":
        boxed = (low1 - high0 <= truth) & (truth <= high1 - low0)
    else:
        boxed = (low1 <= truth * high0) & (truth * low0 <= high1)
    sparse = min(n1, n0) * np.minimum(a + b, n1 + n0 - a - b) < 5 * (n1 + n0)
    weight = np.outer(w1, w0).ravel()
    return float(weight[scored].sum()), float(weight[np.where(sparse, boxed, scored)].sum())


def two_unequal_rates() -> Iterator[str]:
    yield "## Two unequal rates: exact"
    yield ""
    yield "Group sizes 5, 20, 100, 1,000 in every order; reference rates .001, .01, .1, .3; the group's rate half or"
    yield "double."
    yield ""
    sizes, references = (5, 20, 100, 1_000), (0.001, 0.01, 0.1, 0.3)
    rows = []
    for scale in ("difference", "ratio"):
        grid = {
            (n1, n0, factor * p0, p0): unequal_rates(n1, n0, factor * p0, p0, scale)
            for n1, n0, p0, factor in itertools.product(sizes, sizes, references, (0.5, 2.0))
        }
        for which, name in enumerate(("Miettinen–Nurminen", "as judged")):
            worst = min(grid, key=lambda key, which=which, grid=grid: grid[key][which])
            n1, n0, p1, p0 = worst
            mean = float(np.mean([cover[which] for cover in grid.values()]))
            where = f"{n1:,} at {p1:g} and {n0:,} at {p0:g}"
            rows.append([scale, name, percent(grid[worst][which]), where, percent(mean)])
    yield from table(["scale", "interval", "least", "where", "mean"], rows)
