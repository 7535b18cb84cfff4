"""Numbers that follow one another in time: long-run variance, a break in a trend, tests of equal accuracy.

    d₁ … dₙ  values at equal steps of time        γₖ  their autocovariance at lag k, with n below the line
    L        bandwidth                            h   steps ahead

[1] W. K. Newey, K. D. West (1987). A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
    covariance matrix. Econometrica 55, 703-708.
[2] W. K. Newey, K. D. West (1994). Automatic lag selection in covariance matrix estimation. Review of Economic Studies
    61, 631-653: the rule 4 (n/100)^(2/9).
[3] F. X. Diebold, R. S. Mariano (1995). Comparing predictive accuracy. J. Business & Economic Statistics 13, 253-263.
[4] D. Harvey, S. Leybourne, P. Newbold (1997). Testing the equality of prediction mean squared errors. International
    J. Forecasting 13, 281-291.
[5] A. K. Wagner et al. (2002). Segmented regression analysis of interrupted time series studies in medication use
    research. J. Clinical Pharmacy and Therapeutics 27, 299-309.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["DieboldMariano", "Segments", "bandwidth", "diebold_mariano", "segmented", "t_p_value"]

Floats = NDArray[np.float64]


def bandwidth(n: int) -> int:
    """Newey and West's rule ⌊4 (n/100)^(2/9)⌋ [2]."""
    return int(4 * (n / 100) ** (2 / 9))


@dataclass(frozen=True, slots=True)
class Segments:
    """A level and a trend before a break, and how both change at it.

    coefficients  level at the start, trend a step, jump at the break, change of the trend: shape (4,)
    errors        their Newey-West standard errors, shape (4,)
    lags, degrees the bandwidth, and n − 4
    """

    coefficients: Floats
    errors: Floats
    lags: int
    degrees: int


def segmented(values: ArrayLike, breaks_at: int, steps: ArrayLike | None = None, lags: int | None = None) -> Segments:
    """Segmented regression y = a + b t + c [t ≥ T] + d (t − T)[t ≥ T] with Newey-West errors [1, 5].

    values     shape (n,), in order of time
    breaks_at  how many of them lie before the break
    steps      their times where some are missing, with the break at time ``breaks_at``'s; 0, 1, 2, … otherwise

    The variance is multiplied by n/(n − 4). Raises ValueError unless three values at least lie on each side.
    """
    y = np.asarray(values, dtype=np.float64)
    t = np.arange(len(y), dtype=np.float64) if steps is None else np.asarray(steps, dtype=np.float64)
    n = len(y)
    if min(breaks_at, n - breaks_at) < 3:
        raise ValueError("a trend on each side of the break needs three values there")
    after = np.arange(n) >= breaks_at
    since = np.where(after, t - t[breaks_at], 0.0)
    x = np.column_stack([np.ones(n), t, after.astype(np.float64), since])
    inverse = np.linalg.pinv(x.T @ x, hermitian=True)
    found = inverse @ x.T @ y
    used = bandwidth(n) if lags is None else lags
    scores = x * (y - x @ found)[:, None]
    middle = scores.T @ scores
    for lag in range(1, used + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (used + 1)) * (cross + cross.T)
    covariance = inverse @ middle @ inverse * n / (n - 4)
    return Segments(found, np.sqrt(np.maximum(np.diag(covariance), 0.0)), used, n - 4)


@dataclass(frozen=True, slots=True)
class DieboldMariano:
    """The mean of loss differences with the error that forecasts ``ahead`` steps ahead leave it.

    statistic  mean/error with the small-sample correction; with n − 1 degrees of freedom
    error      the corrected standard error, so that statistic = mean/error
    """

    mean: float
    error: float
    n: int

    @property
    def statistic(self) -> float:
        """mean/error."""
        return self.mean / self.error

    @property
    def p_value(self) -> float:
        """Two-sided, of equal accuracy, by Student's t with n − 1 degrees of freedom."""
        return t_p_value(self.statistic, self.n - 1)


def diebold_mariano(differences: ArrayLike, ahead: int) -> DieboldMariano | None:
    """Diebold and Mariano's test of equal accuracy [3] with the correction of Harvey, Leybourne and Newbold [4].

    Var d̄ = (γ₀ + 2 Σ_{k<h} γₖ)/n, and the statistic is multiplied by √[(n + 1 − 2h + h(h−1)/n)/n]. None, not
    computable, where that variance or the correction is not positive: differences that are all the same, too few of
    them, or autocovariances that outweigh γ₀. ValueError unless ``ahead`` is at least 1.
    """
    d = np.asarray(differences, dtype=np.float64)
    if ahead < 1:
        raise ValueError("a forecast is made at least one step ahead")
    n = len(d)
    if n < 2:
        return None
    mean = float(d.mean())
    centered = d - mean
    variance = float(centered @ centered)
    for lag in range(1, min(ahead, n)):
        variance += 2 * float(centered[lag:] @ centered[:-lag])
    variance /= n * n
    correction = (n + 1 - 2 * ahead + ahead * (ahead - 1) / n) / n
    if not variance > 1e-15 * (mean * mean + float(d @ d) / n) or not correction > 0:
        return None
    return DieboldMariano(mean, math.sqrt(variance / correction), n)


def t_p_value(statistic: float, degrees: float) -> float:
    """Two-sided p-value of Student's t."""
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(statistic)))
