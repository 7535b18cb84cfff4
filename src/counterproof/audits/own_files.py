"""Plan keys that may name a file of the user's own: what stands in it becomes part of the plan, and of its hash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from counterproof.errors import CounterproofError

__all__ = ["FILE_KEY", "is_file", "read_own"]

FILE_KEY = "own_file"
"""Mark of such a field: ``json_schema_extra={FILE_KEY: True}``."""

_ENDINGS = (".toml", ".yaml", ".yml", ".json")


def is_file(value: object) -> bool:
    """Whether a value names a file rather than one of the names that are shipped."""
    return isinstance(value, str) and value.lower().endswith(_ENDINGS)


def read_own(value: object, info: ValidationInfo) -> object:
    """The content of the file that ``value`` names, or the value itself where it names none.

    Paths start from the plan's folder (``base`` of the validation's context). ValueError for one that cannot be used.
    """
    if not is_file(value):
        return value
    from counterproof.plan_file import read

    context: Mapping[str, Any] = info.context or {}
    base, path = Path(context.get("base") or "."), Path(str(value)).expanduser()
    if context.get("confined") and not (base / path).resolve().is_relative_to(base.resolve()):
        raise ValueError("this file lies outside of the plan's folder")
    try:
        return read(base / path)[0]
    except CounterproofError as error:
        raise ValueError(f"this file cannot be used: {error.problems[0]}") from None
