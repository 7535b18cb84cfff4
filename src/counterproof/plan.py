"""The plan: records, sources, settings, audits, claims (CONTRACTS section 2), and how a file becomes one."""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, field_validator, model_validator

from counterproof.audits import registry
from counterproof.audits.base import AuditOptions, Settings, as_texts
from counterproof.claims.model import Claim
from counterproof.errors import CounterproofError, PlanError, Problem, nearest

if TYPE_CHECKING:
    from counterproof.plan_file import KeyPath

__all__ = ["Examined", "Plan", "Records", "SourceSpec", "examine", "load", "parse"]


SECRET = re.compile(r"//[^/?#]*:[^?#]*@|[?&](password|passwd|pwd|token|secret)=", re.IGNORECASE)
"""A URL with a password in it."""


class SourceSpec(BaseModel):
    """Where a table is. Exactly one of ``path``, ``inline`` and ``url``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str | tuple[str, ...] | None = Field(None, description="File, files or glob, relative to the plan's folder")
    inline: tuple[dict[str, Any], ...] | None = Field(None, description="The rows themselves, as a list of mappings")
    url: str | None = Field(None, description="Ibis connection URL, or ${NAME} to take all of it from the environment")
    table: str | None = Field(None, description="Table in a database, as name or schema.name")
    sheet: str | None = Field(None, description="Sheet of a workbook; the first without it")
    header_row: int = Field(1, ge=1, le=1000, description="Row (of a text file: line) of the column names, from 1")
    repeated_names: Literal["refuse", "number"] = Field(
        "refuse", description="Column names that occur twice: an error, or numbered from the second on"
    )
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(None, description="Recognised without it")
    encoding: Literal["utf-8", "utf-16", "cp1252"] | None = Field(None, description="Recognised without it")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Only rows with this value (or one of these, or <= 2014-04-01) in a column"
    )
    unpivot: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        max_length=1,
        description="New column: the columns of counts, one a group, that become rows of it; their counts are 'count'",
    )
    cite: str | None = Field(None, description="Where the figures come from")

    @field_validator("where", "unpivot", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        return {key: as_texts(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _one_place(self) -> SourceSpec:
        given = [key for key in ("path", "inline", "url") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError("a source needs exactly one of path, inline and url")
        if self.url is not None and self.table is None:
            raise ValueError("a source with url needs table")
        if self.url is not None and SECRET.search(self.url):
            raise ValueError("this url holds a password, and a plan is evidence; write ${NAME} and set NAME to it")
        return self


class Records(BaseModel):
    """What the records are, said on the report's first lines."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: datetime.date | None = Field(None, alias="from")
    to: datetime.date | None = None
    released: datetime.date | None = None
    population: Literal["process", "records"] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Records:
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("the records end (to) before they begin (from)")
        return self


class Received(BaseModel):
    """Records that whoever made the report was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    what: str = Field(min_length=1)
    from_: str | None = Field(None, alias="from")
    date: datetime.date | None = None


class Declaration(BaseModel):
    """An expert's own words on the work: a section of the report, and no part of any number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="Who made this report")
    qualification: str | None = Field(None, description="What qualifies them")
    asked_by: str | None = Field(None, description="Who asked for the work")
    asked: str | None = Field(None, description="What was asked")
    done: tuple[str, ...] = Field((), description="What was done")
    not_done: tuple[str, ...] = Field((), description="What was not done, and why")
    received: tuple[Received, ...] = Field((), description="Records received: what, from whom, when")
    limits: tuple[str, ...] = Field((), description="What the reader must bear in mind")
    interests: str | None = Field(None, description="Payment, and interests in the outcome")
    date: datetime.date | None = Field(None, description="The date of the declaration")
    replaces: str | None = Field(None, description="The report that this one replaces, by its title, date or hash")


