"""Numbers as people read them: sensible digits, per cent on screen only, thin grouping, chances in words.

Each function takes the number of the results (rates as proportions) and gives text. A number that is not 0 or 1 is
never rounded to it: "less than" and "more than" say so instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Literal

__all__ = [
    "TIMES",
    "Unit",
    "apart",
    "count",
    "day",
    "level",
    "number",
    "p_value",
    "per_hundred",
    "percent",
    "points",
    "ratio",
    "signed",
    "size",
    "span",
    "value",
]

Unit = Literal["rate", "count", "number", "points", "dollars", "hours", "days", "weeks", "months", "years"]
TIMES = ("hours", "days", "weeks", "months", "years")
POINTS = "percentage points"

HARD = "\u00a0"  # no-break space
MINUS = "−"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def count(n: float) -> str:
    """A whole number in groups of three: 7,214."""
    return f"{round(n):,}".replace("-", MINUS)


def percent(x: float, like: float | None = None) -> str:
    """A proportion per cent: 44.8 %. ``like`` lends its digits, so that an interval's ends match its middle."""
    return f"{_percent(x, like)}{HARD}%"


def _percent(x: float, like: float | None = None, more: int = 0) -> str:
    scaled = 100 * x
    if like is None and x in (0, 1):
        return f"{scaled:.0f}"
    places = _places(scaled if like is None else 100 * like) + more
    text = f"{scaled:,.{places}f}"
    if (float(text.replace(",", "")) in (0.0, 100.0) and x not in (0, 1)) or (like is not None and 0 < abs(x) < 1e-3):
        text = f"{scaled:.{max(places, _places(scaled, 1))}f}"
    if float(text.replace(",", "")) == 100 and x != 1:
        return "more than 99.999999"
    if float(text.replace(",", "")) == 0 and x != 0:
        return "less than 0.00000001"
    return text.replace("-", MINUS)


def _places(scaled: float, significant: int = 2) -> int:
    """Decimals, from one to eight, that leave so many digits that say something; near 100 the rest counts."""
    size = abs(scaled)
    if 99 < size < 100:
        size = 100 - size
    if size >= 1 or size == 0:
        return 1
    return min(8, significant - 1 - math.floor(math.log10(size)))


def number(x: float) -> str:
    """A plain number: three significant digits below 100, whole and grouped above 1,000."""
    size = abs(x)
    if size >= 1000 or (x == round(x) and size >= 100):
        return count(x)
    if size == 0:
        return "0"
    places = max(0, min(9, 2 - math.floor(math.log10(size))))
    text = f"{x:.{places}f}".replace("-", MINUS)
    return text.rstrip("0").rstrip(".") if x == round(x) else text


def ratio(x: float, more: int = 0) -> str:
    """How many times as high: 1.91, 0.037, 12.4; with ``more`` decimals. What is not 1 is not rounded to it: 0.9998."""
    if not 0.1 <= x < 10:
        return number(x) if x >= 10 or x == 0 else f"{x:.{min(9, 1 + more - math.floor(math.log10(x)))}f}"
    places = 2 + more
    while x != 1 and places < 6 and float(f"{x:.{places}f}") == 1:
        places += 1
    return f"{x:.{places}f}"


def about(n: int) -> str:
    """A planning figure to two digits: 92,000."""
    return count(float(f"{n:.2g}"))


def points(x: float, like: float | None = None, more: int = 0) -> str:
    """A difference of proportions in percentage points, signed: +21.4; with ``more`` decimals."""
    sign = "+" if x > 0 else ""
    return sign + _percent(x, like, more)


def signed(x: float) -> str:
    """A small difference of plain numbers: +0.164."""
    return f"{x:+.3f}".replace("-", MINUS)


def value(x: float, unit: Unit, like: float | None = None) -> str:
    """A number in its unit; a count that is not whole is a number."""
    if unit == "rate":
        return percent(x, like)
    if unit == "points":
        return f"{_percent(x, like)}{HARD}{POINTS}"
    if unit == "dollars":
        return dollars(x)
    if unit in TIMES:
        return f"{number(x)}{HARD}{unit}"
    return count(x) if unit == "count" and x == round(x) else number(x)


def dollars(x: float) -> str:
    """Money in whole dollars, and in cents below a hundred: $4,194,038."""
    return f"{MINUS if x < 0 else ''}${abs(x):,.{2 if 0 < abs(x) < 100 else 0}f}"


def span(low: float | None, high: float | None, unit: Unit, like: float | None = None) -> str:
    """An interval: "42.6 to 47.2 %"; an end of None is unbounded."""
    if low is None and high is None:
        return "any value"
    if low is None:
        return f"at most {value(high or 0.0, unit, like)}"
    if high is None:
        return f"at least {value(low, unit, like)}"
    if unit in ("rate", "points"):
        ends = apart(low, high, lambda x, more: _percent(x, like, more))
        return f"{ends[0]} to {ends[1]}{HARD}{'%' if unit == 'rate' else POINTS}"
    if unit in TIMES:
        return f"{number(low)} to {value(high, unit)}"
    return f"{value(low, unit)} to {value(high, unit)}"


def apart(low: float, high: float, form: Callable[[float, int], str]) -> tuple[str, str]:
    """Both ends of a narrow range with as many more decimals, up to three, as it takes to tell them apart."""
    for more in range(4):
        ends = form(low, more), form(high, more)
        if ends[0] != ends[1] or low == high:
            break
    return ends


def per_hundred(x: float) -> str:
    """A proportion as people out of a round number: "45 in 100", "3 in 1,000", "none", "all"."""
    if x <= 0:
        return "none"
    if x >= 1:
        return "all"
    rare = min(x, 1 - x)
    base = 100
    while rare * base < 0.95 and base < 10**9:
        base *= 10
    return f"{count(x * base)} in {count(base)}" if rare * base >= 0.5 else "fewer than 1 in a billion"


def p_value(p: float) -> str:
    """A p-value: 0.039, or "less than 1 in 10,000"."""
    for floor, words in ((1e-6, "1 in a million"), (1e-5, "1 in 100,000"), (1e-4, "1 in 10,000"), (1e-3, "1 in 1,000")):
        if p < floor:
            return f"less than {words}"
    return f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def level(x: float) -> str:
    """A level of confidence: 95 %, 98.3 %."""
    return f"{100 * x:.1f}".removesuffix(".0") + f"{HARD}%" if x < 0.9995 else f"{100 * x:.6g}{HARD}%"


def size(octets: int) -> str:
    """The size of a file: 1.2 MB."""
    if octets < 1000:
        return f"{octets}{HARD}bytes"
    for unit, scale in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if octets < 999.5 * scale:
            return f"{octets / scale:.3g}{HARD}{unit}"
    return f"{octets / 1e12:,.3g}{HARD}TB"


def day(when: date) -> str:
    """A date in words: 23 May 2016."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
