"""Counts of which each is a part of the one before (stops, searches, hits): a row for those that went no further."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import InputError
from counterproof.reductions.outcomes import HOW_MANY, STEP
from counterproof.sources.counting.cast import number, one
from counterproof.sources.counting.session import Session
from counterproof.sources.counting.weights import checked_weight
from counterproof.sources.layouts.error_counts import present

if TYPE_CHECKING:
    from counterproof.reductions.outcomes import NestedCounts
    from counterproof.sources.source import Source

__all__ = ["prepare"]


def prepare(source: Source, declaration: NestedCounts) -> Source:
    """Rows (kept columns, step, how many).

    Raises PlanError for columns that are not there, InputError for cells that are no counts, and where a row counts
    more in a part than in the whole; never which.
    """
    columns = [column for _, column in declaration.counts]
    present(source, [*columns, *declaration.keep])
    session = Session(source)
    for key, column in declaration.counts:
        try:
            checked_weight(session, column)
        except InputError as error:
            problem = error.problems[0]
            raise InputError(problem.what, where=key, hint=problem.hint) from None
    table = session.table
    counts = [number(table[column]).cast("decimal(38, 0)") for column in columns]
    rest = [whole - part for whole, part in pairwise(counts)]
    for (below, part), (_, whole), left in zip(declaration.counts[1:], declaration.counts, rest, strict=False):
        more = table.select(rest=left).agg(n=lambda t: one(t.rest < 0).sum())
        if found := int(session.ask("more in a part than in the whole", more)[0][0] or 0):
            what = f"{found} rows have more in {part!r} than in {whole!r}, of which it should be a part"
            raise InputError(what, where=below, hint="are the two columns swapped?")
    kept = {name: table[name] for name in declaration.keep}
    parts = [
        table.select(**kept, **{STEP: ibis.literal(str(step)), HOW_MANY: n})
        for step, n in enumerate([*rest, counts[-1]])
    ]
    return replace(source, table=ibis.union(*parts))
