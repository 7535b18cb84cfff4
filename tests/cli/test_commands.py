"""What every command does when all is well: exit codes, what stands on stdout, what is left in the folder."""

import hashlib
import json

import pytest
import yaml

from cli.shell import FLAGS, ROWS, Ran, Shell
from counterproof import schemas
from counterproof.sources.source import SourceFile

OUTPUTS = {"charts.json", "counts.json", "history.json", "manifest.json", "plan.json", "report.html", "results.json"}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, Ran]:
    """A folder in which the plan ran once into ``out``; not to be changed."""
    shell = Shell(tmp_path_factory.mktemp("done"))
    return shell, shell("run", "plan.yaml", "--json", "-", "--out", "out")


def test_run_writes_beside_the_plan_and_prints_verdicts_first(shell: Shell) -> None:
    ran = shell("run", "plan.yaml")
    assert (ran.code, ran.err) == (0, "")
    out = shell.folder / "counterproof-report"
    assert {path.name for path in out.iterdir()} == OUTPUTS
    assert ran.out.index("UNDETERMINED") < ran.out.index("Flag rate")
    assert "counterproof-report/report.html" in ran.out
    assert "run 1." in ran.out
    assert "\x1b" not in ran.out
    again = shell("run", "plan.yaml")
    assert "run 2." in again.out


def test_two_runs_are_byte_identical(shell: Shell) -> None:
    for out in ("one", "two"):
        assert shell("run", "plan.yaml", "--out", out, "--quiet").code == 0
    for name in OUTPUTS - {"history.json"}:
        assert (shell.folder / "one" / name).read_bytes() == (shell.folder / "two" / name).read_bytes(), name


