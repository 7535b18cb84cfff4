"""The charts of a run's report as files: SVG, PNG, and the numbers that each was drawn from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from counterproof.errors import OutputError
from counterproof.exports.delimited import csv_of
from counterproof.report.safe import slug

__all__ = ["as_figures"]

_WIDE = ".wide"
_SCALE = 2.0
_LOOK = {"background": "#ffffff", "padding": 12, "font": "Liberation Sans, Arial, Helvetica, sans-serif"}


def as_figures(charts: Mapping[str, Any]) -> dict[str, bytes]:
    """Files by name, three a chart, from the document of ``charts.json``: those for wide pages, on white."""
    found: dict[str, bytes] = {}
    for key, spec in charts.items():
        if key.endswith(_WIDE):
            name = _name(key.removesuffix(_WIDE), {file.casefold() for file in found})
            drawn = {**spec, "config": {**spec.get("config", {}), **_LOOK}}
            found |= {f"{name}.svg": _svg(drawn), f"{name}.png": _png(drawn), f"{name}.csv": _data(spec)}
    return found


def _svg(spec: Mapping[str, Any]) -> bytes:
    import vl_convert

    try:
        return str(vl_convert.vegalite_to_svg(dict(spec))).encode()
    except ValueError as error:
        raise OutputError("a chart could not be drawn", where="charts.json") from error


def _png(spec: Mapping[str, Any]) -> bytes:
    import vl_convert

    try:
        return bytes(vl_convert.vegalite_to_png(dict(spec), scale=_SCALE))
    except ValueError as error:
        raise OutputError("a chart could not be drawn", where="charts.json") from error


def _data(spec: Mapping[str, Any]) -> bytes:
    """The values of a chart as CSV; what says only where on the page something stands is among them."""
    rows = spec.get("data", {}).get("values", [])
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return csv_of(columns, [[row.get(column) for column in columns] for row in rows])


def _name(key: str, taken: Collection[str]) -> str:
    """A file's name for a chart; a number tells those apart whose letters a file's name cannot."""
    name, number = slug(key), 1
    while f"{name}.svg".casefold() in taken:
        number += 1
        name = f"{slug(key)}-{number}"
    return name
