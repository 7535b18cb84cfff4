"""Repeated people: which sums over clusters are shown, and the rates that rest on them.

Tables
  clusters         per group: how many clusters have a record there, and one of each kind; beside them Σ c·c′ for each
                   two of the kinds (``c`` records of a kind that one cluster has there)
  clusters_shared  per two groups that clusters have in common: how many of these, and Σ c·c′, c′ in the other group
  clustering       all clusters, and records without a key
  repeated_keys    where the plan names no clusters: per column that looks like a person's number, records that share it

A sum stands only where every kind that occurs occurs in enough clusters to be shown, and no count of the group is
withheld in any table: then it is about as many persons as any shown count. Two groups with fewer clusters in common
than may be shown are compared as if they had none: a covariance of so few would tell who they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.tabulate import groupings
from counterproof.counts import Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.reductions import Apart, Coded
from counterproof.reductions.clusters import ClusterCells, Clusters, Cut, Repeats
from counterproof.stats.clustered import Clustered, Shared

__all__ = ["CLUSTERING", "CLUSTERS", "REPEATS", "SHARED", "Book", "reduction", "reductions", "repeats", "rows"]

CLUSTERS, SHARED, CLUSTERING, REPEATS = "clusters", "clusters_shared", "clustering", "repeated_keys"
RECORDS = "records"
WITH, OTHER = "with ", "other."

Mask = NDArray[np.bool_]
Sums = NDArray[np.object_]
Key = tuple[str | None, ...]


def reduction(options: ScoreOptions) -> Clusters | None:
    """What is counted of clusters; nothing where the plan names none, or the records are all there is."""
    if options.cluster is None or options.population == "records":
        return None
    flag: Coded | Cut
    if options.flag_coded is not None:
        flag = options.flag_coded
    elif options.flag_at is not None:
        flag = Cut(str(options.score), options.flag_at, "at_least")
    else:
        assert options.flag_at_most is not None  # noqa: S101 - the options have one of the three
        flag = Cut(str(options.score), options.flag_at_most, "at_most")
    reviewed = None if options.reviewed is None else Coded(options.reviewed)
    return Clusters(options.cluster, options.groups, flag, options.outcome_coded, options.outcome_known, reviewed)


def reductions(options: ScoreOptions) -> dict[str, Apart]:
    """What is counted apart: clusters, or whether there may be some that the plan does not name."""
    if options.count is not None or options.population == "records":
        return {}
    together = reduction(options)
    return {REPEATS: Repeats()} if together is None else {CLUSTERS: together}


def repeats(cells: Cells) -> list[RowSum]:
    """One row for each column that looks like a person's number."""
    columns, states = cells.column("column"), cells.column("state")
    found = []
    for column in cells.values("column"):
        mine: Mask = columns == column
        counts = {} if (mine & (states == "not counted")).any() else {"repeated": mine & (states == "repeated")}
        found.append(RowSum(REPEATS, {}, {"column": column}, counts))
    return found


def rows(options: ScoreOptions, cells: ClusterCells, floor: int) -> list[RowSum]:
    """Every row of the three tables."""
    wanted = reduction(options)
    assert wanted is not None  # noqa: S101 - these are its cells
    ledger = _Ledger(cells, wanted.atoms, floor)
    whole = np.ones(len(cells.keys), dtype=bool)
    found = [RowSum(CLUSTERING, {}, {}, {"clusters": whole, "without_key": np.array(cells.keyless, dtype=bool)})]
    for columns in groupings(options):
        places = [options.groups.index(column) for column in columns]
        found += ledger.rows(columns, [tuple(labels[at] for at in places) for labels in cells.labels])
    return found


