"""Rates from a review that was drawn stratum by stratum: each reviewed record stands for several (``stats.designed``).

``review_stratum`` names the column of the strata from which records were drawn at random to be reviewed. The plan says
so of its own knowledge: the records cannot show it. Rates are then estimated and no longer bounded.

Table ``review_strata``: per group and stratum the counts of a row of outcomes that do not overlap. Where one of them is
withheld, or a stratum has records and no review, the bounds stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterproof.audits import comparing
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import ATOMS, FOUR, MISSING_AT_RANDOM, Rates, role_of
from counterproof.audits.score.tabulate import groupings, groups_of
from counterproof.audits.score.view import View
from counterproof.counts import At, Cells, CountRow, CountTable, RowSum, key_of
from counterproof.findings import Check, Estimate
from counterproof.stats.designed import Cell, Designed

__all__ = ["STRATA", "DesignedRates", "checks", "rows"]

STRATA = "review_strata"
WORTH = 2.0
NOTE = "Reviews were drawn at random within each stratum, as the plan says: each stands for several records."
SIDES = {"flagged_unverified": FOUR[:2], "unflagged_unverified": FOUR[2:]}
"""Per side of the flag the count of the unreviewed, and of the reviewed with and without the outcome."""


def rows(options: ScoreOptions, cells: Cells) -> Iterator[RowSum]:
    """One row for each group in each stratum; a record without a stratum makes one of its own."""
    if options.review_stratum is None:
        return
    view = View.of(options, cells)
    sides = {"flagged": view.flagged, "unflagged": ~view.flagged}
    counts = {f"{name}_unverified": side & ~view.verified for name, side in sides.items()}
    for (some, other), side in zip((FOUR[:2], FOUR[2:]), sides.values(), strict=True):
        counts |= {some: side & view.verified & view.positive, other: side & view.verified & ~view.positive}
    strata = list(groups_of(cells, (options.review_stratum,)))
    for columns in groupings(options):
        for group, members in groups_of(cells, columns):
            for stratum, inside in strata:
                mine = members & inside & view.used
                at: At = {"stratum": stratum[options.review_stratum]}
                masks = {name: mine & counts[name] for name in ATOMS}
                yield RowSum(STRATA, group, at, masks, WORTH * (1 + int(cells.n[mine].sum())))


@dataclass(frozen=True)
class DesignedRates(Rates):
    """Every rate as always, and estimated from the strata where the bounds would stand."""

    strata: Mapping[object, Sequence[CountRow]] = field(kw_only=True)

    def _measure(self, measure: str, row: CountRow, at: At) -> Iterator[Estimate]:
        plain = list(super()._measure(measure, row, at))
        basis = None if measure == "flag_rate" else self._basis(measure, row)
        if basis is None or basis.value is None or all(e.status in ("estimated", "reported") for e in plain):
            yield from plain
            return
        found = comparing.estimated(Estimate(measure, row.group, at, "estimated", note=NOTE), basis, self.level)
        if self.options.missing_group == "bounds" and self.unlabelled(tuple(row.group)):
            yield from (e for e in plain if e.assumption is None)
            yield replace(found, assumption=MISSING_AT_RANDOM, primary=False)
        else:
            yield found

    def _assuming_ignorable(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """Nothing: the reviewed of all strata together are no random sample of their flag."""
        yield from ()

    def _basis(self, measure: str, row: CountRow) -> Designed | None:
        """The rate over all strata; None where a count is withheld or nobody of a cell that matters was reviewed."""
        cells: list[Cell] = []
        for stratum in self.strata.get(key_of(row.group), ()):
            for unreviewed, (event, other) in SIDES.items():
                roles = [role_of(one, measure) for one in (event, other)]
                if roles == ["outside", "outside"]:
                    continue
                counts = [stratum[name] for name in (unreviewed, event, other)]
                if None in counts:
                    return None
                left, x, rest = (count or 0 for count in counts)
                if left and not x + rest:
                    return None
                above, below = (
                    tuple(role in kinds for role in roles) for kinds in (("numerator",), ("numerator", "rest"))
                )
                cells.append(Cell(left + x + rest, x + rest, x, above, below))  # type: ignore[arg-type]
        return Designed(tuple(cells), finite=self.population == "records") if cells else None


def by_group(shown: CountTable) -> dict[object, list[CountRow]]:
    """The strata of each group."""
    found: dict[object, list[CountRow]] = {}
    for row in shown:
        found.setdefault(key_of(row.group), []).append(row)
    return found


def checks(options: ScoreOptions, shown: Mapping[str, CountTable]) -> Iterator[Check]:
    """Strata with records and without a review: nothing is known of them."""
    if options.review_stratum is None:
        return
    strata = [row for row in shown[STRATA] if not row.group]
    empty = [row for row in strata if any(_unseen(row, left, sides) for left, sides in SIDES.items())]
    note = "Strata that hold records, flagged or not, of which none was reviewed; where that matters the bounds stand."
    yield Check("strata_without_review", "warn" if empty else "pass", len(empty), len(strata), note)


def _unseen(row: CountRow, left: str, sides: Sequence[str]) -> bool:
    return bool(row[left]) and not any(row[name] is None or row[name] for name in sides)
