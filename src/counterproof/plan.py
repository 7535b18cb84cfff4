"""The plan: records, sources, audits, claims. CONTRACTS section 2."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["SourceSpec"]


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
