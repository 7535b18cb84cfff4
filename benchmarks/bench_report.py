"""What rendering a report costs: size of the page and CPU seconds, as a Markdown table on stdout.

    python benchmarks/bench_report.py

The first drawing in a process starts the chart engine, which is timed on a row of its own. COMPAS is the plan that
ships with the package; the others are the exhibits of ``tests/report/samples.py``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

import counterproof.demo  # noqa: E402
from counterproof.exhibit import Exhibit  # noqa: E402
from counterproof.line import execute  # noqa: E402
from counterproof.plan import load  # noqa: E402
from counterproof.report import charts, html, svg  # noqa: E402
from report import samples  # noqa: E402

RUNS = 3


def exhibits() -> Iterator[tuple[str, Exhibit]]:
    """What is rendered, by name."""
    shipped = Path(counterproof.demo.__file__).parent
    yield "some 500 estimates (sample)", samples.compas()
    yield "COMPAS demo", execute(load(shipped / "compas.yaml"), shipped)
    yield "2,500 sweep estimates (sample)", samples.large()


def seconds(render: object, *given: object) -> float:
    """CPU seconds of one call."""
    started = time.process_time()
    render(*given)  # type: ignore[operator]
    return time.process_time() - started


def main() -> None:
    """Print the table."""
    first = next(iter(charts.specs(samples.undetermined()).values()))
    print(f"| | estimates | charts | kB | CPU seconds, best of {RUNS} |\n| --- | --- | --- | --- | --- |")
    print(f"| first chart of a process | | 1 | | {seconds(svg.draw, first):.2f} |")
    for name, exhibit in exhibits():
        estimates = sum(len(found.estimates) for found in exhibit.results.audits.values())
        size = len(html.render(exhibit).encode()) / 1000
        best = min(seconds(html.render, exhibit) for _ in range(RUNS))
        print(f"| {name} | {estimates:,} | {len(charts.specs(exhibit))} | {size:,.0f} | {best:.2f} |")


if __name__ == "__main__":
    main()
