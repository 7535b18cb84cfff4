"""How many trials make the interval of a difference narrow, and how many records to draw for so many trials."""

from __future__ import annotations

from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.intervals import checked_level

__all__ = ["drawn_for", "trials_for_contrast_width"]


def trials_for_contrast_width(rate: float, reference: float, width: float, level: float = 0.95) -> int:
    """Trials of each group with which the judged interval of rate − reference is at most ``width`` wide.

    At the counts nearest to those expected, which makes the width rise and fall by steps: the number returned is
    narrow enough and so is a tenth more. ValueError unless 0 < width <= 1.
    """
    if not (0 <= rate <= 1 and 0 <= reference <= 1):
        raise ValueError("a rate lies between 0 and 1")
    if not 0 < width <= 1:
        raise ValueError("a width lies above 0 and is at most 1")
    checked_level(level)

    def one(n: int) -> float:
        found = compatible_contrast(Rate(round(n * rate), n), Rate(round(n * reference), n), "difference", level)
        return found.high - found.low

    def narrow(n: int) -> bool:
        return one(n) <= width and one(n + n // 10) <= width

    high = 2
    while not narrow(high):
        high *= 2
    low = high // 2
    while high - low > max(1, high // 1_000):
        middle = (low + high) // 2
        low, high = (low, middle) if narrow(middle) else (middle, high)
    return high


def drawn_for(wanted: int, share: float, certainty: float = 0.95) -> int:
    """Records to draw so that ``wanted`` of them are of a kind with this share, with the certainty given. Exact."""
    from scipy.special import bdtr

    def enough(drawn: int) -> bool:
        return bool(bdtr(wanted - 1, drawn, share) <= 1 - certainty)

    low, high = wanted - 1, wanted
    while not enough(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
