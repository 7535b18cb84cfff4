"""Published error rates: columns of rates become one row a rate, as it was written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions.matching import CELL, HOW_MANY, MEASURE, RATE
from counterproof.sources.layouts.error_counts import present

if TYPE_CHECKING:
    from counterproof.reductions.matching import PublishedRates
    from counterproof.sources.source import Source

__all__ = ["prepare"]


def prepare(source: Source, declaration: PublishedRates) -> Source:
    """Rows (kept columns, cell in a wide table, measure, rate, 1). Raises PlanError for columns that are not there."""
    present(source, [*(name for _, columns in declaration.rates for name in columns), *declaration.keep])
    table, parts = source.table, []
    for measure, columns in declaration.rates:
        for column in columns:
            kept = {name: table[name] for name in declaration.keep}
            cell = {CELL: ibis.literal(column)} if len(columns) > 1 else {}
            fixed = {MEASURE: ibis.literal(measure), RATE: table[column].cast("string"), HOW_MANY: ibis.literal(1)}
            parts.append(table.select(**kept, **cell, **fixed))
    return replace(source, table=ibis.union(*parts) if len(parts) > 1 else parts[0])
