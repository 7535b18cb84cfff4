"""Verdicts and main numbers for a notebook cell: a small piece of HTML that needs nothing around it."""

from __future__ import annotations

from counterproof.exhibit import Exhibit
from counterproof.report import tables
from counterproof.report.html import environment
from counterproof.report.safe import shorten
from counterproof.report.shapes import panels
from counterproof.report.verdicts import tell

__all__ = ["notebook"]

MOST_PANELS = 4


def notebook(exhibit: Exhibit) -> str:
    """What ``_repr_html_`` shows: each claim with its verdict, then the main measures by group, without charts."""
    shown = [
        (panel, tables.rates(panel))
        for audit in exhibit.results.audits
        for panel in [p for p in panels(exhibit, audit) if p.main][:MOST_PANELS]
    ]
    template = environment().get_template("notebook.html.j2")
    return template.render(title=shorten(exhibit.plan.title, 200), claims=tell(exhibit), panels=shown)
