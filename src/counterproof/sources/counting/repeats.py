"""Do values of a column that looks like the number of a person or case repeat? Counted inside the engine, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.clusters import Repeats
from counterproof.sources.counting import cast
from counterproof.sources.counting.clusters import nameless

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_KEYS = ("case number", "social security number")
_MOST_BYTES, _MOST_ROWS = 100_000_000, 1_000_000
"""Beyond, the question would cost more than the audit."""
_STATES = ("alone", "repeated", "missing")


def run(session: Session, reduction: Repeats) -> Cells:
    """See ``Repeats``."""
    columns = [refusal.column for refusal in session.refused.values() if refusal.kind in _KEYS]
    counts: dict[tuple[str | None, ...], int] = {}
    for column in columns if columns and not _long(session) else ():
        found = session.ask("repeated keys", _states(session.table, column))[0]
        counts |= {(column, state): int(n or 0) for state, n in zip(_STATES, found, strict=True)}
    keys = tuple(sorted(counts or {(column, "not counted"): 0 for column in columns}))
    n = np.array([counts.get(key, 0) for key in keys], dtype=np.int64)
    return Cells(("column", "state"), keys, n, int(n.sum()))


def _long(session: Session) -> bool:
    """Whether the table is too long to be asked; files are judged by their size, which costs nothing to know."""
    source = session.source
    if source.files:
        return sum(file.size for file in source.files) > _MOST_BYTES
    rows = session.ask("rows", session.table.agg(n=session.table.count().cast("int64")))
    return int(rows[0][0]) > _MOST_ROWS


def _states(table: Table, column: str) -> Table:
    each = table.select(k=cast.category(table[column])).group_by("k").agg(n=lambda t: t.count().cast("int64"))
    known, none = ~nameless(each.k), ibis.literal(0).cast("int64")
    states = (known & (each.n == 1), known & (each.n > 1), ~known)
    return each.agg(
        **{
            name: ibis.ifelse(is_so, each.n, none).sum().cast("int64")
            for name, is_so in zip(_STATES, states, strict=True)
        }
    )
