"""Charts as Vega-Lite specs: rates with intervals by group, and small multiples along an axis.

Every chart is drawn for two widths; the style sheet shows the one that fits. Shapes and dashes carry what colour
carries, so the charts survive black-and-white print. Axis labels are marks of our own, because a label that Vega
shortens is a label that a reader misses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from counterproof.exhibit import Exhibit
from counterproof.findings import Estimate
from counterproof.report import numbers
from counterproof.report.numbers import Unit
from counterproof.report.safe import lines as wrap
from counterproof.report.shapes import Panel, Row, Series, panels, series
from counterproof.report.tables import counted
from counterproof.report.words import REASON, STATUS

__all__ = ["MOST_CHARTS", "MOST_PANELS", "MOST_ROWS", "WIDTHS", "Width", "panel_spec", "series_spec", "specs", "ticks"]

Spec = dict[str, Any]
Width = Literal["wide", "narrow"]
WIDTHS: tuple[Width, ...] = ("wide", "narrow")
MOST_CHARTS = 12
MOST_ROWS = 40
MOST_PANELS = 12

# The style sheet knows these colours and replaces them in dark mode.
INK, MUTED, GRID, ACCENT, SOFT, SECOND = "#1c1b1a", "#5c5a57", "#dcd9d2", "#0b5a8a", "#c4d9e6", "#9c4a12"
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
TEXT = 13
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class _Layout:
    """Pixels of a chart of rows: where names, plot and numbers stand. ``stacked``: names above their lines."""

    stacked: bool
    plot: int
    letters: int
    name_x: int
    number_x: int
    beside_x: int
    line: int = 16

    def height(self, lines: int, drawn: bool) -> int:
        """Height of a row whose name has so many lines."""
        if self.stacked:
            return self.line * lines + (30 if drawn else 14)
        return max(34, self.line * lines + 14)


_LAYOUT: Mapping[Width, _Layout] = {
    "wide": _Layout(False, 330, 25, name_x=-182, number_x=410, beside_x=544),
    "narrow": _Layout(True, 308, 27, name_x=0, number_x=308, beside_x=308),
}


def specs(exhibit: Exhibit) -> Mapping[str, dict[str, Any]]:
    """Every chart of the report as a Vega-Lite spec: ``<audit>-<measure>-<split>.<wide|narrow>`` -> spec."""
    made: dict[str, dict[str, Any]] = {}
    for audit in exhibit.results.audits:
        for panel in [p for p in panels(exhibit, audit) if p.main][:MOST_CHARTS]:
            made |= {f"{panel.key}.{width}": panel_spec(panel, width) for width in WIDTHS}
        for one in series(exhibit, audit)[:MOST_CHARTS]:
            made |= {f"{one.key}.{width}": series_spec(one, width) for width in WIDTHS}
    return made


def ticks(top: float, most: int = 5) -> list[float]:
    """Round steps from 0 that reach at least ``top``: 1, 2 or 5 times a power of ten apart."""
    if top <= 0:
        return [0.0, 1.0]
    power = 10.0**-12
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * most >= top * 0.999999:
                many = next(k for k in range(1, most + 1) if step * k >= top * 0.999999)
                return [float(f"{step * k:.6g}") for k in range(many + 1)]
        power *= 10


def _top(estimates: Sequence[Estimate], unit: Unit) -> float:
    ends = [x for e in estimates for x in (e.value, e.high, e.identified_high) if x is not None]
    top = max(ends, default=1.0)
    return min(top, 1.0) if unit == "rate" else top


def panel_spec(panel: Panel, width: Width) -> dict[str, Any]:
    """Rates by group: a dot and its interval a row, the name and the number beside it, the reference marked.

    A bounded rate is a bar between its bounds; what cannot be shown has words in place of a dot.
    """
    layout = _LAYOUT[width]
    rows, height = _laid_out(panel.rows[:MOST_ROWS], panel.unit, layout)
    steps = ticks(_top([row.estimate for row in panel.rows], panel.unit))
    y, line = _pixel("y"), _pixel("line_y")

    def x(name: str) -> Spec:
        axis = {"values": steps, "labelExpr": _tick_words(steps, panel.unit), "title": None}
        return {"field": name, "type": "quantitative", "scale": {"domain": [0, steps[-1]], "nice": False}, "axis": axis}

    layers = [
        _layer("rule", "datum.reference && isValid(datum.value)", {"x": x("value")}, color=SECOND, strokeDash=[3, 3]),
        _layer("rule", "isValid(datum.from)", {"x": x("from"), "x2": {"field": "until"}, "y": y}, color=SOFT, strokeWidth=11),
        _layer(
            "rule", "isValid(datum.low) && isValid(datum.high)",
            {"x": x("low"), "x2": {"field": "high"}, "y": y, "color": _own("colour")}, strokeWidth=2.5,
        ),
        _layer(
            "point", "isValid(datum.value)",
            {"x": x("value"), "y": y, "color": _own("colour"), "shape": _own("shape"), "size": _own_size()}, filled=True, opacity=1,
        ),
        _text("label", _pixel("text_y"), layout.name_x, "left", layout, color=INK),
        _text("number", line, layout.number_x, "right", layout, color=INK, fontWeight="bold"),
        _text("beside", line, layout.beside_x, "right", layout, color=MUTED),
        _text("reason", line, layout.plot if layout.stacked else 6, "right" if layout.stacked else "left", layout, color=MUTED),
    ]  # fmt: skip
    return _finished({"width": layout.plot, "height": height, "data": {"values": rows}, "layer": layers})


def _layer(mark: str, keep: str, encoding: Spec, **style: Any) -> Spec:
    return {"transform": [{"filter": keep}], "mark": {"type": mark, **style}, "encoding": encoding}


def _own(name: str) -> Spec:
    """A field that holds the colour or shape itself."""
    return {"field": name, "type": "nominal", "scale": None}


def _own_size() -> Spec:
    return {"field": "size", "type": "quantitative", "scale": None}


def _pixel(name: str) -> Spec:
    """A field that holds a height in pixels."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _text(name: str, y: Spec, x: int, align: str, layout: _Layout, **style: Any) -> Spec:
    mark = {
        "lineBreak": "\n",
        "baseline": "middle",
        "fontSize": TEXT,
        "limit": 0,
        "lineHeight": layout.line,
        "align": align,
    }
    encoding = {"x": {"value": x}, "y": y, "text": {"field": name, "type": "nominal"}}
    return _layer("text", f"datum.{name} != ''", encoding, **mark, **style)


