"""The same for every kind of audit: values planted in persons' columns, in roles and as bad casts are nowhere after."""

from __future__ import annotations

import csv
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audits import search_logs
from counterproof.audits import registry
from counterproof.cli.app import run

Row = dict[str, Any]
PERSON = {
    "full_name": "Quillfeather, Zebedee",
    "dob": "1987-03-29",
    "a_number": "A 213 998 417",
    "plate": "QZX 8841",
    "email": "zebedee.q@example.org",
    "officer": "Sgt. Thistlewood",
    "note": "seen near Marrowbone with Zebedee",
}
FRAGMENTS = ("Quillfeather", "Zebedee", "zebedee", "1987-03-29", "213 998", "QZX", "Thistlewood", "Marrowbone")
BAD = "Quillfeather 1987-03-29"


def draws(n: int, make: Callable[[random.Random, int], Row]) -> list[Row]:
    rng = random.Random(11)
    return [make(rng, i) for i in range(n)]


def comparison(rng: random.Random, i: int) -> Row:
    mated = rng.random() < 0.4
    score = round(rng.gauss(0.7 if mated else 0.3, 0.15), 3)
    return {"score": score, "mated": int(mated), "race": "AB"[i % 2], "who": f"Quillfeather {i % 90}"}


def candidate(rng: random.Random, i: int) -> Row:
    enrolled = rng.random() < 0.5
    mate = enrolled and rng.random() < 0.9
    return {
        "s": round(rng.gauss(0.7 if mate else 0.4, 0.1), 3),
        "r": 1,
        "e": ["no", "yes"][enrolled],
        "mate": ["no", "yes"][mate],
        "race": "AB"[i % 2],
    }


def linked(rng: random.Random, i: int) -> Row:
    true = f"Quillfeather {i // 2}"
    wrong = rng.random() < 0.1
    return {"record": f"QZX {i}", "predicted": f"Thistlewood {i // 2 + wrong}", "true": true, "race": "AB"[i % 2]}


def reviewed(rng: random.Random, i: int) -> Row:
    return {"ok": int(rng.random() < 0.9), "link_score": round(rng.random(), 2), "reviewer": f"Thistlewood {i % 3}"}


def stop(rng: random.Random, i: int) -> Row:
    searched = rng.random() < 0.4
    hit = searched and rng.random() < 0.4
    return {"race": "AB"[i % 2], "county": f"County {i % 4}", "searched": int(searched), "hit": int(hit)}


def case(rng: random.Random, i: int) -> Row:
    month = rng.randint(1, 9)
    closed = "" if rng.random() < 0.2 else f"2024-{month + rng.randint(0, 3):02d}-28"
    return {"opened": f"2024-{month:02d}-03", "closed": closed, "office": "NS"[i % 2]}


