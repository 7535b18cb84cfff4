"""Findings from the shown totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from counterproof.audits.base import Settings
from counterproof.audits.comparing import compare
from counterproof.audits.totals.lines import FINAL, TO_DATE
from counterproof.audits.totals.tabulate import CHECKS, EVENT, PUBLISHED
from counterproof.audits.totals.words import MEASURES, TOTAL, records_of
from counterproof.counts import At, CountRow, CountTable, key_of
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Population
from counterproof.stats.basis import Exact

__all__ = ["infer"]


def infer(kind: str, shown: Mapping[str, CountTable], population: Population, settings: Settings) -> AuditFindings:
    """Every total as a reported number, changes between final years, and checks."""
    if TOTAL in shown:
        return _long(kind, shown[TOTAL], population)
    found: list[Estimate] = []
    for measure in MEASURES:
        table = shown.get(f"{PUBLISHED} {measure}", ())
        found += _newest_first([_published(measure, row) for row in table])
    rows = [_event(row) for row in shown.get(EVENT, ())]
    found += [one for measure in dict.fromkeys(e.measure for e in rows) for one in _primary(rows, measure)]
    checks = [_check(row) for row in shown.get(CHECKS, ())]
    for row in shown.get(f"{EVENT} in all", ()):
        checks += _event_checks(row)
    changes = list(_changes(found, settings))
    return AuditFindings(kind, len(found), population, tuple(found), tuple(changes), tuple(checks))


def _long(kind: str, table: CountTable, population: Population) -> AuditFindings:
    """The totals of a long table."""
    found = [
        Estimate(TOTAL, row.group, row.at, "reported", value, basis=Exact(value))
        for row in table
        if (value := row[TOTAL]) is not None
    ]
    if any(one.at for one in found):
        found = list(_newest_first(found))
    unnamed = sum(None in estimate.group.values() for estimate in found)
    said = "Totals whose period or series is blank."
    checks = [Check("unnamed_period", "warn", unnamed, len(found), said)] if unnamed else []
    older = sum(not one.primary for one in found)
    if older:
        said = "Totals of which a newer release is in the table; claims are held against that one."
        checks.append(Check("overlapping_releases", "pass", older, len(found), said))
    return AuditFindings(kind, len(found), population, tuple(found), (), tuple(checks))


def _published(measure: str, row: CountRow) -> Estimate:
    value = row[measure] or 0
    return Estimate(measure, row.group, row.at, "reported", value, basis=Exact(value))


def _newest_first(found: Sequence[Estimate]) -> Iterator[Estimate]:
    """Of several releases of one total the newest is the one that a claim uses; two of one day, and none is."""
    newest: dict[object, str] = {}
    for one in found:
        newest[key_of(one.group)] = max(newest.get(key_of(one.group), ""), str(one.at.get("as_of", "")))
    disputed = {key_of(one.group) for one in found if "release" in one.at and _is_newest(one, newest)}
    for one in sorted(found, key=lambda e: (len(e.group), str(key_of(e.group)), str(e.at.get("as_of", "")))):
        primary = _is_newest(one, newest) and key_of(one.group) not in disputed
        yield replace(one, primary=primary)


def _is_newest(one: Estimate, newest: Mapping[object, str]) -> bool:
    return str(one.at.get("as_of", "")) == newest[key_of(one.group)]


def _changes(found: Sequence[Estimate], settings: Settings) -> Iterator[Contrast]:
    """A final year against the one before, where that is final too."""
    final = {
        (one.measure, int(str(one.group["fiscal_year"])), _others(one)): one
        for one in found
        if one.primary and one.at.get("period_status") == FINAL and one.value is not None
    }
    for (measure, year, others), one in final.items():
        if (before := final.get((measure, year - 1, others))) is not None:
            yield from compare(one, before, ("difference", "ratio"), settings.level)


def _others(one: Estimate) -> object:
    return key_of({column: label for column, label in one.group.items() if column != "fiscal_year"})


# ---- released tables ----------------------------------------------------------------------------------------------


def _event(row: CountRow) -> Estimate:
    table, last, year = str(row.at["table"]), row.at["as_of"], row.group["fiscal_year"]
    at: dict[str, object] = {"release": row.at["release"], "as_of": last}
    if last and year:
        at["period_status"] = FINAL if str(last) >= f"{year}-09" else TO_DATE
    value = row["rows"]
    plain = Estimate(records_of(table), row.group, _at(at), "suppressed")
    return plain if value is None else replace(plain, status="reported", value=value, basis=Exact(value))


def _at(values: Mapping[str, object]) -> At:
    return {key: value for key, value in values.items() if value is None or isinstance(value, str)}


def _primary(rows: Sequence[Estimate], measure: str) -> Iterator[Estimate]:
    """The rows of one table; those of the release that reaches furthest are the ones that a claim uses."""
    mine = [one for one in rows if one.measure == measure]
    for one in mine:
        rivals = [other for other in mine if key_of(other.group) == key_of(one.group)]
        newest = max(str(other.at["as_of"] or "") for other in rivals)
        alone = sum(str(other.at["as_of"] or "") == newest for other in rivals) == 1
        yield replace(one, primary=alone and str(one.at["as_of"] or "") == newest)


def _check(row: CountRow) -> Check:
    status = row.at["status"]
    assert status in ("pass", "warn", "fail")  # noqa: S101 - counts.json holds what we wrote
    return Check(str(row.at["check"]), status, row["count"], row["total"], str(row.at["said"]))  # type: ignore[arg-type]


def _event_checks(row: CountRow) -> Iterator[Check]:
    """What of a released table repeats, names nobody, or has no date."""
    table = f"the table of {str(row.at['table']).replace('_', ' ')}, release {row.at['release']}"
    total = row["rows"]
    for name, count, said in (
        ("repeated_rows", "again", f"Rows of {table} that repeat one of the same identifier; they are counted."),
        (
            "unidentified_rows",
            "unidentified",
            f"Rows of {table} without an identifier: whether they repeat is unknown.",
        ),
        ("undated_rows", "undated", f"Rows of {table} whose date is blank or cannot be read; they are in no year."),
    ):
        if (found := row[count]) != 0:
            yield Check(name, "warn", found, total, said)
