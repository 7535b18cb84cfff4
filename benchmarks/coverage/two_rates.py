"""Two rates: exact coverage of score intervals, of the rectangle, and of the rule by which verdicts choose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
from scipy.special import bdtr

from benchmarks.coverage.kit import LEAST_SCORE, LEVEL, RATES, SIZES, must_cover, percent, support, table
from counterproof.stats.contrasts import score_limits, score_p_values
from counterproof.stats.corrected import corrected_excludes_equality, corrected_limits, too_few
from counterproof.stats.intervals import clopper_pearson_limits

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
    one, of_one, other, of_other = np.broadcast_arrays(a, float(n1), b, float(n0))
    judged = ~corrected_excludes_equality(one, of_one, other, of_other, LEVEL)
    judged = np.where(too_few(one, of_one, other, of_other), boxed, judged)
    weigh = lambda held: float(w1 @ held @ w0)  # noqa: E731
    return weigh(scored), weigh(boxed), weigh(judged)


JUDGED = "The corrected score interval, and the rectangle where a count is below 5 (as judged)"


def two_equal_rates() -> Iterator[str]:
    yield "## Two equal rates: exact"
    yield ""
    yield "Chance that the interval for the difference holds 0, which is the chance that the interval for the ratio"
    yield "holds 1: the least over the rates of the grid, in per cent. Verdicts use the score interval corrected for"
    yield "skewness and steps where all four counts, observed and expected if the rates are equal, are at least 5, and"
    yield "the rectangle elsewhere; that rule keeps the plain score interval, which is printed, out of them."
    yield ""
    pairs = list(itertools.combinations_with_replacement(SIZES, 2))
    grid = {(n1, n0, p): equal_rates(n1, n0, p) for n1, n0 in pairs for p in RATES}
    names = ("Miettinen–Nurminen everywhere (as printed)", "Rectangle everywhere", JUDGED)
    for which, name in enumerate(names):
        worst = min(grid, key=lambda key, which=which: grid[key][which])
        where = f"n = {worst[0]:,} and {worst[1]:,}, p = {worst[2]}"
        yield f"### {name}"
        yield ""
        yield f"Least on this grid: {percent(grid[worst][which])} ({where})."
        yield ""
        if which:
            must_cover(grid[worst][which], LEVEL if which == 1 else LEAST_SCORE)
        rows = []
        for n0 in SIZES:
            cells = [percent(min(grid[n1, n0, p][which] for p in RATES)) if n1 <= n0 else "" for n1 in SIZES]
            rows.append([f"{n0:,}", *cells])
        yield from table(["", *(f"{n:,}" for n in SIZES)], rows)


def endless_reference() -> Iterator[str]:
    yield "### The limit of an endless reference"
    yield ""
    yield f"A reference of {ENDLESS:,} whose rate is known to the last digit, and chance in the group alone: the least"
    yield "coverage as judged over 400 rates from .001 to .999. The six worst sizes of 10 to 500, and some others:"
    yield ""
    found = {n: against_endless(n) for n in [*range(10, 101), *range(120, 501, 20)]}
    worst = [*sorted(found, key=lambda n: found[n])[:6], 20, 50, 100, 200, 500]
    must_cover(found[worst[0]][0], LEAST_SCORE)
    yield from table(
        ["n", *map(str, worst)],
        [["least", *(percent(found[n][0]) for n in worst)], ["at p", *(f"{found[n][1]:.3f}" for n in worst)]],
    )


ENDLESS = 10**9


def against_endless(n: int) -> tuple[float, float]:
    """Least chance over rates that a group of n is not told from a reference of the same, known rate; and the rate."""
    p = np.linspace(0.001, 0.999, 400)[:, None]
    x = np.arange(n + 1.0)[None, :]
    x1, n1, x0, n0 = np.broadcast_arrays(x, float(n), np.round(p * ENDLESS), float(ENDLESS))
    low, high = clopper_pearson_limits(x[0], np.full(n + 1, float(n)), math.sqrt(LEVEL))
    held = ~corrected_excludes_equality(x1, n1, x0, n0, LEVEL)
    held = np.where(too_few(x1, n1, x0, n0), (low <= p) & (p <= high), held)
    weight = np.diff(bdtr(x, n, p), axis=1, prepend=0)
    coverage = (weight * held).sum(axis=1)
    return float(coverage.min()), float(p[coverage.argmin(), 0])


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
    few = too_few(a, m1, b, m0)
    low, high = corrected_limits(a[~few], m1[~few], b[~few], m0[~few], scale, LEVEL)  # type: ignore[arg-type]
    judged = boxed.copy()
    judged[~few] = (low <= truth) & (truth <= high)
    weight = np.outer(w1, w0).ravel()
    return float(weight[scored].sum()), float(weight[judged].sum())


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
            if which:
                must_cover(grid[worst][which], LEAST_SCORE)
            mean = float(np.mean([cover[which] for cover in grid.values()]))
            where = f"{n1:,} at {p1:g} and {n0:,} at {p0:g}"
            rows.append([scale, name, percent(grid[worst][which]), where, percent(mean)])
    yield from table(["scale", "interval", "least", "where", "mean"], rows)
