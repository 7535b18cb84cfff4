"""Comparison scores at exact positions of their error tails. Two passes: one finds the steps, one counts them by group.

With m mated and q non-mated comparisons at a score, walked from the most alike score down, FM = Σq are the false
matches of a threshold there, and FNM = all mated − Σm its false non-matches. Both are whole numbers, so the steps are
exact: no score is binned before it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE
from counterproof.reductions.matching import FAILED, Comparisons
from counterproof.sources.counting import cast
from counterproof.sources.counting.grid import own_type
from counterproof.sources.counting.ladder import rung
from counterproof.sources.counting.weights import checked_weight

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Column, Table

    from counterproof.sources.counting.session import Session

__all__ = ["Step", "alike", "laid_out", "matched", "run", "steps"]

_WIDE = "decimal(38, 0)"
_ROUND = (100, 125, 160, 200, 250, 315, 400, 500, 630, 800)
"""Hundredths of the round numbers at which steps are parted, ten a decade."""
_MISSING, _UNREAD, _FAILED = -1, -2, -3
_BINS = 16384
_Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the score: where it begins, whether it lies beyond the operating point, and beyond the crossing."""

    edge: Decimal
    accepted: bool
    crossed: int


@dataclass(frozen=True, slots=True)
class _Totals:
    """Comparisons of one system: mated, non-mated, non-mated of the group that sets the threshold, and the scores."""

    mated: int
    others: int
    setting: int
    least: Any
    greatest: Any


def run(session: Session, reduction: Comparisons) -> Cells:
    """See ``Comparisons``."""
    found: dict[_Key, int] = {}
    rows = laid_out(session, reduction)
    names = [f"g{place}" for place in range(len(reduction.by))]
    for system, ladder in steps(session, reduction).items():
        mine = rows.filter(*_same(rows, system)) if system else rows
        place = _place(mine, ladder, reduction)
        by = {**{name: mine[name] for name in names}, "y": mine.y, "k": place, "odd": mine.odd}
        counted = mine.group_by(**by).agg(n=mine.n.sum().cast(_WIDE)).order_by(*by)
        for row in session.ask("comparisons by step", counted):
            labels = [cast.label(value, rows[name].type()) for value, name in zip(row, names, strict=False)]
            y, k, odd, n = row[len(names) :]
            key = (*labels, *_named(y, int(k), ladder), "1" if odd else "0")
            found[key] = found.get(key, 0) + int(n or 0)
    keys = sorted(found, key=lambda key: [(text is None, text or "") for text in key])
    n = np.array([found[key] for key in keys], dtype=np.int64)
    dimensions = (*reduction.by, "mated", "step", "accepted", "crossed", "contradicts")
    return Cells(dimensions, tuple(keys), n, int(n.sum()))


def matched(session: Session, rows: Table, reduction: Comparisons) -> Any:
    """Whether a comparison lies at the operating point of its system or is more alike."""
    if reduction.threshold is not None:
        return alike(rows.s, reduction.threshold, reduction.distance)
    own = {
        system: next(step.edge for step in ladder if step.accepted)
        for system, ladder in steps(session, reduction).items()
    }
    if not reduction.systems:
        return alike(rows.s, own[()], reduction.distance)
    every = [
        (reduce(and_, _same(rows, system)), alike(rows.s, edge, reduction.distance)) for system, edge in own.items()
    ]
    return ibis.cases(*every, else_=False)


