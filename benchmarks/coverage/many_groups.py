"""The largest gap over many groups: simulated coverage of the rectangle."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.kit import DRAWS, LEVEL, generator, percent, table
from counterproof.stats.contrasts import score_limits
from counterproof.stats.intervals import clopper_pearson_limits

__all__ = ["largest_gap", "section"]


def largest_gap(ns: list[int], ps: list[float], rng: np.random.Generator) -> tuple[float, float]:
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
    pairs = list(itertools.combinations(range(len(ns)), 2))
    share = 1 - (1 - LEVEL) / len(pairs)
    lows, highs = [], []
    for i, j in pairs:
        lo, hi = score_limits(x[:, i], every[:, i], x[:, j], every[:, j], "difference", share)
        lows.append(np.maximum(0, np.maximum(lo, -hi)))
        highs.append(np.maximum(-lo, hi))
    paired = (np.max(lows, axis=0) <= truth) & (truth <= np.max(highs, axis=0))
    return float(boxed.mean()), float(paired.mean())


def section() -> Iterator[str]:
    rng = generator("many groups")
    yield f"## The largest gap over many groups: {DRAWS:,} draws each"
    yield ""
    yield "The alternative in the last column, score intervals for all pairs at Bonferroni's level, is not used."
    yield ""
    cases = [
        ("4 of 10, 2 of 1,000", [10] * 4 + [1_000] * 2, [0.01] * 6),
        ("10 of 20, 1 of 50,000", [20] * 10 + [50_000], [0.003] * 11),
        ("5 of 50", [50] * 5, [0.03] * 5),
        ("20 of 200", [200] * 20, [0.1] * 20),
        ("3 of 5, 3 of 100,000", [5] * 3 + [100_000] * 3, [0.3] * 6),
        ("2 of 30, unequal", [30] * 2, [0.1, 0.4]),
        ("6 of 500, unequal", [500] * 6, [0.02, 0.03, 0.05, 0.05, 0.08, 0.1]),
    ]
    rows = []
    for name, ns, ps in cases:
        boxed, paired = largest_gap(ns, ps, rng)
        rates = f"{ps[0]:g}" if len(set(ps)) == 1 else f"{min(ps):g} to {max(ps):g}"
        rows.append([name, rates, percent(boxed), percent(paired)])
    yield from table(["groups", "rates", "rectangle", "all pairs"], rows)
