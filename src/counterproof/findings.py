"""What an audit found: the one object that every renderer reads and that ``results.json`` holds.

A finding that inference made keeps its ``basis`` (the counts it rests on, see ``stats.basis``), so that a claim can
be judged at another level; the basis is not written, since ``verify`` makes it anew from ``counts.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from counterproof.counts import At, Group, key_of
from counterproof.stats.basis import Basis

__all__ = [
    "AuditFindings",
    "Check",
    "ClaimFinding",
    "Contrast",
    "Estimate",
    "Population",
    "Reading",
    "Results",
    "Status",
    "Verdict",
    "Within",
    "digits",
]

RESULTS_SCHEMA = "counterproof/results/1"

Status = Literal["estimated", "bounded", "not_identified", "undefined", "suppressed", "reported"]
Population = Literal["process", "records"]
Verdict = Literal["supported", "contradicted", "undetermined", "untestable"]
VERDICTS: tuple[Verdict, ...] = ("supported", "contradicted", "undetermined", "untestable")


def digits(value: float | None) -> float | None:
    """Round to the 12 significant digits of the results; None for a missing or unbounded end."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.12g}")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number with its interval. Identified by (measure, group, at, assumption). Rates are proportions.

    low, high            ends of the printed interval; None if there is none, or if that end is unbounded
    identified_low/high  where ``status`` is "bounded": what the records alone allow, without sampling error
    numerator, denominator  the counts behind a rate; None if it is not one or they are suppressed
    """

    measure: str
    group: Group
    at: At
    status: Status
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    identified_low: float | None = None
    identified_high: float | None = None
    unbounded: Literal["low", "high", "both"] | None = None
    assumption: str | None = None
    primary: bool = True
    note: str | None = None
    basis: Basis | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What identifies the estimate."""
        return (self.measure, key_of(self.group), key_of(self.at), self.assumption)

    @property
    def proportion(self) -> bool:
        """Whether it is a share of something, so that it lies between 0 and 1 and is said per cent."""
        if self.denominator is not None or getattr(self.basis, "proportion", False):
            return True
        return self.status == "bounded" and "." not in self.measure and (self.identified_high or 0) <= 1

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in the order of CONTRACTS section 3; optional keys only where they say something."""
        out: dict[str, Any] = {
            "measure": self.measure,
            "group": dict(self.group),
            "at": dict(self.at),
            "assumption": self.assumption,
            "primary": self.primary,
            "status": self.status,
        }
        if self.status != "suppressed":
            out |= {"value": digits(self.value), "low": digits(self.low), "high": digits(self.high)}
            out |= {"level": self.level, "method": self.method}
            out |= {"numerator": self.numerator, "denominator": self.denominator}
        if self.status == "bounded":
            out |= {
                "identified_low": digits(self.identified_low),
                "identified_high": digits(self.identified_high),
            }
        return out | _said(self, "unbounded", "note")


@dataclass(frozen=True, slots=True)
class Within:
    """How far strata agree on a contrast that was made within them.

    strata         how many hold both groups
    left_out       cases below the line of either rate that stand in no such stratum, or in none that is shown
    p_homogeneity  of "the same contrast in every stratum"
    least, most    the contrast with each stratum left out in turn
    turned         whether the same records, taken together, point the other way (Simpson's paradox)
    """

    strata: int
    left_out: int
    p_homogeneity: float | None = None
    least: float | None = None
    most: float | None = None
    turned: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        said: dict[str, Any] = {"strata": self.strata, "left_out": self.left_out, "turned": self.turned}
        return said | {name: digits(getattr(self, name)) for name in ("p_homogeneity", "least", "most")}


@dataclass(frozen=True, slots=True)
class Contrast:
    """A group against its reference, as a difference or a ratio (group minus, or over, reference).

    low, high and p_value are never adjusted; ``p_adjusted`` is Holm's over the audit's family. Where the interval
    does not tell the two apart, ``minimum_detectable`` is the least contrast above equality that a verdict on so many
    records would have shown with 80 % power.

    identified_low/high  where ``status`` is "bounded": what the records alone allow; None where an end is open
    """

    measure: str
    group: Group
    reference: Group
    at: At
    scale: Literal["difference", "ratio"]
    status: Status
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    sparse: bool | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    identified_low: float | None = None
    identified_high: float | None = None
    unbounded: Literal["low", "high", "both"] | None = None
    assumption: str | None = None
    note: str | None = None
    minimum_detectable: float | None = None
    within: Within | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What identifies the contrast."""
        return (self.measure, key_of(self.group), key_of(self.reference), key_of(self.at), self.scale, self.assumption)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; a suppressed contrast has none."""
        out: dict[str, Any] = {
            "measure": self.measure,
            "group": dict(self.group),
            "reference": dict(self.reference),
            "at": dict(self.at),
            "scale": self.scale,
            "assumption": self.assumption,
            "status": self.status,
        }
        if self.status != "suppressed":
            out |= {"value": digits(self.value), "low": digits(self.low), "high": digits(self.high)}
            out |= {"level": self.level, "method": self.method, "sparse": self.sparse}
            out |= {"p_value": digits(self.p_value), "p_adjusted": digits(self.p_adjusted)}
        if self.status == "bounded":
            out |= {"identified_low": digits(self.identified_low), "identified_high": digits(self.identified_high)}
        out |= _said(self, "unbounded", "note")
        if self.minimum_detectable is not None:
            out["minimum_detectable"] = digits(self.minimum_detectable)
        if self.within is not None:
            out["within"] = self.within.to_json()
        return out


@dataclass(frozen=True, slots=True)
class Check:
    """A count of something a reader must know about the records: missing, unreadable, excluded, contradictory.

    ``count`` is None where it is suppressed.
    """

    name: str
    status: Literal["pass", "warn", "fail"]
    count: int | None
    total: int | None
    note: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class AuditFindings:
    """Everything one audit found.

    family   the number of hypotheses behind ``p_adjusted``
    thinned  settings, keys of ``at``, along which only such points are shown as give no small count away
    """

    kind: str
    records: int
    population: Population
    estimates: tuple[Estimate, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    checks: tuple[Check, ...] = ()
    family: int = 0
    thinned: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in the order of CONTRACTS section 3."""
        return {
            "kind": self.kind,
            "records": self.records,
            "population": self.population,
            "family": self.family,
            "estimates": [e.to_json() for e in self.estimates],
            "contrasts": [c.to_json() for c in self.contrasts],
            "checks": [c.to_json() for c in self.checks],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a claim, judged by itself."""

    name: str
    verdict: Verdict
    because: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unbounded: Literal["low", "high", "both"] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        out: dict[str, Any] = {"name": self.name, "verdict": self.verdict, "because": self.because}
        out |= {"value": digits(self.value), "low": digits(self.low), "high": digits(self.high)}
        return out | _said(self, "unbounded")


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """The verdict on one claim.

    verdict   at the level shared among the claims of its audit; ``alone`` without that sharing
    settle    records of the same kind that would decide it with 80 % power if the present estimate is right;
              None where more records would not, and ``settle_note`` says why
    needs     for an untestable claim: exactly what is missing
    codings   what it would be under each other coding of its audit, at the same level; the verdict is not theirs
    """

    id: str
    verdict: Verdict
    alone: Verdict
    because: str
    level: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unbounded: Literal["low", "high", "both"] | None = None
    settle: int | None = None
    settle_note: str | None = None
    needs: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    consequences: tuple[Mapping[str, Any], ...] = ()
    codings: tuple[Reading, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in the order of CONTRACTS section 3."""
        out: dict[str, Any] = {"id": self.id, "verdict": self.verdict, "alone": self.alone, "level": digits(self.level)}
        out |= {"because": self.because}
        out |= {"value": digits(self.value), "low": digits(self.low), "high": digits(self.high)}
        out |= {"settle": self.settle, "needs": list(self.needs)}
        out |= {"readings": [r.to_json() for r in self.readings]}
        if self.consequences:
            out["consequences"] = [dict(c) for c in self.consequences]
        if self.codings:
            out["codings"] = [r.to_json() for r in self.codings]
        return out | _said(self, "unbounded", "settle_note")


@dataclass(frozen=True, slots=True)
class Results:
    """The document ``results.json``: findings by the audit's name, and the verdicts."""

    audits: Mapping[str, AuditFindings]
    claims: tuple[ClaimFinding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, schema ``counterproof/results/1``."""
        return {
            "schema": RESULTS_SCHEMA,
            "audits": {name: found.to_json() for name, found in self.audits.items()},
            "claims": [claim.to_json() for claim in self.claims],
        }


def _said(finding: object, *names: str) -> dict[str, Any]:
    """The named attributes that are not None."""
    return {name: getattr(finding, name) for name in names if getattr(finding, name) is not None}
