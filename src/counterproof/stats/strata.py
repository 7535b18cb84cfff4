"""A rate known stratum by stratum, which is compared with another one within the strata: see ``stats.stratified``.

    x1 of n1, x0 of n0   group and reference in each stratum; N = n1 + n0, w = n1 n0/N, W = Σw, t = x1 + x0

The score interval of the weighted contrast presumes that chance could have moved Σx1 by 5 either way: with E = Σ n1
t/N, both E − Σ max(0, t − n0) and Σ min(n1, t) − E must be at least 5 [1]. Verdicts take half a record off the sum as
well, as the Mantel–Haenszel test with correction does, since counts have steps. Where there are too few, verdicts use
Hoeffding's inequality [2], which holds at any counts: the weighted difference is a sum of independent trials, each of
which can move it by no more than w/(n1 W) or w/(n0 W), so that with δ = 1 − level it lies within ± √(ln(2/δ)/(2W));
of each of the two weighted rates that make the ratio it takes the range at level √level.

[1] N. Mantel, J. L. Fleiss (1980). Minimum expected cell size requirements for the Mantel-Haenszel
    one-degree-of-freedom chi-square test and a related rapid procedure. American J. Epidemiology 112, 129-134.
[2] W. Hoeffding (1963). Probability inequalities for sums of bounded random variables. JASA 58, 13-30, theorem 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval, Rate
from counterproof.stats.intervals import Floats, checked_level
from counterproof.stats.stratified import homogeneity, mantel_haenszel, stratified

__all__ = ["Agreement", "Strata"]

_ENOUGH = 5.0
_SHOWN = 0.9


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether strata say the same.

    strata         how many hold both groups
    trials         of both groups in these
    p_homogeneity  of "the same contrast in every stratum"; None with one stratum, or with no such contrast
    least, most    the contrast with each stratum left out in turn; None with one stratum, or where it is undefined then
    turned         whether the same trials, taken together, point the other way
    """

    strata: int
    trials: int
    p_homogeneity: float | None
    least: float | None
    most: float | None
    turned: bool


@dataclass(frozen=True, slots=True)
class Strata:
    """A rate of one group in each stratum; by itself it is the rate of all of them together.

    rates  by stratum, successes and trials; strata that may not be shown are not among them
    total  trials of the group in all, whether they are shown here or not; None where that is not known
    """

    rates: Mapping[str, tuple[int, int]]
    total: int | None

    @property
    def whole(self) -> Rate:
        """All strata together."""
        return Rate(sum(x for x, _ in self.rates.values()), sum(n for _, n in self.rates.values()))

    @property
    def told(self) -> bool:
        """Whether nine in ten trials are shown. What is withheld are the smallest counts, so the rest is unlike it."""
        return self.total is not None and self.whole.trials >= _SHOWN * self.total

    @property
    def value(self) -> float | None:
        """Successes over trials of all strata; None without trials."""
        return self.whole.value

    def printed(self, level: float) -> Interval:
        """Wilson's interval of all strata together."""
        return self.whole.printed(level)

    def compatible(self, level: float) -> Interval:
        """Clopper and Pearson's interval of all strata together."""
        return self.whole.compatible(level)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """The Mantel–Haenszel contrast within the strata that hold both; None for another basis.

        Nothing is told of a group of which too little is shown: see ``told``.
        """
        if not isinstance(reference, Strata):
            return None
        if not self.told or not reference.told:
            least, most = (-1.0, 1.0) if scale == "difference" else (0.0, math.inf)
            return ContrastInterval(None, least, most, "mantel-haenszel", True, None)
        tables = self._tables(reference)
        found = stratified(*tables, scale, checked_level(level), stepped=compatible)
        sparse = _sparse(np.array(tables, dtype=float))
        low, high, method = found.low, found.high, "mantel-haenszel" + ", stepped" * compatible
        if compatible and sparse and found.strata:
            low, high, method = *_hoeffding(np.array(tables, dtype=float), scale, level), "hoeffding"
        return ContrastInterval(found.value, low, high, method, sparse, found.p_value)

    def agreement(self, reference: Strata, scale: ContrastScale) -> Agreement:
        """Whether the strata that hold both groups say the same."""
        tables = np.array(self._tables(reference), dtype=float).reshape(4, -1)
        strata = tables.shape[1]
        without = [mantel_haenszel(np.delete(tables, place, axis=1), scale) for place in range(strata)]
        known = [value for value in without if value is not None and math.isfinite(value)]
        least, most = (min(known), max(known)) if strata > 1 and len(known) == strata else (None, None)
        value = mantel_haenszel(tables, scale)
        x1, n1, x0, n0 = (int(total) for total in tables.sum(axis=1))
        within = 0.0 if value is None else value if scale == "difference" else value - 1
        turned = (x1 * n0 - x0 * n1) * within < 0
        return Agreement(strata, n1 + n0, homogeneity(tables, scale), least, most, turned)

    def _tables(self, reference: Strata) -> tuple[list[int], list[int], list[int], list[int]]:
        """x1, n1, x0, n0 of each stratum that has trials of both."""
        shared = [name for name in self.rates if name in reference.rates]
        rows = [(*self.rates[name], *reference.rates[name]) for name in shared]
        rows = [row for row in rows if row[1] and row[3]]
        x1, n1, x0, n0 = ([row[at] for row in rows] for at in range(4))
        return x1, n1, x0, n0


def _sparse(tables: Floats) -> bool:
    """Whether chance could not have moved Σx1 by 5 either way."""
    x1, n1, x0, n0 = tables
    t = x1 + x0
    expected = float((n1 * t / np.maximum(n1 + n0, 1)).sum())
    least, most = float(np.maximum(0, t - n0).sum()), float(np.minimum(n1, t).sum())
    return min(expected - least, most - expected) < _ENOUGH


def _hoeffding(tables: Floats, scale: ContrastScale, level: float) -> tuple[float, float]:
    """Range of the weighted contrast at any counts; see the module."""
    x1, n1, x0, n0 = tables
    w = n1 * n0 / (n1 + n0)
    total = float(w.sum())
    one, other = float((w * x1 / n1).sum()) / total, float((w * x0 / n0).sum()) / total
    if scale == "difference":
        half = math.sqrt(math.log(2 / (1 - level)) / (2 * total))
        return max(-1.0, one - other - half), min(1.0, one - other + half)
    share = math.log(2 / (1 - math.sqrt(level))) / 2
    halves = [math.sqrt(share * float((w**2 / n).sum())) / total for n in (n1, n0)]
    low, high = max(0.0, one - halves[0]), min(1.0, one + halves[0])
    least, most = max(0.0, other - halves[1]), min(1.0, other + halves[1])
    return low / most if most > 0 else 0.0, high / least if least > 0 else math.inf
