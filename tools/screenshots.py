"""Pictures of three real reports for the documentation: wide and narrow, light and dark.

    python tools/screenshots.py [--out docs/images]

Needs Chromium and no network. COMPAS and the article's ledger are the plans that ship with the package; the third is a
made-up pilot, too small to settle what is claimed of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "src")]

import browser  # noqa: E402

import counterproof.demo  # noqa: E402
from counterproof.line import execute  # noqa: E402
from counterproof.plan import load  # noqa: E402
from counterproof.report import html  # noqa: E402

PILOT = """
title: A pilot of 312 cases in two offices
records: {from: 2025-01-06, to: 2025-03-28, released: 2025-06-02}
sources:
  pilot:
    inline:
      - {office: North, flagged: 1, outcome: 1, n: 41}
      - {office: North, flagged: 1, outcome: 0, n: 14}
      - {office: North, flagged: 0, outcome: 1, n: 13}
      - {office: North, flagged: 0, outcome: 0, n: 96}
      - {office: South, flagged: 1, outcome: 1, n: 28}
      - {office: South, flagged: 1, outcome: 0, n: 12}
      - {office: South, flagged: 0, outcome: 1, n: 11}
      - {office: South, flagged: 0, outcome: 0, n: 97}
    cite: Made up for this picture
audits:
  pilot:
    {kind: score, source: pilot, flag: flagged, outcome: outcome, count: n, groups: [office],
     measures: [positive_predictive_value, false_positive_rate, flag_rate]}
claims:
  - id: precision
    text: In the pilot, 70 % or more of the flags were right.
    claimant: the vendor
    test: {audit: pilot, measure: positive_predictive_value, expect: ">= 0.70"}
    reply: {asked: 2025-06-16, text: "“The pilot was a success.”"}
  - id: same-in-both
    text: The flag makes false positive errors equally often in both offices.
    claimant: the department
    test: {audit: pilot, measure: false_positive_rate, compare: {office: [South, North]}, expect: equal}
"""
HEIGHTS = {1440: 1000, 360: 1500}


def reports() -> Iterator[tuple[str, str]]:
    """Name and page of each report."""
    shipped = Path(counterproof.demo.__file__).parent
    for name in ("compas", "article"):
        yield name, html.render(execute(load(shipped / f"{name}.yaml"), shipped))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pilot.yaml"
        path.write_text(PILOT, encoding="utf-8")
        yield "pilot", html.render(execute(load(path), path.parent))


def main() -> None:
    """Write every picture, and the one of charts that the README shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with browser.page() as tab:
        for name, page in reports():
            for width, height in HEIGHTS.items():
                for scheme in ("light", "dark"):
                    tab.show(page, width, height, dark=scheme == "dark")
                    size = "wide" if width > 1000 else "narrow"
                    browser.save(out / f"{name}-{size}-{scheme}.png", tab.picture())
            if name == "compas":
                tab.show(page, 1100)
                box = "document.querySelector('.audit .figure').getBoundingClientRect()"
                top, height = tab.run(f"[Math.round({box}.top + scrollY) - 16, Math.round({box}.height) - 20]")
                browser.save(out / "chart.png", tab.picture(top=top, height=height))


if __name__ == "__main__":
    main()
