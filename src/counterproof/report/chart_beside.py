"""The chart of several measures side by side: a bar a measure, the groups one under the other."""

from __future__ import annotations

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
from counterproof.report.safe import shorten
from counterproof.report.shapes import Beside
from counterproof.report.words import REASON

__all__ = ["MOST_GROUPS", "beside_spec"]

MOST_GROUPS = 24
_COLOURS = (INK, ACCENT, SECOND, SOFT)
_LINE, _BAR, _GAP = 16, 17, 10


def beside_spec(one: Beside, width: Width) -> Spec:
    """Every measure of a group as a bar from zero, its name before it and its number after it."""
    longest = max(map(len, one.labels))
    plot, before, letters = (430, 7 * longest + 16, 70) if width == "wide" else (130, 112, 34)
    estimates = [e for _, row in one.rows[:MOST_GROUPS] for e in row if e is not None]
    steps = scale_of(estimates, one.unit, 4 if width == "wide" else 2)
    values, height = _laid_out(one, letters)
    x = field("value", steps, one.unit, flush=False)
    zero = {"datum": 0.0}
    narrow = width == "narrow"

    def text(name: str, place: Spec, align: str, **style: object) -> Spec:
        mark = {"baseline": "middle", "fontSize": TEXT, "limit": 0, "lineHeight": _LINE, "lineBreak": "\n"}
        encoding = {"x": place, "y": pixel("y"), "text": {"field": name, "type": "nominal"}}
        return layer("text", f"isValid(datum.{name})", encoding, align=align, **mark, **style)

    after = {**x, "field": "end"}
    layers = [
        layer(
            "bar", "isValid(datum.value)",
            {"x": x, "x2": zero, "y": pixel("y"), "color": raw("colour")}, height=_BAR - 5,
        ),
        text("group", {"value": -before}, "left", fontWeight="bold", color=INK),
        text("measure", {"value": -8}, "right", color=MUTED),
        text("number", after, "left", dx=5, color=INK),
    ]  # fmt: skip
    if narrow:
        values = [{**entry, "measure": _short(entry.get("measure"))} for entry in values]
    return finished({"width": plot, "height": height, "data": {"values": values}, "layer": layers})


def _short(measure: object) -> str | None:
    """A measure's name without what stands in brackets."""
    return None if measure is None else shorten(str(measure).split(" (")[0], 18)


def _laid_out(one: Beside, letters: int) -> tuple[list[Spec], int]:
    rows: list[Spec] = []
    top = 4
    for name, row in one.rows[:MOST_GROUPS]:
        label = "\n".join(wrap(name, letters))
        lines = label.count("\n") + 1
        rows.append({"group": label, "y": top + _LINE / 2})
        top += _LINE * lines + 4
        for place, estimate in enumerate(row):
            value = None if estimate is None else estimate.value
            said = numbers.value(value, one.unit) if value is not None else _absent(estimate is not None)
            note = f", {estimate.note}" if estimate is not None and estimate.note and value is not None else ""
            bar = {"value": digits(value), "end": digits(max(value or 0.0, 0.0)), "number": said + note}
            colour = _COLOURS[place] if len(row) <= len(_COLOURS) else ACCENT
            rows.append({"measure": one.labels[place], "y": top + _BAR / 2, "colour": colour, **bar})
            top += _BAR
        top += _GAP
    return rows, top


def _absent(asked: bool) -> str:
    return REASON["not_identified"] if asked else "none"
