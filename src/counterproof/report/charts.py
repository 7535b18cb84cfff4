"""The report's charts as Vega-Lite specs, which the evidence keeps.

Specs are plain values: building them through Altair costs a tenth of a second each, so Altair only checks them, in the
tests. Every chart is drawn for two widths; the style sheet shows the one that fits. Shapes and dashes carry what colour
carries, so the charts survive black-and-white print.
"""

from __future__ import annotations

from collections.abc import Mapping

from counterproof.exhibit import Exhibit
from counterproof.report.chart_beside import beside_spec
from counterproof.report.chart_heat import heat_spec, is_dense
from counterproof.report.chart_kit import WIDTHS, Spec, Width
from counterproof.report.chart_rows import panel_spec
from counterproof.report.chart_series import MOST_PANELS, series_spec
from counterproof.report.chart_ways import ways_spec
from counterproof.report.codings import panel_of, recoded
from counterproof.report.shapes import Beside, Panel, Series, gathered, panels, series, together, ways

__all__ = [
    "MOST_CHARTS",
    "MOST_PANELS",
    "WIDTHS",
    "Width",
    "beside_spec",
    "drawn_beside",
    "drawn_panels",
    "drawn_series",
    "is_dense",
    "panel_spec",
    "series_spec",
    "spec_of",
    "specs",
    "ways_spec",
]

MOST_CHARTS = 12


def drawn_panels(exhibit: Exhibit, audit: str) -> list[Panel]:
    """The main panels that have something to draw, as far as an audit's share of charts goes."""
    elsewhere = gathered(exhibit, audit)
    main = [p for p in panels(exhibit, audit) if p.main and p.drawable]
    return [p for p in main if p.measure not in elsewhere][:MOST_CHARTS]


def drawn_series(exhibit: Exhibit, audit: str) -> list[Series]:
    """The series that are drawn."""
    return series(exhibit, audit)[:MOST_CHARTS]


def drawn_beside(exhibit: Exhibit, audit: str) -> list[Beside]:
    """The charts of measures side by side."""
    return [one for one in together(exhibit, audit) if one.drawn][:MOST_CHARTS]


def spec_of(panel: Panel, width: Width) -> Spec:
    """Dots with intervals, or a heat map where two columns make too many of them."""
    return heat_spec(panel, width) if is_dense(panel) else panel_spec(panel, width)


def specs(exhibit: Exhibit) -> Mapping[str, Spec]:
    """Every chart of the report: ``<audit>-<measure>-<split>.<wide|narrow>`` -> Vega-Lite spec."""
    made: dict[str, Spec] = {}
    for audit in exhibit.results.audits:
        for panel in drawn_panels(exhibit, audit):
            made |= {f"{panel.key}.{width}": spec_of(panel, width) for width in WIDTHS}
        for beside in drawn_beside(exhibit, audit):
            made |= {f"{beside.key}.{width}": beside_spec(beside, width) for width in WIDTHS}
        for code in recoded(exhibit, audit):
            made |= {f"{code.key}.{width}": panel_spec(panel_of(code), width) for width in WIDTHS}
        for way in ways(exhibit, audit):
            made |= {f"{way.key}.{width}": ways_spec(way, width) for width in WIDTHS}
        for one in drawn_series(exhibit, audit):
            made |= {f"{one.key}.{width}": series_spec(one, width) for width in WIDTHS}
    return made
