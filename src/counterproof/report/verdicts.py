"""Claims and their findings as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from counterproof.claims.expect import parse
from counterproof.claims.model import Claim, Test
from counterproof.errors import InputError
from counterproof.exhibit import Exhibit
from counterproof.findings import ClaimFinding, Estimate, Reading, Verdict
from counterproof.report import groups, numbers, units, words
from counterproof.report.safe import TEXT_LIMIT, capital, sentence, shorten, slug
from counterproof.report.tables import counted

__all__ = ["Told", "ToldReading", "tell"]


@dataclass(frozen=True, slots=True)
class ToldReading:
    """One reading of a claim, in words."""

    name: str
    verdict: Verdict
    word: str
    number: str
    needs: str
    because: str


@dataclass(frozen=True, slots=True)
class Told:
    """One claim with its verdict, in words; an empty text is not shown."""

    id: str
    slug: str
    verdict: Verdict
    word: str
    lead: str
    text: str
    quoted: str
    claimant: str
    number: str
    needs: str
    judged: str
    alone: str
    settle: str
    missing: tuple[str, ...]
    readings: tuple[ToldReading, ...]
    consequences: tuple[tuple[str, str], ...]
    audit: str
    claim: Claim | None


def tell(exhibit: Exhibit) -> list[Told]:
    """Every claim of the results, in the plan's order."""
    claims = {claim.id: claim for claim in exhibit.plan.claims}
    return [_told(exhibit, finding, claims.get(finding.id)) for finding in exhibit.results.claims]


def _told(exhibit: Exhibit, found: ClaimFinding, claim: Claim | None) -> Told:
    test = claim.test if claim else None
    word = words.VERDICT[found.verdict]
    return Told(
        id=found.id,
        slug=slug(found.id),
        verdict=found.verdict,
        word=word,
        lead=words.LEAD[found.verdict],
        text=shorten(claim.text, TEXT_LIMIT) if claim else shorten(found.id),
        quoted="" if claim is None else ("verbatim" if claim.verbatim else "paraphrase"),
        claimant=capital(shorten(claim.claimant, 200)) if claim and claim.claimant else "",
        number=_number(exhibit, test, found),
        needs=_needs(exhibit, test),
        judged=_judged(found),
        alone=_alone(found),
        settle=_settle(found),
        missing=tuple(shorten(need, TEXT_LIMIT) for need in found.needs),
        readings=tuple(_reading(exhibit, reading, claim) for reading in found.readings),
        consequences=tuple(_consequence(entry) for entry in found.consequences),
        audit=test.audit if test else "",
        claim=claim,
    )


def _reading(exhibit: Exhibit, reading: Reading, claim: Claim | None) -> ToldReading:
    asked = next((r for r in claim.readings if r.name == reading.name), None) if claim else None
    test = asked.test if asked else None
    missing = "; ".join(shorten(need, 400) for need in asked.needs) if asked else ""
    return ToldReading(
        shorten(reading.name),
        reading.verdict,
        words.VERDICT[reading.verdict],
        _number(exhibit, test, reading),
        _needs(exhibit, test),
        f"The records cannot speak to it. Missing: {missing}"
        if missing
        else sentence(shorten(reading.because, TEXT_LIMIT)),
    )


def _judged(found: ClaimFinding) -> str:
    """How the verdict came about; a claim without a number needs no more than what is missing."""
    if found.level is None and found.value is None and not found.readings:
        return ""
    return sentence(shorten(found.because, TEXT_LIMIT))


def _alone(found: ClaimFinding) -> str:
    if found.alone == found.verdict:
        return ""
    return (
        f"Judged by itself, this claim would be {found.alone}. Several claims rest on this audit, so each is judged "
        f"more strictly{f', at {numbers.level(found.level)}' if found.level else ''}: the verdict above stands."
    )


def _settle(found: ClaimFinding) -> str:
    if found.verdict != "undetermined":
        return ""
    note = shorten(found.settle_note, TEXT_LIMIT) if found.settle_note else ""
    if found.settle is None:
        return sentence(note)
    told = (
        f"About {numbers.about(found.settle)} records of the same kind would settle it, with a chance of 80 in 100 "
        "if the present figure is right"
    )
    return f"{told} ({note})." if note else f"{told}."


def _consequence(entry: Mapping[str, Any]) -> tuple[str, str]:
    """What a claim implies at a volume, and the assumption under which it does."""
    name, value = str(entry.get("name", "")), entry.get("value")
    said = str(
        entry.get("sentence") or f"{name}: {numbers.number(value) if isinstance(value, int | float) else value}."
    )
    return sentence(shorten(said, TEXT_LIMIT)), sentence(shorten(str(entry.get("assumption") or ""), TEXT_LIMIT))


