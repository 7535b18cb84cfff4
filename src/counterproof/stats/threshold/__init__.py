"""The threshold test: from counts of stops, searches and hits to the threshold at which each group is searched.

model      counts, priors, density          tail       the part of a beta distribution above a threshold
fitting    draws from the posterior         walk, whitening    how they are drawn
summary    thresholds of groups, predictions, influence of places
"""

from counterproof.stats.threshold.fitting import Fit, fit
from counterproof.stats.threshold.model import Counts, Priors
from counterproof.stats.threshold.summary import (
    Predicted,
    group_thresholds,
    has_settled,
    influence,
    predicted,
    settled,
)

__all__ = [
    "Counts",
    "Fit",
    "Predicted",
    "Priors",
    "fit",
    "group_thresholds",
    "has_settled",
    "influence",
    "predicted",
    "settled",
]
