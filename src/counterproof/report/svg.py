"""Vega-Lite specs to small SVG that takes its type and colours from the page."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from counterproof.errors import OutputError

__all__ = ["draw"]

_SVG = "http://www.w3.org/2000/svg"
_DROP = (
    "class",
    "role",
    "aria-roledescription",
    "aria-label",
    "aria-hidden",
    "pointer-events",
    "font-family",
    "version",
    "stroke-miterlimit",
)
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def draw(spec: dict[str, Any]) -> str:
    """The chart as an SVG element without names, roles or fonts of its own: the page labels and styles it."""
    import vl_convert

    try:
        drawn = vl_convert.vegalite_to_svg(spec)
    except ValueError as error:
        raise OutputError("a chart could not be drawn", where="report.html") from error
    root = ElementTree.fromstring(drawn)  # noqa: S314 (our own chart, drawn a line above)
    _clean(root)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    for key in _DROP:
        element.attrib.pop(key, None)
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    for key, value in element.attrib.items():
        element.set(key, _LONG.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), value))
    for child in list(element):
        if _invisible(child):
            element.remove(child)
        else:
            _clean(child)


def _invisible(element: ElementTree.Element) -> bool:
    """What Vega draws for its own sake: backgrounds, foregrounds, labels that overlap."""
    if element.get("display") == "none" or element.get("opacity") == "0" or element.get("fill") == "transparent":
        return True
    return (
        element.get("class") in ("background", "foreground")
        and element.get("fill") is None
        and element.get("stroke") is None
    )