def laid_out(session: Session, reduction: Comparisons, more: Sequence[str] = ()) -> Table:
    """Rows (g0 …, s, y, state, odd, n): score, code of mated, why there is none, whether the subjects contradict.

    ``more`` columns stand beside them as x0, x1.
    """
    table = session.table
    score, codes = (
        cast.number(table[reduction.score]),
        cast.coded(table[reduction.mated.column], reduction.mated.positive),
    )
    failed: Any = ibis.literal(False)
    if reduction.failed is not None:
        failed = (cast.coded(table[reduction.failed], None) == cast.YES).fill_null(False)
    weight = None if reduction.count is None else checked_weight(session, reduction.count)
    odd: Any = ibis.literal(False)
    if reduction.subject is not None and reduction.other_subject is not None:
        same = cast.category(table[reduction.subject]) == cast.category(table[reduction.other_subject])
        odd = (((codes == cast.YES) & ~same) | ((codes == cast.NO) & same)).fill_null(False)
    return table.select(
        **{f"g{place}": cast.category(table[name]) for place, name in enumerate(reduction.by)},
        s=score,
        y=codes,
        **{f"x{place}": cast.category(table[name]) for place, name in enumerate(more)},
        state=ibis.cases(
            (failed, _FAILED), (cast.missing(table[reduction.score]), _MISSING), (score.isnull(), _UNREAD), else_=0
        ),
        odd=odd,
        n=ibis.literal(1).cast("int64") if weight is None else weight.of(table),
    )


def steps(session: Session, reduction: Comparisons) -> dict[_Key, list[Step]]:
    """The steps of each system, from the least alike up; found once for a session.

    Raises InputError for scores that are all one, a threshold outside of them, a share of false matches that so few
    comparisons cannot show, and scores that are taken for more alike where they are less.
    """
    known = session.memory.get(reduction)
    if known is None:
        known = session.memory[reduction] = _steps(session, reduction)
    return known


def _steps(session: Session, reduction: Comparisons) -> dict[_Key, list[Step]]:
    rows = laid_out(session, reduction)
    valid = rows.filter(rows.state == 0, rows.y.isin((cast.YES, cast.NO)))
    systems = [f"g{place}" for place in range(reduction.systems)]
    kinds = [rows[name].type() for name in systems]
    setting = _setting(valid, reduction)
    mated, others = valid.y == cast.YES, valid.y == cast.NO
    none = ibis.literal(0).cast(valid.n.type())
    valid = valid.mutate(
        m=ibis.ifelse(mated, valid.n, none),
        q=ibis.ifelse(others, valid.n, none),
        r=ibis.ifelse(others & setting, valid.n, none),
    )
    sums = {name: valid[name].sum().cast(_WIDE) for name in ("m", "q", "r")}
    ends = {"least": valid.s.min(), "greatest": valid.s.max()}
    whole = valid.group_by(*systems).agg(**sums, **ends) if systems else valid.agg(**sums, **ends)
    totals: dict[_Key, _Totals] = {}
    for row in session.ask("comparisons", whole.order_by(*systems) if systems else whole):
        system = tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))
        counts = [int(value or 0) for value in row[len(systems) : len(systems) + 3]]
        totals[system] = _Totals(*counts, *row[-2:])
    _refuse(totals, reduction, rows.s.type())
    bounds = _bounds(max(max(t.mated, t.others) for t in totals.values()))
    parted = _parted(_scores(session, valid, systems, sums, totals, bounds, reduction), systems, bounds, reduction)
    found: dict[_Key, list[Step]] = {system: [] for system in totals}
    for row in session.ask("steps of the score", parted):
        system = tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))
        _, accepted, crossed, edge, *_ = row[len(systems) :]
        label = cast.label(edge, rows.s.type())
        found[system].append(Step(Decimal(label or 0), bool(accepted), int(crossed)))
    for ladder in found.values():
        ladder.sort(key=lambda step: -step.edge if reduction.distance else step.edge)
        if reduction.at_fmr is not None and not any(step.accepted for step in ladder):
            what = "no score keeps false matches that rare: more non-mated comparisons share the most alike score"
            hint = "ask for a higher rate; or are the scores read the wrong way round (distance)?"
            raise InputError(what, where="at_fmr", hint=hint)
    return found


def _setting(rows: Table, reduction: Comparisons) -> Any:
    """Whether a comparison is of the group whose false matches set the threshold."""
    found: Any = ibis.literal(True)
    for column, label in reduction.at_fmr_group:
        found = found & (rows[f"g{reduction.by.index(column)}"].cast("string") == label).fill_null(False)
    return found


