"""Mean time from monthly counts alone, by Little's law: cases open on average = cases received a day × mean days.

L = λW holds over a window at whose ends equally many cases are open [1]. Where the two differ by 10 % or more it does
not identify the mean time, and only the direction in which L/λ errs is known: with a growing backlog those received
last have yet to spend most of their time, so L/λ is too low; with a shrinking one it is too high.

[1] J. D. C. Little (1961). A proof for the queuing formula L = λW. Operations Research 9, 383-387.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from itertools import pairwise

from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES, adjust, compare
from counterproof.audits.duration.options import DurationOptions
from counterproof.counts import CountRow, CountTable, Group, key_of
from counterproof.findings import AuditFindings, Check, Contrast, Estimate
from counterproof.reductions.durations import AFTER, BEFORE
from counterproof.stats.basis import Exact

__all__ = ["MEASURE", "infer_flows"]

MEASURE = "mean_time_from_counts"
MOST_CHANGE = 0.1
"""Open cases at both ends of a window differ by less than this share of the larger number."""


def infer_flows(options: DurationOptions, flows: CountTable, records: int, settings: Settings) -> AuditFindings:
    """The mean time of each group, and before and after the date. Published counts: numbers without sampling error."""
    by: dict[object, list[CountRow]] = {}
    for row in flows:
        by.setdefault(key_of(row.group), []).append(row)
    found: list[Estimate] = []
    contrasts: list[Contrast] = []
    broken, gaps = 0, 0
    for rows in by.values():
        ordered = sorted(rows, key=lambda row: str(row.at["month"]))
        group = rows[0].group
        found += _window(group, ordered)
        broken += _unbalanced(ordered)
        gaps += sum(_following(a) != str(b.at["month"]) for a, b in pairwise(ordered))
        if options.before_after is not None:
            split = f"{options.before_after:%Y-%m}"
            cut = sum(str(row.at["month"]) < split for row in ordered)
            sides = [
                next(_window({**group, "period": name}, part))
                for name, part in ((BEFORE, ordered[:cut]), (AFTER, ordered[max(cut - 1, 0) :]))
            ]
            found += sides
            contrasts += compare(sides[1], sides[0], SCALES, settings.level)
    adjusted, family = adjust(contrasts, settings)
    checks = (
        Check("unbalanced", "pass" if not broken else "warn", broken, records, UNBALANCED),
        Check("gaps", "pass" if not gaps else "warn", gaps, records, "Months that are missing between two others."),
    )
    return AuditFindings(
        "duration", records, options.population or "records", tuple(found), tuple(adjusted), checks, family
    )


UNBALANCED = (
    "Months in which the cases open at the end are not those of the month before, and received, less closed: some were "
    "reopened, moved or counted otherwise."
)


def _window(group: Group, rows: Sequence[CountRow]) -> Iterator[Estimate]:
    """L/λ over the months after the first one, whose end is where the window begins."""
    at = {"months": max(len(rows) - 1, 0)}
    values = [(row["received"], row["open"]) for row in rows]
    if any(None in pair for pair in values):
        yield Estimate(MEASURE, group, at, "suppressed")
        return
    received, opened = (
        ([number or 0 for number in column] for column in zip(*values, strict=True)) if values else ([], [])
    )
    if len(rows) < 2 or not sum(received[1:]):
        yield Estimate(MEASURE, group, at, "undefined", note="No month with cases received after a first one.")
        return
    days = [_days(str(row.at["month"])) for row in rows[1:]]
    area = sum((a + b) / 2 * d for a, b, d in zip(opened, opened[1:], days, strict=False))
    mean = area / sum(received[1:])
    first, last = opened[0], opened[-1]
    change = abs(last - first) / max(first, last, 1)
    if change >= MOST_CHANGE:
        grew = last > first
        note = (
            f"cases with their dates: the number open {'grew' if grew else 'fell'} from {first:,} to {last:,}, so that "
            f"counts alone give a mean time that is too {'low' if grew else 'high'} ({mean:.0f} days)"
        )
        yield Estimate(MEASURE, group, at, "not_identified", note=note)
        return
    yield Estimate(MEASURE, group, at, "reported", mean, basis=Exact(mean))


def _unbalanced(rows: Sequence[CountRow]) -> int:
    found = 0
    for before, row in pairwise(rows):
        a, received, closed, b = before["open"], row["received"], row["closed"], row["open"]
        if a is not None and received is not None and closed is not None and b is not None:
            found += a + received - closed != b and _following(before) == str(row.at["month"])
    return found


def _days(month: str) -> int:
    year, number = map(int, month.split("-"))
    return calendar.monthrange(year, number)[1]


def _following(row: CountRow) -> str:
    year, number = map(int, str(row.at["month"]).split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"
