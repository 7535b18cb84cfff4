"""What an audit is: options, reductions, sums to show, inference on what is shown, and the words for all of it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from counterproof.counts import Cells, CountTable, RowSum
from counterproof.findings import AuditFindings, Population
from counterproof.reductions import Apart, CountBy, Prepare, RankSums, Role

if TYPE_CHECKING:
    from counterproof.audits.sampling import Question, SamplePlan

__all__ = ["ALONG", "Audit", "AuditOptions", "MeasureWords", "Reductions", "Settings", "Together", "Words", "as_texts"]


class Settings(BaseModel):
    """How every audit of a plan is inferred, shown and worded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: float = Field(0.95, gt=0.5, lt=1, description="Two-sided level of every interval")
    min_cell: int = Field(10, ge=1, description="Counts of people from 1 to one less than this are not shown")
    seed: int = Field(20161, ge=0, description="Seed of any randomness")
    adjust: Literal["holm", "none"] = Field("holm", description="Adjustment of p-values over the audit's family")
    language: Literal["en"] = Field("en", description="Language of the report")

    def of(self, audit: str) -> Settings:
        """The same, with the seed of this audit's own stream of random numbers."""
        digest = hashlib.sha256(f"{self.seed} {audit}".encode()).digest()
        return self.model_copy(update={"seed": int.from_bytes(digest[:8])})


def as_texts(value: object) -> object:
    """A value of the records, or a list of them, as a plan may write it, as the texts that the records hold.

    1 is "1", true is "true", a date is 2014-04-01, null is blank.
    """
    if isinstance(value, list | tuple):
        return tuple(text for entry in value for text in _texts(as_texts(entry)))
    if value is None:
        return ("",)
    if isinstance(value, bool):
        return (str(value).lower(),)
    return (str(value),) if isinstance(value, str | int | float | datetime.date) else value


def _texts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


class AuditOptions(BaseModel):
    """Plan keys that every kind of audit has. An audit's own options inherit from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(description="Kind of audit")
    source: str = Field(description="Name of the source in the plan")
    population: Population | None = Field(None, description="process: draws from a process; records: all there is")

    @property
    def sources(self) -> dict[str, str]:
        """Plan key -> name of every source that the audit reads, its own first."""
        return {"source": self.source}


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """How a measure is named and explained in plain words, and its formula.

    ``unit`` is how reports write it: a rate (a proportion, shown per cent), a count, a plain number, or a
    difference of two rates (shown in percentage points), US dollars, or a time in what the option ``unit`` says.
    Without it they go by the findings: counts below a line are a rate, whole numbers a count.
    """

    label: str
    explanation: str
    formula: str = ""
    unit: Literal["rate", "count", "number", "points", "dollars", "time"] | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Measures of one unit that a report shows together: drawn side by side, or only as one table."""

    title: str
    measures: tuple[str, ...]
    drawn: bool = True


ALONG = (
    "The same numbers along the whole scale",
    "What other settings would have given. None is recommended. A point stands only where enough records lie between "
    "it and the last.",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What the report says about a kind of audit, in plain words; paragraphs are plain text.

    ``things``: what its ``AuditFindings.records`` count, one and many. ``together``: measures that belong
    side by side, since readers take one for the other or need all of them. ``settings``: how a key of ``at`` is said
    in headings, such as "within {value} {unit}". ``along``: heading and explanation of numbers that are drawn along an
    axis. ``everything``: what the group of all is called, where "Everyone" and "All records" would be wrong.
    ``by_row``: keys of ``at`` that tell rows of one table apart, such as the day up to which a total was published.
    """

    title: str
    question: str
    method: tuple[str, ...]
    limits: tuple[str, ...]
    references: tuple[str, ...]
    measures: Mapping[str, MeasureWords]
    things: tuple[str, str] = ("record", "records")
    together: tuple[Together, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    along: tuple[str, str] = ALONG
    everything: str = ""
    by_row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reductions:
    """What the frame must count for an audit.

    cells  the joint table, which audits of one source share
    ranks  rank sums; a row is shown only where its group's counts are
    apart  further counts by name, which ``Audit.apart`` adds up
    """

    cells: CountBy
    ranks: RankSums | None = None
    apart: Mapping[str, Apart] = field(default_factory=dict)


O = TypeVar("O", bound=AuditOptions)  # noqa: E741


class Audit(Protocol, Generic[O]):
    """One kind of audit: inherit from it, and name an instance in ``audits.registry``.

    A package of its own registers the instance under the entry point group ``counterproof.audits`` instead.
    """

    kind: str
    options: type[O]
    counts_people: bool
    population: Population
    words: Words

    def about_people(self, options: O) -> bool:
        """Whether counts of these records are counts of people, or of what was done to people, and are protected."""
        return self.counts_people

    def things(self, options: O) -> tuple[str, str]:
        """What the records are, one and many."""
        return self.words.things

    def prepare(self, options: O) -> Prepare | None:
        """The layout that the source is brought to before its columns are looked for; None takes it as it is."""
        return None

    def beside(self, options: O) -> Sequence[tuple[Audit[Any], AuditOptions]]:
        """What must be counted of other sources: each is counted and protected like an audit of its own.

        Its tables stand beside this audit's where it infers.
        """
        return ()

    def grouped_by(self, options: O) -> Sequence[str] | None:
        """The columns of the groups that it finds, by which claims are checked ahead; None if options do not tell."""
        return None

    def roles(self, options: O) -> Sequence[Role]:
        """The columns that the options name, and how each is cast."""
        raise NotImplementedError

    def reductions(self, options: O) -> Reductions:
        """What must be counted."""
        raise NotImplementedError

    def sums(self, options: O, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Every number that would be shown, as sums over cells that have at least this audit's dimensions.

        ``floor`` is the least count of people that may be shown, for thinning curves. Records that the options do
        not fit (an outcome that is neither yes nor no) are an InputError here.
        """
        raise NotImplementedError

    def apart(self, options: O, name: str, cells: Cells, floor: int) -> Sequence[RowSum]:
        """Like ``sums``, for the cells of ``Reductions.apart[name]``.

        A row is withheld with any count of its group in the joint table, too.
        """
        return ()

    def infer(self, options: O, shown: Mapping[str, CountTable], records: int, settings: Settings) -> AuditFindings:
        """Findings from the shown counts alone."""
        raise NotImplementedError

    def plan_sample(self, question: Question) -> SamplePlan:
        """How many records would settle a question; nothing where the records are all there is, and exact."""
        from counterproof.audits.sampling_rates import Units, nothing_to_sample, plan_rates

        if self.population == "records":
            return nothing_to_sample(self.kind, self.words.things[1])
        return plan_rates(self.kind, question, Units(f"{self.words.things[1]} below the line of the rate"))
