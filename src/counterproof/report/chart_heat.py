"""The chart of one rate by two columns with many rows: a row a system, a column a group, darker where it is higher."""

from __future__ import annotations

import math

from counterproof.report import numbers
from counterproof.report.chart_kit import ACCENT, INK, MUTED, Spec, Width, finished, layer, pixel
from counterproof.report.safe import shorten
from counterproof.report.shapes import Panel
from counterproof.report.words import REASON

__all__ = ["heat_spec", "is_dense"]

MOST_DOTS = 40
"""More rows than this, by two columns, are a heat map instead of dots with intervals."""
MOST_ROWS, MOST_COLUMNS = 150, 12
LINE, HEAD = 17, 22
LIGHTEST, DARKEST = 0.05, 0.6


def is_dense(panel: Panel) -> bool:
    """Whether a panel is drawn as a heat map."""
    return len(panel.split) == 2 and len([row for row in panel.rows if row.estimate.group]) > MOST_DOTS


def heat_spec(panel: Panel, width: Width) -> Spec:
    """Cells on a scale of powers: each step in shade is a like factor. Numbers stand in the cells."""
    names, plot = (190, 560) if width == "wide" else (92, 228)
    keys = [tuple(row.estimate.group.values()) for row in panel.rows if row.estimate.group]
    across = list(dict.fromkeys(key[1] for key in keys))[:MOST_COLUMNS]
    down = list(dict.fromkeys(key[0] for key in keys))[:MOST_ROWS]
    cell = plot / max(len(across), 1)
    values = [row.estimate.value for row in panel.rows if row.estimate.value]
    letters = 29 if width == "wide" else 14
    marks: list[Spec] = [
        {"what": "head", "x": names + cell * (k + 0.5), "y": HEAD / 2, "text": _cut(label, int(cell / 7))}
        for k, label in enumerate(across)
    ]
    marks += [
        {"what": "name", "x": 0, "y": HEAD + LINE * (k + 0.5), "text": _cut(label, letters)}
        for k, label in enumerate(down)
    ]
    for row in panel.rows:
        key = tuple(row.estimate.group.values())
        if len(key) == 2 and key[0] in down and key[1] in across:
            left, top = names + cell * across.index(key[1]), HEAD + LINE * down.index(key[0])
            value = row.estimate.value
            text = numbers.value(value, panel.unit) if value is not None else REASON.get(row.estimate.status, "–")[:8]
            mark = {"what": "cell", "x": left + cell / 2, "y": top + LINE / 2, "text": text, "left": left + 1}
            mark |= {"right": left + cell - 1, "top": top + 1, "bottom": top + LINE - 1}
            marks.append(mark | {"shade": _shade(value, values)})
    box = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("top"), "y2": {"field": "bottom"}}
    shade = {"fillOpacity": {"field": "shade", "type": "quantitative", "scale": None}}
    return finished(
        {
            "width": names + plot,
            "height": HEAD + LINE * len(down),
            "data": {"values": marks},
            "layer": [
                layer("rect", "datum.what == 'cell'", box | shade, color=ACCENT, strokeWidth=0),
                _text("cell", "center", INK, 12),
                _text("head", "center", MUTED, 12),
                _text("name", "left", INK, 12),
            ],
        }
    )


def _cut(label: str | None, letters: int) -> str:
    """A label that fits; the table has all of it."""
    said = shorten(label or "–")
    return said if len(said) <= letters else said[: letters - 1] + "…"


def _text(what: str, align: str, color: str, size: int) -> Spec:
    encoding = {"x": pixel("x"), "y": pixel("y"), "text": {"field": "text", "type": "nominal"}}
    style = {"align": align, "baseline": "middle", "fontSize": size, "limit": 0, "color": color}
    return layer("text", f"datum.what == '{what}'", encoding, **style)


def _shade(value: float | None, values: list[float]) -> float:
    """From the lightest for the least rate to the darkest for the greatest, in powers; nothing for zero."""
    if not value:
        return 0.0
    least, most = math.log(min(values)), math.log(max(values))
    share = (math.log(value) - least) / (most - least) if most > least else 0.5
    return round(LIGHTEST + (DARKEST - LIGHTEST) * share, 3)
