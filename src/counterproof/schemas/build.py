"""The JSON Schemas of results, counts and manifest, put together from small pieces by hand.

``python -m counterproof.schemas`` writes the shipped files from these and, for plans, from ``schemas.plans``.
"""

from __future__ import annotations

from typing import Any, get_args

from counterproof.findings import VERDICTS, Population, Status

__all__ = ["DIALECT", "counts", "manifest", "results"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": ["number", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
INTEGER: Schema = {"type": ["integer", "null"]}
LEVEL: Schema = {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 1}
GROUP: Schema = {"type": "object", "additionalProperties": MAYBE_TEXT}
AT: Schema = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
UNBOUNDED: Schema = {"enum": ["low", "high", "both"]}
VERDICT: Schema = {"enum": list(VERDICTS)}
KIND: Schema = {"type": "string", "minLength": 1}


def results() -> Schema:
    """Schema of ``results.json``, ``counterproof/results/1``."""
    audit = _object(
        {
            "kind": KIND,
            "records": COUNT,
            "population": {"enum": list(get_args(Population))},
            "family": COUNT,
            "estimates": _list(_estimate()),
            "contrasts": _list(_contrast()),
            "checks": _list(_check()),
        }
    )
    return _document("results", {"audits": _mapping(audit), "claims": _list(_claim())})


def counts() -> Schema:
    """Schema of ``counts.json``, ``counterproof/counts/1``. A count is null where it is suppressed."""
    row = _object({"group": GROUP, "at": AT, "counts": _mapping(INTEGER)})
    audit = _object({"kind": KIND, "records": COUNT, "tables": _mapping(_list(row))})
    return _document("counts", {"audits": _mapping(audit)})


def manifest() -> Schema:
    """Schema of ``manifest.json``, ``counterproof/manifest/1``."""
    file = _object({"label": TEXT, "size": COUNT, "sha256": {"anyOf": [SHA256, {"type": "null"}]}})
    source = _object(
        {
            "origin": {"enum": ["files", "inline", "object", "database"]},
            "address": MAYBE_TEXT,
            "read_at": MAYBE_TEXT,
            "records": COUNT,
            "files": _list(file),
            "cite": MAYBE_TEXT,
            "notes": TEXTS,
            "refused": _mapping(TEXT),
            "queries": _list(_object({"name": TEXT, "sql": TEXT})),
        },
        optional=("read_at",),
    )
    name = {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$", "maxLength": 100}
    outputs = _mapping(_object({"sha256": SHA256, "size": COUNT})) | {"propertyNames": name}
    return _document(
        "manifest",
        {
            "version": TEXT,
            "seed": COUNT,
            "plan": _object({"sha256": SHA256}),
            "sources": _mapping(source),
            "notes": TEXTS,
            "outputs": outputs,
            "dependencies": _mapping(TEXT),
        },
    )


def _estimate() -> Schema:
    statistics: Schema = {"value": NUMBER, "low": NUMBER, "high": NUMBER, "level": LEVEL, "method": MAYBE_TEXT}
    counted: Schema = {"numerator": INTEGER, "denominator": INTEGER}
    bounds: Schema = {"identified_low": NUMBER, "identified_high": NUMBER}
    named: Schema = {
        "measure": TEXT,
        "group": GROUP,
        "at": AT,
        "assumption": MAYBE_TEXT,
        "primary": {"type": "boolean"},
        "status": {"enum": list(get_args(Status))},
    }
    extra: Schema = {"unbounded": UNBOUNDED, "note": TEXT}
    return _object(
        named | statistics | counted | bounds | extra, optional=(*statistics, *counted, *bounds, *extra)
    ) | _absent_when_suppressed((*statistics, *counted))


def _contrast() -> Schema:
    statistics: Schema = {
        "value": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "level": LEVEL,
        "method": MAYBE_TEXT,
        "sparse": {"type": ["boolean", "null"]},
        "p_value": NUMBER,
        "p_adjusted": NUMBER,
    }
    named: Schema = {
        "measure": TEXT,
        "group": GROUP,
        "reference": GROUP,
        "at": AT,
        "scale": {"enum": ["difference", "ratio"]},
        "assumption": MAYBE_TEXT,
        "status": {"enum": list(get_args(Status))},
    }
    extra: Schema = {"unbounded": UNBOUNDED, "note": TEXT, "minimum_detectable": {"type": "number"}}
    extra |= {"identified_low": NUMBER, "identified_high": NUMBER}
    extra["within"] = _object(
        {
            "strata": {"type": "integer"},
            "left_out": {"type": "integer"},
            "turned": {"type": "boolean"},
            "p_homogeneity": NUMBER,
            "least": NUMBER,
            "most": NUMBER,
        }
    )
    return _object(named | statistics | extra, optional=(*statistics, *extra)) | _absent_when_suppressed(statistics)


def _check() -> Schema:
    status: Schema = {"enum": ["pass", "warn", "fail"]}
    return _object({"name": TEXT, "status": status, "count": INTEGER, "total": INTEGER, "note": TEXT})


def _claim() -> Schema:
    interval: Schema = {"value": NUMBER, "low": NUMBER, "high": NUMBER}
    reading = _object(
        {"name": TEXT, "verdict": VERDICT, "because": TEXT} | interval | {"unbounded": UNBOUNDED},
        optional=("unbounded",),
    )
    return _object(
        {"id": TEXT, "verdict": VERDICT, "alone": VERDICT, "level": LEVEL, "because": TEXT}
        | interval
        | {
            "settle": INTEGER,
            "needs": TEXTS,
            "readings": _list(reading),
            "consequences": {"type": "array", "items": {"type": "object"}},
            "codings": _list(reading),
            "unbounded": UNBOUNDED,
            "settle_note": TEXT,
        },
        optional=("consequences", "codings", "unbounded", "settle_note"),
    )


def _absent_when_suppressed(names: Any) -> Schema:
    """What is suppressed has no number at all; everything else has each of them, if only as null."""
    return {
        "if": {"properties": {"status": {"const": "suppressed"}}},
        "then": {"properties": dict.fromkeys(names, False)},
        "else": {"required": list(names)},
    }


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _mapping(entry: Schema) -> Schema:
    """An object with any keys and entries of one shape."""
    return {"type": "object", "additionalProperties": entry}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _document(name: str, properties: Schema) -> Schema:
    """A whole document of schema ``counterproof/NAME/1``."""
    identity = f"counterproof/{name}/1"
    head = {"$schema": DIALECT, "$id": f"urn:{identity.replace('/', ':')}", "title": identity}
    return head | _object({"schema": {"const": identity}} | properties)
