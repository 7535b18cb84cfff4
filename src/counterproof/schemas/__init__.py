"""JSON Schemas (draft 2020-12) of everything that others may read or write: plan, results, counts, manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal

__all__ = ["Name", "load", "violations"]

Name = Literal["plan", "results", "counts", "manifest"]


def load(name: Name) -> dict[str, Any]:
    """The shipped schema of a document."""
    schema: dict[str, Any] = json.loads((files(__name__) / f"{name}.schema.json").read_text("utf-8"))
    return schema


def violations(document: object, name: Name) -> Iterator[tuple[str, str]]:
    """Where a document breaks its schema and which rule it breaks. Quotes no value of the document."""
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(load(name)).iter_errors(document):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
        yield place.lstrip(".") or "(the whole document)", f"breaks the rule {error.validator!r}"
