"""Plan keys of published tables of counts that are rounded, with small counts hidden, or given with totals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions, as_texts
from counterproof.reductions import Coded
from counterproof.reductions.published import Published
from counterproof.reductions.values import Values, texts

__all__ = ["PublishedOptions", "layout"]


class PublishedOptions(AuditOptions):
    """Plan keys of a published table of counts."""

    count: str | None = Field(default=None, description="Column of counts, where a row stands for several records")
    rounded_to: int | None = Field(default=None, ge=2, description="The published counts are rounded to this multiple")
    rounding: Literal["nearest", "random"] = Field(
        default="nearest", description="Rounded to the nearest multiple, or at random to either neighbour"
    )
    suppressed_below: int | None = Field(default=None, ge=2, description="Counts below this are hidden in the table")
    suppressed_as: tuple[str, ...] = Field(
        default=(),
        description="What stands for a hidden count: a text, or blank; without it <5 and asterisks",
        json_schema_extra={"option": "--suppressed-as"},
    )
    total_value: Values | None = Field(
        default=None, description="The text in flag or outcome that marks a row as a total over it"
    )

    @field_validator("suppressed_as", "total_value", mode="before")
    @classmethod
    def _as_texts(cls, value: object) -> object:
        return None if value is None else as_texts(value)

    @model_validator(mode="after")
    def _of_counts(self) -> PublishedOptions:
        for key in ("rounded_to", "suppressed_below", "total_value"):
            if getattr(self, key) is not None and self.count is None:
                raise ValueError(f"{key} needs count, the column of the published counts")
        if self.suppressed_as and self.suppressed_below is None:
            raise ValueError("suppressed_as needs suppressed_below, the number below which counts are hidden")
        if self.rounding != "nearest" and self.rounded_to is None:
            raise ValueError("rounding needs rounded_to")
        return self

    @property
    def inexact(self) -> bool:
        """Whether a published count stands for several."""
        return self.rounded_to is not None or self.suppressed_below is not None


def layout(
    options: PublishedOptions, by: tuple[str, ...], flag: Coded | None, outcome: Coded | None
) -> Published | None:
    """How the published table is to be read; None where its counts are as they were counted, without totals.

    by             every column that makes a cell
    flag, outcome  those of them over which there may be totals
    """
    if options.count is None or not (options.inexact or options.total_value):
        return None
    return Published(
        options.count,
        options.rounded_to,
        options.rounding,
        options.suppressed_below,
        tuple(options.suppressed_as),
        texts(options.total_value),
        _rest(flag),
        _rest(outcome),
        by,
    )


def _rest(coded: Coded | None) -> tuple[str, str] | None:
    """A column, and the text that its cells have where a total leaves something over."""
    return None if coded is None else (coded.column, "no" if coded.positive is None else "all others")
