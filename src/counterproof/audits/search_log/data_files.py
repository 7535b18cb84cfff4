"""Layouts, words and rules: data files of the package, and a user's own files in the same form."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from counterproof.reductions.search_log import Beside, LogLayout, LogLayouts, LogLexicon, Term

__all__ = ["layouts", "lexicon", "merged", "shipped", "state_of"]


@cache
def shipped(name: str) -> dict[str, Any]:
    """A data file of the package as plain values: ``layouts``, ``lexicon`` or ``rules``."""
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def merged(ours: Any, theirs: Any) -> Any:
    """A user's values added to ours: theirs first in lists, and in the place of single values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {key: merged(ours.get(key), theirs.get(key)) for key in {**ours, **theirs}}
    if isinstance(ours, list) and isinstance(theirs, list):
        return [*theirs, *(entry for entry in ours if entry not in theirs)]
    return ours if theirs is None else theirs


def layouts(values: dict[str, Any]) -> LogLayouts:
    """The layouts of plain values in the form of ``data/layouts.toml``."""
    return LogLayouts(
        headers=tuple((column, tuple(spelled)) for column, spelled in values["fields"].items()),
        layouts=tuple(
            LogLayout(one["name"], tuple(one["columns"]), tuple(one.get("optional", ()))) for one in values["layout"]
        ),
        beside=(
            _beside("snapshots", values["snapshots"], ("agency", "day", "searches")),
            _beside("sharing", values["sharing"], ("agency", "inbound", "outbound")),
        ),
        seconds=tuple(values["times"]["second"]),
        days=tuple(values["times"]["day"]),
    )


def _beside(name: str, values: dict[str, Any], required: tuple[str, ...]) -> Beside:
    columns = tuple((column, tuple(spelled)) for column, spelled in values.items() if isinstance(spelled, list))
    return Beside(name, columns, required)


def lexicon(values: dict[str, Any]) -> LogLexicon:
    """The words of plain values in the form of ``data/lexicon.toml``."""
    cells, vague, statutes = values["states"], values["vague"], values["statutes"]
    return LogLexicon(
        masked=tuple(cells["masked_agency"]),
        signs=tuple(cells["signs"]),
        exemptions=tuple(cells["exemptions"]),
        partial=tuple(cells["partial"]),
        placeholder=tuple(cells["placeholder"]),
        vague=tuple(vague["words"]),
        vague_at_most=vague["at_most"],
        not_vague=tuple(vague["not_vague"]),
        case_number=values["case_number"]["pattern"],
        offences=tuple(values["offences"]["terms"]),
        statutes=tuple(statutes["codes"].items()),
        laws=tuple(statutes["laws"]),
        immigration=tuple(_term(one["term"], one) for one in values["immigration"]),
        false_friends=tuple(values["false_friends"]["words"]),
        barred=tuple(_term(name, one) for name, one in values["barred"].items()),
        personal=tuple(values["personal"]["patterns"]),
        federal=tuple(values["federal"]["words"]),
        states=tuple(values["home"]["states"].items()),
        after_state=tuple(values["home"]["after"]),
    )


def _term(name: str, values: dict[str, Any]) -> Term:
    return Term(name, *(tuple(values.get(key, ())) for key in ("words", "starts", "written")))


def state_of(agency: str | None) -> str | None:
    """Two letters of the state that a name says, by the rule of ``[home]`` in the lexicon."""
    if agency is None:
        return None
    home = shipped("lexicon")["home"]
    text = agency.upper().replace("-", " ") if re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", agency) else agency
    codes = re.findall(r"(?<![A-Za-z])([A-Z]{2})(?![A-Za-z])", text)
    known = [code for code in codes if code in home["states"]]
    if known:
        return str(known[-1])
    words = " " + " ".join(re.findall("[0-9a-zà-öø-ÿ]+", text.lower())) + " "
    after = "|".join(home["after"])
    for code, name in sorted(home["states"].items(), key=lambda pair: -len(pair[1])):
        if re.search(f" {name} (({after}) |$)", words):
            return str(code)
    return None
