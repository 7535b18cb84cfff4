"""Rows of agreements and flows as tables to show: findings in all and by flow, reach by party, one record's ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from counterproof.audits.sharing.network import ANY, FINDINGS, Flow, Network, Row, onward, reach
from counterproof.audits.sharing.terms import days, key, when
from counterproof.counts import Cells, RowSum
from counterproof.errors import InputError, nearest

__all__ = ["FLOWS", "REACH", "WAYS", "WHOLE", "tabulate"]

WHOLE, FLOWS, REACH, WAYS = "sharing", "flows", "reach", "ways"


def tabulate(cells: Cells, as_of: date | None, origin: str | None, data: str | None, most: int) -> list[RowSum]:
    """Rows of the four tables. InputError for an origin or a kind of data that no flow has, or rows without flows."""
    rows = [dict(zip(cells.dimensions, values, strict=True)) for values in cells.keys]
    network = Network(rows, as_of)
    if not network.flows:
        raise InputError(
            "there is no flow in the table", hint="a flow is a row with from and to, and row: flow or blank"
        )
    found = [(flow, network.found(flow)) for flow in network.flows]
    totals = {name: sum(name in names for _, names in found) for name in FINDINGS}
    totals |= {"flows": len(found), "any_finding": sum(bool(names) for _, names in found)}
    totals |= {"parties": len(network.parties), "agreements": len(network.agreements), **_doubts(network)}
    shown = [_row(cells, WHOLE, {}, totals)]
    for flow, names in found:
        if names:
            group: dict[str, str | None] = {"from": flow.sender, "to": flow.receiver, "data": flow.data}
            shown.append(_row(cells, FLOWS, group, {name: int(name in names) for name in FINDINGS}))
    return [*shown, *_reaches(cells, network, origin, data, most)]


def _row(cells: Cells, table: str, group: dict[str, str | None], sums: dict[str, int]) -> RowSum:
    """Numbers that are no sums of rows: they follow from the graph of institutions as a whole."""
    return RowSum(table, group, {}, {"rows": np.zeros(len(cells.keys), dtype=bool)}, sums=sums)


def _reaches(cells: Cells, network: Network, origin: str | None, data: str | None, most: int) -> Iterator[RowSum]:
    """How far a record of each party can travel, the farthest first, and every way of the one that is followed."""
    kinds = sorted({flow.data for flow in network.flows} - {ANY}) or [ANY]
    names = {key(name): name for name in network.parties}
    if origin is not None and key(origin) not in names:
        raise InputError("no flow has this origin", where="origin", hint=nearest(origin, list(names.values())))
    if data is not None and key(data) not in map(key, kinds):
        raise InputError("no flow is of this data", where="data", hint=nearest(data, kinds))
    of_kind: dict[str, list[Flow]] = {}
    for flow in network.flows:
        of_kind.setdefault(key(flow.data), []).append(flow)
    every = {}
    for kind in kinds if data is None else [kind for kind in kinds if key(kind) == key(data)]:
        sent = onward(of_kind[key(kind)] + (of_kind.get(key(ANY), []) if kind != ANY else []))
        for one in sent if origin is None else [names[key(origin)]]:
            every[one, kind] = reach(sent, one)
    order = sorted((pair for pair in every if every[pair]), key=lambda pair: (-len(every[pair]), pair))
    for one, kind in order[:most]:
        ways = every[one, kind]
        sums = {"parties": len(ways), "hops": max(hops for hops, _ in ways.values())}
        yield _row(cells, REACH, {"party": one, "data": kind}, sums)
    for one, kind in order[:1]:
        for party, (hops, through) in every[one, kind].items():
            group: dict[str, str | None] = {"origin": one, "data": kind, "party": party, "through": through}
            yield _row(cells, WAYS, group, {"hops": hops})


def _doubts(network: Network) -> dict[str, int]:
    """What in the rows cannot be read or contradicts itself."""
    spoken: Sequence[Row] = [*network.agreements, *(row for flow in network.flows for row in flow.rows)]
    ids = {key(row["id"]) for row in network.agreements if row.get("id")}
    ends = [(when(row.get("signed")), when(row.get("expires"))) for row in spoken]
    named = [row for row in network.rows if key(row.get("row")) in ("", "flow", "agreement")]
    return {
        "rows": len(network.rows),
        "backwards": sum(begin is not None and end is not None and end < begin for begin, end in ends),
        "unreadable_dates": sum(
            bool(row.get(name)) and when(row.get(name)) is None for row in spoken for name in ("signed", "expires")
        ),
        "unreadable_times": sum(
            bool(row.get("retention_days")) and days(row.get("retention_days")) is None for row in spoken
        ),
        "dangling": sum(bool(row.get("under")) and key(row.get("under")) not in ids for row in spoken),
        "without_end": sum(not row.get("expires") for row in network.agreements),
        "incomplete": sum(not (row.get("from") and row.get("to")) for row in named),
    }  # fmt: skip