def _laid_out(rows: Sequence[Row], unit: Unit, layout: _Layout) -> tuple[list[Spec], int]:
    made, top = [], 4
    for row in rows:
        entry = _entry(row, unit, layout)
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


def _entry(row: Row, unit: Unit, layout: _Layout) -> Spec:
    """One row as plain values: what is absent has no dot but its reason."""
    e = row.estimate
    number = numbers.span(e.identified_low, e.identified_high, unit) if e.status == "bounded" else ""
    if e.value is not None:
        number = numbers.value(e.value, unit)
    return {
        "label": "\n".join(wrap(row.name + (" (reference)" if row.reference else ""), layout.letters)),
        "number": number,
        "beside": "" if layout.stacked else STATUS[e.status] if e.status == "bounded" else counted(e),
        "reason": "" if number else REASON.get(e.status, ""),
        "value": _digits(e.value),
        "low": _digits(e.low),
        "high": _digits(e.high),
        "from": _digits(e.identified_low),
        "until": _digits(e.identified_high),
        "reference": row.reference,
        "colour": SECOND if row.reference else (INK if not e.group else ACCENT),
        "shape": "diamond" if row.reference else ("square" if not e.group else "circle"),
        "size": 130 if row.reference else 95,
    }


def _digits(x: float | None) -> float | None:
    return None if x is None else float(f"{x:.6g}")


def _tick_words(steps: Sequence[float], unit: Unit) -> str:
    """A Vega expression that writes each tick, the unit at the last one only."""
    texts = [f"{100 * step:g}" if unit == "rate" else numbers.number(step) for step in steps]
    if unit == "rate":
        texts[-1] += "\u00a0%"
    pairs = [
        f"abs(datum.value - {step!r}) < {steps[1] / 10!r} ? '{text}'" for step, text in zip(steps, texts, strict=True)
    ]
    return " : ".join([*pairs, "''"])


