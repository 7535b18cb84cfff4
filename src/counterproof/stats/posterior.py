"""A quantity of which draws from a posterior are known, as the basis of an estimate.

The range that a verdict uses is the posterior's, widened by what so few draws leave open. It says what the model and
its priors allow, given the records: unlike a confidence interval it makes no promise that holds without them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from counterproof.stats.basis import Basis, ContrastInterval, ContrastScale, Interval
from counterproof.stats.draws import effective_size, outer_quantiles, quantiles
from counterproof.stats.intervals import Floats

__all__ = ["Posterior"]

METHOD = "posterior"


@dataclass(frozen=True)
class Posterior:
    """Draws of shape (draws, chains) of a quantity in [least, most].

    Two of one fit are drawn together, so that their contrast is taken draw by draw.
    """

    draws: Floats = field(repr=False)
    least: float = 0.0
    most: float = 1.0

    @property
    def value(self) -> float | None:
        """The posterior mean."""
        return float(self.draws.mean())

    @cached_property
    def effective(self) -> float:
        """How many independent draws these are worth."""
        size = effective_size(self.draws)
        return size if math.isfinite(size) else float(self.draws.size)

    def printed(self, level: float) -> Interval:
        """The middle ``level`` of the draws."""
        return Interval(*quantiles(self.draws, level), METHOD)

    def compatible(self, level: float) -> Interval:
        """The same, each end moved outwards by two standard errors of so few draws."""
        low, high = outer_quantiles(self.draws, level, self.effective)
        return Interval(max(low, self.least), min(high, self.most), METHOD)

    def against(
        self, reference: Basis, scale: ContrastScale, level: float, *, compatible: bool
    ) -> ContrastInterval | None:
        """Difference or ratio of two posteriors with as many draws; of the ratio, the value is that of the means."""
        if not isinstance(reference, Posterior) or self.draws.shape != reference.draws.shape:
            return None
        over, under = self.draws, reference.draws
        if scale == "difference":
            found = Posterior(over - under, self.least - reference.most, self.most - reference.least)
            value = found.value
        elif not (under > 0).all():
            return None
        else:
            found = Posterior(np.asarray(over / under), 0.0, math.inf)
            value = float(over.mean() / under.mean())
        ends = found.compatible(level) if compatible else found.printed(level)
        return ContrastInterval(value, ends.low, ends.high, METHOD, False, None)
