"""The files of a run, as bytes. Equal exhibits give equal bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from counterproof.counts import CountTable
from counterproof.evidence import canonical
from counterproof.evidence.manifest import manifest
from counterproof.exhibit import Exhibit
from counterproof.findings import Results
from counterproof.plan import Plan

__all__ = ["COUNTS_SCHEMA", "RENDERED", "charts_json", "counts_json", "documents", "plan_json", "report_html"]

COUNTS_SCHEMA = "counterproof/counts/1"


def documents(exhibit: Exhibit, extra: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Every output of a run by its name, the manifest last; ``extra`` are further outputs to hash with them."""
    outputs = {
        "plan.json": canonical.dump(plan_json(exhibit.plan)),
        "counts.json": canonical.dump(counts_json(exhibit.results, exhibit.counts)),
        "results.json": canonical.dump(exhibit.results.to_json()),
        **{name: render(exhibit) for name, render in RENDERED.items()},
        **(extra or {}),
    }
    return outputs | {"manifest.json": canonical.dump(manifest(exhibit, outputs))}


def plan_json(plan: Plan) -> dict[str, Any]:
    """The resolved plan: what was said, and every setting; environment names stay names."""
    resolved = plan.to_json() | {"settings": plan.settings.model_dump(mode="json")}
    document: dict[str, Any] = canonical.plain(resolved)
    return document


def counts_json(results: Results, counts: Mapping[str, Mapping[str, CountTable]]) -> dict[str, Any]:
    """The shown counts (null where suppressed), from which every finding can be computed anew."""
    return {
        "schema": COUNTS_SCHEMA,
        "audits": {
            name: {
                "kind": results.audits[name].kind,
                "records": results.audits[name].records,
                "tables": {table.name: table.to_json() for table in tables.values()},
            }
            for name, tables in counts.items()
        },
    }


def report_html(exhibit: Exhibit) -> bytes:
    """The report, one file that loads nothing from elsewhere."""
    from counterproof.report import html

    return html.render(exhibit).encode()


def charts_json(exhibit: Exhibit) -> bytes:
    """The report's charts as Vega-Lite specs, for whoever draws them again."""
    from counterproof.report import charts

    return canonical.dump(canonical.plain(charts.specs(exhibit)))


RENDERED: Mapping[str, Callable[[Exhibit], bytes]] = {"report.html": report_html, "charts.json": charts_json}
"""What is made for readers: ``verify`` makes it again and compares bytes."""
