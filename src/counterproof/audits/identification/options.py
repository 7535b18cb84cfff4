"""Plan keys of an identification audit. Which columns are named says in which form the evaluation was released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.identification.measures import MEASURES
from counterproof.errors import nearest
from counterproof.reductions.matching import CELL

__all__ = ["Form", "IdentificationOptions"]

Form = Literal["scores", "counts", "rates", "searches"]
FORMS: dict[Form, tuple[str, ...]] = {
    "scores": ("score",),
    "searches": ("candidate_score",),
    "counts": ("false_matches", "false_non_matches", "false_positives"),
    "rates": ("false_match_rate", "false_non_match_rate", "false_positive_identification_rate"),
}
"""The keys of which at least one is given in each form, and none in the others."""

OWN: dict[Form, tuple[str, ...]] = {
    "scores": (
        *("mated", "threshold", "at_fmr", "at_fmr_group", "distance", "subject", "other_subject", "mated_value"),
        *("failed", "count", "gallery_groups"),
    ),
    "searches": ("threshold", "distance", "rank", "enrolled", "mate"),
    "counts": ("mated", "non_mated", "searches", "failures_to_acquire", "acquisitions", "gallery_groups"),
    "rates": ("decimals", "gallery_groups"),
}
"""The keys that some forms have and others do not."""

NEEDED: dict[Form, tuple[str, ...]] = {
    "scores": ("mated",),
    "searches": ("rank", "enrolled", "mate", "threshold"),
}
TOGETHER = (
    ("other_subject", "subject"),
    ("at_fmr_group", "at_fmr"),
    ("non_mated", "false_matches"),
    ("searches", "false_positives"),
    ("false_positives", "searches"),
    ("failures_to_acquire", "acquisitions"),
    ("acquisitions", "failures_to_acquire"),
)
"""A key, and the one that it needs."""

NAMING = (
    *(
        "score",
        "mated",
        "subject",
        "other_subject",
        "failed",
        "count",
        "false_matches",
        "non_mated",
        "false_non_matches",
        "false_positives",
        "searches",
        "failures_to_acquire",
        "acquisitions",
    ),
    *("candidate_score", "rank", "enrolled", "mate", "system"),
)
"""The keys that name a column; ``other_group`` names one of groups again."""

Column = str | None
Size = Annotated[int, Field(gt=0, le=10**12)]
Proportion = Annotated[Decimal, Field(gt=0, lt=1)]


class IdentificationOptions(AuditOptions):
    """A log of comparison scores or of searches, error counts, or published error rates."""

    kind: Literal["identification"] = "identification"

    score: Column = Field(None, description="Scores: column of the score of each comparison")
    mated: Column = Field(
        None,
        description="Scores: column that says whether both sides are one person. Counts: column of mated comparisons",
    )
    mated_value: Column = Field(None, description="The value of mated that means that both sides are one person")
    threshold: Decimal | None = Field(None, description="A match is a score of at least this (with distance: at most)")
    at_fmr: Proportion | None = Field(
        None,
        description="Instead of threshold: the least at which at most this share of non-mated comparisons match",
    )
    at_fmr_group: dict[str, str] = Field(
        default_factory=dict, description="The group whose false matches set the threshold of at_fmr; all without it"
    )
    distance: bool = Field(False, description="Smaller scores are more alike")
    subject: Column = Field(None, description="Scores: column of the key of the person on one side")
    other_subject: Column = Field(None, description="Scores: column of the key of the person on the other side")
    failed: Column = Field(None, description="Scores: column that says that nothing was acquired, so there is no score")
    count: Column = Field(None, description="Column of counts, where a row stands for several comparisons")
    curves: bool = Field(True, description="Scores: both errors at other thresholds, and where they cross")

    false_matches: Column = Field(None, description="Counts: column of non-mated comparisons that matched")
    non_mated: Column = Field(None, description="Counts: column of non-mated comparisons")
    false_non_matches: Column = Field(None, description="Counts: column of mated comparisons that did not match")
    false_positives: Column = Field(
        None, description="Counts: column of searches for people not in the gallery that returned somebody"
    )
    searches: Column = Field(None, description="Counts: column of searches for people not in the gallery")
    failures_to_acquire: Column = Field(None, description="Counts: column of acquisitions that failed")
    acquisitions: Column = Field(None, description="Counts: column of acquisitions that were tried")

    false_match_rate: tuple[str, ...] = Field(
        (), description="Rates: column of published false match rates; several columns are several groups"
    )
    false_non_match_rate: tuple[str, ...] = Field(
        (), description="Rates: column of published false non-match rates; several columns are several groups"
    )
    false_positive_identification_rate: tuple[str, ...] = Field(
        (), description="Rates: column of published rates of searches that returned somebody wrongly"
    )
    decimals: int | None = Field(None, ge=0, le=30, description="Rates: decimals to which they are rounded")

    candidate_score: Column = Field(None, description="Searches: column of the score of each candidate")
    rank: Column = Field(
        None, description="Searches: column of the candidate's rank, from 1; blank where none came back"
    )
    enrolled: Column = Field(
        None, description="Searches: column that says whether the searched person is in the gallery"
    )
    mate: Column = Field(None, description="Searches: column that says whether the candidate is the searched person")

    system: Column = Field(None, description="Column of the algorithm or system, each audited by itself")
    groups: tuple[str, ...] = Field((), max_length=3, description="Columns to compare by, and crossed")
    reference: dict[str, str] = Field(default_factory=dict, description="The group that others are compared with")
    alpha: float = Field(
        0.5, ge=0, le=1, description="Weight of false matches where both errors are joined in one number"
    )
    pairs: str | None = Field(
        None, max_length=300, description="Which non-mated pairs were compared, such as: same sex and age, any region"
    )
    measures: tuple[str, ...] = Field(MEASURES, min_length=1, description="Measures to estimate and compare")

    gallery: tuple[Size, ...] = Field(
        (), description="Sizes of galleries to reckon for; the first is the one searched, without tested_gallery"
    )
    tested_gallery: Size | None = Field(None, description="Size of the gallery that was tested")
    gallery_groups: dict[str, Size] = Field(
        default_factory=dict, description="How many of each group are in the gallery"
    )
    other_group: Column = Field(None, description="Column of the group of the side that is in the gallery")
    prevalence: tuple[Proportion, ...] = Field(
        (),
        description="Shares of searches for somebody in the gallery, for the precision of an alert",
        json_schema_extra={"option": "--prevalence"},
    )

    @field_validator("gallery", "prevalence", *FORMS["rates"], mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """One stands for a list of one."""
        return value if isinstance(value, list | tuple) or value is None else (value,)

    @field_validator("reference", "at_fmr_group", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        return {key: str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @field_validator("mated_value", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value

    @field_validator("threshold")
    @classmethod
    def _finite(cls, value: Decimal | None) -> Decimal | None:
        if value is not None and not value.is_finite():
            raise ValueError("a threshold must be a finite number")
        return value

    @field_validator("measures")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in MEASURES:
                advice = nearest(name, MEASURES) or f"the measures are {', '.join(MEASURES)}"
                raise ValueError(f"no such measure: {name[:60]!r}; {advice}")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _one_form(self) -> IdentificationOptions:
        given = [form for form, keys in FORMS.items() if any(getattr(self, key) for key in keys)]
        if len(given) != 1:
            raise ValueError(
                "say in which form the evaluation was released by exactly one of score (a log of comparisons), "
                "candidate_score (a log of searches), "
                "false_matches, false_non_matches or false_positives (counts), "
                "false_match_rate, false_non_match_rate or false_positive_identification_rate (published rates)"
            )
        for message in self._problems(given[0]):
            raise ValueError(message)
        return self

    def _problems(self, form: Form) -> Iterator[str]:
        """What is misplaced, what is missing, what stands twice."""
        for other, keys in OWN.items():
            for key in keys:
                if other != form and key not in OWN[form] and getattr(self, key):
                    yield f"{key} does not go with {FORMS[form][0]}"
        for key in NEEDED.get(form, ()):
            if getattr(self, key) is None:
                yield f"{FORMS[form][0]} needs {key}"
        for key, needed in TOGETHER:
            if getattr(self, key) and not getattr(self, needed):
                yield f"{key} needs {needed}"
        for key in ("reference", "at_fmr_group"):
            for column in getattr(self, key):
                if column not in self.labels:
                    yield f"{key} names {column[:60]!r}, which is not among groups"
        yield from self._of_the_form(form)
        used = [*self.columns]
        yield from (f"the column {c[:60]!r} has two roles" for c in dict.fromkeys(used) if used.count(c) > 1)

    def _of_the_form(self, form: Form) -> Iterator[str]:
        """What some forms alone ask for."""
        if form == "scores" and (self.threshold is None) == (self.at_fmr is None):
            yield "say which scores are a match by exactly one of threshold and at_fmr"
        if self.count is not None and self.subject is not None:
            yield "count and subject do not go together: a row that stands for several comparisons has no one subject"
        if form == "counts" and (self.false_non_matches is None) != (self.mated is None):
            yield "false_non_matches and mated, its trials, go together"
        if self.gallery_groups and (self.other_group not in self.groups or len(self.groups) < 2):
            yield "gallery_groups needs other_group, the one of two or more groups whose side is in the gallery"
        if form == "rates" and self.wide and sum(bool(columns) for columns in self.rates.values()) > 1:
            yield "several columns of rates are groups only for one of the rates; write one row a group"

    @property
    def columns(self) -> Iterable[str]:
        """Every column that the options name."""
        several = (*(column for columns in self.rates.values() for column in columns), *self.groups)
        return (*(column for name in NAMING if (column := getattr(self, name)) is not None), *several)

    @property
    def form(self) -> Form:
        """In which form the evaluation was released."""
        return next(form for form, keys in FORMS.items() if any(getattr(self, key) for key in keys))

    @property
    def rates(self) -> dict[str, tuple[str, ...]]:
        """The columns of each published rate."""
        return {measure: getattr(self, measure) for measure in FORMS["rates"]}

    @property
    def searched(self) -> int | None:
        """The size of the gallery that was searched."""
        return self.tested_gallery or next(iter(self.gallery), None)

    @property
    def wide(self) -> bool:
        """Whether groups stand side by side in columns of rates."""
        return max(map(len, self.rates.values())) > 1

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that make groups, those of a wide table included."""
        return (*self.groups, CELL) if self.wide else self.groups

    @property
    def base(self) -> tuple[str, ...]:
        """The columns by which everything is split: the system, where there are several."""
        return () if self.system is None else (self.system,)

    @property
    def at(self) -> dict[str, int | float]:
        """How estimates at a given threshold are marked."""
        return {} if self.threshold is None else {"threshold": plain(self.threshold)}


def plain(number: Decimal) -> int | float:
    """A decimal as JSON writes it: 5, not 5.0."""
    return int(number) if number == number.to_integral_value() else float(number)
