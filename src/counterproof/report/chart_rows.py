"""The chart of rates by group: a dot and its interval a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
from counterproof.report.numbers import Unit
from counterproof.report.safe import lines as wrap
from counterproof.report.shapes import MOST_SILENT, Panel, Row, has_number
from counterproof.report.tables import counted
from counterproof.report.words import REASON

__all__ = ["MOST_ROWS", "panel_spec"]

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class _Layout:
    """Pixels of a chart of rows: where names, plot and numbers stand. ``stacked``: names above their lines."""

    stacked: bool
    plot: int
    letters: int
    name_x: int
    number_x: int
    beside_x: int
    reason_x: int
    line: int = 16

    def height(self, lines: int, drawn: bool) -> int:
        """Height of a row whose name has so many lines."""
        if self.stacked:
            return self.line * lines + (30 if drawn else 14)
        return max(34, self.line * lines + 14)


_LAYOUT: Mapping[Width, _Layout] = {
    "wide": _Layout(False, 330, 25, name_x=-182, number_x=410, beside_x=544, reason_x=6),
    "narrow": _Layout(True, 308, 27, name_x=0, number_x=308, beside_x=308, reason_x=308),
}


def panel_spec(panel: Panel, width: Width) -> Spec:
    """Rates by group: a dot and its interval a row, the name and the number beside it, the reference marked.

    A bounded rate is a bar between its bounds; what cannot be shown has words in place of a dot. Names are marks of
    our own, because a label that Vega shortens is a label that a reader misses.
    """
    layout = _LAYOUT[width]
    steps = scale_of([row.estimate for row in panel.rows], panel.unit)
    rows, height = _laid_out(_gathered(panel.rows[:MOST_ROWS]), panel.unit, layout, steps[-1])

    def x(name: str) -> Spec:
        return field(name, steps, panel.unit, flush=layout.stacked)

    y, own = pixel("y"), {"color": raw("colour")}
    dot = {"x": x("value"), "y": y, **own, "shape": raw("shape"), "size": raw("size", "quantitative")}
    layers = [
        layer("rule", "datum.reference && isValid(datum.value)", {"x": x("value")}, color=SECOND, strokeDash=[3, 3]),
        layer(
            "rule",
            "isValid(datum.from)",
            {"x": x("from"), "x2": {"field": "until"}, "y": y},
            color=SOFT,
            strokeWidth=11,
        ),
        layer("rule", "isValid(datum.low)", {"x": x("low"), "x2": {"field": "high"}, "y": y, **own}, strokeWidth=2.5),
        layer("point", "isValid(datum.value)", dot, filled=True, opacity=1),
        _text("label", "text_y", layout.name_x, "left", layout, color=INK),
        _text("number", "line_y", layout.number_x, "right", layout, color=INK, fontWeight="bold"),
        _text("beside", "line_y", layout.beside_x, "right", layout, color=MUTED),
        _text("reason", "line_y", layout.reason_x, "right" if layout.stacked else "left", layout, color=MUTED),
    ]
    return finished({"width": layout.plot, "height": height, "data": {"values": rows}, "layer": layers})


def _text(name: str, y: str, x: int, align: str, layout: _Layout, **style: Any) -> Spec:
    mark = {
        "lineBreak": "\n",
        "baseline": "middle",
        "fontSize": TEXT,
        "limit": 0,
        "lineHeight": layout.line,
        "align": align,
    }
    encoding = {"x": {"value": x}, "y": pixel(y), "text": {"field": name, "type": "nominal"}}
    return layer("text", f"datum.{name} != ''", encoding, **mark, **style)


def _gathered(rows: Sequence[Row]) -> list[Row]:
    """Up to three groups without a number keep their row; more share one, and the table names them."""
    silent = [row for row in rows if not has_number(row.estimate)]
    for status in ("suppressed", "undefined", "not_identified"):
        same = [row for row in silent if row.estimate.status == status]
        if len(same) > MOST_SILENT:
            one = replace(same[0], name=f"{len(same)} more groups", reference=False)
            rows = [*(row for row in rows if row.estimate.status != status), one]
    return list(rows)


def _laid_out(rows: Sequence[Row], unit: Unit, layout: _Layout, edge: float) -> tuple[list[Spec], int]:
    made, top = [], 4
    for row in rows:
        entry = _entry(row, unit, layout, edge)
        lines = str(entry["label"]).count("\n") + 1
        height = layout.height(lines, drawn=not entry["reason"])
        middle = top + 9 if layout.stacked else top + height / 2
        entry |= {
            "text_y": middle - (0 if layout.stacked else layout.line * (lines - 1) / 2),
            "line_y": middle,
            "y": middle + layout.line * lines + 2 if layout.stacked else middle,
        }
        made.append(entry)
        top += height
    return made, top


def _from(bounds: str) -> str:
    return bounds if bounds.startswith(("at ", "any ")) else f"from {bounds}"


def _entry(row: Row, unit: Unit, layout: _Layout, edge: float) -> Spec:
    """One row as plain values: what is absent has no dot but its reason; an unbounded interval runs to the edge."""
    e = row.estimate
    bounds = numbers.span(e.identified_low, e.identified_high, unit) if e.status == "bounded" else ""
    ends = e.low is not None or e.high is not None
    low = digits(e.low if e.low is not None else 0.0) if ends else None
    high = digits(e.high if e.high is not None else edge) if ends else None
    number = numbers.value(e.value, unit) if e.value is not None else bounds if layout.stacked else ""
    # beside a chart there is little room; tables say it in full
    number = number.replace("more than 99.999999", ">99.99").replace("less than 0.00000001", "<0.0001")
    return {
        "label": "\n".join(wrap(row.name + (" (reference)" if row.reference else ""), layout.letters)),
        "number": number,
        "beside": "" if layout.stacked else _from(bounds) if bounds else counted(e),
        "reason": "" if number or bounds else REASON.get(e.status, ""),
        "value": digits(e.value),
        "low": low,
        "high": high,
        "from": digits(e.identified_low),
        "until": digits(e.identified_high),
        "reference": row.reference,
        "colour": SECOND if row.reference else (INK if not e.group else ACCENT),
        "shape": "diamond" if row.reference else ("square" if not e.group else "circle"),
        "size": 130 if row.reference else 95,
    }
