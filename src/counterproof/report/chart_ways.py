"""The chart of where a record can get to: a column a hop, or an indented list where the page is narrow."""

from __future__ import annotations

from counterproof.report.chart_kit import ACCENT, INK, MUTED, SOFT, TEXT, Spec, Width, finished, layer, pixel
from counterproof.report.safe import shorten
from counterproof.report.shapes import Ways

__all__ = ["MOST_STEPS", "ways_spec"]

MOST_STEPS = 400
_LINE = 17
_HEAD = 26
_TEXT = {"align": "left", "baseline": "middle", "limit": 0}


def ways_spec(one: Ways, width: Width) -> Spec:
    """Every party that can be reached, joined to the one that it is first reached from."""
    steps = {party: (hops, through) for party, hops, through in one.steps[:MOST_STEPS]}
    order = _in_order(one.origin, steps)
    place = _columns(order, steps) if width == "wide" else _indented(order, steps)
    plot = 760 if width == "wide" else 320
    letters = max(10, (plot // (1 + max(hops for hops, _ in steps.values())) - 24) // 7) if width == "wide" else 30
    points: list[Spec] = [
        {"x": x, "y": y, "name": shorten(party, letters), "first": party == one.origin}
        for party, (x, y) in place.items()
    ]
    lines: list[Spec] = [
        {"x": x, "y": y, "x2": place[steps[party][1]][0], "y2": place[steps[party][1]][1]}
        for party, (x, y) in place.items()
        if party in steps and steps[party][1] in place
    ]
    heads = _heads(place, steps) if width == "wide" else []
    height = int(max(y for _, y in place.values())) + _LINE
    ends = {"x": pixel("x"), "y": pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    at = {"x": pixel("x"), "y": pixel("y")}
    text = {**at, "text": {"field": "name", "type": "nominal"}}
    layers = [
        layer("rule", "isValid(datum.x2)", ends, color=SOFT, strokeWidth=1),
        layer("point", "isValid(datum.first)", at, color=ACCENT, filled=True, opacity=1, size=22),
        layer("text", "isValid(datum.first)", text, dx=7, fontSize=12, color=INK, **_TEXT),
        layer("text", "isValid(datum.head)", text, fontSize=TEXT, color=MUTED, fontWeight="bold", **_TEXT),
    ]  # fmt: skip
    return finished({"width": plot, "height": height, "data": {"values": [*lines, *points, *heads]}, "layer": layers})


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


def _columns(order: list[str], steps: dict[str, tuple[int, str]]) -> dict[str, tuple[float, float]]:
    """A column a hop; within it in the order of those before, so that lines seldom cross."""
    most = max(hops for hops, _ in steps.values())
    filled = dict.fromkeys(range(most + 1), 0)
    place = {}
    for party in order:
        hops = steps[party][0] if party in steps else 0
        place[party] = (float(hops * 760 / (most + 1)), float(_HEAD + _LINE / 2 + _LINE * filled[hops]))
        filled[hops] += 1
    return place


def _indented(order: list[str], steps: dict[str, tuple[int, str]]) -> dict[str, tuple[float, float]]:
    return {
        party: (14.0 * (steps[party][0] if party in steps else 0), _LINE / 2 + _LINE * row)
        for row, party in enumerate(order)
    }


def _heads(place: dict[str, tuple[float, float]], steps: dict[str, tuple[int, str]]) -> list[Spec]:
    """What stands above each column: how many hops, and how many parties."""
    many: dict[float, tuple[int, int]] = {}
    for party, (x, _) in place.items():
        hops = steps[party][0] if party in steps else 0
        many[x] = (hops, many.get(x, (hops, 0))[1] + 1)
    return [
        {"x": x, "y": 8.0, "name": "from" if hops == 0 else f"{hops} hop{'' if hops == 1 else 's'}: {n}", "head": True}
        for x, (hops, n) in many.items()
    ]
