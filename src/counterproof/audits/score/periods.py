"""Rates watched period after period: running means with intervals that hold at every look (``stats.sequences``).

Table ``periods``: per group and look, what was counted from the first period up to it: the flag against the outcome,
or the flag alone. A look stands only where between it and the last at least ``min_cell`` of each were counted, in the
group and in what it leaves of the others (``edges.nested``); so there may be fewer looks than periods.

A sequence is of outcomes in the order in which they were learned. An outcome that arrives late belongs to the period in
which it arrived; a release that alters earlier periods is another sequence, to be read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import product

import numpy as np
from numpy.typing import NDArray

from counterproof.audits import comparing
from counterproof.audits.score.edges import nested
from counterproof.audits.score.measures import BY_FLAG_ALONE, RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import BY_FLAG, role_of
from counterproof.audits.score.tabulate import groups_of
from counterproof.audits.score.view import Mask, View
from counterproof.counts import At, Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.disclosure.curves import thin
from counterproof.errors import InputError
from counterproof.findings import Check, Estimate, Population
from counterproof.reductions.clusters import FOUR
from counterproof.stats.basis import Exact
from counterproof.stats.sequences import Running

__all__ = ["PERIODS", "RUNNING", "checks", "estimates", "rows"]

PERIODS = "periods"
RUNNING = "running_mean"
MOST_PERIODS = 1_000
WORTH = 0.25
Tally = NDArray[np.int64]


def rows(options: ScoreOptions, cells: Cells, floor: int) -> Iterator[RowSum]:
    """One row for each group and look; see the module."""
    if options.period is None:
        return
    view, names = View.of(options, cells), in_order(cells.values(options.period))
    if len(names) > MOST_PERIODS:
        hint = "name a column of months, quarters or years"
        raise InputError(f"there are more than {MOST_PERIODS:,} periods", where="period", hint=hint)
    place = {name: at for at, name in enumerate(names)}
    step = np.array([place.get(name, -1) for name in cells.column(options.period)], dtype=np.int64)
    sides = _sides(options, view)
    for group, members, edges in _looks(options, cells, sides, step, len(names), floor):
        mine = members & view.used & (step >= 0)
        for edge in edges:
            upto = mine & (step < edge)
            at: At = {"period": edge, "from": names[0], "to": names[edge - 1]}
            counts = {name: upto & side for name, side in sides.items()}
            worth = WORTH * (1 + int(cells.n[upto].sum()))
            yield RowSum(PERIODS, group, at, counts, worth, curve=f"{PERIODS} of {sorted(group.items())}")
    if floor > 1:
        yield from _between(options, cells, view.used, sides, step, len(names))


def in_order(names: Sequence[str | None]) -> list[str]:
    """Periods in their order: numbers by size, all else as text, which is right for 2024-03 and 2024Q1."""
    known = [name for name in names if name is not None]
    try:
        return sorted(known, key=Decimal)
    except InvalidOperation:
        return sorted(known)


def _sides(options: ScoreOptions, view: View) -> dict[str, Mask]:
    sides = {"flagged": view.flagged, "unflagged": ~view.flagged}
    if set(options.measures) <= set(BY_FLAG_ALONE):
        return sides
    outcomes = (view.positive, ~view.positive)
    return {name: side & y for name, (side, y) in zip(FOUR, product(sides.values(), outcomes), strict=True)}


def _between(
    options: ScoreOptions, cells: Cells, used: Mask, sides: Mapping[str, Mask], step: NDArray[np.int64], periods: int
) -> Iterator[RowSum]:
    """What was counted in each period, of every group, drawn or not: secret where it is small."""
    for columns in ((), *((column,) for column in options.groups)):
        for group, members in groups_of(cells, columns):
            for name, side in sides.items():
                inside = members & used & side
                steps = {str(at): inside & (step == at) for at in range(periods)}
                yield RowSum("secret", group, {"of": name}, steps, 0.0, secret=True)


def _looks(
    options: ScoreOptions, cells: Cells, sides: Mapping[str, Mask], step: NDArray[np.int64], periods: int, floor: int
) -> Iterator[tuple[Group, Mask, Sequence[int]]]:
    """Every group that is drawn, with the periods after which its count is shown; the last is always one."""
    whole = np.ones(len(cells.keys), dtype=bool)
    everybody = _tally(cells, whole, sides, step, periods)
    shared = list(range(1, periods)) if floor <= 1 else list(thin(everybody, floor))
    yield {}, whole, [*shared, periods]
    for column in options.groups:
        named = [(g, m) for g, m in groups_of(cells, (column,)) if options.separate or None not in g.values()]
        tallies = [_tally(cells, members, sides, step, periods) for _, members in named]
        edges = [shared] * len(named) if floor <= 1 else nested(tallies, everybody, shared, (), floor)
        for (group, members), own in zip(named, edges, strict=True):
            if own or floor <= 1:
                yield group, members, [*own, periods]


def _tally(cells: Cells, members: Mask, sides: Mapping[str, Mask], step: NDArray[np.int64], periods: int) -> Tally:
    """What was counted in each period, shape (periods, sides)."""
    found = np.zeros((periods, len(sides)), dtype=np.int64)
    for column, side in enumerate(sides.values()):
        inside = members & side & (step >= 0)
        np.add.at(found[:, column], step[inside], cells.n[inside])
    return found


def estimates(
    options: ScoreOptions, shown: Mapping[str, CountTable], population: Population, level: float
) -> Iterator[Estimate]:
    """The running mean of each rate at each look; of a rate and its complement the first that the plan names."""
    if options.period is None:
        return
    by: dict[object, list[CountRow]] = {}
    for row in shown[PERIODS]:
        by.setdefault(key_of(row.group), []).append(row)
    for measure in _measures(options):
        for looks in by.values():
            yield from _sequence(options, measure, looks, population, level)


def _measures(options: ScoreOptions) -> list[str]:
    found: list[str] = []
    for measure in options.measures:
        if measure in RATES and RATES[measure].complement not in found:
            found.append(measure)
    return found


def _sequence(
    options: ScoreOptions, measure: str, rows: Sequence[CountRow], population: Population, level: float
) -> Iterator[Estimate]:
    looks: list[tuple[int, int]] = []
    for row in rows:
        at = {**(options.at if RATES[measure].by_flag else {}), **row.at}
        bare = Estimate(f"{measure}.{RUNNING}", row.group, at, "suppressed")
        counts = _counts(row, measure)
        if counts is None:
            yield bare
            continue
        looks.append(counts)
        basis = Running(tuple(looks), options.constant_rate)
        if basis.value is None:
            continue
        bare = replace(bare, numerator=counts[0], denominator=counts[1])
        if population == "records":
            yield replace(bare, status="reported", value=basis.value, basis=Exact(basis.value))
        else:
            yield comparing.estimated(bare, basis, level)


def _counts(row: CountRow, measure: str) -> tuple[int, int] | None:
    """Numerator and denominator up to a look; None where a count of them is withheld."""
    sides = {"numerator": 0, "rest": 0, "outside": 0}
    for name, count in row.counts.items():
        role = role_of(BY_FLAG[name][0] if name in BY_FLAG else name, measure)
        if count is None and role != "outside":
            return None
        sides[role] += count or 0
    return sides["numerator"], sides["numerator"] + sides["rest"]


def checks(options: ScoreOptions, shown: Mapping[str, CountTable]) -> Iterator[Check]:
    """How many looks there are, and that some periods were joined."""
    if options.period is None:
        return
    rows = [row for row in shown[PERIODS] if not row.group]
    if rows:
        looks, periods = len(rows), max(int(str(row.at["period"])) for row in rows)
        note = "Looks at everybody's rates over time; periods are joined where too few were counted, in a group sooner"
        yield Check("looks", "pass" if looks == periods else "warn", looks, periods, note)
