"""What an audit leaves open: numbers that the records cannot give, and what would change the ones they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings
from counterproof.report import numbers, words
from counterproof.report.groups import name, plain
from counterproof.report.safe import TEXT_LIMIT, sentence, shorten
from counterproof.report.units import everyone, label
from counterproof.report.verdicts import Told

__all__ = ["changes", "unclear"]


def unclear(exhibit: Exhibit, audit: str, found: AuditFindings) -> Iterator[tuple[str, str]]:
    """What is bounded or not identified, and why."""
    seen = set()
    for e in found.estimates:
        if e.status not in ("bounded", "not_identified"):
            continue
        who = name(e.group, everyone(exhibit, audit).lower())
        what = f"{label(exhibit, audit, e.measure)}, {who}: {words.STATUS[e.status]}"
        why = shorten(e.note, TEXT_LIMIT) if e.note else ""
        if (what, why) not in seen:
            seen.add((what, why))
            yield what, why


def changes(exhibit: Exhibit, audit: str, found: AuditFindings, told: Sequence[Told]) -> Iterator[str]:
    """What would change this: more records, missing columns, what is withheld."""
    for one in told:
        if one.audit == audit and one.settle:
            yield f"“{one.text.rstrip('.')}”: {one.settle}"
    for check in found.checks:
        if check.status != "pass" and check.count:
            note = shorten(check.note, TEXT_LIMIT)
            yield f"{plain(check.name).capitalize()}: {numbers.count(check.count)} records. {sentence(note)}"
    if any(e.status in ("bounded", "not_identified") for e in found.estimates):
        yield (
            "Outcomes for the cases whose outcome was never learned: they would narrow the bounds and give the numbers "
            "that are missing."
        )
    if any(e.status == "suppressed" for e in found.estimates if e.primary):
        yield "A release with more records: it would show the groups that are withheld here because they are small."
    yield (
        "Another definition of the outcome, of the groups or of the period: the numbers hold for the definitions in "
        "the plan."
    )
