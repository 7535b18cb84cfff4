"""From the shown counts of a search log to estimates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from counterproof.audits.base import Settings
from counterproof.audits.search_log.measures import REASONS
from counterproof.audits.search_log.options import SearchLogOptions
from counterproof.audits.search_log.tabulate import BY, SPLITS, everybody
from counterproof.counts import CountRow, CountTable, Group
from counterproof.findings import Estimate, Population
from counterproof.stats.basis import Basis, Bounds, Exact, Rate

__all__ = ["estimates"]

Shown = Mapping[str, CountTable]

_RARE = ("reason_partial", "reason_not_exported", "reason_withheld")
"""Measures that say something only where a log has such reasons."""


def estimates(
    options: SearchLogOptions, shown: Shown, population: Population, settings: Settings
) -> Iterator[Estimate]:
    """Every estimate, measure by measure, everybody first and then each split."""
    found = _Searches(options, shown, population, settings)
    yield from found.searches()
    yield from found.networks()
    for measure in REASONS:
        if measure not in _RARE or found.occurs(measure):
            yield from found.share(measure, measure)
        if measure == "immigration_reason_floor":
            yield from found.terms()
    yield from found.share("out_of_state", "out_of_state", "reach_unknown")
    yield from found.share("federal", "federal", "no_organisation")
    yield from found.share("off_hours", "off", known="office")
    yield from found.concentration()
    yield from found.rows_read()
    yield from found.cells()


class _Searches:
    """The shown tables, and how a number of them becomes an estimate."""

    def __init__(self, options: SearchLogOptions, shown: Shown, population: Population, settings: Settings) -> None:
        self.options, self.shown, self.process, self.level = options, shown, population == "process", settings.level

    def rows(self) -> Iterator[CountRow]:
        """Everybody, then every label of every split."""
        if (row := everybody(self.shown)) is not None:
            yield row
        for by in SPLITS:
            yield from self.shown.get(BY.format(by), ())

    def searches(self) -> Iterator[Estimate]:
        """Unique searches."""
        more = next((row["more"] for row in self.shown.get("ambiguous", ())), 0)
        for row in self.rows():
            yield self._count("searches", row.group, row["searches"], more if not row.group else 0)

    def rows_read(self) -> Iterator[Estimate]:
        """Rows of the logs."""
        for row in self.shown.get("volume", ()):
            yield self._count("rows", row.group, row["rows"])

    def occurs(self, measure: str) -> bool:
        """Whether a class of reasons is there at all."""
        row = everybody(self.shown)
        return row is not None and row[measure] != 0

    def share(self, measure: str, count: str, unknown: str = "", *, known: str = "") -> Iterator[Estimate]:
        """The share of the searches, for everybody and every label.

        unknown  counts of which the measure cannot be told
        known    counts of which it can be told, beside those that it counts
        """
        for row in self.rows():
            if count not in row.counts:
                continue
            total, part = row["searches"], row[count]
            rest = row[unknown] if unknown else 0
            if self._untold(measure, row):
                rest = total
            if known:
                other = row[known]
                rest = None if None in (total, part, other) else (total or 0) - (part or 0) - (other or 0)
            estimate = self._rate(measure, row.group, part, total, rest)
            if estimate.status != "not_identified" or not row.group:
                yield estimate

    def _untold(self, measure: str, row: CountRow) -> bool:
        """Whether nothing in these searches can say: no reason was exported, or the state of the log is not known."""
        if measure == "out_of_state":
            return self.options.home is None
        if measure not in REASONS or measure in _RARE:
            return False
        gone = [row["reason_not_exported"], row["reason_withheld"]]
        return None not in gone and sum(n or 0 for n in gone) == row["searches"]

    def terms(self) -> Iterator[Estimate]:
        """The immigration lexicon, term by term."""
        row = everybody(self.shown)
        total = None if row is None else row["searches"]
        for row in self.shown.get("terms", ()):
            yield self._rate("immigration_reason_floor", row.group, row["searches"], total, 0)

    def networks(self) -> Iterator[Estimate]:
        """Median of the networks searched."""
        for row in self.shown.get("networks", ()):
            twice = row.counts.get("twice_median")
            if row["known"] == 0:
                note = "the number of networks is in no column of these logs" if not row.group else None
                if not row.group:
                    yield Estimate("networks_median", row.group, {}, "not_identified", note=note)
            elif twice is None:
                yield Estimate("networks_median", row.group, {}, "suppressed")
            else:
                value = twice / 2
                yield Estimate("networks_median", row.group, {}, "reported", value, basis=Exact(value))

    def concentration(self) -> Iterator[Estimate]:
        """Over agencies: Gini, and the ten largest."""
        numbers = next(iter(self.shown.get("published", ())), None)
        if numbers is not None and (numbers.counts.get("agencies") or 0) >= 10:
            gini = (numbers["gini"] or 0) / 1000
            yield Estimate("concentration_gini", {}, {}, "reported", gini, basis=Exact(gini, 0.0005))
        for row in self.shown.get("top_ten", ()):
            yield self._rate("top_ten_share", {}, row["top_ten"], row["searches"], 0)

    def cells(self) -> Iterator[Estimate]:
        """States of the cells of every column; rows of a file are all there is of it, so there is no interval."""
        total = next((row["rows"] for row in self.shown.get("cell_rows", ())), None)
        for row in self.shown.get("cells", ()):
            part = row["rows"]
            if part is None or total is None:
                yield Estimate("cells", row.group, {}, "suppressed")
            else:
                value = part / total
                yield Estimate(
                    "cells", row.group, {}, "reported", value, numerator=part, denominator=total, basis=Exact(value)
                )

    def _count(self, measure: str, group: Group, n: int | None, more: int | None = 0) -> Estimate:
        if n is None or more is None:
            return Estimate(measure, group, {}, "suppressed")
        if more == 0:
            return Estimate(measure, group, {}, "reported", n, basis=Exact(n))
        basis = Bounds(Exact(n), Exact(n + more))
        note = "rows without an ID that cannot be told apart may be one search or several"
        return Estimate(
            measure, group, {}, "bounded", n, n, n + more, identified_low=n, identified_high=n + more, note=note,
            basis=basis,
        )  # fmt: skip

    def _rate(self, measure: str, group: Group, part: int | None, total: int | None, rest: int | None) -> Estimate:
        """A share; bounded where ``rest`` of the searches may or may not count."""
        if part is None or total is None or rest is None:
            return Estimate(measure, group, {}, "suppressed")
        if not total:
            return Estimate(measure, group, {}, "undefined", numerator=0, denominator=0)
        if rest >= total:
            return Estimate(measure, group, {}, "not_identified", note=_WHY.get(measure))
        low, high = self._basis(part, total), self._basis(part + rest, total)
        if rest == 0:
            status: Literal["estimated", "reported"] = "estimated" if self.process else "reported"
            interval = low.printed(self.level) if self.process else None
            return Estimate(
                measure, group, {}, status, part / total,
                interval.low if interval else None, interval.high if interval else None,
                self.level if interval else None, interval.method if interval else None,
                part, total, basis=low,
            )  # fmt: skip
        ends = (low.printed(self.level).low, high.printed(self.level).high)
        return Estimate(
            measure, group, {}, "bounded", None, *ends, self.level if self.process else None,
            identified_low=part / total, identified_high=(part + rest) / total,
            note=_WHY.get(measure), basis=Bounds(low, high),
        )  # fmt: skip

    def _basis(self, part: int, total: int) -> Basis:
        return Rate(part, total) if self.process else Exact(part / total)


_WHY = dict.fromkeys(REASONS, "the log has no column of reasons, or it was withheld") | {
    "out_of_state": "the state of the log is not given (agency, state), or an organisation's name does not say its own",
    "federal": "the log has no column of organisations",
    "off_hours": "the local time is not given (timezone), or the searches have only a date",
}
