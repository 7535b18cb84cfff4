"""What every chart shares: its colours and type, its scale, and the small parts that specs are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from counterproof.findings import Estimate
from counterproof.report.numbers import Unit

__all__ = [
    "ACCENT", "INK", "MUTED", "SECOND", "SOFT", "TEXT", "WIDTHS", "Spec", "Width", "decades", "digits",
    "field", "finished",
    "layer", "pixel", "raw", "scale_of", "tick_words", "ticks",
]  # fmt: skip

Spec = dict[str, Any]
Width = Literal["wide", "narrow"]
WIDTHS: tuple[Width, ...] = ("wide", "narrow")

# The style sheet knows these colours and replaces them in dark mode.
INK, MUTED, GRID, ACCENT, SOFT, SECOND = "#1c1b1a", "#5c5a57", "#dcd9d2", "#0b5a8a", "#c4d9e6", "#9c4a12"
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
TEXT = 13
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round steps, 1, 2 or 5 times a power of ten apart, from 0 (or below ``low``) to ``high`` or a little more."""
    low = min(low, 0.0)
    if not high > low:
        high = low + 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(k * power for k in (1, 2, 5, 10, 20) if k * power * most >= (high - low) * 0.999999)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [float(f"{step * k:.6g}") for k in range(first, last + 1)]


def decades(values: Sequence[float], most: int = 5) -> list[float]:
    """Powers of ten, evenly apart, that hold every value above zero."""
    first = math.floor(math.log10(min(values)) + 1e-9)
    last = math.ceil(math.log10(max(values)) - 1e-9)
    step = max(1, math.ceil((last - first) / most))
    last = first + step * max(1, math.ceil((last - first) / step))
    return [float(f"1e{power}") for power in range(first, last + 1, step)]


def scale_of(estimates: Sequence[Estimate], unit: Unit, most: int = 5) -> list[float]:
    """Ticks that hold every value, interval and bound; a rate never goes beyond 1."""
    ends = [
        x for e in estimates for x in (e.value, e.low, e.high, e.identified_low, e.identified_high) if x is not None
    ]
    high = max(ends, default=1.0)
    return ticks(min(ends, default=0.0), min(high, 1.0) if unit == "rate" else high, most)


def tick_words(steps: Sequence[float], unit: Unit) -> str:
    """A Vega expression that writes each tick, the unit at the last one only."""
    texts = [f"{100 * step:g}" if unit == "rate" else f"{step:,.12g}" for step in steps]
    if unit == "rate":
        texts[-1] += "\u00a0%"
    pairs = [
        f"abs(datum.value - {step!r}) < {(steps[1] - steps[0]) / 10!r} ? '{text}'"
        for step, text in zip(steps, texts, strict=True)
    ]
    return " : ".join([*pairs, "''"])


def digits(x: float | None) -> float | None:
    """Six significant digits: more than a picture shows."""
    return None if x is None else float(f"{x:.6g}")


def layer(mark: str, keep: str, encoding: Spec, **style: Any) -> Spec:
    """One kind of mark for the rows that the expression ``keep`` keeps."""
    return {"transform": [{"filter": keep}], "mark": {"type": mark, **style}, "encoding": encoding}


def field(name: str, steps: Sequence[float], unit: Unit, *, flush: bool = True, log: bool = False) -> Spec:
    """A number on the chart's scale, or with ``log`` on one of powers. ``flush`` keeps labels within the plot."""
    axis = {"values": steps, "labelExpr": tick_words(steps, unit), "title": None, "labelFlush": flush}
    domain = {"domain": [steps[0], steps[-1]], "nice": False} | ({"type": "log", "clamp": True} if log else {})
    return {"field": name, "type": "quantitative", "scale": domain, "axis": axis}


def raw(name: str, kind: str = "nominal") -> Spec:
    """A field that holds a colour, shape or size itself."""
    return {"field": name, "type": kind, "scale": None}


def pixel(name: str) -> Spec:
    """A field that holds a height in pixels."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def finished(spec: Spec) -> Spec:
    """The spec with type, colours and no roles of its own: the page labels the chart."""
    axis = {
        "labelColor": MUTED,
        "labelFontSize": 12,
        "gridColor": GRID,
        "domain": False,
        "tickColor": GRID,
        "labelLimit": 0,
    }
    config = {
        "font": FONT,
        "aria": False,
        "background": "transparent",
        "padding": 2,
        "view": {"stroke": None},
        "axis": axis,
    }
    return {"$schema": SCHEMA, **spec, "config": config}
