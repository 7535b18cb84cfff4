"""The same claim under another coding of the audit that it rests on: which estimates it would speak of then."""

from __future__ import annotations

from collections.abc import Mapping

from counterproof.claims.model import Claim, Test
from counterproof.claims.resolve import estimates, sides
from counterproof.findings import AuditFindings

__all__ = ["CODING", "codings_of", "recoded"]

CODING = "coding"
"""The key of ``at`` that names a coding (CONTRACTS section 3); the plan's own has none."""


def codings_of(found: AuditFindings) -> list[str]:
    """The other codings of an audit, in the order found."""
    return list(dict.fromkeys(str(e.at[CODING]) for e in found.estimates if CODING in e.at))


def recoded(claim: Claim, name: str, audits: Mapping[str, AuditFindings]) -> Claim | None:
    """The claim with every test under a coding; None where no test has an estimate there, or names a coding itself."""
    if claim.test is not None:
        test = _recoded(claim.test, name, audits)
        return None if test is None else claim.model_copy(update={"test": test})
    changed = [None if r.test is None else _recoded(r.test, name, audits) for r in claim.readings]
    if not any(changed):
        return None
    readings = tuple(
        reading if test is None else reading.model_copy(update={"test": test})
        for reading, test in zip(claim.readings, changed, strict=True)
    )
    return claim.model_copy(update={"readings": readings})


def _recoded(test: Test, name: str, audits: Mapping[str, AuditFindings]) -> Test | None:
    """A test at a coding instead of its setting, which is the plan's: the coding may have another threshold."""
    if CODING in (test.at or {}):
        return None
    at = {CODING: name}
    groups = [group for group in sides(test) if group is not None]
    found = [estimates(audits[test.audit], test.measure, group, at) for group in groups]
    if any(len(fit) != 1 or (fit[0].status == "estimated" and fit[0].basis is None) for fit in found):
        return None
    return test.model_copy(update={"at": at})
