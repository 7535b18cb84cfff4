"""Compare a document that was handed over with the one that follows from the counts, number by number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ABSOLUTE", "RELATIVE", "Difference", "Part", "compare"]

Part = Literal["source", "plan", "version", "seed", "output"]

RELATIVE = 1e-9
ABSOLUTE = 1e-12
"""Below this a number counts as zero: a difference of two equal rates leaves rounding of this size."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree.

    part         which of source, plan, version, seed or output differs
    place        where, such as ``results.json: audits.compas.estimates[12].value``
    what         what is wrong with it
    information  nothing is wrong yet: another version made the folder, or something could not be looked at
    """

    part: Part
    place: str
    what: str
    information: bool = False

    def __str__(self) -> str:
        return f"{self.part} {self.place}: {self.what}"


def compare(given: Any, computed: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (place, what differs). Integers must be equal, other numbers within 1e-9 of each other."""
    if isinstance(given, dict) and isinstance(computed, dict):
        yield from _mappings(given, computed, place)
    elif isinstance(given, list) and isinstance(computed, list):
        if len(given) != len(computed):
            yield place, f"has {len(given)} entries, and {len(computed)} follow"
        for index, (left, right) in enumerate(zip(given, computed, strict=False)):
            yield from compare(left, right, f"{place}[{index}]")
    elif not _equal(given, computed):
        yield place, f"is {_said(given)}, and {_said(computed)} follows"


def _mappings(given: dict[str, Any], computed: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for key in [*computed, *(key for key in given if key not in computed)]:
        at = f"{place}.{key}" if place else key
        if key not in given:
            yield at, f"is missing, and {_said(computed[key])} follows"
        elif key not in computed:
            yield at, "is there, and does not follow"
        else:
            yield from compare(given[key], computed[key], at)


def _equal(given: Any, computed: Any) -> bool:
    """Exact for counts, text and truth; within tolerance as soon as one side is a floating-point number."""
    if isinstance(given, bool) or isinstance(computed, bool):
        return given is computed
    if isinstance(given, int | float) and isinstance(computed, int | float):
        if isinstance(given, int) and isinstance(computed, int):
            return given == computed
        try:
            return math.isclose(given, computed, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        except OverflowError:
            return False
    return type(given) is type(computed) and bool(given == computed)


def _said(value: Any) -> str:
    """A short text of a value of the outputs, which hold nothing that may not be shown."""
    if isinstance(value, dict | list):
        return f"something with {len(value)} entries"
    if isinstance(value, int) and abs(value) > 10**_LONGEST:
        return "a very large number"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
