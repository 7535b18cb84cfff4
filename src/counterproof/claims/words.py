"""Numbers and names inside sentences. Names come from records: what could steer a terminal or a page is spelt out."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from counterproof.counts import Group

__all__ = ["number", "odds", "of_group", "plain", "share", "spread"]

LONGEST_NAME = 80


def plain(name: str) -> str:
    """A name as it may stand in a sentence: control, format and bidirectional marks as escapes, and not too long."""
    cut = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def of_group(group: Group) -> str:
    """A group in words: its labels, with the column only where a label is missing; "everybody" for all."""
    labels = [f"no {plain(k).replace('_', ' ')}" if v is None else plain(v) for k, v in sorted(group.items())]
    return ", ".join(labels) or "everybody"


def number(value: float | Fraction) -> str:
    """A number with three significant digits; whole numbers, and those from 1,000 on, without decimals."""
    near = float(value)
    if math.isinf(near):
        return "without limit"
    if value == int(value):
        return f"{int(value):,}"
    return f"{near:,.0f}" if abs(near) >= 1000 else f"{near:.3g}"


def odds(value: float | Fraction) -> str:
    """A small rate as one in so many, which a reader can picture: 1 in 100,000."""
    near = float(value)
    return number(value) if near == 0 or near > 0.01 else f"1 in {number(round(1 / near, 6))}"


def share(value: float | Fraction) -> str:
    """A proportion in per cent, as on screen: one decimal, or two significant digits below 1 %."""
    percent: float = 100 * float(value)
    if 99.95 < percent < 100:
        return "more than 99.9 %"
    size = abs(percent)
    places = (
        0 if size in (0.0, 100.0) or size >= 1000 else 1 if size >= 1 else min(1 - math.floor(math.log10(size)), 14)
    )
    return f"{percent:,.{places}f} %"


def spread(value: float, low: float | None, high: float | None, form: Callable[[float], str]) -> str:
    """A value and, where it has one, its interval."""
    return form(value) if low is None or high is None else f"{form(value)} ({form(low)} to {form(high)})"
