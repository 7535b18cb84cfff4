"""What would be shown of cohorts by the month of opening, and of monthly counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from counterproof.audits.duration.options import DurationOptions
from counterproof.counts import Cells, RowSum
from counterproof.errors import InputError
from counterproof.reductions.durations import AFTER, BEFORE

__all__ = ["flow_rows", "month_rows"]


def month_rows(options: DurationOptions, cells: Cells) -> Iterator[RowSum]:
    """Cases opened in each month, and the days that they took up to the horizon: all together, and by each column."""
    months, period = cells.column("month"), cells.column("period")
    known = np.array([month is not None for month in months], dtype=bool)
    days = cells.sums["days"]
    for columns in ((), *((column,) for column in options.groups)):
        keys = list(zip(*(cells.column(column) for column in columns), period, months, strict=True))
        for key in sorted(set(keys), key=lambda entry: [(part is None, part or "") for part in entry]):
            mask = np.array([entry == key for entry in keys], dtype=bool)
            *labels, side, month = key
            group = {**dict(zip(columns, labels, strict=True)), "period": side}
            at = {"month": month}
            if month is None:
                yield RowSum("months", group, at, {"opened": mask}, 0.0, secret=True)
            else:
                total = int(sum(days[mask & known]))
                yield RowSum("months", group, at, {"opened": mask}, 1.0 + int(cells.n[mask].sum()), {"days": total})
    for side in (BEFORE, AFTER):
        mask = period == side
        if mask.any():
            yield RowSum("periods", {"period": side}, {}, {"opened": mask}, 10.0 + int(cells.n.sum()))


def flow_rows(options: DurationOptions, cells: Cells) -> Iterator[RowSum]:
    """Received, closed and open of each month: all together, and by each group.

    InputError for months that cannot be read, or stand more than once.
    """
    month, what = cells.column("month"), cells.column("what")
    if (unread := int(cells.n[(what == "rows") & np.array([at is None for at in month], dtype=bool)].sum())) > 0:
        hint = "write months as 2024-03, or as a date within the month"
        raise InputError(f"{unread} months are blank or cannot be read", where="month", hint=hint)
    if bool((cells.n[what == "rows"] > 1).any()):
        hint = "keep one release of the table, or name the column that tells these rows apart as a group"
        raise InputError("some month stands more than once for the same group", where="month", hint=hint)
    for size in range(len(options.groups) + 1):
        for columns in combinations(options.groups, size):
            keys = list(zip(*(cells.column(column) for column in columns), month, strict=True))
            for key in sorted(set(keys), key=lambda entry: [(part is None, part or "") for part in entry]):
                mask = np.array([entry == key for entry in keys], dtype=bool)
                counts = {name: mask & (what == name) for name in ("received", "closed", "open")}
                cases = max(int(cells.n[each].sum()) for each in counts.values())
                group = dict(zip(columns, key[:-1], strict=True))
                yield RowSum("flows", group, {"month": key[-1]}, counts, 1.0 + cases)
