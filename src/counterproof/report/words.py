"""The report's fixed words: verdicts, statuses, populations, glossary. DESIGN section 4 gives the manners."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from counterproof.claims.expect import Expectation
from counterproof.findings import Population, Status, Verdict
from counterproof.report import numbers
from counterproof.report.numbers import Unit
from counterproof.report.safe import shorten

__all__ = [
    "CHECK", "GLOSSARY", "LEAD", "POPULATION", "REASON", "STATUS", "VERDICT", "amount", "assumed", "assumption", "bare",
    "ends", "needs",
]  # fmt: skip

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
    "suppressed": "withheld, to protect people",
}
POPULATION: Mapping[Population, str] = {
    "process": (
        "They are read as draws from a process that goes on: other cases of it would have come out somewhat "
        "differently. So each number comes with an interval, the range that this chance leaves open."
    ),
    "records": (
        "They are read as all there is, not as a sample. So the numbers are exact for them and have no interval, and a "
        "verdict holds for them only."
    ),
}
CHECK: Mapping[str, str] = {"pass": "in order", "warn": "note", "fail": "problem"}
_ASSUMED: Mapping[str, tuple[str, str]] = {
    "reviewers_err_as_stated": (
        "reviewers err as stated",
        "of the false links reviewers find, and of the true links they confirm, the shares that the plan states",
    ),
    "independent_linkers": (
        "the linkers are independent",
        "a pair that one linker found is no easier for the other than one that it did not find",
    ),
    "independent_comparisons": (
        "comparisons are independent",
        "a search compares with everybody in the gallery at one threshold, each comparison errs by itself, and the "
        "algorithm does not search in another way",
    ),
    "labels_missing_at_random": (
        "labels are missing at random",
        "the records without a label are like those with one",
    ),
    "nondifferential_error": (
        "errors are the same for both flags",
        "the record of the outcome errs as often among those who were flagged as among the others",
    ),
    "threshold_model": (
        "the threshold model holds",
        "people are searched when the chance of finding something lies above their group's threshold, and these "
        "chances are spread as the model says",
    ),
    "priors_a_quarter_wider": (
        "the model holds with priors a quarter wider",
        "every standard deviation of the priors is 1.25 times as large",
    ),
    "priors_a_fifth_narrower": (
        "the model holds with priors a fifth narrower",
        "every standard deviation of the priors is 0.8 times as large",
    ),
    "ignorable_verification": (
        "verification is ignorable",
        "among those with the same group and flag, outcomes that were never learned are like those that were",
    ),
    "open_cases_may_go_on_in_any_way": (
        "open cases may end at any time",
        "cases that were last seen open may have ended the next day, or never: nothing is taken for granted",
    ),
    "closed_cases_only": (
        "open cases are left out",
        "only closed cases are counted, as in an average of closed cases; slow cases that are still open are missing "
        "from it, so that it is not the time that cases take",
    ),
}
GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Supported", "The claim holds for every value that fits the records."),
    ("Contradicted", "The claim holds for no value that fits the records."),
    ("Undetermined", "The claim holds for some values that fit the records and not for others; or no value is shown."),
    ("Untestable", "The records cannot speak to the claim. This says nothing about whether it is true."),
    (
        "Interval",
        "The range of values that fit the records once chance is allowed for. A 95 % interval is made so that, over "
        "many such audits, 95 in 100 of the ranges contain the true value. It allows for chance only, not for records "
        "that are wrong or missing.",
    ),
    ("Level",
        "How often such intervals contain the true value. Where several claims rest on one audit, each is judged at a "
        "higher level: so chance leads any of them astray in at most 5 of 100 such audits (at 95 %).",
    ),
    ("Of", "“805 of 1,795” gives the count behind a rate, and the number of cases of which it is a share."),
    ("Percentage points", "The plain difference between two percentages: 45 % is 21 points above 24 %."),
    ("Ratio", "How many times as high one rate is as another: 45 % is 1.9 times 24 %."),
    ("Reference", "The group with which the others are compared. It is a yardstick, not a standard."),
    (
        "p-value",
        "How often chance alone would show a gap at least this large if there were none. It is not the chance that "
        "there is none. “Adjusted” means: raised to allow for the number of comparisons that the audit makes.",
    ),
    (
        "Withheld",
        "Not shown, because a count behind it is so small that it could point to a person, or because such a count "
        "could be worked out from it. Zero is shown.",
    ),
    (
        "Would have shown",
        "Where an interval includes no gap at all: the smallest excess over the reference that so many cases would "
        "have shown, with a chance of 80 in 100. A smaller one may exist and not show.",
    ),
    ("Undefined", "Nothing to take a share of: 0 of 0. It is not zero."),
    (
        "Bounds only",
        "The least and the greatest value that the number can have, whatever is missing from the records. More records "
        "with the same gaps would not close the range.",
    ),
    ("Not identified", "The records cannot give this number: what was never recorded leaves every value possible."),
)  # fmt: skip


UNCHECKED = " The records cannot check this."
_SETTLED = ("open cases may end at any time", "open cases are left out")
"""These take nothing for granted that the records could not tell."""


def needs(expected: Expectation, unit: Unit) -> str:
    """For which values a claim holds: "it is at most 30 %", "the difference is −5 to +5 percentage points"."""
    high = " as high" if expected.scale == "ratio" else ""
    return f"{_SUBJECT.get(expected.scale, 'it')} is {_region(expected, unit)}{high}"


_SUBJECT = {"difference": "the difference", "change": "the change"}


def assumed(name: str) -> str:
    """An assumption, or several joined by "and", as it follows "if" beside a number."""
    return " and ".join(_ASSUMED.get(part, (shorten(part.replace("_", " ")),))[0] for part in _parts(name))


def assumption(name: str) -> str:
    """An assumption explained; nothing where it is not known."""
    told = [_ASSUMED[part] for part in _parts(name) if part in _ASSUMED]
    return " ".join(f"“If {short}” means that {long}." + UNCHECKED * (short not in _SETTLED) for short, long in told)


def _parts(name: str) -> list[str]:
    return name.split(" and ")


def _region(expected: Expectation, unit: Unit) -> str:
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
    per_cent = scale == "change" or (unit in ("rate", "points") and scale != "ratio")
    exact = bound * 100 if per_cent else bound
    text = f"{exact.normalize():,f}".replace("-", numbers.MINUS)
    return f"+{text}" if scale in ("difference", "change") and bound > 0 else text


def _unit(scale: str, unit: Unit) -> str:
    """What follows a number on a scale."""
    if scale == "ratio":
        return " times"
    if scale != "change" and unit in numbers.TIMES:
        return f" {unit}"
    if scale != "change" and (unit == "points" or (scale == "difference" and unit == "rate")):
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
    if unit in numbers.TIMES:
        return numbers.number(x)
    return numbers.value(x, unit, like).removesuffix(f"{numbers.HARD}%").removesuffix(f"{numbers.HARD}{numbers.POINTS}")


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
