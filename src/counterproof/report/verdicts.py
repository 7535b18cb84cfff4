"""Claims and their findings as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterproof.claims.expect import parse
from counterproof.claims.model import Claim, Test
from counterproof.errors import InputError
from counterproof.exhibit import Exhibit
from counterproof.findings import ClaimFinding, Estimate, Reading, Verdict
from counterproof.report import groups, numbers, units, words
from counterproof.report.safe import TEXT_LIMIT, shorten, slug

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
    compatible: str
    because: str
    level: str
    alone: str
    settle: str
    missing: tuple[str, ...]
    readings: tuple[ToldReading, ...]
    consequences: tuple[str, ...]
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
        claimant=shorten(claim.claimant, 200) if claim and claim.claimant else "",
        number=_number(exhibit, test, found),
        needs=_needs(exhibit, test),
        compatible=words.COMPATIBLE[found.verdict] if test else "",
        because=shorten(found.because, TEXT_LIMIT),
        level=numbers.level(found.level) if found.level else "",
        alone=_alone(found),
        settle=_settle(found),
        missing=tuple(shorten(need, TEXT_LIMIT) for need in found.needs),
        readings=tuple(_reading(exhibit, reading, claim) for reading in found.readings),
        consequences=tuple(_consequence(entry) for entry in found.consequences),
        audit=test.audit if test else "",
        claim=claim,
    )


def _reading(exhibit: Exhibit, reading: Reading, claim: Claim | None) -> ToldReading:
    test = next((r.test for r in claim.readings if r.name == reading.name), None) if claim else None
    return ToldReading(
        shorten(reading.name),
        reading.verdict,
        words.VERDICT[reading.verdict],
        _number(exhibit, test, reading),
        _needs(exhibit, test),
        shorten(reading.because, TEXT_LIMIT),
    )


def _alone(found: ClaimFinding) -> str:
    if found.alone == found.verdict:
        return ""
    return (
        f"Judged by itself, this claim would be {found.alone}. Several claims rest on this audit, so each is judged "
        f"more strictly{f', at {numbers.level(found.level)}' if found.level else ''}: the verdict above is the one that stands."
    )


def _settle(found: ClaimFinding) -> str:
    if found.verdict != "undetermined":
        return ""
    note = shorten(found.settle_note, TEXT_LIMIT) if found.settle_note else ""
    if found.settle is None:
        return note
    told = (
        f"About {numbers.count(found.settle)} records of the same kind would settle it, with a chance of 80 in 100 "
        "if the present figure is right"
    )
    return f"{told} ({note})." if note else f"{told}."


def _consequence(entry: Mapping[str, Any]) -> str:
    """A consequence as a sentence: its name, its number, its ends, and everything else as conditions."""
    rest = dict(entry)
    name, value = shorten(str(rest.pop("name", "consequence"))), rest.pop("value", None)
    low, high = rest.pop("low", None), rest.pop("high", None)
    said = name if value is None else f"{name}: {_any(value)}"
    if low is not None and high is not None:
        said += f" (between {_any(low)} and {_any(high)})"
    conditions = "; ".join(f"{groups.plain(str(k))} {_any(v)}" for k, v in rest.items() if v not in (None, "", [], ()))
    return f"{said}, {conditions}." if conditions else f"{said}."


def _any(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shorten(str(value), 400)
    return numbers.number(value)


def _needs(exhibit: Exhibit, test: Test | None) -> str:
    if test is None:
        return ""
    try:
        expected = parse(test.expect, test.within, test.as_)
    except InputError:
        return shorten(test.expect)
    told = words.needs(expected, units.of(exhibit, test.audit, test.measure))
    return f"{told} (the claim names no margin; this one is the program's own)" if expected.ours else told


def _number(exhibit: Exhibit, test: Test | None, found: ClaimFinding | Reading) -> str:
    """The number that a verdict rests on, with its interval and the counts behind it."""
    if test is None or test.audit not in exhibit.results.audits:
        return ""
    unit = units.of(exhibit, test.audit, test.measure)
    label = units.label(exhibit, test.audit, test.measure)
    told = _compared(exhibit, test, found, unit) if test.compare else _valued(exhibit, test, found, unit)
    return f"{label}{told}" if told else ""


def _valued(exhibit: Exhibit, test: Test, found: ClaimFinding | Reading, unit: numbers.Unit) -> str:
    who = f" ({_who(exhibit, test, test.group)})" if test.group else ""
    if found.value is None:
        ends = _ends(found, "value", unit)
        return f"{who}: {ends}" if ends else ""
    said = numbers.value(found.value, unit)
    if unit == "rate":
        said = f"{numbers.per_hundred(found.value)}, or {said}"
    estimate = _estimate(exhibit, test, test.group or {})
    return f"{who}: {said}{_brackets(_ends(found, 'value', unit), _counts(estimate))}"


def _compared(exhibit: Exhibit, test: Test, found: ClaimFinding | Reading, unit: numbers.Unit) -> str:
    pair = [{c: two[i] for c, two in (test.compare or {}).items()} for i in (0, 1)]
    one, other = (_who(exhibit, test, group) for group in pair)
    scale = _scale(test)
    ends = _ends(found, scale, unit)
    counts = [_counts(_estimate(exhibit, test, group)) for group in pair]
    both = f"{counts[0]} against {counts[1]}" if all(counts) else ""
    if found.value is None:
        return f", {one} against {other}: {ends}" if ends else ""
    return f"{_against(found.value, scale, unit, one, other)}{_brackets(ends, both)}"


def _against(x: float, scale: str, unit: numbers.Unit, one: str, other: str) -> str:
    if scale == "ratio":
        return f" of {one}: {numbers.ratio(x)} times that of {other}"
    way = "more" if x > 0 else "less"
    size = (
        numbers.percent(abs(x))
        if scale == "change" or unit != "rate"
        else f"{numbers.points(abs(x)).lstrip('+')} percentage points"
    )
    if scale == "difference" and unit != "rate":
        size = numbers.value(abs(x), unit)
    if scale == "difference" and unit == "rate":
        way = "higher" if x > 0 else "lower"
    return f", {one} against {other}: {size} {way}" if x else f", {one} against {other}: no difference"


def _scale(test: Test) -> str:
    if test.as_:
        return test.as_
    try:
        scale = parse(test.expect, test.within).scale
    except InputError:
        scale = "value"
    return "ratio" if scale == "value" else scale


def _brackets(*parts: str) -> str:
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _ends(found: ClaimFinding | Reading, scale: str, unit: numbers.Unit) -> str:
    """The interval behind the verdict; nothing where the number is exact."""
    low, high = found.low, found.high
    if (low is None and high is None) or (low == high == found.value):
        return ""
    level = (
        f"{numbers.level(found.level)} interval " if isinstance(found, ClaimFinding) and found.level else "interval "
    )
    if low is None or high is None:
        end, way = (high, "at most") if low is None else (low, "at least")
        return f"{level}{way} {words.amount(end or 0.0, scale, unit)}"
    if scale == "value":
        return level + numbers.span(low, high, unit, found.value)
    return f"{level}{words.bare(low, scale, unit)} to {words.amount(high, scale, unit)}"


def _counts(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    if estimate.numerator is not None and estimate.denominator is not None:
        return f"{numbers.count(estimate.numerator)} of {numbers.count(estimate.denominator)}"
    if estimate.status == "reported" and estimate.value is not None and abs(estimate.value) >= 1:
        return numbers.number(estimate.value)
    return ""


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
