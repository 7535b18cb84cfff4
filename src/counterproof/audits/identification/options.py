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

Form = Literal["counts", "rates"]
FORMS: dict[Form, tuple[str, ...]] = {
    "counts": ("false_matches", "false_non_matches"),
    "rates": ("false_match_rate", "false_non_match_rate"),
}
"""The keys of which at least one is given in each form, and none in the others."""

OWN: dict[Form, tuple[str, ...]] = {
    "counts": ("non_mated", "failures_to_acquire", "acquisitions"),
    "rates": ("decimals",),
}
NAMING = (
    *("false_matches", "non_mated", "false_non_matches", "mated", "failures_to_acquire", "acquisitions", "system"),
)
"""The keys that name a column."""

Column = str | None
Size = Annotated[int, Field(gt=0, le=10**12)]
Proportion = Annotated[Decimal, Field(gt=0, lt=1)]


class IdentificationOptions(AuditOptions):
    """Error counts, or published error rates."""

    kind: Literal["identification"] = "identification"

    false_matches: Column = Field(None, description="Counts: column of non-mated comparisons that matched")
    non_mated: Column = Field(None, description="Counts: column of non-mated comparisons")
    false_non_matches: Column = Field(None, description="Counts: column of mated comparisons that did not match")
    mated: Column = Field(None, description="Counts: column of mated comparisons")
    failures_to_acquire: Column = Field(None, description="Counts: column of acquisitions that failed")
    acquisitions: Column = Field(None, description="Counts: column of acquisitions that were tried")

    false_match_rate: tuple[str, ...] = Field(
        (), description="Rates: column of published false match rates; several columns are several groups"
    )
    false_non_match_rate: tuple[str, ...] = Field(
        (), description="Rates: column of published false non-match rates; several columns are several groups"
    )
    decimals: int | None = Field(None, ge=0, le=30, description="Rates: decimals to which they are rounded")

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

    gallery: tuple[Size, ...] = Field((), description="Sizes of galleries to reckon for")
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

    @field_validator("gallery", "prevalence", "false_match_rate", "false_non_match_rate", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        """One stands for a list of one."""
        return value if isinstance(value, list | tuple) or value is None else (value,)

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

    @model_validator(mode="after")
    def _one_form(self) -> IdentificationOptions:
        given = [form for form, keys in FORMS.items() if any(getattr(self, key) for key in keys)]
        if len(given) != 1:
            raise ValueError(
                "say in which form the evaluation was released by exactly one of "
                "false_matches or false_non_matches (counts), "
                "false_match_rate or false_non_match_rate (published rates)"
            )
        for message in (*self._misplaced(given[0]), *self._missing(given[0]), *self._columns_twice()):
            raise ValueError(message)
        return self

    def _misplaced(self, form: Form) -> Iterator[str]:
        for other, keys in OWN.items():
            for key in keys:
                if other != form and key not in OWN[form] and getattr(self, key):
                    yield f"{key} does not go with {FORMS[form][0]}"
        if form == "rates" and self.mated:
            yield f"mated does not go with {FORMS[form][0]}"
        for key in self.reference:
            if key not in self.labels:
                yield f"reference names {key[:60]!r}, which is not among groups"

    def _missing(self, form: Form) -> Iterator[str]:
        if form == "counts" and self.false_matches is None and self.non_mated is not None:
            yield "non_mated needs false_matches"
        if form == "counts" and (self.false_non_matches is None) != (self.mated is None):
            yield "false_non_matches and mated, its trials, go together"
        if (self.failures_to_acquire is None) != (self.acquisitions is None):
            yield "failures_to_acquire and acquisitions, its trials, go together"
        if self.gallery_groups and self.other_group not in self.groups:
            yield "gallery_groups needs other_group, the one of groups whose side is in the gallery"
        if self.gallery_groups and len(self.groups) < 2:
            yield "gallery_groups needs two of groups: that of the searched person, and that of the side in the gallery"
        if form == "rates" and min(len(self.false_match_rate), len(self.false_non_match_rate)) > 0 and self.wide:
            yield "several columns of rates are groups only for one of the two rates; write one row a group"

    def _columns_twice(self) -> Iterator[str]:
        used = [*self.columns]
        yield from (f"the column {c[:60]!r} has two roles" for c in dict.fromkeys(used) if used.count(c) > 1)

    @property
    def columns(self) -> Iterable[str]:
        """Every column that the options name."""
        several = (*self.false_match_rate, *self.false_non_match_rate, *self.groups)
        return (*(column for name in NAMING if (column := getattr(self, name)) is not None), *several)

    @property
    def form(self) -> Form:
        """In which form the evaluation was released."""
        return next(form for form, keys in FORMS.items() if any(getattr(self, key) for key in keys))

    @property
    def wide(self) -> bool:
        """Whether groups stand side by side in columns of rates."""
        return max(len(self.false_match_rate), len(self.false_non_match_rate)) > 1

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns that make groups, those of a wide table included."""
        return (*self.groups, CELL) if self.wide else self.groups

    @property
    def base(self) -> tuple[str, ...]:
        """The columns by which everything is split: the system, where there are several."""
        return () if self.system is None else (self.system,)
