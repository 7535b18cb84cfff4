"""Many groups: coverage of the rectangle, exact for the box it is made of, simulated for the largest gap."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.kit import DRAWS, LEVEL, RATES, SIZES, generator, must_cover, percent, support, table
from benchmarks.coverage.others import RESAMPLES, bootstrapped_gap
from counterproof.stats.contrasts import score_limits
from counterproof.stats.intervals import clopper_pearson_limits

__all__ = ["box", "largest_gap", "resampled_gap", "section"]

BOOTSTRAPS = 400
MOST_PAIRED = 20
"""All pairs of more groups than this take too long to be worth it."""


def largest_gap(ns: list[int], ps: list[float], rng: np.random.Generator) -> tuple[float, float | None]:
    """Share of draws whose interval for max − min holds the truth: rectangle, and Bonferroni over all pairs."""
    n, p = np.array(ns, float), np.array(ps)
    x = rng.binomial(n.astype(int), p, (DRAWS, len(ns))).astype(float)
    every = np.broadcast_to(n, x.shape)
    low, high = clopper_pearson_limits(x, every, LEVEL ** (1 / len(ns)))
    truth = float(p.max() - p.min())
    least = np.maximum(0, low.max(axis=1) - high.min(axis=1))
    apart = high[:, :, None] - low[:, None, :]
    apart[:, np.arange(len(ns)), np.arange(len(ns))] = -np.inf
    boxed = (least <= truth) & (truth <= apart.max(axis=(1, 2)))
    if len(ns) > MOST_PAIRED:
        return float(boxed.mean()), None
    pairs = list(itertools.combinations(range(len(ns)), 2))
    share = 1 - (1 - LEVEL) / len(pairs)
    lows, highs = [], []
    for i, j in pairs:
        lo, hi = score_limits(x[:, i], every[:, i], x[:, j], every[:, j], "difference", share)
        lows.append(np.maximum(0, np.maximum(lo, -hi)))
        highs.append(np.maximum(-lo, hi))
    paired = (np.max(lows, axis=0) <= truth) & (truth <= np.max(highs, axis=0))
    return float(boxed.mean()), float(paired.mean())


def box(n: int, p: float, groups: int) -> float:
    """Chance that the intervals of so many groups of this size and rate hold all their rates together. Exact."""
    x, weight = support(n, p)
    low, high = clopper_pearson_limits(x, np.full_like(x, n), LEVEL ** (1 / groups))
    return float(weight[(low <= p) & (p <= high)].sum()) ** groups


def resampled_gap(ns: list[int], ps: list[float], rng: np.random.Generator) -> float:
    """Share of draws whose interval by fairlearn's bootstrap holds the largest gap."""
    n, truth, held = np.array(ns, float), max(ps) - min(ps), 0
    for x in rng.binomial(ns, ps, (BOOTSTRAPS, len(ns))).astype(float):
        low, high = bootstrapped_gap(x, n, rng)
        held += low <= truth <= high
    return held / BOOTSTRAPS


def section() -> Iterator[str]:
    yield from boxes()
    yield from gaps()


def boxes() -> Iterator[str]:
    yield "## The rectangle over many groups: exact"
    yield ""
    yield "Chance that the box of Clopper–Pearson intervals holds the rates of all groups together, the least over the"
    yield "rates of the grid. Where it does, the range over the box holds the largest gap, the greatest over the least,"
    yield "over the mean and over the geometric mean, so each of these covers at least as often. Groups of several"
    yield "sizes or rates cover with the product of what their own kind would give, each to the power of its share."
    yield ""
    counts = (2, 3, 5, 10, 20, 50)
    grid = {(g, n): min(box(n, p, g) for p in RATES) for g in counts for n in SIZES}
    must_cover(min(grid.values()))
    rows = [[f"{n:,}", *(percent(grid[g, n]) for g in counts)] for n in SIZES]
    yield from table(["n of each", *(f"{g} groups" for g in counts)], rows)


CASES = [
    ("2 of 5", [5] * 2, [0.0001] * 2),
    ("1 of 2,000, 4 of 20", [2_000] + [20] * 4, [0.005] * 5),
    ("4 of 10, 2 of 1,000", [10] * 4 + [1_000] * 2, [0.01] * 6),
    ("10 of 20, 1 of 50,000", [20] * 10 + [50_000], [0.003] * 11),
    ("5 of 50", [50] * 5, [0.03] * 5),
    ("20 of 200", [200] * 20, [0.1] * 20),
    ("50 of 100", [100] * 50, [0.01] * 50),
    ("49 of 30, 1 of 100,000", [30] * 49 + [100_000], [0.5] * 50),
    ("3 of 5, 3 of 100,000", [5] * 3 + [100_000] * 3, [0.3] * 6),
    ("2 of 30, unequal", [30] * 2, [0.1, 0.4]),
    ("6 of 500, unequal", [500] * 6, [0.02, 0.03, 0.05, 0.05, 0.08, 0.1]),
]


def gaps() -> Iterator[str]:
    rng, other = generator("many groups"), generator("fairlearn")
    yield f"## The largest gap over many groups: {DRAWS:,} draws each"
    yield ""
    yield "Rates are equal, so that the true gap is zero, unless it says otherwise. The two alternatives are not used:"
    yield "score intervals for all pairs at Bonferroni's level, and the percentile bootstrap of greatest less least as"
    yield f"fairlearn 0.15 prints it ({BOOTSTRAPS} draws of {RESAMPLES} resamples), which holds zero only where hardly"
    yield "any event was seen. It is made anew here as a multinomial draw over counts, and was held against fairlearn"
    yield "itself: on 0/20, 1/20, 12/2,000 it printed .0035 to .1667 from 2,000 resamples, and so does this."
    yield ""
    rows = []
    for name, ns, ps in CASES:
        boxed, paired = largest_gap(ns, ps, rng)
        must_cover(boxed)
        rates = f"{ps[0]:g}" if len(set(ps)) == 1 else f"{min(ps):g} to {max(ps):g}"
        bootstrap = resampled_gap(ns, ps, other)
        rows.append([name, rates, percent(boxed), "–" if paired is None else percent(paired), percent(bootstrap)])
    yield from table(["groups", "rates", "rectangle", "all pairs", "fairlearn's bootstrap"], rows)
