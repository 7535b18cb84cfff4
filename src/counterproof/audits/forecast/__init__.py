"""Audit of forecasts of totals: proper scores, skill over naive forecasts, coverage, tests of equal accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterproof.audits.base import Audit, Reductions, Settings
from counterproof.audits.forecast.infer import infer
from counterproof.audits.forecast.options import ForecastOptions
from counterproof.audits.forecast.tabulate import rows
from counterproof.audits.forecast.words import WORDS
from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Category, CountBy, Role
from counterproof.reductions.forecasts import Scores, Target

__all__ = ["FORECAST", "ForecastAudit", "ForecastOptions"]


class ForecastAudit(Audit[ForecastOptions]):
    """Forecasts of totals are not about persons: nothing is withheld."""

    kind = "forecast"
    options = ForecastOptions
    counts_people = False
    population: Population = "process"
    words = WORDS

    def roles(self, options: ForecastOptions) -> Sequence[Role]:
        """Every column that the options name."""
        kinds = {
            "model": "category",
            "place": "category",
            "observed": "coded" if options.form == "probability" else "value",
            "predicted": "value",
            "quantile_level": "value",
            "horizon": "value",
            "sample": "key",
            "origin": "date",
            "target": "date",
            "month": "key",
            "year": "key",
            "fiscal_year": "key",
        }
        named = [(key, getattr(options, key), kind) for key, kind in kinds.items()]
        return [Role(key, column, kind) for key, column, kind in named if column is not None]  # type: ignore[arg-type]

    def reductions(self, options: ForecastOptions) -> Reductions:
        """Rows by model and place; scores of forecasts."""
        labels = [column for column in (options.model, options.place) if column is not None]
        year = options.year or options.fiscal_year
        target = Target(options.target, options.month, year, options.fiscal_year is not None)
        scores = Scores(
            options.form, options.observed, target, options.predicted, options.quantile_level, options.sample,
            options.model, options.origin, options.horizon, options.place, options.baseline, options.add_up,
            options.ahead, options.season, options.within, options.accuracy, options.date_order,
        )  # fmt: skip
        return Reductions(CountBy(tuple(Category(column) for column in labels)), apart={"scores": scores})

    def sums(self, options: ForecastOptions, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Nothing of rows: forecasts are scored apart."""
        return ()

    def apart(self, options: ForecastOptions, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """See ``tabulate``."""
        return list(rows(options, cells))

    def infer(
        self, options: ForecastOptions, shown: Mapping[str, CountTable], records: int, settings: Settings
    ) -> AuditFindings:
        """See ``infer``."""
        return infer(options, shown, records, settings)


FORECAST = ForecastAudit()
