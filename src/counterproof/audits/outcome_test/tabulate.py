"""What an outcome test would like to show: stops, searches and hits of each group, and of each group at each place.

Tables
  groups   per group: stops, those searched or not, and searches with or without a hit
  places   the same per group and place. Places that are too small to be shown are put together
  quality  records that are left out, and why
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.outcome_test.options import OutcomeTestOptions
from counterproof.counts import Cells, Group, RowSum
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE, Category, Coded, CountBy, Dimension, Prepare, Role
from counterproof.reductions.outcomes import HOW_MANY, STEP, NestedCounts

__all__ = ["MOST_PLACES", "count_by", "layout", "roles", "sums"]

Mask = NDArray[np.bool_]

MOST_PLACES = 400
"""The places with the fewest stops beyond these are put together: the cost of a fit grows with every place."""
TOGETHER = "other places"
MOST_UNREADABLE = 0.01


def layout(options: OutcomeTestOptions) -> Prepare | None:
    """Published counts are brought to one row a step; rows that are stops stay as they are."""
    if options.stops is None:
        return None
    counts = (("stops", options.stops), ("searches", options.searches), ("hits", options.hits))
    return NestedCounts(counts, (options.group, options.place))


def roles(options: OutcomeTestOptions) -> list[Role]:
    """Group and place; of rows also whether they were searched, and whether that hit."""
    found = [Role("groups", options.group, "category"), Role("place", options.place, "category")]
    if options.stops is None:
        found += [Role("searches", options.searches, "coded"), Role("hits", options.hits, "coded")]
    return found


def count_by(options: OutcomeTestOptions) -> CountBy:
    """Cases by group, place and how far they went."""
    by: list[Dimension] = [Category(options.group), Category(options.place)]
    if options.stops is not None:
        return CountBy((*by, Category(STEP)), HOW_MANY)
    return CountBy((*by, Coded(options.searches), Coded(options.hits)))


@dataclass(frozen=True, slots=True)
class _View:
    """Masks of shape (cells,): the records that are used and how far they went, and those that are left out."""

    used: Mask
    searched: Mask
    hit: Mask
    left_out: dict[str, Mask]


def sums(options: OutcomeTestOptions, cells: Cells, floor: int) -> list[RowSum]:
    """Every row of every table. InputError for columns that do not hold what the plan says."""
    view = _view(options, cells)
    if not int(cells.n[view.used].sum()):
        raise InputError("no stop has a group, a place and a known search", where="searches, hits")
    groups, places = cells.column(options.group), cells.column(options.place)
    names = sorted({str(name) for name in groups[view.used]})
    rows = [_row("quality", {}, cells, {"used": view.used, **view.left_out}), _counted("groups", {}, cells, view)]
    for name in names:
        rows.append(_counted("groups", {options.group: name}, cells, view, groups == name))
    if options.threshold_test or len(names) > 1:
        shown = _together(places, groups, names, cells, view, floor)
        for place in sorted({str(place) for place in shown[view.used]}):
            for name in names:
                group: Group = {options.group: name, options.place: place}
                rows.append(_counted("places", group, cells, view, (groups == name) & (shown == place)))
    return rows


def _view(options: OutcomeTestOptions, cells: Cells) -> _View:
    absent = {
        f"missing_{role}": np.array([value is None for value in cells.column(column)], dtype=bool)
        for role, column in (("group", options.group), ("place", options.place))
    }
    known = ~(absent["missing_group"] | absent["missing_place"])
    if options.stops is not None:
        step = cells.column(STEP)
        return _View(known, known & (step != "0"), known & (step == "2"), absent)
    searched, hit = (cells.column(Coded(column).name) for column in (options.searches, options.hits))
    for key, column, codes in (("searches", options.searches, searched), ("hits", options.hits, hit)):
        _refuse_unfit(key, column, codes, cells)
    left_out = absent | {
        "search_not_known": known & (searched != "0") & (searched != "1"),
        "hit_not_known": known & (searched == "1") & (hit != "0") & (hit != "1"),
        "hit_without_search": known & (searched == "0") & (hit == "1"),
    }
    used = known & ~np.any([left_out[name] for name in list(left_out)[2:]], axis=0)
    return _View(used, used & (searched == "1"), used & (searched == "1") & (hit == "1"), left_out)


def _refuse_unfit(key: str, column: str, codes: NDArray[np.object_], cells: Cells) -> None:
    unread = int(cells.n[codes == UNREADABLE].sum())
    known = int(cells.n[np.array([code is not None for code in codes], dtype=bool)].sum())
    if unread > MOST_UNREADABLE * known:
        what = f"the column {column!r} holds values that are neither yes nor no"
        hint = "where its cells are counts, name the column of counted stops with stops"
        raise InputError(what, where=key, hint=hint)


def _together(
    places: NDArray[np.object_], groups: NDArray[np.object_], names: list[str], cells: Cells, view: _View, floor: int
) -> NDArray[np.object_]:
    """The place of each cell; those that have a small count, and the smallest beyond ``MOST_PLACES``, are one.

    As many more join them, those with the fewest stops first, as it takes until together they have no small count.
    """
    labels = sorted({str(place) for place in places[view.used]})
    tables = {label: _tables(places == label, groups, names, cells, view) for label in labels}
    by_size = sorted(labels, key=lambda label: (int(tables[label][:, 0].sum()), label))
    small = {label for label in labels if _has_small(tables[label], floor)} | set(by_size[:-MOST_PLACES])
    waiting = [label for label in by_size if label not in small]
    while waiting and small and (len(small) < 2 or _has_small(sum(tables[label] for label in small), floor)):
        small.add(waiting.pop(0))
    if len(small) < 2:
        return places
    name = TOGETHER if TOGETHER not in labels else f"all {TOGETHER}"
    joined = places.copy()
    joined[:] = [name if place in small else place for place in places]
    return joined


def _tables(
    inside: Mask, groups: NDArray[np.object_], names: list[str], cells: Cells, view: _View
) -> NDArray[np.int64]:
    """Stops, searches, hits and what each leaves of the one before, for each group; shape (groups, 5)."""
    masks = [_masks(view, inside & (groups == name)) for name in names]
    return np.array([[int(cells.n[mask].sum()) for mask in row.values()] for row in masks], dtype=np.int64)


def _has_small(table: NDArray[np.int64] | int, floor: int) -> bool:
    return bool(np.any((np.asarray(table) > 0) & (np.asarray(table) < floor)))


def _masks(view: _View, inside: Mask) -> dict[str, Mask]:
    return {
        "stops": inside & view.used,
        "searches": inside & view.searched,
        "hits": inside & view.hit,
        "not_searched": inside & view.used & ~view.searched,
        "no_hit": inside & view.searched & ~view.hit,
    }


def _counted(table: str, group: Group, cells: Cells, view: _View, inside: Mask | None = None) -> RowSum:
    return _row(table, group, cells, _masks(view, np.ones_like(view.used) if inside is None else inside))


def _row(table: str, group: Group, cells: Cells, counts: dict[str, Mask]) -> RowSum:
    worth = {"groups": 8.0, "places": 2.0, "quality": 4.0}[table]
    return RowSum(table, group, {}, counts, worth * (1 + max(int(cells.n[mask].sum()) for mask in counts.values())))
