"""A starter plan, written by looking at a source: its columns, never what is in a cell."""

from counterproof.starter.choose import Draft, draft, spellings
from counterproof.starter.guesses import GUESSES
from counterproof.starter.write import FILL_IN, written

__all__ = ["FILL_IN", "GUESSES", "Draft", "draft", "spellings", "written"]
