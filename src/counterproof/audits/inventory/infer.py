"""From counted entries to findings: exact numbers, and the products whose entries contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterproof.audits.inventory import states
from counterproof.audits.inventory.tabulate import COMPARED, ENTRIES, PRODUCTS
from counterproof.counts import CountRow, CountTable
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.reductions.inventory import ANSWERS
from counterproof.stats.basis import Exact

__all__ = ["infer"]

_SAID = {
    states.IN_PLACE: "in place", "in_progress": "in progress", "not_applicable": "not applicable", "no": "no",
    "before": "before deployment", "presumed_not": "presumed high-impact, but not", "not_high": "not high-impact",
    states.HIGH: "high-impact",
}  # fmt: skip


def infer(shown: Mapping[str, CountTable], records: int, population: Population) -> AuditFindings:
    """Entries by stage and impact, answers of deployed high-impact ones, contradictions."""
    rows = shown.get(ENTRIES, CountTable(ENTRIES))
    products = list(shown.get(PRODUCTS, CountTable(PRODUCTS)))
    estimates = [e for row in rows for e in _entries(row)]
    apart = [e for row in products for e in _contradictions(row)]
    whole = rows.find({})
    checks = tuple(_checks(whole, len(products), len(apart))) if whole is not None else ()
    return AuditFindings("inventory", records, population, (*estimates, *apart), (), checks)


def _entries(row: CountRow) -> Iterator[Estimate]:
    entries, high = row["entries"] or 0, row["deployed_high_impact"] or 0
    yield Estimate("use_cases", row.group, {}, "reported", entries, basis=Exact(entries))
    yield Estimate("deployed_high_impact", row.group, {}, "reported", high, basis=Exact(high))
    for name in ANSWERS:
        yield _share(name, row, f"{name}.{states.IN_PLACE}", high)
    for name in ANSWERS:
        yield from (
            _share(count, row, count, high)
            for count in row.counts
            if count.startswith(f"{name}.") and not count.endswith(states.IN_PLACE)
        )
    missing = sum(row.counts.get(f"{name}.{states.MISSING}") or 0 for name in ANSWERS)
    yield _rate("unanswered", row, missing, len(ANSWERS) * high)
    for count in row.counts:
        if count.split(".")[0] in ("stage", "impact", "withheld"):
            yield _share(count, row, count, entries)


def _share(measure: str, row: CountRow, count: str, of: int) -> Estimate:
    return _rate(measure, row, row.counts.get(count) or 0, of)


def _rate(measure: str, row: CountRow, part: int, of: int) -> Estimate:
    if not of:
        return Estimate(measure, row.group, {}, "undefined", numerator=0, denominator=0)
    value = part / of
    return Estimate(
        measure, row.group, {}, "reported", value, numerator=part, denominator=of, basis=Exact(value),
        note=f"{part:,} of {of:,}",
    )  # fmt: skip


def _contradictions(row: CountRow) -> Iterator[Estimate]:
    """How many answers differ between the entries of one product; an answer that one of them leaves blank does not."""
    told = []
    for name in COMPARED:
        found = {count.removeprefix(f"{name}."): n for count, n in row.counts.items() if count.startswith(f"{name}.")}
        said = {state: n for state, n in found.items() if state != states.MISSING}
        if len(said) > 1:
            told.append(f"{name.replace('_', ' ')}: {' / '.join(_SAID.get(one, one) for one in sorted(said))}")
    if told:
        note = f"{row['entries']} entries; {'; '.join(told)}"
        yield Estimate("contradictions", row.group, {}, "reported", len(told), note=note, basis=Exact(len(told)))


def _checks(whole: CountRow, products: int, contradicted: int) -> Iterator[Check]:
    entries, high = whole["entries"] or 0, whole["deployed_high_impact"] or 0
    yield Check(
        "contradictory_products", "warn" if contradicted else "pass", contradicted, products,
        "Products with several entries of one agency whose entries give different answers.",
    )  # fmt: skip
    for name, what in (("stage", "their stage"), ("impact", "whether they are high-impact")):
        missing = whole.counts.get(f"{name}.{states.MISSING}") or 0
        stray = whole.counts.get(f"{name}.{states.OTHER}") or 0
        yield _check(f"{name}_missing", missing, entries, f"Entries that do not state {what}.")
        yield _check(f"{name}_stray", stray, entries, f"Entries that state {what} in other words.")
    stray = sum(whole.counts.get(f"{name}.{states.OTHER}") or 0 for name in ANSWERS)
    what = "Answers about deployed high-impact use cases that say neither yes or no nor how far it is."
    yield _check("stray_answers", stray, len(ANSWERS) * high, what)


def _check(name: str, count: int, total: int, note: str) -> Check:
    return Check(name, "warn" if count else "pass", count, total, note)
