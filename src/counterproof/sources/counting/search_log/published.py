"""Numbers about agencies, portals and lists that are not about persons: each leaves the engine as one whole number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from counterproof.sources.counting.search_log.searches import searches

if TYPE_CHECKING:
    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.counting.session import Session

__all__ = ["published"]


def published(session: Session, declared: SearchLog) -> dict[str, int]:
    """The sums of ``reductions.search_log.Published``."""
    return {**_agencies(session, declared), **_snapshots(session), **_sharing(session)}


def _agencies(session: Session, declared: SearchLog) -> dict[str, int]:
    """How many agencies searched and may be named; twice the Gini numerator and what it is divided by.

    With n agencies whose searches are x(1) <= x(2) <= …: G = Σ (2i − n − 1) x(i) / (n Σ x).
    """
    agencies = searches(session, declared).agencies
    ranked = agencies.mutate(i=ibis.row_number().over(order_by=[agencies.n, agencies.place]) + 1)
    sums = ranked.agg(
        agencies=ranked.count().cast("int64"),
        named=ranked.named.sum().cast("int64"),
        large=(ranked.n >= 500).sum().cast("int64"),
        total=ranked.n.sum().cast("int64"),
        weighted=(ranked.n * ranked.i).sum().cast("decimal(38, 0)"),
    )
    n, named, large, total, weighted = (int(value or 0) for value in session.ask("agencies", sums)[0])
    gini = 2 * weighted - (n + 1) * total
    return {"agencies": n, "named": named, "large": large, "gini": round(1000 * gini / (n * total)) if n * total else 0}


def _snapshots(session: Session) -> dict[str, int]:
    snapshots = session.source.tables["besides"].get("snapshots")
    if snapshots is None:
        return {}
    numbers = snapshots.mutate(searches=snapshots.searches.try_cast("int64"), rows=snapshots.rows.try_cast("int64"))
    # A portal that publishes no rows has 0 of them here, which says nothing about its count of searches.
    both = numbers.searches.notnull() & (numbers.rows.fill_null(0) > 0)
    unequal = both & (numbers.searches != numbers.rows)
    sums = numbers.agg(
        snapshots=numbers.count().cast("int64"),
        portals=numbers.agency.nunique().cast("int64"),
        reconciled=both.sum().cast("int64"),
        unequal=unequal.sum().cast("int64"),
        reconciled_portals=numbers.agency.nunique(where=both).cast("int64"),
        barring=numbers.agency.nunique(where=numbers.bars_immigration == "1").cast("int64"),
    )
    names = ("snapshots", "portals", "reconciled", "unequal", "reconciled_portals", "barring")
    return dict(zip(names, (int(value or 0) for value in session.ask("portal snapshots", sums)[0]), strict=True))


def _sharing(session: Session) -> dict[str, int]:
    sharing = session.source.tables["besides"].get("sharing")
    if sharing is None:
        return {}
    inbound, outbound = (_yes(sharing[column]) for column in ("inbound", "outbound"))
    sums = sharing.agg(sharing=sharing.count().cast("int64"), one_sided=(inbound != outbound).sum().cast("int64"))
    return dict(zip(("sharing", "one_sided"), (int(n or 0) for n in session.ask("sharing list", sums)[0]), strict=True))


def _yes(cells: ibis.expr.types.StringColumn) -> ibis.expr.types.BooleanColumn:
    """Whether a cell says that a network is shared: anything but blank, a dash, no, false or 0."""
    return ~cells.fill_null("").strip().lower().re_search("^(no|n|false|f|0|-|—|)$")
