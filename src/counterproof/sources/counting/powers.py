"""Power sums of a probability inside the engine: whole numbers from which any mean of errors follows exactly.

A score p counts as k = p·10⁶, rounded. Σk, Σk², Σk³ and Σk⁴ are summed in the scan, before any score is put on a grid,
so that they are exact however coarse the steps are. k⁴ has 25 digits, so 10¹³ records fit into 38.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions import Powers, Whole
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Column, IntegerScalar, Table

__all__ = ["MOST_RECORDS", "add_up", "power_sums", "summed"]

MOST_RECORDS = 10**13
_WIDE = "decimal(38, 0)"


def summed(rows: Table, cells: str, wanted: Powers | Whole, *, weighted: bool) -> tuple[Table, list[IntegerScalar]]:
    """The rows with what is to be summed, and the sums; a ``Whole`` column holds whole numbers already."""
    if isinstance(wanted, Powers):
        return power_sums(rows, cells, wanted, weighted=weighted)
    return rows, [rows[cells].cast(_WIDE).sum().cast(_WIDE)]


def power_sums(rows: Table, cells: str, wanted: Powers, *, weighted: bool) -> tuple[Table, list[IntegerScalar]]:
    """The rows with what is to be summed, and the sums, in the order of ``wanted.names``.

    rows   with the column as ``cells`` and, where ``weighted``, how many records each stands for as ``n``

    A cell that is missing or no number adds nothing; one outside of [0, 1] adds to the last sum alone.
    """
    number = cast.number(rows[cells]).cast("float64")
    inside = number.between(0, 1)
    whole = (ibis.ifelse(inside, number, 0.0) * wanted.scale + 0.5).floor().cast("int64")
    names = [f"{cells}_p{power}" for power in (1, 2)]
    # one projection a step: otherwise every engine would work out the whole number several times over
    rows = rows.mutate(**{names[0]: whole.fill_null(0), f"{cells}_out": cast.one(~inside)})
    rows = rows.mutate(**{names[1]: rows[names[0]] * rows[names[0]]})
    first, second = (rows[name] for name in names)
    parts: list[Column] = [first, second, first * second, second.cast(_WIDE) * second.cast(_WIDE), rows[f"{cells}_out"]]
    if weighted:
        parts = [part.cast(_WIDE) * rows.n.cast(_WIDE) for part in parts]
    return rows, [part.sum().cast(_WIDE) for part in parts]


def add_up(cells: Table, names: Sequence[str]) -> dict[str, IntegerScalar]:
    """Sums of sums that were kept in a joint table."""
    return {name: cells[name].sum().cast(_WIDE) for name in names}
