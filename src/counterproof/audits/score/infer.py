"""From the shown counts of a score audit to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from counterproof.audits.base import Settings
from counterproof.audits.score import probability
from counterproof.audits.score.comparisons import compare
from counterproof.audits.score.measures import AUC, BRIER, CALIBRATION, OUTCOME_RATE, RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.spread import spreads
from counterproof.counts import At, CountRow, CountTable, Group, key_of
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.stats.basis import Basis, Exact, Ranks, Rate

__all__ = ["infer"]

EMPTY = CountTable("empty")


def infer(options: ScoreOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """Estimates per group, contrasts with the reference, curves, and what was missing."""
    population: Population = options.population or "process"
    outcomes = shown["outcomes"]
    level = settings.level
    primary = [e for row in outcomes for e in _rates(row, options, options.at, population, level)]
    if AUC in options.measures:
        primary += [_auc(row, population, level) for row in shown.get("ranks", EMPTY)]
    if options.score_is == "probability":
        primary += [e for row in shown["scored"] for e in probability.errors(row, options.measures, population, level)]
    curves = [
        replace(estimate, primary=False)
        for row in shown.get("sweep", EMPTY)
        for estimate in _rates(row, options, row.at, population, level)
        if estimate.at
    ]
    curves += _bins(shown.get("bins", EMPTY), primary, options, population, level)
    contrasts, family = compare(primary, options, outcomes, settings)
    estimates = (*primary, *spreads(primary, options, level), *curves)
    return AuditFindings(
        "score", records, population, estimates, tuple(contrasts), tuple(_checks(shown, records)), family
    )


def _rates(row: CountRow, options: ScoreOptions, at: At, population: Population, level: float) -> Iterator[Estimate]:
    for measure in options.measures:
        if measure in RATES:
            rate = RATES[measure]
            place = at if rate.by_flag else {}
            yield _rate(measure, row.group, place, row[rate.numerator], row[rate.denominator], population, level)


def _rate(
    measure: str, group: Group, at: At, x: int | None, n: int | None, population: Population, level: float
) -> Estimate:
    """One proportion: suppressed if a count is, undefined if nothing stands below the line."""
    if x is None or n is None:
        return Estimate(measure, group, at, "suppressed")
    if n == 0:
        return Estimate(measure, group, at, "undefined", numerator=x, denominator=n, basis=Rate(x, n))
    if population == "records":
        basis: Basis = Exact(x / n)
        return Estimate(measure, group, at, "reported", x / n, numerator=x, denominator=n, basis=basis)
    basis = Rate(x, n)
    ends = basis.printed(level)
    return Estimate(measure, group, at, "estimated", x / n, ends.low, ends.high, level, ends.method, x, n, basis=basis)


def _bins(
    rows: CountTable, primary: Iterable[Estimate], options: ScoreOptions, population: Population, level: float
) -> Iterator[Estimate]:
    """The outcome rate in each bin of the score; of a probability also its mean score, and what follows from both."""
    claimed = options.score_is == "probability"
    measure = CALIBRATION if claimed else OUTCOME_RATE
    for row in rows:
        estimate = _rate(measure, row.group, row.at, row["positives"], row["records"], population, level)
        yield replace(estimate, primary=False)
    if claimed:
        yield from probability.bins(rows)
        if BRIER in options.measures:
            briers: dict[object, float | None] = {key_of(e.group): e.value for e in primary if e.measure == BRIER}
            yield from probability.decomposition(rows, briers)


def _auc(row: CountRow, population: Population, level: float) -> Estimate:
    """Area under the curve from rank sums; undefined unless both outcomes occur."""
    sums = {name: row[name] for name in ("m", "n", "u2", "s10", "s01", "low2", "high2")}
    whole = {name: value for name, value in sums.items() if value is not None}
    if len(whole) < len(sums):
        return Estimate(AUC, row.group, {}, "suppressed")
    basis = Ranks(**whole)
    if basis.value is None:
        return Estimate(AUC, row.group, {}, "undefined", basis=basis)
    if population == "records":
        return Estimate(AUC, row.group, {}, "reported", basis.value, basis=Exact(basis.value))
    ends = basis.printed(level)
    note = None
    if whole["low2"] < whole["high2"]:
        pairs = 2 * whole["m"] * whole["n"]
        note = (
            f"Scores were binned; the exact value lies between {whole['low2'] / pairs:.6f} "
            f"and {whole['high2'] / pairs:.6f}."
        )
    return Estimate(
        AUC, row.group, {}, "estimated", basis.value, ends.low, ends.high, level, ends.method, note=note, basis=basis
    )


WORDS = {
    "missing_score": "have no score; they are left out",
    "unreadable_score": "have a score that is not a finite number; they are left out",
    "missing_flag": "do not say whether they were flagged; they are left out",
    "unreadable_flag": "have a flag that is neither yes nor no; they are left out",
    "missing_outcome": "have no outcome; they are left out",
    "unreadable_outcome": "have an outcome that is neither yes nor no; they are left out",
}


def _checks(shown: Mapping[str, CountTable], records: int) -> Iterator[Check]:
    """How many records the rates rest on, and what was missing or could not be read."""
    row = shown["quality"].find({})
    if row is None:
        return
    for name, count in row.counts.items():
        if name == "used":
            status = "pass" if count == records else "warn"
            yield Check("records_used", status, count, records, "records have both a flag or score and an outcome")  # type: ignore[arg-type]
            continue
        column = name.partition(".")[2]
        note = f"have no {column}; they count among everybody and in a group of their own" if column else WORDS[name]
        yield Check(name, "pass" if count == 0 else "warn", count, records, f"records {note}")
