"""Counterproof tells people whether the records bear out the claims made for an enforcement technology.

import counterproof as cp
found = cp.audit("score", "outcomes.csv", score="decile", flag_at=5, outcome="rearrested", groups=["race"])
found.table("estimates")
found.write("report")
cp.plan_sample("score", claim=">= 0.8", rate=0.85)      # how many flagged records would settle it
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterproof.api import Finding, audit, plan_sample, run

__all__ = ["Finding", "__version__", "audit", "plan_sample", "run"]


def __getattr__(name: str) -> Any:
    """Load the engine and the statistics only when they are used: ``import counterproof`` stays quick."""
    if name == "__version__":
        from importlib.metadata import version

        return version("counterproof")
    if name in __all__:
        return getattr(import_module("counterproof.api"), name)
    raise AttributeError(f"module 'counterproof' has no attribute {name!r}")
