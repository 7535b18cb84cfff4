"""The request as a letter, in Markdown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from counterproof.audits import registry
from counterproof.report.safe import sentence, visible

if TYPE_CHECKING:
    from counterproof.plan import Plan
    from counterproof.request.blank import Blank
    from counterproof.request.gather import Asked

__all__ = ["LAWS", "Law", "written"]

Law = Literal["plain", "foia"]
LAWS: tuple[Law, ...] = ("plain", "foia")

_OPENING = {
    "plain": "Under the public-records law that applies to you, I ask for the records described below.",
    "foia": "Under the Freedom of Information Act, 5 U.S.C. § 552, I ask for the records described below.",
}
_CLOSING = {
    "plain": (
        "If a part of this is withheld, please release the rest, and name the law on which each omission rests. If you "
        "expect fees, please tell me the amount before you begin.",
    ),
    "foia": (
        "Please provide the records in the electronic form asked for above, 5 U.S.C. § 552(a)(3)(B). If a part is "
        "exempt, please release every part that can reasonably be segregated, § 552(b), and name the exemption for "
        "each omission where it is made.",
        "I ask for a waiver of fees under § 552(a)(4)(A)(iii): the counts would contribute significantly to public "
        "understanding of how the agency works, and [say here who will publish them, and that it is not for profit]. "
        "If fees are due nevertheless, please tell me the amount before you begin.",
        "I look forward to your determination within twenty working days, § 552(a)(6)(A)(i).",
    ),
}
_PERSONS = (
    "I ask for counts. Please send **no names, no identifying numbers, no addresses, no dates of birth and no row "
    "about a person**. Where a count is so small that the law bars its release, please write `<` and your threshold, "
    "such as `<10`, in its place."
)


def written(
    plan: Plan,
    asked: Sequence[Asked],
    tables: Mapping[str, Blank | None],
    law: Law,
    agency: str,
    files: Mapping[str, str],
) -> str:
    """The letter.

    asked   the claims that are not settled
    tables  by audit, the table of counts that its claims rest on, or None where an audit reads no counts
    files   by audit, the name under which its blank table was written
    """
    parts = [
        f"# Request for records: {visible(plan.title)}",
        f"To: {visible(agency) or '[agency, records officer, address]'}  \nFrom: [your name and address]  \n"
        "Date: [date]",
        _OPENING[law],
        _PERSONS,
        _period(plan),
        "## What is asked for, and why",
        *(_claim(plan, one) for one in asked),
        *(_table(name, table, files) for name, table in tables.items() if table is not None),
        "## Form",
        "Please send each table as a file that a program can read: CSV or XLSX, not a scan or a PDF. One header row, "
        "one row for each combination, no totals between the rows. With it please send the definition of each field "
        "as the agency uses it, what is missing and why, and the date on which the data were drawn.",
        *_CLOSING[law],
        "Sincerely,  \n[your name]",
    ]
    return "\n\n".join(parts) + "\n"


def _period(plan: Plan) -> str:
    ends = [_day(end) for end in (plan.records.from_, plan.records.to)]
    between = f"from {ends[0]} to {ends[1]}, both days included" if all(ends) else "[from] to [to], both days included"
    return f"Period: {between}."


def _day(day: datetime.date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"


def _claim(plan: Plan, one: Asked) -> str:
    who = f" ({visible(one.claim.claimant)})" if one.claim.claimant else ""
    lines = [f"- {sentence(visible(one.claim.text))}{who}"]
    tested = dict.fromkeys((plan.audits[test.audit].kind, test.measure) for test in one.tests)
    for kind, measure in tested:
        words = registry.find(kind).words.measures.get(measure.partition(".")[0])
        if words is not None:
            lines.append(f"  - {words.label}: {sentence(words.explanation)}")
    if one.settle is not None:
        lines.append(
            f"  - To settle this it takes about {one.settle:,} cases of the kind that this number counts among, which "
            "may mean a longer period than the one above."
        )
    return "\n".join([*lines, *(f"  - {sentence(visible(need))}" for need in one.needs)])


def _table(name: str, table: Blank, files: Mapping[str, str]) -> str:
    lead = f"Please fill in the blank table `{files[name]}`." if name in files else "Counts by these columns."
    rows = [f"| `{_cell(column)}` | {_cell(sentence(definition))} |" for column, definition in table.columns]
    return "\n".join([f"## Table: {visible(name)}", "", lead, "", "| column | what it holds |", "| --- | --- |", *rows])


def _cell(text: str) -> str:
    return visible(text).replace("|", r"\|")
