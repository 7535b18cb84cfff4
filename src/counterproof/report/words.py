"""The report's fixed words: verdicts, statuses, populations, glossary. DESIGN section 4 gives the manners."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from counterproof.claims.expect import Expectation
from counterproof.findings import Population, Status, Verdict
from counterproof.report import numbers
from counterproof.report.numbers import Unit

__all__ = ["GLOSSARY", "LEAD", "POPULATION", "REASON", "STATUS", "VERDICT", "amount", "bare", "ends", "needs"]

VERDICT: Mapping[Verdict, str] = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "undetermined": "Undetermined",
    "untestable": "Untestable",
}
LEAD: Mapping[Verdict, str] = {
    "supported": "The records support this claim.",
    "contradicted": "The records contradict this claim.",
    "undetermined": "The records do not settle this claim.",
    "untestable": "The records cannot speak to this claim. That says nothing about whether it is true.",
}
STATUS: Mapping[Status, str] = {
    "estimated": "",
    "reported": "",
    "bounded": "bounds only",
    "not_identified": "not identified",
    "undefined": "undefined",
    "suppressed": "withheld",
}
REASON: Mapping[Status, str] = {
    "not_identified": "the records cannot tell",
    "undefined": "nothing to count: 0 of 0",
    "suppressed": "withheld: too few to show",
}
POPULATION: Mapping[Population, str] = {
    "process": (
        "The records are read as draws from a process that goes on. So each number comes with an interval: the range "
        "that chance alone leaves open."
    ),
    "records": (
        "The records are all there is. So the numbers are exact for them and have no interval, and a verdict holds for "
        "these records only."
    ),
}
GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Supported", "Every value that fits the records satisfies the claim."),
    ("Contradicted", "No value that fits the records satisfies the claim."),
    ("Undetermined", "Some values that fit the records satisfy the claim and some do not. More records may settle it."),
    ("Untestable", "The records cannot speak to the claim. This says nothing about whether it is true."),
    (
        "Interval",
        "The range of values that fit the records once chance is allowed for. A 95 % interval is made so that, over "
        "many such audits, 95 in 100 of the ranges contain the true value.",
    ),
    ("Level", "How often such intervals contain the true value. Claims that rest on one audit share its level."),
    ("Of", "“805 of 1,795” gives the count behind a rate and the number of records it is a share of."),
    ("Percentage points", "The plain difference between two percentages: 45 % is 21 points above 24 %."),
    ("Ratio", "How many times as high one rate is as another: 45 % is 1.9 times 24 %."),
    ("Reference", "The group with which the others are compared. It is a yardstick, not a standard."),
    (
        "p-value",
        "How often chance alone would show a gap at least this large if there were none. “Adjusted” means: raised to "
        "allow for the number of comparisons that the audit makes.",
    ),
    ("Withheld", "A count so small that it could point to a person. Whatever is computed from it is withheld too."),
    ("Undefined", "Nothing to take a share of: 0 of 0. It is not zero."),
    ("Bounds only", "The records leave a range open that no amount of further records of the same kind would close."),
    ("Not identified", "The records cannot give this number, because outcomes were not learned for those it is about."),
)  # fmt: skip


def needs(expected: Expectation, unit: Unit) -> str:
    """What a claim needs, in words: "at most 30 %", "0.8 to 1.25 times", "−5 to +5 percentage points"."""
    scale, low, high = expected.scale, expected.low, expected.high
    if low is not None and high is not None:
        return f"{_bound(low, scale, unit)} to {_bound(high, scale, unit)}{_unit(scale, unit)}"
    if low is not None:
        return f"{'more than' if expected.low_open else 'at least'} {_bound(low, scale, unit)}{_unit(scale, unit)}"
    if high is not None:
        return f"{'less than' if expected.high_open else 'at most'} {_bound(high, scale, unit)}{_unit(scale, unit)}"
    return "any value"


def _bound(bound: Decimal, scale: str, unit: Unit) -> str:
    """A bound as the claim wrote it, moved to per cent where that is the unit."""
    per_cent = scale == "change" or (unit == "rate" and scale != "ratio")
    exact = bound * 100 if per_cent else bound
    text = f"{exact.normalize():,f}".replace("-", numbers.MINUS)
    return f"+{text}" if scale in ("difference", "change") and bound > 0 else text


def _unit(scale: str, unit: Unit) -> str:
    """What follows a number on a scale."""
    if scale == "ratio":
        return " times"
    if scale == "difference" and unit == "rate":
        return " percentage points"
    return f"{numbers.HARD}%" if scale == "change" or unit == "rate" else ""


def amount(x: float, scale: str, unit: Unit, like: float | None = None) -> str:
    """A number on the scale of a claim, with its unit: a value, a difference, a ratio, or a change."""
    return bare(x, scale, unit, like) + _unit(scale, unit)


def bare(x: float, scale: str, unit: Unit, like: float | None = None) -> str:
    """``amount`` without its unit; ``like`` lends its digits."""
    if scale == "ratio":
        return numbers.ratio(x)
    if scale == "change" or (scale == "difference" and unit == "rate"):
        return numbers.points(x, like)
    if scale == "difference" and unit == "number" and abs(x if like is None else like) < 1:
        return numbers.signed(x)
    return numbers.value(x, unit, like).removesuffix(f"{numbers.HARD}%")


def ends(low: float | None, high: float | None, scale: str, unit: Unit, like: float | None = None) -> str:
    """An interval on a scale: "1.72 to 2.13 times"; an end of None is unbounded."""
    if low is None and high is None:
        return "any value"
    if low is None or high is None:
        return (
            f"at most {amount(high or 0.0, scale, unit, like)}"
            if low is None
            else f"at least {amount(low, scale, unit, like)}"
        )
    return f"{bare(low, scale, unit, like)} to {amount(high, scale, unit, like)}"
