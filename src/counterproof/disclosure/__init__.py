"""Disclosure: what may be shown, and the proof that nothing withheld can be derived."""

from counterproof.disclosure.curves import thin
from counterproof.disclosure.protect import Protected, protect, tables

__all__ = ["Protected", "protect", "tables", "thin"]
