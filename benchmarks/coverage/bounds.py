"""Bounds: exact coverage of rates whose counts are rounded, simulated where outcomes were learned for some only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.kit import DRAWS, LEVEL, generator, must_cover, percent, support, table
from counterproof.stats.basis import Bounds, Rate
from counterproof.stats.misclassification import Counts, ErrorRange, differential
from counterproof.stats.verification import extremes

__all__ = ["section"]


def rounded(n: int, p: float, to: int) -> tuple[float, float]:
    """How often the printed interval and the one of verdicts hold p where x and n − x are published rounded."""
    x, weight = support(n, p)
    reach, held = to // 2, np.zeros(2)
    for count, chance in zip(x.astype(int), weight, strict=True):
        cells = [int(to * ((one + reach) // to)) for one in (count, n - count)]
        (low, high), (least, most) = ((max(0, cell - reach), cell + reach) for cell in cells)
        basis = Bounds(Rate(low, low + most), Rate(high, high + least))
        for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
            held[which] += chance * (interval.low <= p <= interval.high)
    return float(held[0]), float(held[1])


def of_rounded() -> Iterator[str]:
    yield "## Rounded counts: exact"
    yield ""
    yield "A rate of which both counts are published rounded to ten: as printed and as judged."
    yield ""
    rates = (0.001, 0.01, 0.05, 0.2, 0.5)
    rows = []
    for n in (20, 100, 500, 5_000):
        grid = [rounded(n, p, 10) for p in rates]
        must_cover(min(judged for _, judged in grid))
        rows.append([f"{n:,}", *(f"{percent(printed)} / {percent(judged)}" for printed, judged in grid)])
    yield from table(["n", *map(str, rates)], rows)


def of_reviewed() -> Iterator[str]:
    rng = generator("bounds")
    draws = DRAWS // 2
    yield f"## Outcomes that were learned for some: {draws:,} draws each"
    yield ""
    yield "The false negative rate, one in four flagged, where such a share of the wrongly flagged and of the missed"
    yield "was reviewed, and all others were: the truth lies at the upper end of the bounds, where they cover least."
    yield "As printed and as judged."
    yield ""
    rows = []
    for n, prevalence, share in itertools.product((50, 500, 5_000), (0.05, 0.3), (0.1, 0.5, 0.9)):
        missed = 0.4
        joint = np.array([prevalence * (1 - missed), 0.25 - prevalence * (1 - missed), prevalence * missed])
        joint = np.append(joint, 1 - joint.sum())
        held = np.zeros(2)
        for _ in range(draws):
            tp, fp, fn, _ = (int(c) for c in rng.multinomial(n, joint))
            wrong, found = int(rng.binomial(fp, share)), int(rng.binomial(fn, share))
            ends = extremes([
                (frozenset({"rest"}), tp), (frozenset({"numerator"}), found),
                (frozenset({"rest", "outside"}), fp - wrong), (frozenset({"numerator", "outside"}), fn - found),
            ])  # fmt: skip
            basis = Bounds(Rate(*ends[0]), Rate(*ends[1]))
            for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
                held[which] += interval.low <= missed <= interval.high
        rows.append([f"{n:,}", f"{prevalence:g}", f"{share:g}", *(percent(one) for one in held / draws)])
    yield from table(["n", "outcome", "reviewed", "as printed", "as judged"], rows)


def of_misread() -> Iterator[str]:
    rng = generator("misread")
    draws = DRAWS // 4
    yield f"## Outcomes that are recorded with error: {draws:,} draws each"
    yield ""
    yield "One in five flagged, and half of these with the outcome. Sensitivity .7 to 1 and specificity .95 to 1 are"
    yield "stated; the record misses 30 % of the unflagged and hits 5 % of the flagged: the truth of the false negative"
    yield "rate and of the precision lies at an end of the bounds, where they cover least. As printed and as judged."
    yield ""
    rows = []
    errors = ErrorRange((0.7, 1.0), (0.95, 1.0))
    for n, prevalence in itertools.product((50, 200, 1_000, 10_000), (0.15, 0.4)):
        joint = np.array([0.1, 0.1, prevalence - 0.1, 0.9 - prevalence])
        true = {"false_negative_rate": (prevalence - 0.1) / prevalence, "positive_predictive_value": 0.5}
        held = {measure: np.zeros(2) for measure in true}
        for _ in range(draws):
            tp, fp, fn, tn = (int(c) for c in rng.multinomial(n, joint))
            seen, other = tp + int(rng.binomial(fp, 0.05)), int(rng.binomial(fn, 0.7))
            counts = Counts(seen, tp + fp - seen, other, fn + tn - other)
            for measure, share in true.items():
                basis = Bounds(*differential(measure, counts, counts, errors))
                for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
                    held[measure][which] += interval.low <= share <= interval.high
        cells = [f"{percent(p)} / {percent(j)}" for p, j in (count / draws for count in held.values())]
        rows.append([f"{n:,}", f"{prevalence:g}", *cells])
    yield from table(["n", "outcome", "false negative rate", "positive predictive value"], rows)


def section() -> Iterator[str]:
    yield from of_rounded()
    yield from of_reviewed()
    yield from of_misread()
