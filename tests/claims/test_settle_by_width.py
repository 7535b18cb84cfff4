"""How many records would settle a claim about a rate that is no plain share: by scaling, against simulated power."""

import numpy as np
import pytest

from counterproof.claims.compatible import allowed
from counterproof.claims.expect import parse
from counterproof.claims.settle import BY_WIDTH, settle
from counterproof.findings import Estimate
from counterproof.stats.designed import Cell, Designed
from counterproof.stats.random_arm import ArmRate, Arms
from counterproof.stats.samples import settle_contrast
from counterproof.stats.strata import Strata


def needed(expect, basis, reference=None, scale=None):
    sides = [None if one is None else Estimate("m", {}, {}, "estimated", 0.5, basis=one) for one in (basis, reference)]
    expected = parse(expect, scale=scale)
    return settle(allowed(sides[0], sides[1], expected.scale, 0.95), expected, sides[0], sides[1], 0.95)


def decided(bases, low):
    """Share of bases whose judged interval lies on one side of a line."""
    ends = [basis.compatible(0.95) for basis in bases]
    return np.mean([end.low >= low or end.high < low for end in ends])


def test_a_designed_review():
    sizes, rates = np.array([600, 400, 2_000, 7_000]), (0.6, 0.3, 0.08, 0.032)
    sides = [((False, False), (True, False))] * 2 + [((True, False), (True, False))] * 2

    def drawn(times, rng=None):
        reviewed = [round(n * times) for n in (100, 60, 150, 250)]
        found = [round(r * p) if rng is None else rng.binomial(r, p) for r, p in zip(reviewed, rates, strict=True)]
        parts = zip(np.round(sizes * times).astype(int).tolist(), reviewed, found, sides, strict=True)
        return Designed(tuple(Cell(n, r, int(x), *side) for n, r, x, side in parts))

    basis = drawn(1)
    records, note = needed(">= 0.3", basis)
    assert note == BY_WIDTH
    assert records > 560
    rng = np.random.Generator(np.random.PCG64(1))
    assert 0.7 < decided([drawn(records / 560, rng) for _ in range(200)], 0.3) < 0.93


def test_two_arms():
    def drawn(times, rng):
        people = rng.multinomial(round(50_000 * times), (0.01, 0.01, 0.04, 0.94))
        found = rng.multivariate_hypergeometric(people, round(400 * times))
        arm = int(found[0] + found[2]), int(found.sum()), int(found[2]), int(found[3])
        return ArmRate("false_negative_rate", Arms(int(people[0]), int(people[1]), int(people.sum()), *arm))

    basis = ArmRate("false_negative_rate", Arms(500, 500, 50_000, 20, 400, 16, 376))
    records, note = needed(">= 0.7", basis)
    assert note == BY_WIDTH
    rng = np.random.Generator(np.random.PCG64(2))
    # Verdicts use a box of intervals here, which is wider than it need be, and all the more where counts are few.
    assert 0.75 < decided([drawn(records / 1_400, rng) for _ in range(200)], 0.7) < 0.99


@pytest.mark.parametrize(
    ("expect", "scale"), [("<= 1.0", "ratio"), (">= 0.02", "difference"), ("0.8 .. 1.25", "ratio")]
)
def test_one_stratum_is_about_the_exact_number(expect, scale):
    group, other = Strata({"x": (130, 1_000)}, 1_000), Strata({"x": (110, 1_000)}, 1_000)
    records, _ = needed(expect, group, other, scale)
    region = parse(expect, scale=scale)
    low, high = (float(end) if end is not None else sign * np.inf for end, sign in ((region.low, -1), (region.high, 1)))
    if 0.02 in (low, high):  # the estimate lies on the line
        assert records is None
    else:
        assert records == pytest.approx(settle_contrast(0.13, 0.11, 0.5, scale, low, high), rel=0.1)


def test_no_more_can_be_had_of_all_there_is():
    closed = ArmRate("false_negative_rate", Arms(500, 500, 50_000, 20, 400, 16, 376, closed=True))
    assert needed(">= 0.7", closed)[0] is None
