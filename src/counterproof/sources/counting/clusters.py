"""Clusters inside the engine: records by key and group, and from there only sums over all clusters.

The one long table, a row for each cluster in each group, stays in the engine, on disk where it does not fit into
memory. Most clusters stand in one group; the few that stand in several are looked at a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import combinations_with_replacement, product
from operator import add
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.errors import InputError
from counterproof.reductions import MAX_CELLS
from counterproof.reductions.clusters import ClusterCells, Clusters, Cut
from counterproof.sources.counting import cast
from counterproof.sources.counting.grid import own_type
from counterproof.sources.identity.patterns import MASK

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, Column, IntegerColumn, Table

    from counterproof.sources.counting.session import Session

__all__ = ["nameless", "run"]

_WIDE = "decimal(38, 0)"
_Group = tuple[str | None, ...]
_Trace = tuple[tuple[int, int], ...]


def run(session: Session, reduction: Clusters) -> ClusterCells:
    """See ``reductions.clusters``. Raises InputError where clusters stand in too many combinations of groups."""
    groups, atoms = [f"g{place}" for place in range(len(reduction.groups))], len(reduction.atoms)
    table = session.keep("clusters", _clusters(session.table, reduction, groups, atoms))
    keyed, keyless = table.filter(table.known), table.filter(~table.known)
    reading = _Reading(reduction, [table[name].type() for name in groups])
    for labels, bits, n, *sums in reading.of(session.ask("clusters", _by_trace(keyed, groups, atoms))):
        reading.add(labels, int(bits), int(n), list(map(int, sums)))
    for labels, *counts in reading.of(session.ask("records without a key", _summed(keyless, groups, atoms))):
        reading.add_keyless(labels, [int(n or 0) for n in counts])
    if groups:
        _several(session, keyed, groups, atoms, reading)
    return reading.cells()


def _clusters(records: Table, reduction: Clusters, groups: Sequence[str], atoms: int) -> Table:
    """One row for each cluster in each group: its key and whether that is one, and how many records of each kind."""
    columns = {name: cast.category(records[column]) for name, column in zip(groups, reduction.groups, strict=True)}
    rows = records.select(k=cast.category(records[reduction.key]), a=_atom(records, reduction), **columns)
    rows = rows.filter(rows.a.notnull())
    counts = {f"c{place}": rows.count(where=rows.a == place).cast("int64") for place in range(atoms)}
    found = rows.group_by("k", *groups).agg(**counts)
    return found.mutate(known=~nameless(found.k))


def _atom(records: Table, reduction: Clusters) -> IntegerColumn:
    """Which of the reduction's atoms a record is; null where it is left out."""
    flag = _flag(records, reduction.flag)
    cases: list[tuple[Any, int]] = []
    if reduction.outcome is not None:
        outcome = cast.coded(records[reduction.outcome.column], reduction.outcome.positive)
        learned = _learned(records, reduction, flag)
        for place, (f, y) in enumerate(product((cast.YES, cast.NO), repeat=2)):
            cases.append(((flag == f) & (outcome == y) & learned, place))
    if len(reduction.atoms) > len(cases):
        cases += [(flag == f, len(reduction.atoms) - 2 + place) for place, f in enumerate((cast.YES, cast.NO))]
    return ibis.cases(*cases, else_=None).cast("int8")


def _flag(records: Table, flag: Any) -> Column:
    if not isinstance(flag, Cut):
        return cast.coded(records[flag.column], flag.positive)
    score = cast.number(records[flag.column])
    edge = cast.literal(own_type(flag.at, score.type(), flag.direction), score.type())
    passed = score >= edge if flag.direction == "at_least" else score <= edge
    return ibis.cases((passed, cast.YES), (~passed, cast.NO), else_=None)


def _learned(records: Table, reduction: Clusters, flag: Column) -> Any:
    """Whether an outcome that is written down counts as known."""
    if reduction.reviewed is not None:
        return cast.coded(records[reduction.reviewed.column], reduction.reviewed.positive) == cast.YES
    return flag == cast.YES if reduction.known == "flagged" else ibis.literal(True)


