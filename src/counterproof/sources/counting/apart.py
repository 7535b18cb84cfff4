"""Which function runs which further reduction inside the engine. A plug-in cannot add one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from counterproof.counts import Cells
    from counterproof.reductions import Apart
    from counterproof.sources.counting.session import Session

__all__ = ["RUNNERS", "run"]

Runner = Callable[["Session", "Apart"], "Cells"]

RUNNERS: dict[str, str] = {
    "SearchesBy": "search_log",
    "LogStates": "search_log",
    "LogFiles": "search_log",
    "LogChecks": "search_log",
    "Published": "search_log",
    "AwardSums": "awards",
    "Clusters": "clusters",
    "Elapsed": "durations",
    "Flows": "flows",
    "Months": "months",
    "Repeats": "repeats",
    "Comparisons": "comparisons",
    "ClusterSums": "cluster_sums",
    "LinkPairs": "link_pairs",
    "LinkReviews": "link_reviews",
    "Searches": "searches",
    "SubjectSums": "subject_sums",
    "Scores": "forecasts",
}
"""Name of the reduction -> module of this folder, whose ``run(session, reduction)`` counts it."""


def run(session: Session, reduction: Apart) -> Cells:
    """The cells of a further reduction."""
    module = import_module(f"counterproof.sources.counting.{RUNNERS[type(reduction).__name__]}")
    return cast(Runner, module.run)(session, reduction)
