"""The manifest: what went in, what ran, what came out. No time and no path of the machine, so that reruns are equal."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from counterproof.evidence import canonical
from counterproof.exhibit import Exhibit, Provenance

__all__ = ["DEPENDENCIES", "MANIFEST_SCHEMA", "manifest", "package_version", "versions"]

MANIFEST_SCHEMA = "counterproof/manifest/1"

DEPENDENCIES = (
    "duckdb",
    "ibis-framework",
    "jinja2",
    "numpy",
    "pyarrow",
    "pydantic",
    "python-calamine",
    "scipy",
    "sqlglot",
    "vl-convert-python",
)
"""Packages that a number or a byte of the outputs could depend on."""


def package_version() -> str:
    """Version of this package."""
    return _version("counterproof")


def versions() -> dict[str, str]:
    """Version of Python and of every dependency that matters."""
    return {"python": platform.python_version()} | {name: _version(name) for name in DEPENDENCIES}


def manifest(exhibit: Exhibit, documents: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest of a run whose outputs are ``documents``, as plain JSON values in a fixed order."""
    return {
        "schema": MANIFEST_SCHEMA,
        "version": exhibit.version,
        "seed": exhibit.plan.settings.seed,
        "plan": {"sha256": canonical.sha256(documents["plan.json"])},
        "sources": {source.name: _source(source) for source in exhibit.sources},
        "notes": list(exhibit.notes),
        "outputs": {
            name: {"sha256": canonical.sha256(content), "size": len(content)}
            for name, content in sorted(documents.items())
        },
        "dependencies": versions(),
    }


def _source(source: Provenance) -> dict[str, Any]:
    """One source: hashed files, or a database's address as the plan names it."""
    read_at = {"read_at": source.read_at} if source.read_at is not None else {}
    return {
        "origin": source.origin,
        "address": source.address,
        **read_at,
        "records": source.records,
        "files": [{"label": f.label, "size": f.size, "sha256": f.sha256} for f in source.files],
        "cite": source.cite,
        "notes": list(source.notes),
        "refused": dict(sorted(source.refused.items())),
        "queries": [{"name": query.name, "sql": query.sql} for query in source.queries],
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
