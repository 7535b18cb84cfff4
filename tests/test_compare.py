"""Two releases and two runs compared: known changes are found, in counts, and nobody is singled out."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from counterproof.cli.app import run
from counterproof.errors import CounterproofError
from counterproof.plan import SourceSpec
from counterproof.releases import Comparison, compare

HEADER = ["case_id", "court", "decision", "judge_name"]


def write(path: Path, rows: list[list[str]], header: list[str] | None = None) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header or HEADER, *rows])
    return path


def rows_of(n: int, seed: int = 3) -> list[list[str]]:
    draw = random.Random(seed)
    return [[f"K{k:06d}", draw.choice(["East", "West"]), draw.choice(["granted", "denied"]), "A B"] for k in range(n)]


def compared(old: Path, new: Path, **options: Any) -> Comparison:
    chosen = {"kind": "score", "key": "case_id"} | options
    return compare(SourceSpec(path=str(old)), SourceSpec(path=str(new)), **chosen)


def test_known_changes_are_recovered(tmp_path: Path) -> None:
    old = rows_of(3000)
    new = [list(row) for row in old[40:]] + [[f"N{k}", "East", "granted", "A B"] for k in range(25)]
    for row in new[:100]:
        row[2] = "granted" if row[2] == "denied" else "denied"
    for row in new[200:260]:
        row[3] = "REDACTED"
    for row in new[300:330]:
        row[2] = ""
    draw = random.Random(5)
    draw.shuffle(new)
    found = compared(write(tmp_path / "old.csv", old), write(tmp_path / "new.csv", new), group="court")
    whole = dict(found.keys)[None]
    assert dict(whole) == {"old": 3000, "new": 2985, "kept": 2960, "appeared": 25, "vanished": 40}
    decision = found.columns["decision"]
    assert (decision["changed"], decision["blanked"], decision["compared"]) == (100, 30, 2960)
    assert (found.columns["judge_name"]["masked"], found.columns["judge_name"]["changed"]) == (60, 0)
    assert found.hidden == ("judge_name",)
    west = {label: counts for label, counts in found.keys if label == "West"}["West"]
    assert west["appeared"] == 0
    assert west["vanished"] == sum(row[1] == "West" for row in old[:40])


def test_small_changes_are_withheld_with_what_gives_them_away(tmp_path: Path) -> None:
    old = rows_of(2000)
    new = [list(row) for row in old[3:]]
    new[0][2] = "other"
    found = compared(write(tmp_path / "old.csv", old), write(tmp_path / "new.csv", new))
    whole = dict(found.keys)[None]
    assert whole["vanished"] is None
    assert None in (whole["old"], whole["kept"])
    assert None in found.columns.get("decision", {"changed": None}).values()


def test_what_is_left_over_gives_no_small_number_away(tmp_path: Path) -> None:
    """Rows less keys, and kept keys less those compared, would be the few that have no key or stand twice."""
    old = rows_of(2000)
    keyless = [["", "East", "denied", "A B"] for _ in range(4)]
    twice = [list(row) for row in old[:3]]
    plain = write(tmp_path / "a.csv", old)
    found = compared(plain, write(tmp_path / "b.csv", [*old, *keyless]))
    assert found.checks["keyless"] == (0, None)
    assert found.checks["rows"] == (2000, None)
    found = compared(plain, write(tmp_path / "c.csv", [*old, *twice]))
    assert found.checks["repeated"] == (0, None)
    assert found.checks["rows"] == (2000, None)
    assert dict(found.keys)[None]["kept"] == 2000
    decision = found.columns["decision"]
    assert decision["compared"] is None
    assert decision["same"] is None


def test_a_group_of_persons_is_refused(tmp_path: Path) -> None:
    rows = [[*row, f"note {at // 5}"] for at, row in enumerate(rows_of(2000))]
    path = write(tmp_path / "a.csv", rows, [*HEADER, "remark"])
    with pytest.raises(CounterproofError, match="would be persons"):
        compared(path, path, group="remark")


def test_too_few_people_and_a_lower_floor_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows_of(900))
    with pytest.raises(CounterproofError, match="1,000 keys"):
        compared(path, path)
    with pytest.raises(CounterproofError, match="no count below 10"):
        compared(path, path, floor=3)


def test_institutions_are_compared_at_any_size(tmp_path: Path) -> None:
    old = write(tmp_path / "a.csv", [["A", "1"], ["B", "2"], ["B", "3"], ["", "4"]], ["award", "value"])
    new = write(tmp_path / "b.csv", [["A", "9"], ["C", "2"]], ["award", "value"])
    found = compared(old, new, kind="totals", key="award")
    assert dict(found.keys[0][1]) == {"old": 2, "new": 2, "kept": 1, "appeared": 1, "vanished": 1}
    assert found.columns["value"]["changed"] == 1
    assert found.checks == {"rows": (4, 2), "keyless": (1, 0), "repeated": (1, 0)}


def test_two_years_of_an_inventory(tmp_path: Path) -> None:
    """Forms with other headers are compared in the columns of the kind, by agency."""
    old = ["Use Case Name", "Agency Abbreviation", "Bureau", "Stage of Development",
           "Is the AI use case rights-impacting, safety-impacting, both, or neither?"]  # fmt: skip
    new = ["use_case_name", "agency", "agency_bureau", "development_stage", "is_high_impact"]
    before = [["Reader", "DHS", "CBP", "Initiated", "Both"], ["Face", "DHS", "ICE", "Initiated", "Neither"]]
    after = [["Face", "DHS", "ICE", "Deployed", "High-impact"], ["Chat", "DOE", "Lab", "Pilot", ""]]
    pair = write(tmp_path / "a.csv", before, old), write(tmp_path / "b.csv", after, new)
    found = compared(*pair, kind="inventory", key="use_case", group="agency")
    assert dict(found.keys)["DHS"] == {"old": 2, "new": 1, "kept": 1, "appeared": 0, "vanished": 1}
    assert dict(found.keys)["DOE"]["appeared"] == 1
    assert found.columns["stage"]["changed"] == 1


def test_a_key_never_leaves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "a.csv", rows_of(1500))
    new = write(tmp_path / "b.csv", rows_of(1600, 4))
    args = ["compare", str(old), str(new), "--kind", "score", "--key", "case_id", "--json", str(tmp_path / "c.json")]
    assert run(args) == 0
    told = capsys.readouterr().out + (tmp_path / "c.json").read_text()
    assert "K0000" not in told
    assert "appeared: 100" in told


def test_a_plate_is_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.csv", [[f"ABC{k:04d}", "x"] for k in range(1200)], ["license_plate", "x"])
    assert run(["compare", str(path), str(path), "--kind", "score", "--key", "license_plate"]) == 2
    assert "plate" in capsys.readouterr().err


def test_options_and_columns_that_are_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.csv", rows_of(20))
    assert run(["compare", str(path), str(path)]) == 2
    said = capsys.readouterr().err
    assert "--kind" in said
    assert "--key" in said
    assert run(["compare", str(path), str(path), "--kind", "score", "--key", "case"]) == 2
    assert "case_id" in capsys.readouterr().err
    assert run(["compare", str(tmp_path), str(path), "--kind", "score", "--key", "case_id"]) == 2
    assert "no finished run" in capsys.readouterr().err


def test_two_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same plan on new records: what moved, which verdict flipped, because of what."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "title: Removals\nsources: {t: {path: t.csv}}\n"
        "audits: {a: {kind: totals, source: t, period: year, value: n}}\n"
        "claims: [{id: many, text: more than 100, claimant: x,"
        " test: {audit: a, measure: total, group: {year: '2024'}, expect: '> 100'}}]\n",
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("year,n\n2023,80\n2024,90\n")
    assert run(["run", str(plan), "--out", str(tmp_path / "one"), "--quiet"]) == 0
    (tmp_path / "t.csv").write_text("year,n\n2023,80\n2024,120\n2025,7\n")
    assert run(["run", str(plan), "--out", str(tmp_path / "two"), "--quiet"]) == 0
    capsys.readouterr()
    assert run(["compare", str(tmp_path / "one"), str(tmp_path / "two"), "--json", "-"]) == 0
    changes = json.loads(capsys.readouterr().out)
    assert changes["because"] == ["data: the records of source 't' are others"]
    assert changes["verdicts"] == [{"claim": "many", "old": "contradicted", "new": "supported"}]
    assert changes["numbers"] == [
        {"audit": "a", "number": "total, year=2024", "old": 90, "new": 120},
        {"audit": "a", "number": "total, year=2025", "old": None, "new": 7},
    ]
    assert run(["compare", str(tmp_path / "one"), str(tmp_path / "one")]) == 0
    assert "No number moved." in capsys.readouterr().out
