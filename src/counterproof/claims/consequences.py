"""What a rate implies at a volume: wrong flags, missed cases, false candidates in a gallery, errors in records.

A rate is claimed (a number in the plan) or taken from an estimate of the same run, and then carries its interval. Each
consequence is an expectation, a rate times a count, and prints the assumption on which it rests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from counterproof.claims.words import number, odds, of_group, plain, share, spread
from counterproof.findings import Estimate, digits

__all__ = ["Consequence", "EstimateRef", "Lookup", "Strict", "compute", "label", "references"]


class Strict(BaseModel):
    """Unknown keys are errors; values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def label(value: object) -> object:
    """A group's label as text; YAML reads an unquoted ``no`` as false, which is not the label that was meant."""
    if isinstance(value, bool):
        message = "put quotes around a label that YAML reads as true or false (yes, no, on, off)"
        raise ValueError(message)  # noqa: TRY004
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


class EstimateRef(Strict):
    """An estimate of this run, whose interval the consequence carries on."""

    audit: str
    measure: str
    group: dict[str, str | None] = Field(default_factory=dict)
    at: dict[str, Any] | None = None

    @field_validator("group", mode="before")
    @classmethod
    def _texts(cls, group: object) -> object:
        return {k: label(v) for k, v in group.items()} if isinstance(group, dict) else group


Proportion = Annotated[Decimal, Field(ge=0, le=1)]
Volume = Annotated[Decimal, Field(gt=0, le=10**15)]
Proportions = Annotated[tuple[Proportion, ...], Field(min_length=1, max_length=50)]
Lookup = Callable[[EstimateRef], Estimate]


@dataclass(frozen=True, slots=True)
class Range:
    """A number; ``low`` and ``high`` are None where it comes from a claim and not from counts."""

    value: float
    low: float | None = None
    high: float | None = None

    def through(self, function: Callable[[float], float]) -> Range:
        """Apply a monotone function to the value and to both ends."""
        if self.low is None or self.high is None:
            return Range(function(self.value))
        low, high = sorted((function(self.low), function(self.high)))
        return Range(function(self.value), low, high)

    def times(self, factor: Decimal) -> Range:
        """Multiply by a decimal, exactly for a rate that was written as one."""
        return self.through(lambda x: float(factor * Decimal(repr(x))))

    def said(self, form: Callable[[float], str]) -> str:
        """In words."""
        return spread(self.value, self.low, self.high, form)

    def to_json(self) -> dict[str, float | None]:
        """Plain values with the digits of the results."""
        return {"value": digits(self.value), "low": digits(self.low), "high": digits(self.high)}


@dataclass(frozen=True, slots=True)
class Case:
    """One consequence: what is counted, how many, from which inputs, under which assumption."""

    what: str
    count: Range
    inputs: dict[str, Decimal]
    assumption: str
    also: dict[str, Range] = field(default_factory=dict)
    remark: str = ""
    form: Callable[[float], str] = number


class _Base(Strict):
    name: str | None = Field(None, description="What is counted, in place of the general words")


class WrongFlags(_Base):
    """volume · (1 − precision)."""

    kind: Literal["wrong_flags"]
    precision: Proportion | EstimateRef
    volume: Volume

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case."""
        precision, source = _rate(self.precision, lookup)
        wrong = precision.through(lambda p: float(1 - Decimal(repr(p)))).times(self.volume)
        assumption = f"A precision of {precision.said(share)}{source} holds for all {_n(self.volume)} flags."
        yield Case("flags in which the outcome did not occur", wrong, {"volume": self.volume}, assumption)


class FalseAlarms(_Base):
    """volume · (1 − prevalence) · false positive rate; with a sensitivity also the precision that follows."""

    kind: Literal["false_alarms"]
    false_positive_rate: Proportion | EstimateRef
    volume: Volume
    prevalence: Proportions
    sensitivity: Proportion | None = None

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case a prevalence."""
        rate, source = _rate(self.false_positive_rate, lookup)
        for prevalence in self.prevalence:
            count = rate.times(self.volume * (1 - prevalence))
            assumption = (
                f"The outcome occurs in {share(float(prevalence))} of {_n(self.volume)}, and a false positive rate of "
                f"{rate.said(share)}{source} holds for the rest."
            )
            also, remark = {}, ""
            if self.sensitivity is not None:
                hits = float(self.volume * prevalence * self.sensitivity)
                assumption += f" {share(float(self.sensitivity))} of those in which it occurs are flagged."
                if hits > 0:
                    also["precision"] = count.through(lambda wrong, hits=hits: hits / (hits + wrong))  # type: ignore[misc]
                    remark = f" The outcome occurs in {also['precision'].said(share)} of all flagged."
            inputs = {"volume": self.volume, "prevalence": prevalence}
            yield Case("flagged in which the outcome did not occur", count, inputs, assumption, also, remark)


