"""Links by what two reviewers say of them, counted link by link inside the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE, Category
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from counterproof.reductions.linkage import LinkReviews
    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_CODES = {None: None, cast.UNREAD: UNREADABLE, cast.NO: "0", cast.YES: "1"}


def run(session: Session, reduction: LinkReviews) -> Cells:
    """See ``LinkReviews``. InputError for strata that are bands of a score."""
    table = session.table
    names = [dimension.column for dimension in reduction.by if isinstance(dimension, Category)]
    if len(names) < len(reduction.by):
        hint = "name the column of the strata as stratum"
        raise InputError("reviews by several need strata that are a column", where="link_score", hint=hint)
    columns = {f"b{place}": cast.category(table[name]) for place, name in enumerate(names)}
    rows = table.select(
        link=cast.category(table[reduction.record]),
        who=cast.category(table[reduction.reviewer]).cast("string"),
        code=cast.coded(table[reduction.reviewed.column], reduction.reviewed.positive),
        **columns,
    )
    rows = rows.filter(rows.link.notnull())
    given = rows.code.notnull() & rows.who.notnull()
    links = rows.group_by("link", *columns).agg(
        first=rows.code.argmin(rows.who, where=given),
        last=rows.code.argmax(rows.who, where=given),
        reviewers=rows.who.nunique(where=given).cast("int64"),
        reviews=cast.one(given).sum(),
    )
    links = links.mutate(last=(links.reviewers > 1).ifelse(links["last"], None))
    found = session.ask("links by review", links.group_by(*columns, "first", "last").agg(n=links.count().cast("int64"))
                        .order_by(*columns, "first", "last"))  # fmt: skip
    kinds = [rows[name].type() for name in columns]
    cells = {
        (*(cast.label(v, kind) for v, kind in zip(row, kinds, strict=False)), _CODES[row[-3]], _CODES[row[-2]]): int(
            row[-1]
        )
        for row in found
    }
    keys = sorted(cells, key=lambda key: [(text is None, text or "") for text in key])
    n = np.array([cells[key] for key in keys], dtype=np.int64)
    return Cells((*names, "verdict", "second"), tuple(keys), n, int(n.sum()))
