"""Rates of records that are not independent, since some belong to one person: see ``stats.clustered``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterproof.audits.score.clusters import CLUSTERING, CLUSTERS, REPEATS, SHARED, Book, reduction
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.rates import Part, Rates
from counterproof.counts import At, CountRow, CountTable, Group
from counterproof.findings import Check, Estimate, Population
from counterproof.stats.basis import Basis, Bounds
from counterproof.stats.clustered import Clustered
from counterproof.stats.verification import GREATEST, LEAST, Role

__all__ = ["ClusteredRates", "checks", "rates", "without_interval"]

FEW = 30
WITHHELD = (
    "How these records are spread over clusters is withheld, so nothing narrower than the whole range is certain."
)
NO_INTERVAL = "a variance that allows for clusters, which is not computed for this figure; so it has no interval"


@dataclass(frozen=True)
class ClusteredRates(Rates):
    """Every rate as always, with the interval of clusters."""

    book: Book = field(kw_only=True)

    def _estimate(self, measure: str, group: Group, at: At, parts: Sequence[Part]) -> Estimate:
        found = super()._estimate(measure, group, at, parts)
        if found.basis is None or found.status not in ("estimated", "undefined", "bounded"):
            return found
        low = self._basis(measure, group, parts, LEAST)
        if found.status != "bounded":
            return self._printed(found, low, _said(low, self.level))
        return self._printed(found, Bounds(low, self._basis(measure, group, parts, GREATEST)), found.note)

    def _printed(self, found: Estimate, basis: Basis, note: str | None) -> Estimate:
        if found.status == "undefined":
            return replace(found, basis=basis)
        ends = basis.printed(self.level)
        return replace(found, low=ends.low, high=ends.high, method=ends.method, basis=basis, note=note)

    def _basis(self, measure: str, group: Group, parts: Sequence[Part], order: Sequence[Role]) -> Clustered:
        """The rate in which each record takes the first of its roles: records of the group first, others after them."""
        atoms = self._atoms(measure)
        counts, loose = [0, 0], [0, 0]
        kinds: list[set[str]] = [set(), set()]
        for place, (roles, count) in enumerate(parts):
            role = next(one for one in order if one in roles)
            if role == "outside" or count is None:
                continue
            side = int(role == "rest")
            counts[side] += count
            if place < len(atoms):
                kinds[side] |= atoms[place]
            else:
                loose[side] += count
        above, rest = (frozenset(side) for side in kinds)
        return self.book.basis(group, above, rest, (counts[0], counts[1]), (loose[0], loose[1]))

    def _assuming_ignorable(self, row: CountRow, at: At) -> Iterator[Estimate]:
        yield from without_interval(super()._assuming_ignorable(row, at))


def rates(
    options: ScoreOptions, shown: Mapping[str, CountTable], population: Population, level: float
) -> ClusteredRates | None:
    """The rates of a plan that names clusters; None for any other, and where the records are all there is."""
    wanted = reduction(options)
    if wanted is None or population == "records":
        return None
    book = Book(shown[CLUSTERS], shown.get(SHARED, CountTable(SHARED)), wanted.atoms)
    return ClusteredRates(options, shown["outcomes"], population, level, book=book)


def without_interval(estimates: Iterable[Estimate]) -> Iterator[Estimate]:
    """The numbers alone, of what has an interval that takes records for independent."""
    for e in estimates:
        if e.status == "estimated" and (e.low is not None or e.high is not None):
            note = NO_INTERVAL if e.note is None else f"{NO_INTERVAL}. {e.note}"
            e = replace(e, low=None, high=None, level=None, method=None, unbounded=None, basis=None, note=note)
        yield e


def _said(basis: Clustered, level: float) -> str | None:
    """How much the clusters take away, in words."""
    if basis.clusters is None:
        return WITHHELD
    alike = round(basis.effective(level))
    return f"By their clusters, the {basis.trials:,} records tell as much as {alike:,} independent ones."


def _unnamed(shown: Mapping[str, CountTable], records: int) -> Iterator[Check]:
    """Columns that look like a person's number and repeat, though the plan names no clusters."""
    for row in shown.get(REPEATS, ()):
        column = row.at["column"]
        if "repeated" not in row.counts:
            note = (
                f"{column} looks like the number of a person or case; whether it repeats was not counted in so long a "
            )
            note += "table. If it does, records are not independent, and it should be named as cluster"
            yield Check("repeated_key", "warn", None, records, note)
        elif row["repeated"] != 0:
            note = f"records share their {column} with another one. It looks like the number of a person or case: such "
            note += "records are not independent, so the intervals are too narrow unless it is named as cluster"
            yield Check("repeated_key", "warn", row["repeated"], records, note)


def checks(options: ScoreOptions, shown: Mapping[str, CountTable], records: int) -> Iterator[Check]:
    """How many clusters there are, and how many records are one by themselves for want of a key."""
    yield from _unnamed(shown, records)
    row = shown[CLUSTERING].find({}) if CLUSTERING in shown else None
    if row is None:
        return
    outcomes = shown["outcomes"].find({}, options.at)
    used = None if outcomes is None else outcomes["records"]
    clusters, keyless = row["clusters"], row["without_key"]
    note = f"Each value of {options.cluster} is one; the second number is that of records."
    few = clusters is None or clusters < FEW
    if few:
        note += f" With fewer than {FEW} the intervals are wide."
    elif clusters == used:
        note += " No two records share one, so as far as this column tells they are independent."
    yield Check("clusters", "warn" if few else "pass", clusters, used, note)
    missing = f"records have no {options.cluster}; each counts as a cluster of its own"
    yield Check("missing_cluster", "pass" if keyless == 0 else "warn", keyless, used, missing)
