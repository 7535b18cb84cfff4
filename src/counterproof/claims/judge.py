"""Verdicts: every claim held against what the records allow.

Several claims on one audit give chance several tries, so with k claims that rest on its estimates each is judged at
level 1 − (1 − level)/k. A claim counts once, however many readings it has: its verdict stands only if all readings
agree, so it is falsely decided only if the reading that was meant is. Reported numbers have no sampling error and do
not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from counterproof.audits.base import Settings
from counterproof.claims import sentences
from counterproof.claims.compatible import Allowed, Silence, allowed
from counterproof.claims.consequences import EstimateRef, compute
from counterproof.claims.model import Claim, Test, TestReading
from counterproof.claims.recode import codings_of, recoded
from counterproof.claims.resolve import check, estimates, expectation, sides, tests
from counterproof.claims.settle import settle
from counterproof.claims.words import share
from counterproof.errors import PlanError
from counterproof.findings import AuditFindings, ClaimFinding, Estimate, Reading, Verdict

__all__ = ["judge"]

Unbounded = Literal["low", "high", "both"] | None

NO_TEST = "a test: which number, in which records, would make the claim true"


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdict on one test or claim at one level, with the numbers that led to it."""

    verdict: Verdict
    because: str
    level: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unbounded: Unbounded = None
    settle: int | None = None
    settle_note: str | None = None
    needs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


def judge(
    claims: Sequence[Claim], audits: Mapping[str, AuditFindings], settings: Settings, *, settling: bool = True
) -> tuple[ClaimFinding, ...]:
    """The verdict on each claim, in the order of the claims.

    ``settling=False`` leaves out how many records would settle a claim, which takes nearly all of the time.
    Raises ``PlanError`` with every problem at once where a claim names what the findings do not have.
    """
    measures = {name: {estimate.measure for estimate in found.estimates} for name, found in audits.items()}
    problems = check(claims, measures, audits)
    if problems:
        raise PlanError(problems)
    bench = _Bench({claim.id: claim for claim in claims}, audits, settings.level, _shares(claims, audits), settling)
    return tuple(bench.finding(claim) for claim in claims)


def _shares(claims: Sequence[Claim], audits: Mapping[str, AuditFindings]) -> dict[str, int]:
    """How many claims rest on estimates of each audit."""
    shares = dict.fromkeys(audits, 0)
    for claim in claims:
        for audit in {test.audit for _, test in tests(claim) if _rests_on_estimates(test, audits)}:
            shares[audit] += 1
    return shares


def _rests_on_estimates(test: Test, audits: Mapping[str, AuditFindings]) -> bool:
    statuses = {estimate.status for estimate in _sides(test, audits) if estimate is not None}
    return "not_identified" not in statuses and statuses != {"reported"}


def _sides(test: Test, audits: Mapping[str, AuditFindings]) -> tuple[Estimate, Estimate | None]:
    """The estimates that a test speaks of."""
    group, reference = sides(test)
    found = audits[test.audit]
    first = estimates(found, test.measure, group, test.at)[0]
    return first, None if reference is None else estimates(found, test.measure, reference, test.at)[0]


