"""Agreements and flows as a graph of institutions, and what is found on it. Pure functions over plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from counterproof.audits.sharing.terms import days, key, no, said, when

__all__ = ["ANY", "FINDINGS", "Flow", "Network", "Row", "onward", "reach"]

FINDINGS = (
    "no_authority",
    "expired",
    "no_assessment",
    "one_sided",
    "kept_longer",
    "onward_barred",
    "unknown_party",
)
ANY = "any data"
"""The kind of data of a flow that names none: it may carry every kind."""

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Flow:
    """Who sends what to whom: all rows about it, and the agreements that cover it."""

    sender: str
    receiver: str
    data: str
    rows: tuple[Row, ...]
    under: tuple[Row, ...]

    def stated(self, column: str) -> list[str]:
        """What the flow and its agreements say in a column."""
        return [text for row in (*self.rows, *self.under) if (text := row.get(column))]


class Network:
    """All flows of a table. ``as_of`` decides what has expired; None leaves that open."""

    def __init__(self, rows: Sequence[Row], as_of: date | None) -> None:
        self.as_of = as_of
        self.rows = rows
        self.agreements = [row for row in rows if _kind(row) == "agreement"]
        self._by_id = {key(row["id"]): row for row in self.agreements if row.get("id")}
        self._between = _between(self.agreements)
        self._names = _names(rows)
        self._known = {key(row["from"]) for row in rows if _kind(row) == "party" and row.get("from")}
        self.flows = self._merged()
        self._into: dict[str, list[Flow]] = {}
        for flow in self.flows:
            self._into.setdefault(flow.receiver, []).append(flow)
        self._holdings = [row for row in rows if _kind(row) == "holding"]

    @property
    def parties(self) -> list[str]:
        """Every institution that sends, receives, holds or is listed."""
        return sorted(set(self._names.values()))

    def found(self, flow: Flow) -> tuple[str, ...]:
        """What is wrong with a flow, in the order of ``FINDINGS``."""
        return tuple(name for name in FINDINGS if getattr(self, f"_{name}")(flow))

    def _merged(self) -> list[Flow]:
        """One flow a sender, receiver and kind of data, however many rows speak of it."""
        by: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.rows:
            if _kind(row) == "flow" and row.get("from") and row.get("to"):
                ends = self._names[key(row["from"])], self._names[key(row["to"])]
                by.setdefault((*ends, " ".join((row.get("data") or ANY).split())), []).append(row)
        return [Flow(*one, tuple(rows), tuple(self._covering(one, rows))) for one, rows in sorted(by.items())]

    def _covering(self, ends: tuple[str, str, str], rows: Iterable[Row]) -> Iterator[Row]:
        """The agreements that its rows name; without any, those between the two about this kind of data."""
        ids = [key(row["under"]) for row in rows if row.get("under")]
        if ids:
            yield from (self._by_id[one] for one in dict.fromkeys(ids) if one in self._by_id)
            return
        sender, receiver, data = map(key, ends)
        yield from (row for row in self._between.get((sender, receiver), ()) if key(row.get("data")) in ("", data))

    def _no_authority(self, flow: Flow) -> bool:
        return not any(said(text) for text in flow.stated("authority"))

    def _no_assessment(self, flow: Flow) -> bool:
        return not any(said(text) for text in flow.stated("assessment"))

    def _expired(self, flow: Flow) -> bool:
        """Every end that is stated lies before ``as_of``."""
        ends = [end for text in flow.stated("expires") if (end := when(text)) is not None]
        return self.as_of is not None and bool(ends) and max(ends) < self.as_of

    def _one_sided(self, flow: Flow) -> bool:
        """Somebody declared it, and not both sides."""
        sides = {"from": flow.sender, "to": flow.receiver, "sender": flow.sender, "receiver": flow.receiver}
        declared = {key(sides.get(key(text), text)) for row in flow.rows if (text := row.get("declared_by"))}
        both = {key(flow.sender), key(flow.receiver)}
        return bool(declared) and "both" not in declared and not both <= declared

    def _kept_longer(self, flow: Flow) -> bool:
        """The receiver keeps it longer than the agreement says, or the sender itself may."""
        kept = [time for row in flow.rows if (time := days(row.get("retention_days"))) is not None]
        limits = [time for row in flow.under if (time := days(row.get("retention_days"))) is not None]
        limits += self._may_keep(flow)
        return bool(kept) and bool(limits) and max(kept) > min(limits)

    def _may_keep(self, flow: Flow) -> list[float]:
        """How long the sender keeps such data: as its holder, else under the terms on which it received them."""
        held = [
            time
            for row in self._holdings
            if key(row.get("from")) == key(flow.sender) and key(row.get("data")) in ("", key(flow.data))
            and (time := days(row.get("retention_days"))) is not None
        ]  # fmt: skip
        if held or self._holds(flow):
            return held
        texts = [text for one in self._received(flow) for text in one.stated("retention_days")]
        return [time for text in texts if (time := days(text)) is not None]

    def _onward_barred(self, flow: Flow) -> bool:
        """The sender received it on terms that bar passing it on, and holds none of its own."""
        received = self._received(flow)
        barred = [one for one in received if any(no(text) for text in one.stated("onward"))]
        return bool(received) and len(barred) == len(received) and not self._holds(flow)

    def _unknown_party(self, flow: Flow) -> bool:
        return bool(self._known) and not {key(flow.sender), key(flow.receiver)} <= self._known

    def _received(self, flow: Flow) -> list[Flow]:
        return [one for one in self._into.get(flow.sender, []) if _carries(one, flow.data)]

    def _holds(self, flow: Flow) -> bool:
        return any(
            key(row.get("from")) == key(flow.sender) and key(row.get("data")) in ("", key(flow.data))
            for row in self._holdings
        )


def onward(flows: Iterable[Flow]) -> dict[str, list[str]]:
    """Who sends to whom along these flows, receivers in text order."""
    found: dict[str, set[str]] = {}
    for flow in flows:
        found.setdefault(flow.sender, set()).add(flow.receiver)
    return {sender: sorted(receivers) for sender, receivers in found.items()}


def reach(sent: Mapping[str, Sequence[str]], origin: str) -> dict[str, tuple[int, str]]:
    """Who can end up with a record that ``origin`` has, along :func:`onward`: party -> (hops, from whom first).

    Breadth first, parties in text order; cycles are walked once. ``origin`` itself is not among them.
    """
    found: dict[str, tuple[int, str]] = {}
    edge = [origin]
    hops = 0
    while edge:
        hops += 1
        fresh: list[str] = []
        for sender in edge:
            for receiver in sent.get(sender, ()):
                if receiver != origin and receiver not in found:
                    found[receiver] = (hops, sender)
                    fresh.append(receiver)
        edge = fresh
    return found


def _carries(flow: Flow, data: str) -> bool:
    return ANY in (flow.data, data) or key(flow.data) == key(data)


def _kind(row: Row) -> str:
    """What a row is; a row that does not say is a flow."""
    return key(row.get("row")) or "flow"


def _between(agreements: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Agreements by sender and receiver; one that works both ways stands under both."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in agreements:
        ends = key(row.get("from")), key(row.get("to"))
        found.setdefault(ends, []).append(row)
        if key(row.get("direction")) in ("both", "two-way", "mutual"):
            found.setdefault(ends[::-1], []).append(row)
    return found


def _names(rows: Iterable[Row]) -> dict[str, str]:
    """One spelling a party: the one that comes first in text order."""
    found: dict[str, str] = {}
    for name in sorted({" ".join(text.split()) for row in rows for side in ("from", "to") if (text := row.get(side))}):
        found.setdefault(key(name), name)
    return found
