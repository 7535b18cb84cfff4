"""Stratified samples, agreement, two linkers."""

import math

import numpy as np
import pytest

from counterproof.stats.intervals import clopper_pearson, wilson
from counterproof.stats.sampling import Agreement, Reviewed, Twice, rogan_gladen

STRATA = ((4000, 400, 113), (9000, 300, 24), (30000, 300, 5))


def test_the_textbook_estimate():
    # Cochran (1977), formulas 5.1 and 5.11, by hand
    found = Reviewed(STRATA)
    p = [113 / 400, 24 / 300, 5 / 300]
    weights = [4000 / 43000, 9000 / 43000, 30000 / 43000]
    assert found.value == pytest.approx(sum(w * x for w, x in zip(weights, p, strict=True)))
    parts = [w**2 * (1 - n / big) * x * (1 - x) / (n - 1) for w, x, (big, n, _) in zip(weights, p, STRATA, strict=True)]
    assert found.variance == pytest.approx(sum(parts), rel=1e-12)


def test_one_stratum_of_many_cases_is_a_simple_sample():
    found = Reviewed(((10**12, 300, 5),))
    assert (found.printed(0.95).low, found.printed(0.95).high) == pytest.approx(wilson(5, 300), rel=1e-6)
    assert (found.compatible(0.95).low, found.compatible(0.95).high) == pytest.approx(clopper_pearson(5, 300), rel=1e-6)


def test_a_census_has_no_error():
    found = Reviewed(((40, 40, 3), (10, 10, 1)))
    assert (found.value, found.variance) == (0.08, 0)
    assert found.printed(0.95).low == found.printed(0.95).high == pytest.approx(0.08)
    assert found.compatible(0.95).high == pytest.approx(0.08)


def test_none_found_is_not_none_there():
    found = Reviewed(((100_000, 100, 0), (100, 90, 70)))
    assert found.variance < 1e-9  # an interval from it would end at .0009 and never hold 50 in 100,000
    assert found.printed(0.95).high > 0.03
    alone = Reviewed(((1000, 50, 0),)).compatible(0.95)
    assert alone.high == pytest.approx(math.sqrt(1 - 50 / 1000) * clopper_pearson(0, 50)[1])


def test_the_next_sample_goes_where_it_tells_most():
    # Neyman: in proportion to N √(p(1 − p)), p = (x + 1)/(n + 2)
    spread = [n * math.sqrt((x + 1) / (r + 2) * (1 - (x + 1) / (r + 2))) for n, r, x in STRATA]
    assert Reviewed(STRATA).allocation(1000) == [round(1000 * s / sum(spread)) for s in spread]
    assert Reviewed(((10, 10, 5), (10**6, 10, 0))).allocation(500)[0] <= 10


@pytest.mark.parametrize("strata", [((5, 6, 0),), ((5, 3, 4),), ((5, 0, 0),)])
def test_impossible_strata(strata):
    with pytest.raises(ValueError, match=r"trials|reviewed"):
        Reviewed(strata)


def test_no_case_has_no_rate():
    assert Reviewed(((0, 0, 0),)).value is None


def test_reviewers_who_err():
    assert rogan_gladen(0.1, 0.95, 0.99) == pytest.approx(0.09 / 0.94)
    assert rogan_gladen(0.005, 0.95, 0.99) == 0  # fewer than such reviewers would find where there is none
    assert rogan_gladen(0.97, 0.95, 0.99) == 1
    with pytest.raises(ValueError, match="more than 1"):
        rogan_gladen(0.1, 0.4, 0.6)


# statsmodels 0.15.0, stats.inter_rater.cohens_kappa: kappa, std_kappa
KAPPA = {
    (40, 9, 5, 20): (0.5930871956009428, 0.09661123666284162),
    (480, 3, 7, 10): (0.6565462288775932, 0.10153442850709744),
}


@pytest.mark.parametrize("counts", KAPPA)
def test_kappa(counts):
    value, error = KAPPA[counts]
    found = Agreement(*counts)
    assert found.value == pytest.approx(value, rel=1e-12)
    assert math.sqrt(found.variance) == pytest.approx(error, rel=1e-12)
    assert found.printed(0.95).low == pytest.approx(value - 1.959963985 * error)


def test_kappa_without_disagreement_to_measure():
    assert Agreement(0, 0, 0, 0).value is None
    assert Agreement(30, 0, 0, 0).value is None
    assert Agreement(20, 0, 0, 10).value == 1


def test_chapman():
    # Seber (1982), The Estimation of Animal Abundance, formula 3.4 and its variance, by hand
    found = Twice(200, 150, 100)
    assert found.value == pytest.approx(201 * 151 / 101 - 1)
    unseen = found.value - 250
    variance = 201 * 151 * 100 * 50 / (101**2 * 102)
    factor = math.exp(1.959963985 * math.sqrt(math.log(1 + variance / unseen**2)))
    assert found.printed(0.95).low == pytest.approx(250 + unseen / factor)
    assert found.printed(0.95).high == pytest.approx(250 + unseen * factor)
    assert Twice(50, 50, 50).printed(0.95).low == 50
    with pytest.raises(ValueError, match="successes"):
        Twice(5, 3, 4)


DESIGNS = [
    ([50_000, 5_000, 500], [200, 200, 200], [0.001, 0.02, 0.3]),
    ([50_000, 5_000, 500], [50, 100, 400], [0.01, 0.1, 0.5]),
    ([100_000, 100], [100, 90], [0.0005, 0.8]),
    ([100_000] * 20, [15] * 20, [0.01] * 20),
    ([5_000] * 10, [20] * 10, [0.005] * 10),
]


@pytest.mark.deep
@pytest.mark.parametrize(("cases", "reviewed", "rates"), DESIGNS)
def test_the_interval_of_verdicts_covers(cases, reviewed, rates):
    rng = np.random.Generator(np.random.PCG64(20161))
    events = [round(n * p) for n, p in zip(cases, rates, strict=True)]
    true, held = sum(events) / sum(cases), 0
    for _ in range(2000):
        x = [int(rng.hypergeometric(e, n - e, r)) for e, n, r in zip(events, cases, reviewed, strict=True)]
        ends = Reviewed(tuple(zip(cases, reviewed, x, strict=True))).compatible(0.95)
        held += ends.low <= true <= ends.high
    assert held / 2000 >= 0.95
