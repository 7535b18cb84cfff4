"""Rank sums inside the engine: the integers behind AUC and DeLong's variance.

With p positives and q negatives at a score, N⁻ negatives below and P⁺ positives above it, DeLong's variance needs
Σp(2N⁻+q)² and Σq(2P⁺+p)²; see ``reductions.RankRow``. One running sum of each in one direction is enough: with P⁻
positives below, P⁺ = m − P⁻ − p, hence 2P⁺+p = 2m − w for w = 2P⁻+p and s01 = 4m²n − 4mΣqw + Σqw².
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis

from counterproof.counts import Group
from counterproof.reductions import RankRow
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["rank_row", "rank_sums"]

_WIDE = "decimal(38, 0)"


def rank_sums(cells: Table, groups: list[str]) -> Table:
    """Sums per group from rows (groups…, s, y, n): m, n, Σp(2N⁻+q), Σp(2N⁻+q)², Σ2pN⁻, Σ2p(N⁻+q), Σqw, Σqw².

    Rows without a score, a readable outcome or one of the groups are left out. Ordered by group.
    """
    known = [cells[name].notnull() for name in groups]
    kept = cells.filter(cells.s.notnull(), cells.y.isin((cast.YES, cast.NO)), *known)
    none = ibis.literal(0).cast("int64")
    positives, negatives = (ibis.ifelse(kept.y == code, kept.n, none) for code in (cast.YES, cast.NO))
    at = kept.group_by(*groups, "s").agg(p=positives.sum().cast("int64"), q=negatives.sum().cast("int64"))
    up_to = ibis.window(group_by=groups or None, order_by="s", rows=(None, 0))
    at = at.mutate(
        u=(at.q.sum().over(up_to).cast("int64") * 2 - at.q).cast(_WIDE),
        w=(at.p.sum().over(up_to).cast("int64") * 2 - at.p).cast(_WIDE),
        p=at.p.cast(_WIDE),
        q=at.q.cast(_WIDE),
    )
    auc = (at.p, at.q, at.p * at.u, at.p * at.u * at.u, at.p * (at.u - at.q), at.p * (at.u + at.q))
    parts = (*auc, at.q * at.w, at.q * at.w * at.w)
    sums = {f"sum{place}": part.cast(_WIDE).sum().cast(_WIDE) for place, part in enumerate(parts)}
    return at.group_by(*groups).agg(**sums).order_by(*groups) if groups else at.agg(**sums)


def rank_row(group: Group, sums: Sequence[Decimal | None], *, binned: bool) -> RankRow:
    """The row of a group from what ``rank_sums`` gives for it."""
    m, n, u2, s10, low2, high2, qw, qww = (int(value or 0) for value in sums)
    s01 = 4 * m * m * n - 4 * m * qw + qww
    return RankRow(group, m, n, u2, s10, s01, *((low2, high2) if binned else (u2, u2)))