class Missed(_Base):
    """volume · prevalence · false negative rate."""

    kind: Literal["missed"]
    false_negative_rate: Proportion | EstimateRef
    volume: Volume
    prevalence: Proportions

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case a prevalence."""
        rate, source = _rate(self.false_negative_rate, lookup)
        for prevalence in self.prevalence:
            assumption = (
                f"The outcome occurs in {share(float(prevalence))} of {_n(self.volume)}, and a false negative rate of "
                f"{rate.said(share)}{source} holds for them."
            )
            count, inputs = rate.times(self.volume * prevalence), {"volume": self.volume, "prevalence": prevalence}
            yield Case("not flagged in which the outcome occurred", count, inputs, assumption)


class Gallery(_Base):
    """Expected false candidates of one search, gallery · FMR; the chance of at least one, 1 − (1 − FMR)^gallery."""

    kind: Literal["gallery"]
    gallery: Volume
    false_match_rate: Proportions | EstimateRef

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case a false match rate."""
        size = float(self.gallery)
        for one in _each(self.false_match_rate):
            rate, source = _rate(one, lookup)
            any_one = rate.through(lambda r: -math.expm1(size * math.log1p(-r)) if r < 1 else 1.0)
            yield Case(
                "false candidates in each search for somebody who is not in the gallery",
                rate.times(self.gallery),
                {"gallery": self.gallery} | _given("false_match_rate", one),
                f"Each search compares with all {_n(self.gallery)} at one threshold, and a false match rate of "
                f"{rate.said(odds)}{source} holds for every comparison, independently of the others.",
                {"at_least_one": any_one},
                f" At least one comes up in {any_one.said(share)} of such searches.",
            )


class Errors(_Base):
    """volume · rate: what an error rate means in a body of records."""

    kind: Literal["errors"]
    rate: Proportions | EstimateRef
    volume: Volume

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case a rate."""
        for one in _each(self.rate):
            rate, source = _rate(one, lookup)
            assumption = f"An error rate of {rate.said(share)}{source} holds for all {_n(self.volume)}."
            yield Case("errors", rate.times(self.volume), {"volume": self.volume} | _given("rate", one), assumption)


class CasesNeeded(_Base):
    """Cases that would place a rate within so much, or show a ratio of two rates, at 95 %.

    ``rate`` and ``within``: Clopper–Pearson's interval at the rate is 2·within wide. ``reference_rate`` and ``ratio``:
    equality is excluded with 80 % power, with as many cases in each of the two groups.
    """

    kind: Literal["cases_needed"]
    rate: Proportion | None = None
    within: Annotated[Decimal, Field(gt=0, le=Decimal("0.5"))] | None = None
    reference_rate: Proportions | None = None
    ratio: Annotated[Decimal, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_question(self) -> CasesNeeded:
        given = [key for key in ("rate", "within", "reference_rate", "ratio") if getattr(self, key) is not None]
        if given not in (["rate", "within"], ["reference_rate", "ratio"]):
            raise ValueError("cases_needed takes rate and within, or reference_rate and ratio")
        ratio = self.ratio or Decimal(0)
        if self.ratio == 1 or any(not 0 < rate * ratio <= 1 for rate in self.reference_rate or ()):
            raise ValueError("ratio is not 1, and reference_rate times ratio lies above 0 and is at most 1")
        return self

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case, or one a reference rate."""
        from counterproof.stats.samples import settle_contrast, trials_for_width

        if self.rate is not None and self.within is not None:
            n = trials_for_width(float(self.rate), 2 * float(self.within))
            inputs = {"rate": self.rate, "within": self.within}
            yield Case(
                "cases needed", Range(n), inputs, f"The rate is found to be {share(float(self.rate))}; level 95 %."
            )
        for rate in self.reference_rate or ():
            ratio = self.ratio or Decimal(1)
            both = settle_contrast(float(rate * ratio), float(rate), 0.5, "ratio", 1.0, 1.0)
            assumption = f"The other group's rate is {share(float(rate))}; level 95 %, power 80 %."
            inputs = {"reference_rate": rate, "ratio": ratio}
            yield Case("cases needed in each group", Range(math.ceil((both or math.nan) / 2)), inputs, assumption)


