"""Contrasts within strata as a basis of claims: what they rest on, when they are trusted, and what agreement means."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from counterproof.stats.basis import Rate, compatible_contrast, contrast
from counterproof.stats.strata import Strata
from counterproof.stats.stratified import stratified

STONES = {"small": (6, 87), "large": (71, 263)}
OTHERS = {"small": (36, 270), "large": (25, 80)}


def strata(rates, total=None):
    return Strata(rates, sum(n for _, n in rates.values()) if total is None else total)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_contrast_is_that_of_the_strata(scale):
    found = contrast(strata(STONES), strata(OTHERS), scale, 0.95)
    kernel = stratified((6, 71), (87, 263), (36, 25), (270, 80), scale)
    assert (found.value, found.low, found.high, found.p_value) == (
        kernel.value,
        kernel.low,
        kernel.high,
        kernel.p_value,
    )
    assert found.method == "mantel-haenszel"
    assert not found.sparse


def test_simpsons_paradox_is_noticed():
    assert strata(STONES).agreement(strata(OTHERS), "difference").turned
    assert strata(STONES).agreement(strata(OTHERS), "ratio").turned
    same = strata({"a": (5, 50), "b": (20, 50)})
    assert not same.agreement(strata({"a": (10, 50), "b": (30, 50)}), "difference").turned


def test_a_stratum_with_one_group_contributes_nothing():
    more = strata(STONES | {"only here": (50, 60)}), strata(OTHERS | {"only there": (1, 90), "empty": (0, 0)})
    assert contrast(*more, "ratio", 0.95) == contrast(strata(STONES), strata(OTHERS), "ratio", 0.95)
    assert more[0].agreement(more[1], "ratio").strata == 2


def test_leaving_one_out_spans_the_strata():
    agreement = strata(STONES).agreement(strata(OTHERS), "difference")
    gaps = sorted((6 / 87 - 36 / 270, 71 / 263 - 25 / 80))
    assert (agreement.least, agreement.most) == pytest.approx(tuple(gaps))
    alone = strata({"a": (5, 50)}).agreement(strata({"a": (9, 40)}), "difference")
    assert (alone.least, alone.most, alone.p_homogeneity) == (None, None, None)


def test_verdicts_take_the_steps_of_counts_into_account():
    """12 records against a known rate of .46: the printed interval leaves out the truth in 7.8 % of cases."""
    counts, missed = np.arange(13), {contrast: 0.0, compatible_contrast: 0.0}
    for x, weight in zip(counts, binom.pmf(counts, 12, 0.46), strict=True):
        for way in missed:
            found = way(strata({"a": (int(x), 12)}), strata({"a": (4_600_000, 10_000_000)}), "difference", 0.95)
            missed[way] += weight * (found.low > 0 or found.high < 0)
    assert missed[contrast] == pytest.approx(0.078, abs=1e-3)
    assert missed[compatible_contrast] < 0.05
    both = strata(STONES), strata(OTHERS)
    for scale in ("difference", "ratio"):
        printed, judged = contrast(*both, scale, 0.95), compatible_contrast(*both, scale, 0.95)
        assert judged.low < printed.low < printed.high < judged.high
        assert judged.p_value == printed.p_value


def test_too_much_withheld_leaves_everything_open():
    told, untold = strata(STONES, total=388), strata(STONES, total=389)
    assert told.told
    assert not untold.told
    found = compatible_contrast(untold, strata(OTHERS), "difference", 0.95)
    assert (found.value, found.low, found.high) == (None, -1.0, 1.0)
    assert compatible_contrast(strata(OTHERS), untold, "ratio", 0.95).high == math.inf


def test_few_events_are_judged_by_an_inequality_that_holds_at_any_counts():
    few = strata({"a": (1, 20), "b": (0, 30)}), strata({"a": (0, 200), "b": (0, 300)})
    printed, judged = contrast(*few, "difference", 0.95), compatible_contrast(*few, "difference", 0.95)
    assert printed.low > 0
    assert judged.sparse
    assert judged.method == "hoeffding"
    assert judged.low < 0 < judged.high
    # by hand: W = 20·200/220 + 30·300/330, half √(ln 40 / 2W)
    half = math.sqrt(math.log(40) / (2 * (20 * 200 / 220 + 30 * 300 / 330)))
    assert judged.high == pytest.approx(judged.value + half)


def test_by_itself_it_is_the_rate_of_all_strata():
    whole = Rate(77, 350)
    assert strata(STONES).printed(0.95) == whole.printed(0.95)
    assert strata(STONES).compatible(0.99) == whole.compatible(0.99)


def test_no_stratum_in_common():
    found = contrast(strata({"a": (1, 9)}), strata({"b": (2, 9)}), "difference", 0.95)
    assert (found.value, found.low, found.high) == (None, -1.0, 1.0)


def test_judged_contrasts_cover_in_a_simulation():
    rng = np.random.Generator(np.random.PCG64(20161))
    for sizes, base, gap in (((30, 200), 0.02, 0.0), ((60, 60), 0.2, 0.1), ((15, 15), 0.4, 0.2)):
        held = 0
        rates = rng.uniform(0.5, 1.5, 8) * base
        for _ in range(300):
            one, other = (
                strata({str(s): (int(rng.binomial(n, p + more)), n) for s, p in enumerate(rates)})
                for n, more in zip(sizes, (gap, 0.0), strict=True)
            )
            found = compatible_contrast(one, other, "difference", 0.95)
            held += found.low <= gap <= found.high
        assert held / 300 > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 300)
