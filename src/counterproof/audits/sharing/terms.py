"""What single cells of agreements and flows say: dates, times of keeping, yes and no, names."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

__all__ = ["days", "key", "no", "said", "when"]

_NO = ("no", "n", "false", "f", "0", "none", "n/a", "na", "-", "not done", "unknown")
_ENDLESS = ("indefinite", "indefinitely", "permanent", "permanently", "forever", "no limit", "unlimited")
_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")
_TIME = re.compile(r"([0-9]+(?:[.][0-9]+)?)\s*(d|day|days|month|months|y|year|years)?")


def when(text: str | None) -> date | None:
    """A date in any of the usual forms; None where it is none. 03/04/2024 is March 4: the month comes first."""
    for form in _FORMATS if text else ():
        try:
            return datetime.strptime((text or "").strip(), form).date()  # noqa: DTZ007, a day has no zone
        except ValueError:
            continue
    return None


def days(text: str | None) -> float | None:
    """A time of keeping in days: "30", "30 days", "2 years", "indefinitely" (inf); None where it cannot be read."""
    words = (text or "").strip().lower()
    if words in _ENDLESS:
        return math.inf
    match = _TIME.fullmatch(words)
    if match is None:
        return None
    return float(match[1]) * {"d": 1.0, "m": 365.25 / 12, "y": 365.25}[(match[2] or "d")[0]]


def said(text: str | None) -> bool:
    """Whether a cell says anything but no: an authority that is named, an assessment that was made."""
    return text is not None and text.strip().lower() not in _NO


def no(text: str | None) -> bool:
    """Whether a cell says no in so many words."""
    return text is not None and text.strip().lower() in ("no", "n", "false", "f", "0", "prohibited", "barred")


def key(text: str | None) -> str:
    """A name or an id by which rows find each other: blanks and case do not matter."""
    return " ".join((text or "").split()).casefold()
