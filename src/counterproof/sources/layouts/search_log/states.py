"""The state of a cell, as a number: the place of its name in ``reductions.search_log.STATES``; the first that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions.search_log import STATES

if TYPE_CHECKING:
    from ibis.expr.types import IntegerColumn, StringColumn

    from counterproof.reductions.search_log import LogLexicon

__all__ = ["BITS", "EMPTY", "LONG", "NOT_EXPORTED", "VALUE", "WITHHELD", "packed", "state_of", "unpacked"]

WITHHELD, NOT_EXPORTED, EMPTY, MASKED_VENDOR, MASKED_AGENCY, PARTIAL, PLACEHOLDER, VALUE = range(len(STATES))

BITS = 3
LONG = 24
"""A longer id or time frame is neither masked nor a placeholder."""


def state_of(text: StringColumn, words: LogLexicon) -> IntegerColumn:
    """The state of cells of a column that is there and was not withheld.

    One pattern tells the cells that may be more than a value, and only these are looked at closely. (Branches of a case
    are evaluated for the rows that come to them; ``isin`` would become a join of all rows.)
    """
    return ibis.cases(
        (text.isnull() | (text == ""), EMPTY),
        (text == "***", MASKED_VENDOR),
        (text.re_search(_hint(words)), _hinted(text, words)),
        else_=VALUE,
    )


def packed(states: Sequence[IntegerColumn]) -> IntegerColumn:
    """All states of a row in one whole number."""
    total = ibis.literal(0).cast("int64")
    for place, state in enumerate(states):
        total = total + state.cast("int64") * (1 << BITS * place)
    return total


def unpacked(number: int, columns: int) -> tuple[str, ...]:
    """The names of the states in a packed number."""
    return tuple(STATES[number >> BITS * place & (1 << BITS) - 1] for place in range(columns))


def _hint(words: LogLexicon) -> str:
    """What every cell has that is not simply a value."""
    whole = "|".join(map(_quoted, (*words.masked, *words.placeholder)))
    laws = "|".join(map(_quoted, words.exemptions))
    return f"(?i)^ *({whole})? *$|[{_signs(words)}\\[(]|{laws}"


def _hinted(text: StringColumn, words: LogLexicon) -> IntegerColumn:
    """A plain placeholder, which may stand in every row of a column, is told by one pattern; the rest closely."""
    masked = {mask.lower() for mask in words.masked}
    plain = [cell for cell in words.placeholder if cell.lower() not in masked and not set(cell) & set(words.signs)]
    if not plain:
        return _closely(text.strip().lower(), words)
    placeholder = text.re_search(f"(?i)^ *({'|'.join(map(_quoted, plain))}) *$")
    return ibis.cases((placeholder, PLACEHOLDER), else_=_closely(text.strip().lower(), words))


def _closely(low: StringColumn, words: LogLexicon) -> IntegerColumn:
    """Cells with such a hint, in small letters: empty, all masked, masked in part, a placeholder, or a value still."""
    exempt = "^[(]?b[)]? ?[(][0-9][)][ (),;0-9a-f]*$"
    masks = (f"^[ {_signs(words)}]+$", exempt, _cited(words), _whole(words.masked))
    masked = reduce(or_, [low.re_search(mask) for mask in masks])
    return ibis.cases(
        (low == "", EMPTY),
        (low == "***", MASKED_VENDOR),
        (masked, MASKED_AGENCY),
        (reduce(or_, [low.contains(part.lower()) for part in words.partial]), PARTIAL),
        (low.re_search(_whole(words.placeholder)), PLACEHOLDER),
        else_=VALUE,
    )


def _whole(cells: Sequence[str]) -> str:
    return f"^({'|'.join(_quoted(cell.lower()) for cell in cells)})$"


def _signs(words: LogLexicon) -> str:
    return "".join(map(_quoted, words.signs))


def _cited(words: LogLexicon) -> str:
    """A number of a section with the name of its law before or after it, and nothing else."""
    law, number = "|".join(map(_quoted, words.exemptions)), "[0-9]{3,5}([.][0-9]+)?"
    return f"^[(]?(exempt:? )?({number} ?({law})|({law}) ?§? ?{number})[)]?$"


def _quoted(text: str) -> str:
    return re.sub(r"([^A-Za-z0-9 █■▇▉▓▒░])", r"\\\1", text)
