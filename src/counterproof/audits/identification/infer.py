"""From the shown numbers of an identification audit to its findings. Pure: what is withheld is None and stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterproof.audits.base import Settings
from counterproof.audits.comparing import adjust
from counterproof.audits.identification import curves, differentials, gallery, searches
from counterproof.audits.identification.contrasts import contrasts
from counterproof.audits.identification.measures import ALERT, DET, ERROR_RATES, FMR, IMPLIED, PUBLISHED
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.audits.identification.quality import quality
from counterproof.audits.identification.rates import Rates
from counterproof.audits.identification.subjects import People
from counterproof.counts import At, CountTable
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.stats.matching import ENOUGH_ERRORS

__all__ = ["infer"]

EMPTY = CountTable("empty")


def infer(
    options: IdentificationOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
) -> AuditFindings:
    """Error rates by system and group, their contrasts and differentials, and what they rest on."""
    population: Population = options.population or ("records" if options.form == "rates" else "process")
    wanted = {*options.measures, DET, IMPLIED, ALERT}
    found = [e for e in _rates(options, shown, population, settings.level) if e.measure in wanted]
    compared, family = adjust(list(contrasts(found, options, settings.level)), settings)
    more = differentials.of(found, options, settings.level)
    implied = gallery.reckoned(found, options, settings.level)
    state = quality(options, shown.get("quality", EMPTY), records)
    checks = (*state, *_checks(options, found), *gallery.checks(options))
    every = (*found, *more, *implied)
    thinned = ("threshold",) if options.form == "scores" else ()
    return AuditFindings("identification", records, population, every, tuple(compared), checks, family, thinned)


def _rates(
    options: IdentificationOptions, shown: Mapping[str, CountTable], population: Population, level: float
) -> Iterator[Estimate]:
    errors = shown.get("errors", EMPTY)
    own = [row for table in ("errors", "misses") for row in shown.get(table, EMPTY)]
    if options.form == "searches":
        tables = (shown["mated searches"], shown["other searches"])
        yield from searches.estimates(options, *tables, population, level)
        return
    rates = Rates(options, population, level, People(options, shown.get("subjects", EMPTY)))
    if options.form == "rates":
        yield from rates.published(shown["rates"])
    found = [estimate for row in own for estimate in rates.counted(row, _said(options, row.at))]
    yield from found
    if options.form == "scores":
        yield from curves.thresholds(options, errors)
        yield from curves.along(options, shown, found, level)
    if options.form == "counts" and options.false_matches is not None and options.non_mated is None:
        yield from rates.shares(shown["errors"])


def _said(options: IdentificationOptions, at: At) -> At:
    """What marks the rates at the operating point: several systems have a threshold each, and one rate asked for."""
    return at if options.at_fmr is None or options.system is None else {"at_fmr": float(options.at_fmr)}


def _checks(options: IdentificationOptions, found: Sequence[Estimate]) -> Iterator[Check]:
    """What a reader must know of the numbers behind the rates."""
    measured = ERROR_RATES if options.form == "searches" else PUBLISHED
    rates = [e for e in found if e.measure in measured and e.primary]
    counted = [e for e in rates if e.status == "estimated" and e.numerator is not None]
    few = [e for e in counted if (e.numerator or 0) < ENOUGH_ERRORS]
    if counted:
        said = f"rest on fewer than {ENOUGH_ERRORS} errors, too few to place a rate within ±30 % (rule of 30)"
        yield Check("few_errors", "warn" if few else "pass", len(few), len(counted), f"Error rates that {said}.")
    empty = sum(e.status == "undefined" for e in rates)
    if empty:
        yield Check("no_trials", "warn", empty, len(rates), "Error rates of groups without a single trial.")
    if options.form == "rates":
        said = "Rates that were published without the number of trials behind them: nothing can be said about chance."
        yield Check("trials_unknown", "warn", len(rates), len(rates), said)
    yield from _pairs(options, [e for e in rates if e.measure == FMR and len(e.group) > len(options.base)])


def _pairs(options: IdentificationOptions, rates: Sequence[Estimate]) -> Iterator[Check]:
    """Which non-mated pairs were compared, or that nobody says so."""
    if rates and options.pairs is None:
        said = "False match rates of groups. Whether pairs of any, or only of the same sex, "
        yield Check(
            "pairs_not_stated", "warn", len(rates), len(rates), f"{said}age and region were compared, nobody says."
        )
    elif rates:
        said = f"False match rates of groups, as the plan says of these non-mated pairs: {options.pairs}."
        yield Check("pairs", "pass", len(rates), len(rates), said)
