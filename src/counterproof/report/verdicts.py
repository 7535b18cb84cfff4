"""Claims and their findings as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from counterproof.claims.expect import parse
from counterproof.claims.model import Claim, Test
from counterproof.claims.resolve import estimates
from counterproof.errors import InputError
from counterproof.exhibit import Exhibit
from counterproof.findings import ClaimFinding, Estimate, Reading, Verdict
from counterproof.report import groups, numbers, units, words
from counterproof.report.safe import TEXT_LIMIT, capital, sentence, shorten, slug
from counterproof.report.shapes import STRATA
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
    codings: tuple[ToldReading, ...]
    consequences: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
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
        judged=_judged(exhibit, found),
        alone=_alone(found),
        settle=_settle(exhibit, test, found),
        missing=tuple(shorten(need, TEXT_LIMIT) for need in found.needs),
        readings=tuple(_reading(exhibit, reading, claim) for reading in found.readings),
        codings=tuple(_coding(exhibit, reading, test) for reading in found.codings),
        consequences=tuple(_consequences(found)),
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


def _coding(exhibit: Exhibit, reading: Reading, test: Test | None) -> ToldReading:
    """The claim under another coding: the number that it has there."""
    number = ""
    if test is not None and reading.value is not None:
        unit, scale = units.of(exhibit, test.audit, test.measure), _scale(test)
        number = f"{words.amount(reading.value, scale, unit)}. {_chance(reading, scale, unit)}".strip()
    because = sentence(shorten(reading.because, TEXT_LIMIT))
    return ToldReading(shorten(reading.name), reading.verdict, words.VERDICT[reading.verdict], number, "", because)


def _judged(exhibit: Exhibit, found: ClaimFinding) -> str:
    """How the verdict came about; a claim without a number needs no more than what is missing."""
    if found.level is None and found.value is None and not found.readings:
        return ""
    told, level = _held(found.because), exhibit.plan.settings.level
    if found.level is None or found.level <= level:
        return told
    return (
        f"{told} The level is {numbers.level(found.level)} and not {numbers.level(level)}, because several claims rest "
        "on the numbers of this audit, and each gives chance another try."
    )


def _alone(found: ClaimFinding) -> str:
    if found.alone == found.verdict:
        return ""
    return (
        f"Judged by itself, this claim would be {found.alone}. Several claims rest on this audit, so each is judged "
        f"more strictly{f', at {numbers.level(found.level)}' if found.level else ''}, and the verdict above stands."
    )


def _settle(exhibit: Exhibit, test: Test | None, found: ClaimFinding) -> str:
    """How many cases would settle it, beside those that it rests on: cases below the line, not all records."""
    if found.verdict != "undetermined":
        return ""
    note = shorten(found.settle_note, TEXT_LIMIT) if found.settle_note else ""
    if found.settle is None:
        return sentence(note if found.readings or not note else f"How many cases would settle it is not known: {note}")
    cases, now = numbers.about(found.settle), _cases(exhibit, test)
    what = "comparison" if test and test.compare else "number"
    rests = f", in place of the {numbers.count(now)} on which this {what} rests" if now else ""
    told = f"It would take about {cases} such cases to settle it{rests}{f' ({note})' if note else ''}."
    return f"{told} That many would settle it with a chance of 80 in 100, if the present figure is right."


def _cases(exhibit: Exhibit, test: Test | None) -> int | None:
    """The cases below the line of the rate, or of both rates, that a test compares; None where they are not counts."""
    if test is None or test.audit not in exhibit.results.audits:
        return None
    groups = _pair(test) if test.compare else [dict(test.group or {})]
    below = [e.denominator if (e := _estimate(exhibit, test, group)) else None for group in groups]
    return sum(n for n in below if n) if all(below) else None


HEADINGS = {
    "found": "What is found beside it",
    "cases_needed": "How many cases it would take",
    "all_of_one_group": "How many cases it would take",
}
FOLLOWS = "What would follow"


def _consequences(found: ClaimFinding) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What would follow from a claim, and what it would take to test it, each under its heading."""
    under = [HEADINGS.get(str(entry.get("kind")), FOLLOWS) for entry in found.consequences]
    for heading in dict.fromkeys((FOLLOWS, *HEADINGS.values())):
        if heading in under:
            pairs = zip(found.consequences, under, strict=True)
            yield heading, tuple(_consequence(entry) for entry, own in pairs if own == heading)


