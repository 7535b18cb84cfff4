"""A log of comparison scores: the columns it names, and what is counted of it."""

from __future__ import annotations

from collections.abc import Iterator

from counterproof.audits.base import Reductions
from counterproof.audits.identification import subjects, tails
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import Cells, RowSum
from counterproof.reductions import Category, Coded, CountBy, Role
from counterproof.reductions.matching import Comparisons

__all__ = ["reductions", "roles", "rows"]

TAILS = "comparisons"


def roles(options: IdentificationOptions) -> list[Role]:
    """System, groups, score, mated, and the keys, which stay in the engine."""
    found = [Role("system", column, "category") for column in options.base]
    found += [Role("groups", column, "category") for column in options.groups]
    found.append(Role("score", options.score or "", "number"))
    found.append(Role("mated", options.mated or "", "coded", options.mated_value))
    if options.failed is not None:
        found.append(Role("failed", options.failed, "coded"))
    if options.count is not None:
        found.append(Role("count", options.count, "count"))
    keys = (("subject", options.subject), ("other_subject", options.other_subject))
    return [*found, *(Role(key, column, "key") for key, column in keys if column is not None)]


def reductions(options: IdentificationOptions) -> Reductions:
    """The groups by themselves, so that their labels are looked at; comparisons and sums over people apart."""
    by = (*options.base, *options.groups)
    comparisons = Comparisons(
        options.score or "",
        Coded(options.mated or "", options.mated_value),
        by,
        len(options.base),
        options.distance,
        options.threshold,
        options.at_fmr,
        tuple(options.at_fmr_group.items()),
        options.failed,
        options.subject,
        options.other_subject,
        options.count,
    )
    apart = {TAILS: comparisons} | subjects.apart(options, comparisons)
    return Reductions(CountBy(tuple(Category(column) for column in by), options.count), apart=apart)


def rows(options: IdentificationOptions, name: str, cells: Cells, floor: int) -> Iterator[RowSum]:
    """Every number that would be shown of one reduction."""
    yield from tails.rows(options, cells, floor) if name == TAILS else subjects.rows(options, name, cells)
