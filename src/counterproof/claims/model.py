"""Claims as a plan writes them: a sentence, who said it where, and a test."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from counterproof.claims.consequences import Consequence, Strict, label

__all__ = ["Citation", "Claim", "Reply", "Test", "TestReading"]

Label = str | None
Needs = tuple[Annotated[str, Field(min_length=1)], ...]


class Citation(Strict):
    """Where a claim was made."""

    title: str
    url: str | None = None
    date: datetime.date | None = None


class Reply(Strict):
    """The answer of whoever is audited; it stands next to the verdict."""

    asked: datetime.date
    text: str


class Test(Strict):
    """What would make the claim true, as an expectation of one number.

    ``group`` names one group, ``compare`` per column a group and its reference; ``at`` picks among several settings of
    the same measure (a threshold). Labels are text, and null is the group without a label.
    """

    __test__ = False  # not a pytest class
    model_config = ConfigDict(populate_by_name=True)

    audit: str
    measure: str
    group: dict[str, Label] | None = None
    compare: dict[str, tuple[Label, Label]] | None = Field(None, min_length=1)
    at: dict[str, Any] | None = None
    as_: Literal["value", "difference", "ratio", "change"] | None = Field(None, alias="as")
    expect: str
    within: float | None = Field(None, ge=0)

    @field_validator("group", mode="before")
    @classmethod
    def _texts(cls, group: object) -> object:
        return {k: label(v) for k, v in group.items()} if isinstance(group, dict) else group

    @field_validator("compare", mode="before")
    @classmethod
    def _pairs(cls, compare: object) -> object:
        if not isinstance(compare, dict):
            return compare
        return {k: tuple(map(label, v)) if isinstance(v, list | tuple) else v for k, v in compare.items()}

    @model_validator(mode="before")
    @classmethod
    def _text(cls, test: object) -> object:
        if not isinstance(test, dict) or not isinstance(test.get("expect"), int | float):
            return test
        if isinstance(test["expect"], float) and test.get("within") is None:
            raise ValueError("put quotes around the expected number: its last digit says how precise the claim is")
        return {**test, "expect": str(test["expect"])}


class TestReading(Strict):
    """One reading of a claim: a test, or the verdict of another claim, or only what it would need."""

    __test__ = False

    name: str = Field(min_length=1)
    test: Test | None = None
    claim: str | None = None
    needs: Needs = ()

    @model_validator(mode="after")
    def _one_way(self) -> TestReading:
        if self.test is not None and self.claim is not None:
            raise ValueError("a reading has a test or names another claim, not both")
        return self


class Claim(Strict):
    """A claim; without a test (or readings) it is ``untestable`` and ``needs`` says what is missing."""

    id: str = Field(min_length=1, max_length=100)
    text: str = Field(min_length=1)
    claimant: str | None = None
    verbatim: bool = False
    source: Citation | None = None
    test: Test | None = None
    readings: tuple[TestReading, ...] = ()
    needs: Needs = ()
    consequences: tuple[Consequence, ...] = ()
    note: str | None = None
    reply: Reply | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Claim:
        if self.test is not None and self.readings:
            raise ValueError("a claim has a test or readings, not both")
        names = [reading.name for reading in self.readings]
        if len(set(names)) < len(names):
            raise ValueError("two readings have the same name")
        return self
