"""The part of a beta distribution above a threshold: the share that is searched, and the share of searches that hit.

    φ, λ    mean and concentration of the signal, p ~ Beta(a, b) with a = φλ, b = (1−φ)λ
    t       threshold: whoever has p > t is searched; the search hits with probability p
    T       P(p > t) = I_{1−t}(b, a), the search rate
    h       E(p | p > t) = φ (1 + D/T) with D = t^a (1−t)^b / (a B(a, b)), the hit rate

All arguments are logit φ, log λ and logit t, arrays of one shape. The slopes are those of log T and of h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, expit, gammaln, psi

from counterproof.stats.intervals import Floats

__all__ = ["Slopes", "approximate", "exact"]

_NODES, _WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(8))
_NODES = _NODES + 0.5
_BEYOND, _FURTHEST = 12.0, 20.0
"""The integral stops where (1−p)^b has fallen to e^−12 of what it is at the threshold, or 1−p to e^−20."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """T and h, and the slopes of log T and of h in logit φ, log λ and logit t."""

    searched: Floats
    hit: Floats
    of_log_searched: tuple[Floats, Floats, Floats]
    of_hit: tuple[Floats, Floats, Floats]


def exact(mean: Floats, concentration: Floats, threshold: Floats) -> tuple[Floats, Floats]:
    """T and h to the accuracy of a double, by the incomplete beta function."""
    weight = np.exp(concentration)
    a, b = expit(mean) * weight, expit(-mean) * weight
    # far faster than the complement of I_t(a, b), and exact where T is small
    searched = betainc(b, a, expit(-threshold))
    log_t, log_rest = -np.log1p(np.exp(-threshold)), -np.log1p(np.exp(threshold))
    density = np.exp(a * log_t + b * log_rest - np.log(a) - betaln(a, b))
    return np.asarray(searched), np.asarray(expit(mean) * (1 + density / searched))


def approximate(mean: Floats, concentration: Floats, threshold: Floats) -> Slopes:
    """T, h and their slopes by Gauss and Legendre's rule on the logit scale, to about one part in 10,000.

    ∫ p^a (1−p)^b d(logit p) from the threshold on. Good enough to say where to look, not what the density is.
    """
    weight = np.exp(concentration)
    a, b = expit(mean) * weight, expit(-mean) * weight
    t, rest = expit(threshold), expit(-threshold)
    log_t, log_rest = np.log(t), np.log(rest)
    log_end = log_rest - np.minimum(_BEYOND / b, _FURTHEST)
    log_p_end = np.log1p(-np.exp(log_end))
    width = log_p_end - log_end - threshold
    top = a * log_t + b * log_rest
    # what lies beyond, where either little is left or p is nearly 1
    total = np.exp(a * log_p_end + b * log_end - top) / (b * width)
    of_log_p, of_log_q = np.zeros_like(total), total * (log_end - 1 / b)
    # node by node, since arrays that do not fit a processor's cache cost more than the arithmetic
    for node, share in zip(_NODES, _WEIGHTS, strict=True):
        logit = threshold + width * node
        log_p = -np.log(1 + np.exp(-logit))
        height = np.exp(weight * log_p - b * logit - top) * share
        total += height
        of_log_p += height * log_p
        of_log_q += height * (log_p - logit)
    area, mean_p, mean_q = total * width, of_log_p / total, of_log_q / total
    digamma = psi(weight)
    log_searched = np.log(area) + a * log_t + b * log_rest - gammaln(a) - gammaln(b) + gammaln(weight)
    of_a, of_b, of_t = mean_p - psi(a) + digamma, mean_q - psi(b) + digamma, -1 / (area * t * rest)
    ratio = 1 / (a * area)
    ratio_a, ratio_b = -ratio * (1 / a + mean_p - log_t), -ratio * (mean_q - log_rest)
    ratio_t = ratio * (a / t - b / rest - of_t)
    phi = a / weight
    hit_a = b / weight**2 * (1 + ratio) + phi * ratio_a
    hit_b = -a / weight**2 * (1 + ratio) + phi * ratio_b

    def chained(da: Floats, db: Floats, dt: Floats) -> tuple[Floats, Floats, Floats]:
        return (da - db) * a * b / weight, da * a + db * b, dt * t * rest

    return Slopes(
        np.exp(log_searched), phi * (1 + ratio), chained(of_a, of_b, of_t), chained(hit_a, hit_b, phi * ratio_t)
    )
