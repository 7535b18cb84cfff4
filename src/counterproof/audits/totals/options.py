"""Options of an audit of published totals, and the user's own file of layouts."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.own_files import FILE_KEY, read_own
from counterproof.audits.totals import data_files
from counterproof.audits.totals.words import EVENT_TABLES, MEASURES
from counterproof.reductions.totals import EnforcementRows, PublishedLines, TotalsLayouts

__all__ = ["LayoutFile", "TotalsOptions"]

Words = tuple[str, ...]
_MODEL = ConfigDict(extra="forbid", frozen=True)


def _published(value: str) -> str:
    if value not in MEASURES:
        raise ValueError(f"there is no such measure; the measures are {', '.join(MEASURES)}")
    return value


class _Total(BaseModel):
    """One number of a workbook."""

    model_config = _MODEL

    measure: str
    title: str
    row: str
    column: str
    parts: Words = ()
    updated: Words = ()

    _measure = field_validator("measure")(_published)


class _Facilities(BaseModel):
    """The tab of facilities of a workbook."""

    model_config = _MODEL

    dated: str
    name: Words
    site: tuple[Words, ...]
    known: Words = ()
    population: dict[str, tuple[Words, ...]]


class _Workbook(BaseModel):
    """One workbook of totals."""

    model_config = _MODEL

    name: str
    sheets: dict[Literal["detention", "facilities", "footnotes"], Words] = Field(default_factory=dict)
    final_words: Words = ()
    total: tuple[_Total, ...]
    detention: dict[Literal["updated"], Words] = Field(default_factory=dict)
    facilities: _Facilities | None = None


class _Table(BaseModel):
    """One long table of monthly counts."""

    model_config = _MODEL

    name: str
    measure: str
    fiscal_year: Words
    month: Words
    count: Words
    series: dict[str, Words] = Field(default_factory=dict)
    known: Words = ()

    _measure = field_validator("measure")(_published)


class _Events(BaseModel):
    """The headers of one released table of events."""

    model_config = _MODEL

    table: str
    releases: Words = ("yours",)
    date: str
    id: str
    columns: Words

    @field_validator("table")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in EVENT_TABLES:
            raise ValueError(f"the tables are {', '.join(EVENT_TABLES)}")
        return value


class LayoutFile(BaseModel):
    """Layouts of a user's own, in the form of ``data/layouts.toml`` and ``data/enforcement.toml``."""

    model_config = _MODEL

    source: str | None = None
    date: datetime.date | None = None
    workbook: tuple[_Workbook, ...] = ()
    table: tuple[_Table, ...] = ()
    events: tuple[_Events, ...] = ()


class TotalsOptions(AuditOptions):
    """Published totals: files in a known layout, or a long table with one row a period, or a period and series."""

    kind: Literal["totals"] = "totals"
    layout: str | LayoutFile = Field(
        "auto",
        description="auto, the name of a layout, or a file of layouts of your own; not with period and value",
        json_schema_extra={FILE_KEY: True},
    )
    period: str | None = Field(
        None, description="Column of the period that a total is for, such as a fiscal year; without it a layout is used"
    )
    value: str | None = Field(None, description="Column of the published totals: whole numbers, 0 or more")
    series: str | None = Field(None, description="Column that says of what it is the total, where there are several")

    as_of: str | None = Field(
        None, description="Column of the day up to which a total of a long table goes, such as 2024-06-15"
    )

    @field_validator("layout", mode="before")
    @classmethod
    def _own(cls, value: object, info: ValidationInfo) -> object:
        return read_own(value, info)

    @model_validator(mode="after")
    def _sound(self) -> TotalsOptions:
        if (self.period is None) != (self.value is None):
            raise ValueError("a long table needs both period and value; files in a known layout need neither")
        if self.long and self.layout != "auto":
            raise ValueError("a layout knows the columns: leave out period and value, or layout")
        if self.as_of is not None and not self.long:
            raise ValueError(
                "as_of is a column of a long table: name period and value, too; a layout tells the day itself"
            )
        named = [name for name in (self.period, self.value, self.series, self.as_of) if name is not None]
        if len(set(named)) < len(named):
            raise ValueError("period, value, series and as_of are different columns")
        return self

    @property
    def long(self) -> bool:
        """Whether the columns of a long table were named."""
        return self.period is not None and self.value is not None

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that make the groups of a long table."""
        return tuple(name for name in (self.series, self.period) if name is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell one total of a long table from another."""
        return self.groups if self.as_of is None else (*self.groups, self.as_of)

    @property
    def _known(self) -> tuple[TotalsLayouts, str | None]:
        if isinstance(self.layout, LayoutFile):
            own: dict[str, Any] = self.layout.model_dump(mode="json", exclude_none=True)
            return data_files.layouts(own), None
        return data_files.layouts(), None if self.layout == "auto" else self.layout

    @property
    def lines(self) -> PublishedLines:
        """How files of published totals are read."""
        layouts, name = self._known
        return PublishedLines(layouts, name, self.series)

    @property
    def events(self) -> EnforcementRows:
        """How released tables of events are read."""
        return EnforcementRows(*self._known)