def _consequence(entry: Mapping[str, Any]) -> tuple[str, str]:
    """What a claim implies at a volume, and the assumption under which it does."""
    name, value = str(entry.get("name", "")), entry.get("value")
    said = str(
        entry.get("sentence") or f"{name}: {numbers.number(value) if isinstance(value, int | float) else value}."
    )
    assumption = _held(str(entry.get("assumption") or ""))
    return _held(said), f"Assumption: {assumption}" if assumption else ""


def _held(text: str) -> str:
    """A sentence from elsewhere, its per cent signs kept beside their numbers."""
    return sentence(shorten(text, TEXT_LIMIT)).replace(" %", f"{numbers.HARD}%")


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
    return f"{told} (the claim names no margin; this one is the program's)" if expected.ours else told


def _number(exhibit: Exhibit, test: Test | None, found: ClaimFinding | Reading) -> str:
    """The number that a verdict rests on, the counts behind it, and what chance leaves open, as sentences."""
    if test is None or test.audit not in exhibit.results.audits:
        return ""
    unit = units.of(exhibit, test.audit, test.measure)
    scale = _scale(test)
    chance = _chance(found, scale, unit)
    if found.value is None:
        why = "" if chance else _why_none(exhibit, test)
        return f"{_label(exhibit, test)}{_about(exhibit, test)}{why}. {chance}".strip()
    said = _compared(exhibit, test, found.value, unit) if test.compare else _valued(exhibit, test, found.value, unit)
    return f"{_label(exhibit, test)}{said}. {chance}".strip()


def _label(exhibit: Exhibit, test: Test) -> str:
    """The measure, and within what it is compared."""
    column = (test.at or {}).get(STRATA)
    within = f" within each {groups.plain(str(column))}" if column is not None and test.compare else ""
    return units.label(exhibit, test.audit, test.measure) + within


def _why_none(exhibit: Exhibit, test: Test) -> str:
    """Why a test has no number: the status of the first of its estimates that has none."""
    for group in _pair(test) if test.compare else [dict(test.group or {})]:
        estimate = _estimate(exhibit, test, group)
        if estimate is not None and estimate.status in words.REASON:
            return f": {words.REASON[estimate.status]}"
    return ": no number"


def _about(exhibit: Exhibit, test: Test) -> str:
    if test.compare:
        return ", " + " against ".join(_who(exhibit, test, group) for group in _pair(test))
    return f", {_who(exhibit, test, test.group)}" if test.group else ""


def _valued(exhibit: Exhibit, test: Test, x: float, unit: numbers.Unit) -> str:
    if test.as_ not in (None, "value"):
        return f"{_about(exhibit, test)}: {words.amount(x, test.as_, unit)}"
    said = numbers.value(x, unit)
    if unit == "rate":
        said = f"{said}, or {numbers.per_hundred(x)}"
    estimate = _estimate(exhibit, test, test.group or {})
    counts = f" ({counted(estimate)})" if estimate and counted(estimate) else ""
    return f"{_about(exhibit, test)}: {said}{counts}"


def _compared(exhibit: Exhibit, test: Test, x: float, unit: numbers.Unit) -> str:
    """ "1.91 times as high for A as for B: 44.8 % (805 of 1,795) against 23.5 % (349 of 1,488)"."""
    one, other = (_who(exhibit, test, group) for group in _pair(test))
    estimates = [_estimate(exhibit, test, group) for group in _pair(test)]
    values = [_plain(e, unit) for e in estimates if e and e.value is not None]
    both = f": {values[0]} against {values[1]}" if len(values) == 2 else ""
    return f": {_against(x, _scale(test), unit, one, other)}{both}"


def _plain(estimate: Estimate, unit: numbers.Unit) -> str:
    counts = f" ({counted(estimate)})" if counted(estimate) else ""
    return numbers.value(estimate.value or 0.0, unit) + counts


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
    """The estimate that a test names."""
    return next(iter(estimates(exhibit.results.audits[test.audit], test.measure, group, test.at)), None)
