"""Which column is which: the form of a kind that the columns fit best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from counterproof.starter.guesses import GUESSES, POSITIVE, Guess

if TYPE_CHECKING:
    from counterproof.sources import Look

__all__ = ["Draft", "draft", "spellings"]

_FEW = {"coded": ("1", "2 to 10"), "few": ("1", "2 to 10", "11 to 50")}
_LABELS_AT_MOST = 3
TENS = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """Plan keys that were guessed, each with the reason; those that are needed and open, with columns that may fit."""

    guessed: Mapping[str, str | float | tuple[str, ...]]
    why: Mapping[str, str]
    open: Mapping[str, tuple[str, ...]]


def draft(kind: str, looks: Sequence[Look]) -> Draft:
    """Guess the columns of an audit of this kind; nothing is guessed of a kind that knows its layouts."""
    forms = [_filled(form, looks) for form in GUESSES.get(kind, ())]
    if not forms:
        return Draft({}, {}, {})
    best = min(forms, key=lambda one: (len(one.open), -len(one.guessed)))
    return _with_values(best, {look.name: look for look in looks})


def _filled(form: Sequence[Guess], looks: Sequence[Look]) -> Draft:
    guessed: dict[str, str | float | tuple[str, ...]] = {}
    open_: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for guess in sorted(form, key=lambda one: not one.needed):
        fitting = [look for look in looks if look.name not in taken and _fits(look, guess)]
        named = [look.name for pattern in guess.patterns for look in fitting if re.search(pattern, _plain(look.name))]
        if named:
            guessed[guess.key] = tuple(dict.fromkeys(named)) if guess.many else named[0]
            if guess.many and guess.key == "groups":
                guessed[guess.key] = tuple(dict.fromkeys(named))[:_LABELS_AT_MOST]
            taken.update(named if guess.many else named[:1])
        elif guess.needed:
            open_[guess.key] = tuple(look.name for look in fitting)
    order = [guess.key for guess in form]
    return Draft(
        {key: guessed[key] for key in order if key in guessed},
        dict.fromkeys(guessed, "by the column's name"),
        {key: open_[key] for key in order if key in open_},
    )


def _fits(look: Look, guess: Guess) -> bool:
    if look.refused or look.distinct is None or look.distinct == "none":
        return False
    if guess.shape in ("number", "total"):
        return look.numeric and (guess.shape == "number" or look.missing == 0)
    return guess.shape == "any" or look.distinct in _FEW[guess.shape]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _with_values(chosen: Draft, looks: Mapping[str, Look]) -> Draft:
    """What goes with a column: the word that means yes, and the cut-off of a score."""
    guessed, why, open_ = dict(chosen.guessed), dict(chosen.why), dict(chosen.open)
    for key in ("flag", "outcome", "event", "mated", "reviewed"):
        column = guessed.get(key)
        if not isinstance(column, str) or looks[column].coded or (key == "mated" and "non_mated" in guessed):
            continue
        if words := [word for word in spellings() if word in looks[column].words]:
            guessed[f"{key}_value"] = words[0]
            why[f"{key}_value"] = "a word that occurs in the column"
        elif key != "outcome" or "closed" not in guessed:
            open_[f"{key}_value"] = ()
    if "score" in guessed and "mated" not in guessed and "outcome" in {*guessed, *open_}:
        middle = looks[str(guessed["score"])].middle
        guessed["flag_at"] = _round(middle or 0.0)
        why["flag_at"] = "halfway between the least and the greatest score; put the cut-off that is used"
    return Draft(guessed, why, open_)


def spellings() -> list[str]:
    """Every word that may mean yes, in the cases in which tables write it."""
    return [spelt for word in POSITIVE for spelt in (word, word.capitalize(), word.title(), word.upper())]


def _round(middle: float) -> float:
    """Downward to two significant digits, below 10 to one: the greatest score, which is somebody's, is not told."""
    if not middle:
        return 0
    unit = Decimal(10) ** (Decimal(middle).adjusted() - (1 if abs(middle) >= TENS else 0))
    whole = (Decimal(middle) / unit).to_integral_value(ROUND_FLOOR) * unit
    return int(whole) if whole == whole.to_integral_value() else float(whole)
