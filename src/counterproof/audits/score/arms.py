"""Rates from two arms: some people were picked by the score, some at random, and it is known how many there are.

The random arm shows how often the outcome occurs among everybody; the arm picked by the score shows what the flag
found. Together they tell how many it missed: N·prevalence − true positives (``stats.random_arm``).

A record of either arm whose outcome was never learned, or whose group is not known, may count either way: the rate is
bounded, and each end is estimated with its own sampling error. So it is with rounded and hidden counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from counterproof.audits.comparing import proportion
from counterproof.audits.score.measures import RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.audits.score.population import COUNT
from counterproof.audits.score.rates import MISSING_AT_RANDOM
from counterproof.audits.score.spans import Span, Spans, filled, spans_of, with_unlabelled
from counterproof.counts import At, CountRow, CountTable, Group
from counterproof.errors import InputError
from counterproof.findings import Check, Estimate, Population
from counterproof.reductions.published import Published
from counterproof.stats.basis import Basis, Exact, Rate
from counterproof.stats.random_arm import ArmMeasure, ArmRate, Arms, even_over_groups

__all__ = ["SHARE", "ArmedRates", "checks"]

SHARE = "random_arm_share"
RISING = ("true_positive_rate", "true_negative_rate", "negative_predictive_value", "accuracy")
"""Rates that rise with the true positives and fall with the prevalence; the others do the opposite."""
WITHIN: dict[str, tuple[str, str, str]] = {
    "prevalence": ("random_positives", "random_negatives", "random_unverified"),
    "positive_predictive_value": ("true_positives", "false_positives", "flagged_unverified"),
    "false_discovery_rate": ("false_positives", "true_positives", "flagged_unverified"),
}
"""Rates within one arm: the count above the line, the rest below it, and those that may be either."""

UNEVEN = 1e-4
"""Below this chance the random arm is taken to be drawn in unequal shares."""
NO_SIZE = "the number of people of this group: the table of the population has no row for it"
NO_OUTCOME = "outcomes of people of this group who were flagged: any value is possible without them"
NO_ARM = "people of this group in the random arm: any value is possible without them"
EITHER = "Bounds over everything that a record without a known outcome or group may have been."
PUBLISHED = "Bounds over every table that is published as this one."


@dataclass(frozen=True)
class ArmedRates:
    """Every rate of every group from both arms and the size of the population."""

    options: ScoreOptions
    outcomes: CountTable
    population: Population
    level: float
    sizes: CountTable

    def of(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """All rates of a row; none of a group without a label."""
        if None in row.group.values() and not self.options.separate:
            return
        own = spans_of(row)
        bounds = self.options.missing_group == "bounds"
        more = with_unlabelled(row, own, self.outcomes) if bounds else own
        for measure in (m for m in self.options.measures if m in RATES):
            place = at if RATES[measure].by_flag else {}
            labelled = self._rate(measure, row.group, place, own)
            if more == own:
                yield labelled
                continue
            yield (found := self._rate(measure, row.group, place, more))
            if found.status not in ("estimated", "reported", "undefined"):
                yield replace(labelled, assumption=MISSING_AT_RANDOM, primary=False)

    def unlabelled(self, columns: Sequence[str]) -> bool:
        """Whether some records lack one of these labels."""
        return any(set(row.group) == set(columns) and None in row.group.values() for row in self.outcomes)

    def _size(self, group: Group) -> Span | None:
        """How many people there are; None where the table of the population does not say, or where it is withheld."""
        row = self.sizes.find(group)
        size = None if row is None else row[COUNT]
        if size is None:
            return None
        reach = Published("", self.options.rounded_to, self.options.rounding).reach
        return size - reach, size + reach

    def share(self, row: CountRow) -> Estimate:
        """The share of everybody that was picked at random."""
        plain, size, spans = Estimate(SHARE, row.group, {}, "suppressed"), self._size(row.group), spans_of(row)
        if spans is None:
            return plain
        if size is None:
            return replace(plain, status="not_identified", note=NO_SIZE)
        low, high = (Exact(n / people) for n, people in zip(spans["random"], reversed(size), strict=True))
        if low != high:
            return self._filled(plain, low, high)
        found, people = spans["random"][0], size[0]
        return replace(plain, status="reported", value=low.value, numerator=found, denominator=people, basis=low)

    def _rate(self, measure: str, group: Group, at: At, spans: Spans | None) -> Estimate:
        plain, size = Estimate(measure, group, at, "suppressed"), self._size(group)
        if spans is None:
            return plain
        if measure in WITHIN:
            above, rest, either = (spans[name] for name in WITHIN[measure])
            low, high = above[0], above[1] + either[1]
            return self._proportion(plain, (low, low + rest[1] + either[1]), (high, high + rest[0]))
        if size is None:
            return replace(plain, status="not_identified", note=NO_SIZE)
        if measure == "flag_rate":
            flagged = spans["flagged"]
            return self._proportion(plain, (flagged[0], size[1]), (min(flagged[1], size[0]), size[0]))
        ends = [
            ArmRate(cast(ArmMeasure, measure), self._arms(spans, people, favourable=(measure in RISING) == high))
            for high in (False, True)
            for people in size
        ]
        values = [-1.0 if end.value is None else end.value for end in ends]
        if not all(end.arms.sampled for end in ends) or -1.0 in values:
            return replace(plain, status="not_identified", note=NO_ARM)
        low_end, high_end = ends[values.index(min(values))], ends[values.index(max(values))]
        return self._filled(plain, low_end, high_end)

    def _arms(self, spans: Spans, people: int, *, favourable: bool) -> Arms:
        """Both arms with every count that is not certain where it speaks best, or worst, for the flag."""
        right, wrong, either = (spans[n] for n in ("true_positives", "false_positives", "flagged_unverified"))
        found, clear, unknown = (spans[n] for n in ("random_positives", "random_negatives", "random_unverified"))
        missed, spared = spans["missed"][0], spans["spared"][0]
        room = people - missed - spared
        if favourable:
            tp, fp = min(right[1] + either[1], room - wrong[0]), wrong[0]
            x, rest = found[0], clear[1] + unknown[1]
        else:
            tp, fp = right[0], min(wrong[1] + either[1], room - right[0])
            x, rest = found[1] + unknown[1], clear[0]
        return Arms(tp, fp, people, x, x + rest, missed, spared, closed=self.population == "records")

    def _proportion(self, plain: Estimate, low: tuple[int, int], high: tuple[int, int]) -> Estimate:
        """A share of people who are known; only the prevalence is a sample where the records are all there is."""
        population: Population = "process" if plain.measure == "prevalence" else self.population
        if not low[1] or not high[1] or (low[0] == 0 and high[0] == high[1] and low != high):
            note = NO_ARM if plain.measure == "prevalence" else NO_OUTCOME
            return replace(plain, status="not_identified", note=note)
        if low == high:
            return proportion(plain.measure, plain.group, plain.at, *low, population, self.level)
        exact = population == "records"
        ends = [Exact(x / n) if exact else Rate(x, n) for x, n in (low, high)]
        return self._filled(plain, ends[0], ends[1])

    def _filled(self, plain: Estimate, low: Basis, high: Basis) -> Estimate:
        return filled(plain, low, high, self.level, PUBLISHED if self.options.inexact else EITHER)


def checks(options: ScoreOptions, outcomes: CountTable, sizes: CountTable) -> Iterator[Check]:
    """The random arm's own chance of being picked, and groups of which nobody says how large they are.

    InputError where there are fewer people than the records hold.
    """
    reach = Published("", options.rounded_to, options.rounding).reach
    for columns in dict.fromkeys(tuple(row.group) for row in outcomes):
        rows = [row for row in outcomes if tuple(row.group) == columns and None not in row.group.values()]
        known = [(row, size[COUNT]) for row in rows if (size := sizes.find(row.group)) is not None]
        small = sum(
            (row.counts.get("records_least", row["records"]) or 0) > people + reach
            for row, people in known
            if people is not None
        )
        if small:
            which = f"of {small} groups by {' and '.join(map(repr, columns))}" if columns else "as a whole"
            hint = "it must hold everybody from whom both arms were picked, in the same groups and of the same time"
            raise InputError(
                f"the population {which} is smaller than its records", where="population_counts", hint=hint
            )
        if columns and len(known) < len(rows):
            what = f"groups by {' and '.join(columns)} have no row in the table of the population"
            yield Check(f"no_population.{' and '.join(columns)}", "warn", len(rows) - len(known), len(rows), what)
        drawn = [(row["random"], people) for row, people in known if row["random"] is not None and people is not None]
        chance = even_over_groups([n or 0 for n, _ in drawn], [people or 0 for _, people in drawn])
        if chance < UNEVEN:
            by = " and ".join(columns)
            note = f"People in the random arm. It took very unequal shares of the groups by {by}, more than by chance: "
            note += "it is random within groups at most, and says nothing about everybody."
            yield Check(f"random_arm_uneven.{by}", "warn", sum(n or 0 for n, _ in drawn), None, note)
    whole, size = outcomes.find({}), sizes.find({})
    picked, people = (None if row is None else row[name] for row, name in ((whole, "random"), (size, COUNT)))
    if picked and people:
        note = f"People who were picked at random, of everybody: one in {people / picked:,.0f}."
        yield Check("random_arm", "pass", picked, people, note)