@dataclass(frozen=True, slots=True)
class _Bench:
    """Everything that a verdict needs to look at."""

    claims: Mapping[str, Claim]
    audits: Mapping[str, AuditFindings]
    level: float
    shares: Mapping[str, int]
    settling: bool

    def finding(self, claim: Claim) -> ClaimFinding:
        """The verdict at the shared level, and alone."""
        shared, alone = self.claim(claim, alone=False), self.claim(claim, alone=True)
        because = shared.because
        if shared.verdict != alone.verdict:
            because += f" Judged by itself, at {share(self.level)}, it would be {alone.verdict}."
        return ClaimFinding(
            claim.id,
            shared.verdict,
            alone.verdict,
            because,
            shared.level,
            shared.value,
            shared.low,
            shared.high,
            shared.unbounded,
            shared.settle,
            shared.settle_note,
            shared.needs,
            shared.readings,
            self.consequences(claim),
            tuple(self.codings(claim)),
        )

    def claim(self, claim: Claim, *, alone: bool) -> _Judged:
        """A claim by its test, by its readings, or not at all."""
        if claim.test is not None:
            judged = self.test(claim.test, alone=alone)
            return replace(judged, needs=claim.needs or judged.needs) if judged.verdict == "untestable" else judged
        if claim.readings:
            return self.readings(claim, alone=alone)
        return _Judged("untestable", sentences.untestable(), needs=claim.needs or (NO_TEST,))

    def test(self, test: Test, *, alone: bool) -> _Judged:
        """One test at the level of its audit."""
        k = 1 if alone else max(self.shares[test.audit], 1)
        level = 1 - (1 - self.level) / k
        group, reference = _sides(test, self.audits)
        expected = expectation(test)
        found = allowed(group, reference, expected.scale, level)
        if not isinstance(found, Allowed):
            because = sentences.silent(found, group, reference)
            if found == "not_identified":
                return _Judged("untestable", because, needs=(sentences.need(group),))
            return _Judged("undetermined", because, level, settle_note=_why_not(found, group, reference))
        verdict = expected.verdict(found.low, found.high)
        population = self.audits[test.audit].population
        because = sentences.judged(verdict, found, expected, group, reference, level, population)
        needed, note = None, None
        if verdict == "undetermined" and self.settling and not alone:
            needed, note = settle(found, expected, group, reference, level)
        return _with_numbers(_Judged(verdict, because, settle=needed, settle_note=note), found, level)

    def readings(self, claim: Claim, *, alone: bool) -> _Judged:
        """The verdict of all readings if they agree, else undetermined."""
        judged = [(reading.name, self.reading(reading, alone=alone)) for reading in claim.readings]
        verdicts = {one.verdict for _, one in judged}
        levels = [one.level for _, one in judged if one.level is not None]
        needs = tuple(dict.fromkeys(need for _, one in judged for need in one.needs))
        shown = tuple(
            Reading(name, one.verdict, one.because, one.value, one.low, one.high, one.unbounded) for name, one in judged
        )
        verdict: Verdict = verdicts.pop() if len(verdicts) == 1 else "undetermined"
        return _Judged(
            verdict,
            sentences.readings(verdict, [(name, one.verdict) for name, one in judged]),
            max(levels, default=None),
            settle_note=_READINGS if verdict == "undetermined" else None,
            needs=needs,
            readings=shown,
        )

    def reading(self, reading: TestReading, *, alone: bool) -> _Judged:
        """One reading: its test, another claim's verdict, or what it would need."""
        if reading.test is not None:
            return self.test(reading.test, alone=alone)
        if reading.claim is not None:
            return replace(self.claim(self.claims[reading.claim], alone=alone), readings=())
        needs = reading.needs or (NO_TEST,)
        return _Judged("untestable", sentences.untestable(needs), needs=needs)

    def codings(self, claim: Claim) -> Iterator[Reading]:
        """What the claim would be under each other coding of its audits."""
        names = dict.fromkeys(name for _, test in tests(claim) for name in codings_of(self.audits[test.audit]))
        for name in names:
            other = recoded(claim, name, self.audits)
            if other is not None:
                one = replace(self, settling=False).claim(other, alone=False)
                yield Reading(name, one.verdict, one.because, one.value, one.low, one.high, one.unbounded)

    def consequences(self, claim: Claim) -> tuple[dict[str, Any], ...]:
        """What the claim implies at the volumes that it names."""
        return tuple(row for implied in claim.consequences for row in compute(implied, self.lookup))

    def lookup(self, ref: EstimateRef) -> Estimate:
        """The estimate that a consequence names."""
        return estimates(self.audits[ref.audit], ref.measure, ref.group, ref.at)[0]


def _why_not(silence: Silence, *pair: Estimate | None) -> str:
    """Why no number of records would settle a claim about a number that is not there."""
    told = next((e.note for e in pair if e is not None and e.status == silence and e.note), None)
    return _WHY_NOT[silence] if told is None else told[0].lower() + told.removesuffix(".")[1:]


_WHY_NOT = {
    "suppressed": "the number is not shown, so no count of records can be derived from it",
    "undefined": "the records hold no case of this kind from which to reckon",
}
_READINGS = "the readings must agree first: the claim would have to say which is meant, or each be settled"


def _with_numbers(judged: _Judged, found: Allowed, level: float) -> _Judged:
    """Add the number and its compatible interval; an exact number has neither interval nor level."""
    value = None if found.value is None else float(found.value)
    if found.low == found.high:
        return replace(judged, value=value)
    low, high = float(found.low), float(found.high)
    open_low, open_high = low == float("-inf"), high == float("inf")
    unbounded: Unbounded = "both" if open_low and open_high else "low" if open_low else "high" if open_high else None
    return replace(
        judged,
        level=None if found.exact else level,
        value=value,
        low=None if open_low else low,
        high=None if open_high else high,
        unbounded=unbounded,
    )
