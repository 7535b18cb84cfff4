"""``plan-sample``: each kind's answer, the same from Python, and what does not go together."""

import json

import pytest

import counterproof as cp
from counterproof.audits.registry import SHIPPED
from counterproof.errors import InputError
from counterproof.stats.samples import contrast_power, rate_power

STRATA = "group,stratum,cases,reviewed,events\na,high,1200,40,22\na,low,30000,60,1\nb,high,300,20,9\nb,low,9000,50,0\n"
EXACT = {"search-log", "totals", "spending", "sharing", "inventory"}


def answer(shell, *args):
    ran = shell("plan-sample", *args, "--json", "-")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize("kind", sorted(SHIPPED))
def test_every_kind_answers(shell, kind):
    found = answer(shell, kind, "--claim", "<= 0.05", "--rate", "0.02")
    assert found["schema"] == "counterproof/sample/1"
    assert found["kind"] == kind
    assert found["notes"]
    assert bool(found["shares"]) == (kind not in EXACT)
    if kind in EXACT:
        assert found["total"] is None
        assert "Nothing needs sampling" in found["notes"][0]


def test_one_rate_is_decided_with_the_power_asked(shell):
    n = answer(shell, "score", "--claim", ">= 0.8", "--rate", ".85", "--power", ".9")["total"]
    powers = rate_power([float(n), float(n - 1)], 0.85, 0.8, 1.0, 0.95)
    assert powers[0] >= 0.9 > powers[1]


def test_a_gap_is_decided_with_the_power_asked():
    found = cp.plan_sample("score", reference_rate=0.1, ratio=1.3)
    n = found.shares[0].n
    assert [share.n for share in found.shares] == [n, n]
    assert found.total == 2 * n
    assert contrast_power(0.13, 0.1, n, n, "ratio", 1.0, 1.0) == pytest.approx(0.8, abs=0.005)


def test_several_claims_share_the_level_and_a_width_does_not(shell):
    four = answer(shell, "score", "--claim", ">= 0.8", "--rate", ".85", "--groups", "4")
    assert four["level"] == pytest.approx(1 - 0.05 / 4)
    assert four["total"] == 4 * four["shares"][0]["n"]
    assert answer(shell, "score", "--width", ".04", "--groups", "4")["level"] == 0.95


def test_records_to_draw_hold_enough_of_those_below_the_line():
    from scipy.stats import binom

    trials, drawn = cp.plan_sample("score", claim="<= 0.1", rate=0.05, among=0.2).shares
    assert binom.sf(trials.n - 1, drawn.n, 0.2) >= 0.95 > binom.sf(trials.n - 1, drawn.n - 1, 0.2)


def test_strata_from_a_file_and_from_python(shell):
    (shell.folder / "strata.csv").write_text(STRATA)
    found = answer(shell, "linkage", "--strata", "strata.csv", "--claim", "<= 0.1")
    assert [(s["group"], s["stratum"], s["cases"]) for s in found["shares"]][:2] == [
        ("a", "high", 1200), ("a", "low", 30000),
    ]  # fmt: skip
    assert found["total"] == sum(s["n"] for s in found["shares"])
    names, *rows = (line.split(",") for line in STRATA.split())
    plan = cp.plan_sample("linkage", strata=[dict(zip(names, row, strict=True)) for row in rows], claim="<= 0.1")
    assert plan.to_json() == found
    assert "385 in all." in repr(plan)


def test_subjects_behind_comparisons(shell):
    # identification.md A.3: FMR <= 1e-4 without an error, 246 unordered and 174 ordered; safe is floor(n/2) = N.
    found = answer(shell, "identification", "--claim", "<= 0.0001", "--rate", "0")
    numbers = [share["n"] for share in found["shares"]]
    assert numbers[:4] == [29_956, 246, 174, 59_912]
    assert numbers[4] == 36_887
    assert answer(shell, "identification", "--width", ".001", "--rate", ".001")["shares"][0]["n"] == 30_000


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "say what the sample shall settle"),
        (["--claim", ">= .8"], "--rate: a claim needs a supposed rate"),
        (["--claim", ">= .8", "--width", ".1"], "--claim, --width"),
        (["--claim", ">= 80%", "--rate", ".9"], "--claim: this expectation cannot be read"),
        (["--ratio", "2", "--claim", "<= 1.25"], "--ratio: ratio needs reference_rate"),
        (["--reference-rate", ".6", "--ratio", "2"], "--ratio: the group's rate would not lie"),
        (["--width", "3"], "--width"),
        (["--width", ".1", "--power", ".2"], "--power"),
        (["--width", ".1", "--groups", "0"], "--groups"),
        (["--width", ".1", "--strata", "none.csv"], "cannot be read as text"),
    ],
)
def test_what_does_not_go_together(shell, args, said):
    ran = shell("plan-sample", "score", *args)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("stratum,n\nx,secret99\n", "no such column"),
        ("stratum,cases\nx,secret99\n", "row 1, cases: this is not a number"),
        ("stratum,cases\nx,0\n", "above zero"),
        ("stratum,cases,rate\nx,10,1.5\n", "between 0 and 1"),
        ("stratum,cases,reviewed,events\nx,10,5,7\n", "events are among the reviewed"),
        ("stratum,cases\nx,10\nx,20\n", "twice"),
        ("stratum,cases\n", "empty"),
    ],
)
def test_a_table_of_strata_with_mistakes(shell, table, said):
    (shell.folder / "strata.csv").write_text(table)
    ran = shell("plan-sample", "score", "--width", ".1", "--strata", "strata.csv")
    assert ran.code == 2
    assert said in ran.err
    assert "secret99" not in ran.err


def test_what_python_misspells_is_named():
    with pytest.raises(InputError, match="did you mean 'width'"):
        cp.plan_sample("score", widht=0.1)
