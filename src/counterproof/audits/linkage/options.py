"""Plan keys of a linkage audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.linkage.measures import MEASURES
from counterproof.errors import nearest

__all__ = ["LinkageOptions"]

Column = str | None
Size = Annotated[int, Field(gt=0, le=10**18)]

OF_LINKS = (
    *("reviewed_value", "stratum", "link_score", "reviewer", "non_links", "non_links_total", "sensitivity"),
    *("specificity", "linker", "other_linker"),
)
NAMING = (*("record", "predicted", "true", "reviewed", "stratum", "link_score", "reviewer", "linker", "other_linker"),)
"""The keys that name a column."""


class LinkageOptions(AuditOptions):
    """Clusters beside true entities, or links of which some were reviewed."""

    kind: Literal["linkage"] = "linkage"

    record: Column = Field(
        None, description="Clusters: column of the record's key. Reviews by several: column of the link's key"
    )
    predicted: Column = Field(None, description="Clusters: column of the cluster that the system put the record in")
    true: Column = Field(None, description="Clusters: column of the entity that the record is of")
    reviewed: Column = Field(
        None, description="Links: column of the review's verdict, yes where the link is right; blank where not reviewed"
    )
    reviewed_value: Column = Field(None, description="The value of reviewed that means that both are one")
    stratum: Column = Field(None, description="Links: column of the stratum from which links were drawn for review")
    link_score: Column = Field(None, description="Links: column of the score; its bands are the strata without stratum")
    reviewer: Column = Field(None, description="Links: column of who reviewed, where each row is a review of one link")
    non_links: str | None = Field(
        None,
        description="Source with pairs that were not linked, some or all of them reviewed",
        json_schema_extra={"source": True, "option": "--non-links"},
    )
    non_links_total: dict[str, Size] = Field(
        default_factory=dict, description="How many pairs were not linked, by stratum; all: without strata"
    )
    sensitivity: float | None = Field(None, gt=0, le=1, description="Share of false links that reviewers find")
    specificity: float | None = Field(None, gt=0, le=1, description="Share of true links that reviewers confirm")
    linker: Column = Field(None, description="Links: column that says whether one linker made the link")
    other_linker: Column = Field(None, description="Links: column that says whether another, independent one made it")

    groups: tuple[str, ...] = Field((), max_length=3, description="Columns to compare by, and crossed")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    measures: tuple[str, ...] = Field(MEASURES, min_length=1, description="Measures to estimate and compare")

    @field_validator("reference", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        return {key: str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @field_validator("measures")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in MEASURES:
                advice = nearest(name, MEASURES) or f"the measures are {', '.join(MEASURES)}"
                raise ValueError(f"no such measure: {name[:60]!r}; {advice}")
        return tuple(dict.fromkeys(value))

    @field_validator("reviewed_value", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _one_form(self) -> LinkageOptions:
        if (self.predicted is None) == (self.reviewed is None):
            raise ValueError(
                "say in which form the truth is known by exactly one of predicted (clusters beside true entities) and "
                "reviewed (links of which some were reviewed)"
            )
        for message in self._problems():
            raise ValueError(message)
        return self

    def _problems(self) -> Iterator[str]:
        """What does not go together."""
        if self.predicted is not None:
            yield from (f"clusters need {key}" for key in ("record", "true") if getattr(self, key) is None)
            yield from (f"{key} needs reviewed" for key in OF_LINKS if getattr(self, key))
        elif self.true is not None:
            yield "true needs predicted"
        for key, other in (("reviewer", "record"), ("sensitivity", "specificity"), ("linker", "other_linker")):
            if getattr(self, key) is not None and getattr(self, other) is None:
                yield f"{key} needs {other}"
            if other != "record" and getattr(self, other) is not None and getattr(self, key) is None:
                yield f"{other} needs {key}"
        if self.reviewer is not None and self.linker is not None:
            yield "reviewer and linker do not go together"
        if (self.sensitivity or 1) + (self.specificity or 1) <= 1:
            yield "sensitivity and specificity add up to more than 1, or reviews say nothing"
        if bool(self.non_links) != bool(self.non_links_total):
            yield "non_links and non_links_total, of how many pairs it is a sample, go together"
        yield from self._columns()

    def _columns(self) -> Iterator[str]:
        used = [*(column for key in NAMING if (column := getattr(self, key)) is not None), *self.groups]
        for column in used:
            if used.count(column) > 1:
                yield f"the column {column[:60]!r} has two roles"
        for column in self.reference:
            if column not in self.groups:
                yield f"reference names {column[:60]!r}, which is not among groups"

    @property
    def sources(self) -> dict[str, str]:
        """Its own source, and that of pairs that were not linked."""
        beside = {} if self.non_links is None else {"non_links": self.non_links}
        return {"source": self.source, **beside}

    @property
    def clusters(self) -> bool:
        """Whether the truth is known as entities."""
        return self.predicted is not None
