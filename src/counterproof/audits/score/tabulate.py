"""What a score audit would like to show: sums over the finest cells, row by row.

Tables
  outcomes  per group at the audit's own threshold: the four counts of the flag against the outcome, and their margins;
            where not every outcome is known, the four among the known and how many others there are by their flag
  sweep     the same per group at other thresholds, thinned
  bins      per group and step of the score: how many, and for how many the outcome occurred
  scored    per group: who has both a score and an outcome; rank sums are shown only where these counts are
  quality   missing and unreadable values
  codings   as outcomes, under each other coding of the audit

Records without a label make rows of their own, also where they are no group: what the others leave over would tell
them, so that disclosure must know of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score import codings
from counterproof.audits.score.edges import everybodys, fewer, nested
from counterproof.audits.score.measures import PAIRS
from counterproof.audits.score.options import ScoreOptions, plain
from counterproof.audits.score.published import ranges
from counterproof.audits.score.view import SELECTED, Mask, View, absent
from counterproof.counts import At, Cells, RowSum
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE

__all__ = ["groupings", "groupings_of", "groups_of", "sums"]

MOST_BINS = 20
FEW_STEPS = 8
"""With fewer steps of the score, the three rank sums of a group with small counts could tell them."""
MOST_UNKNOWNS = 2400
"""Groups by outcome by steps between the points of everybody's curve, so that the proof takes a second or two."""
WORTH = {"outcomes": 8.0, "scored": 6.0, "quality": 4.0, "codings": 4.0, "bins": 2.0, "sweep": 1.0}


def groupings(options: ScoreOptions) -> tuple[tuple[str, ...], ...]:
    """Everybody, each column, and every crossing of columns."""
    return groupings_of(options.groups)