def nameless(key: Column) -> BooleanColumn:
    """Whether a key is missing, or a text that stands for one that was taken out."""
    masked = key.upper().re_search(MASK) if key.type().is_string() else ibis.literal(False)
    return key.isnull() | masked.fill_null(False)


def _pattern(table: Table, atoms: int) -> Column:
    return reduce(add, [ibis.ifelse(table[f"c{place}"] > 0, 1 << place, 0) for place in range(atoms)]).cast("int64")


def _by_trace(table: Table, groups: Sequence[str], atoms: int) -> Table:
    """Clusters by group and kinds found there, with Σ cᵢcⱼ for i <= j."""
    pairs = combinations_with_replacement(range(atoms), 2)
    sums = {f"s{i}_{j}": _sum(table[f"c{i}"] * table[f"c{j}"]) for i, j in pairs}
    found = table.mutate(bits=_pattern(table, atoms)).group_by(*groups, "bits")
    return found.agg(n=lambda t: t.count().cast("int64"), **sums).order_by(*groups, "bits")


def _summed(table: Table, groups: Sequence[str], atoms: int) -> Table:
    sums = {f"n{place}": table[f"c{place}"].sum().cast("int64") for place in range(atoms)}
    return table.group_by(*groups).agg(**sums).order_by(*groups) if groups else table.agg(**sums)


def _sum(products: Column) -> Any:
    return products.sum().cast(_WIDE)


def _several(session: Session, keyed: Table, groups: Sequence[str], atoms: int, reading: _Reading) -> None:
    """The clusters with records in several groups: taken out of the traces within one, and put in with their own."""
    often = keyed.group_by("k").agg(times=lambda t: t.count())
    often = often.filter(often.times > 1).select("k")
    several = session.keep("clusters in several groups", keyed.semi_join(often, "k"))
    if not session.ask("clusters in several groups", several.agg(n=several.count().cast("int64")))[0][0]:
        return
    several = several.mutate(code=ibis.dense_rank().over(order_by=list(groups)), bits=_pattern(several, atoms))
    places = {}
    for labels, code, bits, n in reading.of(session.ask("their groups", _parts(several, groups))):
        places[code] = reading.place(labels)
        reading.add(labels, int(bits), -int(n), [])
    for one, other, *sums in session.ask("their products", _products(several, atoms)):
        reading.join(places[one], places[other], list(map(int, sums)))
    traces = session.ask("their traces", _traces(several, atoms))
    if len(traces) > MAX_CELLS:
        hint = "use fewer group columns, or group columns in which a cluster stands under one value"
        raise InputError(
            f"the clusters stand in more than {MAX_CELLS:,} combinations of groups", where="cluster", hint=hint
        )
    for text, n in traces:
        items = [divmod(int(item), 1 << atoms) for item in text.split(",")]
        reading.add_trace(tuple(sorted((places[code], bits) for code, bits in items)), int(n))


def _parts(several: Table, groups: Sequence[str]) -> Table:
    by = (*groups, "code", "bits")
    return several.group_by(*by).agg(n=lambda t: t.count().cast("int64")).order_by(*by)


def _products(several: Table, atoms: int) -> Table:
    """Σ over clusters of cᵢ of one group times cⱼ of another, for each two groups that share clusters."""
    right = several.view()
    both = several.join(right, [several.k == right.k, several.code < right.code])
    pairs = list(product(range(atoms), repeat=2))
    each = both.select(
        one=several.code, other=right.code, **{f"s{i}_{j}": several[f"c{i}"] * right[f"c{j}"] for i, j in pairs}
    )
    sums = {f"s{i}_{j}": _sum(each[f"s{i}_{j}"]) for i, j in pairs}
    return each.group_by("one", "other").agg(**sums).order_by("one", "other")


