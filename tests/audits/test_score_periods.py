"""Rates watched over time: what is counted, what is said, and what a claim about it is judged by."""

import csv

import numpy as np
import pytest

import counterproof as cp
from counterproof.errors import InputError
from counterproof.stats.sequences import Running

MONTHS = [f"2024-{month:02}" for month in range(1, 13)]


@pytest.fixture
def table(tmp_path):
    """Two groups over a year; the rate of b drifts. Counts are kept beside."""
    rng, kept = np.random.Generator(np.random.PCG64(3)), {}
    with (tmp_path / "rows.csv").open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["month", "origin", "flag", "outcome", "n"])
        for at, month in enumerate(MONTHS):
            for origin, n, rate in (("a", 300, 0.12), ("b", 200, 0.15 + 0.01 * at)):
                positive = int(rng.binomial(n, 0.3))
                tp, fp = int(rng.binomial(positive, 0.6)), int(rng.binomial(n - positive, rate))
                kept[month, origin] = fp, n - positive
                for row in ((1, 1, tp), (1, 0, fp), (0, 1, positive - tp), (0, 0, n - positive - fp)):
                    out.writerow([month, origin, *row])
    return tmp_path / "rows.csv", kept


OPTIONS = {
    "flag": "flag", "outcome": "outcome", "count": "n", "groups": ["origin"], "period": "month",
    "measures": ["false_positive_rate", "true_negative_rate", "flag_rate"],
}  # fmt: skip


def running(found, **group):
    name = "false_positive_rate.running_mean"
    return [e for e in found.audits["audit"].estimates if e.measure == name and e.group == group]


def test_the_looks_are_the_cumulative_counts(table):
    path, kept = table
    found = cp.audit("score", path, **OPTIONS)
    for origin in ("a", "b"):
        looks = []
        for month in MONTHS:
            x, n = kept[month, origin]
            looks.append((x + looks[-1][0], n + looks[-1][1]) if looks else (x, n))
        mine = running(found, origin=origin)
        assert [(e.numerator, e.denominator) for e in mine] == looks
        assert [e.at["to"] for e in mine] == MONTHS
        ends = Running(tuple(looks)).printed(0.95)
        assert (mine[-1].low, mine[-1].high) == (ends.low, ends.high)
        assert mine[-1].method == "empirical-bernstein-sequence"
    measures = {e.measure for e in found.audits["audit"].estimates}
    assert "true_negative_rate.running_mean" not in measures  # its complement says the same
    assert "flag_rate.running_mean" in measures


def test_few_are_joined_with_the_next_period_and_nothing_small_is_shown(tmp_path):
    rows = [
        {"year": year, "group": group, "flag": flag, "outcome": outcome}
        for year in range(2000, 2012)
        for group, size in (("a", 12), ("b", 4))
        for flag in (0, 1)
        for outcome in (0, 1)
        for _ in range(size)
    ]
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as stream:
        out = csv.DictWriter(stream, rows[0])
        out.writeheader()
        out.writerows(rows)
    found = cp.audit("score", path, flag="flag", outcome="outcome", groups=["group"], period="year")
    shown = found.exhibit.counts["audit"]["periods"].rows
    by = {}
    for row in shown:
        by.setdefault(str(row.group), []).append(row)
    assert len(by.pop("{}")) == 12
    for looks in by.values():
        assert [row.at["to"] for row in looks] == ["2002", "2005", "2008", "2011"]
    for looks in by.values():
        counts = [list(row.counts.values()) for row in looks]
        steps = np.diff(np.array([[0] * 4, *counts], dtype=int), axis=0)
        assert (steps >= 10).all()
    check = next(check for check in found.audits["audit"].checks if check.name == "looks")
    assert (check.count, check.total, check.status) == (12, 12, "pass")


def test_periods_stand_in_their_order_and_a_missing_one_is_counted(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("q,flag,outcome,n\n10,1,0,30\n9,1,0,20\n9,0,0,20\n10,0,0,30\n,1,0,5\n9,1,1,9\n10,0,1,9\n")
    options = {"flag": "flag", "outcome": "outcome", "count": "n", "measures": ["false_positive_rate"]}
    found = cp.audit("score", path, **options, period="q", settings={"min_cell": 1}, public_records="made up")
    assert [e.at["to"] for e in running(found)] == ["9", "10"]
    check = next(check for check in found.audits["audit"].checks if check.name == "missing_period")
    assert check.count == 5


def test_a_claim_about_a_look_is_judged_by_the_sequence(table):
    path, _ = table
    test = {"audit": "flags", "measure": "false_positive_rate.running_mean", "group": {"origin": "b"}}
    test |= {"at": {"to": "2024-12"}, "expect": "<= 0.18"}
    plan = {
        "title": "Watched", "sources": {"rows": {"path": str(path)}},
        "audits": {"flags": {"kind": "score", "source": "rows", **OPTIONS}},
        "claims": [{"id": "low", "text": "It stays below 18 %.", "test": test}],
    }  # fmt: skip
    found = cp.run(plan)
    claim = found.claims[0]
    assert claim.verdict == "undetermined"
    mine = [e for e in found.audits["flags"].estimates if e.measure == test["measure"] and e.group == test["group"]]
    assert (claim.low, claim.high) == (mine[-1].low, mine[-1].high)


def test_a_constant_rate_has_its_own_sequence_and_records_have_none(table):
    path, kept = table
    constant = running(cp.audit("score", path, **OPTIONS, constant_rate=True), origin="a")[-1]
    x, n = (sum(kept[month, "a"][side] for month in MONTHS) for side in (0, 1))
    ends = Running(((x, n),), constant=True).printed(0.95)
    assert (constant.low, constant.high, constant.method) == (ends.low, ends.high, "beta-binomial-mixture")
    exact = running(cp.audit("score", path, **OPTIONS, population="records"), origin="a")[-1]
    assert (exact.status, exact.low, exact.value) == ("reported", None, x / n)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"constant_rate": True, "period": None}, "constant_rate needs period"),
        ({"outcome_known": "flagged"}, "known for everyone"),
        ({"cluster": "person", "count": None}, "period does not go with cluster"),
        ({"rounded_to": 10}, "rounded"),
        ({"period": "origin"}, "two roles"),
        ({"groups": ["origin", "x", "y"]}, "at most 3 columns"),
    ],
)
def test_what_does_not_go_together(table, more, said):
    with pytest.raises(InputError, match=said):
        cp.audit("score", table[0], **(OPTIONS | more))
