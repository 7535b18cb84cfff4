"""Layouts of published totals: data files of the package, and a user's own file in the same form."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from counterproof.reductions.totals import (
    BlockTotal,
    Columns,
    EnforcementLayout,
    FacilityTable,
    SeriesLayout,
    TotalsLayouts,
    WorkbookLayout,
)

__all__ = ["SECTIONS", "layouts", "shipped"]

SECTIONS = ("workbook", "table", "events")


@cache
def shipped() -> dict[str, Any]:
    """The data files of the package as plain values, in one mapping."""
    folder = files(__package__) / "data"
    read = [tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in ("layouts", "enforcement")]
    return {section: [entry for one in read for entry in one.get(section, [])] for section in SECTIONS}


def layouts(own: Mapping[str, Any] | None = None) -> TotalsLayouts:
    """Every layout, those of the user's own file first."""
    known = {section: [*(own or {}).get(section, []), *shipped()[section]] for section in SECTIONS}
    return TotalsLayouts(
        tuple(_workbook(one) for one in known["workbook"]),
        tuple(_series(one) for one in known["table"]),
        tuple(
            EnforcementLayout(
                one["table"], tuple(one.get("releases", ())), one["date"], one["id"], tuple(one["columns"])
            )
            for one in known["events"]
        ),
    )


def _workbook(one: Mapping[str, Any]) -> WorkbookLayout:
    totals = tuple(
        BlockTotal(
            t["measure"], t["title"], t["row"], t["column"], tuple(t.get("parts", ())), tuple(t.get("updated", ()))
        )
        for t in one["total"]
    )
    facilities = one.get("facilities")
    updated = tuple(one.get("detention", {}).get("updated", ()))
    found = None if facilities is None else _facilities(facilities)
    return WorkbookLayout(one["name"], _columns(one["sheets"]), tuple(one["final_words"]), totals, updated, found)


def _facilities(one: Mapping[str, Any]) -> FacilityTable:
    population = tuple((split, tuple(map(tuple, names))) for split, names in one["population"].items())
    return FacilityTable(
        one["dated"], tuple(one["name"]), tuple(map(tuple, one["site"])), tuple(one.get("known", ())), population
    )


def _series(one: Mapping[str, Any]) -> SeriesLayout:
    columns = {name: one[name] for name in ("fiscal_year", "month", "count")}
    known = tuple(one.get("known", ()))
    return SeriesLayout(one["name"], one["measure"], _columns(columns), _columns(one.get("series", {})), known)


def _columns(values: Mapping[str, Any]) -> Columns:
    return tuple((name, tuple(spelled)) for name, spelled in values.items())
