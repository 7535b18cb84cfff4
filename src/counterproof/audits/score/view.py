"""The finest cells seen with the eyes of one audit: who was flagged, whose outcome is known, which step of the score.

Refuses a column that does not hold what the plan says, rather than leave most of it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.probability import Errors
from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE, Category, Coded, Dimension, Powers, ScoreAxis, Whole
from counterproof.reductions.published import Published

__all__ = ["Mask", "View", "absent", "dimensions", "further", "powers"]

Mask = NDArray[np.bool_]

MOST_UNREADABLE = 0.01
SELECTED, RANDOM = "selected", "random"
"""The two arms: picked by the score, and at random."""


def axis(options: ScoreOptions) -> ScoreAxis | None:
    """The steps of the score that the audit needs: only the cut-off where no curve is asked for."""
    if options.score is None:
        return None
    cuts = () if options.threshold is None else (options.threshold,)
    direction = "at_most" if options.flag_at_most is not None else "at_least"
    if options.curves and options.every_score:
        return ScoreAxis(options.score, cuts, direction)  # type: ignore[arg-type]
    return ScoreAxis(options.score, cuts, direction, most_values=0, steps=1) if cuts else None  # type: ignore[arg-type]


def dimensions(options: ScoreOptions) -> tuple[Dimension, ...]:
    """Groups, then the flag or the score, then the outcome."""
    found: list[Dimension] = [Category(column) for column in options.groups]
    if options.within is not None:
        found.append(Category(options.within))
    if options.review_stratum is not None:
        found.append(Category(options.review_stratum))
    if options.period is not None:
        found.append(Category(options.period))
    if options.flag_coded is not None:
        found.append(options.flag_coded)
    if (steps := axis(options)) is not None:
        found.append(steps)
    if options.reviewed is not None:
        found.append(Coded(options.reviewed))
    if options.arm is not None:
        found += [Coded(options.arm, spelt(arm)) for arm in (SELECTED, RANDOM)]
    return tuple(found) if options.outcome_coded is None else (*found, options.outcome_coded)


def spelt(arm: str) -> tuple[str, ...]:
    """The ways in which records write an arm."""
    return arm, arm.capitalize(), arm.upper()


def arm_of(options: ScoreOptions, cells: Cells) -> NDArray[np.object_]:
    """The arm of each cell: one of the two, None where it is missing, or unreadable; missing where there are none."""
    found = np.full(len(cells.keys), None, dtype=object)
    if options.arm is not None:
        codes = {arm: cells.column(Coded(options.arm, spelt(arm)).name) for arm in (SELECTED, RANDOM)}
        found[~absent(codes[SELECTED])] = UNREADABLE
        for arm, code in codes.items():
            found[code == "1"] = arm
    return found


def powers(options: ScoreOptions) -> Powers | None:
    """Sums of the score itself, where it claims to be a probability."""
    claimed = options.score_is == "probability" and options.everyone
    return Powers(options.score) if options.score is not None and claimed else None


def further(options: ScoreOptions) -> tuple[Powers | Whole, ...]:
    """What is summed beside the counts."""
    claimed = powers(options)
    ends = Published(options.count).ranges if options.count is not None and options.inexact else ()
    return (*ends, *((claimed,) if claimed else ()))


@dataclass(frozen=True, slots=True)
class View:
    """Masks of shape (cells,), and the steps of the score.

    used      records that the rates rest on: their flag is known and, where everyone's outcome should be, that too
    verified  those of them whose outcome counts as known
    arm       how each record was picked, see :func:`arm_of`; ``by_arm``: that alone says who was flagged
    review    the column of reviews, empty without one
    cuts      thresholds at which tables of the plan part the score
    lines     how many different records there are but for their score
    """

    cells: Cells
    flagged: Mask
    flag_missing: Mask
    flag_unreadable: Mask
    positive: Mask
    outcome_missing: Mask
    outcome_unreadable: Mask
    scored: Mask
    edges: tuple[Decimal, ...]
    cuts: frozenset[Decimal]
    step: NDArray[np.int64]
    descending: bool
    errors: Errors | None
    review: NDArray[np.object_]
    verified: Mask
    used: Mask
    arm: NDArray[np.object_]
    by_arm: bool
    lines: int

    @property
    def random(self) -> Mask:
        """Who was picked at random."""
        return np.asarray(self.arm == RANDOM, dtype=bool)

    @classmethod
    def of(cls, options: ScoreOptions, cells: Cells) -> View:
        """Look at the cells. Raises InputError for a column that does not hold what the plan says."""
        outcome = np.full(len(cells.keys), None, dtype=object)
        if options.outcome_coded is not None:
            outcome = cells.column(options.outcome_coded.name)
        steps = axis(options)
        scores = cells.column(steps.name) if steps else np.full(len(cells.keys), None, dtype=object)
        known = np.array([s is not None and s != UNREADABLE for s in scores], dtype=bool)
        edges = sorted({Decimal(s) for s in scores[known]})
        place = {edge: index for index, edge in enumerate(edges)}
        step = np.array([place[Decimal(s)] if k else -1 for s, k in zip(scores, known, strict=True)], dtype=np.int64)
        arm = arm_of(options, cells)
        by_arm = options.arm is not None and options.flag is None and options.threshold is None
        if by_arm:
            flagged, missing, unreadable = arm == SELECTED, absent(arm), arm == UNREADABLE
        elif options.flag_coded is not None:
            flag = cells.column(options.flag_coded.name)
            flagged, missing, unreadable = flag == "1", absent(flag), flag == UNREADABLE
        else:
            flagged = np.array([k and _flags(options, edges[s]) for s, k in zip(step, known, strict=True)], dtype=bool)
            missing, unreadable = absent(scores), scores == UNREADABLE
        known_flag, known_outcome = ~(missing | unreadable), np.array([y in ("0", "1") for y in outcome], dtype=bool)
        review = cells.column(Coded(options.reviewed).name) if options.reviewed is not None else np.array([])
        learned = {"everyone": known_outcome, "flagged": flagged & known_outcome}
        verified = learned[options.outcome_known] if options.reviewed is None else (review == "1") & known_outcome
        view = cls(
            cells,
            flagged,
            missing,
            unreadable,
            outcome == "1",
            absent(outcome),
            outcome == UNREADABLE,
            known,
            tuple(edges),
            _cuts(options, cells),
            step,
            options.flag_at_most is not None,
            None if (wanted := powers(options)) is None else Errors.of(cells, wanted, outcome == "1"),
            review,
            verified & known_flag,
            known_flag & _usable(options, known_outcome, arm, flagged),
            arm,
            by_arm,
            _lines(cells, steps),
        )
        _refuse_unfit(options, view)
        return view

    @property
    def parted(self) -> list[int]:
        """Steps of the score at which a part begins that lies between two thresholds, the first at 0."""
        return [0, *sorted({self.edge(cut) for cut in self.cuts} - {0, len(self.edges)})] if self.edges else []

    def edge(self, cut: Decimal) -> int:
        """The place of a threshold among the steps; edge k lies below step k."""
        return sum(edge <= cut if self.descending else edge < cut for edge in self.edges)


def _cuts(options: ScoreOptions, cells: Cells) -> frozenset[Decimal]:
    steps = axis(options)
    asked = () if steps is None else (*steps.cuts, *cells.cuts.get(steps.name, ()))
    return frozenset(asked)


def _lines(cells: Cells, steps: ScoreAxis | None) -> int:
    at = len(cells.dimensions) if steps is None else cells.dimensions.index(steps.name)
    return max(len({key[:at] + key[at + 1 :] for key in cells.keys}), 1)


def absent(column: NDArray[np.object_]) -> Mask:
    """Where a dimension's value is missing."""
    return np.array([value is None for value in column], dtype=bool)


