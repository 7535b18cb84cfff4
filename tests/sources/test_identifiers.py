"""Columns that identify persons are refused by name and look; what merely looks like them is not."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterproof.errors import RefusedColumn
from counterproof.reductions import Role
from counterproof.sources.identity import lexicon, patterns
from counterproof.sources.identity.identifiers import SAMPLE_ROWS, check_roles, examine, examine_values
from sources.identifier_corpus import figures, judged, measure, table
from sources.stand_in import StandIn, engine, examine_columns, source_of

PEOPLE = ["Garcia, Maria", "Smith, John", "Nguyen, Thuy", "Brown, Ashley", "Lee, Kevin", "Okafor, Daniel"]


def test_corpus_recall_and_precision() -> None:
    rows, wrong = measure()
    recall, precision = figures(rows)
    assert recall >= 0.97, wrong
    assert precision >= 0.97, wrong


def test_the_table_in_the_documentation_is_the_measured_one() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "identifiers.md").read_text(encoding="utf-8")
    assert table() in page, "PYTHONPATH=tests python -m sources.identifier_corpus"


def test_counted_values_are_judged_like_columns() -> None:
    """The engine's regular expressions and Python's agree on every column of the corpus."""
    for column, refusal in judged():
        assert examine_values(column.name, column.values) == refusal, column.name


def test_patterns_are_portable() -> None:
    for text in (*patterns.PATTERNS.values(), patterns.MASK):
        assert "\\" not in text
        assert "(?" not in text
        assert "*?" not in text
        inside = "".join(re.findall(r"\[\^?(.[^]]*)\]", text))
        assert not set("[]") & set(inside)
        assert "&&" not in inside


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("License Plate", "plate"),
        ("licensePlate", "plate"),
        ("VIN", "plate"),
        ("plate_state", None),
        ("Case #", "case number"),
        ("c_case_number", "case number"),
        ("case_count", None),
        ("number_of_cases", None),
        ("use_case_id", None),
        ("Anumber", "case number"),
        ("A_NUMBER", "case number"),
        ("SUJB ID", "case number"),
        ("DOB", "birth date"),
        ("Fecha de Nacimiento", "birth date"),
        ("birth_year", None),
        ("Birth Country", None),
        ("name", "name"),
        ("Apellido Paterno", "name"),
        ("location_name", None),
        ("vendor_name", None),
        ("facility_name", None),
        ("agency_name", None),
        ("file_name", None),
        ("algorithm_name", None),
        ("recipient_parent_name", None),
        ("nombre_agencia", None),
        ("E-mail", "e-mail"),
        ("has_email", None),
        ("ip_address", "device"),
        ("Criminal Street Gang Yes No", None),
        ("street", "address"),
        ("officer_race", None),
        ("Arrest Created By", "officer"),
        ("OFFICER_AGREE_DISAGREE", None),
        ("OFFICER_COMMENTS", "free text"),
        ("Text Prompt", "search prompt or filter"),
        ("lat", "coordinates"),
        ("plates", "plate"),
        ("Final Order Yes No", None),
    ],
)
def test_names(name: str, kind: str | None) -> None:
    assert lexicon.kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("name", [1, 2, 3]),
        ("name", pa.array([1.0, 2.5, None])),
        ("name", ["ADAMS COUNTY DET CENTER", "ADELANTO ICE PROCESSING CENTER", "ALAMANCE COUNTY DETENTION FACILITY"]),
        ("phone", [True, False, None]),
        ("address", [0, 1, 1]),
        ("case", ["civil", "criminal", "civil"]),
        ("lat", [12, 30, 45]),
        ("plates", [1200, 87000, 4312]),
        ("dob", [1985, 1990, 2001]),
        ("first", [dt.date(2020, 1, 1), dt.date(2021, 1, 1)]),
        ("prompt", ["0", "1", "1"]),
    ],
)
def test_looks_that_speak_against_a_name(name: str, values: Any) -> None:
    assert not examine_columns({name: values})


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("License Plate", ["***", "███", None], "plate"),
        ("name", ["Иванова Мария", "王小明", "محمد علي"], "name"),
        ("Birth Date (redacted)", ["b(6), b(7)c"] * 3, "birth date"),
        ("dob", [dt.date(1985, 1, 1), dt.date(1990, 5, 4)], "birth date"),
        ("ssn", [123456789, 987654321], "social security number"),
        ("latitude", [30.26715, 41.87811], "coordinates"),
        ("A Number", pa.array([None, None], pa.string()), "case number"),
        ("vendor_name", PEOPLE, "name"),
        ("column_9", ["A 123 456 789", "A987654321"], "case number"),
    ],
)
def test_refused(name: str, values: Any, kind: str) -> None:
    refusal = examine_columns({name: values})[name]
    assert refusal.kind == kind


def test_reasons_say_which_spoke_and_the_share() -> None:
    refused = examine_columns(
        {
            "Email": ["a@example.org", "b@example.org", "none given"],
            "field 2": ["a@example.org", "b@example.org", "c@example.org"],
            "dob": ["1980-01-02", "1990-03-04", "2000-05-06"],
            "badge": ["17", "18", "19"],
            "plate": ["***", None, ""],
        }
    )
    assert {name: refusal.reason for name, refusal in refused.items()} == {
        "Email": "67 % of its values look like e-mail addresses, and its name says e-mail addresses",
        "field 2": "100 % of its values look like e-mail addresses, though its name does not say so",
        "dob": "its name says birth dates and the look of 100 % of its values agrees",
        "badge": "its name says officers or users and the look of its values does not speak against it",
        "plate": "its name says vehicle plates or identification numbers and no value speaks against it",
    }


def test_public_holds_only_while_the_look_agrees() -> None:
    columns = {"name": ["Gotham", "Foundry", "Helios"], "Email": ["a@example.org", "b@example.org", None]}
    assert set(examine_columns(columns)) == {"name", "Email"}
    still = examine_columns(columns, public={"name": "products", "Email": "published addresses"})
    assert set(still) == {"Email"}
    assert "declaring it public does not change that" in still["Email"].reason
    persons = {"judge_name": PEOPLE, "dob": ["1980-01-02", "1990-03-04", None] * 2}
    assert set(examine_columns(persons, public=dict.fromkeys(persons, "they hold office"))) == set(persons)


def test_search_log() -> None:
    """The superset layout of plate-reader audits: what stays open is what such an audit counts."""
    row = {
        "ID": "5f0c1a52-0000-4000-9000-000000000001",
        "Name": "j. smith",
        "Org Name": "Houston TX PD",
        "Total Networks Searched": "5210",
        "Total Devices Searched": "77000",
        "Time Frame": "03/01/2025",
        "License Plate": "***",
        "Reason": "investigation",
        "Case #": "25-001234",
        "Filters": "color: red",
        "Search Time": "03/14/2025, 09:12:01 AM UTC",
        "Search Type": "lookup",
        "Text Prompt": "red truck with rack",
        "Moderation": "approved",
    }
    refused = examine_columns({name: [value] for name, value in row.items()}, layout="search-log")
    assert {name: refusal.kind for name, refusal in refused.items()} == {
        "Name": "officer",
        "License Plate": "plate",
        "Case #": "case number",
        "Filters": "search prompt or filter",
        "Text Prompt": "search prompt or filter",
    }


def test_columns_restricts_and_keeps_the_order() -> None:
    source = source_of({"plate": ["ABC1234"], "race": ["x"], "name": PEOPLE[:1]})
    assert list(examine(source)) == ["plate", "name"]
    assert list(examine(source, columns=["name", "race"])) == ["name"]
    assert not examine(source, columns=["race"])


def test_keys_may_be_refused_columns_but_not_plates() -> None:
    refused = examine_columns({"subject_id": ["a1", "b2"], "plate": ["ABC1234", "DEF5678"], "name": PEOPLE[:2]})
    check_roles(refused, [Role("cluster", "subject_id", "key"), Role("groups", "race", "category")])
    with pytest.raises(RefusedColumn) as caught:
        check_roles(
            refused,
            [
                Role("cluster", "subject_id", "key"),
                Role("key", "plate", "key"),
                Role("groups", "name", "category"),
                Role("outcome", "subject_id", "coded"),
            ],
        )
    error = caught.value
    assert error.exit_code == 2
    assert [problem.where for problem in error.problems] == ["key", "groups", "outcome"]
    assert "public: {subject_id: " in str(error)
    assert "'plate'" in str(error)


def test_no_value_reaches_a_message(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = {
        "name": ["Zyxwvut, Qwertyana", "Plaugh, Xyzzyana"],
        "plate": ["QQX7413", "ZZK9921"],
        "mail": ["zyxwvut@plaugh.example", "xyzzy@plaugh.example"],
        "note": ["zyxwvut seen near plaugh", "xyzzy went home then"],
    }
    refused = examine_columns(secrets)
    assert set(refused) == set(secrets)
    with pytest.raises(RefusedColumn) as caught:
        check_roles(refused, [Role("groups", name, "category") for name in secrets])
    error = caught.value
    chain = (str(error), repr(error), repr(error.args), repr(error.problems), repr(error.__cause__))
    told = " ".join((*map(repr, refused.values()), *chain, caplog.text, *capfd.readouterr())).casefold()
    planted = {word for values in secrets.values() for value in values for word in value.casefold().split(", ")}
    assert not [word for word in planted if word in told]


def test_same_rows_every_time(tmp_path: Any) -> None:
    """Several row groups, two threads, an engine told not to keep the order: the share stays the same."""
    rows = 6 * SAMPLE_ROWS
    table = pa.table({"field": [f"a{i}@example.org" if i % 3 else f"number {i}" for i in range(rows)]})
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=SAMPLE_ROWS // 4)
    con = engine()
    source = StandIn(con.read_parquet(tmp_path / "rows.parquet"), con)
    reasons = {examine(source)["field"].reason for _ in range(4)}
    assert reasons == {"67 % of its values look like e-mail addresses, though its name does not say so"}
    assert con.raw_sql("SELECT current_setting('preserve_insertion_order')").fetchone() == (False,)


def test_odd_tables() -> None:
    wide = {f"c{number}": ["x", None] for number in range(150)}
    assert not examine_columns(wide)
    assert not examine_columns({"race": pa.array([], pa.string())})
    assert set(examine_columns({"Name": pa.array([], pa.string())})) == {"Name"}
    nested = {"tags": [["a"], ["b"]], "when": [dt.time(1), dt.time(2)], "raw": [b"\x00", b"\xff"]}
    assert not examine_columns(nested)
    assert set(examine_columns({"na\"me's {email}": ["a@example.org", "b@example.org"]})) == {"na\"me's {email}"}
