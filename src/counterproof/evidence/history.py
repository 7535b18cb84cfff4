"""When a plan was fixed and how often it ran: kept beside the outputs and outside of the manifest's hashes.

A plan that was changed until the verdict pleased shows here: every different plan that ran into the folder stands
with the time just before its first run and with its number of runs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from counterproof.evidence import canonical, outputs

__all__ = ["History", "PlanRuns", "add", "now", "read"]


@dataclass(frozen=True, slots=True)
class PlanRuns:
    """One plan's SHA-256, the UTC time just before its first run, and its runs so far."""

    plan: str
    before_first_run: str
    runs: int


@dataclass(frozen=True, slots=True)
class History:
    """The plans that ran into one folder, in the order of their first runs; ``current`` ran last."""

    plans: tuple[PlanRuns, ...]
    current: str

    @property
    def runs(self) -> int:
        """All runs into the folder."""
        return sum(entry.runs for entry in self.plans)

    def sentence(self) -> str:
        """What is printed after a run."""
        latest = next(entry for entry in self.plans if entry.plan == self.current)
        said = (
            f"Plan {latest.plan[:16]}, fixed before its first run here on {latest.before_first_run}; run {latest.runs}."
        )
        if len(self.plans) > 1:
            said += f" {self.runs} runs of {len(self.plans)} different plans went into this folder."
        return said


def now() -> str:
    """The UTC time, to be taken before a run starts."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add(out: Path, plan_hash: str, started: str) -> History:
    """Count a run that began at ``started``, before anybody sees its results. Raises OutputError."""
    plans = {entry.plan: entry for entry in read(out)}
    known = plans.get(plan_hash, PlanRuns(plan_hash, started, 0))
    plans[plan_hash] = PlanRuns(plan_hash, known.before_first_run, known.runs + 1)
    document = {"schema": "counterproof/history/1", "plans": [asdict(entry) for entry in plans.values()]}
    outputs.replace(out / outputs.HISTORY, canonical.dump(document))
    return History(tuple(plans.values()), plan_hash)


def read(out: Path) -> tuple[PlanRuns, ...]:
    """The history of a folder; empty if there is none that can be read."""
    try:
        document = canonical.parse(canonical.read(out, outputs.HISTORY))
        return tuple(
            PlanRuns(str(entry["plan"]), str(entry["before_first_run"]), int(entry["runs"]))
            for entry in document["plans"]
        )
    except (canonical.Unreadable, KeyError, TypeError, ValueError):
        return ()
