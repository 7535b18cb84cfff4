"""Agreements and flows: what has no authority, no end, no second side, and where a record can end up."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.audits.sharing.network import FINDINGS
from counterproof.audits.sharing.terms import days, when
from counterproof.errors import InputError, SourceError
from counterproof.reductions.sharing import COLUMNS


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(source: Any, **options: Any) -> Any:
    (only,) = cp.audit("sharing", source, as_of="2025-06-30", **options).audits.values()
    return only


def share(findings: Any, measure: str) -> tuple[int, int]:
    one = next(e for e in findings.estimates if e.measure == measure and not e.group)
    return one.numerator, one.denominator


def told(findings: Any) -> dict[tuple[str, str], str]:
    return {(e.group["from"], e.group["to"]): e.note for e in findings.estimates if e.measure == "findings"}


def check(findings: Any, name: str) -> int:
    return next(c for c in findings.checks if c.name == name).count


SOUND = {"authority": "8 USC 1", "assessment": "https://example.org/pia"}


def test_each_finding(tmp_path: Path) -> None:
    rows = [
        {"row": "agreement", "id": "A1", "from": "DMV", "to": "Bureau", "data": "photos", "retention_days": "30",
         "onward": "no", "expires": "2024-12-31"} | SOUND,
        {"row": "agreement", "from": "Sheriff", "to": "Center", "direction": "both", "expires": "May 2, 2027"} | SOUND,
        {"from": "DMV", "to": "Bureau", "data": "photos", "retention_days": "90", "declared_by": "from"},
        {"from": "Bureau", "to": "Vendor", "data": "photos", "retention_days": "1 year"} | SOUND,
        {"from": "Center", "to": "Sheriff", "data": "plates", "declared_by": "both"},
        {"from": "Center", "to": "Bureau", "data": "plates", "authority": "none"},
        {"row": "holding", "from": "Center", "data": "plates", "retention_days": "10"},
    ]  # fmt: skip
    findings = found(write(tmp_path / "s.csv", rows))
    assert told(findings) == {
        ("DMV", "Bureau"): "expired; declared by one side only; kept longer than the source may",
        ("Bureau", "Vendor"): "kept longer than the source may; passed on although that is barred",
        ("Center", "Bureau"): "no authority; no assessment",
    }
    assert share(findings, "any_finding") == (3, 4)
    assert check(findings, "without_end") == 0


def test_two_rows_of_one_flow_are_both_sides(tmp_path: Path) -> None:
    rows = [{"from": "A", "to": "B", "data": "x", "declared_by": side} | SOUND for side in ("A", "to")]
    assert told(found(write(tmp_path / "s.csv", rows))) == {}


def test_no_day_leaves_expiry_open(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", [{"from": "A", "to": "B", "expires": "2001-01-01"} | SOUND])
    (only,) = cp.audit("sharing", path).audits.values()
    assert next(e for e in only.estimates if e.measure == "expired").status == "not_identified"


def test_ways_with_cycles(tmp_path: Path) -> None:
    pairs = [("A", "B"), ("B", "C"), ("C", "A"), ("C", "D"), ("A", "D"), ("E", "A")]
    rows = [{"from": a, "to": b, "data": "x"} | SOUND for a, b in pairs] + [{"from": "D", "to": "F"} | SOUND]
    findings = found(write(tmp_path / "s.csv", rows), origin="A", data="x")
    ways = {e.group["party"]: (e.value, e.group["through"]) for e in findings.estimates if e.measure == "hops_to"}
    assert ways == {"B": (1, "A"), "D": (1, "A"), "C": (2, "B"), "F": (2, "D")}


def test_a_generated_network_is_recovered(tmp_path: Path) -> None:
    """300 parties, 5,000 flows, known gaps."""
    draw = random.Random(300)
    parties = [f"Agency {n:03d}" for n in range(300)]
    pairs = draw.sample([(a, b) for a in parties for b in parties if a != b], 5000)
    rows: list[dict[str, str]] = [{"row": "party", "from": name} for name in parties[:290]]
    truth = dict.fromkeys(FINDINGS, 0)
    for number, (a, b) in enumerate(pairs):
        gap = draw.choice([None, "no_authority", "expired", "no_assessment", "one_sided", "kept_longer"])
        name = f"A{number}"
        terms = {"retention_days": "30", "expires": "2030-01-01", "declared_by": "both"} | SOUND
        flow = {"row": "flow", "from": a, "to": b, "data": f"kind {number}", "under": name}
        changed = {
            "no_authority": {"authority": ""}, "expired": {"expires": draw.choice(["2020-05-01", "5/1/2020"])},
            "no_assessment": {"assessment": "no"},
        }  # fmt: skip
        stated = {"one_sided": {"declared_by": "from"}, "kept_longer": {"retention_days": "31 days"}}
        rows.append({"row": "agreement", "id": name, "from": a, "to": b} | terms | changed.get(gap or "", {}))
        rows.append(flow | {"declared_by": "both"} | stated.get(gap or "", {}))
        if gap:
            truth[gap] += 1
        truth["unknown_party"] += not {a, b} <= set(parties[:290])
    findings = found(write(tmp_path / "s.csv", rows))
    assert {name: share(findings, name)[0] for name in FINDINGS} == truth
    assert share(findings, "any_finding")[1] == 5000


def test_yaml_and_workbook_names(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("- {from: A, to: b, data: x, authority: law}\n- {from: B, to: c, data: x}\n", encoding="utf-8")
    findings = found(path)
    assert set(told(findings)) == {("A", "B"), ("B", "c")}


def test_bad_input(tmp_path: Path) -> None:
    rows = [
        {"row": "agreement", "id": "A1", "from": "A", "to": "B", "signed": "2024-05-01", "expires": "2023-05-01"},
        {"from": "A", "to": "B", "under": "A7", "expires": "someday", "retention_days": "a while"},
        {"from": "A"},
    ]
    findings = found(write(tmp_path / "s.csv", rows))
    named = ("backwards", "unreadable_dates", "unreadable_times", "dangling", "incomplete", "without_end")
    assert [check(findings, name) for name in named] == [1, 1, 1, 1, 1, 0]
    with pytest.raises(InputError, match="no flow has this origin"):
        found(tmp_path / "s.csv", origin="Q")
    (tmp_path / "t.csv").write_text("sender,receiver\na,b\n")
    with pytest.raises(SourceError, match="no column 'from'"):
        found(tmp_path / "t.csv")
    (tmp_path / "u.yaml").write_text("a: 1\n")
    with pytest.raises(SourceError, match="no list of rows"):
        found(tmp_path / "u.yaml")
    write(tmp_path / "v.csv", [{"row": "agreement", "from": "A", "to": "B"}])
    with pytest.raises(InputError, match="no flow"):
        found(tmp_path / "v.csv")


def test_terms() -> None:
    texts = ("2024-03-01", "3/1/2024", "1 March 2024", "March 1, 2024")
    assert [str(when(text)) for text in texts] == ["2024-03-01"] * 4
    assert when("soon") is None
    assert [days(text) for text in ("30", "2 years", "indefinitely", "x", None)] == [
        30,
        730.5,
        float("inf"),
        None,
        None,
    ]
