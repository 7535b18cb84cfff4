"""Records in clusters: simulated coverage of the intervals that allow for them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.kit import LEAST_SCORE, LEVEL, generator, must_cover, percent, table
from counterproof.stats.basis import Interval, Rate, compatible_contrast
from counterproof.stats.clustered import Clustered, Shared

__all__ = ["draw", "section"]

Ints = NDArray[np.int64]
Sizes = Callable[[np.random.Generator, int], Ints]
DRAWS = 1_000
PAIRED_DRAWS = 300
COUNTS = (5, 10, 30, 200)
CORRELATIONS = (0.0, 0.1, 0.5)
RATES = (0.01, 0.03, 0.1, 0.3, 0.5)


def even(rng: np.random.Generator, m: int) -> Ints:
    return rng.integers(2, 51, m)


def skewed(rng: np.random.Generator, m: int) -> Ints:
    return np.ceil(rng.lognormal(1.5, 1.2, m)).astype(np.int64)


def giant(rng: np.random.Generator, m: int) -> Ints:
    sizes = rng.integers(1, 6, m)
    sizes[0] = 300
    return sizes


@dataclass(frozen=True)
class Drawn:
    """Successes and trials of each cluster."""

    x: Ints
    n: Ints

    def basis(self, name: str = "", shared: dict[str, Shared] | None = None) -> Clustered:
        a, b = self.x, self.n - self.x
        squares = int((a * a).sum()), int((a * b).sum()), int((b * b).sum())
        return Clustered(int(a.sum()), int(self.n.sum()), len(a), squares, name=name, shared=shared or {})


def draw(rng: np.random.Generator, n: Ints, rate: float, correlation: float) -> tuple[Drawn, NDArray[np.float64]]:
    """Clusters of these sizes whose rates vary so that two records of one have this correlation; and the rates."""
    if correlation:
        spread = (1 - correlation) / correlation
        rates = rng.beta(rate * spread, (1 - rate) * spread, len(n))
    else:
        rates = np.full(len(n), rate)
    return Drawn(rng.binomial(n, rates), n), rates


def holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def one_rate(rng: np.random.Generator, sizes: Sizes, m: int, rate: float, correlation: float) -> NDArray[np.float64]:
    """Share of draws that hold the truth: as if independent, as printed, as judged."""
    held = np.zeros(3)
    for _ in range(DRAWS):
        basis = draw(rng, sizes(rng, m), rate, correlation)[0].basis()
        naive = Rate(basis.successes, basis.trials).compatible(LEVEL)
        held += [holds(interval, rate) for interval in (naive, basis.printed(LEVEL), basis.compatible(LEVEL))]
    return held / DRAWS


def two_rates(rng: np.random.Generator, m: int, n: int, rates: tuple[float, float], correlation: float) -> float:
    """Share of draws whose judged difference holds the truth; with n = 0 both groups stand in the same clusters."""
    held = 0
    for _ in range(PAIRED_DRAWS):
        one, each = draw(rng, even(rng, m), rates[0], correlation)
        if n:
            other = draw(rng, even(rng, n), rates[1], correlation)[0]
            first, second = one.basis("one"), other.basis("two")
        else:
            sizes = even(rng, m)
            other = Drawn(rng.binomial(sizes, each), sizes)
            first, second = sharing(one, other)
        found = compatible_contrast(first, second, "difference", LEVEL)
        held += found.low <= rates[0] - rates[1] <= found.high
    return held / PAIRED_DRAWS


def sharing(one: Drawn, other: Drawn) -> tuple[Clustered, Clustered]:
    a, b, c, d = one.x, one.n - one.x, other.x, other.n - other.x
    aa, ab, ba, bb = (int((mine * theirs).sum()) for mine in (a, b) for theirs in (c, d))
    return one.basis("one", {"two": Shared((aa, ab, ba, bb))}), other.basis("two", {"one": Shared((aa, ba, ab, bb))})


def least(found: dict[tuple[float, ...], float]) -> str:
    worst = min(found, key=found.__getitem__)
    return f"{percent(found[worst])} ({', '.join(f'{part:g}' for part in worst)})"


def section() -> Iterator[str]:
    yield from of_one_rate()
    yield from of_uneven_sizes()
    yield from of_two_groups()


def must_nearly_cover(share: float, draws: int) -> None:
    """What verdicts rest on covers with 93 %, as far as so many draws can tell."""
    must_cover(share, LEAST_SCORE - 3 * math.sqrt(LEAST_SCORE * (1 - LEAST_SCORE) / draws))


def of_one_rate() -> Iterator[str]:
    rng = generator("clusters")
    yield f"## Records in clusters: {DRAWS:,} draws each"
    yield ""
    yield "One rate. Clusters of 2 to 50 records each, all sizes equally often; the rates of clusters follow a beta"
    yield "distribution in which two records of one cluster have the correlation given. Each figure stands for 1,000"
    yield "draws, so that a true 95.0 shows as 93.6 to 96.3 in most cells. First the plain Clopper–Pearson interval,"
    yield "which takes records for independent; then as printed (Wilson's at the effective size) and as judged."
    yield ""
    grid: dict[str, dict[tuple[float, ...], float]] = {"independent": {}, "printed": {}, "judged": {}}
    rows = []
    for m, correlation in itertools.product(COUNTS, CORRELATIONS):
        cells = []
        for rate in RATES:
            found = one_rate(rng, even, m, rate, correlation)
            cells.append(" / ".join(percent(share) for share in found))
            for name, share in zip(grid, found, strict=True):
                grid[name][m, correlation, rate] = float(share)
        rows.append([str(m), f"{correlation:g}", *cells])
    yield from table(["clusters", "correlation", *(f"p = {rate:g}" for rate in RATES)], rows)
    must_nearly_cover(min(grid["judged"].values()), DRAWS)
    yield "The least of each (clusters, correlation, p): " + "; ".join(f"{k} {least(v)}" for k, v in grid.items()) + "."
    yield ""


def of_uneven_sizes() -> Iterator[str]:
    rng = generator("uneven clusters")
    yield "### Sizes that differ widely, and one giant cluster"
    yield ""
    yield "Least coverage as printed and as judged over p = .01, .03, .1, .3, .5. Skewed: log-normal sizes, the largest"
    yield "of 200 clusters a hundred times the middle one. Giant: one cluster of 300 records, the others 1 to 5."
    yield ""
    rows = []
    for (name, sizes), m, correlation in itertools.product(
        (("skewed", skewed), ("giant", giant)), (5, 10, 30, 200), (0.1, 0.5, 0.9)
    ):
        figures = [one_rate(rng, sizes, m, rate, correlation) for rate in RATES]
        rows.append([name, str(m), f"{correlation:g}", *(percent(min(f[at] for f in figures)) for at in (0, 1, 2))])
        must_nearly_cover(min(f[2] for f in figures), DRAWS)
    yield from table(["sizes", "clusters", "correlation", "independent", "printed", "judged"], rows)


def of_two_groups() -> Iterator[str]:
    rng = generator("clusters of two groups")
    yield f"### Two groups: {PAIRED_DRAWS} draws each"
    yield ""
    yield "Least coverage of the judged difference over equal rates of .01, .1, .5 and rates of .1, .3 against half of"
    yield "them. In the last rows both groups stand in the same clusters, and vary together (equal rates only)."
    yield ""
    yield from table(["clusters", "correlation", "judged", "at"], list(_pairs(rng)))


def _pairs(rng: np.random.Generator) -> Iterator[list[str]]:
    equal = [(rate, rate) for rate in (0.01, 0.1, 0.5)]
    for (m, n), correlation in itertools.product(((5, 5), (5, 200), (10, 30), (30, 200), (200, 200)), CORRELATIONS):
        found = {rates: two_rates(rng, m, n, rates, correlation) for rates in [*equal, (0.1, 0.05), (0.3, 0.15)]}
        worst = min(found, key=found.__getitem__)
        where = f"{worst[0]:g} and {worst[1]:g}"
        must_nearly_cover(found[worst], PAIRED_DRAWS)
        yield [f"{m} and {n}", f"{correlation:g}", percent(found[worst]), where]
    for m, correlation in itertools.product((10, 30, 200), (0.1, 0.5)):
        found = {rates: two_rates(rng, m, 0, rates, correlation) for rates in equal}
        worst = min(found, key=found.__getitem__)
        must_nearly_cover(found[worst], PAIRED_DRAWS)
        yield [f"the same {m}", f"{correlation:g}", percent(found[worst]), f"{worst[0]:g} and {worst[1]:g}"]
