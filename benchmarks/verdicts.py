"""How often is a verdict wrong when the truth is known? Exact sums over every table that can occur; writes a page.

    python benchmarks/verdicts.py --out docs/verdicts.md

A one-sided claim is hardest when the truth lies on its line: "at most c" is then just true, and "contradicted" is
wrong; "more than c" is just false, and "supported" is wrong. Both are the event that the interval lies above c. So one
probability bounds both errors for every claim with that line, and it is summed exactly, not simulated. Only the control
with shuffled labels draws at random, from a seed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np
from scipy import stats

from counterproof.audits.base import Settings
from counterproof.claims import judge
from counterproof.claims.model import Claim
from counterproof.findings import AuditFindings, Estimate
from counterproof.stats.basis import Rate, compatible_contrast
from counterproof.stats.contrasts import score_limits
from counterproof.stats.intervals import clopper_pearson_limits, wilson_limits
from counterproof.stats.samples import _verdict_limits as verdict_limits

LEVEL = 0.95
CLAIMS = (1, 5, 20)
SEED = 20161
NEGLIGIBLE = 1e-9
TAILS = 1e-4
RATES = (0.0001, 0.001, 0.003, 0.01, 0.05, 0.2, 0.46, 0.5, 0.8, 0.99)
TRIALS = (10, 20, 50, 100, 300, 1000, 3000, 10_000, 50_000)
GROUP_TRIALS = (5, 8, 12, 20, 50, 200)
ENDLESS = 10**12
REFERENCE_TRIALS = (5, 12, 100, 1000, 50_000, ENDLESS)
REFERENCE_RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.46, 0.5, 0.8)
RARE = 0.003
LINES = {"difference": (0.0, 0.05, -0.05, -0.15), "ratio": (1.0, 0.8, 1.25)}

# COMPAS, decile score of 5 and more, African-American and Caucasian together: true negatives, false positives, false
# negatives, true positives, from the counts of the file that ProPublica published.
COMPAS = (2129, 1154, 993, 1874)

Limits = Callable[..., tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Error:
    """Probabilities that the interval lies wholly on the one side, or on either side, of the line where the truth is.

    letter   either side, by the rule of the contract without the correction
    printed  either side, by the interval that is printed
    """

    kind: str
    k: int
    where: str
    one: float
    both: float
    letter: float
    printed: float
    rare: bool


def window(trials: int, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts that are likely enough to matter, and their probabilities; an endless group has its rate."""
    if trials == ENDLESS:
        return np.array([trials * rate]), np.ones(1)
    law = stats.binom(trials, rate)
    x = np.arange(max(law.ppf(1e-12), 0), law.isf(1e-12) + 1)
    return x, law.pmf(x)


def outside(low: np.ndarray, high: np.ndarray, line: float, weight: np.ndarray) -> tuple[float, float]:
    """The likelier of both sides, and both together; each with what was left out of the sum."""
    above, below = weight[low > line].sum(), weight[high < line].sum()
    rest = max(0.0, 1 - weight.sum())
    return float(max(above, below) + rest), float(above + below + rest)


def rates() -> Iterator[Error]:
    """One rate: Clopper and Pearson's interval in verdicts, Wilson's in print."""
    for k in CLAIMS:
        level = 1 - (1 - LEVEL) / k
        for n in TRIALS:
            for p in RATES:
                x, weight = window(n, p)
                verdicts, printed = (
                    outside(*limits(x, np.full_like(x, n), level), p, weight)
                    for limits in (clopper_pearson_limits, wilson_limits)
                )
                yield Error("rate", k, f"{p:g} in {n:,}", *verdicts, verdicts[1], printed[1], p <= RARE)


def contrasts(scale: str) -> Iterator[Error]:
    """Two rates whose contrast is the line: the rule of verdicts, the letter's, and Miettinen-Nurminen throughout."""
    for n1 in GROUP_TRIALS:
        for n0 in REFERENCE_TRIALS:
            for p0 in REFERENCE_RATES:
                for line in LINES[scale]:
                    p1 = p0 + line if scale == "difference" else p0 * line
                    if 0 <= p1 <= 1:
                        yield from _pair(scale, (n1, p1), (n0, p0), line)


def _pair(scale: str, group: tuple[int, float], reference: tuple[int, float], line: float) -> Iterator[Error]:
    (n1, p1), (n0, p0) = group, reference
    (x1, w1), (x0, w0) = window(n1, p1), window(n0, p0)
    weight = np.outer(w1, w0)
    likely = weight > NEGLIGIBLE
    x1, x0 = (axis[likely] for axis in np.meshgrid(x1, x0, indexing="ij"))
    weight = weight[likely]
    tables = (x1, np.full_like(x1, n1), x0, np.full_like(x0, n0))
    where = f"{p1:.4g} in {n1:,} against {p0:.4g} in {'endless' if n0 == ENDLESS else format(n0, ',')}"
    for k in CLAIMS:
        level = 1 - (1 - LEVEL) / k
        plain, verdicts = score_limits(*tables, scale, level), verdict_limits(*tables, scale, level)
        letter = as_the_letter(tables, plain, scale, level)
        rare = max(p1, p0) <= 1.25 * RARE
        others = (outside(*limits, line, weight)[1] for limits in (letter, plain))
        yield Error(scale, k, where, *outside(*verdicts, line, weight), *others, rare)


