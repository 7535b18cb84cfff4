"""Rank sums inside the engine: the integers behind AUC and DeLong's variance.

With p positives and q negatives at a score, N⁻ negatives below and P⁺ positives above it, Sun and Xu (2014) give
DeLong's variance from Σp(2N⁻+q)² and Σq(2P⁺+p)²; see ``reductions.RankRow``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from counterproof.sources import cast

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["SUMS", "rank_sums"]

SUMS = ("m", "n", "u2", "s10", "s01", "low2", "high2")

_WIDE = "decimal(38, 0)"


def rank_sums(cells: Table, groups: list[str]) -> Table:
    """Sums per group from rows (groups…, s, y, n), ordered by group; all as decimal(38, 0).

    Rows without a score, a readable outcome or one of the groups are left out.
    """
    kept = cells.filter(
        cells.s.notnull(), cells.y.isin((cast.YES, cast.NO)), *(cells[name].notnull() for name in groups)
    )
    zero = ibis.literal(0).cast("int64")
    at = kept.group_by(*groups, "s").agg(
        p=ibis.ifelse(kept.y == cast.YES, kept.n, zero).sum(), q=ibis.ifelse(kept.y == cast.NO, kept.n, zero).sum()
    )
    before = ibis.window(group_by=groups or None, order_by="s", rows=(None, 0))
    whole = ibis.window(group_by=groups or None)
    at = at.mutate(
        p=at.p.cast(_WIDE),
        q=at.q.cast(_WIDE),
        below=(at.q.sum().over(before) - at.q).cast(_WIDE),
        above=(at.p.sum().over(whole) - at.p.sum().over(before)).cast(_WIDE),
    )
    at = at.mutate(u=at.below + at.below + at.q, v=at.above + at.above + at.p)
    parts = {
        "m": at.p,
        "n": at.q,
        "u2": at.p * at.u,
        "s10": at.p * at.u * at.u,
        "s01": at.q * at.v * at.v,
        "low2": at.p * (at.below + at.below),
        "high2": at.p * (at.below + at.below + at.q + at.q),
    }
    sums = {name: part.cast(_WIDE).sum().cast(_WIDE) for name, part in parts.items()}
    if not groups:
        return at.agg(**sums)
    return at.group_by(*groups).agg(**sums).order_by(*groups)
