"""A request for what a plan's claims need: its blank table, filled in, is read as it is, and verdicts follow it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli.shell import Shell

PLAN = """\
title: Risk scores at intake
records: {from: 2023-01-01, to: 2023-12-31}
sources:
  intake: {path: intake.csv}
audits:
  scores:
    kind: score
    source: intake
    flag: flagged
    flag_value: High
    outcome: failed
    groups: [race]
    count: n
    measures: [false_positive_rate, positive_predictive_value]
claims:
  - id: precision
    text: The score has a precision of at least 85 %.
    claimant: the vendor's brochure
    test: {audit: scores, measure: positive_predictive_value, expect: ">= 0.85"}
  - id: gap
    text: Black and white people are wrongly flagged equally often.
    test:
      {audit: scores, measure: false_positive_rate, compare: {race: [Black, White]}, as: ratio, expect: "0.8 .. 1.25"}
  - id: time
    text: It saved 40 % of the time.
    needs: ["monthly counts of cases received, closed and open"]
"""


def filled(path: Path, truth: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Write counts into the blank table: (race, flag) -> with and without the outcome."""
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        yes, no = truth[row["race"], row["flagged"]]
        row["n"] = str(yes if row["failed"] == "yes" else no)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("black", "white", "verdicts"),
    [
        ((9000, 1000, 4000), (4500, 500, 2000), ["supported", "supported", "untestable"]),
        ((500, 500, 400), (450, 50, 900), ["contradicted", "contradicted", "untestable"]),
        ((90, 10, 40), (90, 10, 40), ["undetermined", "undetermined", "untestable"]),
    ],
)
def test_the_round_trip(
    black: tuple[int, int, int], white: tuple[int, int, int], verdicts: list[str], shell: Shell
) -> None:
    """The file of the plan is not there yet: the request brings the blank one, whose counts decide."""
    (shell.folder / "plan.yaml").write_text(PLAN)
    done = shell("request", "plan.yaml", "--law", "foia", "--to", "Agency", "--out", "letter.md", "--blank", ".")
    assert (done.code, done.out) == (0, "")
    letter = (shell.folder / "letter.md").read_text()
    for said in ("5 U.S.C. § 552", "To: Agency", "no row about a person", "`intake.csv`", "1 January 2023",
                 "Monthly counts of cases received, closed and open.", "the vendor's brochure"):  # fmt: skip
        assert said in letter
    truth = {
        (race, flag): counts
        for race, (true, false, negative) in (("Black", black), ("White", white))
        for flag, counts in (("High", (true, false)), ("not High", (70, negative)))
    }
    filled(shell.folder / "intake.csv", truth)
    ran = shell("run", "plan.yaml", "--json", "-", "--quiet")
    assert ran.code == 0
    assert [claim["verdict"] for claim in json.loads(ran.out)["claims"]] == verdicts
    again = shell("request", "plan.yaml", "--quiet").out
    assert ("precision of at least" in again) is (verdicts[0] == "undetermined")
    assert ("To settle this it takes about" in again) is (verdicts[0] == "undetermined")


def test_the_article(shell: Shell) -> None:
    """All that the shipped ledger says is needed is asked for."""
    import yaml

    from counterproof import demo

    path = Path(demo.__file__).parent / "article.yaml"
    letter = " ".join(shell("request", str(path), "--quiet").out.split())
    needs = [
        need
        for claim in yaml.safe_load(path.read_text())["claims"]
        if "test" not in claim
        for need in claim.get("needs", ())
    ]
    assert len(needs) > 20
    for need in needs:
        assert need[1:] in letter


def test_a_plan_without_a_count_column_is_told_to_have_one(shell: Shell) -> None:
    (shell.folder / "plan.yaml").write_text(PLAN.replace("    count: n\n", ""))
    done = shell("request", "plan.yaml", "--out", "letter.md", "--blank", "tables")
    assert "add count: n to the audit scores" in done.err
    assert (shell.folder / "tables" / "intake.csv").read_text().splitlines()[0] == "race,flagged,failed,n"


def test_nobody_is_asked_for(shell: Shell) -> None:
    """A plan that reads rows about persons is answered with words, not with a table of keys."""
    (shell.folder / "plan.yaml").write_text(PLAN.replace("    count: n\n", "    cluster: person_id\n"))
    done = shell("request", "plan.yaml", "--blank", "tables")
    assert done.code == 0
    assert "person_id" not in done.out
    assert not (shell.folder / "tables").exists()


def test_settled_claims_need_nothing_and_nothing_is_overwritten(shell: Shell) -> None:
    plan = PLAN[: PLAN.index("  - id: gap")].replace('">= 0.85"', '">= 0"')
    (shell.folder / "plan.yaml").write_text(plan)
    (shell.folder / "intake.csv").write_text("race,flagged,failed,n\na,High,yes,50\na,Low,no,50\n")
    done = shell("request", "plan.yaml", "--out", "letter.md")
    assert (done.code, (shell.folder / "letter.md").exists()) == (0, False)
    assert "settled" in done.err
    (shell.folder / "plan.yaml").write_text(PLAN.replace("intake.csv", "later.csv"))
    (shell.folder / "letter.md").write_text("mine")
    done = shell("request", "plan.yaml", "--out", "letter.md")
    assert done.code == 3
    assert (shell.folder / "letter.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN.replace("audit: scores, measure: positive", "audit: score, measure: positive"), "'score'"),
        (PLAN.replace("false_positive_rate, compare", "false_positives, compare"), "false_positive_rate"),
        (PLAN.replace("0.8 .. 1.25", "1.25 .. 0.8"), "1.25"),
        (PLAN.replace("claims:", "claim:"), "claims"),
    ],
)
def test_bad_plans(plan: str, said: str, shell: Shell) -> None:
    (shell.folder / "plan.yaml").write_text(plan)
    done = shell("request", "plan.yaml", "--out", "letter.md")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (shell.folder / "letter.md").exists()
