"""Which claims are not settled, and what each would need."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterproof.claims.model import Claim, Test
    from counterproof.findings import ClaimFinding, Results
    from counterproof.plan import Plan

__all__ = ["Asked", "gather", "tests_of", "without_records"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim that is not settled.

    verdict  "untestable", "undetermined", or "no records" where a file of the plan is not there yet
    needs    what is missing, in words
    settle   how many records like these would decide it; None where there are none yet, or more would not
    tests    what is tested, in the order of the claim's readings
    """

    claim: Claim
    verdict: str
    needs: tuple[str, ...]
    settle: int | None
    tests: tuple[Test, ...]


def without_records(plan: Plan, base: Path) -> tuple[Plan, frozenset[str]]:
    """The part of a plan that can run, and the audits that cannot, since a file that they read is not there."""
    away = frozenset(
        name
        for name, options in plan.audits.items()
        if any(_missing(plan, source, base) for source in options.sources.values())
    )
    audits = {name: options for name, options in plan.audits.items() if name not in away}
    claims = tuple(claim for claim in plan.claims if not _rests_on(claim, away, plan))
    return plan.model_copy(update={"audits": audits, "claims": claims}), away


def gather(plan: Plan, results: Results, away: Collection[str]) -> list[Asked]:
    """The claims of the whole plan that nothing settles, in its order.

    results  of the part that could run
    away     audits that could not
    """
    found = {finding.id: finding for finding in results.claims}
    return [
        one for claim in plan.claims if (one := _asked(claim, found.get(claim.id), frozenset(away), plan)) is not None
    ]


def tests_of(claim: Claim, plan: Plan) -> Iterator[Test]:
    """The tests of a claim and of the claims that its readings name."""
    by_id = {one.id: one for one in plan.claims}
    waiting, seen = [claim], {claim.id}
    while waiting:
        one = waiting.pop(0)
        yield from (test for test in (one.test, *(reading.test for reading in one.readings)) if test is not None)
        for named in (reading.claim for reading in one.readings):
            if named in by_id and named not in seen:
                seen.add(named)
                waiting.append(by_id[named])


def _asked(claim: Claim, finding: ClaimFinding | None, away: frozenset[str], plan: Plan) -> Asked | None:
    tests = tuple(tests_of(claim, plan))
    if finding is None:
        needs = (*claim.needs, *(need for reading in claim.readings for need in reading.needs))
        return Asked(claim, "no records", needs, None, tests)
    if finding.verdict not in ("untestable", "undetermined"):
        return None
    return Asked(claim, finding.verdict, finding.needs, finding.settle, tests)


def _missing(plan: Plan, source: str, base: Path) -> bool:
    path = plan.sources[source].path if source in plan.sources else None
    places = (path,) if isinstance(path, str) else path or ()
    return any(not any(mark in place for mark in "*?[") and not (base / place).exists() for place in places)


def _rests_on(claim: Claim, away: frozenset[str], plan: Plan) -> bool:
    return any(test.audit in away for test in tests_of(claim, plan))
