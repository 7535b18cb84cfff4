"""Options of an audit of search logs, and the user's own files of layouts, words and rules."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from counterproof.audits.base import AuditOptions
from counterproof.audits.own_files import FILE_KEY, is_file, read_own
from counterproof.audits.search_log import data_files
from counterproof.audits.search_log.measures import MEASURES
from counterproof.errors import nearest
from counterproof.reductions.search_log import COLUMNS, SearchLog

__all__ = ["LayoutFile", "LexiconFile", "Rule", "SearchLogOptions"]

Words = tuple[str, ...]
_MODEL = ConfigDict(extra="forbid", frozen=True)
_BROKEN = ("\\", "(?")


def _patterns(value: Words) -> Words:
    for text in value:
        try:
            re.compile(text)
        except re.error:
            raise ValueError("this is not a regular expression") from None
        if any(part in text for part in _BROKEN) and "(?" in text:
            raise ValueError("patterns have no look-around and no flags: engines differ in them")
    return value


class _Layout(BaseModel):
    """One layout of a user's file."""

    model_config = _MODEL

    name: str
    columns: tuple[Literal["date"] | str, ...] = Field(description="Our names of its columns, in their order")
    optional: Words = ()
    seen: str | None = None

    @field_validator("columns", "optional")
    @classmethod
    def _known(cls, value: Words) -> Words:
        for name in value:
            if name not in (*COLUMNS, "date"):
                hint = nearest(name, COLUMNS)
                raise ValueError(f"there is no column {name[:40]!r}" + (f"; {hint}" if hint else ""))
        return value


class LayoutFile(BaseModel):
    """Layouts of a user's own, in the form of ``data/layouts.toml``."""

    model_config = _MODEL

    source: str | None = None
    date: datetime.date | None = None
    fields: dict[str, Words] = Field(default_factory=dict, description="Our column: headers as lower-case words")
    layout: tuple[_Layout, ...] = ()
    snapshots: dict[str, Words] = Field(default_factory=dict)
    sharing: dict[str, Words] = Field(default_factory=dict)
    times: dict[Literal["second", "day"], Words] = Field(default_factory=dict)


class _Phrases(BaseModel):
    """Words that mark a reason."""

    model_config = _MODEL

    term: str | None = None
    words: Words = ()
    starts: Words = ()
    written: Words = ()


class LexiconFile(BaseModel):
    """Words of a user's own, in the form of ``data/lexicon.toml``; every list is added to ours."""

    model_config = _MODEL

    source: str | None = None
    date: datetime.date | None = None
    states: dict[Literal["masked_agency", "placeholder", "signs", "exemptions", "partial"], Words] = Field(
        default_factory=dict
    )
    vague: dict[Literal["words", "not_vague"], Words] = Field(default_factory=dict)
    offences: dict[Literal["terms"], Words] = Field(default_factory=dict)
    statutes: dict[Literal["codes", "laws"], dict[str, str] | Words] = Field(default_factory=dict)
    immigration: tuple[_Phrases, ...] = ()
    false_friends: dict[Literal["words"], Words] = Field(default_factory=dict)
    barred: dict[str, _Phrases] = Field(default_factory=dict)
    personal: dict[Literal["patterns"], Annotated[Words, BeforeValidator(lambda v: _patterns(tuple(v)))]] = Field(
        default_factory=dict
    )
    federal: dict[Literal["words"], Words] = Field(default_factory=dict)


