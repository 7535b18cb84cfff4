"""Tables that go wrong in the ways of real releases: each gives a clear message or the honest wide answer."""

import csv

import pytest

import counterproof as cp
from counterproof.errors import InputError

HEAD = ["origin", "flag", "outcome", "reviewed", "person", "place", "n"]
PLAIN = [
    ["a", 1, 1, "yes", "", "x", 40], ["a", 1, 0, "yes", "", "x", 30], ["a", 0, 1, "yes", "", "x", 20],
    ["a", 0, 0, "yes", "", "x", 90], ["b", 1, 1, "yes", "", "x", 30], ["b", 1, 0, "yes", "", "x", 40],
    ["b", 0, 1, "yes", "", "x", 25], ["b", 0, 0, "yes", "", "x", 70],
]  # fmt: skip
MEASURES = ["false_positive_rate", "positive_predictive_value"]


def found(folder, rows, **options):
    with (folder / "rows.csv").open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEAD)
        out.writerows(rows)
    settings = {"flag": "flag", "outcome": "outcome", "count": "n", "groups": ["origin"], "measures": MEASURES}
    return cp.audit("score", folder / "rows.csv", **(settings | options)).audits["audit"]


def rates(findings, measure="false_positive_rate", **group):
    return [e for e in findings.estimates if e.measure == measure and e.group == group]


def count(findings, name):
    return next(check.count for check in findings.checks if check.name == name)


def test_a_review_column_with_other_values(tmp_path):
    rows = [[*row[:3], "perhaps", *row[4:]] if at % 2 else row for at, row in enumerate(PLAIN)]
    with pytest.raises(InputError, match="neither yes nor no") as error:
        found(tmp_path, rows, reviewed="reviewed")
    assert "perhaps" not in str(error.value)


def test_reviewed_and_no_outcome(tmp_path):
    rows = [*PLAIN, ["a", 0, "", "yes", "", "x", 50]]
    findings = found(tmp_path, rows, reviewed="reviewed")
    assert count(findings, "reviewed_without_outcome") == 50
    assert rates(findings, origin="a")[0].status == "bounded"
    assert rates(findings, origin="b")[0].status == "estimated"


def test_whether_a_record_was_flagged_is_unknown(tmp_path):
    rows = [*PLAIN, ["a", "", 1, "yes", "", "x", 60], ["a", "?", 0, "yes", "", "x", 11]]
    findings = found(tmp_path, rows, outcome_known="flagged")
    assert (count(findings, "missing_flag"), count(findings, "unreadable_flag")) == (60, 11)
    assert rates(findings, "positive_predictive_value", origin="a")[0].denominator == 70
    assert {e.status for e in rates(findings, origin="a")} <= {"bounded", "not_identified"}


def test_a_population_smaller_than_the_sample(tmp_path):
    (tmp_path / "people.csv").write_text("origin,n\na,100\nb,5000\n")
    rows = [[row[0], row[1], row[2], "random" if row[1] == 0 else "selected", *row[4:]] for row in PLAIN]
    with (tmp_path / "rows.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    audit = {
        "kind": "score", "source": "rows", "outcome": "outcome", "count": "n", "groups": ["origin"], "arm": "reviewed",
        "population_counts": "people",
    }  # fmt: skip
    sources = {name: {"path": str(tmp_path / f"{name}.csv")} for name in ("rows", "people")}
    with pytest.raises(InputError, match="is smaller than its records"):
        cp.run({"title": "Arms", "sources": sources, "audits": {"arms": audit}})


def test_a_stratum_with_one_group(tmp_path):
    rows = [*PLAIN, ["a", 1, 1, "yes", "", "y", 70], ["a", 1, 0, "yes", "", "y", 80]]
    findings = found(tmp_path, rows, within="place", measures=["positive_predictive_value"])
    inside = next(c for c in findings.contrasts if "strata" in c.at and c.scale == "difference")
    assert (inside.within.strata, inside.within.left_out) == (1, 150)


def people(tmp_path, of_row):
    """Twelve times the plain table, row by row, each with somebody's number."""
    rows = [row[:-1] for row in PLAIN for _ in range(row[-1])]
    for at, row in enumerate(rows):
        row[4] = of_row(at)
    with (tmp_path / "rows.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([HEAD[:-1], *rows])
    options = {"flag": "flag", "outcome": "outcome", "groups": ["origin"], "measures": MEASURES}
    return cp.audit("score", tmp_path / "rows.csv", **options, cluster="person").audits["audit"]


def test_a_cluster_per_row(tmp_path):
    ours = rates(people(tmp_path, lambda at: f"k{at}"), origin="a")[0]
    plain = rates(found(tmp_path, PLAIN), origin="a")[0]
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high))


def test_one_giant_cluster(tmp_path):
    ours = rates(people(tmp_path, lambda at: "k1"), origin="a")[0]
    assert ours.low is None or ours.low < 0.05
    assert ours.high is None or ours.high > 0.9


def test_all_groups_missing(tmp_path):
    rows = [["", *row[1:]] for row in PLAIN]
    findings = found(tmp_path, rows)
    assert [e.status for e in rates(findings)] == ["estimated"]
    assert {tuple(e.group.values()) for e in findings.estimates} == {()}
    assert not findings.contrasts
    assert count(findings, "missing_group.origin") == sum(row[-1] for row in PLAIN)
    separate = found(tmp_path, rows, missing_group="separate")
    assert rates(separate, origin=None)[0].value == rates(separate)[0].value
