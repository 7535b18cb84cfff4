"""From the shown counts of a score audit to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from counterproof.audits.base import Settings
from counterproof.audits.comparing import proportion
from counterproof.audits.score import arms, designed, periods, probability, proxy, published, repeated, strata
from counterproof.audits.score.arms import ArmedRates
from counterproof.audits.score.comparisons import comparable, compare
from counterproof.audits.score.measures import AUC, BRIER, CALIBRATION, OUTCOME_RATE, PROBABILITY
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.population import TABLE
from counterproof.audits.score.proxy import ProxyRates
from counterproof.audits.score.published import PublishedRates
from counterproof.audits.score.rates import MISSING_AT_RANDOM, AnyRates, Rates
from counterproof.audits.score.sensitivity import under_codings
from counterproof.audits.score.spread import spreads
from counterproof.counts import CountRow, CountTable, key_of
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.stats.basis import Exact, Ranks

__all__ = ["infer"]

EMPTY = CountTable("empty")
INEXACT = "the counts of the published table: it rests on every score, and they are rounded or hidden"
MISREAD = "true outcomes: it rests on every score and its outcome, and the recorded outcomes err"
UNKNOWN = "outcomes of all records: it rests on every score and its outcome, and some outcomes were never learned"


def infer(options: ScoreOptions, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
    """Estimates per group, contrasts with the reference, curves, and what was missing."""
    population: Population = options.population or "process"
    outcomes, level = shown["outcomes"], settings.level
    sizes = shown.get(TABLE, EMPTY)
    extra = [*arms.checks(options, outcomes, sizes)] if options.arm is not None else []
    rates = repeated.rates(options, shown, population, level) or _rates(options, outcomes, sizes, population, level)
    if options.review_stratum is not None:
        strata_of = designed.by_group(shown[designed.STRATA])
        rates = designed.DesignedRates(options, outcomes, population, level, strata=strata_of)
    found = [e for row in outcomes for e in rates.of(row, options.at)]
    scores = list(_of_the_score(shown, options, population, level))
    curves = list(_curves(shown, scores, options, population, level))
    scores, curves = _labelled(scores, rates), _labelled(curves, rates)
    if isinstance(rates, repeated.ClusteredRates):
        scores, curves = ([*repeated.without_interval(several)] for several in (scores, curves))
    contrasts, family = compare(comparable([*found, *scores]), options, outcomes, settings)
    moved = under_codings(
        options, shown, contrasts, lambda one, table: _rates(one, table, sizes, population, level), population, level
    )
    shares = [rates.share(row) for row in labelled(outcomes, options)] if isinstance(rates, ArmedRates) else []
    watched = _labelled(periods.estimates(options, shown, population, level), rates)
    estimates = (*found, *scores, *spreads(found, options, level), *shares, *watched, *curves, *moved.estimates)
    if options.outcome_error is not None:
        extra += [*proxy.checks(options.outcome_error, outcomes, population, level)]
    extra += [*repeated.checks(options, shown, records), *published.checks(options, outcomes, contrasts, population)]
    if options.within is not None and isinstance(rates, Rates):
        within = strata.contrasts(options, shown, rates, settings)
        extra += [*strata.checks(options, shown, within)]
        contrasts += within
        estimates += tuple(strata.estimates(options, shown, rates, settings))
    extra += [*periods.checks(options, shown), *designed.checks(options, shown)]
    checks = (*_checks(options, shown, records), *extra, *moved.checks)
    every = (*contrasts, *moved.contrasts)
    return AuditFindings("score", records, population, estimates, every, checks, family, _thinned(options, settings))


def _thinned(options: ScoreOptions, settings: Settings) -> tuple[str, ...]:
    """A published table may have no floor, and then every threshold is shown; rows about people always have one."""
    drawn = options.every_score and options.curves and options.threshold is not None
    return ("threshold",) if drawn and (settings.min_cell > 1 or options.count is None) else ()


def labelled(outcomes: CountTable, options: ScoreOptions) -> list[CountRow]:
    """The rows of groups: those with a label, and all where a missing one makes a group."""
    return [row for row in outcomes if None not in row.group.values() or options.separate]


def _rates(
    options: ScoreOptions, outcomes: CountTable, sizes: CountTable, population: Population, level: float
) -> AnyRates:
    """What makes rates of such counts."""
    if options.arm is not None:
        return ArmedRates(options, outcomes, population, level, sizes)
    plain = (PublishedRates if options.inexact else Rates)(options, outcomes, population, level)
    return plain if options.outcome_error is None else ProxyRates(options.outcome_error, plain)


def _of_the_score(
    shown: Mapping[str, CountTable], options: ScoreOptions, population: Population, level: float
) -> Iterator[Estimate]:
    """What rests on the scores themselves; not identified where not every outcome is known."""
    measures = [measure for measure in (AUC, *PROBABILITY) if measure in options.measures]
    if not options.every_score:
        groups = [row.group for row in labelled(shown["outcomes"], options)]
        for measure in measures if options.score is not None else ():
            note = INEXACT if options.inexact else MISREAD if options.outcome_error is not None else UNKNOWN
            yield from (Estimate(measure, group, {}, "not_identified", note=note) for group in groups)
        return
    if AUC in measures:
        yield from (_auc(row, population, level) for row in shown.get("ranks", EMPTY))
    if options.score_is == "probability":
        for row in shown["scored"]:
            if None in row.group.values() and not options.separate:
                continue
            yield from probability.errors(row, measures, population, level)


def _curves(
    shown: Mapping[str, CountTable],
    scores: Iterable[Estimate],
    options: ScoreOptions,
    population: Population,
    level: float,
) -> Iterator[Estimate]:
    """Every rate at other thresholds, and outcomes by score: beside the primary estimates."""
    sweep = Rates(options.model_copy(update={"missing_group": "separate"}), EMPTY, population, level)
    for row in shown.get("sweep", EMPTY):
        for estimate in sweep.of(row, row.at):
            if estimate.at:
                yield replace(estimate, primary=False)
    yield from _bins(shown.get("bins", EMPTY), scores, options, population, level)


def _labelled(estimates: Iterable[Estimate], rates: AnyRates) -> list[Estimate]:
    """Say of what has no bounds that records without a label are left out of it, where there are any."""
    if rates.options.missing_group != "bounds":
        return list(estimates)
    estimates = list(estimates)
    columns = {tuple(e.group) for e in estimates}
    lacking = {one for one in columns if one and rates.unlabelled(one)}
    return [
        replace(e, assumption=MISSING_AT_RANDOM) if tuple(e.group) in lacking and e.status != "not_identified" else e
        for e in estimates
    ]


def _bins(
    rows: CountTable, primary: Iterable[Estimate], options: ScoreOptions, population: Population, level: float
) -> Iterator[Estimate]:
    """The outcome rate in each bin of the score; of a probability also its mean score, and what follows from both."""
    claimed = options.score_is == "probability"
    measure = CALIBRATION if claimed else OUTCOME_RATE
    for row in rows:
        estimate = proportion(measure, row.group, row.at, row["positives"], row["records"], population, level)
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
    "missing_arm": "do not say how they were picked; they are left out",
    "unreadable_arm": "have an arm that is neither selected nor random; they are left out",
    "selected_unflagged": "were picked by the score and are not flagged; they are left out",
    "missing_flag": "do not say whether they were flagged; they are left out",
    "unreadable_flag": "have a flag that is neither yes nor no; they are left out",
    "missing_outcome": "have no outcome; they are left out",
    "unreadable_outcome": "have an outcome that is neither yes nor no; they are left out",
    "unverified": "have a flag or score and no outcome that counts as known; the bounds allow for either outcome",
    "unflagged_with_outcome": "were not flagged and carry an outcome; it is not used, because it was not learned",
    "missing_review": "do not say whether they were reviewed; their outcome counts as not known",
    "unreadable_review": "have a review that is neither yes nor no; their outcome counts as not known",
    "reviewed_without_outcome": "were reviewed and have no outcome; it counts as not known",
    "missing_period": "name no period; rates over time leave them out",
    "missing_stratum": "name no stratum; comparisons within strata leave them out",
    "outcome_without_review": "were not reviewed and carry an outcome; it is not used",
}
DRAWN = "records have a flag or score and were not reviewed; the reviewed of their stratum stand for them"
WITHOUT_LABEL = {
    "bounds": "they count among everybody, and the rates of each group are bounded over every way to fill them in",
    "separate": "they count among everybody and in a group of their own, as the plan says",
    "drop": "they count among everybody and are left out of the groups, as the plan says",
}


def _checks(options: ScoreOptions, shown: Mapping[str, CountTable], records: int) -> Iterator[Check]:
    """How many records the rates rest on, and what was missing or could not be read."""
    row = shown["quality"].find({})
    if row is None:
        return
    for name, count in row.counts.items():
        if name == "unverified" and options.review_stratum is not None:
            yield Check(name, "pass", count, records, DRAWN)
            continue
        if name == "used":
            status = "pass" if count == records else "warn"
            arms_or_flags = "records belong to an arm" if options.arm else "records have a flag or score"
            what = "records have both a flag or score and an outcome" if options.everyone else arms_or_flags
            yield Check("records_used", status, count, records, what)  # type: ignore[arg-type]
            continue
        column = name.partition(".")[2]
        note = f"have no {column}; {WITHOUT_LABEL[options.missing_group]}" if column else WORDS[name]
        yield Check(name, "pass" if count == 0 else "warn", count, records, f"records {note}")
