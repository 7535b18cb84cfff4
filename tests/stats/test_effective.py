"""Proportions with an effective number of trials: exactly the plain intervals where the trials are counts."""

from __future__ import annotations

import pytest

from counterproof.stats.basis import Rate, compatible_contrast, contrast
from counterproof.stats.effective import EffectiveRate, effective_trials

COUNTS = [(0, 20), (1, 20), (7, 20), (20, 20), (3, 5000)]


@pytest.mark.parametrize(("x", "n"), COUNTS)
def test_with_whole_counts_the_intervals_are_those_of_a_rate(x: int, n: int) -> None:
    rate, plain = EffectiveRate(x / n, n), Rate(x, n)
    for level in (0.8, 0.95, 0.999):
        for mine, theirs in (
            (rate.printed(level), plain.printed(level)),
            (rate.compatible(level), plain.compatible(level)),
        ):
            assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize("scale", ["difference", "ratio"])
@pytest.mark.parametrize("pair", [((7, 20), (6, 30)), ((1, 20), (0, 2000)), ((100, 200), (90, 300))])
def test_with_whole_counts_the_contrasts_are_those_of_rates(
    pair: tuple[tuple[int, int], tuple[int, int]], scale: str
) -> None:
    mine = [EffectiveRate(x / n, n) for x, n in pair]
    theirs = [Rate(x, n) for x, n in pair]
    for compare in (contrast, compatible_contrast):
        own, plain = compare(*mine, scale, 0.95), compare(*theirs, scale, 0.95)
        assert (own.low, own.high) == pytest.approx((plain.low, plain.high), rel=1e-9)
    found, plain = contrast(*mine, scale, 0.95), contrast(*theirs, scale, 0.95)
    assert found.p_value == pytest.approx(plain.p_value)
    assert found.sparse == plain.sparse


def test_small_fractions_of_a_trial_still_have_an_interval() -> None:
    interval = EffectiveRate(0.01, 30.5).compatible(0.95)
    assert 0 < interval.low < 0.01 < interval.high < Rate(1, 30).compatible(0.95).high


def test_effective_trials_never_exceed_the_real_ones() -> None:
    assert effective_trials(0.5, 0.25 / 40, 100) == pytest.approx(40)
    assert effective_trials(0.5, 1e-9, 100) == 100
    assert effective_trials(0.0, 0.0, 100) == 100


@pytest.mark.parametrize(("rate", "trials"), [(1.1, 5), (-0.1, 5), (0.5, -1)])
def test_what_is_no_rate_is_refused(rate: float, trials: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        EffectiveRate(rate, trials)
