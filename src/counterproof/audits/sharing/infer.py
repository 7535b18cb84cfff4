"""From the graph's numbers to findings: exact, since the table is all there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterproof.audits.sharing.network import FINDINGS
from counterproof.audits.sharing.tabulate import FLOWS, REACH, WAYS, WHOLE
from counterproof.counts import CountRow, CountTable
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.stats.basis import Exact

__all__ = ["SAID", "infer"]

SAID = {
    "no_authority": "no authority",
    "expired": "expired",
    "no_assessment": "no assessment",
    "one_sided": "declared by one side only",
    "kept_longer": "kept longer than the source may",
    "onward_barred": "passed on although that is barred",
    "unknown_party": "a party that is not listed",
}


def infer(shown: Mapping[str, CountTable], records: int, population: Population, *, dated: bool) -> AuditFindings:
    """Shares of flows by finding, the flows in question, and where records can end up."""
    whole = next(iter(shown[WHOLE]))
    estimates = [
        *_whole(whole, dated=dated),
        *(_flow(row) for row in shown.get(FLOWS, CountTable(FLOWS))),
        *(e for row in shown.get(REACH, CountTable(REACH)) for e in _reach(row)),
        *(_exact("hops_to", row, _n(row, "hops")) for row in shown.get(WAYS, CountTable(WAYS))),
    ]
    return AuditFindings("sharing", records, population, tuple(estimates), (), tuple(_checks(whole)))


def _whole(row: CountRow, *, dated: bool) -> Iterator[Estimate]:
    flows = _n(row, "flows")
    yield _exact("flows", row, flows)
    for name in ("any_finding", *FINDINGS):
        if name == "expired" and not dated:
            note = "the audit names no day on which agreements must be in force (as_of)"
            yield Estimate(name, row.group, {}, "not_identified", note=note)
            continue
        part = _n(row, name)
        yield Estimate(
            name, row.group, {}, "reported", part / flows, numerator=part, denominator=flows, basis=Exact(part / flows)
        )
    yield _exact("parties", row, _n(row, "parties"))
    yield _exact("agreements", row, _n(row, "agreements"))


def _flow(row: CountRow) -> Estimate:
    found = [SAID[name] for name in FINDINGS if _n(row, name)]
    return _exact("findings", row, len(found), "; ".join(found))


def _reach(row: CountRow) -> Iterator[Estimate]:
    yield _exact("reach", row, _n(row, "parties"))
    yield _exact("hops", row, _n(row, "hops"))


def _exact(measure: str, row: CountRow, value: int, note: str | None = None) -> Estimate:
    return Estimate(measure, row.group, {}, "reported", value, note=note, basis=Exact(value))


def _n(row: CountRow, name: str) -> int:
    return row[name] or 0


def _checks(row: CountRow) -> Iterator[Check]:
    rows, agreements = _n(row, "rows"), _n(row, "agreements")
    for name, total, note in (
        ("incomplete", rows, "Agreements and flows without a sender or a receiver; they are left out."),
        ("backwards", rows, "Rows that end before they begin."),
        ("unreadable_dates", rows, "Dates that cannot be read; they are taken as not stated."),
        ("unreadable_times", rows, "Times of keeping that cannot be read; they are taken as not stated."),
        ("dangling", _n(row, "flows"), "Rows under an agreement that no row describes."),
        ("without_end", agreements, "Agreements that state no end."),
    ):
        count = _n(row, name)
        yield Check(name, "warn" if count else "pass", count, total, note)