def _scores(
    session: Session,
    valid: Table,
    systems: Sequence[str],
    sums: Mapping[str, Any],
    totals: Mapping[_Key, _Totals],
    bounds: Sequence[int],
    reduction: Comparisons,
) -> Table:
    """Rows (system, s, m, q, r): each score by itself where a step may begin there, and one for scores where none does.

    Scores are first counted in bins of equal width. Where nothing that parts steps changes from the end of one bin to
    the end of the next, nothing changes within it, and the bin stands for its scores; so no step is binned.
    """
    least = min(float(t.least) for t in totals.values() if t.least is not None)
    width = (max(float(t.greatest) for t in totals.values() if t.greatest is not None) - least) / _BINS
    if not width > 0:
        return valid.group_by(*systems, "s").agg(**sums)
    rows = valid.mutate(bin=((valid.s.cast("float64") - least) / width).floor().cast("int64"))
    edge = rows.s.max() if reduction.distance else rows.s.min()
    parts = {name: rows[name].sum().cast(_WIDE) for name in sums}
    bins = session.keep("scores in bins", rows.group_by(*systems, "bin").agg(s=edge, **parts))
    at = _walked(bins, systems, bounds, reduction)
    order = at.s if reduction.distance else ibis.desc(at.s)
    window = ibis.window(group_by=systems or None, order_by=order)
    same = [at[name] == at[name].lag().over(window) for name in ("code", "accepted", "beyond")]
    at = at.mutate(still=reduce(and_, same).fill_null(False))
    fine = at.filter(~at.still).select(**{f"{name}_bin": at[name] for name in (*systems, "bin")})
    alike = [rows[name].identical_to(fine[f"{name}_bin"]) for name in (*systems, "bin")]
    within = rows.semi_join(fine, alike)
    each = within.group_by(*systems, "s").agg(**{name: within[name].sum().cast(_WIDE) for name in sums})
    names = [*systems, "s", *sums]
    return ibis.union(each.select(*names), at.filter(at.still).select(*names))


def _walked(each: Table, systems: Sequence[str], bounds: Sequence[int], reduction: Comparisons) -> Table:
    """From rows (system, s, m, q, r), from the most alike score on: what the errors are there, and what parts steps."""
    order = each.s if reduction.distance else ibis.desc(each.s)
    up_to = ibis.window(group_by=systems or None, order_by=order, rows=(None, 0))
    whole = ibis.window(group_by=systems or None)
    at = each.mutate(
        fm=each.q.sum().over(up_to).cast(_WIDE),
        fnm=(each.m.sum().over(whole) - each.m.sum().over(up_to)).cast(_WIDE),
        mm=each.m.sum().over(whole).cast(_WIDE),
        qq=each.q.sum().over(whole).cast(_WIDE),
        fr=each.r.sum().over(up_to).cast(_WIDE),
        rr=each.r.sum().over(whole).cast(_WIDE),
    )
    fm, fnm = (at[name].cast("int64") for name in ("fm", "fnm"))
    code = rung([partial(fnm.__ge__, k) for k in bounds]) - rung([partial(fm.__ge__, k) for k in bounds])
    return at.mutate(code=code.cast("int64"), accepted=_accepted(at, reduction), beyond=at.fnm * at.qq >= at.fm * at.mm)


def _parted(each: Table, systems: Sequence[str], bounds: Sequence[int], reduction: Comparisons) -> Table:
    """From rows (system, s, m, q, r) the steps: (system, code, accepted, crossed, edge)."""
    at = _walked(each, systems, bounds, reduction)
    order = at.s if reduction.distance else ibis.desc(at.s)
    before = at.beyond.lag().over(ibis.window(group_by=systems or None, order_by=order)).fill_null(False)
    at = at.mutate(crossed=cast.one(at.beyond) + cast.one(at.beyond | before))
    by = [*systems, "code", "accepted", "crossed"]
    edge = at.s.max() if reduction.distance else at.s.min()
    return at.group_by(*by).agg(edge=edge).order_by(*by)


