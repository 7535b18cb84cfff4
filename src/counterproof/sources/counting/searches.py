"""Searches of a gallery, counted from their candidates: ranks tell the searches apart, so none needs a key.

A search has one candidate of rank 1. Candidates are ranked by score, so any of a search's lies at or above the
threshold exactly where the first does, and k of them where the k-th does and the next does not: Σk² = Σ (2r − 1) over
the ranks r at or above it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE
from counterproof.sources.counting import cast
from counterproof.sources.counting.comparisons import alike

if TYPE_CHECKING:
    from counterproof.reductions.matching import Searches
    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_Key = tuple[str | None, ...]
_CODES = {None: None, cast.UNREAD: UNREADABLE, cast.NO: "0", cast.YES: "1"}


def run(session: Session, reduction: Searches) -> Cells:
    """See ``Searches``. InputError where ranks are no ranks, or do not follow the scores."""
    table = session.table
    rank, score = cast.number(table[reduction.rank]), cast.number(table[reduction.candidate_score])
    whole = rank.cast("float64")
    rows = table.select(
        **{f"g{place}": cast.category(table[name]) for place, name in enumerate(reduction.by)},
        e=cast.coded(table[reduction.enrolled.column], reduction.enrolled.positive),
        m=(cast.coded(table[reduction.mate.column], reduction.mate.positive) == cast.YES).fill_null(False),
        r=ibis.cases(
            (cast.missing(table[reduction.rank]), 0), ((whole >= 1) & (whole == whole.floor()), whole), else_=-1
        ).cast("int64"),
        a=alike(score, reduction.threshold, reduction.distance).fill_null(False),
    )
    names = [f"g{place}" for place in range(len(reduction.by))]
    by = [*names, "e", "r", "m", "a"]
    kinds = [rows[name].type() for name in names]
    groups: dict[_Key, dict[tuple[int, bool, bool], int]] = {}
    asked = rows.group_by(*by).agg(n=rows.count().cast("int64")).order_by(*by)
    for row in session.ask("candidates by rank", asked):
        labels = tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))
        e, r, m, a, n = row[len(names) :]
        groups.setdefault((*labels, _CODES[e]), {})[int(r), bool(m), bool(a)] = int(n)
    found: dict[_Key, tuple[int, int, int]] = {}
    for key, counts in groups.items():
        found |= _searches(key, counts)
    keys = sorted(found, key=lambda key: [(text is None, text or "") for text in key])
    table_of = np.array([found[key] for key in keys], dtype=object).reshape(len(keys), 3)
    sums = {"candidates": table_of[:, 1], "squares": table_of[:, 2]}
    n = table_of[:, 0].astype(np.int64)
    return Cells((*reduction.by, "enrolled", "found"), tuple(keys), n, int(n.sum()), sums)


def _searches(key: _Key, counts: dict[tuple[int, bool, bool], int]) -> dict[_Key, tuple[int, int, int]]:
    """Cells of one group and side, from candidates by (rank, mate, alike); sums stand in the first of them."""
    if any(rank < 0 for rank, _, _ in counts):
        raise InputError("there are ranks that are not whole numbers from 1", where="rank", hint="blank: no candidate")
    ranks = range(1, 1 + max((rank for rank, _, _ in counts), default=0))
    reached = [sum(n for (rank, _, a), n in counts.items() if rank == r and a) for r in ranks]
    listed = [sum(n for (rank, _, _), n in counts.items() if rank == r) for r in ranks]
    if any(later > earlier for each in (reached, listed) for earlier, later in pairwise(each)):
        hint = "rank 1 is the most alike candidate of a search; are the scores distances, or similarities?"
        raise InputError("ranks do not follow the scores", where="rank", hint=hint)
    searches = sum(n for (rank, _, _), n in counts.items() if rank <= 1)
    sums = (sum(reached), sum((2 * r - 1) * n for r, n in zip(ranks, reached, strict=True)))
    if key[-1] == "1":
        hits = {str(r): sum(n for (rank, m, a), n in counts.items() if rank == r and m and a) for r in ranks}
    else:
        hits = {"any": reached[0] if reached else 0}
    mates = sum(n for (_, m, _), n in counts.items() if m)
    if mates > (searches if key[-1] == "1" else 0):
        hint = "a search has one mate at most, none where the person is not enrolled, and one candidate of rank 1"
        raise InputError("more mates came back than there can be", where="mate", hint=hint)
    rest = searches - sum(hits.values())
    cells: dict[_Key, tuple[int, int, int]] = {(*key, name): (n, 0, 0) for name, n in hits.items() if n}
    return {**cells, (*key, None): (rest, *sums)}
