"""The chart of several measures side by side: a bar a measure, the groups one under the other."""

from __future__ import annotations

from collections.abc import Sequence

from counterproof.findings import Estimate
from counterproof.report import numbers
from counterproof.report.chart_kit import (
    ACCENT,
    INK,
    MUTED,
    SECOND,
    SOFT,
    TEXT,
    Spec,
    Width,
    digits,
    field,
    finished,
    layer,
    pixel,
    raw,
    scale_of,
)  # fmt: skip
from counterproof.report.safe import lines as wrap
from counterproof.report.shapes import Beside, has_number
from counterproof.report.tables import counted
from counterproof.report.words import REASON

__all__ = ["MOST_GROUPS", "beside_spec"]

MOST_GROUPS = 24
_COLOURS = (INK, ACCENT, SECOND, SOFT)
_LINE, _BAR, _GAP = 16, 17, 10


def beside_spec(one: Beside, width: Width) -> Spec:
    """Every measure of a group as a bar from zero, with its name and number beside it, or above it where narrow.

    Groups without any number are left to the table.
    """
    narrow = width == "narrow"
    before = 0 if narrow else 7 * max(map(len, one.labels)) + 16
    groups = [(name, row) for name, row in one.rows if any(e is not None and has_number(e) for e in row)][:MOST_GROUPS]
    steps = scale_of([e for _, row in groups for e in row if e is not None], one.unit, 2 if narrow else 4)
    values, height = _laid_out(one, groups, narrow=narrow)
    x = field("value", steps, one.unit, flush=narrow)
    bars = {"x": x, "x2": {"datum": 0.0}, "y": pixel("y"), "color": raw("colour")}
    layers = [
        layer("bar", "isValid(datum.value)", bars, height=_BAR - 5),
        _text("group", {"value": -before}, "left", fontWeight="bold", color=INK),
        _text("measure", {"value": 0 if narrow else -8}, "left" if narrow else "right", color=MUTED),
        _text("number", {**x, "field": "end"}, "left", dx=5, color=INK),
    ]
    plot = 310 if narrow else 430
    return finished({"width": plot, "height": height, "data": {"values": values}, "layer": layers})


def _text(name: str, place: Spec, align: str, **style: object) -> Spec:
    mark = {"baseline": "middle", "fontSize": TEXT, "limit": 0, "lineHeight": _LINE, "lineBreak": "\n"}
    encoding = {"x": place, "y": pixel("text_y"), "text": {"field": name, "type": "nominal"}}
    return layer("text", f"isValid(datum.{name})", encoding, align=align, **mark, **style)


def _laid_out(
    one: Beside, groups: Sequence[tuple[str, Sequence[Estimate | None]]], *, narrow: bool
) -> tuple[list[Spec], int]:
    rows: list[Spec] = []
    top = 4
    for name, row in groups:
        label = "\n".join(wrap(name, 40 if narrow else 70))
        rows.append({"group": label, "text_y": top + _LINE / 2})
        top += _LINE * (label.count("\n") + 1) + 4
        for place, estimate in enumerate(row):
            rows.append(_bar(one, place, estimate, len(row), top, narrow=narrow))
            top += _BAR + (_LINE if narrow else 0)
        top += _GAP
    return rows, top


def _bar(one: Beside, place: int, estimate: Estimate | None, many: int, top: int, *, narrow: bool) -> Spec:
    value = None if estimate is None else estimate.value
    said = _said(one, estimate)
    label = one.labels[place]
    return {
        "measure": f"{label}: {said}" if narrow else label,
        "number": None if narrow else said,
        "value": digits(value),
        "end": digits(max(value or 0.0, 0.0)),
        "colour": _COLOURS[place] if many <= len(_COLOURS) else ACCENT,
        "text_y": top + _BAR / 2,
        "y": top + _BAR / 2 + (_LINE - 2 if narrow else 0),
    }


def _said(one: Beside, estimate: Estimate | None) -> str:
    """The number and what qualifies it, or why there is none."""
    if estimate is None:
        return "none"
    if estimate.value is None:
        return estimate.note or REASON.get(estimate.status, "")
    counts = counted(estimate)
    note = counts or estimate.note
    return numbers.value(estimate.value, one.unit) + (f", {note}" if note else "")
