"""A score that claims to be a probability: how far it lies from what happened.

With score s and outcome y (1 if it occurred) of n records:

    brier                      mean of (s − y)²
    calibration_in_the_large   mean of s − y: mean score minus outcome rate
    brier_reliability          Σ n_b (s_b − y_b)² / n     s_b, y_b: mean score and outcome rate in bin b
    brier_resolution           Σ n_b (y_b − ȳ)² / n
    brier_uncertainty          ȳ (1 − ȳ)

Murphy's decomposition, brier = reliability − resolution + uncertainty, is exact only where all scores of a bin are
equal; otherwise it leaves the variance of scores within bins and twice their covariance with the outcome.

Murphy AH. A new vector partition of the probability score. J. Applied Meteorology 12 (1973) 595–600.
Stephenson DB, Coelho CAS, Jolliffe IT. Two extra components in the Brier score decomposition. Weather and Forecasting
23 (2008) 752–757.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score.measures import BRIER, IN_THE_LARGE, MEAN_SCORE
from counterproof.counts import Cells, CountRow, CountTable, Group, key_of
from counterproof.errors import InputError
from counterproof.findings import Estimate, Population
from counterproof.reductions import Powers
from counterproof.stats.basis import Basis, Exact, Mean

__all__ = ["Errors", "bins", "decomposition", "errors"]

SCALE = 10**6
"""Shown sums are rounded to a millionth: enough for every figure here, too little to tell single scores from it."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Errors:
    """Exact sums over the records of each cell, shape (cells,), with k = 10⁶ s and Y = 10⁶ y.

    scores  Σk     powers  Σ(k − Y), Σ(k − Y)², Σ(k − Y)⁴
    """

    scores: NDArray[np.object_]
    powers: tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]

    @classmethod
    def of(cls, cells: Cells, powers: Powers, positive: Mask) -> Errors:
        """From power sums and the outcome of each cell. Raises InputError for scores that are no probabilities."""
        first, second, third, fourth, outside = (cells.sums[name] for name in powers.names)
        if unfit := int(outside.sum()):
            raise InputError(
                f"{unfit:,} values of the column {powers.column!r} do not lie between 0 and 1",
                where="score",
                hint="a probability does; write score_is: rank, or divide percentages by 100 before",
            )
        y = np.where(positive, powers.scale, 0).astype(object)
        n = cells.n.astype(object)
        squares = second - 2 * y * first + y**2 * n
        fourths = fourth - 4 * y * third + 6 * y**2 * second - 4 * y**3 * first + y**4 * n
        return cls(first, (first - y * n, squares, fourths))

    def of_scores(self, members: Mask) -> dict[str, int]:
        """The sum of scores, times ``SCALE``."""
        return {"score_sum": int(self.scores[members].sum())}

    def of_errors(self, members: Mask) -> dict[str, int]:
        """The sums of errors, of their squares and of their fourth powers, times ``SCALE`` and rounded."""
        first, second, fourth = (int(power[members].sum()) for power in self.powers)
        return {
            "error_sum": first,
            "squared_error_sum": _rounded(second, SCALE),
            "fourth_power_error_sum": _rounded(fourth, SCALE**3),
        }


def _rounded(number: int, unit: int) -> int:
    return (number + unit // 2) // unit


def errors(row: CountRow, measures: Iterable[str], population: Population, level: float) -> Iterator[Estimate]:
    """Brier score and calibration in the large of one group, from its row of the table ``scored``."""
    sums = {"error_sum", "squared_error_sum", "fourth_power_error_sum", "positives", "negatives"}
    for measure, least, names in (
        (BRIER, 0.0, ("squared_error_sum", "fourth_power_error_sum")),
        (IN_THE_LARGE, -1.0, ("error_sum", "squared_error_sum")),
    ):
        if measure not in measures:
            continue
        if any(row[name] is None for name in sums):
            yield Estimate(measure, row.group, {}, "suppressed")
            continue
        n = (row["positives"] or 0) + (row["negatives"] or 0)
        total, squares = (row[name] or 0 for name in names)
        yield _mean(measure, row.group, Mean(n, total, squares, SCALE, least, 1.0), population, level)


def _mean(measure: str, group: Group, basis: Mean, population: Population, level: float) -> Estimate:
    value = basis.value
    if value is None:
        return Estimate(measure, group, {}, "undefined", basis=basis)
    if population == "records":
        exact: Basis = Exact(value)
        return Estimate(measure, group, {}, "reported", value, basis=exact)
    ends = basis.printed(level)
    return Estimate(measure, group, {}, "estimated", value, ends.low, ends.high, level, ends.method, basis=basis)


def bins(rows: CountTable) -> Iterator[Estimate]:
    """The mean score of each bin, to stand beside the outcome rate there."""
    for row in rows:
        score, n = row["score_sum"], row["records"]
        if score is None or n is None:
            yield Estimate(MEAN_SCORE, row.group, row.at, "suppressed", primary=False)
        elif n == 0:
            yield Estimate(MEAN_SCORE, row.group, row.at, "undefined", primary=False)
        else:
            yield Estimate(MEAN_SCORE, row.group, row.at, "reported", score / (SCALE * n), primary=False)


def decomposition(rows: CountTable, briers: Mapping[object, float | None]) -> Iterator[Estimate]:
    """Murphy's three parts for every group that has bins; ``briers`` has the group's Brier score by its key."""
    by: dict[object, list[CountRow]] = {}
    for row in rows:
        by.setdefault(key_of(row.group), []).append(row)
    for key, own in by.items():
        counted = [(row["score_sum"], row["positives"], row["records"]) for row in own]
        known = [(s / SCALE, y, n) for s, y, n in counted if s is not None and y is not None and n is not None]
        brier = briers.get(key)
        if len(known) < len(own) or brier is None:
            for part in PARTS:
                yield Estimate(part, own[0].group, {}, "suppressed", primary=False)
            continue
        yield from _parts(own[0].group, [entry for entry in known if entry[2]], brier)


PARTS = ("brier_reliability", "brier_resolution", "brier_uncertainty")


def _parts(group: Group, cells: list[tuple[float, int, int]], brier: float) -> Iterator[Estimate]:
    total = sum(n for _, _, n in cells)
    rate = sum(y for _, y, _ in cells) / total
    reliability = sum((s - y) ** 2 / n for s, y, n in cells) / total
    resolution = sum(n * (y / n - rate) ** 2 for _, y, n in cells) / total
    uncertainty = rate * (1 - rate)
    left = brier - (reliability - resolution + uncertainty)
    note = (
        f"From {len(cells)} bins; the Brier score is reliability minus resolution plus uncertainty plus {left:.6f}, "
        "which comes from scores that differ within a bin. It has no interval: it depends on the bins."
    )
    for name, value in zip(PARTS, (reliability, resolution, uncertainty), strict=True):
        yield Estimate(name, group, {}, "estimated", value, primary=False, note=note)
