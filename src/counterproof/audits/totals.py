"""Audit of published totals: a long table of one number a period (and series), against which claims can be held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from counterproof.audits.base import Audit, AuditOptions, MeasureWords, Reductions, Settings, Words
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.errors import InputError
from counterproof.findings import AuditFindings, Check, Estimate, Population
from counterproof.reductions import Category, CountBy, Role
from counterproof.stats.basis import Exact

__all__ = ["TOTALS", "TotalsAudit", "TotalsOptions"]

TABLE = "totals"
MEASURE = "total"


class TotalsOptions(AuditOptions):
    """A long table of published totals: one row a period, or a period and series."""

    kind: Literal["totals"] = "totals"
    period: str = Field(description="Column of the period that a total is for, such as a fiscal year")
    value: str = Field(description="Column of the published totals: whole numbers, 0 or more")
    series: str | None = Field(None, description="Column that says of what it is the total, where there are several")

    @model_validator(mode="after")
    def _different(self) -> TotalsOptions:
        named = [self.period, self.value, *([self.series] if self.series else [])]
        if len(set(named)) < len(named):
            raise ValueError("period, value and series are different columns")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell one total from another."""
        return (self.period,) if self.series is None else (self.series, self.period)


WORDS = Words(
    title="Published totals",
    question="What do the published totals say, and do they bear out what is said about them?",
    method=(
        "Each total is taken as it was published, one for each period and series. Totals are compared exactly: a "
        "published total has no sampling error, so it has no interval.",
        "A claim that states a number is held to the digits that it states: 'a 20 % increase' is true from 19.5 % to "
        "20.5 %. A verdict holds for the published totals only.",
    ),
    limits=(
        "A total says how many events were counted under the publisher's definition, not how many people there were.",
        "Totals that were published before a period ended, or revised later, differ from those here; only the table "
        "that was read is compared.",
    ),
    references=(),
    measures={
        MEASURE: MeasureWords("Total", "The number that was published for the period.", "as published", unit="count")
    },
    things=("published total", "published totals"),
)


class TotalsAudit(Audit[TotalsOptions]):
    """Published totals as exact numbers. They are not counts of records, so nothing is withheld."""

    kind = "totals"
    options = TotalsOptions
    counts_people = False
    population: Population = "records"
    words = WORDS

    def grouped_by(self, options: TotalsOptions) -> Sequence[str]:
        """Period and series."""
        return options.columns

    def roles(self, options: TotalsOptions) -> Sequence[Role]:
        """Period, series, value."""
        keys = [Role("period", options.period, "category")]
        if options.series is not None:
            keys.append(Role("series", options.series, "category"))
        return [*keys, Role("value", options.value, "count")]

    def reductions(self, options: TotalsOptions) -> Reductions:
        """The value summed by period and series, and by its own text, which tells a repeated row from one row."""
        names = (*options.columns, options.value)
        return Reductions(CountBy(tuple(Category(name) for name in names), options.value))

    def sums(self, options: TotalsOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """One row a total. InputError where a total stands twice: adding the two up would be wrong without a word."""
        members: dict[tuple[str | None, ...], list[int]] = {}
        for place, key in enumerate(zip(*(cells.column(name) for name in options.columns), strict=True)):
            members.setdefault(key, []).append(place)
        texts = cells.column(options.value)
        _refuse_repeats(options, [(set(texts[places]), int(cells.n[places].sum())) for places in members.values()])
        rows = []
        for key, places in members.items():
            mask = np.zeros(len(cells.keys), dtype=bool)
            mask[places] = True
            rows.append(RowSum(TABLE, dict(zip(options.columns, key, strict=True)), {}, {MEASURE: mask}))
        return rows

    def infer(
        self, options: TotalsOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """Every total as a reported number."""
        found = []
        for row in shown[TABLE]:
            value = row[MEASURE]
            if value is not None:
                found.append(Estimate(MEASURE, row.group, {}, "reported", value, basis=Exact(value)))
        unnamed = sum(None in estimate.group.values() for estimate in found)
        checks = () if not unnamed else (_unnamed(unnamed, len(found)),)
        return AuditFindings(self.kind, len(found), options.population or self.population, tuple(found), (), checks)


TOTALS = TotalsAudit()


def _refuse_repeats(options: TotalsOptions, totals: Sequence[tuple[set[str | None], int]]) -> None:
    """Two rows of one period and series show as two texts of the value, or as a sum that is a multiple of it."""
    repeated = sum(len(texts) > 1 or _number(*texts) != total for texts, total in totals)
    if repeated:
        told = " and ".join(repr(name) for name in reversed(options.columns))
        hint = "keep one release of the table, or name the column that tells these rows apart as series"
        raise InputError(f"{repeated} totals stand more than once for the same {told}", where="period", hint=hint)


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "")
    except InvalidOperation:
        return None


def _unnamed(count: int, total: int) -> Check:
    return Check("unnamed_period", "warn", count, total, "Totals whose period or series is blank.")
