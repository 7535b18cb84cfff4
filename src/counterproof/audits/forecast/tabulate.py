"""The counted scores as tables, a row a cell: forecasts are of totals and not of people, so nothing is withheld."""

from __future__ import annotations

from collections.abc import Iterator

from counterproof.audits.forecast.options import ForecastOptions
from counterproof.counts import At, Cells, RowSum, Scalar
from counterproof.reductions.forecasts import DIMENSIONS

__all__ = ["rows"]

_EXTRA = {
    "scores": (),
    "pairs": (),
    "places": ("n_squares", "origins"),
}


def rows(options: ForecastOptions, cells: Cells) -> Iterator[RowSum]:
    """One row a cell, with the numbers that are not 0."""
    names = list(cells.sums)
    for place, key in enumerate(cells.keys):
        values = dict(zip(DIMENSIONS, key, strict=True))
        table = str(values.pop("table"))
        numbers = {name: int(cells.sums[name][place]) for name in names}
        found = {name: number for name, number in numbers.items() if number}
        if (n := int(cells.n[place])) or table in ("quality", "models", "histogram"):
            found["n"] = n
        yield RowSum(table, _group(options, values), _at(values), {}, sums=found)


def _group(options: ForecastOptions, values: dict[str, str | None]) -> dict[str, str | None]:
    group: dict[str, str | None] = {}
    if values["model"] is not None:
        group[options.by] = values["model"]
    if values["place"] is not None and options.place is not None:
        group[options.place] = values["place"]
    return group


def _at(values: dict[str, str | None]) -> At:
    at: dict[str, Scalar] = {}
    if values["other"] is not None:
        at["against"] = values["other"]
    if values["horizon"] is not None:
        at["horizon"] = int(values["horizon"])
    if values["origin"] is not None:
        at["origin"] = values["origin"]
    if values["item"] is not None:
        at["item"] = values["item"]
    return at
