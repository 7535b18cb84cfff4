"""The state of a log: what was missing, unreadable or contradictory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import CountTable
from counterproof.findings import Check

__all__ = ["quality"]

WORDS = {
    "missing_score": "have no score; they are left out",
    "unreadable_score": "have a score that is not a finite number; they are left out",
    "missing_mated": "do not say whether they are mated; they are left out",
    "unreadable_mated": "have a mark that is neither yes nor no for mated; they are left out",
    "mated_with_another": "are called mated and are of two subjects; they count as they are called",
    "compared_with_itself": "are called non-mated and are of one subject; they count as they are called",
}
WRONG = ("mated_with_another", "compared_with_itself")


def quality(options: IdentificationOptions, table: CountTable, records: int) -> Iterator[Check]:
    """One check a count of what was missing, unreadable or contradictory."""
    row = table.find({})
    if row is None:
        return
    for name, count in row.counts.items():
        if name == "used":
            status: Literal["pass", "warn", "fail"] = "pass" if count == records else "warn"
            yield Check("records_used", status, count, records, "records have a score and say whether they are mated")
            continue
        column = name.partition(".")[2]
        said = f"have no {column}; they count among everybody" if column else WORDS[name]
        bad: Literal["warn", "fail"] = "fail" if name in WRONG else "warn"
        yield Check(name, "pass" if count == 0 else bad, count, records, f"records {said}")
