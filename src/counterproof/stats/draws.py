"""Draws from a posterior by several chains: have they met, how many independent draws are they worth, and quantiles.

    x   draws, shape (draws, chains); each chain is cut into two halves

[1] A. Gelman, J. B. Carlin, H. S. Stern, D. B. Dunson, A. Vehtari, D. B. Rubin (2013). Bayesian Data Analysis, 3rd
    edition, sections 11.4 and 11.5.
[2] A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner (2021). Rank-normalization, folding, and
    localization: an improved R-hat. Bayesian Analysis 16, 667-718.
"""

from __future__ import annotations

import math

import numpy as np

from counterproof.stats.intervals import Floats, checked_level, normal_quantile

__all__ = ["effective_size", "outer_quantiles", "quantiles", "r_hat"]

_ERRORS = 2.0


def r_hat(x: Floats) -> float:
    """Potential scale reduction [1]: √((W (n−1)/n + B/n) / W), about 1 where the half chains agree.

    nan where no half chain moves. [2] wants less than 1.01.
    """
    halves = _halves(x)
    n = len(halves)
    within = float(halves.var(axis=0, ddof=1).mean())
    between = float(halves.mean(axis=0).var(ddof=1))
    return math.sqrt((n - 1) / n + between / within) if within > 0 else math.nan


def effective_size(x: Floats) -> float:
    """Independent draws that would give the mean as precisely [1]: N / (1 + 2 Σ ρ_t).

    ρ_t is the autocorrelation over all half chains, summed in pairs as long as a pair is positive, each pair no larger
    than the one before. At most the number of draws times its logarithm to base 10. [2] wants at least 400.
    """
    halves = _halves(x)
    n, chains = halves.shape
    off = halves - halves.mean(axis=0)
    spectrum = np.abs(np.fft.rfft(off, 2 * n, axis=0)) ** 2
    covariance = np.fft.irfft(spectrum, axis=0)[:n].mean(axis=1) / n
    within = covariance[0] * n / (n - 1)
    whole = within * (n - 1) / n + float(halves.mean(axis=0).var(ddof=1))
    if not whole > 0:
        return math.nan
    rho = 1 - (within - covariance * n / (n - 1)) / whole
    rho[0] = 1.0
    pairs = rho[0 : n - n % 2 : 2] + rho[1:n:2]
    negative = np.flatnonzero(pairs < 0)
    kept = np.minimum.accumulate(pairs[: negative[0]] if len(negative) else pairs)
    total = n * chains
    return float(min(total / max(2 * float(kept.sum()) - 1, 1e-12), total * math.log10(total)))


def quantiles(x: Floats, level: float) -> tuple[float, float]:
    """The middle ``level`` of the draws, linear between neighbours; x of any shape."""
    tail = (1 - checked_level(level)) / 2
    low, high = np.quantile(x, [tail, 1 - tail])
    return float(low), float(high)


def outer_quantiles(x: Floats, level: float, effective: float) -> tuple[float, float]:
    """As :func:`quantiles`, each end moved outwards by two standard errors of what so few draws tell about it.

    The standard error of the quantile that leaves α in its tail is √(α(1−α)/effective) over the density there, which is
    taken as the normal's with the draws' standard deviation.
    """
    tail = (1 - checked_level(level)) / 2
    z = normal_quantile(level)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    error = float(x.std()) * math.sqrt(tail * (1 - tail) / max(effective, 1.0)) / density
    low, high = quantiles(x, level)
    return low - _ERRORS * error, high + _ERRORS * error


def _halves(x: Floats) -> Floats:
    """Shape (draws // 2, 2 · chains); the middle draw of an odd number is left out."""
    half = len(x) // 2
    return np.concatenate([x[:half], x[len(x) - half :]], axis=1)
