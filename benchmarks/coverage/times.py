"""Restricted mean times under censoring: simulated coverage of one mean, and of the difference of two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.kit import LEVEL, generator, percent, table
from counterproof.stats import survival
from counterproof.stats.basis import compatible_contrast, contrast
from counterproof.stats.times import RestrictedMean

__all__ = ["draw", "restricted", "section"]

DRAWS = 1_000
HORIZON = 365
CASES = ((20, 20), (50, 50), (20, 200), (200, 200), (1_000, 1_000))
MEANS = (60.0, 200.0, 1_000.0)
LEFT = (0.0, 0.3, 0.6)
"""Share of cases that are last seen, still open, before the horizon, if none of them ended earlier."""


def restricted(mean: float) -> float:
    """E min(T, τ) of whole days T, geometric with this mean: Σ_{t < τ} P(T > t)."""
    stay = 1 - 1 / mean
    return (1 - stay**HORIZON) / (1 - stay)


def draw(rng: np.random.Generator, cases: int, mean: float, left: float) -> RestrictedMean | None:
    """So many cases; each is last seen on any day of the year with the chance given, else only after it.

    None where the horizon is refused, since nobody was followed so long.
    """
    took = rng.geometric(1 / mean, cases)
    seen = np.where(rng.random(cases) < left, rng.integers(1, HORIZON + 1, cases), HORIZON + 1)
    last, done = np.minimum(took, seen), took <= seen
    days = np.unique(last)
    ended, gone = (np.bincount(np.searchsorted(days, last[side]), minlength=len(days)) for side in (done, ~done))
    try:
        value, error = survival.rmst(survival.life_table(days, ended, gone), HORIZON)
    except ValueError:
        return None
    return RestrictedMean(value, error, cases, int((done & (last <= HORIZON)).sum()), HORIZON)


def cover(rng: np.random.Generator, cases: tuple[int, int], mean: float, left: float) -> NDArray[np.float64]:
    """Share of draws that hold the mean, as printed and as judged, and the difference (0) of two alike, likewise."""
    truth, held, used = restricted(mean), np.zeros(4), 0
    while used < DRAWS:
        one, other = draw(rng, cases[0], mean, left), draw(rng, cases[1], mean, left)
        if one is None or other is None:
            continue
        used += 1
        both = contrast(one, other, "difference", LEVEL), compatible_contrast(one, other, "difference", LEVEL)
        for place, ends in enumerate((one.printed(LEVEL), one.compatible(LEVEL))):
            held[place] += ends.low - 1e-9 <= truth <= ends.high + 1e-9
        for place, ends in enumerate(both, 2):
            held[place] += ends.low <= 0 <= ends.high
    return held / DRAWS


def section() -> Iterator[str]:
    rng = generator("times")
    yield f"## Restricted mean times: {DRAWS:,} draws each"
    yield ""
    yield f"The mean time up to {HORIZON} days of cases that end on each day with the same chance, so that the mean"
    yield "without a limit is the one given. The share given is last seen on some day of the year, all equally likely."
    yield "As printed (Greenwood's variance, normal) and as judged (Student's t; the empirical Bernstein interval where"
    yield "fewer than 50 cases end). First one mean, of the first group; then the difference of two groups that do not"
    yield "differ. Each figure stands for 1,000 draws, so that a true 95.0 shows as 93.6 to 96.3 in most cells."
    yield ""
    rows = []
    least = np.ones(4)
    for cases, mean, left in itertools.product(CASES, MEANS, LEFT):
        found = cover(rng, cases, mean, left)
        least = np.minimum(least, found)
        one, two = (" / ".join(percent(share) for share in found[start : start + 2]) for start in (0, 2))
        rows.append([f"{cases[0]:,} and {cases[1]:,}", f"{mean:g}", f"{left:g}", one, two])
    yield from table(["cases", "mean", "last seen before", "one mean", "a difference"], rows)
    told = " / ".join(percent(share) for share in least)
    yield f"The least of each: {told}."
    yield ""
