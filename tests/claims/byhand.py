"""Findings typed in by hand, for claims to be held against."""

from __future__ import annotations

from counterproof.audits.base import Settings
from counterproof.claims import judge
from counterproof.claims.model import Claim
from counterproof.findings import AuditFindings, ClaimFinding, Estimate
from counterproof.stats.basis import Basis, Bounds, Rate

# COMPAS, two-year outcome, decile score of 5 and more (FP/negatives, FP/flagged), from the counts of the file that
# ProPublica published: African-American TN 990 FP 805 FN 532 TP 1369, Caucasian 1139 349 461 505.
COMPAS = {
    ("false_positive_rate", "African-American"): (805, 1795),
    ("false_positive_rate", "Caucasian"): (349, 1488),
    ("false_discovery_rate", "African-American"): (805, 2174),
    ("false_discovery_rate", "Caucasian"): (349, 854),
}


def rate(measure: str, group: dict[str, str | None], successes: int, trials: int, **more: object) -> Estimate:
    basis = Rate(successes, trials)
    printed = basis.printed(0.95)
    status = "estimated" if trials else "undefined"
    fields = {"at": {}, "status": status, "level": 0.95, "method": printed.method} | more
    return Estimate(
        measure,
        group,
        value=basis.value,
        low=printed.low,
        high=printed.high,
        numerator=successes,
        denominator=trials,
        basis=basis,
        **fields,  # type: ignore[arg-type]
    )


def reported(measure: str, group: dict[str, str | None], value: float, basis: Basis | None = None) -> Estimate:
    return Estimate(measure, group, {}, "reported", value, basis=basis)


def bounded(measure: str, group: dict[str, str | None], low: Rate, high: Rate) -> Estimate:
    basis = Bounds(low, high)
    ends = {"identified_low": low.value, "identified_high": high.value}
    return Estimate(measure, group, {}, "bounded", basis=basis, **ends)  # type: ignore[arg-type]


def audit(*estimates: Estimate, population: str = "process") -> AuditFindings:
    return AuditFindings("score", 1000, population, estimates)  # type: ignore[arg-type]


def compas() -> AuditFindings:
    return audit(*(rate(m, {"race": r}, x, n, at={"threshold": 5}) for (m, r), (x, n) in COMPAS.items()))


def claim(identifier: str = "c", **keys: object) -> Claim:
    return Claim.model_validate({"id": identifier, "text": "a claim"} | keys)


def expecting(expect: str, measure: str = "m", identifier: str = "c", **test: object) -> Claim:
    return claim(identifier, test={"audit": "a", "measure": measure, "expect": expect} | test)


def verdict(one: Claim, found: AuditFindings) -> ClaimFinding:
    return judge([one], {"a": found}, Settings())[0]
