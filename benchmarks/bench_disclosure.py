"""How long disclosure takes on plans with a thousand small counts, and how much it withholds.

python benchmarks/bench_disclosure.py            the tables of docs/disclosure.md
python benchmarks/bench_disclosure.py --rerun    a reader who runs the program again on every candidate table
"""

from __future__ import annotations

import argparse
import time
from itertools import product

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.score import SCORE
from counterproof.audits.score.options import ScoreOptions
from counterproof.counts import Cells, RowSum
from counterproof.disclosure import Protected, protect

PLANS = [  # name, groups, strata, thresholds, mean of a cell
    ("50 groups × 3 strata, one threshold", 50, 3, (5,), 2.0),
    ("170 groups × 3 strata, one threshold", 170, 3, (5,), 2.0),
    ("45 groups × 3 strata, sweep of three", 45, 3, (3, 5, 7), 2.0),
]

SCORES = [  # name, records, groups of each column; 50 steps of a score
    ("5,000 records, 20 groups", 5_000, (20,)),
    ("20,000 records, 45 groups", 20_000, (45,)),
    ("20,000 records, 12 groups × 2", 20_000, (12, 2)),
    ("50,000 records, 170 groups", 50_000, (170,)),
]


def draw_cells(groups: int, strata: int, mean: float) -> Cells:
    draw = np.random.default_rng(1)
    keys = tuple(
        (f"g{g:03d}", f"s{s}", str(t), o) for g in range(groups) for s in range(strata) for t in range(10) for o in "01"
    )
    n = draw.poisson(draw.gamma(1, mean, len(keys))).astype(np.int64)
    return Cells(("group", "stratum", "score", "outcome"), keys, n, int(n.sum()))


def draw_rows(cells: Cells, thresholds: tuple[int, ...]) -> list[RowSum]:
    """Everybody, both margins and the crossing; a flag against the outcome at every threshold."""
    by = {name: {value: cells.where(**{name: value}) for value in cells.values(name)} for name in ("group", "stratum")}
    members: list[tuple[dict[str, str | None], NDArray[np.bool_]]] = [({}, np.ones(len(cells.n), dtype=bool))]
    members += [({name: value}, mask) for name in by for value, mask in by[name].items()]
    members += [
        ({"group": g, "stratum": s}, a & b) for (g, a), (s, b) in product(by["group"].items(), by["stratum"].items())
    ]
    score, positive = np.array([int(t) for t in cells.column("score")]), cells.where(outcome="1")
    rows = []
    for threshold in thresholds:
        flagged = score >= threshold
        for group, inside in members:
            counts = {
                "true_positives": inside & flagged & positive,
                "false_negatives": inside & ~flagged & positive,
                "false_positives": inside & flagged & ~positive,
                "true_negatives": inside & ~flagged & ~positive,
                "positives": inside & positive,
                "negatives": inside & ~positive,
                "flagged": inside & flagged,
                "unflagged": inside & ~flagged,
                "records": inside,
            }
            rows.append(RowSum("outcomes", group, {"threshold": threshold}, counts))
    return rows


