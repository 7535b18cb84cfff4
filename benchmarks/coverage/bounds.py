"""Bounds: exact coverage of rates whose counts are rounded, simulated where outcomes were learned for some only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.kit import DRAWS, LEVEL, generator, must_cover, percent, support, table
from counterproof.stats.basis import Bounds, Rate
from counterproof.stats.verification import extremes

__all__ = ["section"]


def rounded(n: int, p: float, to: int) -> tuple[float, float]:
    """How often the printed interval and the one of verdicts hold p where x and n − x are published rounded."""
    x, weight = support(n, p)
    reach, held = to // 2, np.zeros(2)
    for count, chance in zip(x.astype(int), weight, strict=True):
        cells = [int(to * ((one + reach) // to)) for one in (count, n - count)]
        (low, high), (least, most) = ((max(0, cell - reach), cell + reach) for cell in cells)
        basis = Bounds(Rate(low, low + most), Rate(high, high + least))
        for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
            held[which] += chance * (interval.low <= p <= interval.high)
    return float(held[0]), float(held[1])


def of_rounded() -> Iterator[str]:
    yield "## Rounded counts: exact"
    yield ""
    yield "A rate of which both counts are published rounded to ten: as printed and as judged."
    yield ""
    rates = (0.001, 0.01, 0.05, 0.2, 0.5)
    rows = []
    for n in (20, 100, 500, 5_000):
        grid = [rounded(n, p, 10) for p in rates]
        must_cover(min(judged for _, judged in grid))
        rows.append([f"{n:,}", *(f"{percent(printed)} / {percent(judged)}" for printed, judged in grid)])
    yield from table(["n", *map(str, rates)], rows)


def of_reviewed() -> Iterator[str]:
    rng = generator("bounds")
    draws = DRAWS // 2
    yield f"## Outcomes that were learned for some: {draws:,} draws each"
    yield ""
    yield "The false negative rate, one in four flagged, where such a share of the wrongly flagged and of the missed"
    yield "was reviewed, and all others were: the truth lies at the upper end of the bounds, where they cover least."
    yield "As printed and as judged."
    yield ""
    rows = []
    for n, prevalence, share in itertools.product((50, 500, 5_000), (0.05, 0.3), (0.1, 0.5, 0.9)):
        missed = 0.4
        joint = np.array([prevalence * (1 - missed), 0.25 - prevalence * (1 - missed), prevalence * missed])
        joint = np.append(joint, 1 - joint.sum())
        held = np.zeros(2)
        for _ in range(draws):
            tp, fp, fn, _ = (int(c) for c in rng.multinomial(n, joint))
            wrong, found = int(rng.binomial(fp, share)), int(rng.binomial(fn, share))
            ends = extremes([
                (frozenset({"rest"}), tp), (frozenset({"numerator"}), found),
                (frozenset({"rest", "outside"}), fp - wrong), (frozenset({"numerator", "outside"}), fn - found),
            ])  # fmt: skip
            basis = Bounds(Rate(*ends[0]), Rate(*ends[1]))
            for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
                held[which] += interval.low <= missed <= interval.high
        rows.append([f"{n:,}", f"{prevalence:g}", f"{share:g}", *(percent(one) for one in held / draws)])
    yield from table(["n", "outcome", "reviewed", "as printed", "as judged"], rows)


def section() -> Iterator[str]:
    yield from of_rounded()
    yield from of_reviewed()
