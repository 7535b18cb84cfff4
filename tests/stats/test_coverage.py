"""Coverage: the figures that the methods rest on, and the page that states them."""

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.coverage import comparisons, forecasts, times
from benchmarks.coverage.__main__ import page, replaced
from benchmarks.coverage.many_groups import box, largest_gap, resampled_gap
from benchmarks.coverage.one_rate import least_over_all_rates, rate_coverage
from benchmarks.coverage.others import bootstrapped_gap, percentile_limits, wald_limits
from benchmarks.coverage.two_rates import equal_rates
from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.intervals import clopper_pearson_limits, wilson_limits

ROOT = Path(__file__).parents[2]


def test_clopper_pearson_never_falls_below_its_level():
    for n in (1, 2, 5, 12, 50, 333):
        assert least_over_all_rates(clopper_pearson_limits, n)[0] >= 0.95 - 1e-9


def test_wilson_does_when_events_are_rare():
    assert rate_coverage(wilson_limits, 50, 0.003) == pytest.approx(0.86, abs=5e-3)


@pytest.mark.parametrize(
    ("n1", "n0", "p", "printed", "judged"), [(20, 50_000, 0.008, 0.146, 0.003), (12, 50_000, 0.46, 0.078, 0.016)]
)
def test_size_with_and_without_the_sparse_rule(n1, n0, p, printed, judged):
    scored, boxed, ruled = equal_rates(n1, n0, p)
    assert 1 - scored == pytest.approx(printed, abs=1e-3)
    assert 1 - ruled == pytest.approx(judged, abs=1e-3)
    assert boxed > 0.95


def test_verdict_contrasts_cover_in_a_simulation():
    rng = np.random.Generator(np.random.PCG64(20161))
    for (n1, p1), (n0, p0) in (((30, 0.05), (400, 0.02)), ((200, 0.3), (150, 0.25)), ((8, 0.5), (5000, 0.01))):
        held = 0
        for x1, x0 in zip(rng.binomial(n1, p1, 400).tolist(), rng.binomial(n0, p0, 400).tolist(), strict=True):
            found = compatible_contrast(Rate(x1, n1), Rate(x0, n0), "ratio", 0.95)
            held += found.low <= p1 / p0 <= found.high
        assert held / 400 > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 400)


def test_the_box_holds_all_rates_of_many_groups_together():
    for n, p, groups in ((20, 0.005, 5), (50, 0.1, 10), (1_000, 0.0003, 50)):
        assert box(n, p, groups) >= 0.95


def test_the_largest_gap_covers_a_true_zero_where_a_bootstrap_never_does():
    ns, ps = [2_000, 20, 20, 20, 20], [0.005] * 5
    rng = np.random.Generator(np.random.PCG64(20161))
    assert largest_gap(ns, ps, rng)[0] > 0.99
    assert resampled_gap(ns, ps, rng) < 0.05


def test_the_bootstrap_made_anew_is_fairlearns():
    # MetricFrame(selection_rate, n_boot=2000, ci_quantiles=[.025, .975], random_state=1).difference_ci(), fairlearn
    # 0.15.0: (.003503, .166667) for 0/20, 1/20, 12/2000, and (.0197, .1887) for 4/50, 9/60, 30/200.
    rng = np.random.Generator(np.random.PCG64(1))
    low, high = bootstrapped_gap(np.array([0.0, 1, 12]), np.array([20.0, 20, 2000]), rng, 20_000)
    assert (low, high) == pytest.approx((0.003503, 0.166667), abs=5e-5)
    low, high = bootstrapped_gap(np.array([4.0, 9, 30]), np.array([50.0, 60, 200]), rng, 20_000)
    assert (low, high) == pytest.approx((0.0197, 0.1887), abs=0.006)  # theirs rests on 2,000 resamples


def test_walds_interval_and_the_percentile_bootstrap_fail_when_events_are_rare():
    assert rate_coverage(wald_limits, 50, 0.003) == pytest.approx(0.139, abs=1e-3)
    assert rate_coverage(percentile_limits, 200, 0.003) < 0.5


@pytest.mark.deep
def test_the_published_table_is_what_the_command_makes():
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page()


def test_one_topic_takes_its_place_in_the_page(monkeypatch):
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    monkeypatch.setattr(comparisons, "section", lambda: iter(["## New", ""]))
    made = replaced(text, comparisons)
    before, _, rest = text.partition("<!-- topic: comparisons -->\n")
    after = rest[rest.index("<!-- topic: times -->") :]
    assert made == before + "<!-- topic: comparisons -->\n## New\n\n" + after
    assert replaced(before + after, comparisons) == made  # it was not there


def test_shared_people_are_not_covered_by_the_plain_interval():
    rng = np.random.Generator(np.random.PCG64(20161))
    held = np.zeros(3)
    for _ in range(200):
        basis = comparisons.non_mated(rng, 50, 0.1, 0.3)
        assert basis.trials == 50 * 49 // 2
        naive = Rate(basis.successes, basis.trials).compatible(0.95)
        held += [ends.low <= 0.1 <= ends.high for ends in (naive, basis.printed(0.95), basis.compatible(0.95))]
    assert held[0] / 200 < 0.55
    assert held[1] / 200 > 0.86
    assert held[2] / 200 > 0.91


def test_restricted_means_and_forecasters_cover():
    rng = np.random.Generator(np.random.PCG64(20161))
    truth = times.restricted(200)
    assert truth == pytest.approx(sum(min(day, 365) * (1 / 200) * (199 / 200) ** (day - 1) for day in range(1, 20_000)))
    drawn = [times.draw(rng, 200, 200, 0.3) for _ in range(200)]
    held = [one.compatible(0.95) for one in drawn if one is not None]
    assert len(held) > 190
    assert sum(ends.low <= truth <= ends.high for ends in held) / len(held) > 0.9
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecasts, "DRAWS", 300)
        _, kept, plain = forecasts.cover(rng, 50, 4)
    assert kept > 0.88
    assert plain < 0.75
