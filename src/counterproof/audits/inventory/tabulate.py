"""The entries of an inventory as counts: by stage and impact, by answer, and products whose entries disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.inventory import states
from counterproof.counts import Cells, RowSum
from counterproof.errors import InputError, nearest
from counterproof.reductions.inventory import ANSWERS

__all__ = ["COMPARED", "ENTRIES", "PRODUCTS", "tabulate"]

ENTRIES, PRODUCTS = "entries", "products"
COMPARED = ("stage", "impact", "personal_data", "authorization", *ANSWERS)
"""What two entries about one product should agree on."""

MOST_ENTRIES = 6
"""A name that more entries share is the name of a class of uses, not of a product."""

_READ = {"stage": states.stage, "impact": states.impact, "withheld": states.withheld}
Mask = NDArray[np.bool_]


def tabulate(cells: Cells, agencies: Sequence[str], bureaus: Sequence[str], split: str) -> list[RowSum]:
    """Rows of both tables. InputError for an agency or bureau that no entry has, with the nearest one named."""
    chosen = _chosen(cells, "agency", agencies) & _chosen(cells, "bureau", bureaus)
    read = {name: _states(cells, name) for name in ("stage", "impact", "withheld", *COMPARED)}
    groups: list[tuple[dict[str, str | None], Mask]] = [({}, chosen)]
    column = cells.column(split)
    for label in cells.values(split):
        mask = chosen & np.array([value == label for value in column], dtype=bool)
        if mask.any():
            groups.append(({split: label}, mask))
    found = {name: sorted({states.MISSING, *read[name][chosen]}) for name in read}
    rows = [RowSum(ENTRIES, group, {}, dict(_counts(mask, read, found))) for group, mask in groups]
    return [*rows, *_products(cells, chosen, read)]


def _chosen(cells: Cells, name: str, wanted: Sequence[str]) -> Mask:
    """Entries with one of these labels, in any case, by the label or by the short name before its colon."""
    if not wanted:
        return np.ones(len(cells.keys), dtype=bool)
    column = cells.column(name)
    known = {short.lower(): label for label in cells.values(name) if label for short in (label, label.split(":")[0])}
    for one in wanted:
        if one.lower() not in known:
            hint = nearest(one, [str(label) for label in cells.values(name) if label])
            raise InputError(f"no entry is of this {name}", where=name, hint=hint or "write it as the records do")
    labels = {known[one.lower()] for one in wanted}
    return np.array([value in labels for value in column], dtype=bool)


def _states(cells: Cells, name: str) -> NDArray[np.object_]:
    read = _READ.get(name, states.answer)
    known = {value: read(value) for value in cells.values(name)}
    return np.array([known[value] for value in cells.column(name)], dtype=object)


def _counts(
    mask: Mask, read: Mapping[str, NDArray[np.object_]], found: Mapping[str, list[str]]
) -> Iterator[tuple[str, Mask]]:
    """Entries; by stage, impact and withheld; and for deployed high-impact entries every state of every answer."""
    yield "entries", mask
    for name in ("stage", "impact", "withheld"):
        for state in found[name]:
            yield f"{name}.{state}", mask & (read[name] == state)
    high = mask & (read["stage"] == "deployed") & (read["impact"] == states.HIGH)
    yield "deployed_high_impact", high
    for name in ANSWERS:
        for state in found[name]:
            yield f"{name}.{state}", high & (read[name] == state)


def _products(cells: Cells, chosen: Mask, read: Mapping[str, NDArray[np.object_]]) -> Iterator[RowSum]:
    """One row a product with several entries of one agency: in how many answers its entries disagree.

    The counts are entries by state, so that a reader sees who says what.
    """
    agencies, names = cells.column("agency"), cells.column("use_case")
    places: dict[tuple[str | None, str], list[int]] = {}
    for place in np.flatnonzero(chosen):
        if key := _key(names[place]):
            places.setdefault((agencies[place], key), []).append(int(place))
    for (agency, _), found in sorted(places.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        if not 2 <= sum(int(cells.n[place]) for place in found) <= MOST_ENTRIES:
            continue
        mask = np.zeros(len(cells.keys), dtype=bool)
        mask[found] = True
        counts = {"entries": mask}
        for name in COMPARED:
            for state in sorted(set(read[name][mask])):
                counts[f"{name}.{state}"] = mask & (read[name] == state)
        yield RowSum(PRODUCTS, {"agency": agency, "product": str(names[found[0]])}, {}, counts)


def _key(name: str | None) -> str:
    """A product's name without case, punctuation and what stands in brackets."""
    return re.sub(r"[^a-z0-9]+", "", re.sub(r"\([^)]*\)", "", (name or "").lower()))
