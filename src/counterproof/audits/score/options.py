"""Plan keys of a score audit."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from counterproof.audits.base import as_texts
from counterproof.audits.published import PublishedOptions
from counterproof.audits.score.codings import Coding, parsed
from counterproof.audits.score.measures import BY_FLAG_ALONE, MEASURES, PROBABILITY
from counterproof.audits.score.outcome_error import OutcomeError
from counterproof.errors import nearest
from counterproof.reductions import MAX_CROSSED, Coded
from counterproof.reductions.values import Values

__all__ = ["ScoreOptions"]


class ScoreOptions(PublishedOptions):
    """A score with a cut-off, or a flag, against an outcome."""

    kind: Literal["score"] = "score"
    score: str | None = Field(default=None, description="Column of the score")
    flag_at: Decimal | None = Field(default=None, description="Flagged means a score of at least this")
    flag_at_most: Decimal | None = Field(default=None, description="Flagged means a score of at most this")
    flag: str | None = Field(default=None, description="Column that says who was flagged, instead of a cut-off")
    flag_value: Values | None = Field(default=None, description="The value of flag that means flagged, or several")
    score_is: Literal["rank", "probability"] = Field(default="rank", description="What the score claims to be")
    outcome: str | None = Field(
        default=None, description="Column of the outcome: yes or no, 1 or 0, true or false; without it flag rates alone"
    )
    outcome_value: Values | None = Field(
        default=None, description="The value of outcome that means it occurred, or several"
    )
    outcome_known: Literal["everyone", "flagged", "reviewed"] = Field(
        default="everyone", description="For whom the outcome was ever learned"
    )
    reviewed: str | None = Field(default=None, description="Column that says whose outcome was reviewed: yes or no")
    review_stratum: str | None = Field(
        default=None,
        description="Column of the strata from which reviews were drawn at random: each stands for several records",
    )
    arm: str | None = Field(
        default=None, description="Column that says how a record was picked: selected (by the score) or random"
    )
    population_counts: str | None = Field(
        default=None,
        description="Source with one row a group and the number of all its people in the column n; goes with arm",
        json_schema_extra={"source": True},
    )
    groups: tuple[str, ...] = Field(default=(), max_length=3, description="Columns to compare by, and crossed")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    missing_group: Literal["bounds", "separate", "drop"] = Field(
        default="bounds",
        description="Records without a label: bounds over all of them, a group of their own, or left out",
    )
    cluster: str | None = Field(
        default=None,
        description="Column that says which records belong together, such as a person's number; it is only counted by",
    )
    within: str | None = Field(
        default=None, description="Column of strata, such as a district: groups are compared within them as well"
    )
    period: str | None = Field(
        default=None,
        description="Column of the period in which an outcome was learned, such as 2024-03: rates are watched over it; "
        "outcomes that arrive late are a new sequence, never an edit",
    )
    constant_rate: bool = Field(
        default=False,
        description="Take the rate to be the same in every period: narrower for rare events, wrong if it drifts",
    )
    outcome_error: OutcomeError | None = Field(
        default=None,
        description="How often the record of the outcome is right: sensitivity=0.7..1, race.Black.specificity=0.9..1",
        json_schema_extra={"shape": "mapping"},
    )
    codings: dict[str, Coding] = Field(
        default_factory=dict,
        description="Other codings of outcome, flag and cohort by name, such as early=where.year=2013",
        json_schema_extra={"option": "--coding"},
    )
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
        texts = None if value is None else as_texts(value)
        return texts[0] if isinstance(texts, tuple) and len(texts) == 1 else texts

    @field_validator("codings", mode="before")
    @classmethod
    def _parsed(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {str(name): parsed(coding) if isinstance(coding, str) else coding for name, coding in value.items()}

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
        """A probability has more measures than a rank, and a table without outcomes has fewer."""
        if isinstance(values, dict) and values.get("outcome") is None and not values.get("measures"):
            return {**values, "measures": BY_FLAG_ALONE}
        if isinstance(values, dict) and values.get("score_is") == "probability" and not values.get("measures"):
            return {**values, "measures": MEASURES + PROBABILITY}
        return values

    @model_validator(mode="before")
    @classmethod
    def _reviewing(cls, values: object) -> object:
        """A column of reviews says by itself for whom the outcome is known."""
        if isinstance(values, dict) and values.get("reviewed") is not None and "outcome_known" not in values:
            return {**values, "outcome_known": "reviewed"}
        return values

    @model_validator(mode="after")
    def _knowing(self) -> ScoreOptions:
        if self.outcome_known == "reviewed" and self.reviewed is None:
            raise ValueError("outcome_known: reviewed needs reviewed, the column that says whose outcome was reviewed")
        if self.outcome_known != "reviewed" and self.reviewed is not None:
            raise ValueError(f"reviewed does not go with outcome_known: {self.outcome_known}")
        return self

    @model_validator(mode="after")
    def _arming(self) -> ScoreOptions:
        if (self.arm is None) != (self.population_counts is None):
            raise ValueError("arm needs population_counts, the number of people in each group, and goes with it alone")
        if self.arm is not None and (self.outcome is None or self.outcome_known == "flagged"):
            raise ValueError("arm needs outcome, known for both arms")
        if self.arm is not None and self.score_is == "probability":
            raise ValueError("score_is: probability does not go with arm")
        return self

    @model_validator(mode="after")
    def _without_outcome(self) -> ScoreOptions:
        if self.outcome is not None:
            return self
        for name in self.measures:
            if name not in BY_FLAG_ALONE:
                raise ValueError(f"{name} needs outcome; without it there are flag rates alone")
        if self.outcome_value is not None or self.outcome_known != "everyone" or self.score_is == "probability":
            raise ValueError("outcome_value, outcome_known, reviewed and score_is: probability need outcome")
        return self

    @model_validator(mode="after")
    def _publishing(self) -> ScoreOptions:
        if self.inexact and self.score_is == "probability":
            raise ValueError("score_is: probability does not go with rounded or suppressed counts")
        if self.total_value is not None and self.flag is None:
            raise ValueError("total_value needs flag: a total over scores cannot be divided by a cut-off")
        return self

    @model_validator(mode="after")
    def _flagging(self) -> ScoreOptions:
        cuts = [key for key in ("flag_at", "flag_at_most") if getattr(self, key) is not None]
        flags = len(cuts) + (self.flag is not None)
        if flags > 1 or (flags == 0 and self.arm is None):
            raise ValueError("say who is flagged by exactly one of flag_at, flag_at_most and flag")
        if cuts and self.score is None:
            raise ValueError(f"{cuts[0]} needs score")
        if len(set(self.groups)) < len(self.groups):
            raise ValueError("a column stands twice in groups")
        for column in self.reference:
            if column not in self.groups:
                raise ValueError(f"reference names {column[:60]!r}, which is not among groups")
        single = (
            self.score,
            self.flag,
            self.outcome,
            self.reviewed,
            self.arm,
            self.count,
            self.cluster,
            self.within,
            self.review_stratum,
            self.period,
        )
        used = [c for c in (*single, *self.groups) if c is not None]
        for column in used:
            if used.count(column) > 1:
                raise ValueError(f"the column {column[:60]!r} has two roles")
        if self.score is None and self.score_is == "probability":
            raise ValueError("score_is: probability needs score")
        if self.score_is == "rank" and (wrong := [name for name in self.measures if name in PROBABILITY]):
            raise ValueError(f"{wrong[0]} needs score_is: probability")
        return self

    @model_validator(mode="after")
    def _grouping(self) -> ScoreOptions:
        if self.cluster is not None and self.count is not None:
            why = "a row of counts adds up records of several people and does not say whose they are"
            raise ValueError(f"cluster does not go with count: {why}")
        if self.cluster is not None and self.arm is not None:
            raise ValueError("cluster does not go with arm: how sure a random arm is was not worked out for clusters")
        return self

    @model_validator(mode="after")
    def _misread(self) -> ScoreOptions:
        if self.outcome_error is None:
            return self
        for key, given in (("arm", self.arm), ("cluster", self.cluster), ("within", self.within)):
            if given is not None:
                raise ValueError(f"outcome_error does not go with {key}: what both leave open was not worked out")
        if self.outcome is None or self.score_is == "probability":
            raise ValueError("outcome_error needs outcome, and does not go with score_is: probability")
        for column in self.outcome_error.groups:
            if column not in self.groups:
                raise ValueError(f"outcome_error names {column[:60]!r}, which is not among groups")
        return self

    @model_validator(mode="after")
    def _coded(self) -> ScoreOptions:
        given = {key: getattr(self, key) for key in self.model_fields_set - {"codings"}}
        for name, coding in self.codings.items():
            if not coding.model_fields_set:
                raise ValueError(f"the coding {name[:60]!r} is the plan's own: name what is different")
            try:
                type(self).model_validate(given | coding.changes())
            except ValidationError as error:
                said = error.errors(include_url=False, include_context=False, include_input=False)[0]["msg"]
                raise ValueError(f"the coding {name[:60]!r}: {said.removeprefix('Value error, ')}") from None
        return self

    @model_validator(mode="after")
    def _stratifying(self) -> ScoreOptions:
        if self.within is None:
            return self
        if not self.groups:
            raise ValueError("within needs groups: it compares them within each stratum")
        if len(self.groups) >= MAX_CROSSED:
            raise ValueError(f"groups and within are at most {MAX_CROSSED} columns together, since they are crossed")
        if self.arm is not None or self.inexact:
            raise ValueError("within does not go with arm, nor with rounded or suppressed counts")
        return self

    @model_validator(mode="after")
    def _drawing(self) -> ScoreOptions:
        if self.review_stratum is None:
            return self
        if self.reviewed is None:
            raise ValueError("review_stratum needs reviewed: it says from which strata the reviewed were drawn")
        given = {"arm": self.arm, "cluster": self.cluster, "within": self.within, "outcome_error": self.outcome_error}
        for key, value in given.items():
            if value is not None:
                raise ValueError(f"review_stratum does not go with {key}: what both leave open was not worked out")
        if self.inexact:
            raise ValueError("review_stratum does not go with rounded or suppressed counts")
        if len(self.groups) >= MAX_CROSSED:
            raise ValueError(f"groups and review_stratum are at most {MAX_CROSSED} columns together")
        return self

    @model_validator(mode="after")
    def _watching(self) -> ScoreOptions:
        if self.period is None:
            if self.constant_rate:
                raise ValueError("constant_rate needs period, over which rates are watched")
            return self
        if self.outcome is not None and self.outcome_known != "everyone":
            raise ValueError("period needs outcomes that are known for everyone")
        for key, given in (("arm", self.arm), ("cluster", self.cluster), ("outcome_error", self.outcome_error)):
            if given is not None:
                raise ValueError(f"period does not go with {key}: intervals over time were not worked out for it")
        if self.inexact:
            raise ValueError("period does not go with rounded or suppressed counts")
        if len(self.groups) + (self.within is not None) >= MAX_CROSSED:
            raise ValueError(f"groups, within and period are at most {MAX_CROSSED} columns together")
        return self

    @property
    def sources(self) -> dict[str, str]:
        """Its own source, and the one that says how many people there are."""
        more = {} if self.population_counts is None else {"population_counts": self.population_counts}
        return super().sources | more

    @property
    def flag_coded(self) -> Coded | None:
        """The flag, where a column gives it."""
        return None if self.flag is None else Coded(self.flag, self.flag_value)

    @property
    def outcome_coded(self) -> Coded | None:
        """The outcome, where there is one."""
        return None if self.outcome is None else Coded(self.outcome, self.outcome_value)

    @property
    def threshold(self) -> Decimal | None:
        """The cut-off, whichever way it points."""
        return self.flag_at if self.flag_at is not None else self.flag_at_most

    @property
    def separate(self) -> bool:
        """Whether records without a label are a group of their own."""
        return self.missing_group == "separate"

    @property
    def everyone(self) -> bool:
        """Whether every outcome counts as known; without that there are neither curves nor figures of the score."""
        return self.outcome_known == "everyone" and self.outcome is not None and self.arm is None

    @property
    def every_score(self) -> bool:
        """Whether the score of every record and its outcome are known, as figures of the score itself need."""
        return self.score is not None and self.everyone and not self.inexact and self.outcome_error is None

    @property
    def at(self) -> dict[str, int | float]:
        """How estimates that depend on the flag are marked: ``{"threshold": x}``, or ``{}`` for a flag column."""
        return {} if self.threshold is None else {"threshold": plain(self.threshold)}


def plain(number: Decimal) -> int | float:
    """A decimal as JSON writes it: 5, not 5.0."""
    return int(number) if number == number.to_integral_value() else float(number)
