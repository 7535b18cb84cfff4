"""Comparison scores: which counts would be shown, at the operating point and along the tails of both errors.

    errors, misses              false matches and false non-matches at the operating point, for every group
    errors along, misses along  the same at other scores: everybody, and each group of a column that is large enough
    quality                     what was missing, unreadable, failed or contradictory

All groups share their steps, so that no difference between two curves is a small count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.identification.groups import Mask, groupings, members
from counterproof.audits.identification.options import IdentificationOptions, plain
from counterproof.counts import At, Cells, Group, RowSum
from counterproof.disclosure.curves import thin
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE
from counterproof.reductions.matching import FAILED

__all__ = ["rows"]

MOST_POINTS = 48
LEAST_STEPS = 4
"""A curve is drawn for a group with this many times ``floor`` of mated and of non-mated comparisons."""
CONFUSED = 0.1
"""An equal error rate this far above one half, and further than chance takes it from there, is no bad system but a
score read the wrong way round."""
ALONG = " along"
WORTH = {"errors": 8.0, "misses": 8.0, "quality": 4.0}
PARTS = {"errors": "0", "errors along": "0", "misses": "1", "misses along": "1"}
"""What is withheld of mated comparisons leaves the non-mated ones open, and the other way round."""
Tallies = NDArray[np.int64]


@dataclass(frozen=True)
class _View:
    """The cells of one system with the eyes of the audit: steps in their order, masks of shape (cells,)."""

    cells: Cells
    mated: Mask
    others: Mask
    scored: Mask
    accepted: Mask
    crossed: NDArray[np.int64]
    edges: tuple[Decimal, ...]
    step: NDArray[np.int64]
    own: int

    @classmethod
    def of(cls, cells: Cells, inside: Mask, distance: bool) -> _View:
        mated, text = cells.column("mated"), cells.column("step")
        scored = np.array([s not in (None, UNREADABLE, FAILED) for s in text], dtype=bool)
        scored &= inside & np.isin(mated.astype(str), ["0", "1"])
        edges = sorted({Decimal(s or 0) for s in text[scored]}, reverse=distance)
        place = {edge: k for k, edge in enumerate(edges)}
        step = np.array([place[Decimal(s)] if ok else -1 for s, ok in zip(text, scored, strict=True)], dtype=np.int64)
        accepted = scored & np.array(cells.column("accepted") == "1", dtype=bool)
        crossed = np.array([int(c) for c in cells.column("crossed")], dtype=np.int64)
        own = int(step[accepted].min()) if accepted.any() else len(edges)
        is_mated, other = np.array(mated == "1", dtype=bool), np.array(mated == "0", dtype=bool)
        return cls(cells, is_mated & inside, other & inside, scored, accepted, crossed, tuple(edges), step, own)

    def tallies(self, group: Mask) -> Tallies:
        """Mated and non-mated comparisons of a group in each step, shape (steps, 2)."""
        found = np.zeros((len(self.edges), 2), dtype=np.int64)
        for column, side in enumerate((self.mated, self.others)):
            inside = group & side & self.scored
            np.add.at(found[:, column], self.step[inside], self.cells.n[inside])
        return found

    def errors(self, group: Mask, edge: int) -> dict[str, dict[str, Mask]]:
        """Both errors at the threshold where a step begins, their complements and trials, by the table they are for."""
        alike = self.step >= edge
        mated, others = group & self.mated & self.scored, group & self.others & self.scored
        return {
            "errors": {"false_matches": others & alike, "true_non_matches": others & ~alike, "non_mated": others},
            "misses": {"false_non_matches": mated & ~alike, "true_matches": mated & alike, "mated": mated},
        }

    def at(self, edge: int) -> At:
        """How the threshold where a step begins is named."""
        return {"threshold": plain(self.edges[edge])}


def rows(options: IdentificationOptions, cells: Cells, floor: int) -> Iterator[RowSum]:
    """Every row of every table, system by system."""
    for system, inside in members(cells, options.base):
        view = _View.of(cells, inside, options.distance)
        if not view.edges:
            continue
        at: At = options.at or view.at(view.own)
        for columns in groupings(options):
            for group, mask in members(cells, columns):
                if all(group[column] == label for column, label in system.items()):
                    yield from _at_the_point(options, view, group, mask & inside, at)
        _refuse_confused(view, options.distance)
        if options.curves:
            yield from _curves(options, view, system, inside, floor)
    yield _row(cells, "quality", {}, {}, _quality(options, cells))


def _at_the_point(options: IdentificationOptions, view: _View, group: Group, mask: Mask, at: At) -> Iterator[RowSum]:
    both = view.errors(mask, view.own)
    if options.failed is not None:
        failed = np.array(view.cells.column("step") == FAILED, dtype=bool)
        both["errors"]["failed_non_mated"] = mask & view.others & failed
        both["misses"]["failed_mated"] = mask & view.mated & failed
    yield from (_row(view.cells, table, group, at, counts) for table, counts in both.items())


def _row(cells: Cells, table: str, group: Group, at: At, counts: dict[str, Mask]) -> RowSum:
    """A row. What is withheld to protect others should be small: the worth of a row grows with its comparisons."""
    most = max(int(cells.n[mask].sum()) for mask in counts.values())
    return RowSum(table, group, at, counts, WORTH.get(table, 1.0) * (1 + most), part=PARTS.get(table, ""))


def _curves(options: IdentificationOptions, view: _View, system: Group, inside: Mask, floor: int) -> Iterator[RowSum]:
    """Points of everybody and of the groups of each column that are large enough, at scores that all of them share.

    What the groups of a column leave over is treated as one more group: where it is too small for a curve, everybody
    has none either, since the difference would be that of the small ones.
    """
    whole = view.tallies(inside)
    sides, rest_fits = [whole], True
    drawn: list[tuple[Group, Mask]] = []
    for column in options.labels:
        left = whole.copy()
        for group, mask in members(view.cells, (*options.base, column)):
            own = view.tallies(mask & inside)
            if group[column] is not None and own.sum(axis=0).min() >= LEAST_STEPS * floor:
                drawn.append((group, mask & inside))
                sides.append(own)
                left = left - own
        if left.sum():
            fits = left.sum(axis=0).min() >= LEAST_STEPS * floor
            rest_fits &= bool(fits)
            sides += [left] if fits else []
    if whole.sum(axis=0).min() < LEAST_STEPS * floor:
        return
    for edge in _edges(view, np.hstack(sides), floor):
        if edge != view.own:
            for who, where in ([(system, inside)] if rest_fits or floor <= 1 else []) + drawn:
                for table, counts in view.errors(where, edge).items():
                    yield _row(view.cells, table + ALONG, who, view.at(edge), counts)


def _edges(view: _View, tallies: Tallies, floor: int) -> list[int]:
    """Where the steps may be parted: the operating point, the crossing if it is far enough from it, and between them as
    many as leave ``floor`` of each outcome in each step, evenly thinned to ``MOST_POINTS``.
    """
    steps = len(view.edges)
    kept = {view.own} if 0 < view.own < steps else set()
    for edge in _crossings(view):
        ends = sorted({0, steps, edge, *kept})
        if edge not in kept and all((tallies[a:b].sum(axis=0) >= floor).all() for a, b in pairwise(ends)):
            kept.add(edge)
    first = set(kept)
    for start, end in pairwise([0, *sorted(first), steps]):
        kept |= {start + edge for edge in thin(tallies[start:end], max(floor, 1))}
    more = sorted(kept - first)
    if len(more) > MOST_POINTS:
        more = [more[round(i * (len(more) - 1) / (MOST_POINTS - 1))] for i in range(MOST_POINTS)]
    return sorted({*first, *more} - {0, steps})


def _refuse_confused(view: _View, distance: bool) -> None:
    """Scores that are read the wrong way round make both errors rare only where neither is counted."""
    steps = view.tallies(view.scored)
    total = steps.sum(axis=0)
    if not total.all():
        return
    missed = np.concatenate([[0], np.cumsum(steps[:, 0])]) / total[0]
    matched = 1 - np.concatenate([[0], np.cumsum(steps[:, 1])]) / total[1]
    if np.minimum(missed, matched).max() > 0.5 + max(CONFUSED, total.min() ** -0.5):
        what = "mated comparisons look less alike than non-mated ones"
        wrong = "similarities: leave out distance" if distance else "distances: say so with distance"
        raise InputError(what, where="score", hint=f"are these {wrong}; or is mated the wrong way round?")


def _crossings(view: _View) -> Sequence[int]:
    """The steps where the error rates of everybody cross, the nearer one first."""
    found = [int(view.step[view.scored & (view.crossed >= side)].min(initial=len(view.edges))) for side in (2, 1)]
    whole = view.tallies(view.scored)
    total = whole.sum(axis=0)

    def apart(edge: int) -> float:
        missed, matched = whole[:edge, 0].sum() / max(total[0], 1), whole[edge:, 1].sum() / max(total[1], 1)
        return float(abs(missed - matched))

    return sorted({edge for edge in found if 0 < edge < len(view.edges)}, key=apart)


def _quality(options: IdentificationOptions, cells: Cells) -> dict[str, Mask]:
    """Missing and unreadable cells, failures, and subjects that contradict what is said of the pair."""
    mated, step = cells.column("mated"), cells.column("step")
    known = np.isin(mated.astype(str), ["0", "1"])
    scored = np.array([s not in (None, UNREADABLE, FAILED) for s in step], dtype=bool)
    counts = {
        "used": known & scored,
        "missing_score": np.array([s is None for s in step], dtype=bool),
        "unreadable_score": np.array(step == UNREADABLE, dtype=bool),
        "missing_mated": np.array([m is None for m in mated], dtype=bool),
        "unreadable_mated": np.array(mated == UNREADABLE, dtype=bool),
    }
    if options.other_subject is not None:
        odd = np.array(cells.column("contradicts") == "1", dtype=bool)
        counts |= {"mated_with_another": odd & (mated == "1"), "compared_with_itself": odd & (mated == "0")}
    for column in options.groups:
        counts[f"missing_group.{column}"] = np.array([label is None for label in cells.column(column)], dtype=bool)
    return {name: np.array(mask, dtype=bool) for name, mask in counts.items()}
