"""Plan keys of an outcome test."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions

__all__ = ["OutcomeTestOptions"]


class OutcomeTestOptions(AuditOptions):
    """Stops, searches and hits by group and place: published counts, or one row a stop."""

    kind: Literal["outcome-test"] = "outcome-test"
    groups: tuple[str, ...] = Field(min_length=1, max_length=1, description="Column of the groups to compare")
    place: str = Field(description="Column of the place: a county, a district, a station")
    stops: str | None = Field(default=None, description="Column of counted stops; without it each row is one stop")
    searches: str = Field(description="Column of counted searches; where a row is a stop, whether it was searched")
    hits: str = Field(description="Column of counted hits; where a row is a stop, whether the search found something")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    threshold_test: bool = Field(default=True, description="Infer the threshold at which each group is searched")
    sensitivity: bool = Field(default=True, description="Fit again with other priors, and without single places")

    @field_validator("reference", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        return {key: str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _each_its_own(self) -> OutcomeTestOptions:
        named = [self.group, self.place, self.searches, self.hits, *([self.stops] if self.stops else [])]
        for column in named:
            if named.count(column) > 1:
                raise ValueError(f"the column {column[:60]!r} has two roles")
        for column in self.reference:
            if column != self.group:
                raise ValueError(f"reference names {column[:60]!r}, which is not among groups")
        return self

    @property
    def group(self) -> str:
        """The one column of groups."""
        return self.groups[0]
