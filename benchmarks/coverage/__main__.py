"""Write the page: every topic in its order, or one topic into the page that is there."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from types import ModuleType

from benchmarks.coverage import (
    areas,
    bounds,
    clusters,
    comparisons,
    forecasts,
    many_groups,
    one_rate,
    times,
    two_arms,
    two_rates,
)
from benchmarks.coverage.kit import LEAST_SCORE, LEVEL, SEED

__all__ = ["page", "replaced"]

TOPICS = (one_rate, two_rates, many_groups, areas, bounds, two_arms, clusters, comparisons, times, forecasts)


def page() -> str:
    """Every topic."""
    lines = [
        "# Coverage",
        "",
        f"How often an interval at nominal {LEVEL:.0%} holds the truth. Made by",
        f"`python -m benchmarks.coverage --out docs/coverage.md`, seed {SEED}. Exact means: the sum of the binomial",
        "probabilities of every table that counts (all but 1e-12). Figures are rounded down.",
        "",
        "The command fails if Clopper–Pearson or the rectangle fall below their level, or another interval on which",
        f"verdicts about rates rest below {LEAST_SCORE:.0%}. Wilson's interval, which is printed, does when events are",
        "rare. What other tools print stands beside.",
        "",
    ]
    return "\n".join(lines) + "\n" + "\n".join(_part(topic) for topic in TOPICS)


def replaced(text: str, topic: ModuleType) -> str:
    """The page with one topic computed anew; it is put where it belongs if the page does not have it yet."""
    parts = re.split(r"(?=^<!-- topic: )", text, flags=re.MULTILINE)
    found = {_mark(other): part for other in TOPICS for part in parts[1:] if part.startswith(_mark(other))}
    found[_mark(topic)] = _part(topic)
    present = [found[_mark(other)].rstrip("\n") + "\n" for other in TOPICS if _mark(other) in found]
    return parts[0] + "\n".join(present)


def _name(topic: ModuleType) -> str:
    return topic.__name__.rpartition(".")[2]


def _mark(topic: ModuleType) -> str:
    return f"<!-- topic: {_name(topic)} -->\n"


def _part(topic: ModuleType) -> str:
    return _mark(topic) + "\n".join(topic.section()).rstrip("\n") + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--topic", choices=[_name(topic) for topic in TOPICS], help="only this part of the page")
    given = parser.parse_args()
    chosen = [topic for topic in TOPICS if _name(topic) == given.topic]
    made = replaced(given.out.read_text(encoding="utf-8"), chosen[0]) if chosen else page()
    given.out.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
