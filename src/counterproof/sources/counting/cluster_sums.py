"""Sums over clusters, which tell how much the pairs of one cluster hang together; and the B-cubed sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.linkage import SCALE, ClusterSums
from counterproof.sources.counting import cast
from counterproof.sources.counting.link_pairs import counted

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_WIDE = "decimal(38, 0)"
_PAIRS, _SHARES = ("clusters", "aa", "ab", "bb"), ("sum", "clusters", "aa", "ab", "bb")
_SIDES = {"p": ("links", "precision"), "t": ("pairs", "recall")}


def run(session: Session, reduction: ClusterSums) -> Cells:
    """See ``ClusterSums``."""
    cells, records = counted(session, reduction, reduction.by)
    by = [f"g{place}" for place in range(len(reduction.by))]
    kinds = [cells[name].type() for name in by]
    found: dict[tuple[str | None, ...], dict[str, int]] = {}
    for unit, (pairs, shares) in _SIDES.items():
        names = ["n", *(f"{pairs}.{part}" for part in _PAIRS), *(f"{shares}.{part}" for part in _SHARES)]
        for row in session.ask(f"sums over clusters ({pairs})", _sums(cells, unit, by)):
            key = tuple(cast.label(value, kind) for value, kind in zip(row, kinds, strict=False))
            values = (int(value or 0) for value in row[len(by) :])
            found.setdefault(key, {}).update(zip(names, values, strict=True))
    used = sum(sums["n"] for sums in found.values())
    cells = {(*key, "1"): found[key] for key in sorted(found, key=lambda key: [(v is None, v or "") for v in key])}
    if records > used:  # those without a cluster or an entity
        cells[*((None,) * len(by)), "0"] = {"n": records - used}
    n = np.array([sums["n"] for sums in cells.values()], dtype=np.int64)
    names = [f"{pairs}.{part}" for pairs, _ in _SIDES.values() for part in _PAIRS]
    names += [f"{shares}.{part}" for _, shares in _SIDES.values() for part in _SHARES]
    sums = {name: np.array([entry.get(name, 0) for entry in cells.values()], dtype=object) for name in names}
    return Cells((*reduction.by, "used"), tuple(cells), n, records, sums)


def _sums(cells: Table, unit: str, by: list[str]) -> Table:
    """Per group: records, then the sums of pairs and of shares over the units, in the order of ``ClusterSums``."""
    whole = cells.group_by("p", "t").agg(n=cells.n.sum())
    own = cells.group_by("p", "t", *by).agg(k=cells.n.sum())
    size = cells.group_by(unit).agg(size=cells.n.sum())
    both = own.join(whole, ["p", "t"]).join(size, unit)
    both = both.select(
        unit=both[unit],
        **{name: both[name] for name in by},
        k=both.k.cast("int64"),
        size=both["size"].cast("int64"),
        right=_pairs(both.n.cast("int64")) - _pairs((both.n - both.k).cast("int64")),
        share=(both.k.cast("float64") * both.n / both["size"] * SCALE).round().cast("int64"),
    )
    each = both.group_by("unit", *by).agg(
        k=both.k.sum().cast("int64"),
        a=both.right.sum().cast(_WIDE),
        size=both["size"].max(),
        x=both.share.sum().cast(_WIDE),
    )
    joined = _pairs(each["size"]) - _pairs(each["size"] - each.k)
    each = each.mutate(b=joined.cast(_WIDE) - each.a, y=(each.k * SCALE).cast(_WIDE) - each.x)
    sums: dict[str, Any] = {"n": each.k.sum(), "m": cast.one(each.a + each.b > 0).sum()}
    sums |= {"aa": (each.a * each.a).sum(), "ab": (each.a * each.b).sum(), "bb": (each.b * each.b).sum()}
    sums |= {"x": each.x.sum(), "units": each.count()}
    sums |= {"xx": (each.x * each.x).sum(), "xy": (each.x * each.y).sum(), "yy": (each.y * each.y).sum()}
    sums = {name: value.cast(_WIDE) for name, value in sums.items()}
    return each.group_by(*by).agg(**sums).order_by(*by) if by else each.agg(**sums)


def _pairs(n: Column) -> Column:
    """n(n−1)/2, whole."""
    return (n.cast(_WIDE) * (n - 1).cast(_WIDE) / 2).cast(_WIDE)