def groupings_of(columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Every choice of columns, the empty one first."""
    return tuple(chosen for size in range(len(columns) + 1) for chosen in combinations(columns, size))


def sums(options: ScoreOptions, cells: Cells, floor: int) -> list[RowSum]:
    """Every row of every table; see the module for what the tables are."""
    view = View.of(options, cells)
    rows: list[RowSum] = [*_quality(options, view)]
    for columns in groupings(options):
        groups = list(groups_of(cells, columns))
        for group, members in groups:
            counts = _counts(options, members & view.used, view)
            rows.append(_row(view, "outcomes", group, options.at, counts, ranges(options, cells, counts)))
            few = len(view.edges) < FEW_STEPS and _has_small_steps(members, view, floor)
            if options.every_score and not few:
                rows += _scored(group, members, view)
        drawn = options.every_score and options.curves and len(columns) <= 1
        if drawn:
            rows += _curves(options, groups, view, floor)
        if floor > 1:
            rows += _between(groups, view, drawn)
    return [*rows, *_codings(options, view, floor)]


def _codings(options: ScoreOptions, own: View, floor: int) -> Iterator[RowSum]:
    """The outcome rows of every other coding, and the small counts by which two codings differ, which are secret."""
    if not options.codings:
        return
    views = {name: _coded(options, name, variant, own.cells) for name, variant in codings.variants(options).items()}
    for group, members in ((g, m) for columns in groupings(options) for g, m in groups_of(own.cells, columns)):
        every = [_counts(options, members & own.used, own)]
        for name, (variant, view, cohort) in views.items():
            counts = _counts(variant, members & view.used & cohort, view)
            at = {**variant.at, codings.AT: name}
            yield _row(view, codings.TABLE, group, at, counts, ranges(variant, own.cells, counts))
            every += [counts, _counts(variant, members & view.used, view)]  # curves show other settings of everybody
        for one, other in permutations(every, 2):
            yield from _differences(own.cells, group, one, other, floor)


def _coded(options: ScoreOptions, name: str, variant: ScoreOptions, cells: Cells) -> tuple[ScoreOptions, View, Mask]:
    """One coding's options, its view of the cells, and its cohort. InputError where nobody belongs to it."""
    cohort = codings.kept(options.codings[name], cells)
    try:
        view = View.of(variant, cells)
    except InputError as error:
        error.problems = tuple(replace(p, where=f"codings.{name}, {p.where}") for p in error.problems)
        raise
    if not cells.n[view.used & cohort].any():
        hint = "write the values of where as the records do, with capitals"
        raise InputError("no record belongs to the cohort of this coding", where=f"codings.{name}", hint=hint)
    return variant, view, cohort


def _differences(
    cells: Cells, group: dict[str, str | None], one: Mapping[str, Mask], other: Mapping[str, Mask], floor: int
) -> Iterator[RowSum]:
    """Small counts of records that stand in a count under one coding and not under the other."""
    for name, mask in one.items():
        alone = mask & ~other[name]
        if 0 < int(cells.n[alone].sum()) < floor:
            yield RowSum("secret", group, {}, {name: alone}, 0.0, secret=True)


def groups_of(cells: Cells, columns: Sequence[str]) -> Iterator[tuple[dict[str, str | None], Mask]]:
    """Each group that occurs, in text order with the missing label last, and the mask of its cells."""
    if not columns:
        yield {}, np.ones(len(cells.keys), dtype=bool)
        return
    keys = list(zip(*(cells.column(column) for column in columns), strict=True))
    for key in sorted(set(keys), key=lambda entry: [(value is None, value or "") for value in entry]):
        yield dict(zip(columns, key, strict=True)), np.array([entry == key for entry in keys], dtype=bool)


def _counts(options: ScoreOptions, members: Mask, view: View) -> dict[str, Mask]:
    """Masks of the counts of an outcome row."""
    if options.outcome is None:
        return {"flagged": members & view.flagged, "unflagged": members & ~view.flagged, "records": members}
    if options.arm is not None:
        return _arms(members, view)
    return (_four if options.everyone else _six)(members, view)


def _arms(members: Mask, view: View) -> dict[str, Mask]:
    """Masks of the flagged and of the random arm by outcome; ``missed`` and ``spared``: of the latter, not flagged."""
    flagged, random, positive, known = view.flagged, view.random, view.positive, view.verified
    return {
        "true_positives": members & flagged & known & positive,
        "false_positives": members & flagged & known & ~positive,
        "flagged_unverified": members & flagged & ~known,
        "random_positives": members & random & known & positive,
        "random_negatives": members & random & known & ~positive,
        "random_unverified": members & random & ~known,
        "missed": members & random & ~flagged & known & positive,
        "spared": members & random & ~flagged & known & ~positive,
        "flagged": members & flagged,
        "random": members & random,
        "records": members,
    }


def _six(members: Mask, view: View) -> dict[str, Mask]:
    """Masks of the four counts among those whose outcome is known, of the others by their flag, and all by the flag."""
    names = ("true_positives", "false_positives", "false_negatives", "true_negatives")
    four = _four(members & view.verified, view)
    return {name: four[name] for name in names} | {
        "flagged_unverified": members & ~view.verified & view.flagged,
        "unflagged_unverified": members & ~view.verified & ~view.flagged,
        "flagged": members & view.flagged,
        "unflagged": members & ~view.flagged,
        "records": members,
    }


def _four(members: Mask, view: View, flagged: Mask | None = None) -> dict[str, Mask]:
    """Masks of the four counts, their margins, and all records of the row; ``flagged`` at another threshold."""
    flagged, positive = view.flagged if flagged is None else flagged, view.positive
    four: dict[str, Mask] = {
        "true_positives": members & flagged & positive,
        "false_positives": members & flagged & ~positive,
        "false_negatives": members & ~flagged & positive,
        "true_negatives": members & ~flagged & ~positive,
    }
    margins: dict[str, Mask] = {name: four[one] | four[other] for name, (one, other) in PAIRS.items()}
    return four | margins | {"records": members}


def _row(
    view: View,
    table: str,
    group: dict[str, str | None],
    at: At,
    counts: dict[str, Mask],
    sums: Mapping[str, int] | None = None,
) -> RowSum:
    """A row. What is withheld to protect others should be small: the worth of a row grows with its records."""
    people = max(int(view.cells.n[mask].sum()) for mask in counts.values())
    return RowSum(table, group, at, counts, WORTH[table] * (1 + people), sums or {})


def _scored(group: dict[str, str | None], members: Mask, view: View) -> Iterator[RowSum]:
    known = members & view.scored & ~view.outcome_missing & ~view.outcome_unreadable
    counts = {"positives": known & view.positive, "negatives": known & ~view.positive}
    yield _row(view, "scored", group, {}, counts, view.errors.of_errors(known) if view.errors else {})


def _has_small_steps(members: Mask, view: View, floor: int) -> bool:
    steps = _per_step(members & view.scored & ~view.outcome_missing & ~view.outcome_unreadable, view)
    return bool(((steps > 0) & (steps < floor)).any())


def _per_step(known: Mask, view: View) -> NDArray[np.int64]:
    """Positives and negatives of a group in each step of the score, shape (steps, 2)."""
    tallies = np.zeros((len(view.edges), 2), dtype=np.int64)
    for column, side in enumerate((view.positive, ~view.positive)):
        inside = known & side
        np.add.at(tallies[:, column], view.step[inside], view.cells.n[inside])
    return tallies


def _curves(
    options: ScoreOptions, groups: list[tuple[dict[str, str | None], Mask]], view: View, floor: int
) -> Iterator[RowSum]:
    """Bins and sweep of everybody, or of the groups of a column; what lies between their points is secret."""
    known = view.scored & ~view.outcome_missing & ~view.outcome_unreadable
    drawn = [pair for pair in groups if options.separate or None not in pair[0].values()]
    places = _edges(options, [members & known for _, members in drawn], known, view, floor)
    for (group, members), edges in zip(drawn, places, strict=True):
        rows = list(_bins(group, members & known, view, edges)) if edges else []
        if options.threshold is not None:
            rows += _sweep(options, group, members & known & view.used, view, edges)
        name = f"{options.outcome} by {options.score} at {options.threshold} in {sorted(group.items())}"
        yield from (replace(row, curve=name) for row in rows)


def _between(groups: list[tuple[dict[str, str | None], Mask]], view: View, drawn: bool) -> Iterator[RowSum]:
    """What lies between any two steps of the score, by outcome: secret where it is small.

    Without curves it is what lies between the thresholds of all audits on the source, so that two of them do not tell
    how few have a score between. One threshold parts nothing that the outcome rows do not count.
    """
    starts = list(range(len(view.edges))) if drawn else view.parted
    if not drawn and len(starts) <= 2:
        return
    which = np.searchsorted(np.array(starts), view.step, side="right") - 1
    learned = ~view.outcome_missing & ~view.outcome_unreadable if drawn else view.verified
    sides = {"positives": learned & view.positive, "negatives": learned & ~view.positive}
    if not drawn:
        sides["unverified"] = view.used & ~learned
    for group, members in groups:
        for name, side in sides.items():
            inside = members & view.scored & side
            steps = {str(step): inside & (which == step) for step in range(len(starts))}
            yield RowSum("secret", group, {"of": name}, steps, 0.0, secret=True)


def _edges(options: ScoreOptions, groups: Sequence[Mask], known: Mask, view: View, floor: int) -> list[list[int]]:
    """Where the curve of each group has points; edge k lies below step k of the score."""
    if floor <= 1:
        return [list(range(1, len(view.edges)))] * len(groups)
    cuts = view.parted[1:]
    everybody = _per_step(known, view)
    edges = everybodys(everybody, cuts, MOST_UNKNOWNS // view.lines, floor)
    return nested([_per_step(members, view) for members in groups], everybody, edges, cuts, floor)


def _sweep(
    options: ScoreOptions, group: dict[str, str | None], used: Mask, view: View, edges: Sequence[int]
) -> Iterator[RowSum]:
    """Every measure at other thresholds."""
    for edge in edges:
        threshold = view.edges[edge - 1 if view.descending else edge]
        if threshold != options.threshold:
            flagged = view.step < edge if view.descending else view.step >= edge
            yield _row(view, "sweep", group, {"threshold": plain(threshold)}, _four(used, view, flagged))


def _bins(group: dict[str, str | None], known: Mask, view: View, edges: Sequence[int]) -> Iterator[RowSum]:
    """Outcome by score in at most twenty bins."""
    ends = fewer([*edges, len(view.edges)], _per_step(known, view).sum(axis=1), MOST_BINS)
    first = 0
    for number, end in enumerate(ends, start=1):
        inside = known & (view.step >= first) & (view.step < end)
        at: At = {"bin": number, "from": plain(view.edges[first]), "to": plain(view.edges[end - 1])}
        positive, negative = inside & view.positive, inside & ~view.positive
        counts = {"positives": positive, "negatives": negative, "records": inside}
        yield _row(view, "bins", group, at, counts, view.errors.of_scores(inside) if view.errors else {})
        first = end


def _quality(options: ScoreOptions, view: View) -> Iterator[RowSum]:
    """Missing and unreadable values, and how many records the rates rest on."""
    what = "flag" if options.flag is not None else "score" if options.score is not None else "arm"
    known = ~(view.outcome_missing | view.outcome_unreadable)
    counts = {"used": view.used, f"missing_{what}": view.flag_missing, f"unreadable_{what}": view.flag_unreadable}
    if options.arm is not None:
        counts |= _arm_quality(view)
    elif options.outcome is None:
        pass
    elif options.everyone:
        counts |= {"missing_outcome": view.outcome_missing, "unreadable_outcome": view.outcome_unreadable}
    else:
        counts["unverified"] = view.used & ~view.verified
    if options.outcome_known == "flagged" and options.arm is None:
        counts["unflagged_with_outcome"] = view.used & ~view.flagged & known
    if options.reviewed is not None:
        reviewed = view.review == "1"
        counts["missing_review"] = absent(view.review)
        counts["unreadable_review"] = view.review == UNREADABLE
        counts["reviewed_without_outcome"] = reviewed & ~known
        counts["outcome_without_review"] = ~reviewed & known
    if options.within is not None:
        counts["missing_stratum"] = absent(view.cells.column(options.within))
    if options.period is not None:
        counts["missing_period"] = absent(view.cells.column(options.period))
    for column in options.groups:
        counts[f"missing_group.{column}"] = absent(view.cells.column(column))
    yield _row(view, "quality", {}, {}, counts)


def _arm_quality(view: View) -> dict[str, Mask]:
    """Missing arms, and records that neither arm can use."""
    counts = {"unverified": view.used & ~view.verified}
    if not view.by_arm:
        flag_known = ~(view.flag_missing | view.flag_unreadable)
        counts |= {"missing_arm": absent(view.arm), "unreadable_arm": view.arm == UNREADABLE}
        counts["selected_unflagged"] = (view.arm == SELECTED) & flag_known & ~view.flagged
    return counts
