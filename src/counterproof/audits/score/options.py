"""Plan keys of a score audit."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.score.measures import MEASURES, PROBABILITY
from counterproof.errors import nearest

__all__ = ["ScoreOptions"]


class ScoreOptions(AuditOptions):
    """A score with a cut-off, or a flag, against an outcome."""

    kind: Literal["score"] = "score"
    score: str | None = Field(default=None, description="Column of the score")
    flag_at: Decimal | None = Field(default=None, description="Flagged means a score of at least this")
    flag_at_most: Decimal | None = Field(default=None, description="Flagged means a score of at most this")
    flag: str | None = Field(default=None, description="Column that says who was flagged, instead of a cut-off")
    flag_value: str | None = Field(default=None, description="The value of flag that means flagged")
    score_is: Literal["rank", "probability"] = Field(default="rank", description="What the score claims to be")
    outcome: str = Field(description="Column of the outcome: yes or no, 1 or 0, true or false")
    outcome_value: str | None = Field(default=None, description="The value of outcome that means it occurred")
    groups: tuple[str, ...] = Field(default=(), max_length=3, description="Columns to compare by, and crossed")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    count: str | None = Field(default=None, description="Column of counts, where a row stands for several records")
    measures: tuple[str, ...] = Field(default=MEASURES, min_length=1, description="Measures to estimate and compare")
    curves: bool = Field(default=True, description="Outcome rate by score, and every measure at other thresholds")
    exact: bool = Field(default=False, description="AUC from every distinct score, however many there are")

    @field_validator("flag_at", "flag_at_most")
    @classmethod
    def _finite(cls, value: Decimal | None) -> Decimal | None:
        if value is not None and not value.is_finite():
            raise ValueError("a threshold must be a finite number")
        return value

    @field_validator("reference", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        return {key: str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @field_validator("flag_value", "outcome_value", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value

    @field_validator("measures")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in (known := MEASURES + PROBABILITY):
                advice = nearest(name, known) or f"the measures are {', '.join(known)}"
                raise ValueError(f"no such measure: {name[:60]!r}; {advice}")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="before")
    @classmethod
    def _every_measure(cls, values: object) -> object:
        """A probability has more measures than a rank."""
        if isinstance(values, dict) and values.get("score_is") == "probability" and not values.get("measures"):
            return {**values, "measures": MEASURES + PROBABILITY}
        return values

    @model_validator(mode="after")
    def _flagging(self) -> ScoreOptions:
        cuts = [key for key in ("flag_at", "flag_at_most") if getattr(self, key) is not None]
        if len(cuts) + (self.flag is not None) != 1:
            raise ValueError("say who is flagged by exactly one of flag_at, flag_at_most and flag")
        if cuts and self.score is None:
            raise ValueError(f"{cuts[0]} needs score")
        if len(set(self.groups)) < len(self.groups):
            raise ValueError("a column stands twice in groups")
        for column in self.reference:
            if column not in self.groups:
                raise ValueError(f"reference names {column[:60]!r}, which is not among groups")
        used = [c for c in (self.score, self.flag, self.outcome, self.count, *self.groups) if c is not None]
        for column in used:
            if used.count(column) > 1:
                raise ValueError(f"the column {column[:60]!r} has two roles")
        if self.score is None and self.score_is == "probability":
            raise ValueError("score_is: probability needs score")
        if self.score_is == "rank" and (wrong := [name for name in self.measures if name in PROBABILITY]):
            raise ValueError(f"{wrong[0]} needs score_is: probability")
        return self

    @property
    def threshold(self) -> Decimal | None:
        """The cut-off, whichever way it points."""
        return self.flag_at if self.flag_at is not None else self.flag_at_most

    @property
    def at(self) -> dict[str, int | float]:
        """How estimates that depend on the flag are marked: ``{"threshold": x}``, or ``{}`` for a flag column."""
        return {} if self.threshold is None else {"threshold": plain(self.threshold)}


def plain(number: Decimal) -> int | float:
    """A decimal as JSON writes it: 5, not 5.0."""
    return int(number) if number == number.to_integral_value() else float(number)
