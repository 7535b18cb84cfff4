"""Designed reviews: by hand, against the stratified mean, and by simulation."""

import itertools

import numpy as np
import pytest

from counterproof.stats.designed import Cell, Designed
from counterproof.stats.sampling import Reviewed

PPV = (True, False), (True, True)
HIT, MISS = ((False, False), (True, False)), ((True, False), (True, False))
"""Flagged and not flagged cells of a false negative rate."""


def missed(counts, finite=False):
    """A false negative rate of (flagged, records, reviewed, events) cells."""
    return Designed(tuple(Cell(n, r, x, *(HIT if flagged else MISS)) for flagged, n, r, x in counts), finite=finite)


def test_by_hand():
    counts = [(True, 6_000, 200, 130), (True, 4_000, 200, 60), (False, 20_000, 300, 24), (False, 70_000, 400, 12)]
    found = 6_000 * 0.65 + 4_000 * 0.3, 20_000 * 0.08 + 70_000 * 0.03
    assert missed(counts).value == pytest.approx(found[1] / sum(found))


def test_a_mean_has_the_stratified_interval():
    strata = ((1_000, 50, 10), (300, 40, 30), (77, 77, 5))
    one, other = Designed(tuple(Cell(*stratum, *PPV) for stratum in strata), finite=True), Reviewed(strata)
    assert one.value == pytest.approx(other.value)
    for level in (0.9, 0.99):
        a, b = one.printed(level), other.printed(level)
        assert (a.low, a.high) == pytest.approx((b.low, b.high))


def test_a_full_review_of_all_there_is_leaves_nothing_open():
    cells = [(True, 60, 60, 20), (False, 200, 200, 30)]
    ends = missed(cells, finite=True).printed(0.95)
    assert (ends.low, ends.high) == (0.6, 0.6)
    drawn = missed(cells).printed(0.95)
    assert drawn.low < 0.55
    assert drawn.high > 0.65


def test_the_box_is_the_range_over_every_corner():
    from counterproof.stats.intervals import clopper_pearson

    counts = [(True, 500, 20, 3), (True, 900, 15, 0), (False, 4_000, 30, 1), (False, 2_000, 25, 0)]
    ends = [clopper_pearson(x, r, 0.95 ** (1 / 4)) for _, _, r, x in counts]
    rates = []
    for corner in itertools.product(*ends):
        totals = [0.0, 0.0]
        for p, (flagged, n, _, _) in zip(corner, counts, strict=True):
            totals[flagged] += n * p
        rates.append(totals[0] / sum(totals) if sum(totals) else np.nan)
    found = missed(counts)
    assert found._box(0.95) == pytest.approx((np.nanmin(rates), np.nanmax(rates)))
    judged = found.compatible(0.95)
    assert judged.low <= np.nanmin(rates) + 1e-12
    assert judged.high >= np.nanmax(rates) - 1e-12


@pytest.mark.parametrize("finite", [False, True])
@pytest.mark.parametrize(
    ("rates", "printed"), [((0.6, 0.3, 0.08, 0.03), 0.92), ((0.5, 0.1, 0.01, 0.002), 0.88)]
)  # what is printed rests on Wilson's limits, which fall short where events are rare; verdicts do not rest on it
def test_as_judged_it_covers(finite, rates, printed):
    rng = np.random.Generator(np.random.PCG64(20161))
    sizes, reviews, flags = np.array([600, 400, 2_000, 7_000]), (100, 60, 150, 250), (True, True, False, False)
    held, draws = np.zeros(2), 600
    events = np.round(sizes * rates).astype(int)
    for _ in range(draws):
        if finite:
            n, weights = sizes, events
        else:
            n, weights = rng.multinomial(sizes.sum(), sizes / sizes.sum()), sizes * np.array(rates)
        truth = weights[2:].sum() / weights.sum()
        x = rng.hypergeometric(events, sizes - events, reviews) if finite else rng.binomial(reviews, rates)
        basis = missed([(f, int(m), r, int(k)) for f, m, r, k in zip(flags, n, reviews, x, strict=True)], finite)
        for which, ends in enumerate((basis.printed(0.95), basis.compatible(0.95))):
            held[which] += ends.low <= truth <= ends.high
    assert held[0] / draws > printed
    assert held[1] / draws > 0.94


def test_impossible_counts():
    for cell in ((10, 11, 0), (10, 5, 6), (10, 0, 0)):
        with pytest.raises(ValueError, match=r"successes|stratum"):
            Cell(*cell, *PPV)
    assert Designed(()).value is None
