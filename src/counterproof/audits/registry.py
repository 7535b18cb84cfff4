"""Which kinds of audit there are: those shipped here and those that installed packages bring."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from counterproof.audits.base import Audit
from counterproof.errors import InputError, nearest

__all__ = ["find", "kinds"]

GROUP = "counterproof.audits"


def _found() -> dict[str, EntryPoint]:
    """Entry points by kind; a plug-in cannot replace a kind that is shipped here."""
    points: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        ours = point.value.startswith("counterproof.audits.")
        if point.name not in points or ours:
            points[point.name] = point
    return points


def kinds() -> list[str]:
    """The names of all kinds, in text order."""
    return sorted(_found())


def find(kind: str) -> Audit[Any]:
    """The audit of this kind, or an InputError that names the nearest one."""
    points = _found()
    if kind not in points:
        hint = nearest(kind, points) or f"the kinds are {', '.join(sorted(points))}"
        raise InputError(f"there is no kind of audit called {kind[:40]!r}", hint=hint)
    audit: Audit[Any] = points[kind].load()
    return audit
