"""A blank table of counts for an audit, with the columns that the plan reads."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterproof.reductions.values import comparison, named, texts

if TYPE_CHECKING:
    from counterproof.audits.base import Audit, AuditOptions
    from counterproof.claims.model import Test
    from counterproof.reductions import Role

__all__ = ["Blank", "blank"]

COUNT = "n"
MOST_ROWS = 5_000
_COUNTED = ("count", "value")
_ASKED = {
    "flag": "Whether the case was flagged",
    "score": "The score",
    "outcome": "Whether the outcome occurred",
    "reviewed": "Whether the outcome was looked into",
    "groups": "The group as the agency records it",
    "within": "The district, office or other stratum",
    "count": "How many cases there are with all that stands in this row",
    "period": "The period",
    "series": "What the total is of",
    "value": "The total",
    "stops": "How many stops",
    "searches": "How many searches",
    "hits": "How many searches found something",
    "place": "The place",
}
"""Plan keys as an agency would understand them; other keys are described as in the plan."""
_OF_ONE_PERSON = ("key", "date")


@dataclass(frozen=True, slots=True)
class Blank:
    """A table to fill in.

    columns  name and definition of each
    rows     cells, blank where the agency fills in
    adds     plan keys that the plan lacks to read it, such as the column of counts
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    adds: tuple[tuple[str, str], ...] = ()

    def to_csv(self) -> str:
        """The table, one line a row, read by the plan as it is."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([name for name, _ in self.columns])
        writer.writerows(self.rows)
        return stream.getvalue()


def blank(audit: Audit[Any], options: AuditOptions, tests: Sequence[Test]) -> Blank | None:
    """The blank table for an audit, a row for each combination that the tests name; None where it reads no counts.

    What would tell about one person, a key or a date, is never asked for.
    """
    roles = list(audit.roles(options))
    if not roles or audit.prepare(options) is not None or any(role.kind in _OF_ONE_PERSON for role in roles):
        return None
    adds: tuple[tuple[str, str], ...] = ()
    if not any(role.kind in _COUNTED for role in roles):
        if getattr(options, "count", COUNT) is not None:
            return None
        adds = (("count", COUNT),)
    columns = [(role.column, _definition(audit, role)) for role in roles]
    cells = [_cells(role, tests) for role in roles]
    if adds:
        columns.append((COUNT, f"{_ASKED['count']}: a whole number, 0 or more"))
        cells.append(("",))
    rows = tuple(itertools.islice(itertools.product(*cells), MOST_ROWS))
    return Blank(tuple(columns), rows, adds)


def _cells(role: Role, tests: Sequence[Test]) -> tuple[str, ...]:
    """What a column can hold, as far as it is known before anybody answers."""
    if role.kind == "coded" and role.positive is None:
        return "yes", "no"
    if role.kind == "coded" and comparison(said := texts(role.positive or "")[0]) is None:
        return said, f"not {said}"
    if role.kind != "category":
        return ("",)
    labels: dict[str, None] = {}
    for test in tests:
        for group in (test.group or {}).items():
            if group[0] == role.column and group[1] is not None:
                labels[group[1]] = None
        for label in (test.compare or {}).get(role.column, ()):
            if label is not None:
                labels[label] = None
    return tuple(labels) or ("",)


def _definition(audit: Audit[Any], role: Role) -> str:
    """What the column holds, for somebody who does not know this program."""
    said = _ASKED.get(role.key) or _described(audit, role.key)
    if role.kind == "coded":
        return f"{said}: " + ("yes or no" if role.positive is None else f"{named(role.positive)}, or not")
    if role.kind == "category":
        return f"{said}. One row for each value that occurs, and one for cases without"
    if role.kind == "number":
        return f"{said}. One row for each value that occurs"
    return f"{said}: a whole number, 0 or more"


def _described(audit: Audit[Any], key: str) -> str:
    field = audit.options.model_fields.get(key)
    return ((field.description if field else None) or key).rstrip(".")
