"""How many records would settle an undetermined claim."""

from __future__ import annotations

from counterproof.claims.compatible import Allowed
from counterproof.claims.expect import Expectation
from counterproof.findings import Estimate

__all__ = ["settle"]


def settle(
    found: Allowed, expected: Expectation, group: Estimate, reference: Estimate | None, level: float
) -> tuple[int | None, str | None]:
    """Cases that decide the claim with 80 % power if the present estimate is right; or None, and why."""
    return None, "no count is known"
