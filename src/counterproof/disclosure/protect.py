"""Which counts are withheld, and the proof that no reader can get them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, CountRow, CountTable, RowSum, add_up
from counterproof.disclosure.system import System, system_of

if TYPE_CHECKING:
    from counterproof.disclosure.search import Search

__all__ = ["Protected", "protect", "tables"]

EFFORT = 20_000
"""Programs before the search gives way to the plain swap, which withholds more."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be shown.

    shown          per declared row, name -> count, or None where it is suppressed
    primary        table entries suppressed because they are 1 … floor − 1
    complementary  table entries suppressed so that those cannot be derived
    proven         every suppressed count is proven open over at least ``floor``; without the proof nothing is shown
    note           says when more was suppressed than a longer search would have, or why there is no proof
    """

    shown: tuple[Mapping[str, int | None], ...]
    primary: int = 0
    complementary: int = 0
    proven: bool = True
    note: str | None = None

    @property
    def suppressed(self) -> int:
        """Table entries that are not shown."""
        return self.primary + self.complementary


def protect(
    cells: Cells, rows: Sequence[RowSum], *, floor: int, effort: int = EFFORT, hidden: Sequence[bool] = ()
) -> Protected:
    """Decide which counts of ``rows`` may be shown together, all tables and reports of one plan at once.

    A count of 1 … ``floor`` − 1 is suppressed; further counts are withheld, those of least worth first, until for each
    suppressed count two whole-number tables are known that agree with every shown count and with the number of
    records, and whose values of that count lie at least ``floor`` apart (CONTRACTS section 7).

    cells   the finest joint counts of one source
    rows    every number that any audit of the plan on that source would show, and those that are secret
    floor   ``min_cell``; 1 suppresses nothing
    effort  how many linear programs may be solved; after that, more is withheld instead, and ``note`` says so
    hidden  per row, whether it is withheld in any case; nothing else need be withheld for its counts of ``floor`` and
            more
    """
    values = add_up(cells, rows)
    if not any(0 < value < floor for row in values for value in row.values()):
        gone = [*hidden, *(False for _ in rows[len(hidden) :])]
        shown = [dict.fromkeys(row) if hide else dict(row) for row, hide in zip(values, gone, strict=True)]
        return Protected(tuple(shown))
    if int(cells.n.sum()) < floor:
        return _nothing(rows, values, floor, f"there are fewer than {floor} records in all, so no count is shown")
    from counterproof.disclosure.search import Search  # solvers take half a second to import

    system = system_of(cells, rows)
    search = Search(system, floor, effort, _positions(system, hidden))
    search.withhold()
    if not search.proven():
        return _nothing(rows, values, floor, "the suppressed counts could not be proven open, so no count is shown")
    return _result(rows, system, search, values)


def tables(rows: Sequence[RowSum], shown: Sequence[Mapping[str, int | None]]) -> dict[str, CountTable]:
    """The shown counts as tables, by the table's name; rows keep their order.

    A row's further sums stand beside its counts, and are withheld with the first of them.
    """
    grouped: dict[str, list[CountRow]] = {}
    for row, counts in zip(rows, shown, strict=True):
        if row.secret:
            continue
        whole = None not in counts.values()
        sums = {name: value if whole else None for name, value in row.sums.items()}
        grouped.setdefault(row.table, []).append(CountRow(row.group, row.at, {**counts, **sums}))
    return {name: CountTable(name, tuple(entries)) for name, entries in grouped.items()}


def _positions(system: System, hidden: Sequence[bool]) -> NDArray[np.bool_]:
    """The distinct counts of the hidden rows, shape (counts,)."""
    found = np.zeros(len(system.value), dtype=bool)
    for at, gone in zip(system.index, hidden, strict=False):
        found[[position for position in at.values() if gone and position >= 0]] = True
    return found


def _result(rows: Sequence[RowSum], system: System, search: Search, values: Sequence[Mapping[str, int]]) -> Protected:
    shown: list[Mapping[str, int | None]] = []
    for row, at in zip(values, system.index, strict=True):
        keep = {name: at[name] < 0 or bool(search.shown[at[name]]) for name in row}
        shown.append({name: value if keep[name] else None for name, value in row.items()})
    note = "a full search would have taken too long, so more is suppressed than need be" if search.gave_way else None
    return _counted(rows, values, shown, search.floor, True, note)


def _nothing(rows: Sequence[RowSum], values: Sequence[Mapping[str, int]], floor: int, why: str) -> Protected:
    """Where there is no proof, no count is shown at all, not even a zero."""
    return _counted(rows, values, [dict.fromkeys(row, None) for row in values], floor, False, why)


def _counted(
    rows: Sequence[RowSum],
    values: Sequence[Mapping[str, int]],
    shown: Sequence[Mapping[str, int | None]],
    floor: int,
    proven: bool,
    note: str | None,
) -> Protected:
    pairs = [(value, seen) for row, value, seen in zip(rows, values, shown, strict=True) if not row.secret]
    hidden = [value[name] for value, seen in pairs for name in value if seen[name] is None]
    primary = sum(0 < value < floor for value in hidden)
    return Protected(tuple(shown), primary, len(hidden) - primary, proven, note)
