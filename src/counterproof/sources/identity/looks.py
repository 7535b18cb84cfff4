"""What the look of a column's values says, from how many of them match each pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from counterproof.sources.identity.lexicon import CODE_WORDS
from counterproof.sources.identity.patterns import MASK, PATTERNS

__all__ = ["ALONE", "LETTERS", "OWN", "SHOWN", "Look", "Seen", "seen_in"]

LETTERS = 120
"""Letters of a value that are looked at."""

SHOWN = 0.5
"""Least share of values at which a look agrees with what a column's name says."""


@dataclass(frozen=True, slots=True)
class Look:
    """When a pattern by itself speaks for a kind: its least share, and the least number of different values.

    kind    kind of identifier (a key of ``lexicon.KINDS``)
    says    how the sentence names it
    coded   codes of things look alike: not where the column's name has one of ``lexicon.CODE_WORDS``
    letters least number of different letter parts: a series such as DHS-001, DHS-002 … has one
    """

    kind: str
    says: str
    share: float
    values: int = 2
    coded: bool = False
    letters: int = 0


ALONE: Mapping[str, Look] = {
    "e-mail": Look("e-mail", "e-mail addresses", 0.2),
    "social security number": Look("social security number", "social security numbers", 0.5),
    "phone": Look("phone", "phone numbers", 0.5),
    "alien file number": Look("case number", "alien file numbers", 0.5),
    "address": Look("address", "street addresses", 0.5, values=3),
    "coordinates": Look("coordinates", "pairs of coordinates", 0.5),
    "device": Look("device", "network addresses", 0.5, coded=True),
    "vehicle": Look("plate", "vehicle identification numbers", 0.8, values=5, coded=True),
    "plate": Look("plate", "vehicle plates", 0.85, values=20, coded=True, letters=15),
    "case number": Look("case number", "case numbers", 0.7, values=10, coded=True),
    "name": Look("name", "names of persons", 0.15, values=5),
}
"""What speaks for itself, in the order in which it is tried."""

OWN: Mapping[str, tuple[str, ...]] = {
    "birth date": ("date",),
    "phone": ("phone", "long"),
    "social security number": ("social security number", "long"),
    "case number": ("case number", "alien file number"),
    "plate": ("plate", "vehicle"),
    "coordinates": ("coordinates", "degrees"),
    "name": ("name",),
    "address": ("address",),
    "e-mail": ("e-mail",),
    "device": ("device",),
    "officer": ("name", "e-mail"),
    "search prompt or filter": ("sentence",),
    "free text": ("sentence",),
}
"""Kind -> the measures that agree with a name which says it; less strict than ``ALONE``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many different values were looked at, and how many of them match each measure."""

    values: int
    matching: Mapping[str, int]
    letters: int = 0
    typed: str = "text"

    def share(self, measure: str) -> float:
        """Matching values of all that were looked at; 0 where there was none."""
        return self.matching.get(measure, 0) / self.values if self.values else 0.0

    def alone(self, words: tuple[str, ...]) -> str | None:
        """The first measure that speaks for a kind of identifier whatever the column is called, or None."""
        coded = bool(CODE_WORDS & set(words))
        for measure, look in ALONE.items():
            enough = self.share(measure) >= look.share and self.matching.get(measure, 0) >= look.values
            if enough and self.letters >= look.letters and not (look.coded and coded):
                return measure
        return None

    def own(self, kind: str) -> float:
        """The share of values that look like what a name says, less strictly than by their look alone."""
        if self.typed == "date" and kind == "birth date":
            return 1.0
        return max(self.share(measure) for measure in OWN[kind])

    def against(self, kind: str) -> bool:
        """Whether the values speak against a kind that the name says."""
        if self.typed == "boolean":
            return True
        if self.typed == "date":
            return kind != "birth date"
        return bool(self.values) and kind in _AGAINST and _AGAINST[kind](self)


def seen_in(values: Iterable[str | None]) -> Seen:
    """What the engine would have seen in these values, for text."""
    capitals = {value.strip(" ")[:LETTERS].upper() for value in values if value is not None}
    looked_at = [value for value in capitals if value and not re.search(MASK, value)]
    matching = {measure: {v for v in looked_at if re.search(text, v)} for measure, text in PATTERNS.items()}
    matching["name"] -= matching["thing"]
    letters = {re.sub("[^A-Z]", "", value) for value in matching["plate"]}
    return Seen(len(looked_at), {measure: len(found) for measure, found in matching.items()}, len(letters))


def _no_name(seen: Seen) -> bool:
    return seen.share("digit") >= 0.5 or seen.share("thing") >= 0.3


def _no_date(seen: Seen) -> bool:
    return max(seen.share("year"), seen.share("small")) >= 0.9 or seen.share("digit") < 0.1


def _no_number(seen: Seen) -> bool:
    return seen.share("digit") < 0.1 or seen.share("small") >= 0.9


def _no_plate(seen: Seen) -> bool:
    return _no_number(seen) or seen.share("number") >= 0.95


def _no_case(seen: Seen) -> bool:
    return seen.share("digit") < 0.1


def _no_words(seen: Seen) -> bool:
    return seen.share("number") >= 0.9


_AGAINST: Mapping[str, Callable[[Seen], bool]] = {
    "name": _no_name,
    "birth date": _no_date,
    "coordinates": _no_number,
    "phone": _no_number,
    "social security number": _no_number,
    "device": _no_number,
    "plate": _no_plate,
    "case number": _no_case,
    "e-mail": _no_words,
    "address": _no_words,
    "search prompt or filter": _no_words,
    "free text": _no_words,
}
"""Kind -> whether what was seen speaks against it; an officer's column may hold anything."""
