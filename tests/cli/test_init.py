"""A starter plan: from a file to a report in two commands, and no value of a cell in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cli.shell import Shell
from counterproof.starter import GUESSES, spellings

SHARED = Path(__file__).parents[3] / "shared" / "data"

REAL = {
    "score/compas_counts.csv": ("score", {"score": "decile_score", "outcome": "two_year_recid", "count": "n"}),
    "score/compas_counts_by_cutoff.csv": ("score", {"flag": "score_text", "flag_value": "High"}),
    "score/open_policing_counts.csv": ("outcome-test", {"place": "location_variable", "hits": "num_hits"}),
    "linkage/rldata500_clusters.csv": ("linkage", {"record": "record", "true": "true_entity"}),
    "identification/frvt_false_match_rates.csv": ("identification", {"system": "algorithm"}),
    "forecast/deaths_quantile_forecasts.csv": ("forecast", {"origin": "forecast_date", "place": "location"}),
    "records/encounters/sbo-encounters-fy22-fy25-aug.csv": ("forecast", {"month": "Month (abbv)"}),
    "records/search_logs/portal_searches_sample.csv": ("search-log", {}),
    "records/detention_statistics/FY24_detentionStats.xlsx": ("totals", {}),
    "records/ai_inventory/2025_individually_reported_AI_use_cases.csv": ("inventory", {}),
    "records/spending/state_government_awards.csv": ("spending", {}),
}
QUICK = (
    "score/compas_counts_by_cutoff.csv",
    "linkage/rldata500_clusters.csv",
    "records/spending/state_government_awards.csv",
)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
@pytest.mark.parametrize("name", REAL)
def test_a_published_file(name: str, shell: Shell) -> None:
    """Every guess is right, the plan is sound, and it runs as it is."""
    kind, expected = REAL[name]
    done = shell("init", kind, str(SHARED / name), "--out", "start.yaml")
    assert (done.code, done.out) == (0, "")
    audit = yaml.safe_load((shell.folder / "start.yaml").read_text())["audits"][kind]
    assert {key: audit[key] for key in expected} == expected
    assert "FILL_IN" not in (shell.folder / "start.yaml").read_text()
    assert shell("check", "start.yaml").code == 0
    if name in QUICK:
        ran = shell("run", "start.yaml", "--out", "report", "--quiet")
        assert (ran.code, ran.err) == (0, "")
        assert (shell.folder / "report" / "report.html").exists()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared records are not here")
def test_what_cannot_be_guessed_is_said(shell: Shell) -> None:
    """A wide table of counts has neither a flag nor an outcome column."""
    place = str(SHARED / "score" / "student_grant_rounded_counts.csv")
    done = shell("init", "score", place, "--out", "start.yaml")
    assert "fill in flag, outcome" in done.err
    assert "outcome: FILL_IN_outcome  # Column of the outcome" in (shell.folder / "start.yaml").read_text()
    checked = shell("check", "start.yaml")
    assert checked.code == 2
    assert "FILL_IN_outcome" in checked.err


def test_no_value_and_no_person_stands_in_the_plan(shell: Shell) -> None:
    names = ["Wilhelmina Oddfellow", "Ignatius Quillfeather", "Persephone Blackwater"] * 40
    rows = [
        f"{name},{1234567 + at},{'Refer' if at % 3 else 'Alert'},{at % 2},Zanzibar-{at % 4}"
        for at, name in enumerate(names)
    ]
    (shell.folder / "people.csv").write_text("\n".join(["name,ssn,alert,outcome,race", *rows]))
    done = shell("init", "score", "people.csv")
    assert done.code == 0
    plan = yaml.safe_load(done.out)
    wanted = {"flag": "alert", "flag_value": "Alert", "outcome": "outcome", "groups": ["race"]}
    assert {key: plan["audits"]["score"][key] for key in wanted} == wanted
    assert "Refused, since they may identify persons: name, ssn" in " ".join(done.out.replace("#", "").split())
    for planted in ("Wilhelmina", "Oddfellow", "Zanzibar", "Refer", "12345"):
        assert planted not in done.out + done.err


def test_names_of_columns_do_not_break_out_of_comments(shell: Shell) -> None:
    """What is open is said in comments with the columns that it could be."""
    header = '"a\nclaims: [x]","b\x1b[31m","c"'
    (shell.folder / "odd.csv").write_text(
        header + "\n" + "\n".join(f"u{at % 2},v{at % 2},w{at % 2}" for at in range(90))
    )
    done = shell("init", "score", "odd.csv")
    assert done.code == 0
    assert list(yaml.safe_load(done.out)) == ["title", "sources", "audits"]
    assert yaml.safe_load(done.out)["audits"]["score"]["flag"] == "FILL_IN_flag"
    assert "claims: [x]" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("least", "most", "told"), [(1, 10, 5), (0, 1, 0.5), (300, 850, 570), (0.0012, 0.9873, 0.4), (12345, 67891, 40000)]
)
def test_the_middle_of_a_score_does_not_tell_its_end(least: float, most: float, told: float, shell: Shell) -> None:
    rows = [f"{least if at % 2 else most},{at % 2}" for at in range(60)]
    (shell.folder / "rows.csv").write_text("\n".join(["risk,outcome", *rows]))
    assert yaml.safe_load(shell("init", "score", "rows.csv").out)["audits"]["score"]["flag_at"] == told


def test_odd_names_are_quoted(shell: Shell) -> None:
    header = '"flag: [yes]","outcome # 1","race\nor {origin}","null"'
    (shell.folder / "odd.csv").write_text(
        header + "\n" + "\n".join(f"{at % 2},{at % 3 % 2},g{at % 2},x" for at in range(90))
    )
    done = shell("init", "score", "odd.csv", "--out", "odd.yaml")
    assert done.code == 0
    audit = yaml.safe_load((shell.folder / "odd.yaml").read_text())["audits"]["score"]
    assert (audit["flag"], audit["outcome"]) == ("flag: [yes]", "outcome # 1")
    assert shell("check", "odd.yaml").code == 0


def test_paths_are_those_of_the_plan_and_nothing_is_overwritten(shell: Shell) -> None:
    (shell.folder / "plans").mkdir()
    assert shell("init", "score", "rows.csv", "--out", "plans/start.yaml").code == 0
    assert yaml.safe_load((shell.folder / "plans" / "start.yaml").read_text())["sources"]["records"] == {
        "path": "../rows.csv"
    }
    assert shell("check", "plans/start.yaml").code == 0
    again = shell("init", "score", "rows.csv", "--out", "plans/start.yaml")
    assert again.code == 3
    assert "there already" in again.err


def test_on_a_terminal_it_asks(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"flag": "flag", "groups": "group", "outcome": "", "count": "n"}
    asked: list[str] = []

    def prompt(key: str, **_: object) -> str:
        asked.append(key)
        return answers[key]

    (shell.folder / "rows.csv").write_text("choice,result,n\n1,1,5\n0,0,7\n1,0,30\n")
    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.setattr("counterproof.cli.init_command._is_terminal", lambda: True)
    done = shell("init", "score", "rows.csv", "--out", "start.yaml")
    assert asked == ["flag", "outcome", "count"]
    assert "there is no column 'flag'" in done.err
    text = (shell.folder / "start.yaml").read_text()
    assert "flag: flag  # guess: your answer" in text
    assert "outcome: result" in text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("scores", "rows.csv"), "score"),
        (("score", "nowhere.csv"), "no such file"),
        (("spending", "nowhere.csv"), "no such file"),
        (("score",), "SOURCE"),
    ],
)
def test_bad_input(args: tuple[str, ...], said: str, shell: Shell) -> None:
    done = shell("init", *args)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_guesses_name_keys_that_there_are() -> None:
    from counterproof.audits import registry

    for kind, forms in GUESSES.items():
        keys = set(registry.find(kind).options.model_fields)
        assert {guess.key for form in forms for guess in form} <= keys
    assert len(set(spellings())) > 40