def _accepted(at: Table, reduction: Comparisons) -> BooleanValue:
    """Whether a score lies at the operating point or is more alike."""
    if reduction.at_fmr is not None:
        share = Fraction(reduction.at_fmr)
        return at.fr * _whole(share.denominator) <= at.rr * _whole(share.numerator)
    return alike(at.s, reduction.threshold or Decimal(0), reduction.distance)


def _whole(number: int) -> Any:
    return ibis.literal(Decimal(number)).cast(_WIDE)


def alike(score: Column, edge: Decimal, distance: bool) -> BooleanValue:
    """Whether scores are at least (distances: at most) an edge, in the type of the column."""
    kind = score.type()
    own = cast.literal(own_type(edge, kind, "at_most" if distance else "at_least"), kind)
    return score <= own if distance else score >= own


def _bounds(most: int) -> list[int]:
    """1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20 … up to ``most``."""
    found, power = set[int](), 1
    while power <= most:
        found |= {round(hundredth * power / 100) for hundredth in _ROUND}
        power *= 10
    return sorted(bound for bound in found if bound <= most)


def _place(rows: Table, ladder: Sequence[Step], reduction: Comparisons) -> Any:
    """The number of the step of each row, below 0 where there is no score."""
    ends = [partial(alike, rows.s, step.edge, reduction.distance) for step in ladder[1:]]
    return ibis.ifelse(rows.state < 0, rows.state.cast("int64"), rung(ends).cast("int64"))


def _same(rows: Table, system: _Key) -> list[Any]:
    """What is true of the rows of one system."""
    conditions = []
    for place, label in enumerate(system):
        column = rows[f"g{place}"]
        conditions.append(column.isnull() if label is None else _labelled(column, label))
    return conditions


def _labelled(column: Column, label: str) -> Any:
    return column == label if column.type().is_string() else column == ibis.literal(label).cast(column.type())


def _named(y: int | None, k: int, ladder: Sequence[Step]) -> _Key:
    """Mated, step, accepted, crossed as the cells name them."""
    mated = {None: None, cast.UNREAD: UNREADABLE, cast.NO: "0", cast.YES: "1"}[y]
    if k < 0:
        return mated, {_MISSING: None, _UNREAD: UNREADABLE, _FAILED: FAILED}[k], "0", "0"
    step = ladder[k]
    return mated, cast.plain(step.edge), "1" if step.accepted else "0", str(step.crossed)


def _refuse(totals: dict[_Key, _Totals], reduction: Comparisons, kind: Any) -> None:
    """Scores and an operating point that cannot be."""
    if not totals or not any(t.mated + t.others for t in totals.values()):
        what = "no comparison has both a score and a readable mark whether it is mated"
        raise InputError(what, where="score, mated", hint="mated takes yes/no, 1/0 or true/false, or name mated_value")
    for total in totals.values():
        if total.mated + total.others > 1 and total.least == total.greatest:
            raise InputError("all scores are equal", where="score", hint="is this the column of the scores?")
        if reduction.at_fmr is not None:
            _refuse_rare(total, reduction.at_fmr)
        elif reduction.threshold is not None:
            least, greatest = (Decimal(cast.label(end, kind) or 0) for end in (total.least, total.greatest))
            if not least <= reduction.threshold <= greatest:
                hint = "is it on another scale, or are these distances, or similarities?"
                raise InputError("the threshold lies outside of all scores", where="threshold", hint=hint)


def _refuse_rare(total: _Totals, rate: Decimal) -> None:
    if rate * total.setting < 1:
        needed = -(-1 // rate)
        what = f"a false match rate of {rate:f} cannot be shown by {total.setting:,} non-mated comparisons"
        hint = f"at least {needed:,f} are needed to see one false match at that rate, and {30 * needed:,f} to place it"
        raise InputError(what, where="at_fmr", hint=hint)