def series_spec(one: Series, width: Width) -> dict[str, Any]:
    """Small multiples along an axis, a panel a group, on one scale; the reference is the dashed line in each."""
    across, plot, height = (3, 196, 116) if width == "wide" else (2, 116, 96)
    steps = ticks(_top([p for line in one.lines for p in line.points], one.unit), 4)
    axis = {"values": steps, "labelExpr": _tick_words(steps, one.unit), "title": None}
    y = {"field": "value", "type": "quantitative", "scale": {"domain": [0, steps[-1]], "nice": False}, "axis": axis}
    own, reference = "datum.who == 'own'", "datum.who == 'reference'"
    x = _along(one)
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    layers = [
        _layer("rule", own, ends, color=SOFT, strokeWidth=5),
        _layer("line", reference, {"x": x, "y": y}, color=SECOND, strokeDash=[4, 3], strokeWidth=1.5),
        _layer("line", own, {"x": x, "y": y}, color=ACCENT, strokeWidth=2),
        _layer("point", own, {"x": x, "y": y}, color=ACCENT, filled=True, opacity=1, size=24),
        _layer("text", "datum.who == 'nothing'", {"x": {"value": plot}, "y": {"value": 8}, "text": {"value": "withheld"}}, color=MUTED, fontSize=12, align="right"),
    ]
    if one.marked is not None and not one.binned:
        layers.insert(0, _layer("rule", "datum.who == 'marked'", {"x": x}, color=MUTED, strokeWidth=1))
    names = ["\n".join(wrap(line.name, 24 if width == "wide" else 17)) for line in one.lines]
    header = {
        "title": None, "labelExpr": "split(datum.label, '\\n')", "labelAnchor": "start", "labelFontSize": TEXT,
        "labelColor": INK, "labelFontWeight": "bold", "labelPadding": 4, "labelLimit": 0,
    }  # fmt: skip
    return _finished(
        {
            "data": {"values": list(_points(one, names))},
            "facet": {"field": "panel", "type": "nominal", "sort": names[:MOST_PANELS], "header": header},
            "columns": across,
            "spacing": {"row": 14, "column": 18},
            "resolve": {"axis": {"x": "independent"}},
            "spec": {"width": plot, "height": height, "layer": layers},
        }
    )


def _along(one: Series) -> Spec:
    if one.binned:
        axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 4, "ticks": False, "title": None}
        return {"field": "at", "type": "ordinal", "sort": None, "axis": axis}
    axis = {"tickCount": 4, "grid": False, "title": None}
    return {"field": "at", "type": "quantitative", "scale": {"zero": False, "nice": False}, "axis": axis}


def _points(one: Series, names: Sequence[str]) -> Iterator[Spec]:
    reference = next((line for line in one.lines if line.reference), None)
    for line, panel in zip(one.lines[:MOST_PANELS], names, strict=False):
        beside = () if reference is None or line.reference else reference.points
        for who, points in (("reference", beside), ("own", line.points)):
            for e in points:
                ends = {"value": _digits(e.value), "low": _digits(e.low), "high": _digits(e.high)}
                yield {"panel": panel, "who": who, "at": _place(e, one), **ends}
        if one.marked is not None and not one.binned:
            yield {"panel": panel, "who": "marked", "at": one.marked}
        if all(e.value is None for e in line.points):
            yield {"panel": panel, "who": "nothing", "at": _place(one.lines[0].points[0], one)}


def _place(e: Estimate, one: Series) -> str | float:
    if not one.binned:
        return float(e.at[one.axis] or 0)
    low, high = str(e.at["from"]), str(e.at["to"])
    return low if low == high else f"{low}–{high}"


def _finished(spec: Spec) -> dict[str, Any]:
    axis = {
        "labelColor": MUTED,
        "labelFontSize": 12,
        "gridColor": GRID,
        "domain": False,
        "tickColor": GRID,
        "labelLimit": 0,
    }
    config = {"font": FONT, "aria": False, "background": None, "padding": 2, "view": {"stroke": None}, "axis": axis}
    return {"$schema": SCHEMA, **spec, "config": config}
