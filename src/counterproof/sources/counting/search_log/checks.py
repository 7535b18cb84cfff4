"""What else is counted of a log: the states of its cells, its files, what is odd about it, what was released beside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.search_log import CLASSES, COLUMNS, STATES, LogChecks, LogFiles, LogStates, Published
from counterproof.sources.counting.search_log.published import published
from counterproof.sources.counting.search_log.searches import searches
from counterproof.sources.layouts.search_log.normalise import HEADER, LATER, SHIFTED
from counterproof.sources.layouts.search_log.states import BITS, EMPTY, unpacked

if TYPE_CHECKING:
    from counterproof.sources.counting.session import Session

__all__ = ["run_checks", "run_files", "run_published", "run_states"]

_VALUE = STATES.index("value")


def run_states(session: Session, reduction: LogStates) -> Cells:
    """See ``reductions.search_log.LogStates``."""
    rows = searches(session, reduction.log).log
    by = ("states", "org_state", "reason_state", "offence_state")
    counted = rows.group_by(*by).agg(n=rows.count().cast("int64")).order_by(*by)
    found: Counter[tuple[str, ...]] = Counter()
    for packed, *later, n in session.ask("states of cells", counted):
        states = list(unpacked(packed, len(COLUMNS)))
        for column, state in zip(LATER, later, strict=True):
            at = COLUMNS.index(column)
            if packed >> BITS * at & (1 << BITS) - 1 in (_VALUE, EMPTY) and state is not None:
                states[at] = STATES[state]
        found[tuple(states)] += int(n)
    keys = tuple(sorted(found))
    n = np.array([found[key] for key in keys], dtype=np.int64)
    return Cells(COLUMNS, keys, n, int(n.sum()))


def run_files(session: Session, reduction: LogFiles) -> Cells:
    """See ``reductions.search_log.LogFiles``."""
    tables = session.source.tables
    log = tables["log"]
    counted = log.group_by("file", "layout", "row").agg(n=log.count().cast("int64")).order_by("file", "layout", "row")
    rows = {(file, row): (layout, int(n)) for file, layout, row, n in session.ask("rows by file", counted)}
    keys, n, headers, unknown = [], [], [], []
    for one in tables["logs"]:
        if one.found.kind != "log":
            continue
        again = rows.get((one.number, HEADER), (0, 0))[1]
        for shifted, row in (("0", 0), ("1", SHIFTED)):
            keys.append((one.label, one.found.layout, shifted))
            n.append(rows.get((one.number, row), (0, 0))[1])
            headers.append(again)
            unknown.append(len(one.found.unknown))
    counts = np.array(n, dtype=np.int64)
    sums = {"headers": np.array(headers, dtype=object), "unknown": np.array(unknown, dtype=object)}
    return Cells(("file", "layout", "shifted"), tuple(keys), counts, int(counts.sum()), sums)


def run_checks(session: Session, reduction: LogChecks) -> Cells:
    """See ``reductions.search_log.LogChecks``."""
    found = searches(session, reduction.log)
    joint, agencies = found.joint, found.agencies
    policy = _barring(session, reduction)
    named = agencies.select("place", policy=agencies.agency.lower().isin(policy) if policy else ibis.literal(False))
    rows = joint.left_join(named, joint.agency == named.place).select(joint, named.policy)
    flags = ("overlap", "differs", "ambiguous", "clash", "unkeyed")
    by = (*flags, "personal", "immigration", "policy")
    rows = rows.mutate(policy=rows.policy.fill_null(False), immigration=rows.what >= len(CLASSES))
    counted = rows.group_by(*by).agg(n=rows.n.sum().cast("int64"), rows=rows.rows.sum().cast("int64")).order_by(*by)
    keys, n, read = [], [], []
    for *seen, number, of in session.ask("checks", counted):
        keys.append(tuple("1" if flag else "0" for flag in seen))
        n.append(int(number))
        read.append(int(of))
    counts = np.array(n, dtype=np.int64)
    return Cells(by, tuple(keys), counts, int(counts.sum()), {"rows": np.array(read, dtype=object)})


def run_published(session: Session, reduction: Published) -> Cells:
    """See ``reductions.search_log.Published``."""
    sums = published(session, reduction.log)
    return Cells((), ((),), np.zeros(1, dtype=np.int64), 0, {k: np.array([v], dtype=object) for k, v in sums.items()})


def _barring(session: Session, reduction: LogChecks) -> list[str]:
    """Agencies whose portal says that use for immigration is prohibited, under both names, in small letters."""
    snapshots = session.source.tables["besides"].get("snapshots")
    if snapshots is None:
        return []
    barring = snapshots.filter(snapshots.bars_immigration == "1").select("agency", "name").distinct()
    found = session.ask("portals that bar immigration", barring.order_by("agency", "name"))
    return sorted({name.strip().lower() for pair in found for name in pair if name})
