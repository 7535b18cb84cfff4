"""Rates from a random arm and the flagged: simulated coverage, of a process and where the people are all there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.kit import DRAWS, LEVEL, generator, percent, table
from counterproof.stats.random_arm import FORMS, ArmMeasure, ArmRate, Arms

__all__ = ["section"]

MEASURES: tuple[ArmMeasure, ...] = (
    "false_negative_rate",
    "false_positive_rate",
    "false_omission_rate",
    "accuracy",
)
"""The other rates are one minus these, and so are their intervals."""
Shares = NDArray[np.float64]


def truth(measure: str, q: Shares) -> float:
    """A rate from the shares of true and false positives, false and true negatives."""
    above, below = (np.array(form) for form in FORMS[measure])
    linear = np.array([1.0, q[0], q[1], q[0] + q[2]])
    return float(linear @ above) / float(linear @ below)


def held(people: int, picked: int, joint: Shares, rng: np.random.Generator, *, closed: bool) -> dict[str, Shares]:
    """Per measure how often the printed interval and the one of verdicts hold the truth."""
    fixed = rng.multinomial(people, joint)
    found = {measure: np.zeros(2) for measure in MEASURES}
    draws = DRAWS // 4
    for _ in range(draws):
        cells = fixed if closed else rng.multinomial(people, joint)
        tp, _, fn, tn = (int(n) for n in rng.multivariate_hypergeometric(cells, picked))
        arms = Arms(int(cells[0]), int(cells[1]), people, tp + fn, picked, fn, tn, closed)
        for measure in MEASURES:
            rate, true = ArmRate(measure, arms), truth(measure, cells / people if closed else joint)
            for which, interval in enumerate((rate.printed(LEVEL), rate.compatible(LEVEL))):
                found[measure][which] += interval.low - 1e-12 <= true <= interval.high + 1e-12
    return {measure: count / draws for measure, count in found.items()}


def section() -> Iterator[str]:
    rng = generator("two arms")
    yield f"## A random arm beside the flagged: {DRAWS // 4:,} draws each"
    yield ""
    yield "Of so many people so many are picked at random; of the share that is flagged, half have the outcome."
    yield "As printed (MOVER from Wilson's intervals) and as judged (the box of Clopper–Pearson intervals)."
    yield ""
    rows = []
    grid = itertools.product((False, True), ((2_000, 50), (2_000, 400), (50_000, 400)), (0.02, 0.2), (0.01, 0.1, 0.4))
    for closed, (people, picked), flagged, prevalence in grid:
        right = min(flagged / 2, prevalence * 0.9)
        joint = np.array([right, flagged - right, prevalence - right, 1 - prevalence - flagged + right])
        cover = held(people, picked, joint, rng, closed=closed)
        cells = [f"{percent(printed)} / {percent(judged)}" for printed, judged in cover.values()]
        what = "all there is" if closed else "a process"
        rows.append([what, f"{people:,}", str(picked), f"{flagged:g}", f"{prevalence:g}", *cells])
    names = [f"{measure.replace('_', ' ')}" for measure in MEASURES]
    yield from table(["records are", "people", "picked", "flagged", "outcome", *names], rows)
