"""Bad input as a user meets it: through the command line. A clear error or a stated count, and never a value."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import counterproof as cp
from counterproof.cli.app import run
from counterproof.errors import InputError

SECRET = "Zebedee Quillfeather"
HEADER = "score,outcome,office\n"
GOOD = HEADER + "".join(f"{i % 10},{i % 2},{'AB'[i % 3 > 0]}\n" for i in range(300))
COUNTED = "score,outcome,office,n\n1,0,A,{}\n6,1,B,5\n"
ROLES = ["--score", "score", "--flag-at", "5", "--outcome", "outcome", "--group", "office"]

Text = Callable[[Path], list[str]]


def written(name: str, content: str | bytes) -> Text:
    def write(folder: Path) -> list[str]:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [str(path)]

    return write


def two_layouts(folder: Path) -> list[str]:
    return [*written("a.csv", GOOD)(folder), *written("b.csv", GOOD.replace("office", "bureau", 1))(folder)]


def truncated_parquet(folder: Path) -> list[str]:
    path = folder / "cut.parquet"
    pq.write_table(pa.table({"score": [1, 2], "outcome": [0, 1], "office": ["A", "B"]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    return [str(path)]


CASES: dict[str, tuple[Text, list[str], str]] = {
    "no such file": (lambda folder: [str(folder / "records.csv")], ROLES, "no such file"),
    "an empty file": (written("e.csv", ""), ROLES, "empty"),
    "a header and nothing else": (written("h.csv", HEADER), ROLES, "no records"),
    "a folder": (lambda folder: [str(folder)], ROLES, "directory"),
    "a binary file named .csv": (written("b.csv", bytes(range(256)) * 40), ROLES, "text"),
    "a truncated gz": (written("t.csv.gz", gzip.compress(GOOD.encode())[:-30]), ROLES, "t.csv.gz"),
    "a truncated Parquet": (truncated_parquet, ROLES, "cut.parquet"),
    "duplicate column names": (written("d.csv", GOOD.replace("office", "score", 1)), ROLES, "score"),
    "files with different columns": (two_layouts, ROLES, "bureau"),
    "a role's column is missing": (written("g.csv", GOOD), [*ROLES[:-1], "ofice"], "did you mean 'office'"),
    "a text score": (written("s.csv", GOOD.replace(",1,A", ",1,A")), ["--score", "office", *ROLES[2:6]], "not numbers"),
    "three outcome values": (
        written("o.csv", "".join(f"{i},{'abc'[i % 3]},A\n" if i else HEADER for i in range(300))),
        ROLES,
        "outcome_value",
    ),
    "negative counts": (written("n.csv", COUNTED.format("-4")), [*ROLES, "--count", "n"], "'n'"),
    "fractional counts": (written("f.csv", COUNTED.format("4.5")), [*ROLES, "--count", "n"], "'n'"),
    "counts that are no numbers": (
        written("x.csv", COUNTED.format(SECRET)), [*ROLES, "--count", "n"], "'n'",
    ),
    "a ragged row": (written("r.csv", GOOD + f"1,0,A,{SECRET}\n"), ROLES, "r.csv"),
    "a name of a person as a group": (
        written("p.csv", "score,outcome,last_name\n" + "".join(f"{i % 10},{i % 2},{SECRET} {i}\n" for i in range(300))),
        [*ROLES[:-1], "last_name"],
        "last_name",
    ),
    "no cut-off": (written("g.csv", GOOD), ["--score", "score", "--outcome", "outcome"], "exactly one of flag_at"),
    "an unknown measure": (written("g.csv", GOOD), [*ROLES, "--measure", "precison"], "no such measure"),
    "an unknown option": (written("g.csv", GOOD), [*ROLES, "--flagat", "3"], "--flagat"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_audit_says_what_is_wrong(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, options, says = CASES[name]
    code = run(["audit", "score", *source(tmp_path), *options, "--out", str(tmp_path / "out")])
    out, err = capsys.readouterr()
    assert code == 2, err
    assert says in err
    assert out == ""
    assert "Traceback" not in err
    assert "Quillfeather" not in err
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_values_that_are_not_finite_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = written("i.csv", GOOD + "NaN,1,A\ninf,1,A\n-Infinity,0,B\n" * 5)(tmp_path)
    assert run(["audit", "score", *source, *ROLES, "--json", "-"]) == 0
    checks = json.loads(capsys.readouterr().out)["audits"]["score"]["checks"]
    assert next(c for c in checks if c["name"] == "unreadable_score")["count"] == 15


def test_a_column_with_an_evil_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = '"; drop table x; --'
    header = 'score,outcome,"""; drop table x; --"\n'
    source = written("evil.csv", header + GOOD.removeprefix(HEADER))(tmp_path)
    assert run(["audit", "score", *source, *ROLES[:-1], evil, "--json", "-"]) == 0
    estimates = json.loads(capsys.readouterr().out)["audits"]["score"]["estimates"]
    assert {"A", "B"} == {e["group"][evil] for e in estimates if evil in e["group"]}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(97 + i)}: &{chr(97 + i)} [" + ", ".join([f"*{chr(96 + i)}"] * 9) + "]\n" for i in range(1, 12)
)
PLAN = """
sources: {s: {path: g.csv}}
audits: {a: {kind: score, source: s, score: score, flag_at: 5, outcome: outcome}}
"""
PLANS = {
    "an unknown key": (PLAN + "setings: {level: 0.9}\n", "did you mean 'settings'"),
    "an unknown option": (PLAN.replace("flag_at", "flag_att"), "did you mean 'flag_at'"),
    "a YAML bomb": (BOMB, "too many values"),
    "an endless alias": ("a: &a [*a]\n", "plan.yaml"),
    "not YAML": ("audits: [}\n", "line 1"),
    "a key twice": (PLAN + "sources: {}\n", "stands twice"),
    "an unset name of the environment": (
        PLAN.replace("{path: g.csv}", '{url: "${COUNTERPROOF_NOT_SET}", table: t}'), "COUNTERPROOF_NOT_SET",
    ),
    "an unknown kind": (PLAN.replace("kind: score", "kind: scor"), "did you mean 'score'"),
    "an unknown source": (PLAN.replace("source: s", "source: t"), "no such source"),
    "a list": ("- 1\n", "mapping"),
    "nothing": ("", "empty"),
    "a low floor without a reason": (PLAN + "settings: {min_cell: 2}\n", "public_records"),
    "a claim about a missing audit": (
        PLAN + 'claims: [{id: c, text: t, test: {audit: b, measure: auc, expect: ">= 0.9"}}]\n', "audit",
    ),
    "a misspelt measure": (
        PLAN + 'claims: [{id: c, text: t, test: {audit: a, measure: acu, expect: ">= 0.9"}}]\n', "did you mean 'auc'",
    ),
    "an expectation that does not parse": (
        PLAN + 'claims: [{id: c, text: t, test: {audit: a, measure: auc, expect: "about 0.9"}}]\n', "expect",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_says_what_is_wrong(command: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, says = PLANS[name]
    written("g.csv", GOOD)(tmp_path)
    plan = tmp_path / "plan.yaml"
    plan.write_text(text, encoding="utf-8")
    options = [] if command == "check" else ["--out", str(tmp_path / "out")]
    code = run([command, str(plan), *options])
    out, err = capsys.readouterr()
    assert code == 2, err
    assert says in err
    assert out == ""
    assert "Traceback" not in err


def test_all_problems_of_a_plan_are_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("flag_at", "flag_att") + "setings: {}\nclaims: [{text: t}]\n", encoding="utf-8")
    assert run(["check", str(plan)]) == 2
    err = capsys.readouterr().err
    assert all(says in err for says in ("flag_att", "setings", "claims.0.id", "line 3", "line 4"))


def test_a_plan_is_not_explained_in_the_types_of_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "records: [1]\n"
        "audits:\n"
        "  one: {kind: score, source: s, flag: f, outcome: o, groups: office}\n"
        "  four: {kind: score, source: s, flag: f, outcome: o, groups: [a, b, c, d]}\n",
        encoding="utf-8",
    )
    assert run(["check", str(plan)]) == 2
    err = capsys.readouterr().err
    for line, says in (
        (1, "Input should be a mapping of keys"),
        (3, "be a list"),
        (4, "The list should have at most 3 items"),
    ):
        assert any(f"line {line}," in each and each.endswith(says) for each in err.splitlines()), says
    assert "uple" not in err


def test_a_table_that_a_finding_does_not_have() -> None:
    found = cp.run({"claims": [{"id": "a", "text": "t"}]})
    assert found.table("claims").num_rows == 1
    with pytest.raises(InputError, match="there are estimates, contrasts, checks, claims"):
        found.table("estimate")
