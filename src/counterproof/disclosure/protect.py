"""Which counts are withheld, and the proof that no reader can get them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, CountRow, CountTable, RowSum, add_up

if TYPE_CHECKING:
    from counterproof.disclosure.search import Search
    from counterproof.disclosure.system import System

__all__ = ["Protected", "protect", "tables"]

EFFORT = 20_000
"""Programs before the search gives way to the plain swap, which withholds more."""
CURVES_EFFORT = 400
"""Programs, each over all unknowns, that may be spent on curves."""
TOO_LONG = "a full search would have taken too long, so more is suppressed than need be"

Shown = list[dict[str, int | None]]


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be shown.

    shown          per declared row, name -> count, or None where it is suppressed
    primary        table entries suppressed because they are 1 … floor − 1
    complementary  table entries suppressed so that those cannot be derived
    curves         curves that are left out so that those cannot be derived
    proven         every suppressed count is proven open over at least ``floor``; without the proof nothing is shown
    note           says when more was suppressed than a longer search would have, or why there is no proof
    """

    shown: tuple[Mapping[str, int | None], ...]
    primary: int = 0
    complementary: int = 0
    curves: int = 0
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
    records, and whose values of that count lie at least ``floor`` apart (CONTRACTS section 7). Then curves are added
    as long as this stays so; a curve that would give something away is left out as a whole.

    cells   the finest joint counts of one source
    rows    every number that any audit of the plan on that source would show, and those that are secret
    floor   ``min_cell``; 1 suppresses nothing
    effort  how many linear programs may be solved; after that, more is withheld instead, and ``note`` says so
    hidden  per row, whether it is withheld in any case; nothing else need be withheld for its counts of ``floor`` and
            more
    """
    values = add_up(cells, rows)
    gone = [*hidden, *(False for _ in rows[len(hidden) :])]
    if not any(0 < value < floor for row in values for value in row.values()):
        return Protected(
            tuple(dict.fromkeys(row) if hide else dict(row) for row, hide in zip(values, gone, strict=True))
        )
    if int(cells.n.sum()) < floor:
        return _nothing(rows, values, floor, f"there are fewer than {floor} records in all, so no count is shown")
    from counterproof.disclosure.search import Search  # solvers take half a second to import
    from counterproof.disclosure.system import system_of

    places = [place for place, row in enumerate(rows) if row.curve is None]
    system = system_of(cells, [rows[place] for place in places], floor)
    search = Search(system, floor, effort, _positions(system, [gone[place] for place in places]))
    search.withhold()
    if not search.proven():
        return _nothing(rows, values, floor, "the suppressed counts could not be proven open, so no count is shown")
    shown: Shown = [dict.fromkeys(row) for row in values]
    for place, at in zip(places, system.index, strict=True):
        keep = {name: position < 0 or bool(search.shown[position]) for name, position in at.items()}
        shown[place] = {name: value if keep.get(name) else None for name, value in values[place].items()}
    if not any(row.curve is not None for row in rows):
        return _counted(rows, values, shown, 0, floor, note=TOO_LONG if search.gave_way else None)
    system = system_of(cells, rows, floor)
    curves = Search(system, floor, min(effort, CURVES_EFFORT), _positions(system, gone))
    left_out = _draw_curves(curves, rows, values, shown)
    hasty = search.gave_way or curves.gave_way
    return _counted(rows, values, shown, left_out, floor, note=TOO_LONG if hasty else None)


def tables(rows: Sequence[RowSum], shown: Sequence[Mapping[str, int | None]]) -> dict[str, CountTable]:
    """The shown counts as tables, by the table's name; rows keep their order. A curve that is left out has no rows.

    A row's further sums stand beside its counts, and are withheld with the first of them.
    """
    grouped: dict[str, list[CountRow]] = {}
    for row, counts in zip(rows, shown, strict=True):
        whole = None not in counts.values()
        if row.secret or (row.curve is not None and not whole):
            continue
        sums = {name: value if whole else None for name, value in row.sums.items()}
        grouped.setdefault(row.table, []).append(CountRow(row.group, row.at, {**counts, **sums}))
    return {name: CountTable(name, tuple(entries)) for name, entries in grouped.items()}


def _positions(system: System, hidden: Sequence[bool]) -> NDArray[np.bool_]:
    """The distinct counts of the hidden rows, shape (counts,)."""
    found = np.zeros(len(system.value), dtype=bool)
    for at, gone in zip(system.index, hidden, strict=False):
        found[[position for position in at.values() if gone and position >= 0]] = True
    return found


def _draw_curves(search: Search, rows: Sequence[RowSum], values: Sequence[Mapping[str, int]], shown: Shown) -> int:
    """Show the curves that give nothing away beside the tables, and count those that are left out.

    ``search`` is over all rows; ``shown`` has what is shown of tables, and receives the curves.
    """
    from counterproof.disclosure.admit import Curve, admit

    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.curve is not None:
            places.setdefault(row.curve, []).append(place)
    tables = np.zeros_like(search.shown)
    search.shown[:] = False
    for row, at, seen in zip(rows, search.system.index, shown, strict=True):
        for name, position in at.items() if row.curve is None else ():
            if position >= 0:
                tables[position], search.shown[position] = True, seen[name] is not None
    curves = []
    for mine in places.values():
        counts = np.unique([i for place in mine for i in search.system.index[place].values() if i >= 0])
        curves.append(Curve(counts.astype(np.intp), max(rows[place].worth for place in mine)))
    kept = admit(search, tables, curves)
    drawn = [mine for i, mine in enumerate(places.values()) if i in kept] if kept and search.proven() else []
    for place in (place for mine in drawn for place in mine):
        shown[place] = dict(values[place])
    return len(places) - len(drawn)


def _nothing(rows: Sequence[RowSum], values: Sequence[Mapping[str, int]], floor: int, why: str) -> Protected:
    """Where there is no proof, no count is shown at all, not even a zero."""
    left_out = len({row.curve for row in rows if row.curve is not None})
    return _counted(rows, values, [dict.fromkeys(row) for row in values], left_out, floor, proven=False, note=why)


def _counted(
    rows: Sequence[RowSum],
    values: Sequence[Mapping[str, int]],
    shown: Shown,
    left_out: int,
    floor: int,
    *,
    proven: bool = True,
    note: str | None,
) -> Protected:
    pairs = [
        (value, seen)
        for row, value, seen in zip(rows, values, shown, strict=True)
        if not row.secret and row.curve is None
    ]
    hidden = [value[name] for value, seen in pairs for name in value if seen[name] is None]
    primary = sum(0 < value < floor for value in hidden)
    return Protected(tuple(shown), primary, len(hidden) - primary, left_out, proven, note)
