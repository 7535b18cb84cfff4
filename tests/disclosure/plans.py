"""Plans drawn at random: totals, sweeps, cohorts, strata, margins, groups against the rest."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import numpy as np
from numpy.typing import NDArray

from counterproof.counts import Cells, RowSum

Mask = NDArray[np.bool_]


def draw_cells(draw: np.random.Generator) -> Cells:
    """Group × stratum × cohort × score × outcome with small and empty cells among large ones."""
    sizes = {"group": (1, 5), "stratum": (1, 3), "cohort": (1, 3), "score": (2, 6)}
    values = [[f"{name}{i}" for i in range(draw.integers(*ends))] for name, ends in sizes.items()]
    keys = list(product(*values, ["0", "1"]))
    n = draw.poisson(draw.gamma(draw.uniform(0.2, 2), draw.uniform(2, 40), len(keys)))
    kept = n > 0 if draw.random() < 0.5 else np.ones(len(keys), dtype=bool)
    keys = [key for key, keep in zip(keys, kept, strict=True) if keep]
    return Cells((*sizes, "outcome"), tuple(keys), n[kept].astype(np.int64), int(n.sum()))


def draw_rows(draw: np.random.Generator, cells: Cells) -> list[RowSum]:
    """A plan's rows: everybody, then a random choice of ways to split, each a flag against the outcome."""
    ways: list[tuple[str, ...]] = [
        ("group",), ("stratum",), ("cohort",), ("group", "stratum"), ("group", "cohort"), ("stratum", "cohort"),
    ]  # fmt: skip
    chosen = [way for way in ways if draw.random() < 0.45]
    edges = cells.values("score")[1:]
    at = sorted(draw.choice(len(edges), size=min(len(edges), int(draw.integers(1, 4))), replace=False).tolist())
    everybody = np.ones(len(cells.n), dtype=bool)
    members: list[tuple[dict[str, str | None], Mask]] = [({}, everybody)]
    for way in chosen:
        for key in product(*(cells.values(name) for name in way)):
            group = dict(zip(way, key, strict=True))
            members.append((group, cells.where(**group)))
    if draw.random() < 0.3:  # leave-one-out: each group against the rest
        members += [({"not": name}, ~cells.where(group=name)) for name in cells.values("group")]
    if draw.random() < 0.3:  # one cohort once more by itself, under another name
        members += [({"after": name}, cells.where(cohort=name)) for name in cells.values("cohort")[:1]]
    full = draw.random() < 0.7
    return [_row(cells, group, mask, str(edges[k]), full) for group, mask in members if mask.any() for k in at]


def _row(cells: Cells, group: dict[str, str | None], members: Mask, edge: str, full: bool) -> RowSum:
    flagged = np.array([str(score) >= edge for score in cells.column("score")], dtype=bool)
    positive = cells.where(outcome="1")
    counts = {
        "true_positives": members & flagged & positive,
        "false_negatives": members & ~flagged & positive,
        "positives": members & positive,
    }
    if full:
        counts |= {
            "false_positives": members & flagged & ~positive,
            "true_negatives": members & ~flagged & ~positive,
            "negatives": members & ~positive,
            "flagged": members & flagged,
            "unflagged": members & ~flagged,
            "records": members,
        }
    return RowSum("outcomes", group, {"threshold": edge}, counts)


def draw_scored(draw: np.random.Generator) -> Cells:
    """The finest cells of a score audit by region and cohort: the names that its reduction gives them."""
    regions, cohorts = ("north", "south", "west")[: draw.integers(1, 4)], ("before", "after")[: draw.integers(1, 3)]
    keys = list(product(regions, cohorts, [str(score) for score in range(1, draw.integers(3, 7))], ["0", "1"]))
    n = draw.poisson(draw.gamma(draw.uniform(0.2, 2), draw.uniform(2, 40), len(keys))).astype(np.int64)
    return Cells(("region", "cohort", "score~", "outcome?"), tuple(keys), n, int(n.sum()))


def draw_fine(draw: np.random.Generator) -> tuple[Cells, list[int]]:
    """Many groups by a finely stepped score, in one column or two, and one or two thresholds of the plan's audits."""
    groups, columns, steps = (int(draw.integers(*ends)) for ends in [(3, 9), (1, 3), (6, 13)])
    share = draw.dirichlet(np.full(groups, draw.uniform(0.3, 2)))
    mean = draw.gamma(draw.uniform(0.5, 3), 1, (groups, columns, steps, 2)) * share[:, None, None, None]
    n = draw.poisson(mean * draw.uniform(20, 300) * np.array([1, draw.uniform(0.1, 1)])).astype(np.int64).ravel()
    names = ([f"g{i}" for i in range(groups)], [f"c{i}" for i in range(columns)])
    keys = list(product(*names, [str(step) for step in range(1, steps + 1)], "01"))
    kept = n > 0 if draw.random() < 0.5 else np.ones(len(n), dtype=bool)
    cuts = sorted(draw.choice(np.arange(2, steps + 1), draw.integers(1, 3), replace=False).tolist())
    known = {"score~": tuple(Decimal(cut) for cut in cuts)} if draw.random() < 0.7 else {}
    keys = [key for key, keep in zip(keys, kept, strict=True) if keep]
    return Cells(("region", "cohort", "score~", "outcome?"), tuple(keys), n[kept], int(n.sum()), cuts=known), cuts
