"""Reviews drawn from strata in a score audit."""

import csv

import pytest

import counterproof as cp
from counterproof.errors import InputError

FRAME = (
    ("high", 1, 6_000, 200, 130),
    ("low", 1, 4_000, 200, 60),
    ("high", 0, 20_000, 300, 24),
    ("low", 0, 70_000, 400, 12),
)
OPTIONS = {
    "flag": "flag", "outcome": "outcome", "count": "n", "groups": ["origin"], "reviewed": "reviewed",
    "review_stratum": "band", "measures": ["false_negative_rate", "positive_predictive_value", "flag_rate"],
}  # fmt: skip


def write(path, *, frame=FRAME, more=()):
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["origin", "band", "flag", "reviewed", "outcome", "n"])
        for origin in ("a", "b"):
            for band, flag, records, reviewed, events in frame:
                out.writerow([origin, band, flag, "yes", 1, events])
                out.writerow([origin, band, flag, "yes", 0, reviewed - events])
                out.writerow([origin, band, flag, "no", "", records - reviewed])
        out.writerows(more)
    return path


def of(found, measure, group):
    return [e for e in found.audits["audit"].estimates if e.measure == measure and e.group == group]


def test_each_reviewed_record_stands_for_its_stratum(tmp_path):
    found = cp.audit("score", write(tmp_path / "rows.csv"), **OPTIONS)
    (missed,) = of(found, "false_negative_rate", {"origin": "a"})
    assert missed.value == pytest.approx(3_700 / 8_800)
    assert (missed.status, missed.assumption, missed.method) == ("estimated", None, "stratified-wilson")
    (precision,) = of(found, "positive_predictive_value", {})
    assert precision.value == pytest.approx(0.51)
    (flagged,) = of(found, "flag_rate", {})
    assert flagged.method == "wilson"
    contrast = next(c for c in found.audits["audit"].contrasts if c.measure == "false_negative_rate")
    assert contrast.low < 0 < contrast.high


def test_a_claim_rests_on_the_weighted_rate(tmp_path):
    write(tmp_path / "rows.csv")
    test = {"audit": "flags", "measure": "false_negative_rate", "expect": "<= 0.6"}
    plan = {
        "title": "Review", "sources": {"rows": {"path": str(tmp_path / "rows.csv")}},
        "audits": {"flags": {"kind": "score", "source": "rows", **OPTIONS}},
        "claims": [{"id": "low", "text": "It misses at most 60 %.", "test": test}],
    }  # fmt: skip
    assert cp.run(plan).claims[0].verdict == "supported"


def test_bounds_stand_where_a_stratum_was_not_reviewed(tmp_path):
    more = [["a", "third", 0, "no", "", 500]]
    found = cp.audit("score", write(tmp_path / "rows.csv", more=more), **OPTIONS)
    assert of(found, "false_negative_rate", {"origin": "a"})[0].status == "bounded"
    assert of(found, "false_negative_rate", {"origin": "b"})[0].status == "estimated"
    assert of(found, "positive_predictive_value", {"origin": "a"})[0].status == "estimated"
    check = next(c for c in found.audits["audit"].checks if c.name == "strata_without_review")
    assert (check.status, check.count) == ("warn", 1)


def test_bounds_stand_where_counts_are_withheld(tmp_path):
    frame = (("high", 1, 6_000, 200, 5), *FRAME[1:])
    found = cp.audit("score", write(tmp_path / "rows.csv", frame=frame), **OPTIONS)
    assert of(found, "positive_predictive_value", {"origin": "a"})[0].status in ("bounded", "suppressed")


def test_missing_labels_leave_the_bounds_and_the_rate_stands_beside_them(tmp_path):
    more = [["", "high", 1, "no", "", 900]]
    found = cp.audit("score", write(tmp_path / "rows.csv", more=more), **OPTIONS)
    bounds, beside = of(found, "false_negative_rate", {"origin": "a"})
    assert (bounds.status, bounds.primary) == ("bounded", True)
    assert (beside.status, beside.primary, beside.assumption) == ("estimated", False, "labels_missing_at_random")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reviewed": None, "outcome_known": "everyone"}, "review_stratum needs reviewed"),
        ({"within": "x"}, "review_stratum does not go with within"),
        ({"rounded_to": 10}, "rounded"),
        ({"review_stratum": "flag"}, "two roles"),
    ],
)
def test_what_does_not_go_together(tmp_path, more, said):
    with pytest.raises(InputError, match=said):
        cp.audit("score", write(tmp_path / "rows.csv"), **(OPTIONS | more))
