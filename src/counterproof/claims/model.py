"""Claims as a plan writes them: a sentence, who said it where, and a test."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["Citation", "Claim", "Consequence", "Reply", "Test", "TestReading"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Citation(_Strict):
    """Where a claim was made."""

    title: str
    url: str | None = None
    date: datetime.date | None = None


class Reply(_Strict):
    """The answer of whoever is audited; it stands next to the verdict."""

    asked: datetime.date
    text: str


class Test(_Strict):
    """What would make the claim true, as an expectation of one number."""

    __test__ = False  # not a pytest class

    audit: str
    measure: str
    group: dict[str, str | None] | None = None
    compare: dict[str, tuple[str, str]] | None = None
    at: dict[str, Any] | None = None
    as_: Literal["value", "difference", "ratio", "change"] | None = Field(None, alias="as")
    expect: str
    within: float | None = Field(None, ge=0)

    @field_validator("group", mode="before")
    @classmethod
    def _texts(cls, group: object) -> object:
        return {k: None if v is None else str(v) for k, v in group.items()} if isinstance(group, dict) else group

    @field_validator("compare", mode="before")
    @classmethod
    def _pairs(cls, compare: object) -> object:
        if not isinstance(compare, dict):
            return compare
        return {k: [str(v) for v in pair] if isinstance(pair, list | tuple) else pair for k, pair in compare.items()}

    @field_validator("expect", mode="before")
    @classmethod
    def _text(cls, expect: object) -> object:
        return str(expect) if isinstance(expect, int | float) else expect


class TestReading(_Strict):
    """One reading of a claim: a test, or the verdict of another claim."""

    __test__ = False

    name: str
    test: Test | None = None
    claim: str | None = None
    needs: tuple[str, ...] = ()


class Consequence(_Strict):
    """What a rate implies at a volume. To be refined by ``claims.consequences``."""

    name: str


class Claim(_Strict):
    """A claim; without a test (or readings) it is ``untestable`` and ``needs`` says what is missing."""

    id: str
    text: str
    claimant: str | None = None
    verbatim: bool = False
    source: Citation | None = None
    test: Test | None = None
    readings: tuple[TestReading, ...] = ()
    needs: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    note: str | None = None
    reply: Reply | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Claim:
        if self.test is not None and self.readings:
            raise ValueError("a claim has a test or readings, not both")
        return self
