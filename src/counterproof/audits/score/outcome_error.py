"""Plan keys of an outcome that is recorded with error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from counterproof.counts import Group

if TYPE_CHECKING:
    from counterproof.stats.misclassification import ErrorRange

__all__ = ["OutcomeError", "Ranges"]


class Ranges(BaseModel):
    """How often the record is right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sensitivity: tuple[float, float] = Field(
        (1.0, 1.0), description="From, to: share recorded as having the outcome, of those who truly have it"
    )
    specificity: tuple[float, float] = Field(
        (1.0, 1.0), description="From, to: share recorded as not having it, of those who truly do not"
    )

    @model_validator(mode="after")
    def _sound(self) -> Ranges:
        for low, high in (self.sensitivity, self.specificity):
            if not 0 <= low <= high <= 1:
                raise ValueError("a range of sensitivity or specificity is written [from, to], within 0 and 1")
        if self.sensitivity[0] + self.specificity[0] <= 1:
            raise ValueError("sensitivity and specificity must add up to more than 1, or the record says nothing")
        return self

    def range(self) -> ErrorRange:
        """The ranges as the kernel takes them."""
        from counterproof.stats.misclassification import ErrorRange

        return ErrorRange(self.sensitivity, self.specificity)


class OutcomeError(Ranges):
    """Ranges for all groups alike, and others for the groups that are named."""

    groups: dict[str, dict[str, Ranges]] = Field(
        default_factory=dict, description="Column: label: ranges of its own, {race: {Black: {sensitivity: [0.5, 0.9]}}}"
    )

    @model_validator(mode="before")
    @classmethod
    def _written(cls, values: object) -> object:
        """Also as the command line writes it: sensitivity=0.7..1, race.Black.sensitivity=0.5..0.9."""
        if not isinstance(values, dict):
            return values
        found: dict[str, Any] = {}
        for key, value in values.items():
            *path, name = str(key).split(".") if isinstance(value, str) else [str(key)]
            if isinstance(value, str):
                value = _ends(value)
            place = found
            if path:
                column, label = path[0], ".".join(path[1:])
                place = found.setdefault("groups", {}).setdefault(column, {}).setdefault(label, {})
            place[name] = value
        return found

    @model_validator(mode="after")
    def _sound_by_group(self) -> OutcomeError:
        for by in self.groups.values():
            for ranges in by.values():
                self._own(ranges)
        return self

    def of(self, group: Group) -> ErrorRange:
        """The ranges of a group: its own, those of a column that it has, or those of all; of several the widest."""
        named = [self.groups.get(column, {}).get(str(label)) for column, label in group.items()]
        own = [self._own(ranges) for ranges in named if ranges is not None]
        if not group:
            own = [self, *(self._own(ranges) for by in self.groups.values() for ranges in by.values())]
        chosen: Sequence[Ranges] = own or [self]
        widest = Ranges(
            sensitivity=_widest([ranges.sensitivity for ranges in chosen]),
            specificity=_widest([ranges.specificity for ranges in chosen]),
        )
        return widest.range()

    def _own(self, ranges: Ranges) -> Ranges:
        """The ranges of a group; what they do not name is that of all."""
        given = {key: getattr(ranges, key) for key in ranges.model_fields_set}
        return Ranges(**({"sensitivity": self.sensitivity, "specificity": self.specificity} | given))


def _ends(text: str) -> list[float]:
    """The two ends of a range written 0.7..1."""
    try:
        low, high = (float(part) for part in text.split(".."))
    except ValueError:
        raise ValueError("a range is written FROM..TO, such as sensitivity=0.7..1") from None
    return [low, high]


def _widest(ranges: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in ranges), max(high for _, high in ranges)