class Plan(BaseModel):
    """A whole plan. ``audits`` holds each audit's options, validated by the model of its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(default="Audit", min_length=1, max_length=300)
    records: Records = Records()
    sources: dict[str, SourceSpec] = Field(default_factory=dict)
    settings: Settings = Settings()
    public: dict[str, Annotated[str, Field(min_length=1)]] = Field(
        default_factory=dict, description="Columns that look like a person's and are not: why"
    )
    public_records: str | None = Field(None, min_length=1, description="Why counts below 10 may be shown")
    audits: dict[str, SerializeAsAny[AuditOptions]] = Field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    declaration: Declaration | None = None

    def to_json(self) -> dict[str, Any]:
        """The plan as it can be written and parsed again; environment names stay names."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {
            "audits": {
                name: {"kind": o.kind, "source": o.source} | o.model_dump(mode="json", exclude_defaults=True)
                for name, o in self.audits.items()
            }
        }


def load(path: Path) -> Plan:
    """Read and validate a plan's file; every problem is named with its line."""
    from counterproof.plan_file import read

    values, lines = read(path)
    return parse(values, where=str(path), lines=lines, base=path.parent)


def parse(
    values: object,
    *,
    where: str = "plan",
    lines: Mapping[KeyPath, int] | None = None,
    base: Path | None = None,
    confined: bool = False,
) -> Plan:
    """Validate plain values as a plan, collecting every problem before it complains.

    base, confined  where files that options name are looked for, and whether they must lie there
    """
    found = examine(values, where=where, lines=lines, base=base, confined=confined)
    if found.problems or found.plan is None:
        raise PlanError(found.problems)
    return found.plan


@dataclass(frozen=True, slots=True)
class Examined:
    """What plain values are worth as a plan.

    plan      all of it that is sound, so that more can be looked at; None if too little is
    unsound   names of audits that are left out of it
    """

    plan: Plan | None
    unsound: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def examine(
    values: object,
    *,
    where: str = "plan",
    lines: Mapping[KeyPath, int] | None = None,
    base: Path | None = None,
    confined: bool = False,
) -> Examined:
    """As :func:`parse`, but without complaint: every problem, and the plan as if what is wrong did not stand there."""
    lines = lines or {}
    if not isinstance(values, Mapping):
        hint = "start with title:, sources:, audits:"
        return Examined(None, (), (Problem("a plan is a mapping of keys", where, hint),))
    problems: list[Problem] = []
    audits = _audits(values.get("audits"), where, lines, problems, {"base": base, "confined": confined})
    plain = {key: value for key, value in values.items() if key != "audits"}
    try:
        plan: Plan | None = Plan.model_validate(plain)
    except ValidationError as error:
        problems += _explain(error, (), Plan, where, lines)
        plan = _without_errors(plain, error)
    if plan is None:
        return Examined(None, (), tuple(problems))
    plan = plan.model_copy(update={"audits": audits})
    problems += _references(plan, where, lines)
    named = values.get("audits")
    unsound = [str(name) for name in named if str(name) not in audits] if isinstance(named, Mapping) else []
    return Examined(plan, tuple(unsound), tuple(problems))


def _without_errors(plain: Mapping[str, Any], error: ValidationError) -> Plan | None:
    """The plan without its unknown keys, and with an empty claim in the place of one that cannot be read."""
    left = copy.deepcopy(dict(plain))
    for _ in range(2):
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            _mend(left, detail["loc"], unknown=detail["type"] == "extra_forbidden")
        try:
            return Plan.model_validate(left)
        except ValidationError as again:
            error = again
    return None


def _mend(plan: dict[str, Any], at: tuple[int | str, ...], *, unknown: bool) -> None:
    """Take what an error is about out of the plan; of a source nothing can be spared."""
    inside: Any = plan
    for part in at[:-1] if unknown else ():
        there = part in inside if isinstance(inside, dict) else isinstance(inside, list) and isinstance(part, int)
        inside = inside[part] if there else None
    if unknown and isinstance(inside, dict) and at[-1] in inside:
        del inside[at[-1]]
        return
    match at:
        case ("claims", int(index), *_):
            given = plan["claims"][index]
            name = given.get("id") if isinstance(given, dict) else None
            plan["claims"][index] = {"id": name if name and isinstance(name, str) else f"claim {index}", "text": "-"}
        case (str(key), *_) if key not in ("sources", "claims"):
            plan.pop(key, None)


