"""Which kinds of audit there are: those shipped here and those that installed packages bring."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from counterproof.audits.base import Audit
from counterproof.errors import InputError, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "SHIPPED", "find", "is_kind", "kinds"]

SHIPPED = {
    "duration": "duration:DURATION",
    "forecast": "forecast:FORECAST",
    "identification": "identification:IDENTIFICATION",
    "inventory": "inventory:INVENTORY",
    "outcome-test": "outcome_test:OUTCOME_TEST",
    "linkage": "linkage:LINKAGE",
    "score": "score:SCORE",
    "search-log": "search_log:SEARCH_LOG",
    "sharing": "sharing:SHARING",
    "spending": "spending:SPENDING",
    "totals": "totals:TOTALS",
}
"""Kind -> its module in this folder and the instance in it."""

GROUP = "counterproof.audits"
"""The entry point group under which other packages register theirs."""


@cache
def _brought() -> dict[str, EntryPoint]:
    """Entry points by kind; none can replace a kind that is shipped here. Looks at every installed package."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP) if point.name not in SHIPPED}


def kinds() -> list[str]:
    """The names of all kinds, in text order."""
    return sorted({*SHIPPED, *_brought()})


def is_kind(name: str) -> bool:
    """Whether there is a kind of this name."""
    return name in SHIPPED or name in _brought()


def find(kind: str) -> Audit[Any]:
    """The audit of this kind, or an InputError that names the nearest one."""
    if kind in SHIPPED:
        module, name = SHIPPED[kind].split(":")
        audit: Audit[Any] = getattr(import_module(f"counterproof.audits.{module}"), name)
        return audit
    if not is_kind(kind):
        hint = nearest(kind, kinds()) or f"the kinds are {', '.join(kinds())}"
        raise InputError(f"there is no kind of audit called {kind[:40]!r}", hint=hint)
    brought: Audit[Any] = _brought()[kind].load()
    return brought
