"""Unique searches by agency, month or offence, and by what their reasons are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.search_log import CLASSES, IMMIGRATION, SearchesBy
from counterproof.sources.counting.search_log.searches import Searches, searches
from counterproof.sources.identity.identifiers import examine_values

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.counting.session import Session

__all__ = ["run_split"]

_REACH, _HOURS = ("home", "away", "federal", "somewhere"), ("office", "off")
_USED_BY = 3
"""An offence is named only where so many agencies use it."""


def run_split(session: Session, reduction: SearchesBy) -> Cells:
    """See ``reductions.search_log.SearchesBy``."""
    found = searches(session, reduction.log)
    rows, labels = _labelled(session, found, reduction)
    by = ("label", "what", "barred", "reach", "hours", "known")
    counted = rows.group_by(*by).agg(n=rows.n.sum().cast("int64"), rows=rows.rows.sum().cast("int64")).order_by(*by)
    medians = _medians(session, rows, reduction.split)
    merged: dict[tuple[str | None, ...], list[int]] = {}
    terms = [term.name for term in reduction.log.lexicon.barred]
    for label, what, barred, reach, hours, known, n, read in session.ask(f"searches by {reduction.split}", counted):
        reason = class_name(what, [name for at, name in enumerate(terms) if barred >> at & 1])
        key = (labels.get(label), reason, _of(_REACH, reach), _of(_HOURS, hours), "known" if known else None)
        before = merged.get(key, [0, 0])
        merged[key] = [before[0] + int(n), before[1] + int(read)]
    middle = {labels.get(label): median for label, median in medians.items() if label in labels}
    return _cells(reduction.split, merged, middle, medians.get(None))


def class_name(what: int, barred: Sequence[str]) -> str:
    """The class of a reason: a member of ``CLASSES``, or what it is barred for, and which term says so."""
    if what >= len(CLASSES):
        return f"{IMMIGRATION} {what - len(CLASSES)}"
    return f"barred {','.join(barred)}" if barred else CLASSES[what]


def _labelled(session: Session, found: Searches, reduction: SearchesBy) -> tuple[Table, Mapping[Any, str]]:
    """The searches with a whole number for each label, and the names of the labels that may leave the engine."""
    joint, agencies = found.joint, found.agencies
    rows = joint.left_join(agencies, joint.agency == agencies.place).select(
        joint, agencies.reach, agencies.named, name=agencies.place
    )
    rows = rows.mutate(known=rows.networks.notnull())
    if reduction.split == "agency":
        return rows.mutate(label=ibis.ifelse(rows.named, rows.name, None)), _agencies(session, agencies)
    if reduction.split == "month":
        labels = session.ask("months", joint.select("month").distinct().order_by("month"))
        names = {month: f"{month // 12}-{month % 12 + 1:02d}" for (month,) in labels if month is not None}
        return rows.mutate(label=rows.month), names
    return rows.mutate(label=rows.offence), _offences(session, joint, reduction.log)


def _agencies(session: Session, agencies: Table) -> Mapping[Any, str]:
    """Names of the agencies that may be named; none where they look like names of persons."""
    named = agencies.filter(agencies.named).select("place", "agency").order_by("place")
    names = dict(session.ask("agencies that may be named", named))
    refusal = examine_values("agency", names.values())
    return {} if refusal is not None and len(names) > 1 else names


def _offences(session: Session, joint: Table, declared: SearchLog) -> Mapping[Any, str]:
    """Terms of the vocabulary that enough agencies use."""
    used = joint.filter(joint.offence > 0).group_by("offence")
    used = used.agg(agencies=joint.agency.nunique().cast("int64")).order_by("offence")
    terms = declared.lexicon.offences
    return {at: terms[at - 1] for at, agencies in session.ask("agencies by offence", used) if agencies >= _USED_BY}


def _medians(session: Session, rows: Table, split: str) -> Mapping[Any, int]:
    """Twice the median of the networks searched, by label; that of everybody under None."""
    known = rows.filter(rows.known)
    found: dict[Any, int] = {}
    for name, by in ((f"median by {split}", ["label"]), ("median", [])):
        at = known.group_by(*by, "networks").agg(n=known.n.sum().cast("int64"))
        up_to = ibis.window(group_by=by or None, order_by="networks", rows=(None, 0))
        at = at.mutate(up=at.n.sum().over(up_to), all=at.n.sum().over(ibis.window(group_by=by or None)))
        lower = ibis.ifelse(at.up * 2 >= at["all"], at.networks, None).min()
        upper = ibis.ifelse(at.up * 2 > at["all"], at.networks, None).min()
        agg = {"lower": lower.cast("int64"), "upper": upper.cast("int64")}
        middle = at.group_by(*by).agg(**agg).order_by(*by) if by else at.agg(**agg)
        for *label, low, high in session.ask(name, middle):
            if (label and label[0] is None) or low is None:
                continue
            found[label[0] if label else None] = int(low) + int(high)
    return found


def _of(names: Sequence[str], place: int | None) -> str | None:
    return None if place is None else names[place]


def _cells(
    split: str,
    merged: Mapping[tuple[str | None, ...], Sequence[int]],
    middle: Mapping[str | None, int],
    everybody: int | None,
) -> Cells:
    keys = tuple(sorted(merged, key=lambda key: [(text is None, text or "") for text in key]))
    n = np.array([merged[key][0] for key in keys], dtype=np.int64)
    sums = {
        "rows": np.array([merged[key][1] for key in keys], dtype=object),
        "median": np.array([middle.get(key[0]) for key in keys], dtype=object),
        "everybody": np.array([everybody for _ in keys], dtype=object),
    }
    return Cells((split, "reason", "reach", "hours", "networks"), keys, n, int(n.sum()), sums)