class _Ledger:
    """The cells of clusters, and what of them belongs to any group."""

    def __init__(self, cells: ClusterCells, atoms: tuple[str, ...], floor: int) -> None:
        entries = [(cell, place, bits) for cell, trace in enumerate(cells.touched) for place, bits in trace]
        self._cell, self._place, self._bits = np.array(entries, dtype=np.int64).reshape(-1, 3).T
        self._cells, self._atoms, self._floor = cells, atoms, floor
        self._of = {RECORDS: (1 << len(atoms)) - 1} | {name: 1 << at for at, name in enumerate(atoms)}

    def rows(self, columns: Sequence[str], group_of: Sequence[Key]) -> Iterator[RowSum]:
        """The rows of a grouping; ``group_of`` says to which group each finest one belongs."""
        names = sorted(set(group_of), key=lambda key: [(text is None, text or "") for text in key])
        order = {name: place for place, name in enumerate(names)}
        member = np.array([order[key] for key in group_of], dtype=np.int64)
        kinds = [self._kinds(member[self._place] == place) for place in range(len(names))]
        sums = self._sums(member)
        counts = [{name: (found & bits) > 0 for name, bits in self._of.items()} for found in kinds]
        groups = [dict(zip(columns, name, strict=True)) for name in names]
        for place, group in enumerate(groups):
            people = int(self._cells.n[counts[place][RECORDS]].sum())
            yield RowSum(CLUSTERS, group, {}, counts[place], 1.0 + people, self._named(sums[place, place]))
        for one, other in combinations(range(len(groups)), 2):
            if (one, other) in sums:
                row = self._shared(groups[one], groups[other], counts[one], counts[other], sums[one, other])
                if int(self._cells.n[row.counts["shared"]].sum()) >= self._floor:
                    yield row

    def _kinds(self, inside: Mask) -> NDArray[np.int64]:
        """Which kinds of record each cell's clusters have in a group, a bit a kind, shape (cells,)."""
        found = np.zeros(len(self._cells.keys), dtype=np.int64)
        np.bitwise_or.at(found, self._cell[inside], self._bits[inside])
        return found

    def _sums(self, member: NDArray[np.int64]) -> dict[tuple[int, int], Sums]:
        """Σ c·c′ for each two groups that share clusters, and for each with itself, shape (atoms, atoms)."""
        width = len(self._atoms)
        found: dict[tuple[int, int], Sums] = {}
        for (one, other), flat in self._cells.products.items():
            table = np.array(flat, dtype=object).reshape(width, width)
            here, there = int(member[one]), int(member[other])
            if here == there:
                table = table if one == other else table + table.T
            elif here > there:
                here, there, table = there, here, table.T
            found[here, there] = found.get((here, there), np.zeros((width, width), dtype=object)) + table
        return found

    def _named(self, table: Sums) -> dict[str, int]:
        pairs = combinations_with_replacement(range(len(self._atoms)), 2)
        return {_product(self._atoms[i], self._atoms[j]): int(table[i, j]) for i, j in pairs}

    def _shared(
        self, one: Group, other: Group, mine: Mapping[str, Mask], theirs: Mapping[str, Mask], table: Sums
    ) -> RowSum:
        """The counts of both groups stand beside, so that the sums are withheld with any of them."""
        counts = {"shared": mine[RECORDS] & theirs[RECORDS], **mine}
        counts |= {f"{OTHER}{name}": mask for name, mask in theirs.items()}
        pairs = product(enumerate(self._atoms), repeat=2)
        sums = {_product(a, OTHER + b): int(table[i, j]) for (i, a), (j, b) in pairs}
        at = {f"{WITH}{column}": label for column, label in other.items()}
        people = int(self._cells.n[counts["shared"]].sum())
        return RowSum(SHARED, one, at, counts, 1.0 + people, sums, also=(other,))


@dataclass(frozen=True)
class Book:
    """What is shown of clusters, looked up by group."""

    clusters: CountTable
    shared: CountTable
    atoms: tuple[str, ...]

    def basis(
        self,
        group: Group,
        above: frozenset[str],
        rest: frozenset[str],
        counts: tuple[int, int],
        loose: tuple[int, int],
    ) -> Clustered:
        """A rate of a group.

        above, rest  the kinds of record that stand above the line, and those that stand below it alone
        counts       how many these are
        loose        those of them that are in no group, so that nothing is known of their clusters
        """
        x, y = counts
        row = self.clusters.find(group)
        if row is None or None in row.counts.values():
            return Clustered(x, x + y, None)
        a, b = ([name for name in self.atoms if name in side] for side in (above, rest))
        aa, ab, bb = (_total(row, one, other) for one, other in ((a, a), (a, b), (b, b)))
        m = row[RECORDS] or 0
        if not x or not y:
            # There are at least as many clusters with a trial as were they all equal, and as with any kind of trial.
            tied, both = x + y - loose[0] - loose[1], aa + 2 * ab + bb
            m = max([-(-(tied**2) // both) if both else 0, *(row[name] or 0 for name in (*a, *b))])
        return Clustered(x, x + y, m, (aa, ab, bb), loose, key_of(group), self._shares(group, a, b))

    def _shares(self, group: Group, a: Sequence[str], b: Sequence[str]) -> dict[object, Shared]:
        found: dict[object, Shared] = {}
        for other, row, first in self._pairs.get(key_of(group), ()):
            sides = list(product((a, b), repeat=2))
            if row["shared"] is None or None in row.counts.values():
                found[other] = Shared(None)
            else:
                sums = [_across(row, one, two) if first else _across(row, two, one) for one, two in sides]
                found[other] = Shared((sums[0], sums[1], sums[2], sums[3]))
        return found

    @cached_property
    def _pairs(self) -> dict[object, list[tuple[object, CountRow, bool]]]:
        """Per group, each other one with which it shares clusters, and whether this one is the row's first."""
        found: dict[object, list[tuple[object, CountRow, bool]]] = {}
        for row in self.shared:
            other = key_of({column.removeprefix(WITH): label for column, label in row.at.items()})
            found.setdefault(key_of(row.group), []).append((other, row, True))
            found.setdefault(other, []).append((key_of(row.group), row, False))
        return found


def _product(one: str, other: str) -> str:
    return f"{one}*{other}"


def _total(row: CountRow, one: Sequence[str], other: Sequence[str]) -> int:
    """Σ over clusters of the records of one side times those of the other."""
    found = 0
    for a, b in product(one, other):
        found += row.counts.get(_product(a, b), row.counts.get(_product(b, a))) or 0
    return found


def _across(row: CountRow, one: Sequence[str], other: Sequence[str]) -> int:
    return sum(row.counts[_product(a, OTHER + b)] or 0 for a, b in product(one, other))
