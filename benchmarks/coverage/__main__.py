"""Write the page: every topic in its order."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.coverage import areas, bounds, clusters, many_groups, one_rate, two_arms, two_rates
from benchmarks.coverage.kit import LEVEL, SEED

__all__ = ["page"]

TOPICS = (one_rate, two_rates, many_groups, areas, bounds, two_arms, clusters)


def page() -> str:
    lines = [
        "# Coverage",
        "",
        f"How often an interval at nominal {LEVEL:.0%} holds the truth. Made by",
        f"`python -m benchmarks.coverage --out docs/coverage.md`, seed {SEED}. Exact means: the sum of the binomial",
        "probabilities of every table that counts (all but 1e-12). Figures are rounded down.",
        "",
        "Clopper–Pearson and the rectangle never fall below their level: the command fails if they do. Wilson's",
        "interval, which is printed, does when events are rare. The intervals of verdicts about two rates fall a",
        "little below in a few places, which the tables name.",
        "",
    ]
    for topic in TOPICS:
        lines += topic.section()
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
