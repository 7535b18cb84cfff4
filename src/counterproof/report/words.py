"""The report's fixed words: verdicts, statuses, populations, glossary. DESIGN section 4 gives the manners."""

from __future__ import annotations

from collections.abc import Mapping

from counterproof.claims.expect import Expectation
from counterproof.findings import Population, Status, Verdict
from counterproof.report import numbers
from counterproof.report.numbers import Unit

__all__ = ["GLOSSARY", "LEAD", "POPULATION", "STATUS", "VERDICT", "needs"]

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
COMPATIBLE: Mapping[Verdict, str] = {
    "supported": "Every value that fits these records satisfies the claim.",
    "contradicted": "No value that fits these records satisfies the claim.",
    "undetermined": "Some values that fit these records satisfy the claim and some do not.",
    "untestable": "",
}
STATUS: Mapping[Status, str] = {
    "estimated": "",
    "reported": "",
    "bounded": "bounds only",
    "not_identified": "not identified",
    "undefined": "undefined",
    "suppressed": "withheld",
}
POPULATION: Mapping[Population, str] = {
    "process": (
        "They are read as draws from a process that goes on, so each number comes with an interval: "
        "how far chance alone could have moved it."
    ),
    "records": (
        "They are all there is, so the numbers are exact for them and have no interval; "
        "a verdict holds for these records only."
    ),
}
GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Supported", "Every value that fits the records satisfies the claim."),
    ("Contradicted", "No value that fits the records satisfies the claim."),
    ("Undetermined", "Some values that fit the records satisfy the claim and some do not. More or other records could settle it."),
    ("Untestable", "The records cannot speak to the claim. This says nothing about whether it is true."),
    (
        "Interval",
        "The range of values that fit the records once chance is allowed for. A 95 % interval is made so that, over many "
        "such audits, 95 in 100 of the ranges contain the true value.",
    ),
    ("Level", "How often intervals of this kind contain the true value. Claims that rest on one audit share its level."),
    ("Of", "“805 of 1,795” gives the count behind a rate and the number of records it is a share of."),
    ("Percentage points", "The plain difference between two percentages: 45 % is 21 points above 24 %."),
    ("Ratio", "How many times as high one rate is as another: 45 % is 1.9 times 24 %."),
    ("Reference", "The group with which the others are compared. It is a yardstick, not a standard."),
    (
        "p-value",
        "How often chance alone would show a gap at least this large if there were none. “Adjusted” means: raised to allow for "
        "the number of comparisons that the audit makes.",
    ),
    ("Withheld", "A count so small that showing it could point to a person. Whatever is computed from it is withheld too."),
    ("Undefined", "Nothing to take a share of: 0 of 0. It is not zero."),
    ("Bounds only", "The records leave a range open that no amount of further records of the same kind would close."),
    ("Not identified", "The records cannot give this number, because outcomes were not learned for those it is about."),
)  # fmt: skip


def needs(expected: Expectation, unit: Unit) -> str:
    """What a claim needs, in words: "at most 30 %", "between 0.8 and 1.25 times"."""

    def said(bound: object) -> str:
        return amount(float(str(bound)), expected.scale, unit)

    if expected.low is None:
        return f"{'less than' if expected.high_open else 'at most'} {said(expected.high)}"
    if expected.high is None:
        return f"{'more than' if expected.low_open else 'at least'} {said(expected.low)}"
    return f"between {said(expected.low)} and {said(expected.high)}"


def amount(x: float, scale: str, unit: Unit) -> str:
    """A number on the scale of a claim: a value, a difference, a ratio, or a change."""
    if scale == "ratio":
        return f"{numbers.ratio(x)} times"
    if scale == "change":
        return f"{'+' if x > 0 else ''}{numbers.percent(x)}"
    if scale == "difference" and unit == "rate":
        return f"{numbers.points(x)} points"
    return numbers.value(x, unit)


def bare(x: float, scale: str, unit: Unit) -> str:
    """``amount`` without the word of its unit, for the lower end of an interval."""
    return amount(x, scale, unit).removesuffix(" times").removesuffix(" points").removesuffix(f"{numbers.HARD}%")
