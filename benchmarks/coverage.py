"""How often the intervals cover: exact sums where that is possible, seeded simulation where it is not.

python benchmarks/coverage.py --out docs/coverage.md
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.special import bdtr, ndtr

from counterproof.stats.basis import Ranks
from counterproof.stats.contrasts import score_limits, score_p_values
from counterproof.stats.intervals import Floats, clopper_pearson_limits, wilson_limits

LEVEL = 0.95
SEED = 20161
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.008, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.46, 0.5)
SIZES = (5, 10, 12, 20, 50, 200, 1_000, 5_000, 20_000, 50_000, 100_000)
DRAWS = 4_000
Limits = Callable[[Floats, Floats, float], tuple[Floats, Floats]]


def support(n: int, p: float) -> tuple[Floats, Floats]:
    """Counts that hold all but 1e-12 of a binomial, and their probabilities."""
    spread = 7.5 * math.sqrt(n * p * (1 - p)) + 15
    x = np.arange(max(0, math.floor(n * p - spread)), min(n, math.ceil(n * p + spread)) + 1.0)
    below = np.concatenate([[bdtr(x[0] - 1, n, p) if x[0] > 0 else 0.0], bdtr(x, n, p)])
    return x, np.diff(below)


def percent(coverage: float) -> str:
    """Rounded down, so that nothing looks better than it is; tails cut off the sums are no reason for 99.9."""
    return f"{math.floor(min(coverage + 1e-9, 1) * 1000) / 10:.1f}"


def must_cover(coverage: float) -> None:
    if coverage < LEVEL - 1e-9:
        raise SystemExit(f"an interval that covers at any counts covers with {coverage}")


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""


# One rate


def rate_coverage(limits: Limits, n: int, p: float) -> float:
    x, weight = support(n, p)
    low, high = limits(x, np.full_like(x, n), LEVEL)
    return float(weight[(low <= p) & (p <= high)].sum())


def least_over_all_rates(limits: Limits, n: int, expected: float = 0) -> tuple[float, float]:
    """The true minimum over every rate with at least so many expected successes and failures, and where it lies.

    Coverage only drops at an interval's end, seen from outside.
    """
    x = np.arange(n + 1.0)
    low, high = limits(x, np.full_like(x, n), LEVEL)
    ends = np.concatenate([np.nextafter(low[low > 0], 0), np.nextafter(high[high < 1], 1), [0.5]])
    ends = ends[n * np.minimum(ends, 1 - ends) >= expected]
    # Between two ends the covered counts stay the same and their probability has no inner minimum.
    weight = np.diff(bdtr(x[:, None], n, ends[None, :]), axis=0, prepend=0)
    covered = (low[:, None] <= ends) & (ends <= high[:, None])
    coverage = (weight * covered).sum(axis=0)
    least = float(coverage.min())
    return least, float(ends[coverage < least + 1e-9].min())


def one_rate() -> Iterator[str]:
    yield "## One rate: exact"
    yield ""
    for name, limits in (("Wilson", wilson_limits), ("Clopper–Pearson", clopper_pearson_limits)):
        grid = {(n, p): rate_coverage(limits, n, p) for n in SIZES for p in RATES}
        worst = min(grid, key=grid.__getitem__)
        yield f"### {name}"
        yield ""
        yield f"Coverage in per cent. Least on this grid: {percent(grid[worst])} (n = {worst[0]:,}, p = {worst[1]})."
        yield ""
        yield from table(["n", *map(str, RATES)], [[f"{n:,}", *(percent(grid[n, p]) for p in RATES)] for n in SIZES])
        sizes = [n for n in SIZES if n <= 1_000]
        found = {n: least_over_all_rates(limits, n) for n in sizes}
        if name != "Wilson":
            must_cover(min(grid[worst], *(least for least, _ in found.values())))
        yield "True minimum over every rate between 0 and 1, and where it lies:"
        yield ""
        rows = [["least", *(percent(found[n][0]) for n in sizes)], ["at p", *(f"{found[n][1]:.2g}" for n in sizes)]]
        yield from table(["n", *(f"{n:,}" for n in sizes)], rows)


# Two rates


def equal_rates(n1: int, n0: int, p: float) -> tuple[float, float, float]:
    """Chance that equality is not excluded if it is true: score interval, rectangle, the rule of the verdicts."""
    (x1, w1), (x0, w0) = support(n1, p), support(n0, p)
    a, b = x1[:, None], x0[None, :]
    scored = score_p_values(a, np.float64(n1), b, np.float64(n0)) >= 1 - LEVEL
    low1, high1 = clopper_pearson_limits(x1, np.full_like(x1, n1), math.sqrt(LEVEL))
    low0, high0 = clopper_pearson_limits(x0, np.full_like(x0, n0), math.sqrt(LEVEL))
    boxed = (low1[:, None] <= high0) & (high1[:, None] >= low0)
    sparse = min(n1, n0) * np.minimum(a + b, n1 + n0 - a - b) < 5 * (n1 + n0)
    weigh = lambda held: float(w1 @ held @ w0)  # noqa: E731
    return weigh(scored), weigh(boxed), weigh(np.where(sparse, boxed, scored))


def two_equal_rates() -> Iterator[str]:
    yield "## Two equal rates: exact"
    yield ""
    yield "Chance that the interval for the difference holds 0, which is the chance that the interval for the ratio"
    yield "holds 1: the least over the rates of the grid, in per cent."
    yield ""
    pairs = list(itertools.combinations_with_replacement(SIZES, 2))
    grid = {(n1, n0, p): equal_rates(n1, n0, p) for n1, n0 in pairs for p in RATES}
    names = (
        "Miettinen–Nurminen everywhere (as printed)",
        "Rectangle everywhere",
        "Miettinen–Nurminen, and the rectangle where an expected count is below 5 (as judged)",
    )
    for which, name in enumerate(names):
        worst = min(grid, key=lambda key, which=which: grid[key][which])
        where = f"n = {worst[0]:,} and {worst[1]:,}, p = {worst[2]}"
        yield f"### {name}"
        yield ""
        yield f"Least on this grid: {percent(grid[worst][which])} ({where})."
        yield ""
        if which == 1:
            must_cover(grid[worst][which])
        rows = []
        for n0 in SIZES:
            cells = [percent(min(grid[n1, n0, p][which] for p in RATES)) if n1 <= n0 else "" for n1 in SIZES]
            rows.append([f"{n0:,}", *cells])
        yield from table(["", *(f"{n:,}" for n in SIZES)], rows)


def endless_reference() -> Iterator[str]:
    yield "### The limit of an endless reference"
    yield ""
    yield "With a reference so large that its rate is known, the score interval turns into Wilson's. Its true minimum"
    yield "over every rate at which 5 successes and 5 failures are expected is therefore what verdicts about a group of"
    yield "that size approach. The six worst sizes of 10 to 500, and some others:"
    yield ""
    found = {n: least_over_all_rates(wilson_limits, n, expected=5) for n in range(10, 501)}
    worst = [*sorted(found, key=lambda n: found[n])[:6], 20, 50, 100, 200, 500]
    yield from table(
        ["n", *map(str, worst)],
        [["least", *(percent(found[n][0]) for n in worst)], ["at p", *(f"{found[n][1]:.3f}" for n in worst)]],
    )


def unequal_rates(n1: int, n0: int, p1: float, p0: float, scale: str) -> tuple[float, float]:
    """Chance that the true contrast is held: score interval, and the rule of the verdicts."""
    (x1, w1), (x0, w0) = support(n1, p1), support(n0, p0)
    a, b = np.repeat(x1, len(x0)), np.tile(x0, len(x1))
    m1, m0 = np.full_like(a, n1), np.full_like(b, n0)
    truth = p1 - p0 if scale == "difference" else p1 / p0
    low, high = score_limits(a, m1, b, m0, scale, LEVEL)  # type: ignore[arg-type]
    scored = (low <= truth) & (truth <= high)
    low1, high1 = clopper_pearson_limits(a, m1, math.sqrt(LEVEL))
    low0, high0 = clopper_pearson_limits(b, m0, math.sqrt(LEVEL))
    if scale == "difference":
        boxed = (low1 - high0 <= truth) & (truth <= high1 - low0)
    else:
        boxed = (low1 <= truth * high0) & (truth * low0 <= high1)
    sparse = min(n1, n0) * np.minimum(a + b, n1 + n0 - a - b) < 5 * (n1 + n0)
    weight = np.outer(w1, w0).ravel()
    return float(weight[scored].sum()), float(weight[np.where(sparse, boxed, scored)].sum())


def two_unequal_rates() -> Iterator[str]:
    yield "## Two unequal rates: exact"
    yield ""
    yield "Group sizes 5, 20, 100, 1,000 in every order; reference rates .001, .01, .1, .3; the group's rate half or"
    yield "double."
    yield ""
    sizes, references = (5, 20, 100, 1_000), (0.001, 0.01, 0.1, 0.3)
    rows = []
    for scale in ("difference", "ratio"):
        grid = {
            (n1, n0, factor * p0, p0): unequal_rates(n1, n0, factor * p0, p0, scale)
            for n1, n0, p0, factor in itertools.product(sizes, sizes, references, (0.5, 2.0))
        }
        for which, name in enumerate(("Miettinen–Nurminen", "as judged")):
            worst = min(grid, key=lambda key, which=which, grid=grid: grid[key][which])
            n1, n0, p1, p0 = worst
            mean = float(np.mean([cover[which] for cover in grid.values()]))
            where = f"{n1:,} at {p1:g} and {n0:,} at {p0:g}"
            rows.append([scale, name, percent(grid[worst][which]), where, percent(mean)])
    yield from table(["scale", "interval", "least", "where", "mean"], rows)


# Many groups


def largest_gap(ns: list[int], ps: list[float], rng: np.random.Generator) -> tuple[float, float]:
    """Share of draws whose interval for max − min holds the truth: rectangle, and Bonferroni over all pairs."""
    n, p = np.array(ns, float), np.array(ps)
    x = rng.binomial(n.astype(int), p, (DRAWS, len(ns))).astype(float)
    every = np.broadcast_to(n, x.shape)
    low, high = clopper_pearson_limits(x, every, LEVEL ** (1 / len(ns)))
    truth = float(p.max() - p.min())
    least = np.maximum(0, low.max(axis=1) - high.min(axis=1))
    apart = high[:, :, None] - low[:, None, :]
    apart[:, np.arange(len(ns)), np.arange(len(ns))] = -np.inf
    boxed = (least <= truth) & (truth <= apart.max(axis=(1, 2)))
    pairs = list(itertools.combinations(range(len(ns)), 2))
    share = 1 - (1 - LEVEL) / len(pairs)
    lows, highs = [], []
    for i, j in pairs:
        lo, hi = score_limits(x[:, i], every[:, i], x[:, j], every[:, j], "difference", share)
        lows.append(np.maximum(0, np.maximum(lo, -hi)))
        highs.append(np.maximum(-lo, hi))
    paired = (np.max(lows, axis=0) <= truth) & (truth <= np.max(highs, axis=0))
    return float(boxed.mean()), float(paired.mean())


def many_groups(rng: np.random.Generator) -> Iterator[str]:
    yield f"## The largest gap over many groups: {DRAWS:,} draws each"
    yield ""
    yield "The alternative in the last column, score intervals for all pairs at Bonferroni's level, is not used."
    yield ""
    cases = [
        ("4 of 10, 2 of 1,000", [10] * 4 + [1_000] * 2, [0.01] * 6),
        ("10 of 20, 1 of 50,000", [20] * 10 + [50_000], [0.003] * 11),
        ("5 of 50", [50] * 5, [0.03] * 5),
        ("20 of 200", [200] * 20, [0.1] * 20),
        ("3 of 5, 3 of 100,000", [5] * 3 + [100_000] * 3, [0.3] * 6),
        ("2 of 30, unequal", [30] * 2, [0.1, 0.4]),
        ("6 of 500, unequal", [500] * 6, [0.02, 0.03, 0.05, 0.05, 0.08, 0.1]),
    ]
    rows = []
    for name, ns, ps in cases:
        boxed, paired = largest_gap(ns, ps, rng)
        rates = f"{ps[0]:g}" if len(set(ps)) == 1 else f"{min(ps):g} to {max(ps):g}"
        rows.append([name, rates, percent(boxed), percent(paired)])
    yield from table(["groups", "rates", "rectangle", "all pairs"], rows)


# Area under the curve


def rank_basis(positives: Floats, negatives: Floats) -> Ranks:
    p, q = np.sort(positives), np.sort(negatives)
    ten = np.searchsorted(q, p, "left") + np.searchsorted(q, p, "right")
    one = 2 * len(p) - np.searchsorted(p, q, "left") - np.searchsorted(p, q, "right")
    u2 = int(ten.sum())
    return Ranks(len(p), len(q), u2, int((ten**2).sum()), int((one**2).sum()), u2, u2)


def areas(rng: np.random.Generator) -> Iterator[str]:
    draws = DRAWS // 4
    yield f"## AUC: {draws:,} draws each, normal scores"
    yield ""
    yield "As printed (DeLong on the logit scale) and as judged (Hoeffding's bound where fewer than 5 independent pairs"
    yield "are expected in the wrong order)."
    yield ""
    rows = []
    for m, n, shift in itertools.product((5, 20, 100), (20, 1_000), (0.5, 1.5, 3.0)):
        area = float(ndtr(shift / math.sqrt(2)))
        held = np.zeros(2)
        for _ in range(draws):
            basis = rank_basis(rng.normal(shift, 1, m), rng.normal(0, 1, n))
            for which, interval in enumerate((basis.printed(LEVEL), basis.compatible(LEVEL))):
                held[which] += interval.low <= area <= interval.high
        rows.append([str(m), f"{n:,}", f"{area:.3f}", *(percent(share) for share in held / draws)])
    yield from table(["positives", "negatives", "AUC", "as printed", "as judged"], rows)


def page() -> str:
    rng = np.random.Generator(np.random.PCG64(SEED))
    lines = [
        "# Coverage",
        "",
        f"How often an interval at nominal {LEVEL:.0%} holds the truth. Made by",
        f"`python benchmarks/coverage.py --out docs/coverage.md`, seed {SEED}. Exact means: the sum of the binomial",
        "probabilities of every table that counts (all but 1e-12). Figures are rounded down.",
        "",
        "Clopper–Pearson and the rectangle never fall below their level: the command fails if they do. Wilson's",
        "interval, which is printed, does when events are rare. The intervals of verdicts about two rates fall a",
        "little below in a few places, which the tables name.",
        "",
        *one_rate(),
        *two_equal_rates(),
        *endless_reference(),
        *two_unequal_rates(),
        *many_groups(rng),
        *areas(rng),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
