"""Inventories: read by stage, in the form of each year, with what contradicts itself."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.audits.inventory import states
from counterproof.errors import InputError, SourceError

SHARED = Path(__file__).parents[3] / "shared/data/records/ai_inventory/2025_individually_reported_AI_use_cases.csv"
THREE = {"agencies": ["DHS"], "bureaus": ["CBP", "ICE", "USCIS"]}


def found(source: Any, **options: Any) -> Any:
    (only,) = cp.audit("inventory", source, **options).audits.values()
    return only


def rate(findings: Any, measure: str, **group: str) -> tuple[int, int]:
    one = next(e for e in findings.estimates if e.measure == measure and dict(e.group) == group)
    return one.numerator, one.denominator


def count(findings: Any, measure: str, **group: str) -> int:
    return next(e for e in findings.estimates if e.measure == measure and dict(e.group) == group).value


def write(path: Path, header: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
def test_published_inventory_of_2025() -> None:
    """Known figures of three agencies of Homeland Security: 33 deployed high-impact use cases."""
    findings = found(SHARED, **THREE)
    assert findings.records == 3611
    assert [count(findings, "use_cases", bureau=name) for name in THREE["bureaus"]] == [83, 51, 24]
    assert rate(findings, "impact_assessment.in_progress") == (11, 33)
    assert rate(findings, "testing.in_progress") == (5, 33)
    assert rate(findings, "appeal.not_applicable") == (19, 33)
    assert rate(findings, "appeal.precluded") == (3, 33)
    assert rate(findings, "appeal") == (7, 33)
    assert rate(findings, "privacy_assessment.missing") == (6, 33)
    apart = [e for e in findings.estimates if e.measure == "contradictions"]
    assert [dict(e.group) for e in apart] == [{"agency": "DHS", "product": "Mobile Fortify"}]
    assert "testing: in place / in progress" in apart[0].note
    assert count(found(SHARED, agencies=["DHS"]), "use_cases") == 238


HEADER_2024 = [
    "Use Case Name", "Agency", "Agency Abbreviation", "Bureau", "Stage of Development",
    "Is the AI use case rights-impacting, safety-impacting, both, or neither?", "If Other, please explain.",
    "Has an AI impact assessment been conducted for this AI use case?", "If Other, please explain.",
    "Is there an established fallback and escalation process for this AI use case in the event that an impacted "
    "individual or group would like to appeal or contest the AI system’s outcome?",
]  # fmt: skip
ROWS_2024 = [
    ["A", "Energy", "DOE", "Lab", "Operation and Maintenance", "Both", "", "Yes", "", "No – Law"],
    ["B", "Energy", "DOE", "Lab", "Operation and maintenance", "Rights-Impacting", "", "In-progress.", *[""] * 2],
    ["C", "Energy", "DOE", "Lab", "Implementation and Assessment", "Safety-impacting", "", "", "", ""],
    ["D", "Energy", "DOE", "Office", "Retired", "Neither", "", "", "", ""],
]  # fmt: skip


def test_the_form_of_2024(tmp_path: Path) -> None:
    """cp1252, long questions, a header that occurs twice."""
    path = write(tmp_path / "2024.csv", HEADER_2024, ROWS_2024, "cp1252")
    with pytest.raises(SourceError, match="more than once") as error:
        found(path)
    assert "repeated_names: number" in str(error.value)
    source = {"path": str(path), "repeated_names": "number"}
    plan = {"title": "t", "sources": {"s": source}, "audits": {"a": {"kind": "inventory", "source": "s"}}}
    findings = cp.run(plan).audits["a"]
    assert count(findings, "deployed_high_impact") == 2
    assert rate(findings, "impact_assessment") == (1, 2)
    assert rate(findings, "impact_assessment.in_progress") == (1, 2)
    assert rate(findings, "appeal.no") == (1, 2)
    assert rate(findings, "appeal.missing") == (1, 2)
    assert rate(findings, "stage.retired", agency="DOE") == (1, 4)


def test_the_form_of_2023_asks_little(tmp_path: Path) -> None:
    header = ["Use Case ID", "Department", "Agency", "Title", "Development_Stage"]
    rows = [["1", "Department of Energy", "Lab", "A", "Operation and Maintenance"], ["2", "", "Lab", "B", ""]]
    findings = found(write(tmp_path / "2023.csv", header, rows))
    assert rate(findings, "stage.deployed") == (1, 2)
    assert rate(findings, "stage.missing") == (1, 2)
    assert count(findings, "deployed_high_impact") == 0
    assert next(e for e in findings.estimates if e.measure == "appeal").status == "undefined"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Yes", "in_place"), ("In-progress", "in_progress"), ("Appeal Process In-progress", "in_progress"),
        ("b) Development of monitoring protocols is in-progess", "in_progress"), (None, "missing"),
        ("a) Yes, sufficient monitoring protocols have been established", "in_place"),
        ("Not Applicable", "not_applicable"),
        ("Appeal Precluded by Law", "precluded"), ("CAIO Waived", "waived"), ("CAIO Review", "in_place"),
        ("['a) Direct usability testing', 'd) Other']", "in_place"), ("['Other']", "other"), ("No", "no"),
        ("Not publicly available", "not_applicable"),
        ("Establishment of an appropriate appeal process is in-progress", "in_progress"),
        ("Norway", "other"), ("To be posted on a page", "in_progress"),
    ],
)  # fmt: skip
def test_answers(cell: str | None, said: str) -> None:
    assert states.answer(cell) == said


def test_stages_and_impacts() -> None:
    assert states.stage("c) Deployed") == "deployed"
    assert states.stage("Operation and Maintenance.") == "deployed"
    assert states.stage("Someday") == "other"
    assert states.impact("a) High-impact") == "high"
    assert states.impact("Presumed High-Impact, but Not High-impact") == "presumed_not"
    assert states.withheld("Yes - Prohibited by Law") == "yes"


def test_contradictions_and_names_of_classes(tmp_path: Path) -> None:
    header = ["agency", "agency_bureau", "use_case_name", "development_stage", "is_high_impact", "has_pii"]
    rows = [
        ["X", "One", "Face Tool (mobile)", "Deployed", "High-impact", "Yes"],
        ["X", "Two", "face-tool", "Deployed", "High-impact", "No"],
        ["Y", "One", "Face Tool", "Pilot", "High-impact", "No"],
        ["X", "One", "Reader", "Deployed", "High-impact", ""],
        ["X", "Two", "Reader", "Deployed", "High-impact", "Yes"],
        *[["X", f"B{n}", "Generative AI", "Pilot", "Not High-impact", "Yes" if n % 2 else "No"] for n in range(7)],
    ]
    findings = found(write(tmp_path / "i.csv", header, rows))
    apart = [e for e in findings.estimates if e.measure == "contradictions"]
    assert [(e.group["product"], e.value) for e in apart] == [("Face Tool (mobile)", 1)]
    assert next(c for c in findings.checks if c.name == "contradictory_products").total == 2


def test_bad_input(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no known form"):
        found(write(tmp_path / "x.csv", ["agency", "system"], [["A", "B"]]))
    path = write(
        tmp_path / "y.csv", ["agency", "is_high_impact", "development_stage"], [["DHS", "High-impact", "Pilot"]]
    )
    with pytest.raises(InputError, match="no entry is of this agency"):
        found(path, agencies=["DHX"])
