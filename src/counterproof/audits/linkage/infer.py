"""From the shown numbers of a linkage audit to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterproof.audits import comparing
from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES
from counterproof.audits.linkage import sampled
from counterproof.audits.linkage.clusters import estimates, groupings
from counterproof.audits.linkage.measures import RATES, hypothesis
from counterproof.audits.linkage.options import LinkageOptions
from counterproof.counts import CountTable, Group, key_of
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Population

__all__ = ["infer"]


def infer(options: LinkageOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """False and missed links by group, and what is compared."""
    population: Population = options.population or "process"
    if options.clusters:
        found = list(estimates(options, shown, population, settings.level))
        sized, size = shown["sums"], "records"
    else:
        found = list(sampled.estimates(options, shown, settings.level))
        sized, size = shown["links"], "links"
    pairs = list(_contrasts(found, options, sized, size, settings.level))
    contrasts, family = comparing.adjust(pairs, settings, hypothesis)
    checks = tuple(_checks(shown["quality"], records))
    return AuditFindings("linkage", records, population, tuple(found), tuple(contrasts), checks, family)


def _contrasts(
    found: Sequence[Estimate], options: LinkageOptions, sized: CountTable, size: str, level: float
) -> Iterator[Contrast]:
    """Every named group against the reference of its grouping."""
    sizes: dict[str, dict[str, int | None]] = {}
    for row in sized:
        for column, label in row.group.items():
            if len(row.group) == 1 and label is not None:
                sizes.setdefault(column, {})[label] = row[size]
    by_column = comparing.references(options.groups, options.reference, sizes)
    by = {(e.measure, key_of(e.group)): e for e in found}
    for columns in groupings(options):
        if not columns or any(column not in by_column for column in columns):
            continue
        reference: Group = {column: by_column[column] for column in columns}
        for e in found:
            if e.measure in RATES and e.primary and tuple(e.group) == columns and dict(e.group) != reference:
                base = by.get((e.measure, key_of(reference)))
                if base is not None:
                    yield from comparing.compare(e, base, SCALES, level)


def _checks(quality: CountTable, records: int) -> Iterator[Check]:
    row = quality.find({})
    if row is not None and "unreadable" in row.counts:
        unread = row["unreadable"]
        said = "records have a verdict that is neither yes nor no; they count as not reviewed"
        yield Check("unreadable_verdict", "pass" if unread == 0 else "warn", unread, records, said)
    elif row is not None:
        unused = row["unused"]
        said = "records have no cluster or no entity; they are left out"
        yield Check("unused_records", "pass" if unused == 0 else "warn", unused, records, said)