def _traces(several: Table, atoms: int) -> Table:
    """How many clusters have each trace, written as text: groups with the kinds found there, as whole numbers."""
    rows = several.mutate(item=several.code.cast("int64") * (1 << atoms) + several.bits)
    each = rows.group_by("k").agg(trace=lambda t: t.item.cast("string").group_concat(",", order_by=t.item))
    counted = each.group_by("trace").agg(n=lambda t: t.count().cast("int64"))
    return counted.order_by("trace").limit(MAX_CELLS + 1)


class _Reading:
    """What left the engine, put together: clusters by trace, and products by pair of groups."""

    def __init__(self, reduction: Clusters, kinds: Sequence[Any]) -> None:
        self._reduction, self._kinds = reduction, kinds
        self._atoms = len(reduction.atoms)
        self._places: dict[_Group, int] = {}
        self._traces: dict[tuple[_Trace, bool], int] = {}
        self._products: dict[tuple[int, int], np.ndarray[Any, Any]] = {}

    def of(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows with their group columns read as one tuple of labels."""
        width = len(self._kinds)
        named = [tuple(cast.label(v, kind) for v, kind in zip(row, self._kinds, strict=False)) for row in rows]
        return [(labels, *row[width:]) for labels, row in zip(named, rows, strict=True)]

    def place(self, labels: _Group) -> int:
        """The place of a finest group."""
        return self._places.setdefault(labels, len(self._places))

    def add(self, labels: _Group, bits: int, n: int, sums: list[int]) -> None:
        """Clusters in one group, and Σ cᵢcⱼ (i <= j) over them."""
        place = self.place(labels)
        self.add_trace(((place, bits),), n)
        pairs = combinations_with_replacement(range(self._atoms), 2)
        for (i, j), total in zip(pairs, sums, strict=False):
            self._at(place, place)[i, j] += total
            if i != j:
                self._at(place, place)[j, i] += total

    def add_keyless(self, labels: _Group, counts: list[int]) -> None:
        """Records that are clusters of their own."""
        for atom, n in enumerate(counts):
            if n:
                place = self.place(labels)
                self._at(place, place)[atom, atom] += n
                self.add_trace(((place, 1 << atom),), n, keyless=True)

    def add_trace(self, trace: _Trace, n: int, *, keyless: bool = False) -> None:
        """Clusters with this trace."""
        self._traces[trace, keyless] = self._traces.get((trace, keyless), 0) + n

    def join(self, one: int, other: int, sums: list[int]) -> None:
        """Σ cᵢc′ⱼ over clusters with records in both groups."""
        found = np.array(sums, dtype=object).reshape(self._atoms, self._atoms)
        low, high = min(one, other), max(one, other)
        self._products[low, high] = found if one == low else found.T

    def cells(self) -> ClusterCells:
        """Everything in text order of the groups, the missing label last; ``records`` is the number of clusters."""
        order = sorted(self._places, key=lambda labels: [(text is None, text or "") for text in labels])
        moved = {self._places[labels]: place for place, labels in enumerate(order)}
        traces = sorted((tuple(sorted((moved[g], bits) for g, bits in t)), k, n) for (t, k), n in self._traces.items())
        traces = [entry for entry in traces if entry[2]]
        keys = tuple((f"{trace}{' without key' * keyless}",) for trace, keyless, _ in traces)
        n = np.array([number for *_, number in traces], dtype=np.int64)
        return ClusterCells(
            ("trace",),
            keys,
            n,
            int(n.sum()),
            touched=tuple(trace for trace, _, _ in traces),
            keyless=tuple(keyless for _, keyless, _ in traces),
            labels=tuple(order),
            products=self._moved(moved),
        )

    def _at(self, one: int, other: int) -> Any:
        return self._products.setdefault((one, other), np.zeros((self._atoms, self._atoms), dtype=object))

    def _moved(self, moved: Mapping[int, int]) -> dict[tuple[int, int], tuple[int, ...]]:
        found = {}
        for (one, other), table in self._products.items():
            low, high = sorted((moved[one], moved[other]))
            found[low, high] = tuple(map(int, (table if moved[one] == low else table.T).ravel()))
        return {pair: found[pair] for pair in sorted(found)}
