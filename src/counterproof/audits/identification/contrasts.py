"""Every group against the reference of its grouping, within each system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterproof.audits import comparing
from counterproof.audits.comparing import SCALES
from counterproof.audits.identification.groups import groupings
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.counts import Group, key_of
from counterproof.findings import Contrast, Estimate

__all__ = ["contrasts"]


def contrasts(estimates: Sequence[Estimate], options: IdentificationOptions, level: float) -> Iterator[Contrast]:
    """Differences and ratios of the rates of named groups."""
    by_column = references(estimates, options)
    found = {(e.measure, key_of(e.group), key_of(e.at)): e for e in estimates}
    for columns in groupings(options):
        labels = columns[len(options.base) :]
        if not labels or any(column not in by_column for column in labels):
            continue
        for estimate in estimates:
            if tuple(estimate.group) != columns or not estimate.primary:
                continue
            reference: Group = {**estimate.group, **{column: by_column[column] for column in labels}}
            base = found.get((estimate.measure, key_of(reference), key_of(estimate.at)))
            if base is not None and base is not estimate:
                yield from comparing.compare(estimate, base, SCALES, level)


def references(estimates: Sequence[Estimate], options: IdentificationOptions) -> dict[str, str]:
    """The reference label of each column: the one named, else the one with most comparisons in all systems."""
    sizes: dict[str, dict[str, int | None]] = {column: {} for column in options.labels}
    for estimate in estimates:
        for column in options.labels:
            label = estimate.group.get(column)
            if label is not None and estimate.primary:
                known = sizes[column].setdefault(label, None)
                more = (estimate.denominator or 0) if estimate.value is not None else None
                sizes[column][label] = known if more is None else (known or 0) + more
    return comparing.references(options.labels, options.reference, sizes)
