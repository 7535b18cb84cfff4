"""Comparisons that share people: simulated coverage of false match and false non-match rates, and as if independent."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.coverage.kit import LEVEL, generator, percent, table
from counterproof.stats.basis import Rate
from counterproof.stats.clustered import Clustered
from counterproof.stats.dyads import Dyads

__all__ = ["mated", "non_mated", "section"]

Ints = NDArray[np.int64]
DRAWS = 1_000
PEOPLE = (20, 50, 100, 200)
ALIKE = (0.0, 0.1, 0.3)
RATES = (0.001, 0.01, 0.1)
EACH = 10


def non_mated(rng: np.random.Generator, people: int, rate: float, alike: float) -> Dyads:
    """Everybody against everybody. Scores are normal; each side's person brings the share ``alike`` of the variance."""
    one, other = np.triu_indices(people, 1)
    own = rng.normal(0, math.sqrt(alike), people)
    rest = rng.normal(0, math.sqrt(1 - 2 * alike), len(one))
    wrong = (own[one] + own[other] + rest > -ndtri(rate)).astype(np.int64)
    a = np.bincount(one, wrong, people) + np.bincount(other, wrong, people)
    errors, trials = int(wrong.sum()), len(one)
    squares = _squares(a.astype(np.int64), people - 1 - a.astype(np.int64))
    return Dyads(errors, trials, people, squares, pair_squares=(errors, 0, trials - errors))


def mated(rng: np.random.Generator, people: int, rate: float, alike: float) -> Clustered:
    """``EACH`` comparisons of every person with himself or herself, of which ``2 alike`` of the variance is theirs."""
    own = rng.normal(0, math.sqrt(2 * alike), people)
    rest = rng.normal(0, math.sqrt(1 - 2 * alike), (people, EACH))
    a = (own[:, None] + rest > -ndtri(rate)).sum(axis=1)
    return Clustered(int(a.sum()), people * EACH, people, _squares(a, EACH - a))


def _squares(a: Ints, b: Ints) -> tuple[int, int, int]:
    return int((a * a).sum()), int((a * b).sum()), int((b * b).sum())


def cover(draw: Callable[[], Dyads | Clustered], rate: float) -> NDArray[np.float64]:
    """Share of draws that hold the rate: as if independent, as printed, as judged."""
    held = np.zeros(3)
    for _ in range(DRAWS):
        basis = draw()
        naive = Rate(basis.successes, basis.trials).compatible(LEVEL)
        for place, ends in enumerate((naive, basis.printed(LEVEL), basis.compatible(LEVEL))):
            held[place] += ends.low <= rate <= ends.high
    return held / DRAWS


def section() -> Iterator[str]:
    rng = generator("comparisons")
    yield f"## Comparisons that share people: {DRAWS:,} draws each"
    yield ""
    yield "Scores are normal, and a person brings the share given of their variance to each comparison that he or she"
    yield "stands in. First the plain Clopper–Pearson interval, which takes comparisons for independent; then as"
    yield "printed (Wilson's at the effective number of comparisons) and as judged. Each figure stands for 1,000 draws,"
    yield "so that a true 95.0 shows as 93.6 to 96.3 in most cells."
    yield ""
    kinds: tuple[tuple[str, Callable[..., Dyads | Clustered]], ...] = (
        ("False match rate: everybody compared with everybody", non_mated),
        (f"False non-match rate: {EACH} mated comparisons of each person", mated),
    )
    for title, draw in kinds:
        yield f"### {title}"
        yield ""
        grid: dict[tuple[int, float, float], NDArray[np.float64]] = {}
        rows = []
        for people, alike in itertools.product(PEOPLE, ALIKE):
            cells = []
            for rate in RATES:
                found = cover(lambda n=people, p=rate, s=alike, draw=draw: draw(rng, n, p, s), rate)  # type: ignore[misc]
                grid[people, alike, rate] = found
                cells.append(" / ".join(percent(share) for share in found))
            rows.append([str(people), f"{alike:g}", *cells])
        yield from table(["people", "share of a person", *(f"p = {rate:g}" for rate in RATES)], rows)
        for place, name in ((0, "as if independent"), (1, "as printed"), (2, "as judged")):
            worst = min(grid, key=lambda key: grid[key][place])
            where = ", ".join(f"{part:g}" for part in worst)
            end = "." if place == 2 else ";"
            yield f"Least {name}: {percent(grid[worst][place])} (people, share, p: {where}){end}"
        yield ""
