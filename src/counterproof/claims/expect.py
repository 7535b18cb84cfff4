"""Expectations: the region of one number in which a claim is true, and the verdict on what the records allow.

    ">= x"  "> x"  "<= x"  "< x"     one-sided
    "x .. y"                         both ends in
    "x"                              x ± ``within``; without it half a unit of the last digit written
    "equal"                          a margin: ``within``, else the program's own 0.8 .. 1.25 as a ratio
    "four-fifths"                    a ratio of at least 0.8

Numbers are decimals as written ("0.20" says two digits, "1.2e6" two as well); rates are proportions, never per cent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from counterproof.errors import InputError
from counterproof.findings import Verdict

__all__ = ["EQUAL_MARGIN", "FOUR_FIFTHS", "Expectation", "Scale", "parse"]

Scale = Literal["value", "difference", "ratio", "change"]
Number = int | float | Fraction | Decimal

EQUAL_MARGIN = (Decimal("0.8"), Decimal("1.25"))
"""The program's margin for "equal" where a claim names none; symmetric on the log scale."""
FOUR_FIFTHS = Decimal("0.8")

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_BOUND = re.compile(rf"(?P<sign>>=|<=|>|<)\s*(?P<x>{NUMBER})")
_RANGE = re.compile(rf"(?P<x>{NUMBER})\s*\.\.\s*(?P<y>{NUMBER})")
_POINT = re.compile(rf"(?P<x>{NUMBER})")
_NO_DIFFERENCE = {"no bias", "no difference", "no significant difference", "unbiased", "same"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """The region in which a claim is true; an end of None is unbounded.

    ours   the margin is the program's own, because the claim names none
    """

    text: str
    scale: Scale
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False
    ours: bool = False

    def contains(self, value: Number) -> bool:
        """Whether one value satisfies the claim. Exact: a float is taken at its full binary value."""
        return not self._below(value) and not self._above(value)

    def verdict(self, low: Number, high: Number) -> Verdict:
        """The verdict when every value in the closed interval [low, high] is compatible with the records.

        An infinite end is unbounded. ``low == high`` is a number without uncertainty.
        """
        if self.contains(low) and self.contains(high):
            return "supported"
        return "contradicted" if self._above(low) or self._below(high) else "undetermined"

    def _below(self, value: Number) -> bool:
        return self.low is not None and (value <= self.low if self.low_open else value < self.low)

    def _above(self, value: Number) -> bool:
        return self.high is not None and (value >= self.high if self.high_open else value > self.high)


def parse(
    expect: str, within: float | None = None, scale: Scale | None = None, *, where: str | None = None
) -> Expectation:
    """Read an expectation.

    ``scale`` is the claim's ``as``; None leaves it open, and "equal" and "four-fifths" then mean a ratio, all else the
    value. Raises ``InputError`` that names ``where`` and says what to write instead.
    """
    text = expect.strip().replace("−", "-")
    margin = _margin(within, where)
    if text in ("equal", "four-fifths"):
        return _named(text, margin, scale, where)
    if found := _POINT.fullmatch(text):
        middle = Decimal(found["x"])
        half = margin if margin is not None else Decimal((0, (5,), int(middle.as_tuple().exponent) - 1))
        return Expectation(text, scale or "value", middle - half, middle + half)
    if margin is not None:
        raise InputError(
            "'within' needs an expectation that is a single number or 'equal'",
            where=where,
            hint="leave 'within' out; '>= x', 'x .. y' and 'four-fifths' already say where the line is",
        )
    return _one_sided_or_range(text, scale or "value", where)


def _one_sided_or_range(text: str, scale: Scale, where: str | None) -> Expectation:
    if found := _BOUND.fullmatch(text):
        bound, is_open = Decimal(found["x"]), "=" not in found["sign"]
        if found["sign"].startswith(">"):
            return Expectation(text, scale, low=bound, low_open=is_open)
        return Expectation(text, scale, high=bound, high_open=is_open)
    if found := _RANGE.fullmatch(text):
        low, high = Decimal(found["x"]), Decimal(found["y"])
        if high < low:
            raise InputError(
                "the range ends before it begins", where=where, hint=f"write '{found['y']} .. {found['x']}'"
            )
        return Expectation(text, scale, low, high)
    raise InputError("this expectation cannot be read", where=where, hint=_advice(text))


def _named(text: str, margin: Decimal | None, scale: Scale | None, where: str | None) -> Expectation:
    """'equal' and 'four-fifths': statements about two groups."""
    if scale == "value":
        raise InputError(
            f"'{text}' compares two groups", where=where, hint="write 'compare: {column: [group, reference]}'"
        )
    if text == "four-fifths":
        if margin is not None or scale not in (None, "ratio"):
            raise InputError(
                "'four-fifths' is a ratio of at least 0.8", where=where, hint="leave 'within' and 'as' out"
            )
        return Expectation(text, "ratio", low=FOUR_FIFTHS)
    if margin is None:
        return _equal_by_our_margin(scale, where)
    if scale is None:
        hint = "write 'as: difference' or 'as: ratio'"
        raise InputError("'equal' with 'within' needs to know of what it is the margin", where=where, hint=hint)
    middle = Decimal(1 if scale == "ratio" else 0)
    return Expectation(text, scale, middle - margin, middle + margin)


def _equal_by_our_margin(scale: Scale | None, where: str | None) -> Expectation:
    low, high = EQUAL_MARGIN
    if scale == "difference":
        hint = "add 'within: 0.02', say, or leave 'as' out: the ratio is then held against the program's 0.8 .. 1.25"
        raise InputError("'equal' as a difference needs a margin", where=where, hint=hint)
    if scale == "change":
        return Expectation("equal", scale, low - 1, high - 1, ours=True)
    return Expectation("equal", "ratio", low, high, ours=True)


def _margin(within: float | None, where: str | None) -> Decimal | None:
    if within is None:
        return None
    margin = Decimal(repr(within))
    if not margin.is_finite() or margin <= 0:
        hint = "write a margin above zero, or leave 'within' out to use the digits of the number"
        raise InputError("a margin must be a number above zero: no estimate is exact", where=where, hint=hint)
    return margin


def _advice(text: str) -> str:
    folded = " ".join(text.casefold().replace("-", " ").split())
    if "%" in text or "per cent" in folded or "percent" in folded:
        return "write proportions: 85 % is 0.85"
    if folded in _NO_DIFFERENCE:
        return "write 'equal', with 'within' as its margin"
    if folded in ("four fifths", "80 percent rule", "4/5"):
        return "write 'four-fifths'"
    if re.search(r"\d,\d", text):
        return "write numbers without separators, with a point: 142000, 0.85"
    if re.search(r"\d\s*(?:-|to|–|…|\.\.\.)\s*\d", text):
        return "write a range as '0.8 .. 1.25'"
    if "=" in text or "≥" in text or "≤" in text:
        return "write '>= x', '> x', '<= x', '< x', 'x .. y' or 'x'"
    return "write '>= x', '> x', '<= x', '< x', 'x .. y', 'x', 'equal' or 'four-fifths'"
