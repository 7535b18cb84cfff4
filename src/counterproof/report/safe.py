"""Text from outside, made safe to look at: nothing hidden, nothing that turns the reading order, nothing endless."""

from __future__ import annotations

import re
import textwrap
import unicodedata

__all__ = ["ascii_only", "capital", "cut", "lines", "sentence", "shorten", "slug", "visible"]

LABEL_LIMIT = 80
TEXT_LIMIT = 4_000

_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them
_ASCII = str.maketrans(
    {
        "–": "-", "—": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "x", "≥": ">=",
        "≤": "<=", "±": "+/-", "\u00a0": " ", "\u202f": " ", "·": "-", "✓": "+", "✕": "x", "◐": "?", "○": "o",
        "─": "-", "│": "|", "→": "->",
    }
)  # fmt: skip


def visible(text: str) -> str:
    """``text`` on one line, with every control or direction mark written out, as in ⟨U+202E⟩."""
    return re.sub(" {2,}", " ", "".join(map(_seen, text))).strip(" ")


def _seen(char: str) -> str:
    if char in "\t\n\r\x0b\x0c\x85\u2028\u2029":
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and char not in _JOINERS):
        return f"⟨U+{ord(char):04X}⟩"
    return char


def shorten(text: str, limit: int = LABEL_LIMIT) -> str:
    """``visible(text)``, cut visibly where it is longer than ``limit`` characters."""
    shown = visible(text[: 4 * limit])
    if len(text) <= limit and len(shown) <= 4 * limit:
        return shown
    return f"{shown[:limit].rstrip()}… ({len(text):,} characters)"


def cut(text: str, limit: int) -> str:
    """``visible(text)`` in at most ``limit`` characters, where the whole of it stands beside."""
    shown = visible(text[: 4 * limit])
    return shown if len(shown) <= limit and len(text) <= 4 * limit else f"{shown[: max(1, limit - 1)].rstrip()}…"


def capital(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """``text`` with a capital and a full stop."""
    text = capital(text.strip())
    return text + ("" if not text or text[-1] in ".!?…)”" else ".")


def lines(text: str, width: int, most: int = 3) -> list[str]:
    """``text`` in at most ``most`` lines of ``width`` characters; a word longer than a line is broken."""
    wrapped = textwrap.wrap(text, width, break_long_words=True, break_on_hyphens=True) or [""]
    if len(wrapped) <= most:
        return wrapped
    return [*wrapped[: most - 1], wrapped[most - 1][: width - 1].rstrip() + "…"]


def ascii_only(text: str) -> str:
    """``text`` for a terminal that knows no more than ASCII: dashes and quotes plain, the rest as escapes."""
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def slug(text: str) -> str:
    """A fixed id from a name: letters, digits and dashes."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text)[:120]
