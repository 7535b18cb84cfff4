"""Tidy tables of a run: a row for each estimate, contrast, check, claim and reading, and what each column holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Column", "Tidy", "tidy"]

Type = Literal["text", "number", "whole", "truth"]
Cell = str | float | int | bool | None
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, the type of its cells, and what they say."""

    name: str
    type: Type
    says: str


@dataclass(frozen=True, slots=True)
class Tidy:
    """One table; a cell is None where there is nothing to say."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


_SHARED = (
    Column("audit", "text", "Name of the audit in the plan"),
    Column("kind", "text", "Kind of audit"),
    Column("measure", "text", "What is measured, as the method pages name it"),
)
_VALUE = (
    Column("status", "text", "estimated, suppressed (withheld to protect people), undefined or not_identified"),
    Column("value", "number", "The number: a rate is a proportion, not per cent"),
    Column("low", "number", "Lower end of the interval"),
    Column("high", "number", "Upper end of the interval"),
    Column("unbounded", "text", "The end of the interval that is infinite: low, high or both"),
    Column("level", "number", "Level of the interval"),
    Column("method", "text", "How the interval was made"),
    Column("assumption", "text", "What is assumed, where something is"),
)
_ESTIMATE = (
    *_VALUE,
    Column("numerator", "number", "Count above the line"),
    Column("denominator", "number", "Count below the line"),
    Column("primary", "truth", "Whether it is at the setting that the plan names"),
    Column("note", "text", "What else is to be said"),
)
_CONTRAST = (
    Column("scale", "text", "difference or ratio, of the group and the reference"),
    *_VALUE,
    Column("p_value", "number", "P value of the test of no difference"),
    Column("p_adjusted", "number", "The same, adjusted over the audit's family"),
    Column("sparse", "truth", "Whether counts are so few that no verdict rests on it alone"),
    Column("minimum_detectable", "number", "What would have shown with a chance of 80 in 100"),
    Column("note", "text", "What else is to be said"),
)
_CHECK = (
    *_SHARED[:2],
    Column("name", "text", "What was checked"),
    Column("status", "text", "pass, note, warn or fail"),
    Column("count", "whole", "How many were found"),
    Column("total", "whole", "Among how many"),
    Column("note", "text", "What was checked, in words"),
)
_JUDGED = (
    Column("verdict", "text", "supported, contradicted, undetermined or untestable"),
    Column("alone", "text", "The verdict without sharing the level among claims"),
    Column("level", "number", "Level at which it was judged"),
    Column("value", "number", "What the records say"),
    Column("low", "number", "Lower end of what is compatible with the records"),
    Column("high", "number", "Upper end of what is compatible with the records"),
    Column("settle", "whole", "How many such records would settle it"),
    Column("because", "text", "The verdict in a sentence"),
)
_CLAIM = (
    Column("id", "text", "Name of the claim in the plan"),
    Column("text", "text", "What was claimed"),
    Column("verbatim", "truth", "Whether these are the words that were used"),
    Column("claimant", "text", "Who claimed it"),
    Column("source.title", "text", "Where it was claimed"),
    Column("source.url", "text", "Its address"),
    Column("source.date", "text", "Its date"),
    *_JUDGED,
    Column("needs", "text", "What is missing, separated by semicolons"),
)
_READING = (
    Column("claim", "text", "Name of the claim in the plan"),
    Column("name", "text", "How it is read"),
    *(column for column in _JUDGED if column.name not in ("alone", "settle")),
)
_DICTIONARY = (
    Column("table", "text", "The table"),
    Column("column", "text", "A column of it"),
    Column("type", "text", "text, number, whole (number) or truth (value)"),
    Column("says", "text", "What its cells say"),
)


def tidy(results: Document, plan: Document) -> list[Tidy]:
    """Tables ``claims``, ``readings``, ``estimates``, ``contrasts``, ``checks`` and ``dictionary``.

    results  the document of ``results.json``
    plan     the document of ``plan.json``, which has the words of the claims
    """
    found = [
        _claims(results, plan),
        _table("readings", _READING, ({"claim": c["id"], **r} for c in results["claims"] for r in c["readings"])),
        _spread("estimates", results, "estimates", ("group", "at"), _ESTIMATE),
        _spread("contrasts", results, "contrasts", ("group", "reference", "at"), _CONTRAST),
        _table("checks", _CHECK, _entries(results, "checks")),
    ]
    words = [{"table": one.name, "column": column.name, "type": column.type, "says": column.says}
             for one in found for column in one.columns]  # fmt: skip
    return [*found, _table("dictionary", _DICTIONARY, words)]


def _claims(results: Document, plan: Document) -> Tidy:
    said = {claim["id"]: claim for claim in plan.get("claims", ())}
    rows = []
    for finding in results["claims"]:
        claim = said.get(finding["id"], {})
        source = {f"source.{key}": value for key, value in (claim.get("source") or {}).items()}
        words = {key: claim.get(key) for key in ("text", "claimant")}
        needs = "; ".join(finding.get("needs", ())) or None
        rows.append({**finding, **words, **source, "verbatim": claim.get("verbatim", False), "needs": needs})
    return _table("claims", _CLAIM, rows)


def _entries(results: Document, part: str) -> Iterator[dict[str, Any]]:
    for name, audit in results["audits"].items():
        for entry in audit[part]:
            yield {"audit": name, "kind": audit["kind"], **entry}


def _spread(name: str, results: Document, part: str, keys: Sequence[str], columns: tuple[Column, ...]) -> Tidy:
    """A table in which every column of a group, and every setting, has a column of its own."""
    says = {"group": "Label of the group", "reference": "Label of the reference", "at": "Setting of the measure"}
    entries = list(_entries(results, part))
    spread = [
        Column(f"{key}.{column}", "text", f"{says[key]}: {column}")
        for key in keys
        for column in dict.fromkeys(column for entry in entries for column in entry.get(key) or ())
    ]
    flat = [
        entry | {f"{key}.{column}": _text(value) for key in keys for column, value in (entry.get(key) or {}).items()}
        for entry in entries
    ]
    return _table(name, (*_SHARED, *spread, *columns), flat)


def _text(value: object) -> str:
    return "(missing)" if value is None else str(value)


def _table(name: str, columns: tuple[Column, ...], entries: Iterable[Mapping[str, Any]]) -> Tidy:
    return Tidy(name, columns, tuple(tuple(entry.get(column.name) for column in columns) for entry in entries))
