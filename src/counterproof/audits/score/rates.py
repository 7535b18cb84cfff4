"""The rates of one group: plain where every outcome and label is known, bounded where some are not.

For each record that might belong to the group, or whose outcome was never learned, every possibility is allowed for.
Beside the bounds stand the numbers that an assumption buys, named by it:

    labels_missing_at_random  records without a label are like those with one, so they are left out
    ignorable_verification    whether an outcome was learned depends on group and flag alone (Begg and Greenes)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from counterproof.audits.comparing import proportion
from counterproof.audits.score.measures import PAIRS, RATES
from counterproof.audits.score.options import ScoreOptions
from counterproof.counts import At, CountRow, CountTable, Group
from counterproof.findings import Estimate, Population
from counterproof.stats.basis import Bounds, Exact, Rate
from counterproof.stats.verification import Corrected, Role, begg_greenes, extremes

__all__ = [
    "IGNORABLE",
    "MISSING_AT_RANDOM",
    "OUTSIDE",
    "AnyRates",
    "Part",
    "Rates",
    "atoms_of",
    "may_belong",
    "role_of",
]

IGNORABLE = "ignorable_verification"
MISSING_AT_RANDOM = "labels_missing_at_random"

FOUR = ("true_positives", "false_positives", "false_negatives", "true_negatives")
UNVERIFIED: dict[str, tuple[str, ...]] = {
    "flagged_unverified": ("true_positives", "false_positives"),
    "unflagged_unverified": ("false_negatives", "true_negatives"),
}
ATOMS: dict[str, tuple[str, ...]] = {name: (name,) for name in FOUR} | UNVERIFIED
"""The counts of a table in which not every outcome is known, and which of the four each record may be one of."""
BY_FLAG: dict[str, tuple[str, ...]] = {
    "flagged": ("true_positives", "false_positives"),
    "unflagged": ("false_negatives", "true_negatives"),
}
"""The counts of a table without outcomes."""

NOT_LEARNED = {
    "flagged": "outcomes of the records that were not flagged: they were never learned",
    "reviewed": "outcomes of the records that were not reviewed: any value is possible without them",
    "everyone": "the group labels that are missing: any value is possible without them",
}
NONE_UNFLAGGED = "records that were not flagged: there are none here, and the outcome is known for the flagged alone"

Part = tuple[frozenset[Role], int | None]


class AnyRates(Protocol):
    """What makes the rates of a table of counts, of whatever kind they are."""

    @property
    def options(self) -> ScoreOptions:
        """The audit's options."""

    def of(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """All rates of a row, marked with ``at`` where they depend on the flag."""

    def unlabelled(self, columns: Sequence[str]) -> bool:
        """Whether some records lack one of these labels."""


OUTSIDE: frozenset[Role] = frozenset({"outside"})


@dataclass(frozen=True)
class Rates:
    """Every rate of every group of one table of shown counts."""

    options: ScoreOptions
    outcomes: CountTable
    population: Population
    level: float
    over: dict[tuple[frozenset[str], str], list[int | None]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """All rates of a row, its primary one first; none of a group without a label, unless it is one by itself."""
        if None in row.group.values() and not self.options.separate:
            return
        for measure in self.options.measures:
            if measure in RATES:
                place = at if RATES[measure].by_flag else {}
                yield from self._measure(measure, row, place)
        if self.options.outcome_known == "reviewed":
            yield from self._assuming_ignorable(row, at)

    def unlabelled(self, columns: Sequence[str]) -> bool:
        """Whether some records lack one of these labels, or too few to be shown do."""
        return any(row["records"] != 0 for row in self._rows(columns)[1])

    @cached_property
    def _by_columns(self) -> dict[frozenset[str], tuple[list[CountRow], list[CountRow]]]:
        found: dict[frozenset[str], tuple[list[CountRow], list[CountRow]]] = {}
        for row in self.outcomes:
            found.setdefault(frozenset(row.group), ([], []))[None in row.group.values()].append(row)
        return found

    def _rows(self, columns: Iterable[str]) -> tuple[list[CountRow], list[CountRow]]:
        """The rows of a grouping that have every label, and those that lack one."""
        return self._by_columns.get(frozenset(columns), ([], []))

    def _measure(self, measure: str, row: CountRow, at: At) -> Iterator[Estimate]:
        own = self._parts(row, measure)
        labelled = self._estimate(measure, row.group, at, own)
        if self.options.missing_group != "bounds" or not self.unlabelled(tuple(row.group)):
            yield labelled
            return
        known, more = self._without_label(row, measure)
        bounded = self._estimate(measure, row.group, at, [*own, *more])
        if bounded.status == "bounded":
            said = "Bounds over every way to fill in the missing labels"
            said += "" if self.options.everyone else ", and every outcome that was not learned"
            said += "." if known else "; how many there are is withheld, so as many as there can be are allowed for."
            bounded = replace(bounded, note=said)
        yield bounded
        if bounded.status not in ("estimated", "reported", "undefined"):
            yield replace(labelled, assumption=MISSING_AT_RANDOM, primary=False)

    def _parts(self, row: CountRow, measure: str) -> list[Part]:
        """The counts of a row with the roles that their records may play in a rate."""
        rate = RATES[measure]
        if self._by_margins(measure):
            x, n = row[rate.numerator], row[rate.denominator]
            rest = None if x is None or n is None else n - x
            return [(frozenset({"numerator"}), x), (frozenset({"rest"}), rest)]
        return [(frozenset(role_of(one, measure) for one in may_be), row[name]) for name, may_be in ATOMS.items()]

    def _without_label(self, row: CountRow, measure: str) -> tuple[bool, list[Part]]:
        """The records that may belong to the group, and whether their counts are shown.

        What is not shown is at most what the shown groups leave of everybody, and at most a shown count that holds it.
        """
        fits = self._may_belong(row.group)
        parts: list[Part] = []
        known = True
        for place, (roles, _) in enumerate(self._parts(row, measure)):
            counts = [self._parts(other, measure)[place][1] for other in fits]
            most: int | None = sum(count for count in counts if count is not None)
            if None in counts and roles != OUTSIDE:
                known = False
                atoms = self._atoms(measure)[place]
                most = _least(
                    self._left(frozenset(row.group), measure)[place],
                    _sum(
                        [
                            _at_most(other, atoms) if count is None else count
                            for other, count in zip(fits, counts, strict=True)
                        ]
                    ),
                )
            parts.append((roles | OUTSIDE, most))
        return known, parts

    def _may_belong(self, group: Group) -> list[CountRow]:
        """The rows of records without a label that may belong to a group."""
        return [other for other in self._rows(group)[1] if may_belong(other.group, group)]

    def _atoms(self, measure: str) -> list[frozenset[str]]:
        """Which atoms each of ``_parts`` adds up."""
        if not self._by_margins(measure):
            return [frozenset({name}) for name in ATOMS]
        above, below = (_six(name) for name in (RATES[measure].numerator, RATES[measure].denominator))
        return [above, below - above]

    def _by_margins(self, measure: str) -> bool:
        """Whether numerator and denominator are counts of the table themselves."""
        return self.options.everyone or measure == "flag_rate"

    def _left(self, columns: frozenset[str], measure: str) -> list[int | None]:
        """Of everybody, what the shown counts of the groups leave over: part by part, None where it is not known."""
        if (columns, measure) not in self.over:
            whole = self.outcomes.find({}, self.options.at)
            named = [self._parts(row, measure) for row in self._rows(columns)[0]]
            totals = [] if whole is None else [count for _, count in self._parts(whole, measure)]
            self.over[columns, measure] = [
                None if total is None else total - sum(parts[place][1] or 0 for parts in named)
                for place, total in enumerate(totals)
            ]
        return self.over[columns, measure]

    def _estimate(self, measure: str, group: Group, at: At, parts: Sequence[Part]) -> Estimate:
        """A plain rate if nothing is open, else its bounds, or neither if any value is possible."""
        counts = [(roles, count) for roles, count in parts if roles != OUTSIDE]
        known = [(roles, count) for roles, count in counts if count is not None]
        if len(known) < len(counts):
            return Estimate(measure, group, at, "suppressed")
        if self._only_flagged and RATES[measure].denominator != "flagged":
            return Estimate(measure, group, at, "not_identified", note=NONE_UNFLAGGED)
        low, high = extremes(known)
        if low == high:
            return proportion(measure, group, at, *low, self.population, self.level)
        if not low[1] or not high[1] or (low[0] == 0 and high[0] == high[1]):
            return Estimate(measure, group, at, "not_identified", note=self._open())
        return self._bounded(measure, group, at, low, high)

    def _bounded(self, measure: str, group: Group, at: At, low: tuple[int, int], high: tuple[int, int]) -> Estimate:
        ends = [low[0] / low[1], high[0] / high[1]]
        note = "Bounds over every outcome that the records without a known outcome may have had."
        plain = Estimate(
            measure, group, at, "bounded", identified_low=ends[0], identified_high=ends[1], note=note, basis=None
        )
        if self.population == "records":
            return replace(plain, basis=Bounds(Exact(ends[0]), Exact(ends[1])))
        basis = Bounds(Rate(*low), Rate(*high))
        around = basis.printed(self.level)
        return replace(plain, low=around.low, high=around.high, level=self.level, method=around.method, basis=basis)

    def _open(self) -> str:
        """What would be needed where any value is possible."""
        return NOT_LEARNED[self.options.outcome_known]

    @property
    def _only_flagged(self) -> bool:
        """Outcomes are known for the flagged, and the table holds nobody else."""
        whole = self.outcomes.find({}, self.options.at)
        return self.options.outcome_known == "flagged" and whole is not None and whole["unflagged"] == 0

    def _assuming_ignorable(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """What the reviewed would give if the others with the same flag were like them."""
        missing = self.options.missing_group == "bounds" and self.unlabelled(tuple(row.group))
        assumption = f"{IGNORABLE} and {MISSING_AT_RANDOM}" if missing else IGNORABLE
        six = {name: row[name] for name in ATOMS}
        known = {name: count for name, count in six.items() if count is not None}
        measures = [m for m in self.options.measures if m in CORRECTED or m in WITHIN_A_FLAG]
        whole = len(known) == len(six)
        if whole and not known["flagged_unverified"] and not known["unflagged_unverified"]:
            return
        found = _corrected(known) if whole else None
        for measure in measures:
            plain = Estimate(measure, row.group, at, "suppressed", assumption=assumption, primary=False)
            if measure in WITHIN_A_FLAG:
                names = WITHIN_A_FLAG[measure]
                if all(name in known for name in names):
                    x, rest = (known[name] for name in names)
                    own = proportion(measure, row.group, at, x, x + rest, self.population, self.level)
                    plain = replace(own, assumption=assumption, primary=False)
            elif whole:
                plain = self._zhou(plain, found)
            yield plain

    def _zhou(self, plain: Estimate, found: tuple[Corrected, Corrected] | None) -> Estimate:
        if found is None:
            return replace(plain, status="undefined")
        place, flipped = CORRECTED[plain.measure]
        value, ends = found[place].value, found[place].interval(self.level)
        if self.population == "records" or ends is None:
            ends = None
        if flipped:
            value, ends = 1 - value, None if ends is None else (1 - ends[1], 1 - ends[0])
        return replace(
            plain,
            status="estimated",
            value=value,
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            level=self.level if ends else None,
            method="begg-greenes",
        )


CORRECTED = {
    "true_positive_rate": (0, False),
    "false_negative_rate": (0, True),
    "true_negative_rate": (1, False),
    "false_positive_rate": (1, True),
}
"""Which of the two corrected rates, and whether it is one minus it."""

WITHIN_A_FLAG = {
    measure: (RATES[measure].numerator, RATES[complement].numerator)
    for measure in (
        "positive_predictive_value",
        "false_discovery_rate",
        "negative_predictive_value",
        "false_omission_rate",
    )
    if (complement := RATES[measure].complement) is not None
}
"""Rates within one flag, with numerator and complement: under the assumption they are those of the reviewed."""


def _corrected(six: dict[str, int]) -> tuple[Corrected, Corrected] | None:
    s1, r1, s0, r0 = (six[name] for name in FOUR)
    return begg_greenes(s1, r1, s1 + r1 + six["flagged_unverified"], s0, r0, s0 + r0 + six["unflagged_unverified"])


def atoms_of(row: CountRow) -> dict[str, tuple[str, ...]]:
    """The disjoint counts of a row, and which of the four each record of them may be one of."""
    if "flagged_unverified" in row.counts:
        return ATOMS
    return {name: (name,) for name in FOUR} if "true_positives" in row.counts else BY_FLAG


def role_of(one: str, measure: str) -> Role:
    """The role of a true positive, false positive, false negative or true negative in a rate."""
    rate = RATES[measure]
    if one in _four(rate.numerator):
        return "numerator"
    return "rest" if one in _four(rate.denominator) else "outside"


def _four(count: str) -> tuple[str, ...]:
    """Which of the four a named count adds up."""
    return FOUR if count == "records" else PAIRS.get(count, (count,))


def _six(count: str) -> frozenset[str]:
    """Which of the six atoms a named count adds up."""
    four = set(_four(count))
    return frozenset(four | {name for name, may_be in UNVERIFIED.items() if set(may_be) <= four})


def _at_most(row: CountRow, atoms: frozenset[str]) -> int | None:
    """The least shown count of a row that holds these atoms."""
    holding = [c for name, c in row.counts.items() if c is not None and atoms <= _six(name) | {name}]
    return min(holding) if holding else None


def _least(*limits: int | None) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def may_belong(partial: Group, group: Group) -> bool:
    """Whether records that lack a label may belong to the group, by those that they have."""
    if None not in partial.values() or set(partial) != set(group):
        return False
    return all(label is None or label == group[column] for column, label in partial.items())
