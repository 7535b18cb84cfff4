"""Small multiples along an axis: a panel a group, all on one scale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from counterproof.findings import Estimate
from counterproof.report.chart_kit import (
    ACCENT,
    INK,
    MUTED,
    SECOND,
    SOFT,
    TEXT,
    Spec,
    Width,
    decades,
    digits,
    field,
    finished,
    layer,
    scale_of,
)  # fmt: skip
from counterproof.report.safe import lines as wrap
from counterproof.report.shapes import BIN, Series

__all__ = ["MOST_PANELS", "series_spec"]

MOST_PANELS = 12
FEW_PLACES = 6
"""So many whole numbers on an axis are all written."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def series_spec(one: Series, width: Width) -> Spec:
    """Small multiples along an axis, a panel a group, on one scale; the reference is the dashed line in each."""
    across, plot, height = (3, 196, 116) if width == "wide" else (2, 116, 96)
    y = _upward(one)
    own, reference = "datum.who == 'own'", "datum.who == 'reference'"
    x = _along(one)
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    layers = [
        layer("rule", own, ends, color=SOFT, strokeWidth=5),
        layer("line", reference, {"x": x, "y": y}, color=SECOND, strokeDash=[4, 3], strokeWidth=1.5),
        layer("line", own, {"x": x, "y": y}, color=ACCENT, strokeWidth=2),
        layer("point", own, {"x": x, "y": y}, color=ACCENT, filled=True, opacity=1, size=24),
    ]
    if one.marked is not None and not one.binned:
        layers.insert(0, layer("rule", "datum.who == 'marked'", {"x": x}, color=MUTED, strokeWidth=1))
    names = ["\n".join(wrap(line.name, 24 if width == "wide" else 17)) for line in one.shown]
    header = {
        "title": None, "labelExpr": "split(datum.label, '\\n')", "labelAnchor": "start", "labelFontSize": TEXT,
        "labelColor": INK, "labelFontWeight": "bold", "labelPadding": 4, "labelLimit": 0,
    }  # fmt: skip
    return finished(
        {
            "data": {"values": list(_points(one, names))},
            "facet": {"field": "panel", "type": "nominal", "sort": names[:MOST_PANELS], "header": header},
            "columns": across,
            "spacing": {"row": 14, "column": 18},
            "resolve": {"axis": {"x": "independent"}},
            "spec": {"width": plot, "height": height, "layer": layers},
        }
    )


def _upward(one: Series) -> Spec:
    """The measure, on one scale for all panels; along powers also in powers, where no point is zero."""
    points = [p for line in one.lines for p in line.points if p.value is not None]
    values = [p.value for p in points if p.value]
    if one.powers and len(values) == len(points):
        return field("value", decades(values), one.unit, log=True)
    return field("value", scale_of([p for line in one.lines for p in line.points], one.unit, 4), one.unit)


def _along(one: Series) -> Spec:
    if one.powers:
        steps = decades([float(p.at[one.axis] or 0) for line in one.lines for p in line.points], 4)
        return field("at", steps, one.axis_unit, log=True)
    if not _numeric(one):
        axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 4, "ticks": False, "title": None}
        return {"field": "at", "type": "ordinal", "sort": None, "axis": axis}
    axis = {"tickCount": 4, "grid": False, "title": None}
    places = sorted({e.at[one.axis] for line in one.lines for e in line.points if not one.binned}, key=float)  # type: ignore[arg-type]
    if 0 < len(places) <= FEW_PLACES and all(isinstance(place, int) for place in places):
        axis |= {"values": places, "format": "d"}
    return {"field": "at", "type": "quantitative", "scale": {"zero": False, "nice": False}, "axis": axis}


def _points(one: Series, names: Sequence[str]) -> Iterator[Spec]:
    reference = next((line for line in one.lines if line.reference), None)
    for line, panel in zip(one.shown[:MOST_PANELS], names, strict=False):
        beside = () if reference is None or line.reference else reference.points
        beside = one.companions.get(line.name, ()) if one.companions else beside
        for who, points in (("reference", beside), ("own", line.points)):
            for e in points:
                ends = {"value": digits(e.value), "low": digits(e.low), "high": digits(e.high)}
                yield {"panel": panel, "who": who, "at": _place(e, one), **ends}
        if one.marked is not None and not one.binned:
            yield {"panel": panel, "who": "marked", "at": one.marked}


def _place(e: Estimate, one: Series) -> str | float:
    """A number on the axis, for a bin its middle; the bin's name where its edges are not numbers."""
    if not one.binned:
        return float(e.at[one.axis] or 0)
    ends = str(e.at["from"]), str(e.at["to"])
    if one.axis != BIN:  # what runs on from one start is known by its end
        return float(ends[1]) if _numeric(one) else ends[1]
    if _numeric(one):
        return float(f"{(float(ends[0]) + float(ends[1])) / 2:.6g}")
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _numeric(one: Series) -> bool:
    """Whether every place of the axis is a number."""
    if not one.binned:
        return True
    edges = [str(e.at[key]) for line in one.lines for e in line.points for key in ("from", "to")]
    return all(_NUMBER.fullmatch(edge) for edge in edges)
