"""Counts that are not certain, as their least and their greatest; and estimates between two ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from counterproof.audits.score.rates import may_belong
from counterproof.counts import CountRow
from counterproof.findings import Estimate
from counterproof.stats.basis import Basis, Bounds, Exact

__all__ = ["Span", "Spans", "filled", "spans_of", "with_unlabelled"]

Span = tuple[int, int]
Spans = Mapping[str, Span]

ENDS = ("_least", "_greatest", "_hidden")


def spans_of(row: CountRow) -> dict[str, Span] | None:
    """The least and the greatest of each count of a row, which differ where it was rounded; None if one is withheld."""
    found: dict[str, Span] = {}
    for name, count in row.counts.items():
        if name.endswith(ENDS):
            continue
        least, greatest = row.counts.get(f"{name}_least", count), row.counts.get(f"{name}_greatest", count)
        if least is None or greatest is None:
            return None
        found[name] = least, greatest
    return found


def with_unlabelled(row: CountRow, own: Spans | None, others: Iterable[CountRow]) -> dict[str, Span] | None:
    """The counts of a group with everybody who may belong to it; None if one is withheld."""
    if own is None:
        return None
    found = dict(own)
    for other in (other for other in others if may_belong(other.group, row.group)):
        theirs = spans_of(other)
        if theirs is None:
            return None
        found = {name: (least, greatest + theirs[name][1]) for name, (least, greatest) in found.items()}
    return found


def filled(plain: Estimate, low: Basis, high: Basis, level: float, note: str) -> Estimate:
    """An estimate, or its bounds where its two ends differ; ``note`` says what they leave open."""
    if low == high:
        ends = low.printed(level)
        return replace(
            plain, status="estimated", value=low.value, low=ends.low, high=ends.high, level=level, method=ends.method,
            basis=low,
        )  # fmt: skip
    basis = Bounds(low, high)
    found = replace(
        plain, status="bounded", identified_low=low.value, identified_high=high.value, basis=basis, note=note
    )
    if isinstance(low, Exact):
        return found
    ends = basis.printed(level)
    return replace(found, low=ends.low, high=ends.high, level=level, method=ends.method)
