"""What a score audit would like to show: sums over the finest cells, row by row.

Tables
  outcomes  per group at the audit's own threshold: the four counts of the flag against the outcome, and their margins
  sweep     the same per group at other thresholds, thinned
  bins      per group and step of the score: how many, and for how many the outcome occurred
  scored    per group: who has both a score and an outcome; rank sums are shown only where these counts are
  quality   missing and unreadable values
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score.measures import PAIRS
from counterproof.audits.score.options import ScoreOptions, plain
from counterproof.audits.score.probability import Errors
from counterproof.counts import At, Cells, RowSum
from counterproof.disclosure.curves import thin
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE, Category, Coded, Dimension, Powers, ScoreAxis

__all__ = ["dimensions", "groupings", "powers", "sums"]

Mask = NDArray[np.bool_]

MOST_UNREADABLE = 0.01
MOST_BINS = 20
WORTH = {"outcomes": 8.0, "scored": 6.0, "quality": 4.0, "bins": 2.0, "sweep": 1.0}


def axis(options: ScoreOptions) -> ScoreAxis | None:
    """The steps of the score that the audit needs: only the cut-off where no curve is asked for."""
    if options.score is None:
        return None
    cuts = () if options.threshold is None else (options.threshold,)
    direction = "at_most" if options.flag_at_most is not None else "at_least"
    if options.curves:
        return ScoreAxis(options.score, cuts, direction)  # type: ignore[arg-type]
    return ScoreAxis(options.score, cuts, direction, most_values=0, steps=1) if cuts else None  # type: ignore[arg-type]


def dimensions(options: ScoreOptions) -> tuple[Dimension, ...]:
    """Groups, then the flag or the score, then the outcome."""
    found: list[Dimension] = [Category(column) for column in options.groups]
    if options.flag is not None:
        found.append(Coded(options.flag, options.flag_value))
    if (steps := axis(options)) is not None:
        found.append(steps)
    return (*found, Coded(options.outcome, options.outcome_value))


def powers(options: ScoreOptions) -> Powers | None:
    """Sums of the score itself, where it claims to be a probability."""
    return Powers(options.score) if options.score is not None and options.score_is == "probability" else None


def groupings(options: ScoreOptions) -> tuple[tuple[str, ...], ...]:
    """Everybody, each column, and every crossing of columns."""
    return tuple(c for size in range(len(options.groups) + 1) for c in combinations(options.groups, size))


def sums(options: ScoreOptions, cells: Cells, floor: int) -> list[RowSum]:
    """Every row of every table; see the module for what the tables are."""
    view = _View.of(options, cells)
    rows: list[RowSum] = [*_quality(options, view)]
    for columns in groupings(options):
        for group, members in _groups(cells, columns):
            rows.append(
                _row(view, "outcomes", group, options.at, _four(members & view.used, view.flagged, view.positive))
            )
            if options.score is not None:
                rows += _scored(group, members, view)
            if options.score is not None and options.curves and len(columns) <= 1:
                rows += _bins(group, members, view, floor)
                if options.threshold is not None:
                    rows += _sweep(options, group, members, view, floor)
    return rows


@dataclass(frozen=True, slots=True)
class _View:
    """The cells seen with the eyes of one audit: masks of shape (cells,), and the steps of its score."""

    cells: Cells
    flagged: Mask
    flag_missing: Mask
    flag_unreadable: Mask
    positive: Mask
    outcome_missing: Mask
    outcome_unreadable: Mask
    scored: Mask
    edges: tuple[Decimal, ...]
    step: NDArray[np.int64]
    descending: bool
    errors: Errors | None

    @property
    def used(self) -> Mask:
        """Cells whose flag and outcome are known."""
        known: Mask = ~(self.flag_missing | self.flag_unreadable | self.outcome_missing | self.outcome_unreadable)
        return known

    @classmethod
    def of(cls, options: ScoreOptions, cells: Cells) -> _View:
        outcome = cells.column(Coded(options.outcome, options.outcome_value).name)
        steps = axis(options)
        scores = cells.column(steps.name) if steps else np.full(len(cells.keys), None, dtype=object)
        known = np.array([s is not None and s != UNREADABLE for s in scores], dtype=bool)
        edges = sorted({Decimal(s) for s in scores[known]})
        place = {edge: index for index, edge in enumerate(edges)}
        step = np.array([place[Decimal(s)] if k else -1 for s, k in zip(scores, known, strict=True)], dtype=np.int64)
        if options.flag is not None:
            flag = cells.column(Coded(options.flag, options.flag_value).name)
            flagged, missing, unreadable = flag == "1", _is_none(flag), flag == UNREADABLE
        else:
            flagged = np.array([k and _flags(options, edges[s]) for s, k in zip(step, known, strict=True)], dtype=bool)
            missing, unreadable = _is_none(scores), scores == UNREADABLE
        view = cls(
            cells,
            flagged,
            missing,
            unreadable,
            outcome == "1",
            _is_none(outcome),
            outcome == UNREADABLE,
            known,
            tuple(edges),
            step,
            options.flag_at_most is not None,
            None if (wanted := powers(options)) is None else Errors.of(cells, wanted, outcome == "1"),
        )
        _refuse_unfit(options, view)
        return view


def _is_none(column: NDArray[np.object_]) -> Mask:
    return np.array([value is None for value in column], dtype=bool)


def _flags(options: ScoreOptions, edge: Decimal) -> bool:
    if options.flag_at is not None:
        return edge >= options.flag_at
    return options.flag_at_most is not None and edge <= options.flag_at_most


def _refuse_unfit(options: ScoreOptions, view: _View) -> None:
    """Refuse a column that does not hold what the plan says, rather than leave most of it out."""
    n = view.cells.n
    total = int(n.sum())
    unfit = int(n[view.outcome_unreadable].sum())
    if unfit > MOST_UNREADABLE * (total - int(n[view.outcome_missing].sum())):
        raise InputError(
            f"the column {options.outcome!r} holds values that are neither yes nor no",
            where="outcome",
            hint="name the value that means that the outcome occurred with outcome_value",
        )
    role, column = ("flag", options.flag) if options.flag is not None else ("score", options.score)
    unread = int(n[view.flag_unreadable].sum())
    if unread and unread > 0.5 * (total - int(n[view.flag_missing].sum())):
        what = "flags that are yes or no" if role == "flag" else "numbers"
        hint = (
            "name the value that means flagged with flag_value"
            if role == "flag"
            else (
                "a score must be a number; where the records hold words such as High and Low, use flag and flag_value"
            )
        )
        raise InputError(f"most values of the column {column!r} are not {what}", where=role, hint=hint)
    if total and not n[view.used].sum():
        raise InputError("no record has both a flag or score and an outcome", where=f"{role}, outcome")


def _groups(cells: Cells, columns: Sequence[str]) -> Iterator[tuple[dict[str, str | None], Mask]]:
    """Each group that occurs, in text order with the missing label last, and the mask of its cells."""
    if not columns:
        yield {}, np.ones(len(cells.keys), dtype=bool)
        return
    keys = list(zip(*(cells.column(column) for column in columns), strict=True))
    for key in sorted(set(keys), key=lambda entry: [(value is None, value or "") for value in entry]):
        yield dict(zip(columns, key, strict=True)), np.array([entry == key for entry in keys], dtype=bool)


def _four(members: Mask, flagged: Mask, positive: Mask) -> dict[str, Mask]:
    """Masks of the four counts, their margins, and all records of the row."""
    four: dict[str, Mask] = {
        "true_positives": members & flagged & positive,
        "false_positives": members & flagged & ~positive,
        "false_negatives": members & ~flagged & positive,
        "true_negatives": members & ~flagged & ~positive,
    }
    margins: dict[str, Mask] = {name: four[one] | four[other] for name, (one, other) in PAIRS.items()}
    return four | margins | {"records": members}


def _row(
    view: _View,
    table: str,
    group: dict[str, str | None],
    at: At,
    counts: dict[str, Mask],
    sums: Mapping[str, int] | None = None,
) -> RowSum:
    """A row. What is withheld to protect others should be small: the worth of a row grows with its records."""
    people = max(int(view.cells.n[mask].sum()) for mask in counts.values())
    return RowSum(table, group, at, counts, WORTH[table] * (1 + people), sums or {})


def _scored(group: dict[str, str | None], members: Mask, view: _View) -> Iterator[RowSum]:
    known = members & view.scored & ~view.outcome_missing & ~view.outcome_unreadable
    counts = {"positives": known & view.positive, "negatives": known & ~view.positive}
    yield _row(view, "scored", group, {}, counts, view.errors.of_errors(known) if view.errors else {})


def _per_step(known: Mask, view: _View) -> NDArray[np.int64]:
    """Positives and negatives of a group in each step of the score, shape (steps, 2)."""
    tallies = np.zeros((len(view.edges), 2), dtype=np.int64)
    for column, side in enumerate((view.positive, ~view.positive)):
        inside = known & side
        np.add.at(tallies[:, column], view.step[inside], view.cells.n[inside])
    return tallies


def _edges(tallies: NDArray[np.int64], floor: int) -> Sequence[int]:
    """Where the steps may be parted: everywhere where a floor does not apply, thinned where it does."""
    return range(1, len(tallies)) if floor <= 1 else thin(tallies, floor)


def _sweep(
    options: ScoreOptions, group: dict[str, str | None], members: Mask, view: _View, floor: int
) -> Iterator[RowSum]:
    """Every measure at other thresholds, kept only where ``floor`` of each outcome lie between two of them."""
    used = members & view.used & view.scored
    for edge in _edges(_per_step(used, view), floor):
        threshold = view.edges[edge - 1 if view.descending else edge]
        if threshold != options.threshold:
            flagged = view.step < edge if view.descending else view.step >= edge
            yield _row(view, "sweep", group, {"threshold": plain(threshold)}, _four(used, flagged, view.positive))


def _bins(group: dict[str, str | None], members: Mask, view: _View, floor: int) -> Iterator[RowSum]:
    """Outcome by score in at most twenty bins, merged until each holds ``floor`` of each outcome."""
    known = members & view.scored & ~view.outcome_missing & ~view.outcome_unreadable
    tallies = _per_step(known, view)
    ends = [*_edges(tallies, floor), len(view.edges)]
    ends = _fewer(ends, tallies.sum(axis=1))
    first = 0
    for number, end in enumerate(ends, start=1):
        inside = known & (view.step >= first) & (view.step < end)
        at: At = {"bin": number, "from": plain(view.edges[first]), "to": plain(view.edges[end - 1])}
        positive, negative = inside & view.positive, inside & ~view.positive
        counts = {"positives": positive, "negatives": negative, "records": inside}
        yield _row(view, "bins", group, at, counts, view.errors.of_scores(inside) if view.errors else {})
        first = end


def _fewer(ends: list[int], n: NDArray[np.int64]) -> list[int]:
    """At most ``MOST_BINS`` of the ends, so that the bins hold about equally many."""
    if len(ends) <= MOST_BINS:
        return ends
    reached = np.cumsum(n)[np.array(ends) - 1]
    wanted = reached[-1] * np.arange(1, MOST_BINS + 1) / MOST_BINS
    return [ends[i] for i in sorted({int(i) for i in np.searchsorted(reached, wanted)})]


def _quality(options: ScoreOptions, view: _View) -> Iterator[RowSum]:
    """Missing and unreadable values, and how many records the rates rest on."""
    what = "flag" if options.flag is not None else "score"
    counts = {
        "used": view.used,
        f"missing_{what}": view.flag_missing,
        f"unreadable_{what}": view.flag_unreadable,
        "missing_outcome": view.outcome_missing,
        "unreadable_outcome": view.outcome_unreadable,
    }
    for column in options.groups:
        counts[f"missing_group.{column}"] = _is_none(view.cells.column(column))
    yield _row(view, "quality", {}, {}, counts)
