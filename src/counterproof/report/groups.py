"""Groups as a reader meets them: named, in text order, the reference marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterproof.counts import Group, key_of
from counterproof.findings import AuditFindings
from counterproof.report.safe import shorten

__all__ = ["columns", "in_order", "name", "reference_of", "references_of"]


def columns(group: Group) -> tuple[str, ...]:
    """The columns by which a group is split; () is everybody."""
    return tuple(group)


def name(group: Group, everyone: str = "Everyone") -> str:
    """A group's name: its values, or what is missing."""
    if not group:
        return everyone
    return ", ".join(f"no {plain(c)} recorded" if v is None else shorten(v) or "(blank)" for c, v in group.items())


def plain(column: str) -> str:
    """A column's or measure's name as words."""
    return shorten(column.replace("_", " "))


def in_order(groups: Iterable[Group], reference: Group | None = None) -> list[Group]:
    """Distinct groups: everybody, the reference, then text order with missing labels last."""
    distinct = {key_of(g): g for g in groups}
    marked = None if reference is None else key_of(reference)
    return [
        distinct[key] for key in sorted(distinct, key=lambda k: (len(k) > 0, k != marked, _text_order(distinct[k])))
    ]


def _text_order(group: Group) -> list[tuple[bool, str]]:
    return [(v is None, v or "") for v in group.values()]


def reference_of(found: AuditFindings, split: Sequence[str]) -> Group | None:
    """The group that others with the same columns are held against; None where each has another one."""
    named = references_of(found, split)
    return named[0] if len(named) == 1 else None


def references_of(found: AuditFindings, split: Sequence[str]) -> list[Group]:
    """Every group that another one with the same columns is held against, such as one a system."""
    named = {key_of(c.reference): c.reference for c in found.contrasts if set(c.reference) == set(split)}
    return list(named.values())
