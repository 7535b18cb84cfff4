"""Linkage from clusters: which counts and sums would be shown, and the rates that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.linkage.measures import B_CUBED, COUNTS, RATES
from counterproof.audits.linkage.options import LinkageOptions
from counterproof.counts import Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.findings import Estimate, Population
from counterproof.reductions import Apart, Role
from counterproof.reductions.linkage import FALSE_LINK, MISSED_LINK, SCALE, TRUE_LINK, ClusterSums, LinkPairs
from counterproof.stats.basis import Basis, Exact
from counterproof.stats.clustered import Clustered, Shared

__all__ = ["apart", "estimates", "groupings", "roles", "rows"]

Mask = NDArray[np.bool_]


def groupings(options: LinkageOptions) -> tuple[tuple[str, ...], ...]:
    """Everybody, each column, and every crossing of columns."""
    return tuple(c for size in range(len(options.groups) + 1) for c in combinations(options.groups, size))


def roles(options: LinkageOptions) -> list[Role]:
    """Groups, and the keys, which stay in the engine."""
    keys = [(key, getattr(options, key)) for key in ("record", "predicted", "true")]
    found = [Role("groups", column, "category") for column in options.groups]
    return [*found, *(Role(key, column, "key") for key, column in keys if column is not None)]


def apart(options: LinkageOptions) -> dict[str, Apart]:
    """Pairs first: where a count of a group is withheld, so are the sums over its clusters."""
    keys = (options.record or "", options.predicted or "", options.true or "")
    found: dict[str, Apart] = {"pairs": LinkPairs(*keys, options.groups)}
    return found | {_name(by): ClusterSums(*keys, by) for by in groupings(options)}


def _name(by: Sequence[str]) -> str:
    return " ".join(("clusters", *by))


def rows(options: LinkageOptions, name: str, cells: Cells) -> Iterator[RowSum]:
    """Every number that would be shown of one reduction."""
    if name == "pairs":
        for columns in groupings(options):
            yield from _pairs(columns, cells)
    else:
        by = next(columns for columns in groupings(options) if _name(columns) == name)
        yield from _sums(by, cells)


def _pairs(columns: tuple[str, ...], cells: Cells) -> Iterator[RowSum]:
    """Pairs of which at least one record is in the group."""
    pair = cells.column("pair")
    kinds = {kind: np.array([one == kind for one in pair], dtype=bool) for kind in (TRUE_LINK, FALSE_LINK, MISSED_LINK)}
    sides = [[tuple(key) for key in zip(*(cells.column(f"{side}{c}") for c in columns), strict=True)] for side in SIDES]
    for label in sorted({*sides[0], *sides[1]}, key=_order) if columns else [()]:
        inside: Mask = np.ones(len(cells.keys), dtype=bool)
        if columns:
            inside = np.array([label in (one, other) for one, other in zip(*sides, strict=True)], dtype=bool)
        true, false, missed = (inside & kinds[kind] for kind in (TRUE_LINK, FALSE_LINK, MISSED_LINK))
        counts = {"true_links": true, "false_links": false, "links": true | false}
        counts |= {"missed_links": missed, "true_pairs": true | missed}
        yield RowSum("pairs", dict(zip(columns, label, strict=True)), {}, counts, 1.0 + float(cells.n[inside].sum()))


SIDES = ("", "other ")


def _order(key: tuple[str | None, ...]) -> list[tuple[bool, str]]:
    return [(text is None, text or "") for text in key]


def _sums(by: tuple[str, ...], cells: Cells) -> Iterator[RowSum]:
    """Records of each group, and the sums over its clusters, which stand in one cell."""
    used = cells.column("used") == "1"
    for place, key in enumerate(cells.keys):
        if used[place]:
            mask = np.zeros(len(cells.keys), dtype=bool)
            mask[place] = True
            sums = {name: int(values[place]) for name, values in cells.sums.items()}
            yield RowSum("sums", dict(zip(by, key, strict=False)), {}, {"records": mask}, sums=sums)
    if not by:
        yield RowSum("quality", {}, {}, {"used": used, "unused": ~used})


def estimates(
    options: LinkageOptions, shown: Mapping[str, CountTable], population: Population, level: float
) -> Iterator[Estimate]:
    """Rates with intervals that know of clusters, B-cubed figures, and the numbers of pairs."""
    sums = shown["sums"]
    names: dict[tuple[str, ...], list[object]] = {tuple(row.group): [] for row in shown["pairs"]}
    for row in shown["pairs"]:
        names[tuple(row.group)].append(key_of(row.group))
    for row in shown["pairs"]:
        if None in row.group.values():
            continue
        over = sums.find(row.group)
        others = [name for name in names[tuple(row.group)] if name != key_of(row.group)]
        for measure in options.measures:
            if measure in RATES:
                yield _rate(measure, row, over, others, population, level)
            elif measure in COUNTS:
                yield _count(measure, row)
    for row in sums:
        if None not in row.group.values():
            yield from (_b_cubed(m, row, population, level) for m in options.measures if m in B_CUBED)


def _count(measure: str, row: CountRow) -> Estimate:
    value = row[measure]
    if value is None:
        return Estimate(measure, row.group, {}, "suppressed")
    return Estimate(measure, row.group, {}, "reported", value, basis=Exact(value))


def _rate(
    measure: str, row: CountRow, over: CountRow | None, others: Sequence[object], population: Population, level: float
) -> Estimate:
    above, rest, below, name = RATES[measure]
    x, n = row[above], row[below]
    if x is None or n is None or row[rest] is None:
        return Estimate(measure, row.group, {}, "suppressed")
    if n == 0:
        return Estimate(measure, row.group, {}, "undefined", numerator=x, denominator=n)
    basis = _clustered(x, n, over, name, above == "true_links", row.group, others)
    return _estimate(measure, row.group, basis, population, level, x, n)


def _b_cubed(measure: str, row: CountRow, population: Population, level: float) -> Estimate:
    """A mean over records; its sums are in units of 1/SCALE record, which stand for successes and trials."""
    name, records = B_CUBED[measure], row["records"]
    x = row.counts.get(f"{name}.sum")
    if x is None or records is None:
        return Estimate(measure, row.group, {}, "suppressed")
    basis = _clustered(x, records * SCALE, row, name, True, row.group, ())
    return _estimate(measure, row.group, basis, population, level)


def _clustered(
    x: int, n: int, over: CountRow | None, name: str, first: bool, group: Group, others: Sequence[object]
) -> Clustered:
    """``first``: what is counted above the line is the a of the sums, else the b.

    A cluster with records of two groups belongs to both, and what they share is not known: any of it is allowed for.
    """
    parts = [None if over is None else over.counts.get(f"{name}.{part}") for part in ("clusters", "aa", "ab", "bb")]
    known = [part for part in parts if part is not None]
    shared = {other: Shared(None) for other in others}
    if len(known) < len(parts):
        return Clustered(x, n, None, name=key_of(group), shared=shared)
    clusters, aa, ab, bb = known
    squares = (aa, ab, bb) if first else (bb, ab, aa)
    return Clustered(x, n, clusters, squares, name=key_of(group), shared=shared)


def _estimate(
    measure: str,
    group: Group,
    basis: Clustered,
    population: Population,
    level: float,
    x: int | None = None,
    n: int | None = None,
) -> Estimate:
    value = basis.value
    if value is None:
        return Estimate(measure, group, {}, "undefined")
    if population == "records":
        exact: Basis = Exact(value)
        return Estimate(measure, group, {}, "reported", value, numerator=x, denominator=n, basis=exact)
    ends = basis.printed(level)
    return Estimate(measure, group, {}, "estimated", value, ends.low, ends.high, level, ends.method, x, n, basis=basis)
