"""The plan: records, sources, audits, claims. CONTRACTS section 2."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, model_validator

from counterproof.audits.base import AuditOptions, Settings
from counterproof.claims.model import Claim

__all__ = ["Plan", "Records", "SourceSpec"]


class SourceSpec(BaseModel):
    """Where a table is. Exactly one of ``path``, ``inline`` and ``url``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str | tuple[str, ...] | None = Field(None, description="File, files or glob, relative to the plan's folder")
    inline: tuple[dict[str, Any], ...] | None = Field(None, description="The rows themselves, as a list of mappings")
    url: str | None = Field(None, description="Ibis connection URL, or ${NAME} for the whole value from the environment")
    table: str | None = Field(None, description="Table in a database, as name or schema.name")
    sheet: str | None = Field(None, description="Sheet of a workbook; the first without it")
    header_row: int = Field(1, ge=1, le=1000, description="Row of the column names, counted from 1 (XLSX)")
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(None, description="Recognised without it")
    encoding: Literal["utf-8", "utf-16", "cp1252"] | None = Field(None, description="Recognised without it")
    cite: str | None = Field(None, description="Where the figures come from")

    @model_validator(mode="after")
    def _one_place(self) -> SourceSpec:
        given = [key for key in ("path", "inline", "url") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError("a source needs exactly one of path, inline and url")
        if self.url is not None and self.table is None:
            raise ValueError("a source with url needs table")
        return self


class Records(BaseModel):
    """What the records are, said on the report's first lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_: date | None = Field(None, alias="from")
    to: date | None = None
    released: date | None = None
    population: Literal["process", "records"] | None = None


class Plan(BaseModel):
    """A whole plan. ``audits`` holds each audit's options, validated by the model of its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    title: str = "Audit"
    records: Records = Records()
    sources: dict[str, SourceSpec] = Field(default_factory=dict)
    settings: Settings = Settings()
    public: dict[str, str] = Field(default_factory=dict, description="Columns that look like a person's and are not: why")
    public_records: str | None = Field(None, description="Why counts below 10 may be shown: who published them")
    audits: dict[str, SerializeAsAny[AuditOptions]] = Field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    declaration: dict[str, Any] | None = None
