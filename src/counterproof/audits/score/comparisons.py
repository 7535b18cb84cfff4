"""Every group against the reference of its grouping: difference, ratio, adjusted p-value, and what would have shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from counterproof.audits import comparing
from counterproof.audits.base import Settings
from counterproof.audits.comparing import SCALES
from counterproof.audits.score.measures import RATES, hypothesis
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.proxy import NONDIFFERENTIAL
from counterproof.audits.score.rates import MISSING_AT_RANDOM
from counterproof.audits.score.tabulate import groupings
from counterproof.counts import CountTable, Group, key_of
from counterproof.findings import Contrast, Estimate

__all__ = ["comparable", "compare", "contrasts", "references"]


def compare(
    estimates: Sequence[Estimate], options: ScoreOptions, outcomes: CountTable, settings: Settings
) -> tuple[list[Contrast], int]:
    """Contrasts of every named group with its reference, and the number of hypotheses behind ``p_adjusted``."""
    return comparing.adjust(list(contrasts(estimates, options, outcomes, settings.level)), settings, hypothesis)


def comparable(estimates: Iterable[Estimate]) -> list[Estimate]:
    """Those that have an interval, or a reason why they have none."""
    return [e for e in estimates if e.basis is not None or e.status != "estimated"]


def references(options: ScoreOptions, outcomes: CountTable) -> dict[tuple[str, ...], Group]:
    """The reference group of each grouping: those named, else the largest shown one, ties in text order."""
    sizes: dict[str, dict[str, int | None]] = {}
    for row in outcomes:
        for column, label in row.group.items():
            if len(row.group) == 1 and label is not None:
                sizes.setdefault(column, {})[label] = row["records"]
    by_column = comparing.references(options.groups, options.reference, sizes)
    return {
        columns: {column: by_column[column] for column in columns}
        for columns in groupings(options)
        if columns and all(column in by_column for column in columns)
    }


def contrasts(
    estimates: Iterable[Estimate], options: ScoreOptions, outcomes: CountTable, level: float
) -> Iterator[Contrast]:
    """Every named group against its reference, p-values as they are."""
    estimates = [e for e in estimates if e.assumption in (None, MISSING_AT_RANDOM, NONDIFFERENTIAL)]
    found = {(e.measure, key_of(e.group), e.assumption): e for e in estimates}
    for columns, reference in references(options, outcomes).items():
        for estimate in estimates:
            named = tuple(estimate.group) == columns and None not in estimate.group.values()
            if named and dict(estimate.group) != reference:
                base = found.get((estimate.measure, key_of(reference), estimate.assumption))
                if base is not None:
                    scales = SCALES if estimate.measure in RATES else SCALES[:1]
                    yield from comparing.compare(estimate, base, scales, level)
