"""Write the shipped schemas anew: ``python -m counterproof.schemas``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counterproof.schemas import build, plans

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "counts": build.counts,
    "manifest": build.manifest,
    "plan": plans.plan,
    "results": build.results,
}


def text(name: str) -> str:
    """The text of one shipped schema file."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write every schema beside this module."""
    for name in SCHEMAS:
        Path(__file__).with_name(f"{name}.schema.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