def _needs(exhibit: Exhibit, test: Test | None) -> str:
    if test is None:
        return ""
    try:
        expected = parse(test.expect, test.within, test.as_)
    except InputError:
        return shorten(test.expect)
    if expected.scale == "value" and test.compare:
        expected = replace(expected, scale="ratio")
    told = words.needs(expected, units.of(exhibit, test.audit, test.measure))
    return f"{told} (the claim names no margin; this one is ours)" if expected.ours else told


def _number(exhibit: Exhibit, test: Test | None, found: ClaimFinding | Reading) -> str:
    """The number that a verdict rests on, the counts behind it, and what chance leaves open, as sentences."""
    if test is None or test.audit not in exhibit.results.audits:
        return ""
    unit = units.of(exhibit, test.audit, test.measure)
    scale = _scale(test)
    chance = _chance(found, scale, unit)
    if found.value is None:
        return f"{units.label(exhibit, test.audit, test.measure)}{_about(exhibit, test)}. {chance}" if chance else ""
    said = _compared(exhibit, test, found.value, unit) if test.compare else _valued(exhibit, test, found.value, unit)
    return f"{units.label(exhibit, test.audit, test.measure)}{said}. {chance}".strip()


def _about(exhibit: Exhibit, test: Test) -> str:
    if test.compare:
        return ", " + " against ".join(_who(exhibit, test, group) for group in _pair(test))
    return f", {_who(exhibit, test, test.group)}" if test.group else ""


def _valued(exhibit: Exhibit, test: Test, x: float, unit: numbers.Unit) -> str:
    if test.as_ not in (None, "value"):
        return f"{_about(exhibit, test)}: {words.amount(x, test.as_, unit)}"
    said = numbers.value(x, unit)
    if unit == "rate":
        said = f"{numbers.per_hundred(x)}, or {said}"
    estimate = _estimate(exhibit, test, test.group or {})
    counts = f" ({counted(estimate)})" if estimate and counted(estimate) else ""
    return f"{_about(exhibit, test)}: {said}{counts}"


def _compared(exhibit: Exhibit, test: Test, x: float, unit: numbers.Unit) -> str:
    """ "1.91 times as high for A as for B: 45 in 100 against 23 in 100 (805 of 1,795; 349 of 1,488)"."""
    one, other = (_who(exhibit, test, group) for group in _pair(test))
    estimates = [_estimate(exhibit, test, group) for group in _pair(test)]
    values = [_plain(e, unit) for e in estimates if e and e.value is not None]
    counts = [counted(e) for e in estimates if e and counted(e)]
    both = f", {values[0]} against {values[1]}" if len(values) == 2 else ""
    return (
        f": {_against(x, _scale(test), unit, one, other)}{both}{f' ({counts[0]}; {counts[1]})' if counts[1:] else ''}"
    )


def _plain(estimate: Estimate, unit: numbers.Unit) -> str:
    x = estimate.value or 0.0
    return numbers.per_hundred(x) if unit == "rate" else numbers.value(x, unit)


def _pair(test: Test) -> list[dict[str, str | None]]:
    return [{column: pair[i] for column, pair in (test.compare or {}).items()} for i in (0, 1)]


def _against(x: float, scale: str, unit: numbers.Unit, one: str, other: str) -> str:
    if scale == "ratio":
        return f"{numbers.ratio(x)} times as high for {one} as for {other}"
    if x == 0:
        return f"the same for {one} as for {other}"
    size = words.amount(abs(x), scale, unit).removeprefix("+")
    return f"{size} {'higher' if x > 0 else 'lower'} for {one} than for {other}"


def _scale(test: Test) -> str:
    if test.as_:
        return test.as_
    try:
        scale = parse(test.expect, test.within).scale
    except InputError:
        scale = "value"
    return "ratio" if scale == "value" and test.compare else scale


def _chance(found: ClaimFinding | Reading, scale: str, unit: numbers.Unit) -> str:
    """The interval behind the verdict; nothing where the number is exact."""
    low, high = found.low, found.high
    if (low is None and high is None) or low == high == found.value:
        return ""
    level = f" ({numbers.level(found.level)} interval)" if isinstance(found, ClaimFinding) and found.level else ""
    return f"What fits the records: {words.ends(low, high, scale, unit, found.value)}{level}."


def _who(exhibit: Exhibit, test: Test, group: Mapping[str, str | None] | None) -> str:
    return groups.name(group or {}, units.everyone(exhibit, test.audit))


def _estimate(exhibit: Exhibit, test: Test, group: Mapping[str, str | None]) -> Estimate | None:
    """The estimate that a test names; without ``at`` the first primary one."""
    at = test.at or {}
    for estimate in exhibit.results.audits[test.audit].estimates:
        if estimate.measure != test.measure or not estimate.primary or dict(estimate.group) != dict(group):
            continue
        if all(str(estimate.at.get(key)) == str(value) for key, value in at.items()):
            return estimate
    return None
