"""The headers, and where there are any the values, of released records: what is refused in each, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sources.stand_in import examine_columns

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real records in ../shared/data are not here")

FOIA = {
    "name": {"FIRST NAME", "FIRST_NAME", "LAST NAME", "LAST_NAME"},
    "birth date": {"Birth Date", "Birth Date (redacted)"},
    "officer": {"Arrest Created By", "OFFICER ID", "OFFICER_ID", "SUPERVISOR ID", "SUPERVISOR_ID"},
    "free text": {"OFFICER_COMMENTS", "SPECIAL_VULNERABILITY_COMMENTS", "SUPERVISOR_COMMENTS"},
    "case number": {
        *("A NUMBER", "A Number", "A_NUMBER", "Alien File Number", "Alien File Number (redacted)"),
        *("ANONYMIZED_IDENTIFIER", "Anonymized Identifer", "Anonymized Identifier", "Unique Identifier"),
        *("Case ID", "EID Case ID", "EID Case ID (redacted)", "EID DTA ID", "Detention ID"),
        *("EID Subject ID", "EID Subject ID (redacted)", "SUBJ ID", "SUBJ_ID", "SUJB ID", "Subject ID"),
        *("RCA CASE NUMBER", "RCA_CASE NUMBER", "RCA_CASE_NUMBER"),
    },
}
SPENDING = {
    "phone": {"recipient_phone_number", "recipient_fax_number"},
    "address": {"recipient_address_line_1", "recipient_address_line_2"},
    "officer": {f"highly_compensated_officer_{place}_name" for place in range(1, 6)},
}
NOTHING_REFUSED = [
    "forecast/deaths_quantile_forecasts.csv",
    "identification/frvt_false_match_rates.csv",
    "linkage/rldata500_clusters.csv",
    "records/ai_inventory/2025_individually_reported_AI_use_cases.csv",
    "records/encounters/sbo-encounters-fy22-fy25-aug.csv",
    "records/foia/ddp_missingness_by_field_2025-07.csv",
    "records/search_logs/portal_searches_sample.csv",
    "records/search_logs/portal_snapshots.csv",
    "records/search_logs/reason_strings_used_by_5plus_agencies.csv",
    "records/spending/state_government_awards.csv",
    "score/compas_counts.csv",
    "score/compas_counts_by_cutoff.csv",
    "score/open_policing_counts.csv",
    "score/student_grant_rounded_counts.csv",
]


def by_kind(columns: dict[str, Sequence[object]]) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for name, refusal in examine_columns(columns).items():
        kinds.setdefault(refusal.kind, set()).add(name)
    return kinds


@pytest.mark.parametrize("file", NOTHING_REFUSED)
def test_released_tables(file: str) -> None:
    with (DATA / file).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))[:3000]
    assert not by_kind({name: [row[name] for row in rows] for name in rows[0]})


def test_headers_of_enforcement_records() -> None:
    releases = json.loads((DATA / "records/foia/ice_foia_headers_by_release.json").read_text())
    found: dict[str, set[str]] = {}
    for columns in releases.values():
        headers = dict.fromkeys(column["header"] for column in columns)
        for same in range(2):  # the engine's names ignore case, and one release has a header in two cases
            table = {header.casefold(): header for header in (headers if same else reversed(headers))}
            for kind, names in by_kind({header: [None, ""] for header in table.values()}).items():
                found.setdefault(kind, set()).update(names)
    assert found == FOIA


@pytest.mark.parametrize("file", ["columns_award_d1.txt", "columns_transaction_search_d1.txt"])
def test_headers_of_contracts(file: str) -> None:
    names = (DATA / "records/spending" / file).read_text().split()
    assert by_kind({name: [None, ""] for name in names}) == SPENDING


def test_facilities_have_names_and_addresses() -> None:
    workbook = CalamineWorkbook.from_path(str(DATA / "records/detention_statistics/FY24_detentionStats.xlsx"))
    header, *rows = workbook.get_sheet_by_name("Facilities EOFY24").to_python()[6:]
    columns = {str(name): [str(row[place]) for row in rows] for place, name in enumerate(header) if name != ""}
    assert by_kind(dict(columns)) == {"address": {"Address"}}
