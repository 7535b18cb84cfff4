"""Sums over the people who stand in comparisons, which tell how much comparisons hang together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.matching import Comparisons, SubjectSums
from counterproof.sources.counting import cast
from counterproof.sources.counting.comparisons import laid_out, matched

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_WIDE = "decimal(38, 0)"
_OWN = ("aa", "ab", "bb")
_TOGETHER = ("with.aa", "with.ab", "with.ba", "with.bb")
_NAMES = ("errors", "subjects", *_OWN, "pairs", *(f"pair.{part}" for part in _OWN), *_TOGETHER)
_Key = tuple[str | None, ...]


def run(session: Session, reduction: SubjectSums) -> Cells:
    """See ``SubjectSums``."""
    rows = _rows(session, reduction.of)
    by = [f"g{reduction.of.by.index(column)}" for column in reduction.columns]
    kinds = [rows[name].type() for name in by]
    found: dict[_Key, dict[str, int]] = {}
    for code, mated in ((cast.YES, "1"), (cast.NO, "0")):
        side = rows.filter(rows.y == code)
        both = code == cast.NO and reduction.of.other_subject is not None
        people = _people(side, by, both=both)
        _add(found, session, "people in comparisons", _summed(people, by), by, kinds, mated, ("subjects", *_OWN))
        _add(found, session, "errors by people", _counted(side, by), by, kinds, mated, ("n", "errors"))
        if both:
            pairs = _pairs(side, by)
            names = ("pairs", *(f"pair.{part}" for part in _OWN))
            _add(found, session, "pairs in comparisons", _summed(pairs, by), by, kinds, mated, names)
        if len(by) > reduction.of.systems:
            _together(found, session, side, by, kinds, mated, both)
    keys = sorted(found, key=lambda key: [(text is None, text or "") for text in key])
    n = np.array([found[key].get("n", 0) for key in keys], dtype=np.int64)
    sums = {name: np.array([found[key].get(name, 0) for key in keys], dtype=object) for name in _NAMES}
    return Cells((*reduction.columns, "mated", *reduction.others), tuple(keys), n, int(n.sum()), sums)


def _rows(session: Session, reduction: Comparisons) -> Table:
    """Comparisons with a score and with all their subjects: (g0 …, y, who, other, a, b), a = 1 for an error.

    Made once for all groupings, with a number for each person: what is joined and grouped by is short.
    """
    keys = [column for column in (reduction.subject, reduction.other_subject) if column is not None]
    rows = laid_out(session, reduction, keys)
    known = [rows[f"x{place}"].notnull() for place in range(len(keys))]
    rows = rows.filter(rows.state == 0, rows.y.isin((cast.YES, cast.NO)), *known)
    wrong = ibis.ifelse(matched(session, rows, reduction), cast.NO, cast.YES) == rows.y
    groups = [f"g{place}" for place in range(len(reduction.by))]
    named = [f"x{place}" for place in range(len(keys))]
    rows = rows.select(*groups, *named, y=rows.y, a=cast.one(wrong).cast("int8"))
    rows = _numbered(rows, named)
    kept = session.keep("comparisons of people", rows.select(*groups, "y", "who", "other", "a"))
    return kept.mutate(a=kept.a.cast("int64"), b=1 - kept.a.cast("int64"))


def _numbered(rows: Table, named: Sequence[str]) -> Table:
    """The rows with a number in the place of each key, as ``who`` and ``other``."""
    keys = rows.select(key=named[0])
    for name in named[1:]:
        keys = keys.union(rows.select(key=name))
    people = keys.distinct()
    people = people.mutate(person=ibis.row_number().over(ibis.window(order_by=people.key)).cast("int32"))
    for name, column in zip(named, ("who", "other"), strict=False):
        right = people.select(**{f"{name}_key": people.key, column: people.person})
        rows = rows.join(right, rows[name] == right[f"{name}_key"]).drop(f"{name}_key")
    return rows if len(named) > 1 else rows.mutate(other=rows.who)


def _people(rows: Table, by: Sequence[str], *, both: bool) -> Table:
    """Errors and other comparisons of each person; where ``both`` sides are known, a comparison counts for both."""
    columns = [*by, "a", "b"]
    people = rows.select(*columns, who=rows.who)
    if both:
        rows = rows.filter(rows.who != rows.other)
        people = ibis.union(rows.select(*columns, who=rows.who), rows.select(*columns, who=rows.other))
    return people.group_by(*by, "who").agg(a=people.a.sum().cast("int64"), b=people.b.sum().cast("int64"))


def _pairs(rows: Table, by: Sequence[str]) -> Table:
    """Errors and other comparisons of each pair of people, whichever of them comes first."""
    rows = rows.filter(rows.who != rows.other)
    keys = {"low": ibis.least(rows.who, rows.other), "high": ibis.greatest(rows.who, rows.other)}
    rows = rows.mutate(**keys)
    return rows.group_by(*by, *keys).agg(a=rows.a.sum().cast("int64"), b=rows.b.sum().cast("int64"))


def _summed(units: Table, by: Sequence[str]) -> Table:
    """Per group: how many units, Σa², Σab, Σb²."""
    products = {"aa": units.a * units.a, "ab": units.a * units.b, "bb": units.b * units.b}
    sums: dict[str, Any] = {
        "units": units.count(),
        **{name: value.sum().cast(_WIDE) for name, value in products.items()},
    }
    return units.group_by(*by).agg(**sums).order_by(*by) if by else units.agg(**sums)


def _counted(rows: Table, by: Sequence[str]) -> Table:
    """Per group: comparisons and errors."""
    sums = {"n": rows.count(), "errors": rows.a.sum()}
    return rows.group_by(*by).agg(**sums).order_by(*by) if by else rows.agg(**sums)


def _add(
    found: dict[_Key, dict[str, int]],
    session: Session,
    what: str,
    asked: Table,
    by: Sequence[str],
    kinds: Sequence[Any],
    mated: str,
    names: Sequence[str],
) -> None:
    for row in session.ask(what, asked):
        labels = tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))
        values = [int(value or 0) for value in row[len(by) :]]
        if any(values):
            found.setdefault((*labels, mated, *((None,) * len(by))), {}).update(zip(names, values, strict=True))


def _together(
    found: dict[_Key, dict[str, int]],
    session: Session,
    rows: Table,
    by: Sequence[str],
    kinds: Sequence[Any],
    mated: str,
    both: bool,
) -> None:
    """What two groups have in common: sums of products over the people who stand in both."""
    common = _products(session, "people in two groups", _people(rows, by, both=both), ["who"], by, kinds)
    twice: dict[_Key, list[int]] = {}
    if both and common:
        # a pair of people that is in both groups counts for both of its people, and should count once
        twice = _products(session, "pairs in two groups", _pairs(rows, by), ["low", "high"], by, kinds)
    for (one, other), products in common.items():
        less = twice.get((one, other), [0] * len(products))
        values = [value - again for value, again in zip(products, less, strict=True)]
        found[*one, mated, *other] = dict(zip(_TOGETHER, values, strict=True))


def _products(
    session: Session, what: str, units: Table, keys: Sequence[str], by: Sequence[str], kinds: Sequence[Any]
) -> dict[Any, list[int]]:
    one = units.rename({f"{name}_1": name for name in units.columns})
    other = units.rename({f"{name}_2": name for name in units.columns})
    both = one.join(other, [one[f"{key}_1"] == other[f"{key}_2"] for key in keys])
    labels = [*(f"{name}_1" for name in by), *(f"{name}_2" for name in by)]
    sums = {f"{p}{q}": (both[f"{p}_1"] * both[f"{q}_2"]).sum().cast(_WIDE) for p in "ab" for q in "ab"}
    found = {}
    for row in session.ask(what, both.group_by(*labels).agg(**sums).order_by(*labels)):
        first, second = (
            tuple(cast.label(value, kind) for value, kind in zip(row[start:end], kinds, strict=True))
            for start, end in pairwise((0, len(by), 2 * len(by)))
        )
        if first != second:
            found[first, second] = [int(value or 0) for value in row[2 * len(by) :]]
    return found
