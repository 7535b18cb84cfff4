"""When a plan was fixed and how often it ran: kept beside the outputs and outside of the manifest's hashes.

A plan that was changed until the verdict pleased shows here: every different plan that ran into the folder stands
with the time just before its first run and with its number of runs, unfinished ones included.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from counterproof.evidence import canonical, outputs

__all__ = ["History", "PlanRuns", "begin", "read"]


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
        now = next(entry for entry in self.plans if entry.plan == self.current)
        said = f"Plan {now.plan[:16]}, fixed before its first run here on {now.before_first_run}; run {now.runs}."
        if len(self.plans) > 1:
            said += f" {self.runs} runs of {len(self.plans)} different plans went into this folder."
        return said


def begin(out: Path, plan_hash: str) -> History:
    """Note, before a run starts, that it does. ``out`` was prepared. Raises OutputError."""
    earlier = list(read(out))
    known = [entry.plan for entry in earlier]
    if plan_hash in known:
        place = known.index(plan_hash)
        entry = earlier[place]
        earlier[place] = PlanRuns(entry.plan, entry.before_first_run, entry.runs + 1)
    else:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        earlier.append(PlanRuns(plan_hash, now, 1))
    document = {"schema": "counterproof/history/1", "plans": [asdict(entry) for entry in earlier]}
    outputs.replace(out / outputs.HISTORY, canonical.dump(document))
    return History(tuple(earlier), plan_hash)


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
