"""Pairs of records by what became of them, counted from the sizes of clusters: a million records cost one GROUP BY.

A set of n records holds n(n−1)/2 pairs, and two sets of n and m records hold nm pairs across. Pairs within
a predicted cluster are links, those within a cluster and an entity true links, those within an entity true pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions.linkage import FALSE_LINK, MISSED_LINK, TRUE_LINK, ClusterSums, LinkPairs
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["counted", "run"]

_WIDE = "decimal(38, 0)"
_Key = tuple[str | None, ...]


def run(session: Session, reduction: LinkPairs) -> Cells:
    """See ``LinkPairs``."""
    cells, records = counted(session, reduction, reduction.groups)
    right = _pairs(session, cells, "rightly joined pairs", ("p", "t"), reduction.groups)
    joined = _pairs(session, cells, "joined pairs", ("p",), reduction.groups)
    true = _pairs(session, cells, "pairs of one entity", ("t",), reduction.groups)
    found: dict[_Key, int] = {}
    for key in {*joined, *true}:
        both = right.get(key, 0)
        found[*key, TRUE_LINK] = both
        found[*key, FALSE_LINK] = joined.get(key, 0) - both
        found[*key, MISSED_LINK] = true.get(key, 0) - both
    keys = sorted(found, key=lambda key: [(text is None, text or "") for text in key])
    n = np.array([found[key] for key in keys], dtype=np.int64)
    return Cells((*reduction.groups, *reduction.others, "pair"), tuple(keys), n, records)


def counted(session: Session, reduction: LinkPairs | ClusterSums, groups: Sequence[str]) -> tuple[Table, int]:
    """How many records each cluster p has of each entity t and group (g0, g1 …), kept; and how many there are in all.

    Raises InputError where a record stands in several rows.
    """
    table = session.table
    asked = table.agg(rows=table.count(), records=cast.category(table[reduction.record]).nunique().cast("int64"),
                      blank=cast.one(cast.missing(table[reduction.record])).sum())  # fmt: skip
    rows, records, blank = (int(value or 0) for value in session.ask("records", asked)[0])
    if records < rows - blank:
        hint = "each record stands in one row, with its cluster and its entity"
        raise InputError("some records stand more than once", where="record", hint=hint)
    columns = {f"g{place}": cast.category(table[name]) for place, name in enumerate(groups)}
    known = table.select(p=cast.category(table[reduction.predicted]), t=cast.category(table[reduction.true]), **columns)
    known = known.filter(known.p.notnull(), known.t.notnull())
    cells = known.group_by("p", "t", *columns).agg(n=lambda t: t.count().cast("int64"))
    return session.keep("records by cluster and entity", cells), rows


def _pairs(session: Session, cells: Table, name: str, unit: Sequence[str], groups: Sequence[str]) -> dict[_Key, int]:
    """Pairs within each unit, by the groups of both sides."""
    own = [f"g{place}" for place in range(len(groups))]
    held = cells.group_by(*unit, *own).agg(n=lambda t: t.n.sum().cast(_WIDE))
    one = held.rename({f"{column}_1": column for column in held.columns})
    other = held.rename({f"{column}_2": column for column in held.columns})
    both = one.join(other, [one[f"{column}_1"] == other[f"{column}_2"] for column in unit])
    by = [f"{column}_{side}" for side in (1, 2) for column in own]
    same = (both.n_1 * both.n_2).sum().cast(_WIDE)
    counted = both.group_by(*by).agg(pairs=same).order_by(*by) if by else both.agg(pairs=same)
    records = held.group_by(*own).agg(n=held.n.sum().cast(_WIDE)).order_by(*own) if own else held.agg(n=held.n.sum())
    kinds = [held[column].type() for column in own]
    singles = {_labels(row, kinds): int(row[-1] or 0) for row in session.ask(f"records in {name}", records)}
    found: dict[_Key, int] = {}
    for row in session.ask(name, counted):
        left, right = _labels(row, kinds), _labels(row[len(own) :], kinds)
        pairs = int(row[-1] or 0)
        if left == right:
            found[*left, *right] = (pairs - singles.get(left, 0)) // 2
        elif _order(left) < _order(right):
            found[*left, *right] = pairs
    return found


def _labels(row: Sequence[Any], kinds: Sequence[Any]) -> _Key:
    return tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))


def _order(key: _Key) -> list[tuple[bool, str]]:
    return [(text is None, text or "") for text in key]
