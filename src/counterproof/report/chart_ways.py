"""The chart of where a record can get to: a tree, as folders are shown."""

from __future__ import annotations

from counterproof.report.chart_kit import ACCENT, INK, SOFT, Spec, Width, finished, layer, pixel
from counterproof.report.safe import cut
from counterproof.report.shapes import Ways

__all__ = ["MOST_STEPS", "ways_spec"]

MOST_STEPS = 400
_LINE = 17
_PLOT: dict[Width, int] = {"wide": 760, "narrow": 320}
_INDENT: dict[Width, float] = {"wide": 24.0, "narrow": 14.0}
_LETTER = 6.6
_TEXT = {"align": "left", "baseline": "middle", "limit": 0}


def ways_spec(one: Ways, width: Width) -> Spec:
    """Every party that can be reached, a line each, set in below the one that it is first reached from."""
    steps = {party: (hops, through) for party, hops, through in one.steps[:MOST_STEPS]}
    order = _in_order(one.origin, steps)
    plot = _PLOT[width]
    indent = min(_INDENT[width], 0.4 * plot / max(hops for hops, _ in steps.values()))
    place = {
        party: (indent * (steps[party][0] if party in steps else 0), _LINE / 2 + _LINE * row)
        for row, party in enumerate(order)
    }
    points: list[Spec] = [
        {"x": x, "y": y, "name": cut(party, int((plot - x - 8) / _LETTER)), "first": party == one.origin}
        for party, (x, y) in place.items()
    ]
    joined = [(place[through], place[party]) for party, (_, through) in steps.items() if through in place]
    ends = {"x": pixel("x"), "y": pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    at = {"x": pixel("x"), "y": pixel("y")}
    text = {**at, "text": {"field": "name", "type": "nominal"}}
    layers = [
        layer("rule", "isValid(datum.x2)", ends, color=SOFT, strokeWidth=1),
        layer("point", "isValid(datum.first)", at, color=ACCENT, filled=True, opacity=1, size=22),
        layer("text", "isValid(datum.first)", text, dx=7, fontSize=12, color=INK, **_TEXT),
    ]
    values = [*(line for start, end in joined for line in _elbow(start, end)), *points]
    return finished({"width": plot, "height": _LINE * len(order), "data": {"values": values}, "layer": layers})


def _elbow(start: tuple[float, float], end: tuple[float, float]) -> list[Spec]:
    """Down from the one before, then across, as in a tree of folders."""
    return [
        {"x": start[0], "y": start[1], "x2": start[0], "y2": end[1]},
        {"x": start[0], "y": end[1], "x2": end[0], "y2": end[1]},
    ]


def _in_order(origin: str, steps: dict[str, tuple[int, str]]) -> list[str]:
    """The origin and everybody after it, each below the one it is reached from, depth first."""
    below: dict[str, list[str]] = {}
    for party in sorted(steps):
        below.setdefault(steps[party][1], []).append(party)
    order: list[str] = []
    waiting = [origin]
    while waiting:
        party = waiting.pop()
        order.append(party)
        waiting += reversed(below.get(party, []))
    return order
