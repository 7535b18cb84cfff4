"""From sums of awards to findings: exact numbers, the share that does not state them, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterproof.counts import CountRow, CountTable
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.reductions.awards import AMOUNTS
from counterproof.stats.basis import Exact

__all__ = ["infer"]

_NOTHING = "the download has no such column, or every cell of it is blank"


def infer(shown: Mapping[str, CountTable], records: int, population: Population) -> AuditFindings:
    """Amounts in dollars and numbers of awards, in all and by split."""
    rows = shown.get("awards", CountTable("awards"))
    estimates = tuple(estimate for row in rows for estimate in _estimates(row, rows.find({}) or row))
    whole = rows.find({})
    checks = tuple(_checks(whole, records)) if whole is not None else ()
    return AuditFindings("spending", records, population, estimates, (), checks)


def _estimates(row: CountRow, whole: CountRow) -> Iterator[Estimate]:
    awards, vehicles = _n(row, "awards"), _n(row, "vehicles")
    yield _exact("awards", row, awards)
    for name in AMOUNTS:
        asked = awards if name.endswith("_value") else awards + vehicles
        yield from _amount(name, row, whole, asked)
    if vehicles:
        yield _exact("vehicles", row, vehicles)
        if known := _n(row, "vehicles.potential_value.known"):
            note = f"stated by {known:,} of {vehicles:,} vehicles; their orders stand among the awards"
            yield _exact("vehicle_ceiling", row, _n(row, "vehicles.potential_value") / 100, note)


def _amount(name: str, row: CountRow, whole: CountRow, asked: int) -> Iterator[Estimate]:
    """A sum, and the share of awards that do not state it. What no award states is not 0 but unknown."""
    known = _n(row, f"{name}.known")
    if not _n(whole, f"{name}.known"):
        yield Estimate(name, row.group, {}, "not_identified", note=_NOTHING)
        return
    if known:
        note = None if known == asked else f"stated by {known:,} of {asked:,}"
        yield _exact(name, row, _n(row, name) / 100, note)
    elif asked:
        yield Estimate(name, row.group, {}, "not_identified", note=f"stated by none of {asked:,}")
    if asked:
        missing = asked - known
        yield Estimate(
            f"{name}.missing", row.group, {}, "reported", missing / asked,
            numerator=missing, denominator=asked, basis=Exact(missing / asked),
        )  # fmt: skip


def _exact(measure: str, row: CountRow, value: float, note: str | None = None) -> Estimate:
    return Estimate(measure, row.group, {}, "reported", value, note=note, basis=Exact(value))


def _n(row: CountRow, name: str) -> int:
    """A count or sum of a row; nothing is withheld in this kind."""
    return row[name] or 0


def _checks(row: CountRow, records: int) -> Iterator[Check]:
    awards = _n(row, "awards") + _n(row, "vehicles")
    unreadable = sum(_n(row, f"{name}.unreadable") for name in AMOUNTS)
    found = (
        ("repeated_rows", _n(row, "repeated"), records, "Rows that repeat another; each was counted once."),
        ("unreadable_amounts", unreadable, len(AMOUNTS) * awards, "Amounts that are no numbers; they are in no sum."),
        ("negative_obligations", _n(row, "negative"), awards, "Awards with less than nothing obligated here."),
        ("obligation_above_ceiling", _n(row, "above_ceiling"), _n(row, "ceiling_and_obligated"),
         "Awards with more obligated than the potential value allows, of those that state both."),
        ("one_offer", _n(row, "one_offer"), _n(row, "full_and_open"),
         "Awards called full and open competition that received one offer."),
        ("offers_not_stated", _n(row, "offers_unknown"), _n(row, "full_and_open"),
         "Awards called full and open competition that state no offer, or none."),
        ("obligations_incomplete", _n(row, "incomplete"), awards,
         "Awards whose transactions here do not add up to the total that they state: some transactions are not here."),
        ("several_names", _n(row, "several_names"), _n(row, "recipients"), "Recipients under several names."),
        ("several_keys", _n(row, "several_keys"), _n(row, "names"), "Names that stand under several identifiers."),
        ("no_recipient", _n(row, "nameless"), records - _n(row, "repeated"), "Rows without a recipient."),
    )  # fmt: skip
    for name, count, total, note in found:
        yield Check(name, "warn" if count else "pass", count, total, note)
