"""The charts of a run's report as files: SVG, PNG, and the numbers that each was drawn from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from counterproof.errors import OutputError
from counterproof.report.safe import slug

__all__ = ["as_figures"]

_WIDE = ".wide"
_SCALE = 2.0
_LOOK = {"background": "#ffffff", "padding": 12, "font": "Liberation Sans, Arial, Helvetica, sans-serif"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_figures(charts: Mapping[str, Any]) -> dict[str, bytes]:
    """Files by name, three a chart, from the document of ``charts.json``: those for wide pages, on white."""
    found: dict[str, bytes] = {}
    for key, spec in charts.items():
        if key.endswith(_WIDE):
            name = slug(key.removesuffix(_WIDE))
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
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(column)) for column in columns] for row in rows])
    return stream.getvalue().encode()


def _cell(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
