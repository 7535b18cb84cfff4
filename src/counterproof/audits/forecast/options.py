"""Plan keys of an audit of forecasts."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.forecast.measures import MEASURES, known
from counterproof.errors import nearest
from counterproof.reductions.forecasts import Form

__all__ = ["ForecastOptions"]


class ForecastOptions(AuditOptions):
    """A long table of forecasts and what was observed, or of observations alone."""

    kind: Literal["forecast"] = "forecast"
    observed: str = Field(description="Column of what was observed")
    predicted: str | None = Field(
        None, description="Column of the forecast; without it naive forecasts alone are scored"
    )
    quantile_level: str | None = Field(None, description="Column of the quantile's level, for quantile forecasts")
    sample: str | None = Field(None, description="Column that numbers the draws, for forecasts given as samples")
    predicted_is: Literal["point", "probability"] = Field(
        "point", description="What a forecast without level and sample is: a number, or the chance of a yes"
    )
    model: str | None = Field(None, description="Column of who made the forecast")
    origin: str | None = Field(None, description="Column of the date on which the forecast was made")
    target: str | None = Field(None, description="Column of the date that the forecast is for")
    month: str | None = Field(None, description="Column of the month that it is for, with year or fiscal_year")
    year: str | None = Field(None, description="Column of the calendar year of month")
    fiscal_year: str | None = Field(
        None, description="Column of the fiscal year of month, which begins in October before"
    )
    horizon: str | None = Field(None, description="Column of how many steps ahead the forecast is")
    place: str | None = Field(None, description="Column of the place, or series, that it is for")
    baseline: str | None = Field(None, description="The model that others are compared with")
    add_up: bool = Field(False, description="Add up the observations of one place and target")
    ahead: tuple[int, ...] = Field(
        (1,), max_length=12, description="Steps ahead, where naive forecasts alone are scored"
    )
    season: int | None = Field(None, ge=0, le=400, description="Steps in a season; 0 for none")
    within: tuple[Decimal, ...] = Field(
        (Decimal("0.1"), Decimal("0.3")),
        max_length=6,
        description="Relative errors that count as a hit",
    )
    accuracy: Decimal | None = Field(None, gt=0, lt=1, description="The accuracy that was claimed, such as 0.70")
    date_order: Literal["month_first", "day_first"] | None = Field(
        None, description="How to read dates such as 3/4/2024"
    )
    measures: tuple[str, ...] = Field(MEASURES, min_length=1, description="Measures to estimate; all by default")
    curves: bool = Field(True, description="Forecasts drawn against what was observed, and the histogram of levels")

    @field_validator("within")
    @classmethod
    def _shares(cls, value: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(not 0 < share < 1 for share in value):
            raise ValueError("within is a share between 0 and 1, such as 0.2")
        return tuple(sorted(set(value)))

    @field_validator("ahead")
    @classmethod
    def _steps(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= step <= 400 for step in value):
            raise ValueError("ahead counts steps, from 1 to 400")
        return tuple(sorted(set(value)))

    @field_validator("measures")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not known(name):
                advice = nearest(name, MEASURES) or f"the measures are {', '.join(MEASURES)}"
                raise ValueError(f"no such measure: {name[:60]!r}; {advice}")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _targets(self) -> ForecastOptions:
        years = [key for key in ("year", "fiscal_year") if getattr(self, key) is not None]
        if (self.target is None) == (self.month is None):
            raise ValueError("say what the forecast is for by exactly one of target and month")
        if self.month is not None and len(years) != 1:
            raise ValueError("month needs exactly one of year and fiscal_year")
        if self.target is not None and years:
            raise ValueError(f"{years[0]} goes with month, not with target")
        return self

    @model_validator(mode="after")
    def _forms(self) -> ForecastOptions:
        if self.predicted is None:
            for key in ("quantile_level", "sample", "model", "origin", "horizon", "baseline"):
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} needs predicted")
            return self
        if self.origin is None:
            raise ValueError("predicted needs origin: without the date of a forecast nobody knows what was known then")
        if self.quantile_level is not None and self.sample is not None:
            raise ValueError("a forecast has quantile_level or sample, not both")
        if self.predicted_is == "probability" and (self.quantile_level or self.sample):
            raise ValueError("predicted_is: probability does not go with quantile_level or sample")
        if self.baseline is not None and self.model is None:
            raise ValueError("baseline needs model")
        return self

    @model_validator(mode="after")
    def _columns(self) -> ForecastOptions:
        names = [self.observed, self.predicted, self.quantile_level, self.sample, self.model, self.origin, self.target]
        names += [self.month, self.year, self.fiscal_year, self.horizon, self.place]
        used = [name for name in names if name is not None]
        for column in used:
            if used.count(column) > 1:
                raise ValueError(f"the column {column[:60]!r} has two roles")
        return self

    @property
    def form(self) -> Form:
        """What the forecasts are."""
        if self.predicted is None:
            return "none"
        return "quantile" if self.quantile_level else "sample" if self.sample else self.predicted_is

    @property
    def by(self) -> str:
        """The column of who made a forecast, as groups have it."""
        return self.model or "model"
