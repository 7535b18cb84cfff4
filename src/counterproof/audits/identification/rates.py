"""Error rates from shown counts, and rates that were published without them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterproof.audits.comparing import proportion
from counterproof.audits.identification.measures import ERROR_RATES, FAR, FMR, FNMR, FPIR, FRR, PUBLISHED, SHARE
from counterproof.audits.identification.options import IdentificationOptions
from counterproof.audits.identification.subjects import People
from counterproof.counts import At, CountRow, CountTable
from counterproof.findings import Estimate, Population
from counterproof.stats.basis import Exact, Rate, Rounded
from counterproof.stats.matching import ENOUGH_ERRORS, Monotone, most_after_none

__all__ = ["Rates", "noted"]

UNKNOWN = "Published without the number of trials behind it, so there is no interval."


@dataclass(frozen=True)
class Rates:
    """How the numbers of one audit become estimates."""

    options: IdentificationOptions
    population: Population
    level: float
    people: People

    def counted(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """False matches and false non-matches of one group; with failures to acquire also the rates that count them."""
        if None in row.group.values():
            return
        for measure, (errors, _, trials) in ERROR_RATES.items():
            if trials in row.counts:
                yield noted(self.error_rate(measure, row, at, row[errors], row[trials]))
        if "searches" in row.counts:
            x, n = row["false_positives"], row["searches"]
            yield noted(self.proportion(FPIR, row, self._searched(at), x, n), "searches")
        yield from self._with_failures(row, at)

    def shares(self, table: CountTable) -> Iterator[Estimate]:
        """Of all false matches, those of each group: all that can be said without the number of comparisons."""
        for row in table:
            if len(row.group) > len(self.options.base) and None not in row.group.values():
                whole = table.find({column: row.group[column] for column in self.options.base})
                total = None if whole is None else whole["false_matches"]
                yield self.proportion(SHARE, row, {}, row["false_matches"], total)

    def published(self, table: CountTable) -> Iterator[Estimate]:
        """Rates as they were published, with what rounding leaves open as their basis."""
        for row in table:
            for measure in PUBLISHED:
                units = row.counts.get(measure)
                if units is None or None in row.group.values():
                    continue
                places = row[f"{measure} decimals"] or 0
                value, half = units / 10**places, 0.5 / 10**places
                least, most = max(0.0, (2 * units - 1) / 2 / 10**places), min(1.0, (2 * units + 1) / 2 / 10**places)
                basis = Rounded(value, half, least, most)
                at = self._searched({}) if measure == FPIR else {}
                yield Estimate(measure, row.group, at, "reported", value, note=UNKNOWN, basis=basis)

    def _searched(self, at: At) -> At:
        """With the size of the gallery, where it is known: searches have other rates in others."""
        size = self.options.searched
        return at if size is None else {**at, "gallery": size}

    def error_rate(self, measure: str, row: CountRow, at: At, x: int | None, n: int | None) -> Estimate:
        """A proportion, with an interval that knows of the people in the comparisons, where they are known."""
        plain = self.proportion(measure, row, at, x, n)
        if plain.status != "estimated" or x is None or n is None:
            return plain
        basis = self.people.basis(measure, row.group, x, n)
        ends = basis.printed(self.level)
        return replace(plain, low=ends.low, high=ends.high, method=ends.method, basis=basis)

    def proportion(self, measure: str, row: CountRow, at: At, x: int | None, n: int | None) -> Estimate:
        """One proportion of a row."""
        return proportion(measure, row.group, at, x, n, self.population, self.level)

    def _with_failures(self, row: CountRow, at: At) -> Iterator[Estimate]:
        """FAR = FMR (1 − FTA) and FRR = FTA + FNMR (1 − FTA)."""
        if "failed_non_mated" in row.counts:
            tried = _sum(row["non_mated"], row["failed_non_mated"])
            yield self.proportion(FAR, row, at, row["false_matches"], tried)
        if "failed_mated" in row.counts:
            tried = _sum(row["mated"], row["failed_mated"])
            yield self.proportion(FRR, row, at, _sum(row["false_non_matches"], row["failed_mated"]), tried)
        if "acquisitions" in row.counts:
            for measure, of in ((FAR, FMR), (FRR, FNMR)):
                errors, _, trials = ERROR_RATES[of]
                if trials in row.counts:
                    yield self._product(measure, row, at, (errors, trials))

    def _product(self, measure: str, row: CountRow, at: At, names: tuple[str, str]) -> Estimate:
        counts = [row[name] for name in (*names, "failures", "acquisitions")]
        known = [count for count in counts if count is not None]
        if len(known) < len(counts):
            return Estimate(measure, row.group, at, "suppressed")
        rates = Rate(known[0], known[1]), Rate(known[2], known[3])
        basis = (
            Monotone(rates, _accepted, (True, False)) if measure == FAR else Monotone(rates, _rejected, (True, True))
        )
        value = basis.value
        if value is None:
            return Estimate(measure, row.group, at, "undefined")
        if self.population == "records":
            return Estimate(measure, row.group, at, "reported", value, basis=Exact(value))
        ends = basis.printed(self.level)
        return Estimate(
            measure, row.group, at, "estimated", value, ends.low, ends.high, self.level, ends.method, basis=basis
        )


def noted(estimate: Estimate, trials: str = "comparisons") -> Estimate:
    """With the rule of 3 where there was no error, and the rule of 30 where there were few."""
    x, n = estimate.numerator, estimate.denominator
    if estimate.status != "estimated" or x is None or not n or x >= ENOUGH_ERRORS:
        return estimate
    if x == 0:
        said = f"No error in {n:,} {trials}: the rate is at most {most_after_none(n):.2g} (rule of 3; one-sided, 95 %)."
    else:
        said = f"Fewer than {ENOUGH_ERRORS} errors: too few to place the rate within ±30 % at 90 %."
    return replace(estimate, note=said if estimate.note is None else f"{estimate.note} {said}")


def _accepted(fmr: float, fta: float) -> float:
    return fmr * (1 - fta)


def _rejected(fnmr: float, fta: float) -> float:
    return fta + fnmr * (1 - fta)


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