def as_the_letter(
    tables: tuple[np.ndarray, ...], plain: tuple[np.ndarray, ...], scale: str, level: float
) -> tuple[np.ndarray, ...]:
    """Miettinen-Nurminen, or the rectangle where equal rates lead one to expect a count below 5."""
    x1, n1, x0, n0 = tables
    total, successes = n1 + n0, x1 + x0
    sparse = np.minimum(n1, n0) * np.minimum(successes, total - successes) < 5 * total
    (low1, high1), (low0, high0) = (
        clopper_pearson_limits(x[sparse], n[sparse], level**0.5) for x, n in ((x1, n1), (x0, n0))
    )
    low, high = plain[0].copy(), plain[1].copy()
    with np.errstate(divide="ignore"):
        low[sparse] = low1 - high0 if scale == "difference" else low1 / high0
        high[sparse] = high1 - low0 if scale == "difference" else high1 / low0
    return low, high


def spot_check(tables: int, seed: int) -> None:
    """The kernel that is summed over here gives the intervals that ``judge`` uses."""
    rng = np.random.default_rng(np.random.PCG64(seed))
    for _ in range(tables):
        n1, n0 = (int(n) for n in rng.integers(1, 2000, 2))
        x1, x0 = (int(rng.binomial(n, rng.choice(REFERENCE_RATES))) for n in (n1, n0))
        for scale in LINES:
            counts = (np.array([float(count)]) for count in (x1, n1, x0, n0))
            low, high = verdict_limits(*counts, scale, LEVEL)
            found = compatible_contrast(Rate(x1, n1), Rate(x0, n0), scale, LEVEL)
            np.testing.assert_allclose((low[0], high[0]), (found.low, found.high), rtol=1e-12)


def shuffled(draws: int, seed: int) -> list[tuple[str, str, float, float]]:
    """Claims about groups whose labels were shuffled, through ``judge``: both rates are then equal on average.

    Rows of (group's size, claim, share contradicted, share supported).
    """
    rng = np.random.default_rng(np.random.PCG64(seed))
    rows = []
    for size in (3696, 637, 32):
        tally: dict[str, dict[str, int]] = {}
        for _ in range(draws):
            tn, fp, fn, tp = rng.multivariate_hypergeometric(COMPAS, size)
            rest = np.subtract(COMPAS, (tn, fp, fn, tp))
            found = AuditFindings("score", sum(COMPAS), "process", tuple(_estimates((tn, fp, fn, tp), rest)))
            wrong = False
            for one in judge(_SHUFFLED, {"a": found}, Settings(level=LEVEL), settling=False):
                tally.setdefault(one.id, {}).setdefault(one.verdict, 0)
                tally[one.id][one.verdict] += 1
                wrong |= one.verdict == ("supported" if one.id.startswith("false") else "contradicted")
            tally.setdefault(ANY, {}).setdefault("wrong", 0)
            tally[ANY]["wrong"] += wrong
        for name, seen in tally.items():
            contradicted, supported = (seen.get(v, 0) / draws for v in ("contradicted", "supported"))
            if name == ANY:
                contradicted = supported = seen["wrong"] / draws
            rows.append((f"{size:,}", name, contradicted, supported))
    return rows


def _estimates(group: tuple[int, ...], rest: np.ndarray) -> Iterator[Estimate]:
    for label, (tn, fp, fn, tp) in (("group", group), ("rest", rest)):
        for measure, x, n in (("fpr", fp, fp + tn), ("fnr", fn, fn + tp), ("fdr", fp, fp + tp)):
            basis = Rate(int(x), int(n))
            status = "estimated" if n else "undefined"
            yield Estimate(measure, {"g": label}, {}, status, basis.value, basis=basis)


def _claim(identifier: str, measure: str, scale: str, expect: str) -> Claim:
    test = {"audit": "a", "measure": measure, "compare": {"g": ["group", "rest"]}, "as": scale, "expect": expect}
    return Claim.model_validate({"id": identifier, "text": "-", "test": test})


_SHUFFLED = (
    _claim("true: FPR difference <= 0", "fpr", "difference", "<= 0"),
    _claim("true: FNR difference >= 0", "fnr", "difference", ">= 0"),
    _claim("true: FDR ratio 0.8 .. 1.25", "fdr", "ratio", "0.8 .. 1.25"),
    _claim("false: FPR ratio >= 1.3", "fpr", "ratio", ">= 1.3"),
    _claim("false: FNR difference > 0", "fnr", "difference", "> 0"),
)


def worst(errors: list[Error], pick: Callable[[Error], float]) -> Error:
    """The combination of the grid at which an error is likeliest."""
    return max(errors, key=pick)


