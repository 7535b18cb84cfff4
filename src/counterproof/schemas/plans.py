"""The JSON Schema of a plan, made from the models that validate it, for editors and for people who write tools."""

from __future__ import annotations

from typing import Any

from counterproof.audits import registry
from counterproof.plan import Plan
from counterproof.schemas.build import DIALECT

__all__ = ["plan"]


def plan() -> dict[str, Any]:
    """Schema of a plan, with the options of every kind that this package ships."""
    schema = Plan.model_json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {})
    definitions.pop("AuditOptions", None)
    choices = []
    for kind in registry.kinds():
        model = registry.find(kind).options
        if not model.__module__.startswith("counterproof."):
            continue  # a plug-in that happens to be installed is no part of the shipped schema
        options = model.model_json_schema(by_alias=True)
        definitions |= options.pop("$defs", {})
        options["properties"]["kind"] = {"const": kind, "description": "Kind of audit"}
        definitions[f"audit:{kind}"] = options
        choices.append({"$ref": f"#/$defs/audit:{kind}"})
    schema["properties"]["audits"] = {
        "type": "object",
        "description": "Each audit's options by its name",
        "additionalProperties": {"oneOf": choices},
    }
    return {"$schema": DIALECT, "$id": "urn:counterproof:plan:1", **schema}