def _usable(options: ScoreOptions, known: Mask, arm: NDArray[np.object_], flagged: Mask) -> Mask:
    """Whose outcome is known, where everyone's should be; who was flagged or picked at random, where there are arms."""
    if options.arm is not None:
        return np.asarray((arm == RANDOM) | ((arm == SELECTED) & flagged), dtype=bool)
    return known if options.everyone else np.ones_like(known)


def _flags(options: ScoreOptions, edge: Decimal) -> bool:
    if options.flag_at is not None:
        return edge >= options.flag_at
    return options.flag_at_most is not None and edge <= options.flag_at_most


UNFIT = {
    "flag": ("flags that are yes or no", "name the value that means flagged with flag_value"),
    "score": (
        "numbers",
        "a score must be a number; where the records hold words such as High and Low, use flag and flag_value",
    ),
    "arm": ("arms", "it must say selected or random"),
}
WITHOUT = {
    "everyone": "no record has both a flag or score and an outcome",
    "flagged": "no flagged record has an outcome",
    "reviewed": "no reviewed record has both a flag or score and an outcome",
}


def _never(key: str, column: str) -> InputError:
    """A value that no record has is misspelt more often than it is rare, and would give rates of zero."""
    hint = "write it as the records do, with capitals; if there is truly none, code the column as 1 and 0"
    return InputError(f"no record has this value in the column {column!r}", where=key, hint=hint)


def _refuse_unfit(options: ScoreOptions, view: View) -> None:
    """Refuse a column that does not hold what the plan says, rather than leave most of it out."""
    n = view.cells.n
    total = int(n.sum())
    unfit = int(n[view.outcome_unreadable].sum())
    some = MOST_UNREADABLE * (total - int(n[view.outcome_missing].sum()))
    if options.outcome is not None and options.outcome_value is None and unfit > some:
        raise InputError(
            f"the column {options.outcome!r} holds values that are neither yes nor no",
            where="outcome",
            hint="name the value that means that the outcome occurred with outcome_value",
        )
    known = n[~view.outcome_missing & ~view.outcome_unreadable]
    if options.outcome is not None and options.outcome_value is not None and known.sum() and not n[view.positive].sum():
        raise _never("outcome_value", options.outcome)
    known = n[~view.flag_missing & ~view.flag_unreadable]
    if options.flag_value is not None and known.sum() and not n[view.flagged].sum():
        raise _never("flag_value", str(options.flag))
    role, column = next((key, name) for key in ("flag", "score", "arm") if (name := getattr(options, key)) is not None)
    unread = int(n[view.flag_unreadable].sum())
    if unread and unread > 0.5 * (total - int(n[view.flag_missing].sum())):
        what, hint = UNFIT[role]
        raise InputError(f"most values of the column {column!r} are not {what}", where=role, hint=hint)
    if options.arm is not None and not n[view.random].sum():
        hint = f"the column {options.arm!r} must say selected or random; population_counts goes with both"
        raise InputError("no record is in the random arm", where="arm", hint=hint)
    if options.reviewed is not None:
        unread, missing = (int(n[mask].sum()) for mask in (view.review == UNREADABLE, absent(view.review)))
        if unread > MOST_UNREADABLE * (total - missing):
            raise InputError(
                f"the column {options.reviewed!r} holds values that are neither yes nor no",
                where="reviewed",
                hint="it must say yes for a record whose outcome was reviewed, and no for the others",
            )
    if total and options.outcome is not None and not n[view.verified].sum():
        raise InputError(WITHOUT[options.outcome_known], where=f"{role}, outcome")