class AllOfOneGroup(_Base):
    """How many events, all of one group, chance would not bring about: share^n <= 5 %, one-sided."""

    kind: Literal["all_of_one_group"]
    share: Annotated[Decimal, Field(gt=0, lt=1)]
    events: Annotated[int, Field(gt=0, le=10**6)]

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case."""
        from counterproof.stats.matching import events_to_show

        chance = Range(float(self.share) ** self.events)
        assumption = (
            f"Each event falls on the group with a chance of {share(float(self.share))}, apart from the others."
        )
        yield Case(
            "events that would have to fall on the group, all of them, to show at 5 % that it bears more than others",
            Range(events_to_show(float(self.share))),
            {"share": self.share, "events": Decimal(self.events)},
            assumption,
            {"chance": chance},
            f" Chance alone lets all of {self.events} fall on it in {chance.said(share)} of cases.",
        )


class Found(_Base):
    """A rate of the same run beside the claim, such as how often a naive forecast is as accurate as was claimed."""

    kind: Literal["found"]
    name: str
    estimate: EstimateRef

    def cases(self, lookup: Lookup) -> Iterator[Case]:
        """One case: the rate as it stands."""
        estimate = lookup(self.estimate)
        value = Range(estimate.value or 0.0, estimate.low, estimate.high)
        counted = {"counted": Decimal(estimate.numerator)} if estimate.numerator is not None else {}
        counted |= {"of": Decimal(estimate.denominator)} if estimate.denominator is not None else {}
        assumption = f"Counted for {of_group(self.estimate.group)} in the records of this report."
        yield Case(self.name, value, counted, assumption, form=share)


Consequence = Annotated[
    WrongFlags | FalseAlarms | Missed | Gallery | Errors | CasesNeeded | AllOfOneGroup | Found,
    Field(discriminator="kind"),
]


def compute(consequence: Consequence, lookup: Lookup) -> Iterator[dict[str, Any]]:
    """Each case as plain JSON values: name, kind, inputs, value, low, high, sentence, assumption.

    One row without a value where the estimate it rests on has none.
    """
    if any(lookup(ref).value is None for _, ref in references(consequence)):
        what = plain(consequence.name) if consequence.name else "what this implies"
        said = f"{what[:1].upper()}{what[1:]} cannot be computed: the estimate has no value that can be shown."
        yield {"name": what, "kind": consequence.kind, "inputs": {}, "value": None, "low": None, "high": None} | {
            "sentence": said,
            "assumption": "",
        }
        return
    for case in consequence.cases(lookup):
        what = plain(consequence.name) if consequence.name else case.what
        yield {
            "name": what,
            "kind": consequence.kind,
            "inputs": {key: digits(float(value)) for key, value in case.inputs.items()},
            **case.count.to_json(),
            **{key: value.to_json() for key, value in case.also.items()},
            "sentence": f"{what[:1].upper()}{what[1:]}: {case.count.said(case.form)}.{case.remark}",
            "assumption": case.assumption,
        }


def references(consequence: Consequence) -> Iterator[tuple[str, EstimateRef]]:
    """The estimates that a consequence names, with the key under which it names them."""
    for key in type(consequence).model_fields:
        value = getattr(consequence, key)
        if isinstance(value, EstimateRef):
            yield key, value


def _rate(rate: Decimal | EstimateRef, lookup: Lookup) -> tuple[Range, str]:
    """The rate, and where it comes from in words."""
    if isinstance(rate, Decimal):
        return Range(float(rate)), " (as claimed or supposed)"
    estimate = lookup(rate)
    source = f" (estimated for {of_group(rate.group)} in these records)"
    return Range(estimate.value or 0.0, estimate.low, estimate.high), source


def _each(rates: tuple[Decimal, ...] | EstimateRef) -> tuple[Decimal | EstimateRef, ...]:
    return rates if isinstance(rates, tuple) else (rates,)


def _given(key: str, rate: Decimal | EstimateRef) -> dict[str, Decimal]:
    return {key: rate} if isinstance(rate, Decimal) else {}


def _n(volume: Decimal) -> str:
    return number(float(volume))
