"""What the topics share: the grid, exact sums, how figures are written, and a generator for each topic."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import bdtr

from counterproof.stats.intervals import Floats

__all__ = [
    "DRAWS",
    "LEAST_SCORE",
    "LEVEL",
    "RATES",
    "SEED",
    "SIZES",
    "Limits",
    "generator",
    "must_cover",
    "percent",
    "support",
    "table",
]

LEVEL = 0.95
LEAST_SCORE = 0.93
"""No score interval that a verdict uses may cover less often than this, anywhere on the grid."""
SEED = 20161
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.008, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.46, 0.5)
SIZES = (5, 10, 12, 20, 50, 200, 1_000, 5_000, 20_000, 50_000, 100_000)
DRAWS = 4_000
Limits = Callable[[Floats, Floats, float], tuple[Floats, Floats]]


def generator(topic: str) -> np.random.Generator:
    """Each topic draws from a stream of its own, so that a new topic changes no figure of another."""
    return np.random.Generator(np.random.PCG64([SEED, zlib.crc32(topic.encode())]))


def support(n: int, p: float) -> tuple[Floats, Floats]:
    """Counts that hold all but 1e-12 of a binomial, and their probabilities."""
    spread = 7.5 * math.sqrt(n * p * (1 - p)) + 15
    x = np.arange(max(0, math.floor(n * p - spread)), min(n, math.ceil(n * p + spread)) + 1.0)
    below = np.concatenate([[bdtr(x[0] - 1, n, p) if x[0] > 0 else 0.0], bdtr(x, n, p)])
    return x, np.diff(below)


def percent(coverage: float) -> str:
    """Rounded down, so that nothing looks better than it is; tails cut off the sums are no reason for 99.9."""
    return f"{math.floor(min(coverage + 1e-9, 1) * 1000) / 10:.1f}"


def must_cover(coverage: float, least: float = LEVEL) -> None:
    """End the command where an interval falls short of what the page and the methods say of it."""
    if coverage < least - 1e-9:
        raise SystemExit(f"an interval that must cover with {least} covers with {coverage}")


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""
