"""A rate over all records, of which some were drawn stratum by stratum to have their outcome reviewed.

    N_c, n_c, x_c   records of cell c (a stratum, flagged or not), how many were reviewed, in how many of these the
                    outcome occurred
    p_c = x_c/n_c   each reviewed record stands for N_c/n_c
    R(p) = Y/X      Y = Σ N_c (u_c p_c + v_c (1 − p_c)), X = Σ N_c (s_c p_c + t_c (1 − p_c)), where u, v, s, t say
                    whether a record with, or without, the outcome stands above the line, and below it

A ratio of two weighted totals [1]. Its interval moves each p_c to its own limit by itself and adds the squares of what
that does to R (MOVER [2], which for a mean is the stratified interval of [3]):

    R − √(Σ f_c (R − R(p_c → worse limit))² + z² V),   f_c = 1 − n_c/N_c, V = 0      where the records are all there is
                                                       f_c = 1, V = Σ N_c d_c²/N²    where they are draws from a process

with d_c = N (ȳ_c − R x̄_c)/X, since the sizes of cells are then drawn too. Each stratum takes its own uncertainty along,
also where nothing was found in it. Wilson's limits are printed; verdicts use Clopper and Pearson's, and where fewer
than five events or others were found in a cell on average the range over the box of Clopper and Pearson's intervals,
which hold for all cells at once.

[1] W. G. Cochran (1977). Sampling Techniques, 3rd ed., chapters 5 and 6. Wiley.
[2] A. Donner, G. Y. Zou (2012). Closed-form confidence intervals for functions of the normal mean and standard
    deviation. Statistical Methods in Medical Research 21, 347-359.
[3] X. Yan, X. G. Su (2010). Stratified Wilson and Newcombe confidence intervals for multiple binomial proportions.
    Statistics in Biopharmaceutical Research 2, 329-335.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from counterproof.stats.basis import Interval
from counterproof.stats.intervals import (
    Floats,
    checked_counts,
    checked_level,
    clopper_pearson_limits,
    normal_quantile,
    wilson_limits,
)

__all__ = ["Cell", "Designed"]

_FEW = 5
_ROUNDS = 100
_Limits = Callable[[Floats, Floats, float], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Cell:
    """Records, reviewed ones, and events among these; where a record with the outcome, and one without, stands.

    above  whether it is above the line; below  whether it is below it. Each a pair: with, without the outcome.
    """

    records: int
    reviewed: int
    events: int
    above: tuple[bool, bool]
    below: tuple[bool, bool]

    def __post_init__(self) -> None:
        checked_counts(self.events, self.reviewed)
        checked_counts(self.reviewed, self.records)
        if self.records and not self.reviewed:
            raise ValueError("of each stratum some records must have been reviewed")


@dataclass(frozen=True, slots=True)
class Designed:
    """A rate as a basis of estimates. ``finite``: the records are all there is. ValueError for impossible counts."""

    cells: tuple[Cell, ...]
    finite: bool = False

    @property
    def proportion(self) -> bool:
        """It is a share of records."""
        return True

    @property
    def value(self) -> float | None:
        """Y/X; None where nothing stands below the line."""
        found = float(self._rate(self._parts[2])) if self._used else float("nan")
        return None if np.isnan(found) else found

    def printed(self, level: float) -> Interval:
        """MOVER from Wilson's limits."""
        return Interval(*self._around(wilson_limits, checked_level(level)), "stratified-wilson")

    def compatible(self, level: float) -> Interval:
        """MOVER from Clopper and Pearson's limits, or the range over their box where events are few."""
        low, high = self._around(clopper_pearson_limits, checked_level(level))
        if not self._few:
            return Interval(low, high, "stratified-clopper-pearson")
        least, greatest = self._box(level)
        return Interval(min(low, least), max(high, greatest), "stratified-box")

    @property
    def _used(self) -> list[Cell]:
        """Cells that have records, and of which some can stand below the line."""
        return [cell for cell in self.cells if cell.records and any(cell.below)]

    @property
    def _few(self) -> bool:
        found = [(cell.events, cell.reviewed - cell.events) for cell in self._used]
        return any(sum(side) < _FEW * len(found) for side in zip(*found, strict=True))

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats]:
        """Records, reviews and shares of the cells."""
        records, n, x = np.array([(c.records, c.reviewed, c.events) for c in self._used], dtype=float).reshape(-1, 3).T
        return records, n, x / n

    def _totals(self, p: Floats) -> tuple[Floats, Floats]:
        """What stands above and below the line in each cell, as shares of its records; p of shape (…, cells)."""
        used = self._used
        above, below = (np.array([getattr(c, name) for c in used], dtype=float) for name in ("above", "below"))
        return above[:, 0] * p + above[:, 1] * (1 - p), below[:, 0] * p + below[:, 1] * (1 - p)

    def _rate(self, p: Floats) -> Floats:
        records = self._parts[0]
        y, x = self._totals(p)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((records * y).sum(-1) / (records * x).sum(-1))

    def _around(self, limits: _Limits, level: float) -> tuple[float, float]:
        value = self.value
        if value is None:
            return 0.0, 1.0
        records, n, p = self._parts
        ends = [self._moved(p, end) for end in limits(p * n, n, level)]
        with_nan = np.nan_to_num(np.array(ends), nan=value)  # a cell alone cannot leave nothing below the line
        worse, better = with_nan.min(axis=0), with_nan.max(axis=0)
        left = 1 - n / records if self.finite else np.ones_like(n)
        drawn = 0.0 if self.finite else normal_quantile(level) ** 2 * self._of_sizes(value)
        down = np.sqrt((left * np.maximum(value - worse, 0) ** 2).sum() + drawn)
        up = np.sqrt((left * np.maximum(better - value, 0) ** 2).sum() + drawn)
        return float(max(0.0, value - down)), float(min(1.0, value + up))

    def _moved(self, p: Floats, end: Floats) -> Floats:
        """The rate with each cell's share moved to its end by itself, shape (cells,)."""
        return self._rate(np.where(np.eye(len(p), dtype=bool), end, p))

    def _of_sizes(self, value: float) -> float:
        """V: what the sizes of the cells add where they are drawn."""
        records, _, p = self._parts
        y, x = self._totals(p)
        return float((records * (y - value * x) ** 2).sum() / (records * x).sum() ** 2)

    def _box(self, level: float) -> tuple[float, float]:
        """The range of the rate over a box that holds all shares at once.

        R is a quotient of linear functions: a share raises it where its part in Y − R X does, so the greatest R is the
        one at which no share would rather stand at its other end (Dinkelbach's method). 0 or 1 where X may be nothing.
        """
        _, n, p = self._parts
        ends = clopper_pearson_limits(p * n, n, checked_level(level) ** (1 / len(n)))
        y, x = (
            with_ - without for with_, without in zip(self._totals(np.ones(1)), self._totals(np.zeros(1)), strict=True)
        )
        return self._end(ends, y, x, 0), self._end(ends, y, x, 1)

    def _end(self, ends: tuple[Floats, Floats], y: Floats, x: Floats, side: int) -> float:
        rate = self.value
        for _ in range(_ROUNDS):
            rises = (y - (0.5 if rate is None else rate) * x > 0) == bool(side)
            found = float(self._rate(np.where(rises, ends[1], ends[0])))
            if np.isnan(found):
                return float(side)
            if found == rate:
                break
            rate = found
        return 0.0 if rate is None else rate
