"""Which cells of a column are meant: a value, one of several, or all on one side of a number or a date.

    "Yes"             cells that read Yes
    ("High", "Low")   cells that read High or Low
    "<= 2014-04-01"   cells with a date up to that day; so also "< 5", "> 5", ">= 5" for numbers

A comparison is a sign, a space, and a number or a date as 2014-04-01; without the space ("<5") it is a text like any
other, since published tables mark small counts that way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, cast

__all__ = ["Comparison", "Values", "comparison", "named", "texts"]

Values = str | tuple[str, ...]

Sign = Literal["<=", ">=", "<", ">"]
_COMPARISON = re.compile(r"^(<=|>=|<|>)\s+(\S+)$")


@dataclass(frozen=True, slots=True)
class Comparison:
    """All cells on one side of ``bound``."""

    sign: Sign
    bound: Decimal | dt.date


def comparison(text: str) -> Comparison | None:
    """The comparison that a text is, or None for a text that is a value."""
    found = _COMPARISON.match(text.strip())
    bound = _bound(found[2]) if found else None
    return None if found is None or bound is None else Comparison(cast(Sign, found[1]), bound)


def texts(values: Values | None) -> tuple[str, ...]:
    """Each value by itself, stripped; none where nothing is named."""
    return () if values is None else tuple(v.strip() for v in ((values,) if isinstance(values, str) else values))


def named(values: Values) -> str:
    """One text for all of them."""
    return values if isinstance(values, str) else "|".join(values)


def _bound(text: str) -> Decimal | dt.date | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return None
    return number if number.is_finite() else None
