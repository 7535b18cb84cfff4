"""What an audit leaves open: numbers that the records cannot give, and what would change the ones they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings, Check
from counterproof.report import numbers, words
from counterproof.report.groups import name, plain
from counterproof.report.safe import TEXT_LIMIT, capital, sentence, shorten
from counterproof.report.tables import listed
from counterproof.report.units import everyone, label
from counterproof.report.verdicts import Told

__all__ = ["changes", "check_said", "unclear"]


def check_said(check: Check) -> str:
    """A check as one sentence, its count in front: "36 of 300 records have no outcome; they are left out."."""
    note = shorten(check.note, TEXT_LIMIT)
    opening = "records "
    if not note.lower().startswith(opening):
        counted = "withheld" if check.count is None else numbers.count(check.count)
        total = f" of {numbers.count(check.total)}" if check.total is not None and check.count is not None else ""
        return sentence(f"{plain(check.name.replace('.', ' ')).capitalize()}: {counted}{total}. {note}")
    rest = note[len(opening) :]
    if check.count is None:
        return sentence(f"some records {rest}") + " How many is withheld, to protect people."
    total = f" of {numbers.count(check.total)}" if check.total is not None else ""
    return sentence(f"{numbers.count(check.count)}{total} records {rest}")


def unclear(exhibit: Exhibit, audit: str, found: AuditFindings) -> Iterator[tuple[str, str]]:
    """What is bounded or not identified, and why; what has the same cause stands together."""
    by: dict[tuple[str, str, str], list[str]] = {}
    for e in found.estimates:
        if e.status in ("bounded", "not_identified") and "over" not in e.at and "coding" not in e.at:
            groups = by.setdefault((words.STATUS[e.status], e.note or "", label(exhibit, audit, e.measure)), [])
            groups += [who] if (who := name(e.group, everyone(exhibit, audit).lower())) not in groups else []
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (status, note, measure), groups in by.items():
        alike.setdefault((status, note, tuple(groups)), []).append(measure)
    for (status, note, same), measures in alike.items():
        who = sentence(f"for {listed(same, '; ')}")
        yield f"{capital(status)}: {listed(measures)}", f"{who} {_why(note)}"


def _why(note: str) -> str:
    """A cause as a sentence; notes that say what is missing begin with it."""
    return sentence(shorten(note, TEXT_LIMIT)) if note else "What is missing from the records leaves a range."


def changes(exhibit: Exhibit, audit: str, found: AuditFindings, told: Sequence[Told]) -> Iterator[str]:
    """What would change this: more records, missing columns, what is withheld."""
    for one in told:
        if one.audit == audit and one.settle:
            yield f"“{one.text.rstrip('.')}”: {one.settle}"
    for check in found.checks:
        if check.status != "pass":
            yield f"The state of the records: {check_said(check)}"
    if any(e.status in ("bounded", "not_identified") for e in found.estimates):
        yield (
            "What was never recorded, such as outcomes or labels: it would narrow the bounds and give the numbers "
            "that are missing."
        )
    if any(e.status == "suppressed" for e in found.estimates if e.primary):
        yield "A release with more records or with larger groups: it would show numbers that are withheld here."
    yield (
        "Other definitions, of what is counted, of the groups or of the period: the numbers hold for those of the plan."
    )
