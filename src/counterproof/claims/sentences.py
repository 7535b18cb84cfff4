"""The plain sentence that stands beside a verdict. It says what the records show, never why somebody said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from counterproof.claims.compatible import Allowed, Silence
from counterproof.claims.expect import Expectation, Scale
from counterproof.claims.words import number, of_group, plain, share
from counterproof.findings import Estimate, Population, Verdict

__all__ = ["judged", "need", "readings", "silent", "untestable"]

OPENING: dict[Verdict, str] = {
    "supported": "The records support this claim",
    "contradicted": "The records contradict this claim",
    "undetermined": "The records do not settle this claim",
    "untestable": "The records cannot speak to this claim",
}
ONLY_THESE = "This holds for these records only."
SAYS_NOTHING = "This says nothing about whether the claim is true."


def judged(
    verdict: Verdict,
    found: Allowed,
    expected: Expectation,
    group: Estimate,
    reference: Estimate | None,
    level: float,
    population: Population,
) -> str:
    """The sentence of a verdict that rests on numbers."""
    form = _form(group, expected.scale)
    parts = [f"{OPENING[verdict]}: {_finding(found, expected.scale, group, reference, form)}"]
    if not found.exact:
        parts.append(f"; {_range(found, form)} compatible with the records (level {share(level)})")
    elif found.low != found.high:
        parts.append(f"; {_range(found, form)} what the published number may have been before rounding")
    parts.append(f", and the claim says {_region(expected, form)}.")
    if verdict == "undetermined":
        parts.append(" Some of these values satisfy the claim and some do not.")
    if expected.ours:
        parts.append(" That margin is this program's own; the claim names none.")
    if found.exact and population == "records":
        parts.append(f" {ONLY_THESE}")
    return "".join(parts)


def silent(why: Silence, group: Estimate, reference: Estimate | None) -> str:
    """The sentence where the records hold no number to compare."""
    measure = _measure(group)
    if why == "suppressed":
        told = next((e.note for e in (group, reference) if e is not None and e.status == why and e.note), None)
        if told is not None:
            return f"{OPENING['undetermined']}: {told[0].lower()}{told[1:]}"
        return f"{OPENING['undetermined']}: the {measure} is withheld, since it would give away a count of few people."
    if why == "undefined":
        return f"{OPENING['undetermined']}: the {measure} is undefined, because nothing stands below its line."
    who = of_group(group.group) + (f" or {of_group(reference.group)}" if reference is not None else "")
    return f"{OPENING['untestable']}: they do not identify the {measure} for {who}. {SAYS_NOTHING}"


def untestable(needs: tuple[str, ...] = ()) -> str:
    """The sentence of a claim, or of a reading with its ``needs``, to which the records cannot speak."""
    what = f" It would need: {'; '.join(needs)}." if needs else ""
    return f"{OPENING['untestable']}.{what} {SAYS_NOTHING}"


def need(estimate: Estimate) -> str:
    """What would make an unidentified measure testable."""
    return estimate.note or f"outcomes that identify the {_measure(estimate)}"


def readings(verdict: Verdict, each: list[tuple[str, Verdict]]) -> str:
    """The sentence of a claim that can be read in several ways."""
    listed = "; ".join(f"{plain(name)}: {one}" for name, one in each)
    if len({one for _, one in each}) > 1:
        return f"{OPENING[verdict]}: its readings disagree ({listed})."
    end = f" {SAYS_NOTHING}" if verdict == "untestable" else ""
    return f"{OPENING[verdict]} in every reading ({listed}).{end}"


def _finding(
    found: Allowed, scale: Scale, group: Estimate, reference: Estimate | None, form: Callable[[float | Fraction], str]
) -> str:
    """What was found, in words: the number, of whom, and the counts behind it."""
    measure, who = _measure(group), _side(group)
    if reference is None:
        who = of_group(group.group) if group.status == "reported" and group.denominator is None else who
        return f"the {measure} for {who} {_known_to_be(found, form)}"
    other = _side(reference)
    if scale == "difference":
        return f"the {measure} for {who} minus that for {other} {_known_to_be(found, form)}"
    if scale == "change":
        return f"the change of the {measure} from {other} to {who} {_known_to_be(found, form)}"
    return f"the {measure} for {who} over that for {other} {_known_to_be(found, form)}"


def _known_to_be(found: Allowed, form: Callable[[float | Fraction], str]) -> str:
    return f"is {form(found.value)}" if found.value is not None else "is not one number"


def _side(estimate: Estimate) -> str:
    """A group and its counts."""
    if estimate.numerator is not None and estimate.denominator is not None:
        return f"{of_group(estimate.group)} ({estimate.numerator:,} of {estimate.denominator:,})"
    if estimate.status == "reported" and estimate.value is not None:
        return f"{of_group(estimate.group)} ({number(estimate.value)})"
    return of_group(estimate.group)


def _range(found: Allowed, form: Callable[[float | Fraction], str]) -> str:
    low, high = float(found.low), float(found.high)
    if low == float("-inf") and high == float("inf"):
        return "every value is"
    if high == float("inf"):
        return f"{form(found.low)} and more are"
    if low == float("-inf"):
        return f"{form(found.high)} and less are"
    return f"{form(found.low)} to {form(found.high)} are"


def _region(expected: Expectation, form: Callable[[float | Fraction], str]) -> str:
    low, high = (None if end is None else _written(end, form) for end in (expected.low, expected.high))
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"more than {low}" if expected.low_open else f"at least {low}"
    return f"less than {high}" if expected.high_open else f"at most {high}"


def _written(end: Decimal, form: Callable[[float | Fraction], str]) -> str:
    """An end of the claim with all its digits: it is quoted, not measured."""
    if form is number:
        return f"{end.normalize():,f}"
    suffix = " points" if form is _points else " %"
    sign = "+" if form is _signed_share and end > 0 else ""
    return f"{sign}{(100 * end).normalize():,f}{suffix}"


def _form(estimate: Estimate, scale: Scale) -> Callable[[float | Fraction], str]:
    """Rates stand in per cent, their differences in percentage points, ratios and totals as numbers."""
    if scale == "change":
        return _signed_share
    if scale == "ratio" or not estimate.proportion:
        return number
    return share if scale == "value" else _points


def _points(value: float | Fraction) -> str:
    return share(value).removesuffix(" %") + " points"


def _signed_share(value: float | Fraction) -> str:
    return ("+" if value > 0 else "") + share(value)


def _measure(estimate: Estimate) -> str:
    within = f" within each {plain(str(estimate.at['strata'])).replace('_', ' ')}" if "strata" in estimate.at else ""
    return plain(estimate.measure).replace("_", " ").replace(".", ": ") + within