def page(errors: list[Error], control: list[tuple[str, str, float, float]], draws: int) -> str:
    """The page, in Markdown."""
    lines = [INTRODUCTION, *_table(errors), RARE_EVENTS, *_table([e for e in errors if e.rare])]
    lines += [CONTROL.format(draws=draws, seed=SEED), "| group | claim | contradicted | supported |"]
    lines.append("| --- | --- | --- | --- |")
    for size, name, contradicted, supported in control:
        if name == ANY:
            lines.append(f"| {size} | *{ANY}* | {100 * contradicted:.1f} % | |")
        else:
            lines.append(f"| {size} | {name} | {100 * contradicted:.1f} % | {100 * supported:.1f} % |")
    return "\n".join(lines) + "\n"


def _table(errors: list[Error]) -> Iterator[str]:
    yield "| about | k | judged at | cases | one side | either side | at | k × either | by the letter | as printed |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for kind in ("rate", "difference", "ratio"):
        for k in CLAIMS:
            mine = [e for e in errors if e.kind == kind and e.k == k]
            one, both, letter, printed = (worst(mine, attrgetter(n)) for n in ("one", "both", "letter", "printed"))
            yield (
                f"| {kind} | {k} | {100 * (1 - (1 - LEVEL) / k):.4g} % | {len(mine)} | {100 * one.one:.2f} % "
                f"| {100 * both.both:.2f} % | {both.where} | {100 * k * both.both:.2f} % "
                f"| {100 * letter.letter:.2f} % | {100 * printed.printed:.2f} % |"
            )


def must_hold(errors: list[Error]) -> None:
    """No verdict may be wrong more often than its level says, however near to a point a claim comes."""
    bad = worst(errors, lambda e: e.k * e.both)
    if bad.k * bad.both > 1 - LEVEL + TAILS:
        raise SystemExit(f"{bad.k} claims about a {bad.kind} at {bad.where} are wrong in {bad.k * bad.both:.2%}")


ANY = "a wrong verdict on any of the five"
INTRODUCTION = """# How often a verdict is wrong

A verdict is wrong when it says `contradicted` of a true claim or `supported` of a false one. Here the truth is known,
so both can be counted. This page is written by

    python benchmarks/verdicts.py --out docs/verdicts.md

which fails if an error is likelier than the stated level allows.

A claim is hardest when the truth lies on its line.

- **"At most c" is then just true and "more than c" just false**, and both go wrong in the same event: the whole
  interval lies above c. "One side" is the probability of that event, or of its mirror image if that is likelier.
- **A range is contradicted from either side.** The narrower it is the oftener, so "either side" is the worst case of
  all: a claim that comes near to a single point. That a false range is `supported` takes an interval inside the range
  and the truth outside, so it is an error on one side.

The table gives the worst combination of a grid: one rate of 0.0001 to 0.99 in 10 to 50,000 cases; two rates of 0.001
to 1 in 5 to 200 cases against 5 to 50,000 cases and against a reference without end, whose rate is known, with
differences of 0, 0.05, −0.05 and −0.15 or ratios of 1, 0.8 and 1.25. Every table that can occur is summed; nothing is
simulated.

With k claims each is judged at level 1 − (1 − 0.95)/k. "k × either" bounds the probability of any wrong verdict if all
k claims stood at that worst combination at once.

**By the letter** is the rule of the contract without our correction: Miettinen–Nurminen's interval wherever equal
rates lead one to expect at least 5 of everything, otherwise the rectangle. It goes wrong in up to 7.8 % of cases
against 50,000 and in up to 8.8 % against a reference without end (13 records at a rate of 42.3 %), where 5 % are
stated. **As printed** is Miettinen–Nurminen (for one rate, Wilson) throughout. Verdicts use the score interval
[corrected for skewness and steps](methods/two-rates.md), and the rectangle where a count, observed or expected, is
below 5.
"""
RARE_EVENTS = """
No verdict of this grid is wrong more often than its level says: not on one side, not on either, not with 20 claims at
once. About one rate that is a theorem, because Clopper–Pearson's interval keeps its level at any counts, and so does
the rectangle. Of the corrected score interval it is what the sums show, at the places of this grid.

## Rare events only

The same, for rates of 0.003 and less.
"""
CONTROL = """
## Shuffled labels

The labels of 6,150 defendants (COMPAS, African-American and Caucasian) are dealt out at random, so that both groups
have the same rates but for chance. Five claims on every draw are judged together, with the program's own `judge`.
"True" and "false" say what the shuffling makes them; a difference of exactly 0 makes "> 0" false. {draws:,} draws, seed
{seed}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/verdicts.md"))
    parser.add_argument("--draws", type=int, default=2000)
    given = parser.parse_args()
    spot_check(300, SEED)
    errors = [*rates(), *contrasts("difference"), *contrasts("ratio")]
    must_hold(errors)
    given.out.write_text(page(errors, shuffled(given.draws, SEED), given.draws), encoding="utf-8")


if __name__ == "__main__":
    main()