class Rule(BaseModel):
    """What a law asks, as a test over counted columns; see ``data/rules.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$")
    part: str = Field("", max_length=40)
    citation: str
    source: str | None = None
    from_: datetime.date | None = Field(None, alias="from")
    as_of: datetime.date | None = None
    says: str
    test: Literal["record", "use", "reach", "purpose"]
    holds: tuple[Words, ...] = ()
    bars: Words = ()

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if self.test == "record" and not self.holds:
            raise ValueError("a test of records names the columns that hold them: holds")
        if self.test == "use" and not self.bars:
            raise ValueError("a test of use names the lexicons that it bars: bars")
        unknown = [name for group in self.holds for name in group if name not in COLUMNS]
        if unknown:
            raise ValueError(f"there is no column {unknown[0][:40]!r}")
        return self

    @property
    def key(self) -> str:
        """Its id and part."""
        return f"{self.id} {self.part}".strip()


class SearchLogOptions(AuditOptions):
    """Search logs of plate-reader (or other) networks, in the layouts in which they are released."""

    kind: Literal["search-log"] = "search-log"
    layout: str | LayoutFile = Field(
        "auto",
        description="auto, the name of a layout that all files have, or a file of layouts of your own",
        json_schema_extra={FILE_KEY: True},
    )
    agency: str | None = Field(
        None, min_length=1, description="Whose log this is; rows without an organisation are its"
    )
    state: str | None = Field(
        None, description="Two letters of the state of the log; without it the agency's name says it"
    )
    rules: tuple[str | Rule, ...] = Field(
        (),
        description="Legal rules to test, by name and comma (ca-sb34,il-2-130,va-2.2-5517), or a file of your own",
        json_schema_extra={"option": "--rules", FILE_KEY: True},
    )
    timezone: str | None = Field(
        None, description="IANA name of the local time, such as America/Chicago; UTC without it"
    )
    office_hours: str = Field(
        "08-18", description="Office hours, Monday to Friday, local time; all others are off hours"
    )
    lexicon: str | LexiconFile | None = Field(
        None, description="A file of words of your own, added to ours", json_schema_extra={FILE_KEY: True}
    )
    withheld: tuple[str, ...] = Field((), description="Columns that the covering letter says were withheld")
    prohibited_uses: tuple[str, ...] = Field((), description="Uses that the agency's own policy prohibits: immigration")
    measures: tuple[str, ...] = Field(
        ("searches", "reason_empty", "reason_vague", "immigration_reason_floor", "out_of_state", "off_hours"),
        description="Measures to show first and draw; all are computed",
    )

    @field_validator("layout", "lexicon", mode="before")
    @classmethod
    def _own(cls, value: object, info: ValidationInfo) -> object:
        return read_own(value, info)

    @field_validator("lexicon")
    @classmethod
    def _no_name(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError("lexicon is a file (.toml, .yaml or .json)")  # noqa: TRY004 - pydantic reports ValueErrors
        return value

    @field_validator("rules", mode="before")
    @classmethod
    def _rules(cls, value: object, info: ValidationInfo) -> object:
        given = [value] if isinstance(value, str | Mapping) else value
        if not isinstance(given, list | tuple):
            return value
        found: list[object] = []
        for entry in given:
            if is_file(entry):
                content = read_own(entry, info)
                found += content.get("rule", []) if isinstance(content, Mapping) else [content]
            else:
                found += [name.strip() for name in entry.split(",")] if isinstance(entry, str) else [entry]
        return tuple(found)

    @field_validator("rules")
    @classmethod
    def _known_rules(cls, value: tuple[str | Rule, ...]) -> tuple[str | Rule, ...]:
        known = {rule["id"] for rule in data_files.shipped("rules")["rule"]}
        for name in value:
            if isinstance(name, str) and name not in known:
                hint = nearest(name, known) or f"the rules are {', '.join(sorted(known))}"
                raise ValueError(f"there is no such rule; {hint}")
        return value

    @field_validator("office_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        found = re.fullmatch(r"([0-9]{1,2})(?::00)?-([0-9]{1,2})(?::00)?", value.replace(" ", ""))
        if not found or not 0 <= int(found[1]) < int(found[2]) <= 24:
            raise ValueError("write whole hours, such as 08-18")
        return value

    @field_validator("state")
    @classmethod
    def _state(cls, value: str | None) -> str | None:
        if value is not None and value.upper() not in data_files.shipped("lexicon")["home"]["states"]:
            raise ValueError("write the two letters of a US state")
        return value.upper() if value else None

    @field_validator("withheld")
    @classmethod
    def _columns(cls, value: Words) -> Words:
        for name in value:
            if name not in COLUMNS:
                raise ValueError(f"there is no such column; the columns are {', '.join(COLUMNS)}")
        return value

    @field_validator("measures")
    @classmethod
    def _measures(cls, value: Words) -> Words:
        for name in value:
            if name not in MEASURES:
                hint = nearest(name, MEASURES)
                raise ValueError("there is no such measure" + (f"; {hint}" if hint else ""))
        return value

    @property
    def chosen_rules(self) -> tuple[Rule, ...]:
        """Every part of the rules that were chosen."""
        shipped = [Rule.model_validate(rule) for rule in data_files.shipped("rules")["rule"]]
        found: list[Rule] = []
        for one in self.rules:
            found += [one] if isinstance(one, Rule) else [rule for rule in shipped if rule.id == one]
        return tuple(found)

    @property
    def declared(self) -> SearchLog:
        """How the logs are read."""
        layouts, words = data_files.shipped("layouts"), data_files.shipped("lexicon")
        if isinstance(self.layout, LayoutFile):
            layouts = data_files.merged(layouts, _plain(self.layout))
        if isinstance(self.lexicon, LexiconFile):
            words = data_files.merged(words, _plain(self.lexicon))
        first, last = (int(part[:2].strip(":")) for part in self.office_hours.replace(" ", "").split("-"))
        return SearchLog(
            data_files.layouts(layouts),
            data_files.lexicon(words),
            layout=None if isinstance(self.layout, LayoutFile) or self.layout == "auto" else self.layout,
            agency=self.agency,
            home=self.home,
            timezone=self.timezone,
            hours=(first, last),
            withheld=self.withheld,
        )

    @property
    def home(self) -> str | None:
        """Two letters of the state of the log, given or told by the agency's name; None where it is not known."""
        return self.state or data_files.state_of(self.agency)


def _plain(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_defaults=True)
