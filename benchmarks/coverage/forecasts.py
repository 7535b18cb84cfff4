"""Diebold and Mariano's test with few forecasts: simulated coverage of the difference of two scores."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.kit import LEVEL, generator, percent, table
from counterproof.stats.basis import Interval, contrast
from counterproof.stats.forecasts import Pair, Paired
from counterproof.stats.normal import Normal
from counterproof.stats.series import diebold_mariano

__all__ = ["cover", "differences", "section"]

DRAWS = 4_000
DAYS = (6, 10, 20, 50, 200)
AHEAD = (1, 2, 4, 8)
GAP = 0.5


def differences(rng: np.random.Generator, days: int, ahead: int) -> NDArray[np.float64]:
    """Differences of scores with the mean ``GAP``; neighbouring forecasts share all but one of their steps."""
    shocks = rng.normal(0, 1, days + ahead - 1)
    return GAP + np.convolve(shocks, np.ones(ahead), "valid") / ahead**0.5


def cover(rng: np.random.Generator, days: int, ahead: int) -> tuple[float, float, float]:
    """Of all draws: not computable; of the rest, share that holds the gap as the program says, and without lags."""
    held, plain, none = 0, 0, 0
    names = tuple(str(day) for day in range(days))
    own = Normal(0.0, 1.0, days - 1)
    for _ in range(DRAWS):
        gaps = differences(rng, days, ahead)
        pair = Pair(gaps, np.zeros(days), np.ones(days), names)
        found = contrast(Paired(own, "a", ahead, {"b": pair}), Paired(own, "b", ahead, {}), "difference", LEVEL)
        none += found.method == "not computable"
        held += found.method != "not computable" and found.low <= GAP <= found.high
        plain += _holds(gaps)
    usable = DRAWS - none
    return none / DRAWS, held / usable if usable else 0.0, plain / DRAWS


def _holds(gaps: NDArray[np.float64]) -> bool:
    """Whether the test that takes forecasts on neighbouring days for independent holds the gap."""
    found = diebold_mariano(gaps, 1)
    if found is None:
        return False
    ends: Interval = Normal(found.mean, found.error, found.n - 1).printed(LEVEL)
    return ends.low <= GAP <= ends.high


def section() -> Iterator[str]:
    rng = generator("forecasts")
    yield f"## Difference of two forecasters' scores: {DRAWS:,} draws each"
    yield ""
    yield "Differences of scores, one a day on which forecasts were made, so many steps ahead that neighbouring ones"
    yield "share all but one step. First the interval of Diebold and Mariano's test, corrected for few days; then the"
    yield "same as if days were independent. In brackets how often the test is not computable, and the program says so;"
    yield "coverage is of the other draws. Each figure stands for 4,000 of them, and a true 95.0 shows as 94.3 to 95.6."
    yield ""
    rows = []
    for days in DAYS:
        cells = []
        for ahead in AHEAD:
            if ahead * 2 > days:
                cells.append("")
                continue
            none, held, plain = cover(rng, days, ahead)
            aside = f" ({none:.1%})".replace("%", " %") if none else ""
            cells.append(f"{percent(held)} / {percent(plain)}{aside}")
        rows.append([str(days), *cells])
    yield from table(["days", *(f"{ahead} ahead" for ahead in AHEAD)], rows)
    yield "With few days for the steps ahead the interval is too narrow, which is why a report with fewer than ten days"
    yield "for each step ahead calls it a rough guess."
    yield ""
