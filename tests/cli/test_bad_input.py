"""Everything wrong that can be typed: exit 2, nothing on stdout, what, where, what to do, and no traceback."""

import json
import os
from pathlib import Path

import pytest

from cli.shell import FLAGS, PLAN, Shell

BAD = {
    "no such command": (["rnu"], ["rnu", "did you mean 'run'"]),
    "no such option": (["run", "plan.yaml", "--otu", "x"], ["--otu", "--out"]),
    "no plan": (["run"], ["PLAN", "missing"]),
    "no such plan": (["run", "nope.yaml"], ["nope.yaml", "no such file"]),
    "a folder for a plan": (["check", "."], ["folder"]),
    "no such kind": (["audit", "scroe", "rows.csv"], ["scroe", "did you mean 'score'"]),
    "no source": (["audit", "score"], ["SOURCE", "missing"]),
    "no such source": (["audit", "score", "rwos.csv", *FLAGS], ["rwos.csv", "no such file", "rows.csv"]),
    "an option is missing": (
        ["audit", "outcome-test", "rows.csv", "--group", "group", "--place", "n", "--searches", "flag"],
        ["--hits", "missing"],
    ),
    "one of two is missing": (["audit", "totals", "rows.csv", "--period", "n"], ["needs both period and value"]),
    "a cut-off that is none": (
        ["audit", "score", "rows.csv", "--score", "n", "--flag-at", "high", "--outcome", "outcome"],
        ["--flag-at"],
    ),
    "a measure that is none": (["audit", "score", "rows.csv", *FLAGS, "--measure", "flag_rat"], ["--measure"]),
    "a column that is none": (
        ["audit", "score", "rows.csv", "--flag", "flga", "--outcome", "outcome"],
        ["flga", "did you mean 'flag'"],
    ),
    "a reference that is no pair": (["audit", "score", "rows.csv", *FLAGS, "--reference", "a"], ["KEY=VALUE"]),
    "a reference twice": (
        ["audit", "score", "rows.csv", *FLAGS, "--reference", "group=a", "--reference", "group=b"],
        ["--reference", "twice"],
    ),
    "a reference that is not there": (
        ["audit", "score", "rows.csv", *FLAGS, "--reference", "group=z"],
        ["reference"],
    ),
    "a level beyond one": (["audit", "score", "rows.csv", *FLAGS, "--level", "95"], ["--level", "range"]),
    "no cell": (["audit", "score", "rows.csv", *FLAGS, "--min-cell", "0"], ["--min-cell", "range"]),
    "no verdict": (["run", "plan.yaml", "--fail-on", "false"], ["--fail-on", "contradicted"]),
    "two databases": (["audit", "score", "a://x", "b://y", *FLAGS], ["stacked"]),
    "a password": (
        ["audit", "score", "postgres://me:hunter2@localhost/x", "--table", "t", *FLAGS],
        ["SOURCE", "password", "${NAME}"],
    ),
    "a database without a table": (["profile", "postgres://localhost/x"], ["needs table"]),
    "no table": (["audit", "score", "postgres://localhost/x", *FLAGS], ["table"]),
    "no folder to verify": (["verify", "nowhere"], ["nowhere", "no such folder"]),
    "no file to verify with": (["verify", ".", "--source", "rows=nope.csv"], ["nope.csv", "no such file"]),
    "a source that is no pair": (["verify", ".", "--source", "rows.csv"], ["write --source NAME=PATH"]),
    "a file for a folder": (["run", "plan.yaml", "--out", "rows.csv"], ["rows.csv", "--out"]),
    "a folder with other files": (["run", "plan.yaml", "--out", "."], ["other file", "--out"]),
    "nothing to profile": (["profile", "nope.csv"], ["nope.csv", "no such file"]),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_bad_input(shell: Shell, case: str) -> None:
    args, said = BAD[case]
    before = sorted(shell.folder.rglob("*"))
    ran = shell(*args)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("counterproof: error: ")
    assert "Traceback" not in ran.err
    assert "hunter2" not in ran.err
    for text in said:
        assert text in ran.err
    assert sorted(shell.folder.rglob("*")) == before


def test_all_problems_of_a_plan_at_once(shell: Shell) -> None:
    plan = (shell.folder / "plan.yaml").read_text()
    wrong = plan.replace("title:", "tilte:").replace("source: rows", "source: rosw").replace("id: alike", "idd: alike")
    (shell.folder / "plan.yaml").write_text(wrong)
    ran = shell("check", "plan.yaml")
    assert ran.code == 2
    assert ran.err.count("counterproof: error:") >= 2
    assert "line 1" in ran.err


@pytest.mark.parametrize("command", ["check", "run"])
def test_an_unknown_key_hides_nothing_else(shell: Shell, command: str) -> None:
    """Columns and claims are looked at although the plan is not sound, and nothing is said that is not so."""
    more = """\
  - {id: b, text: t, colour: red, test: {audit: flags, measure: flag_rat, group: {group: a}, expect: "1 .. 0"}}
  - {text: no id}
  - {id: d, text: t, test: {audit: flags, measure: flag_rate, group: {grup: a}, expect: "> 0"}}
  - {id: e, text: t, test: {audit: broken, measure: flag_rate, expect: "> 0"}}
  - {id: f, text: t, readings: [{name: r, claim: b}]}
setings: {level: 0.9}
"""
    plan = PLAN.replace("claims:", "  broken: {kind: score, source: rows, flag: flag, outcom: outcome}\nclaims:") + more
    (shell.folder / "plan.yaml").write_text(plan.replace("outcome: outcome, count: n", "outcome: outcom, count: n"))
    ran = shell(command, "plan.yaml")
    assert (ran.code, ran.out) == (2, "")
    for line in (
        "plan.yaml, line 6, audits.broken.outcom: unknown key",
        "plan.yaml, line 11, claims.1.colour: unknown key",
        "plan.yaml, line 11, claims.1.test.measure: no measure is called 'flag_rat'",
        "plan.yaml, line 11, claims.1.test.expect: the range ends before it begins",
        "claims.2.id: this key is missing",
        "plan.yaml, line 13, claims.3.test: the audit has no groups by 'grup'",
        "plan.yaml, line 16, setings: unknown key",
        "plan.yaml, line 5, audits.flags: outcome: there is no column 'outcom'",
    ):
        assert f"counterproof: error: {line}" in ran.err or f", {line}" in ran.err, line
    assert ran.err.count("counterproof: error:") == 8


def test_an_output_folder_is_refused_before_any_work(shell: Shell) -> None:
    (shell.folder / "rows.csv").unlink()
    (shell.folder / "out").mkdir()
    (shell.folder / "out" / "mine.txt").write_text("")
    assert "other file" in shell("run", "plan.yaml", "--out", "out").err


def test_no_value_and_no_control_character_reaches_the_terminal(shell: Shell) -> None:
    (shell.folder / "rows.csv").write_text("group,flag,outcome,n\na,Quizzlebottom,1,12\n\x1b[31m,1,1,x\n")
    ran = shell("audit", "score", "rows.csv", *FLAGS)
    assert ran.code == 2
    assert "Quizzlebottom" not in ran.err
    ran = shell("run", "\x1b[31mplan\x07.yaml")
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "\x07" not in ran.err


@pytest.mark.parametrize("command", ["check", "run", "claims"])
def test_every_problem_names_the_line_of_the_plan(shell: Shell, command: str) -> None:
    bad = (
        PLAN.replace('">= 1.1"', '"1.1 .. 1"')
        + "  - {id: d, text: t, test: {audit: flag, measure: x, expect: equal}}\n"
    )
    (shell.folder / "plan.yaml").write_text(bad)
    ran = shell(command, "plan.yaml")
    assert ran.code == 2
    assert "error: plan.yaml, line 9, claims.0.test.expect: the range ends before it begins" in ran.err
    assert "error: plan.yaml, line 10, claims.1.test.audit: no audit is called 'flag'" in ran.err
    (shell.folder / "plan.yaml").write_text(PLAN.replace("outcome: outcome", "outcome: outcom"))
    assert (
        "error: plan.yaml, line 5, audits.flags: outcome: there is no column 'outcom'"
        in shell("check", "plan.yaml").err
    )
    (shell.folder / "plan.yaml").write_text(PLAN.replace("rows.csv", "row.csv"))
    assert "error: plan.yaml, line 3, sources.rows: row.csv: no such file" in shell(command, "plan.yaml").err


def test_a_ledger_that_is_a_list_names_its_lines(shell: Shell) -> None:
    (shell.folder / "ledger.yaml").write_text(
        "- {id: a, text: t, needs: [x]}\n- {id: b, text: t, readings: [{name: r, claim: c}]}\n"
    )
    assert "error: ledger.yaml, line 2, claims.1.readings.0.claim" in shell("claims", "ledger.yaml").err


def test_records_that_end_before_they_begin(shell: Shell) -> None:
    (shell.folder / "plan.yaml").write_text("title: t\nrecords: {from: 2024-02-03, to: 2023-01-01}\n")
    ran = shell("check", "plan.yaml")
    assert (ran.code, "plan.yaml, line 2, records: the records end (to) before they begin (from)" in ran.err) == (
        2,
        True,
    )


def test_a_place_that_may_not_be_looked_into_is_no_bug(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    is_dir = Path.is_dir

    def look(path: Path) -> bool:
        if path.name == "theirs":
            raise PermissionError(13, "Permission denied")
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", look)  # as it does below a folder of somebody else, before Python 3.14
    ran = shell("verify", "theirs")
    assert (ran.code, "no such folder" in ran.err) == (2, True)
    ran = shell("claims", "plan.yaml", "--json", "theirs", "--quiet")
    assert (ran.code, ran.out) == (3, "")
    assert "theirs: cannot be written: permission denied" in ran.err


def test_a_public_column_needs_a_reason(shell: Shell) -> None:
    assert "write --public COL=REASON" in shell("audit", "score", "rows.csv", *FLAGS, "--public", "group").err
    assert "nothing stands after group=" in shell("audit", "score", "rows.csv", *FLAGS, "--public", "group= ").err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_stdout_is_an_error_of_the_disk(shell: Shell) -> None:
    import subprocess
    import sys

    with Path("/dev/full").open("wb") as full:
        args = [sys.executable, "-m", "counterproof", "check", "plan.yaml"]
        done = subprocess.run(args, cwd=shell.folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"counterproof: error: stdout: cannot be written")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_to(shell: Shell) -> None:
    (shell.folder / "locked").mkdir(mode=0o500)
    ran = shell("run", "plan.yaml", "--out", "locked/out")
    assert ran.code == 3
    assert ran.out == ""


def test_a_bug_is_one_line_without_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: Shell
) -> None:
    from counterproof import plan
    from counterproof.cli.app import run

    def broken(*_: object, **__: object) -> None:
        raise KeyError("Quizzlebottom")

    monkeypatch.setattr(plan, "examine", broken)
    assert run(["run", str(shell.folder / "plan.yaml")]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "this is a bug in counterproof: KeyError" in said.err
    assert "Quizzlebottom" not in said.err


def test_an_interruption_that_surfaces_as_another_error_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy turns a Ctrl-C during its import into an ImportError."""
    from counterproof import plan
    from counterproof.cli import interrupt
    from counterproof.cli.app import run

    def broken(_: object) -> None:
        raise ImportError("numpy")

    monkeypatch.setattr(plan, "load", broken)
    monkeypatch.setattr(interrupt, "happened", lambda: True)
    with pytest.raises(KeyboardInterrupt):
        run(["run", "plan.yaml"])


EVIL = [
    "x" * 10_000,
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.org")',
    "\x1b[31mred\x1b[0m",
    "\u202etxet\u202c",
]


@pytest.mark.parametrize("ending", ["", "y"])
def test_groups_with_evil_names_are_claimed_about_and_harm_nothing(shell: Shell, ending: str) -> None:
    """Claims find them by their very name; where it is not there, the message spells it out and keeps it short."""
    rows = [
        {"g": name, "flag": flag, "outcome": outcome, "n": n}
        for name in EVIL
        for flag, outcome, n in ((1, 1, 90), (1, 0, 80), (0, 1, 30), (0, 0, 190))
    ]
    claims = [
        {"id": f"c{i}", "text": "t", "test": {"audit": "a", "measure": "flag_rate", "expect": "> 0.2"}}
        for i in range(len(EVIL))
    ]
    for claim, name in zip(claims, EVIL, strict=True):
        claim["test"]["group"] = {"g": name + ending}  # type: ignore[index]
    options = {"kind": "score", "source": "s", "flag": "flag", "outcome": "outcome", "count": "n", "groups": ["g"]}
    plan = {"sources": {"s": {"inline": rows}}, "audits": {"a": options}, "claims": claims}
    (shell.folder / "plan.yaml").write_text(json.dumps(plan))
    ran = shell("run", "plan.yaml", "--out", "out")
    said = ran.out + ran.err
    assert not {"\x1b", "\u202e", "\u202c"} & set(said)
    assert "x" * 200 not in said
    if ending:
        assert (ran.code, ran.err.count("the records have no group called")) == (2, len(EVIL))
        return
    assert (ran.code, ran.out.count("SUPPORTED")) == (0, len(EVIL))
    page = (shell.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert not {"\x1b", "\u202e", "\u202c"} & set(page)
