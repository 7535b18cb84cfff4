"""No value of a person's column, and no count below the floor, reaches an output, a message or a file left behind."""

from __future__ import annotations

import json
import random
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import counterproof as cp
from counterproof.cli.app import run

PLANTED = {
    "full_name": "Quillfeather, Zebedee",
    "dob": "1987-03-29",
    "a_number": "A 213 998 417",
    "plate": "QZX 8841",
    "phone": "(512) 555-0147",
    "email": "zebedee.q@example.org",
    "home_address": "4417 Marrowbone Lane",
    "latitude": "31.76190",
    "officer": "Sgt. Thistlewood",
    "note": "seen near Marrowbone with Zebedee",
}
SCORE = ["--score", "score", "--flag-at", "5", "--outcome", "outcome"]


def records(folder: Path, broken: str = "") -> Path:
    """Three hundred rows, each with its own variation of the planted values."""
    rng = random.Random(7)
    path = folder / "records.csv"
    lines = [",".join(["score", "outcome", "office", *PLANTED])]
    for i in range(300):
        values = [f'"{value[:-1]}{chr(65 + i % 26)}{i}"' for value in PLANTED.values()]
        lines.append(",".join([str(rng.randint(1, 9)), str(rng.randint(0, 1)), "NS"[i % 2], *values]))
    path.write_text("\n".join(lines) + "\n" + broken, encoding="utf-8")
    return path


def fragments() -> list[str]:
    """What must not be found: each planted value without its last sign, in pieces of one word or more."""
    words = {word for value in PLANTED.values() for word in value[:-1].replace(",", " ").split() if len(word) > 4}
    return sorted(words | {value[:-1] for value in PLANTED.values()})


def assert_clean(text: str, where: str) -> None:
    for fragment in fragments():
        assert fragment not in text, f"{fragment!r} in {where}"


def test_no_planted_value_is_in_any_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scratch = tmp_path / "scratch"  # of this test alone: other programs may be at work in the common one
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    source = records(tmp_path)
    out = tmp_path / "out"
    assert run(["audit", "score", str(source), *SCORE, "--group", "office", "--out", str(out)]) == 0
    assert run(["audit", "score", str(source), *SCORE, "--json", "-"]) == 0
    assert run(["profile", str(source)]) == 0
    assert run(["verify", str(out)]) == 0
    captured = capsys.readouterr()
    assert_clean(captured.out + captured.err, "the terminal")
    written = [path for path in out.rglob("*") if path.is_file()]
    assert {"report.html", "results.json", "counts.json", "manifest.json"} <= {path.name for path in written}
    for path in written:
        assert_clean(path.read_text(encoding="utf-8"), path.name)
    assert not list(scratch.iterdir())


@pytest.mark.parametrize("column", ["full_name", "dob", "a_number", "plate", "phone", "email", "home_address", "note"])
@pytest.mark.parametrize("role", ["--group", "--outcome", "--score", "--count"])
def test_no_error_quotes_a_value(column: str, role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"--score": "score", "--outcome": "outcome", "--flag-at": "5"} | {role: column}
    words = [word for pair in options.items() for word in pair]
    assert run(["audit", "score", str(records(tmp_path)), *words, "--json", "-"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert_clean(captured.err, "the message")


@pytest.mark.parametrize("broken", ["1,0,N,Quillfeather\n", '1,0,"Quillfeather, Zeb\n', "1,0,Thistlewood" + ",x" * 30])
def test_a_reader_that_fails_quotes_no_row(broken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "score", str(records(tmp_path, broken)), *SCORE, "--json", "-"]) == 2
    assert_clean(capsys.readouterr().err, "the message")


def test_a_group_is_judged_by_all_its_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # the head of the table holds offices only; the names of persons come after what is looked at when it is opened
    rows = [f"{i % 10},{i % 2},{'NS'[i % 2]}" for i in range(20_000)]
    surnames, given = ["Garcia", "Johnson", "Nguyen", "Williams", "Martinez"], ["Maria", "James", "Linda", "Robert"]
    names = [f"{surname}, {name}" for surname in surnames for name in given]
    rows += [f'{i % 10},{i % 2},"{names[i % len(names)]}"' for i in range(2_000)]
    path = tmp_path / "late.csv"
    path.write_text("score,outcome,desk\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run(["audit", "score", str(path), *SCORE, "--group", "desk", "--json", "-"]) == 2
    captured = capsys.readouterr()
    assert "desk" in captured.err
    assert not any(surname in captured.err for surname in surnames)


COMPAS = Path(str(files("counterproof") / "demo" / "compas_counts.csv"))
ROLES: dict[str, Any] = {"score": "decile_score", "outcome": "two_year_recid", "count": "n"}


@pytest.mark.parametrize("options", [{"flag_at": 5, "groups": ["race"]}, {"flag_at": 8, "groups": ["race", "sex"]}])
def test_no_small_count_is_shown(options: dict[str, Any]) -> None:
    found = cp.audit("score", COMPAS, **ROLES, **options)
    audit = found.to_json()["audits"]["audit"]
    shown = [e for e in audit["estimates"] if e.get("numerator") is not None]
    assert len(shown) > 100
    for estimate in shown:
        x, n = estimate["numerator"], estimate["denominator"]
        for count in (x, n - x, n):
            assert count == 0 or count >= 10, estimate
    hidden = [e for e in audit["estimates"] if e["status"] == "suppressed"]
    assert hidden
    assert not any({"value", "low", "high", "numerator"} & set(e) for e in hidden)
    for tables in found.exhibit.counts.values():
        for table in tables.values():
            for row in table:
                assert not any(0 < count < 10 for count in row.counts.values() if count is not None)
    json.dumps(audit, allow_nan=False)