def forecast(rng: random.Random, i: int) -> Row:
    seen = 50 + 37 * (i // 2) % 100  # the same for both models
    return {
        "observed": seen,
        "predicted": seen + rng.randint(-20, 20),
        "model": "AB"[i % 2],
        "made": "2023-12-15",
        "target": f"2024-{i // 2 % 12 + 1:02d}-01",
        "place": f"Place {i // 24}",
    }


def total(rng: random.Random, i: int) -> Row:
    return {"year": str(1900 + i), "value": rng.randint(100, 900)}


def contract(rng: random.Random, i: int) -> Row:
    amount = str(rng.randint(1, 9) * 100_000)
    return {
        "contract_award_unique_key": f"K{i}",
        "total_obligated_amount": amount,
        "current_total_value_of_award": amount,
        "potential_total_value_of_award": amount,
        "award_base_action_date_fiscal_year": "2023",
        "award_or_idv_flag": "AWARD",
        "recipient_uei": f"UEI{i % 5}",
        "recipient_name": f"COMPANY {i % 5}",
        "extent_competed": "FULL AND OPEN COMPETITION",
    }


def agreement(rng: random.Random, i: int) -> Row:
    return {
        "row": "flow",
        "from": f"Agency {i % 5}",
        "to": f"Agency {(i + 1 + rng.randrange(3)) % 5}",
        "data": "photos",
        "retention_days": "30",
        "authority": "8 USC 1",
        "expires": "2027-01-01",
        "declared_by": "both",
    }


def decided(rng: random.Random, i: int) -> Row:
    return {"score": rng.randint(1, 9), "outcome": rng.randint(0, 1), "office": "NS"[i % 2]}


# kind and options, rows, the role columns in which values are planted
CASES: dict[str, tuple[dict[str, Any], list[Row], tuple[str, ...]]] = {
    "score": (
        {"kind": "score", "score": "score", "flag_at": 5, "outcome": "outcome", "groups": ["office"]},
        draws(400, decided),
        ("score", "outcome"),
    ),
    "scores of comparisons": (
        {"kind": "identification", "score": "score", "mated": "mated", "threshold": "0.5", "groups": ["race"],
         "subject": "who"},
        draws(600, comparison),
        ("score", "mated"),
    ),
    "searches in a gallery": (
        {"kind": "identification", "candidate_score": "s", "rank": "r", "enrolled": "e", "mate": "mate",
         "threshold": "0.6", "gallery": [25000], "groups": ["race"]},
        draws(600, candidate),
        ("s", "r", "e", "mate"),
    ),
    "clusters of records": (
        {"kind": "linkage", "record": "record", "predicted": "predicted", "true": "true", "groups": ["race"]},
        draws(400, linked),
        ("race",),
    ),
    "reviewed links": (
        {"kind": "linkage", "reviewed": "ok", "link_score": "link_score"},
        draws(400, reviewed),
        ("ok", "link_score"),
    ),
    "outcome-test": (
        {"kind": "outcome-test", "groups": ["race"], "place": "county", "searches": "searched", "hits": "hit",
         "threshold_test": False},
        draws(800, stop),
        ("searched", "hit"),
    ),
    "duration": (
        {"kind": "duration", "opened": "opened", "closed": "closed", "as_of": "2024-12-31", "groups": ["office"]},
        draws(400, case),
        ("opened", "closed"),
    ),
    "forecast": (
        {"kind": "forecast", "observed": "observed", "predicted": "predicted", "model": "model", "target": "target",
         "origin": "made", "place": "place"},
        draws(240, forecast),
        ("observed", "predicted", "target"),
    ),
    "totals": ({"kind": "totals", "period": "year", "value": "value"}, draws(100, total), ("value",)),
    "spending": (
        {"kind": "spending"},
        draws(60, contract),
        ("total_obligated_amount", "award_base_action_date_fiscal_year", "award_or_idv_flag"),
    ),
    "sharing": ({"kind": "sharing", "as_of": "2025-06-30"}, draws(40, agreement), ("retention_days", "expires", "row")),
}  # fmt: skip
PLANTED_FIELDS = {"sharing": ()}  # its columns are fixed, so nobody's can stand beside them


def table(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def with_persons(name: str, rows: list[Row]) -> list[Row]:
    return [row | {c: f"{v}{i}" for c, v in PERSON.items() if c in PLANTED_FIELDS.get(name, PERSON)}
            for i, row in enumerate(rows)]  # fmt: skip


def assert_clean(text: str, where: str) -> None:
    for fragment in FRAGMENTS:
        assert fragment not in text, f"{fragment!r} in {where}: …{text[max(0, text.find(fragment) - 200) :][:400]}"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def all_of_it(
    folder: Path,
    options: dict[str, Any],
    source: Path,
    scratch: Path,
    capsys: pytest.CaptureFixture[str],
    commands: str = "check run profile verify",
) -> int:
    """Whatever these commands print and write is clean. The exit code of the run."""
    plan, out = folder / "plan.yaml", folder / "out"
    plan.write_text(json.dumps({"sources": {"s": {"path": source.name}}, "audits": {"a": options | {"source": "s"}}}))
    if "check" in commands:
        run(["check", str(plan)])
    code = run(["run", str(plan), "--out", str(out)])
    if "profile" in commands:
        run(["profile", str(source)])
    if code == 0 and "verify" in commands:
        assert run(["verify", str(out), "--root", str(folder)]) == 0
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert_clean(said.out, "stdout")
    assert_clean(said.err, "stderr")
    for path in (path for path in (*out.rglob("*"), *scratch.rglob("*")) if path.is_file()):
        assert_clean(path.read_text(encoding="utf-8", errors="replace"), str(path))
    assert not list(scratch.iterdir())
    return code


@pytest.mark.parametrize("name", CASES)
def test_no_planted_value_is_anywhere(
    name: str, tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options, rows, _ = CASES[name]
    source = table(tmp_path / "records.csv", with_persons(name, rows))
    assert all_of_it(tmp_path, options, source, scratch, capsys) == 0


@pytest.mark.parametrize("name", CASES)
def test_a_few_bad_casts_are_quoted_nowhere(
    name: str, tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options, rows, roles = CASES[name]
    soiled = [dict(row) for row in rows]
    for i, role in enumerate(role for role in roles if role != "race"):
        soiled[7 * i + 20][role] = BAD
    source = table(tmp_path / "records.csv", soiled)
    assert all_of_it(tmp_path, options, source, scratch, capsys, "run") in (0, 2)


@pytest.mark.parametrize(("name", "role"), [(name, role) for name, case in CASES.items() for role in case[2]])
def test_a_column_of_something_else_is_quoted_nowhere(
    name: str, role: str, tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options, rows, _ = CASES[name]
    source = table(tmp_path / "records.csv", [row | {role: f"{PERSON['full_name']} {i}"} for i, row in enumerate(rows)])
    all_of_it(tmp_path, options, source, scratch, capsys, "run")


@pytest.mark.parametrize("layout", ["superset", "federal", "older"])
def test_a_search_log_keeps_plates_names_reasons_and_prompts(
    layout: str, tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reasons are free text: a name in one is never shown, however often it stands there."""
    header = search_logs.LAYOUTS[layout]
    planted = {"Name": PERSON["officer"], "License Plate": PERSON["plate"], "Case #": PERSON["a_number"],
               "Filters": PERSON["note"], "Text Prompt": PERSON["note"]}  # fmt: skip
    rows = []
    for i, search in enumerate(search_logs.draw(5, 900)):
        cells = {name: search_logs.cells(search, name) for name in header}
        cells |= {name: f"{value} {i % 40}" for name, value in planted.items() if name in header}
        if i % 3 == 0:
            cells["Reason"] = PERSON["full_name"] if i % 2 else PERSON["note"]
        if i % 50 == 0:
            cells["Total Networks Searched"] = BAD
        if i % 70 == 0:
            cells["Search Time"] = BAD
        rows.append(cells)
    source = table(tmp_path / "records.csv", rows)
    options = {"kind": "search-log", "timezone": "America/Chicago"}
    assert all_of_it(tmp_path, options, source, scratch, capsys) == 0


def test_an_inventory_keeps_who_to_write_to(tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = ["Use Case Name", "Agency", "Bureau", "Stage of Development", "Is the AI use case high-impact?"]
    rows = [
        dict(zip(header, (f"Case {i}", "Department of Homeland Security", "ICE", "Deployed", "Yes"), strict=True))
        | {"Contact": f"{PERSON['full_name']} {i}", "Email": PERSON["email"], "Notes": PERSON["note"]}
        for i in range(60)
    ]
    all_of_it(tmp_path, {"kind": "inventory"}, table(tmp_path / "records.csv", rows), scratch, capsys)


@pytest.mark.parametrize("role", ["full_name", "office"])
def test_compared_releases_quote_nothing(
    role: str, tmp_path: Path, scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = with_persons("score", [row | {"key": f"QZX {i}"} for i, row in enumerate(draws(2500, decided))])
    new = [row | {"note": f"Marrowbone {i}", "score": BAD if i % 100 == 0 else row["score"]}
           for i, row in enumerate(old[30:])]  # fmt: skip
    places = [str(table(tmp_path / f"{name}.csv", rows)) for name, rows in (("old", old), ("new", new))]
    code = run(["compare", *places, "--kind", "score", "--key", "key", "--group", role, "--json", str(tmp_path / "c")])
    said = capsys.readouterr()
    assert code == (2 if role == "full_name" else 0), said.err
    assert_clean(said.out + said.err, "the terminal")
    if code == 0:
        assert_clean((tmp_path / "c").read_text(encoding="utf-8"), "the file")
    assert not list(scratch.iterdir())


def test_no_kind_is_forgotten() -> None:
    tried = {options["kind"] for options, _, _ in CASES.values()} | {"search-log", "inventory"}
    assert tried == set(registry.kinds())
