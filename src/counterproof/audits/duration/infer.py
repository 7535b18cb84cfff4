"""From the shown counts of processing times to findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES, adjust, compare, proportion, references
from counterproof.audits.duration import closed, estimates
from counterproof.audits.duration.options import DurationOptions
from counterproof.audits.duration.trend import trends
from counterproof.audits.duration.view import groupings
from counterproof.counts import CountTable, Group, key_of
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Population
from counterproof.reductions.durations import BEFORE, LEFT_OUT

__all__ = ["infer"]

EMPTY = CountTable("empty")


def infer(options: DurationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """Estimates per group, contrasts with the reference and with the time before, curves, and what was left out."""
    population: Population = options.population or "process"
    kit = estimates.Kit(options, shown, population, settings.level)
    main = [*estimates.main(kit)]
    beside = list(closed.figures(kit))
    contrasts, family = adjust(list(_contrasts(options, main, shown["cases"], settings.level)), settings)
    contrasts += _contrasts(options, beside, shown["cases"], settings.level)
    found = [
        *main,
        *beside,
        *closed.bounds(kit),
        *closed.biases(main, beside),
        *estimates.incidence(kit),
        *_flags(shown, population, settings.level),
        *trends(options, shown.get("months", EMPTY), settings.level),
        *estimates.log_rank(kit),
        *estimates.curves(kit),
    ]
    checks = tuple(_checks(options, shown))
    return AuditFindings("duration", records, population, tuple(found), tuple(contrasts), checks, family)


def _contrasts(
    options: DurationOptions, found: Sequence[Estimate], cases: CountTable, level: float
) -> Iterator[Contrast]:
    """Each group against the reference of its split; after against before within each group."""
    sizes: dict[str, dict[str, int | None]] = {}
    for row in cases:
        if len(row.group) == 1:
            ((column, label),) = row.group.items()
            if label is not None:
                sizes.setdefault(column, {})[label] = row["records"]
    labels = references(options.groups, options.reference, sizes)
    by = {(e.measure, key_of(e.group), key_of(e.at), e.assumption): e for e in found}
    for columns in groupings(options):
        for estimate in found:
            if tuple(estimate.group) != columns or None in estimate.group.values():
                continue
            reference = _reference(estimate.group, labels)
            base = by.get((estimate.measure, key_of(reference), key_of(estimate.at), estimate.assumption))
            if base is not None and dict(reference) != dict(estimate.group):
                yield from compare(estimate, base, SCALES, level)


def _reference(group: Group, labels: Mapping[str, str]) -> Group:
    """What a group is compared with: itself before, where there are periods, else the reference of its columns."""
    if "period" in group and "period" not in labels:
        return {**group, "period": BEFORE}
    return {column: labels.get(column) for column in group}


def _flags(shown: Mapping[str, CountTable], population: Population, level: float) -> Iterator[Estimate]:
    """How many of the ended cases were reopened or reversed: faster is not better by itself."""
    for row in shown.get("flags", EMPTY):
        name = f"{row.at['flag']}_share"
        yield proportion(name, row.group, {}, row["yes"], row["known"], population, level)


SAID = LEFT_OUT | {
    "later": "ended after the as-of date; on that day they were open, and count so",
    "unreadable_reopened": "that ended do not say whether they were reopened",
    "unreadable_reversed": "that ended do not say whether they were reversed",
}


def _checks(options: DurationOptions, shown: Mapping[str, CountTable]) -> Iterator[Check]:
    """How many cases have a time, what was left out, and what the periods are."""
    row = shown["quality"].find({})
    if row is None:
        return
    counts = dict(row.counts)
    used = counts.pop("used")
    known = [count for name, count in counts.items() if name in LEFT_OUT]
    total = None if used is None or None in known else used + sum(count or 0 for count in known)
    yield Check("records_used", "pass" if total == used else "warn", used, total, "records have a time")
    for name, count in counts.items():
        column = name.partition("missing_group.")[2]
        note = f"have no {column}; they count among everybody and in a group of their own" if column else SAID[name]
        yield Check(name, "pass" if count == 0 else "warn", count, total, f"records {note}")
    if options.before_after is not None and (before := shown["cases"].find({"period": BEFORE})) is not None:
        day = options.before_after.isoformat()
        note = f"records were opened before {day} (“before”), the others from that day on (“after”)"
        yield Check("periods", "pass", before["records"], used, note)
    whole = shown["standing"].find({})
    if whole is not None and whole["ended"] == 0:
        yield Check("no_ends", "warn", 0, used, "records ended: no time can be estimated, only bounded from below")
    if whole is not None and whole["open"] == 0 and used:
        note = "records were still open: if open cases are missing from them, every figure here is too low"
        yield Check("no_open", "warn", 0, used, note)