def speed() -> None:
    print("| plan | counts | below ten | withheld to protect them | seconds |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, groups, strata, thresholds, mean in PLANS:
        cells = draw_cells(groups, strata, mean)
        rows = draw_rows(cells, thresholds)
        start = time.process_time()
        shown = protect(cells, rows, floor=10)
        seconds = time.process_time() - start
        counts = sum(len(row.counts) for row in rows)
        assert shown.proven
        print(f"| {name} | {counts:,} | {shown.primary:,} | {shown.complementary:,} | {seconds:.1f} |", flush=True)


def draw_scores(records: int, groups: tuple[int, ...]) -> Cells:
    """A random score of 1 … 50, an outcome in 30 % of all, and groups of very different size."""
    draw = np.random.default_rng(1)
    labels = []
    for number in groups:
        share = draw.exponential(size=number)
        labels.append(draw.choice(number, records, p=share / share.sum()))
    score, outcome = draw.integers(1, 51, records), draw.random(records) < 0.3
    keys, n = np.unique(np.column_stack([*labels, score, outcome]), axis=0, return_counts=True)
    texts = tuple((*(f"g{label:03d}" for label in key[:-2]), str(key[-2]), str(key[-1])) for key in keys.tolist())
    names = (*(f"column{i}" for i in range(len(groups))), "score~", "outcome?")
    return Cells(names, texts, n.astype(np.int64), records)


def curves() -> None:
    """Score audits of many groups with a finely stepped score: what is withheld, and which curves remain."""
    print("\n| score audit | counts of tables | below ten | withheld for them | curves drawn | left out | seconds |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, records, groups in SCORES:
        cells = draw_scores(records, groups)
        plan = {"source": "s", "score": "score", "flag_at": 25, "outcome": "outcome", "groups": cells.dimensions[:-2]}
        start = time.process_time()
        rows = list(SCORE.sums(ScoreOptions.model_validate(plan), cells, 10))
        shown = protect(cells, rows, floor=10)
        seconds = time.process_time() - start
        counts = sum(len(row.counts) for row in rows if row.curve is None and not row.secret)
        print(
            f"| {name} | {counts:,} | {shown.primary:,} | {shown.complementary:,} | {drawn(rows, shown)} "
            f"| {shown.curves} | {seconds:.1f} |",
            flush=True,
        )


def drawn(rows: list[RowSum], shown: Protected) -> str:
    pairs = [row for row, counts in zip(rows, shown.shown, strict=True) if row.curve and None not in counts.values()]
    points = sum(row.table == "sweep" for row in pairs)
    return f"{len({row.curve for row in pairs})} of {points:,} points"


def rerun(floor: int, mean: float, plans: int) -> None:
    """What a reader gains who protects every table that agrees and keeps those that would print the same."""
    keys = tuple(product("ab", "01"))
    cells = Cells(("group", "outcome"), keys, np.zeros(4, dtype=np.int64), 0)
    yes = cells.where(outcome="1")
    inside = [np.ones(4, dtype=bool), cells.where(group="a"), cells.where(group="b")]
    rows = [RowSum("t", {"row": str(i)}, {}, {"yes": m & yes, "no": m & ~yes, "all": m}) for i, m in enumerate(inside)]
    sums = np.array([mask for row in rows for mask in row.counts.values()]).astype(np.int64)
    prints: dict[tuple[int, ...], tuple[int | None, ...]] = {}

    def printed(table: tuple[int, ...]) -> tuple[int | None, ...]:
        if table not in prints:
            shown = protect(Cells(cells.dimensions, keys, np.array(table), sum(table)), rows, floor=floor)
            prints[table] = tuple(value for counts in shown.shown for value in counts.values())
        return prints[table]

    draw = np.random.default_rng(1)
    suppressed = narrowed = exact = 0
    for _ in range(plans):
        truth = tuple(int(v) for v in draw.poisson(draw.gamma(1, mean, 4)))
        if not floor <= sum(truth) <= 8 * mean or None not in printed(truth):
            continue
        seen = printed(truth)
        every = (t for t in product(range(sum(truth) + 1), repeat=4) if sum(t) == sum(truth))
        agree = [t for t in every if all(v is None or v == s for v, s in zip(seen, sums @ t, strict=True))]
        values = np.array([t for t in agree if printed(t) == seen]) @ sums.T
        spans = np.ptp(values, axis=0)[[value is None for value in seen]]
        suppressed, narrowed, exact = (
            suppressed + len(spans),
            narrowed + int((spans < floor).sum()),
            exact + int((spans == 0).sum()),
        )
    print(f"| {floor} | {suppressed} | {narrowed / suppressed:.0%} | {exact / suppressed:.1%} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rerun", action="store_true")
    if parser.parse_args().rerun:
        print("| floor | suppressed counts | range below the floor | exactly known |\n| ---: | ---: | ---: | ---: |")
        for least, typical, number in [(3, 4, 150), (5, 6, 60), (10, 10, 16)]:
            rerun(least, typical, number)
    else:
        speed()
        curves()
