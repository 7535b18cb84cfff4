"""Plan keys of an audit of processing times."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions, as_texts
from counterproof.errors import nearest

__all__ = ["MEASURES", "DurationOptions"]

MEASURES = ("rmst", "median_time", "quantile_time", "share_done_within")
"""What is estimated and compared by group."""

INPUTS = {"time": ("event",), "opened": ("closed", "as_of"), "month": ("received", "closed_count", "open")}
"""The three forms of input by the key that marks each, and the keys that it needs besides."""


class DurationOptions(AuditOptions):
    """Cases with a time and an event, cases with dates, or monthly counts of cases."""

    kind: Literal["duration"] = "duration"
    time: str | None = Field(None, description="Column of the time that a case took, or has taken so far")
    event: str | None = Field(None, description="Column that says whether the case ended then: yes or no")
    event_value: str | tuple[str, ...] | None = Field(None, description="The value of event that means that it ended")
    opened: str | None = Field(None, description="Column of the date on which a case was opened, instead of time")
    closed: str | None = Field(None, description="Column of the date on which it was closed, blank where it is open")
    as_of: dt.date | None = Field(None, description="The date on which the records were drawn")
    date_order: Literal["month_first", "day_first"] | None = Field(
        None, description="How to read dates such as 3/4/2024"
    )
    entry: str | None = Field(None, description="Column of the time, or date, from which a case was observed")
    outcome: str | None = Field(None, description="Column of how a case ended, for ends that compete")
    month: str | None = Field(None, description="Column of the month, for monthly counts instead of cases")
    received: str | None = Field(None, description="Column of the number of cases received in the month")
    closed_count: str | None = Field(None, description="Column of the number of cases closed in the month")
    open: str | None = Field(None, description="Column of the number of cases open at the end of the month")
    groups: tuple[str, ...] = Field((), max_length=2, description="Columns to compare by, and crossed")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    before_after: dt.date | None = Field(
        None, description="Compare cases opened before this date with those from it on"
    )
    horizon: int | None = Field(None, gt=0, description="Mean time is counted up to so many units")
    within: tuple[int, ...] = Field((), max_length=6, description="Share of cases done within so many units")
    quantiles: tuple[Decimal, ...] = Field(
        (Decimal("0.9"),), max_length=5, description="Time by which such a share is done"
    )
    reopened: str | None = Field(None, description="Column that says whether a closed case was opened again: yes or no")
    reversed: str | None = Field(None, description="Column that says whether a decision was reversed: yes or no")
    unit: Literal["hours", "days", "weeks", "months", "years"] = Field(
        "days", description="What the times are counted in"
    )
    time_step: Decimal | None = Field(None, gt=0, description="Times are rounded up to multiples of this")
    count: str | None = Field(None, description="Column of counts, where a row stands for several cases")
    measures: tuple[str, ...] = Field(MEASURES, min_length=1, description="Measures to estimate and compare")
    curves: bool = Field(True, description="Share of cases still open along the time")

    @field_validator("reference", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        return {key: str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @field_validator("event_value", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        texts = None if value is None else as_texts(value)
        return texts[0] if isinstance(texts, tuple) and len(texts) == 1 else texts

    @field_validator("measures")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in MEASURES:
                advice = nearest(name, MEASURES) or f"the measures are {', '.join(MEASURES)}"
                raise ValueError(f"no such measure: {name[:60]!r}; {advice}")
        return tuple(dict.fromkeys(value))

    @field_validator("within")
    @classmethod
    def _ascending(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(time <= 0 for time in value):
            raise ValueError("within is above 0")
        return tuple(sorted(set(value)))

    @field_validator("quantiles")
    @classmethod
    def _shares(cls, value: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(not 0 < share < 1 for share in value):
            raise ValueError("a quantile is a share between 0 and 1, such as 0.9")
        return tuple(sorted(set(value) - {Decimal("0.5")}))

    @model_validator(mode="after")
    def _one_input(self) -> DurationOptions:
        forms = [key for key in INPUTS if getattr(self, key) is not None]
        if len(forms) != 1:
            raise ValueError(
                "give one of: time and event; opened, closed and as_of; or month, received, closed_count and open"
            )
        form = forms[0]
        for key in INPUTS[form]:
            if getattr(self, key) is None:
                told = "; without the day on which the records were drawn, open cases have no time" * (key == "as_of")
                raise ValueError(f"{form} needs {key}{told}")
        for other, keys in INPUTS.items():
            surplus = [key for key in keys if other != form and getattr(self, key) is not None]
            if surplus:
                raise ValueError(f"{surplus[0]} does not go with {form}")
        return self

    @model_validator(mode="after")
    def _fitting(self) -> DurationOptions:
        if self.event is None and self.event_value is not None:
            raise ValueError("event_value needs event")
        if self.opened is None and self.before_after is not None and self.month is None:
            raise ValueError("before_after needs opened: without dates nobody knows when a case was opened")
        if self.opened is not None and self.unit != "days":
            raise ValueError("times from dates are counted in days; leave out unit")
        if self.as_of is not None and self.before_after is not None and self.before_after > self.as_of:
            raise ValueError("before_after lies after as_of")
        if self.opened is not None and self.time_step is not None and self.time_step != int(self.time_step):
            raise ValueError("times from dates are whole days, and so is time_step")
        if self.month is not None:
            only_cases = ("entry", "outcome", "horizon", "within", "reopened", "reversed", "time_step", "count")
            for key in only_cases:
                if getattr(self, key):
                    raise ValueError(f"{key} needs cases, and these are monthly counts")
        return self

    @model_validator(mode="after")
    def _columns(self) -> DurationOptions:
        if len(set(self.groups)) < len(self.groups):
            raise ValueError("a column stands twice in groups")
        if "period" in self.groups and self.before_after is not None:
            raise ValueError("a group column called 'period' does not go with before_after; give it another name")
        for column in self.reference:
            if column not in self.groups:
                raise ValueError(f"reference names {column[:60]!r}, which is not among groups")
        names = [self.time, self.event, self.opened, self.closed, self.entry, self.outcome, self.month, self.received]
        names += [self.closed_count, self.open, self.reopened, self.reversed, self.count, *self.groups]
        used = [name for name in names if name is not None]
        for column in used:
            if used.count(column) > 1:
                raise ValueError(f"the column {column[:60]!r} has two roles")
        return self

    @property
    def step(self) -> Decimal:
        """What times are multiples of."""
        return Decimal(1) if self.time_step is None else self.time_step

    @property
    def splits(self) -> tuple[str, ...]:
        """The columns by which cases are split: those of the plan, and the period where there is one."""
        return (*self.groups, "period") if self.before_after is not None else self.groups
