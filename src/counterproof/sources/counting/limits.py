"""How much may leave the records: at most ``MAX_CELLS`` cells, and no column whose groups would be persons."""

from __future__ import annotations

from collections.abc import Sequence

from counterproof.counts import Cells
from counterproof.errors import DisclosureError, InputError
from counterproof.reductions import MAX_CELLS, Category, Role

__all__ = ["refuse_labels", "too_many"]

_MANY_LABELS = 50
_RECORDS_PER_LABEL = 10
_NOT_PERSONS = frozenset({"system", "model", "place", "agency", "period"})
"""Plan keys whose columns may have any number of values: what they name is not a group of persons."""


def refuse_labels(cells: Cells, groups: Sequence[Category], roles: Sequence[Role]) -> None:
    """Raise DisclosureError for a column of row data with nearly as many labels as rows, whatever it is called."""
    for group in groups:
        labels = sum(value is not None for value in cells.values(group.name))
        if _persons(group.column, roles, labels, cells.records):
            raise _refused(group.column)


def too_many(labels: dict[str, int], roles: Sequence[Role], records: int, *, rows: bool) -> InputError:
    """The error for more cells than may leave, given how many labels each group column has."""
    for column, number in labels.items():
        if rows and _persons(column, roles, number, records):
            return _refused(column)
    found = ", ".join(f"{column!r} has {number:,}" for column, number in labels.items())
    return InputError(
        f"more than {MAX_CELLS:,} cells would leave the records" + (f"; different values: {found}" if found else ""),
        hint="use fewer groups, or group columns with fewer values",
    )


def _persons(column: str, roles: Sequence[Role], labels: int, records: int) -> bool:
    exempt = any(role.column == column and role.key in _NOT_PERSONS for role in roles)
    return not exempt and labels > _MANY_LABELS and labels * _RECORDS_PER_LABEL > records


def _refused(column: str) -> DisclosureError:
    return DisclosureError(
        f"the column {column!r} has more than {_MANY_LABELS} different values, and more than one for every "
        f"{_RECORDS_PER_LABEL} records: its groups would be persons",
        hint="use a column with fewer values",
    )
