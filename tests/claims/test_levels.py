"""With a known truth a wrong verdict is at most as likely as the level says: exact sums through ``judge`` itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from claims.byhand import audit, expecting, rate
from counterproof.audits.base import Settings
from counterproof.claims import judge
from counterproof.claims.model import Claim
from counterproof.findings import AuditFindings

GROUPS = {"g": ["a", "b"]}


def verdicts(claims: list[Claim], found: AuditFindings) -> list[str]:
    return [one.verdict for one in judge(claims, {"a": found}, Settings(), settling=False)]


@pytest.mark.parametrize("truth", [0.001, 0.01, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("trials", [5, 20, 60])
def test_a_rate_on_the_line_of_four_claims(truth: float, trials: int) -> None:
    true = [expecting(f"<= {truth}", identifier="a"), expecting(f">= {truth}", identifier="b")]
    false = [expecting(f"> {truth}", identifier="c"), expecting(f"< {truth}", identifier="d")]
    wrong = np.zeros(4)
    for x in range(trials + 1):
        said = verdicts([*true, *false], audit(rate("m", {}, x, trials)))
        weight = stats.binom.pmf(x, trials, truth)
        wrong += weight * np.array([*(v == "contradicted" for v in said[:2]), *(v == "supported" for v in said[2:])])
    assert (wrong <= 0.05 / 4).all()


@pytest.mark.parametrize(("n1", "n0"), [(6, 9), (4, 25), (15, 15)])
@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_a_contrast_on_the_line(n1: int, n0: int, scale: str) -> None:
    line = 0 if scale == "difference" else 1
    claims = [expecting(f"<= {line}", identifier="true", compare=GROUPS, **{"as": scale})]
    tables = list(itertools.product(range(n1 + 1), range(n0 + 1)))
    contradicted = np.array(
        [
            verdicts(claims, audit(rate("m", {"g": "a"}, x1, n1), rate("m", {"g": "b"}, x0, n0))) == ["contradicted"]
            for x1, x0 in tables
        ]
    )
    assert contradicted.any()
    x1, x0 = np.array(tables).T
    for truth in (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.99):
        weight = stats.binom.pmf(x1, n1, truth) * stats.binom.pmf(x0, n0, truth)
        assert weight[contradicted].sum() <= 0.05


def test_shuffled_labels_are_rarely_called_unequal() -> None:
    # COMPAS false positives and true negatives of both groups together (1,154 and 2,129), dealt out at random.
    rng = np.random.default_rng(20161)
    claims = [expecting("<= 0", identifier="t", compare=GROUPS, **{"as": "difference"})]
    claims += [expecting("0.8 .. 1.25", identifier="e", compare=GROUPS, **{"as": "ratio"})]
    said = []
    for _ in range(300):
        fp = int(rng.hypergeometric(1154, 2129, 1795))
        both = audit(rate("m", {"g": "a"}, fp, 1795), rate("m", {"g": "b"}, 1154 - fp, 1488))
        said.append(verdicts(claims, both))
    assert np.mean([one[0] == "contradicted" for one in said]) <= 0.03
    assert not any(one[1] == "contradicted" for one in said)


@pytest.mark.parametrize(
    ("expect", "x", "n"),
    [("<= 0.2", 8, 60), (">= 0.05", 1, 60), ("0.4 .. 0.6", 50, 100)],
    ids=["most", "least", "range"],
)
def test_settle_decides_a_rate_with_power_of_four_fifths(expect: str, x: int, n: int) -> None:
    settle = judge([expecting(expect)], {"a": audit(rate("m", {}, x, n))}, Settings())[0].settle
    assert settle is not None
    power = 0.0
    for events in range(settle + 1):
        weight = float(stats.binom.pmf(events, settle, x / n))
        if weight > 1e-9:
            power += weight * (verdicts([expecting(expect)], audit(rate("m", {}, events, settle))) != ["undetermined"])
    assert 0.8 <= power < 0.87


def test_settle_decides_a_contrast_with_power_of_four_fifths() -> None:
    claims = [expecting("<= 0", compare=GROUPS, **{"as": "difference"})]
    found = judge(claims, {"a": audit(rate("m", {"g": "a"}, 30, 100), rate("m", {"g": "b"}, 50, 200))}, Settings())[0]
    assert found.verdict == "undetermined"
    assert found.settle is not None
    n1 = round(found.settle / 3)
    n0 = found.settle - n1
    rng = np.random.default_rng(20161)
    draws = 1000
    decided = 0
    for x1, x0 in zip(rng.binomial(n1, 0.3, draws), rng.binomial(n0, 0.25, draws), strict=True):
        both = audit(rate("m", {"g": "a"}, int(x1), n1), rate("m", {"g": "b"}, int(x0), n0))
        decided += verdicts(claims, both) != ["undetermined"]
    assert decided / draws == pytest.approx(0.8, abs=0.04)


def test_no_number_of_records_settles_an_estimate_on_the_line() -> None:
    found = judge([expecting("<= 0.5")], {"a": audit(rate("m", {}, 50, 100))}, Settings())[0]
    assert (found.verdict, found.settle) == ("undetermined", None)
    assert found.settle_note is not None
    assert "line" in found.settle_note
