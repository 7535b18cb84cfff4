"""Coverage: the figures that the methods rest on, and the page that states them."""

import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks.coverage.__main__ import page
from benchmarks.coverage.one_rate import least_over_all_rates, rate_coverage
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
    ("n1", "n0", "p", "printed", "judged"), [(20, 50_000, 0.008, 0.146, 0.003), (12, 50_000, 0.46, 0.078, 0.078)]
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


@pytest.mark.deep
def test_the_published_table_is_what_the_command_makes():
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page()