def test_records_are_hashed_for_evidence_and_only_then(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    original = SourceFile.sha256
    monkeypatch.setattr(SourceFile, "sha256", lambda file: hashed.append(file.label) or original(file))
    assert shell("audit", "score", "rows.csv", *FLAGS, "--json", "-").code == 0
    assert hashed == []
    assert shell("audit", "score", "rows.csv", *FLAGS, "--out", "out").code == 0
    manifest = json.loads((shell.folder / "out" / "manifest.json").read_text())
    assert manifest["sources"]["records"]["files"][0]["sha256"] == hashlib.sha256(ROWS.encode()).hexdigest()


def test_verify_agrees_and_then_finds_a_change(shell: Shell) -> None:
    shell("run", "plan.yaml", "--out", "out")
    ran = shell("verify", "out", "--root", ".")
    assert (ran.code, ran.err) == (0, "")
    assert "No difference" in ran.out
    assert "counted again and give the same counts" in ran.out
    assert shell("verify", "out", "--source", "rows=rows.csv").code == 0
    results = shell.folder / "out" / "results.json"
    results.write_text(results.read_text().replace("undetermined", "supported", 1))
    ran = shell("verify", "out")
    assert ran.code == 1
    assert "results.json: claims[0].verdict" in ran.out


def test_json_on_stdout_is_only_json_and_fits_its_schema(done: tuple[Shell, Ran]) -> None:
    shell, ran = done
    assert ran.code == 0
    assert list(schemas.violations(json.loads(ran.out), "results")) == []
    assert ran.out == (shell.folder / "out" / "results.json").read_text()
    assert "report.html" in ran.err


def test_every_output_fits_its_schema(done: tuple[Shell, Ran]) -> None:
    shell, _ = done
    for name in ("results", "counts", "manifest", "plan"):
        document = json.loads((shell.folder / "out" / f"{name}.json").read_text())
        assert list(schemas.violations(document, name)) == []  # type: ignore[arg-type]


def test_no_output_holds_a_path_of_the_machine(done: tuple[Shell, Ran]) -> None:
    shell, _ = done
    for path in (shell.folder / "out").iterdir():
        assert str(shell.folder) not in path.read_text(), path.name


@pytest.mark.parametrize(("verdict", "code"), [("undetermined", 1), ("contradicted", 0)])
def test_fail_on(shell: Shell, verdict: str, code: int) -> None:
    ran = shell("run", "plan.yaml", "--fail-on", verdict, "--out", "out")
    assert ran.code == code
    assert "UNDETERMINED" in ran.out


def test_check_says_ok_and_writes_nothing(shell: Shell) -> None:
    ran = shell("check", "plan.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("ok: 1 source, 1 audit, 1 claim.")
    assert {path.name for path in shell.folder.iterdir()} == {"rows.csv", "plan.yaml"}


def test_audit_gives_the_document_with_one_audit_under_its_kind(shell: Shell) -> None:
    ran = shell("audit", "score", "rows.csv", *FLAGS, "--reference", "group=b", "--json", "-")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert list(schemas.violations(document, "results")) == []
    assert list(document["audits"]) == ["score"]
    audit = document["audits"]["score"]
    assert audit["records"] == 810
    assert {estimate["measure"].split(".")[0] for estimate in audit["estimates"]} == {"flag_rate"}
    assert {c["reference"]["group"] for c in audit["contrasts"]} == {"b"}


def test_audit_says_the_same_as_the_plan(done: tuple[Shell, Ran]) -> None:
    shell, ran = done
    audit = json.loads(shell("audit", "score", "rows.csv", *FLAGS, "--json", "-").out)["audits"]["score"]
    assert audit == json.loads(ran.out)["audits"]["flags"]


def test_audit_out_writes_a_plan_that_runs_to_the_same_numbers(shell: Shell) -> None:
    ran = shell("audit", "score", "rows.csv", *FLAGS, "--out", "deep/out", "--level", "0.9")
    assert ran.code == 0
    out = shell.folder / "deep" / "out"
    assert {path.name for path in out.iterdir()} == OUTPUTS | {"plan.yaml"}
    assert yaml.safe_load((out / "plan.yaml").read_text())["settings"] == {"level": 0.9}
    again = shell("run", "deep/out/plan.yaml", "--json", "-", "--out", "again")
    assert again.out == (out / "results.json").read_text()
    assert (shell.folder / "again" / "plan.json").read_bytes() == (out / "plan.json").read_bytes()


def test_audit_without_out_leaves_nothing(shell: Shell) -> None:
    assert shell("audit", "score", "rows.csv", *FLAGS).code == 0
    assert {path.name for path in shell.folder.iterdir()} == {"rows.csv", "plan.yaml"}


def test_stacked_files_are_counted_together(shell: Shell) -> None:
    (shell.folder / "more.csv").write_text((shell.folder / "rows.csv").read_text())
    ran = shell("audit", "score", "rows.csv", "more.csv", *FLAGS, "--json", "-")
    assert json.loads(ran.out)["audits"]["score"]["records"] == 1620


def test_a_low_min_cell_writes_the_reason_itself_and_prints_it(shell: Shell) -> None:
    ran = shell("audit", "score", "rows.csv", *FLAGS, "--min-cell", "5", "--out", "out")
    assert ran.code == 0
    plan = yaml.safe_load((shell.folder / "out" / "plan.yaml").read_text())
    assert plan["public_records"] in ran.err
    assert plan["public_records"] in (shell.folder / "out" / "report.html").read_text()


def test_settings_stand_above_the_plan(shell: Shell) -> None:
    ran = shell("run", "plan.yaml", "--level", "0.8", "--adjust", "none", "--seed", "7", "--out", "out")
    assert ran.code == 0
    settings = json.loads((shell.folder / "out" / "plan.json").read_text())["settings"]
    assert (settings["level"], settings["adjust"], settings["seed"]) == (0.8, "none", 7)


def test_json_to_a_file_leaves_the_table_on_stdout(shell: Shell) -> None:
    ran = shell("audit", "score", "rows.csv", *FLAGS, "--json", "r.json")
    assert "Flag rate" in ran.out
    assert json.loads((shell.folder / "r.json").read_text())["schema"] == "counterproof/results/1"


def test_json_may_go_to_a_device(shell: Shell) -> None:
    assert shell("audit", "score", "rows.csv", *FLAGS, "--json", "/dev/null").code == 0


def test_profile_shows_states_and_no_value(shell: Shell) -> None:
    (shell.folder / "people.csv").write_text("last_name,score\nQuizzlebottom,3\n,4\n")
    ran = shell("profile", "people.csv")
    assert (ran.code, ran.err) == (0, "")
    assert "2 rows, 2 columns" in ran.out
    assert "Quizzlebottom" not in ran.out
    document = json.loads(shell("profile", "people.csv", "--json", "-").out)
    name, score = document["columns"]
    assert (name["name"], name["missing"], score["refused"]) == ("last_name", 1, None)
    assert name["refused"]


def test_claims_judges_a_bare_list(shell: Shell) -> None:
    (shell.folder / "ledger.yaml").write_text("- {id: one, text: All is well., needs: [counts]}\n")
    ran = shell("claims", "ledger.yaml", "--json", "-")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert list(schemas.violations(document, "results")) == []
    assert [claim["verdict"] for claim in document["claims"]] == ["untestable"]
    assert shell("claims", "ledger.yaml", "--fail-on", "untestable").code == 1


def test_demo_needs_nothing(shell: Shell) -> None:
    ran = shell("demo", "--out", "demo")
    assert (ran.code, ran.err) == (0, "")
    reports = sorted(path.parent.name for path in (shell.folder / "demo").glob("*/report.html"))
    assert "compas" in reports
    assert all(f"demo/{name}/report.html" in ran.out for name in reports)
    assert shell("verify", "demo/compas").code == 0