def _audits(
    given: object, where: str, lines: Mapping[KeyPath, int], problems: list[Problem], files: Mapping[str, Any]
) -> dict[str, AuditOptions]:
    """Validate each audit with the options of its kind."""
    audits: dict[str, AuditOptions] = {}
    if given is None:
        return audits
    if not isinstance(given, Mapping):
        problems.append(Problem("audits is a mapping of names to options", _place(where, ("audits",), lines)))
        return audits
    for name, options in given.items():
        at: KeyPath = ("audits", str(name))
        if not isinstance(options, Mapping) or not isinstance(options.get("kind"), str):
            problems.append(Problem("an audit needs a kind", _place(where, at, lines)))
            continue
        try:
            model = registry.find(options["kind"]).options
            audits[str(name)] = model.model_validate(options, context=dict(files))
        except ValidationError as error:
            problems += _explain(error, at, model, where, lines)
        except CounterproofError as error:
            problems += [Problem(p.what, _place(where, (*at, "kind"), lines), p.hint) for p in error.problems]
    return audits


def _references(plan: Plan, where: str, lines: Mapping[KeyPath, int]) -> Iterable[Problem]:
    """Names that must exist elsewhere in the plan."""
    for name, options in plan.audits.items():
        for key, source in options.sources.items():
            if source not in plan.sources:
                hint = nearest(source, plan.sources) or f"the sources are {', '.join(plan.sources) or 'none'}"
                yield Problem("no such source", _place(where, ("audits", name, key), lines), hint)
    if plan.settings.min_cell < SAFE_FLOOR and plan.public_records is None:
        yield Problem(
            f"min_cell below {SAFE_FLOOR} needs public_records",
            _place(where, ("settings", "min_cell"), lines),
            "add public_records: and say who published these counts",
        )
    seen: set[str] = set()
    for index, claim in enumerate(plan.claims):
        if claim.id in seen:
            yield Problem("two claims have this id", _place(where, ("claims", index, "id"), lines))
        seen.add(claim.id)


SAFE_FLOOR = 10


def _place(where: str, at: KeyPath, lines: Mapping[KeyPath, int]) -> str:
    """File, line and dotted key of a place in the plan."""
    line = next((lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in lines), None)
    key = ".".join(str(part)[:60] for part in at)
    return ", ".join(part for part in (where, f"line {line}" if line else "", key) if part)


def _explain(
    error: ValidationError, prefix: KeyPath, model: type[BaseModel], where: str, lines: Mapping[KeyPath, int]
) -> list[Problem]:
    """Pydantic's errors in our words; its ``input`` is never passed on, since inline rows are records."""
    problems = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        at = prefix + tuple(part for part in detail["loc"] if part != "[key]")
        place = _place(where, at, lines)
        if detail["type"] == "extra_forbidden":
            hint = nearest(str(detail["loc"][-1]), _keys(model, detail["loc"][:-1]))
            problems.append(Problem("unknown key", place, hint))
        elif detail["type"] == "missing":
            problems.append(Problem("this key is missing", place))
        else:
            problems.append(Problem(_in_words(detail["msg"]), place))
    return problems


def _in_words(message: str) -> str:
    """Pydantic's sentence without Python's names of types: what is a tuple here is a list in a plan."""
    plain = message.removeprefix("Value error, ")
    for theirs, ours in (("valid tuple", "list"), ("Tuple", "The list"), ("valid dictionary", "mapping of keys")):
        plain = plain.replace(theirs, ours)
    return re.sub(r" after validation, not \d+$| or instance of \w+$", "", plain)


def _keys(model: type[BaseModel], at: KeyPath) -> list[str]:
    """The keys that a (nested) model knows, following the place of an error as far as it can be followed."""
    for part in at:
        if not isinstance(part, str):
            continue
        info = model.model_fields.get(part) or model.model_fields.get(f"{part}_")
        nested = _models(info.annotation) if info is not None else []
        if nested:
            model = nested[0]
    return [info.alias or name for name, info in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The pydantic models inside an annotation such as ``tuple[Claim, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]
