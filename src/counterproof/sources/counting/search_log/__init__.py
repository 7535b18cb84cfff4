"""Reductions of search logs: unique searches by agency, month and offence; states of cells; files; checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from counterproof.reductions.search_log import LogChecks, LogFiles, LogStates, Published, SearchesBy
from counterproof.sources.counting.search_log.checks import run_checks, run_files, run_published, run_states
from counterproof.sources.counting.search_log.splits import run_split

if TYPE_CHECKING:
    from counterproof.counts import Cells
    from counterproof.reductions import Apart
    from counterproof.sources.counting.session import Session

__all__ = ["run"]

_RUNNERS: dict[type, Callable[[Any, Any], Any]] = {
    SearchesBy: run_split,
    LogStates: run_states,
    LogFiles: run_files,
    LogChecks: run_checks,
    Published: run_published,
}


def run(session: Session, reduction: Apart) -> Cells:
    """The cells of a reduction of a search log."""
    return cast("Cells", _RUNNERS[type(reduction)](session, reduction))
