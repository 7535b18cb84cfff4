from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from claims.byhand import audit, claim, compas, rate, verdict
from counterproof.findings import AuditFindings, Estimate
from counterproof.stats.contrasts import miettinen_nurminen


def implied(found: AuditFindings | None = None, **consequence: object) -> list[dict[str, Any]]:
    return [dict(row) for row in verdict(claim(consequences=[consequence]), found or audit()).consequences]


def test_wrong_flags_of_a_claimed_precision_have_no_interval() -> None:
    (row,) = implied(kind="wrong_flags", precision="0.85", volume=50_000)
    assert (row["value"], row["low"], row["high"]) == (7500, None, None)
    assert row["sentence"] == "Flags in which the outcome did not occur: 7,500."
    assert "85.0 %" in row["assumption"]
    assert "50,000" in row["assumption"]


def test_wrong_flags_of_an_estimated_precision_carry_its_interval_the_other_way_round() -> None:
    precision = {"audit": "a", "measure": "ppv"}
    (row,) = implied(audit(rate("ppv", {}, 85, 100)), kind="wrong_flags", precision=precision, volume=50_000)
    # Wilson 85/100: .76718 to .90694.
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (7500, 50_000 * 0.09306, 50_000 * 0.23282), rel=1e-4
    )


def test_a_filter_of_one_per_cent_over_a_million_messages() -> None:
    (row,) = implied(
        kind="false_alarms", false_positive_rate="0.01", volume=1_000_000, prevalence=["0.001"], sensitivity="0.9"
    )
    assert row["value"] == 9990
    assert row["precision"]["value"] == pytest.approx(900 / (900 + 9990))
    assert row["inputs"] == {"volume": 1_000_000, "prevalence": 0.001}


def test_estimates_of_a_group_can_be_carried_on() -> None:
    ref = {"audit": "a", "measure": "false_positive_rate", "group": {"race": "Caucasian"}, "at": {"threshold": 5}}
    (row,) = implied(compas(), kind="false_alarms", false_positive_rate=ref, volume=1000, prevalence=["0"])
    assert row["value"] == pytest.approx(1000 * 349 / 1488)
    assert row["low"] < row["value"] < row["high"]
    assert "Caucasian" in row["assumption"]


def test_missed() -> None:
    (row,) = implied(kind="missed", false_negative_rate="0.3", volume=10_000, prevalence=["0.05"])
    assert row["value"] == 150


def test_gallery_of_an_estimated_rate() -> None:
    fmr = {"audit": "a", "measure": "fmr"}
    (row,) = implied(audit(rate("fmr", {}, 3, 1_000_000)), kind="gallery", gallery=100_000, false_match_rate=fmr)
    assert row["value"] == pytest.approx(0.3)
    assert row["at_least_one"]["low"] < row["at_least_one"]["value"] == pytest.approx(1 - (1 - 3e-6) ** 100_000)


def test_cases_needed_for_a_width() -> None:
    (row,) = implied(kind="cases_needed", rate="0.85", within="0.02")
    n = int(row["value"])
    low, high = stats.beta.ppf(0.025, 0.85 * n, 0.15 * n + 1), stats.beta.ppf(0.975, 0.85 * n + 1, 0.15 * n)
    assert high - low <= 0.04
    assert high - low > 0.0399


def test_cases_needed_for_a_ratio_give_the_power_they_promise() -> None:
    import numpy as np

    (row,) = implied(kind="cases_needed", reference_rate=["0.05"], ratio="1.3")
    n, rng, draws = int(row["value"]), np.random.default_rng(20161), 1000
    shown = sum(
        miettinen_nurminen(int(x1), n, int(x0), n, "ratio")[0] > 1
        for x1, x0 in zip(rng.binomial(n, 0.065, draws), rng.binomial(n, 0.05, draws), strict=True)
    )
    assert shown / draws == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("status", ["suppressed", "not_identified", "undefined"])
def test_an_estimate_without_a_value_implies_nothing(status: str) -> None:
    found = audit(Estimate("ppv", {}, {}, status))  # type: ignore[arg-type]
    (row,) = implied(found, kind="wrong_flags", precision={"audit": "a", "measure": "ppv"}, volume=10)
    assert row["value"] is None
    assert "cannot be computed" in row["sentence"]
