"""From the shown counts of a score audit to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from counterproof.audits.base import Settings
from counterproof.audits.score.measures import AUC, OUTCOME_RATE, RATES, hypothesis
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.tabulate import groupings
from counterproof.counts import At, CountRow, CountTable, Group, key_of
from counterproof.errors import InputError, nearest
from counterproof.findings import AuditFindings, Check, Contrast, Estimate, Population
from counterproof.stats.basis import Basis, Exact, Ranks, Rate, contrast
from counterproof.stats.multiplicity import holm

__all__ = ["infer"]

EMPTY = CountTable("empty")


def infer(options: ScoreOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """Estimates per group, contrasts with the reference, curves, and what was missing."""
    population: Population = options.population or "process"
    outcomes = shown["outcomes"]
    primary = [e for row in outcomes for e in _rates(row, options, options.at, population, settings.level)]
    if AUC in options.measures:
        primary += [_auc(row, population, settings.level) for row in shown.get("ranks", EMPTY)]
    curves = [
        replace(estimate, primary=False)
        for row in shown.get("sweep", EMPTY)
        for estimate in _rates(row, options, row.at, population, settings.level)
        if estimate.at
    ]
    curves += [_outcome_rate(row, population, settings.level) for row in shown.get("bins", EMPTY)]
    contrasts, family = _adjust(list(_contrasts(primary, options, outcomes, settings.level)), settings)
    checks = tuple(_checks(shown, records))
    return AuditFindings("score", records, population, (*primary, *curves), tuple(contrasts), checks, family)


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


def _outcome_rate(row: CountRow, population: Population, level: float) -> Estimate:
    estimate = _rate(OUTCOME_RATE, row.group, row.at, row["positives"], row["records"], population, level)
    return replace(estimate, primary=False)


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


def references(options: ScoreOptions, outcomes: CountTable) -> dict[tuple[str, ...], Group]:
    """The reference group of each grouping: those named, else the largest shown one, ties in text order."""
    by_column: dict[str, str] = {}
    for column in options.groups:
        rows = [row for row in outcomes if list(row.group) == [column] and row.group[column] is not None]
        names = {str(row.group[column]): row for row in rows}
        named = options.reference.get(column)
        if named is not None:
            if named not in names:
                hint = nearest(named, names) or "write the group as the records do"
                raise InputError(f"the column {column!r} has no such group", where=f"reference.{column}", hint=hint)
            if names[named]["records"] is None:
                what = "the reference group is too small to be shown"
                raise InputError(what, where=f"reference.{column}", hint="name a larger group")
            by_column[column] = named
        elif sized := [(-(row["records"] or 0), name) for name, row in names.items() if row["records"] is not None]:
            by_column[column] = min(sized)[1]
    return {
        columns: {column: by_column[column] for column in columns}
        for columns in groupings(options)
        if columns and all(column in by_column for column in columns)
    }


def _contrasts(
    estimates: Iterable[Estimate], options: ScoreOptions, outcomes: CountTable, level: float
) -> Iterator[Contrast]:
    """Every named group against the reference of its grouping, as difference and as ratio."""
    estimates = list(estimates)
    found = {(e.measure, key_of(e.group)): e for e in estimates}
    for columns, reference in references(options, outcomes).items():
        for estimate in estimates:
            named = tuple(estimate.group) == columns and None not in estimate.group.values()
            if named and dict(estimate.group) != reference:
                base = found.get((estimate.measure, key_of(reference)))
                if base is not None:
                    yield from _compare(estimate, base, level)


def _compare(estimate: Estimate, base: Estimate, level: float) -> Iterator[Contrast]:
    """The difference and the ratio of two estimates; a score's AUC has no ratio."""
    for scale in ("difference", "ratio"):
        if estimate.measure == AUC and scale == "ratio":
            continue
        plain = Contrast(
            estimate.measure,
            estimate.group,
            base.group,
            estimate.at,
            scale,
            "suppressed",  # type: ignore[arg-type]
        )
        states = {estimate.status, base.status}
        if "suppressed" in states or estimate.basis is None or base.basis is None:
            yield plain
        elif "undefined" in states:
            yield replace(plain, status="undefined")
        else:
            ends = contrast(estimate.basis, base.basis, scale, level)  # type: ignore[arg-type]
            exact = estimate.status == "reported"
            yield replace(
                plain,
                status="undefined" if ends.value is None else estimate.status,
                value=ends.value,
                low=None if exact else ends.low,
                high=None if exact else ends.high,
                level=None if exact else level,
                method=ends.method,
                sparse=ends.sparse,
                p_value=ends.p_value,
                unbounded="high" if not exact and ends.high == float("inf") else None,
            )


def _adjust(contrasts: list[Contrast], settings: Settings) -> tuple[list[Contrast], int]:
    """Holm over one hypothesis per measure (or its complement) and pair of groups."""
    keys = [(hypothesis(c.measure), key_of(c.group), key_of(c.reference)) for c in contrasts]
    p_values = {key: c.p_value for key, c in zip(keys, contrasts, strict=True) if c.p_value is not None}
    if settings.adjust == "none" or not p_values:
        return contrasts, len(p_values)
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return [
        replace(c, p_adjusted=adjusted[key]) if c.p_value is not None else c
        for key, c in zip(keys, contrasts, strict=True)
    ], len(p_values)


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
