"""An outcome that is a proxy: the rates against the true outcome that ranges of the record's errors allow.

The plan's own bounds let the record err differently among the flagged and among the others, each within the ranges
(``stats.misclassification.differential``). Beside them stand the bounds of equal errors, under their name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from counterproof.audits.score.measures import RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.outcome_error import OutcomeError
from counterproof.audits.score.rates import MISSING_AT_RANDOM, Rates
from counterproof.audits.score.spans import Spans, filled, spans_of, with_unlabelled
from counterproof.counts import At, CountRow, CountTable
from counterproof.findings import Check, Estimate, Population
from counterproof.stats.basis import Basis, Exact
from counterproof.stats.intervals import clopper_pearson
from counterproof.stats.misclassification import (
    COMPLEMENTS,
    SIGNS,
    Counts,
    ErrorRange,
    Misread,
    differential,
    nondifferential,
)

__all__ = ["NONDIFFERENTIAL", "ProxyRates", "checks"]

NONDIFFERENTIAL = "nondifferential_error"
NARROWER = ("false_negative_rate", "false_positive_rate", "accuracy")
"""Rates that equal errors for both flags narrow, and so their complements."""
BOUNDS = "Bounds over every true outcome that the stated errors of the recorded one allow."
OPEN = "an outcome with fewer errors: errors as large as stated would explain all that was recorded"


@dataclass(frozen=True)
class ProxyRates:
    """Every rate of every group against the true outcome; ``plain`` gives the flag rate."""

    error: OutcomeError
    plain: Rates

    @property
    def options(self) -> ScoreOptions:
        """The audit's options."""
        return self.plain.options

    @property
    def outcomes(self) -> CountTable:
        """The table of recorded outcomes."""
        return self.plain.outcomes

    def of(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """All rates of a row, its primary one first; none of a group without a label, unless it is one by itself."""
        options = self.options
        if None in row.group.values() and not options.separate:
            return
        yield from (e for e in self.plain.of(row, at) if e.measure == "flag_rate")
        own = spans_of(row)
        whole = with_unlabelled(row, own, self.outcomes) if options.missing_group == "bounds" else own
        errors = self.error.of(row.group)
        for measure in (m for m in options.measures if m in RATES and m != "flag_rate"):
            plain = Estimate(measure, row.group, at if RATES[measure].by_flag else {}, "suppressed")
            found = self._rate(plain, whole, errors, equal=False)
            yield found
            if COMPLEMENTS.get(measure, measure) in NARROWER and found.status == "bounded":
                yield replace(self._rate(plain, whole, errors, equal=True), assumption=NONDIFFERENTIAL, primary=False)
            if whole != own:
                yield replace(self._rate(plain, own, errors, equal=False), assumption=MISSING_AT_RANDOM, primary=False)

    def unlabelled(self, columns: Sequence[str]) -> bool:
        """Whether some records lack one of these labels."""
        return self.plain.unlabelled(columns)

    def _rate(self, plain: Estimate, spans: Spans | None, errors: ErrorRange, *, equal: bool) -> Estimate:
        if spans is None:
            return plain
        low, high = (_counts(plain.measure, spans, greatest=greatest) for greatest in (False, True))
        ends: Sequence[Misread] = (nondifferential if equal else differential)(plain.measure, low, high, errors)
        values = [end.value for end in ends]
        if None not in values and math.isclose(values[0] or 0.0, values[1] or 0.0, rel_tol=1e-12):
            ends = (ends[0], ends[0])
        if None in values or values == [0.0, 1.0]:
            return replace(plain, status="not_identified", note=OPEN)
        if self.plain.population == "records":
            exact: list[Basis] = [Exact(value or 0.0) for value in values]
            return filled(plain, exact[0], exact[1], self.plain.level, BOUNDS)
        return filled(plain, ends[0], ends[1], self.plain.level, BOUNDS)


def _counts(measure: str, spans: Spans, *, greatest: bool) -> Counts:
    """The counts at which a rate is greatest, or least: it rises, or falls, in all of them."""
    signs = SIGNS[COMPLEMENTS.get(measure, measure)]
    flip = -1 if (measure in COMPLEMENTS) == greatest else 1
    found: list[int] = []
    for sign, pair, unknown in (
        (signs[0], ("true_positives", "false_positives"), "flagged_unverified"),
        (signs[1], ("false_negatives", "true_negatives"), "unflagged_unverified"),
    ):
        with_, without = (spans[name] for name in pair)
        either = spans.get(unknown, (0, 0))[1]
        rising = sign * flip >= 0
        found += [with_[1] + either, without[0]] if rising else [with_[0], without[1] + either]
    return Counts(*found)


def checks(error: OutcomeError, outcomes: CountTable, population: Population, level: float) -> Iterator[Check]:
    """Whether the recorded shares are possible under the stated errors: 1 − specificity to sensitivity."""
    beyond = total = 0
    for row in outcomes:
        errors = error.of(row.group)
        least, most = 1 - errors.specificity[1], errors.sensitivity[1]
        for above, rest in (("true_positives", "false_positives"), ("false_negatives", "true_negatives")):
            x, y = row.counts.get(above), row.counts.get(rest)
            if x is None or y is None or not x + y:
                continue
            low, high = (x / (x + y),) * 2 if population == "records" else clopper_pearson(x, x + y, level)
            total += 1
            beyond += high < least or low > most
    note = "Groups of one flag in which more, or fewer, outcomes are recorded than the stated errors allow."
    yield Check("outcome_error", "warn" if beyond else "pass", beyond, total, note)
