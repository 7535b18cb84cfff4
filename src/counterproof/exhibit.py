"""Everything that a report and the evidence are made from: renderers read an ``Exhibit`` and compute nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterproof.audits.base import Audit, AuditOptions
from counterproof.counts import CountTable
from counterproof.findings import Results
from counterproof.plan import Plan

__all__ = ["Exhibit", "Provenance", "QueryText", "SourceFileRecord"]


@dataclass(frozen=True, slots=True)
class SourceFileRecord:
    """One file of a source. ``sha256`` is None where its bytes were not hashed."""

    label: str
    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class QueryText:
    """A query that ran, as SQL with fixed table names."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one source's counts come from. ``origin``: files, inline, object or database."""

    name: str
    origin: str
    records: int
    files: tuple[SourceFileRecord, ...] = ()
    notes: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    queries: tuple[QueryText, ...] = ()
    cite: str | None = None
    address: str | None = None
    """The connection as the plan names it (an environment name stays a name); None for files."""
    read_at: str | None = None
    """For a database, which has no hash: UTC time of reading. None for anything else, so that reruns are equal."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A finished run of a plan.

    plan       the validated plan, whose claims carry their texts
    results    findings and verdicts: the only numbers that may be shown
    counts     audit name -> table name -> shown counts
    audits     audit name -> (the kind's words and rules, its options)
    notes      sentences a reader must see: a raised floor, what was withheld and whether it was proven
    """

    plan: Plan
    results: Results
    counts: Mapping[str, Mapping[str, CountTable]]
    audits: Mapping[str, tuple[Audit[Any], AuditOptions]]
    sources: tuple[Provenance, ...]
    notes: tuple[str, ...] = ()
    version: str = ""
