"""What an estimate rests on, and the two intervals it can give: the one printed and the one a verdict uses.

An audit attaches a ``Basis`` to each estimate; claims are judged by asking two bases for their compatible range at
whatever level the number of claims demands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

__all__ = ["Basis", "Interval"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with two ends; an end is ±inf where it is unbounded. ``method`` is the name that is printed."""

    low: float
    high: float
    method: str


@runtime_checkable
class Basis(Protocol):
    """Counts from which intervals at any level can be made."""

    @property
    def value(self) -> float | None:
        """The point estimate; None when it is undefined."""

    def printed(self, level: float) -> Interval:
        """The interval that stands in the report."""

    def compatible(self, level: float) -> Interval:
        """The interval that verdicts use: it covers when events are rare, too."""
