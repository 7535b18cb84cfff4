"""Identification from published error counts and published rates: golden numbers, claims, bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from counterproof.errors import CounterproofError
from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings, Estimate
from counterproof.line import execute
from counterproof.plan import parse
from counterproof.stats.intervals import clopper_pearson, wilson

FRVT = Path(__file__).parents[3] / "shared" / "data" / "identification" / "frvt_false_match_rates.csv"
CELLS = ["MW_MW", "MB_MB", "FW_FW", "FB_FB"]
# NIST FRVT 1:1 report tables: white and Black men, white and Black women, each with their own group
ACISW_003 = {"algorithm": "acisw-003", "MW_MW": "0.001", "MB_MB": "0.0005", "FW_FW": "0.0044", "FB_FB": "0.0014"}
GOLDEN = {  # see tests/stats/test_differentials.py
    "largest_gap": 0.0039,
    "max_over_min": 8.8,
    "max_over_mean": 2.410958904109589,
    "max_over_geometric_mean": 3.3213527065478847,
    "mean_absolute_log10": 0.27265267695710166,
    "gini": 0.41438356164383555,
    "gini_corrected": 0.5525114155251141,
}
COUNTS = [
    {"algorithm": a, "g": g, "fm": fm, "nm": nm, "fnm": fnm, "m": m}
    for a, g, fm, nm, fnm, m in (
        ("a", "White", 30, 30_000, 25, 5_000),
        ("a", "Black", 150, 30_000, 60, 5_000),
        ("a", "Asian", 0, 20_000, 14, 3_000),
        ("b", "White", 12, 30_000, 15, 5_000),
        ("b", "Black", 40, 30_000, 22, 5_000),
        ("b", "Asian", 33, 20_000, 10, 3_000),
    )
]  # fmt: skip
BY_COUNT = {"false_matches": "fm", "non_mated": "nm", "false_non_matches": "fnm", "mated": "m"}


def run(rows: Any, claims: Any = (), min_cell: int = 1, **options: Any) -> Exhibit:
    source = {"path": str(rows)} if isinstance(rows, Path) else {"inline": rows}
    audit = {"kind": "identification", "source": "table"} | options
    values = {
        "sources": {"table": source},
        "audits": {"a": audit},
        "claims": list(claims),
        "settings": {"min_cell": min_cell},
    }
    if min_cell < 10:
        values["public_records"] = "published tables"
    return execute(parse(values), Path.cwd())


def found(exhibit: Exhibit) -> AuditFindings:
    return exhibit.results.audits["a"]


def one(exhibit: Exhibit, measure: str, group: dict[str, str], **at: Any) -> Estimate:
    fit = [e for e in found(exhibit).estimates if (e.measure, dict(e.group)) == (measure, group) and dict(e.at) == at]
    assert len(fit) == 1, [(e.measure, e.group, e.at) for e in found(exhibit).estimates if e.measure == measure]
    return fit[0]


def test_published_rates_are_reported_without_an_interval() -> None:
    exhibit = run([ACISW_003], false_match_rate=CELLS, system="algorithm")
    assert {e.status for e in found(exhibit).estimates} == {"reported"}
    assert all(e.low is None and e.high is None and e.level is None for e in found(exhibit).estimates)
    assert one(exhibit, "false_match_rate", {"algorithm": "acisw-003", "cell": "FW_FW"}).value == 0.0044
    assert found(exhibit).population == "records"
    unknown = next(check for check in found(exhibit).checks if check.name == "trials_unknown")
    assert (unknown.count, unknown.total) == (4, 4)


@pytest.mark.parametrize("statistic", GOLDEN)
def test_the_golden_differentials(statistic: str) -> None:
    exhibit = run([ACISW_003], false_match_rate=CELLS, system="algorithm")
    value = one(exhibit, f"false_match_rate.{statistic}", {"algorithm": "acisw-003"}, over="cell").value
    assert value == pytest.approx(GOLDEN[statistic], rel=1e-12)


def test_a_long_table_says_the_same() -> None:
    rows = [{"algorithm": "acisw-003", "who": cell, "fmr": ACISW_003[cell]} for cell in CELLS]
    exhibit = run(rows, false_match_rate="fmr", groups=["who"], system="algorithm")
    value = one(exhibit, "false_match_rate.gini", {"algorithm": "acisw-003"}, over="who").value
    assert value == pytest.approx(GOLDEN["gini"], rel=1e-12)


@pytest.mark.parametrize(
    ("expect", "verdict"), [(">= 8", "undetermined"), (">= 7", "supported"), ("<= 5", "contradicted")]
)
def test_verdicts_on_published_rates_allow_for_their_rounding(expect: str, verdict: str) -> None:
    # .0044 and .0005 with four decimals are anything from .00435 to .00445 and .00045 to .00055: 7.91 to 9.89 times.
    test = {"audit": "a", "measure": "false_match_rate.max_over_min", "expect": expect}
    claim = {"id": "c", "text": "t", "test": test | {"group": {"algorithm": "acisw-003"}}}
    exhibit = run([ACISW_003], [claim], false_match_rate=CELLS, system="algorithm")
    judged = exhibit.results.claims[0]
    assert judged.verdict == verdict
    assert (judged.low, judged.high) == pytest.approx((0.00435 / 0.00055, 0.00445 / 0.00045))
    assert "before rounding" in judged.because


def test_decimals_may_be_said_and_exponents_have_their_own() -> None:
    rows = [{"g": "x", "r": "1e-5"}, {"g": "y", "r": "2.50e-4"}, {"g": "z", "r": "0.002"}]
    exhibit = run(rows, false_match_rate="r", groups=["g"])
    basis = {
        e.group["g"]: e.basis.compatible(0.95) for e in found(exhibit).estimates if e.measure == "false_match_rate"
    }  # type: ignore[union-attr]
    assert (basis["x"].low, basis["x"].high) == pytest.approx((0.5e-5, 1.5e-5))
    assert (basis["y"].low, basis["y"].high) == pytest.approx((2.495e-4, 2.505e-4))
    assert (basis["z"].low, basis["z"].high) == pytest.approx((0.0015, 0.0025))
    finer = run(rows, false_match_rate="r", groups=["g"], decimals=6)
    assert one(finer, "false_match_rate", {"g": "z"}).basis.compatible(0.95).low == pytest.approx(0.0019995)  # type: ignore[union-attr]


def test_a_published_zero_leaves_a_range_and_no_quotient() -> None:
    rows = [{"g": "x", "r": "0.0000"}, {"g": "y", "r": "0.0020"}]
    ratio = one(run(rows, false_match_rate="r", groups=["g"]), "false_match_rate.max_over_min", {}, over="g")
    assert (ratio.status, ratio.value, ratio.identified_high, ratio.unbounded) == ("bounded", None, None, "high")
    assert ratio.identified_low == pytest.approx(0.00195 / 0.00005)


@pytest.mark.skipif(not FRVT.exists(), reason="../shared is not here")
def test_the_published_table_of_algorithms() -> None:
    exhibit = run(FRVT, false_match_rate=CELLS, system="algorithm", reference={"cell": "MW_MW"})
    assert found(exhibit).records == 480
    spread = {
        e.group["algorithm"]: e.value for e in found(exhibit).estimates if e.measure.endswith("max_over_geometric_mean")
    }
    assert len(spread) == 120
    assert spread["acisw-003"] == pytest.approx(GOLDEN["max_over_geometric_mean"], rel=1e-12)
    widest, narrowest = max(spread, key=spread.__getitem__), min(spread, key=spread.__getitem__)  # type: ignore[arg-type]
    assert spread[widest] > 4 > 1.8 > spread[narrowest] >= 1  # type: ignore[operator]
    ratios = {
        c.group["algorithm"]: c for c in found(exhibit).contrasts if c.group["cell"] == "FB_FB" and c.scale == "ratio"
    }
    assert ratios["3divi-005"].reference == {"algorithm": "3divi-005", "cell": "MW_MW"}


def test_counts_have_intervals() -> None:
    exhibit = run(COUNTS, groups=["g"], system="algorithm", **BY_COUNT)
    fmr = one(exhibit, "false_match_rate", {"algorithm": "a", "g": "White"})
    assert (fmr.numerator, fmr.denominator, fmr.value) == (30, 30_000, 0.001)
    assert (fmr.low, fmr.high) == pytest.approx(wilson(30, 30_000))
    assert fmr.basis.compatible(0.95).high == pytest.approx(clopper_pearson(30, 30_000)[1])  # type: ignore[union-attr]
    whole = one(exhibit, "false_non_match_rate", {"algorithm": "b"})
    assert (whole.numerator, whole.denominator) == (47, 13_000)
    assert found(exhibit).records == sum(row["nm"] + row["m"] for row in COUNTS)
    assert {} not in [dict(e.group) for e in found(exhibit).estimates]  # systems are never added up


def test_few_errors_are_said() -> None:
    exhibit = run(COUNTS, groups=["g"], system="algorithm", **BY_COUNT)
    none = one(exhibit, "false_match_rate", {"algorithm": "a", "g": "Asian"})
    assert "No error in 20,000 comparisons: the rate is at most 0.00015" in (none.note or "")
    assert "Fewer than 30 errors" in (one(exhibit, "false_match_rate", {"algorithm": "b", "g": "White"}).note or "")
    assert one(exhibit, "false_match_rate", {"algorithm": "a", "g": "White"}).note is None
    few = next(check for check in found(exhibit).checks if check.name == "few_errors")
    assert (few.count, few.total) == (7, 16)


def test_differentials_of_counts_hold_where_a_group_has_no_error() -> None:
    exhibit = run(COUNTS, groups=["g"], system="algorithm", **BY_COUNT)
    ratio = one(exhibit, "false_match_rate.max_over_min", {"algorithm": "a"}, over="g")
    assert (ratio.value, ratio.high, ratio.unbounded) == (None, None, "high")
    assert ratio.low is not None
    assert 10 < ratio.low < 33  # Black against Asian: 150 of 30,000 against 0 of 20,000
    garbe = one(exhibit, "garbe", {"algorithm": "a"}, over="g")
    assert garbe.low is not None
    assert garbe.high is not None
    assert garbe.low < (garbe.value or 0) < garbe.high
    assert one(exhibit, "inequity_rate", {"algorithm": "b"}, over="g").value == pytest.approx(
        (4.125 * 1.4666667) ** 0.5
    )
    assert one(exhibit, "fairness_discrepancy_rate", {"algorithm": "b"}, over="g").value == pytest.approx(
        1 - (33 / 20_000 - 12 / 30_000) / 2 - (22 / 5_000 - 15 / 5_000) / 2
    )


def test_the_weight_of_the_two_errors() -> None:
    exhibit = run(COUNTS, groups=["g"], system="algorithm", alpha=1, **BY_COUNT)
    corrected = one(exhibit, "false_match_rate.gini_corrected", {"algorithm": "b"}, over="g")
    assert one(exhibit, "garbe", {"algorithm": "b"}, over="g").value == pytest.approx(corrected.value)


def test_groups_are_compared_within_their_system() -> None:
    exhibit = run(COUNTS, groups=["g"], system="algorithm", reference={"g": "White"}, **BY_COUNT)
    pairs = {
        (c.group["algorithm"], c.group["g"], c.reference["algorithm"], c.reference["g"])
        for c in found(exhibit).contrasts
    }
    assert pairs == {(s, g, s, "White") for s in "ab" for g in ("Asian", "Black")}
    assert found(exhibit).family == 8
    less = next(
        c for c in found(exhibit).contrasts if c.group == {"algorithm": "b", "g": "Asian"} and c.scale == "ratio"
    )
    assert less.value == pytest.approx((33 / 20_000) / (12 / 30_000))


def test_what_would_have_shown_stands_beside_no_difference() -> None:
    rows = [row for row in COUNTS if row["algorithm"] == "b"]
    exhibit = run(rows, groups=["g"], reference={"g": "White"}, **BY_COUNT)
    same = next(
        c for c in found(exhibit).contrasts
        if (c.measure, c.group, c.scale) == ("false_non_match_rate", {"g": "Asian"}, "ratio")
    )  # fmt: skip
    assert same.low is not None
    assert same.high is not None
    assert same.low < 1 < same.high
    assert same.minimum_detectable is not None
    assert same.minimum_detectable > 1.5


def test_failures_to_acquire() -> None:
    rows = [{"fm": 30, "nm": 30_000, "fnm": 50, "m": 5_000, "fta": 200, "tries": 10_000}]
    exhibit = run(rows, failures_to_acquire="fta", acquisitions="tries", **BY_COUNT)
    assert one(exhibit, "far", {}).value == pytest.approx(0.001 * 0.98)
    frr = one(exhibit, "frr", {})
    assert frr.value == pytest.approx(0.02 + 0.01 * 0.98)
    assert frr.low is not None
    assert frr.high is not None
    assert frr.low < 0.0298 < frr.high


def test_all_that_false_matches_alone_can_say() -> None:
    rows = [{"g": "white", "fp": 0}, {"g": "other", "fp": 7}]
    test = {"audit": "a", "measure": "false_match_share", "group": {"g": "other"}, "expect": "0.6667", "within": 0.05}
    claim = {"id": "c", "text": "no bias", "test": test}
    exhibit = run(rows, [claim], false_matches="fp", groups=["g"])
    share = one(exhibit, "false_match_share", {"g": "other"})
    assert (share.numerator, share.denominator) == (7, 7)
    judged = exhibit.results.claims[0]
    assert judged.verdict == "undetermined"
    assert judged.low == pytest.approx(clopper_pearson(7, 7)[0])
    assert judged.settle == 12  # .025^(1/12) = .735 is the first above .7167


def test_a_gallery() -> None:
    # ACLU 2018: 28 of 535 members of Congress; a search as one trial gives the FPIR itself
    rows = [{"fm": 28, "nm": 535}]
    exhibit = run(rows, false_matches="fm", non_mated="nm", gallery=[25_000], tested_gallery=25_000)
    fpir = one(exhibit, "false_match_rate", {})
    assert fpir.value == pytest.approx(0.052336, abs=5e-7)
    assert fpir.basis.compatible(0.95).low == pytest.approx(0.0351, abs=5e-5)  # type: ignore[union-attr]
    assert fpir.basis.compatible(0.95).high == pytest.approx(0.0748, abs=5e-5)  # type: ignore[union-attr]


def test_what_a_rate_means_in_a_gallery() -> None:
    rows = [{"fm": 3, "nm": 3_000_000, "fnm": 200, "m": 10_000}]
    exhibit = run(rows, gallery=[1000, 3_000_000_000], prevalence=["0.001"], tested_gallery=1000, **BY_COUNT)
    small = one(exhibit, "false_positive_identification_rate", {}, gallery=1000)
    assert small.assumption == "independent_comparisons"
    assert small.value == pytest.approx(1 - (1 - 1e-6) ** 1000)
    assert small.low is not None
    assert small.low < (small.value or 0)
    assert one(exhibit, "false_positive_identification_rate", {}, gallery=3_000_000_000).value == 1
    assert one(exhibit, "expected_false_candidates", {}, gallery=3_000_000_000).value == pytest.approx(3000)
    alert = one(exhibit, "alert_precision", {}, gallery=1000, prevalence=0.001)
    assert alert.value == pytest.approx(0.00098 / (0.00098 + 0.999 * (1 - (1 - 1e-6) ** 1000)))
    tested = {check.total: check.status for check in found(exhibit).checks if check.name == "tested_gallery"}
    assert tested == {1000: "pass", 3_000_000_000: "warn"}


def test_a_gallery_of_groups() -> None:
    rows = [
        {"probe": p, "other": o, "fm": fm, "nm": 100_000}
        for p, o, fm in (("W", "W", 10), ("W", "B", 2), ("B", "W", 4), ("B", "B", 50))
    ]
    options = {"false_matches": "fm", "non_mated": "nm", "groups": ["probe", "other"], "other_group": "other"}
    exhibit = run(rows, gallery_groups={"W": 900, "B": 100}, **options)
    at = {"gallery": 1000, "composition": "W 900, B 100"}
    black = one(exhibit, "false_positive_identification_rate", {"probe": "B"}, **at)
    assert black.value == pytest.approx(1 - (1 - 4e-5) ** 900 * (1 - 5e-4) ** 100)
    with pytest.raises(CounterproofError, match="no such group"):
        run(rows, gallery_groups={"White": 900}, **options)


def test_small_counts_are_withheld_unless_the_records_are_public() -> None:
    exhibit = run(COUNTS, min_cell=15, groups=["g"], system="algorithm", **BY_COUNT)
    assert one(exhibit, "false_match_rate", {"algorithm": "b", "g": "White"}).status == "suppressed"
    assert one(exhibit, "false_match_rate", {"algorithm": "a", "g": "Asian"}).value == 0
    assert one(exhibit, "false_match_rate", {"algorithm": "a", "g": "Black"}).value == 0.005


MATCHES = {"false_matches": "fm", "non_mated": "nm"}
RATES = {"false_match_rate": "r", "groups": ["g"]}
BAD: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "rates above 1": ([{"g": "x", "r": "1.2"}, {"g": "y", "r": "0.1"}], RATES, "between 0 and 1"),
    "negative rates": ([{"g": "x", "r": "-0.2"}], RATES, "between 0 and 1"),
    "words for rates": ([{"g": "x", "r": "low"}], RATES, "not numbers"),
    "no rates": ([{"g": "x", "r": ""}, {"g": "y", "r": None}], RATES, "no published rate"),
    "a rate twice": ([{"g": "x", "r": "0.2"}, {"g": "x", "r": "0.2"}], RATES, "more than once"),
    "two rates of one group": ([{"g": "x", "r": "0.2"}, {"g": "x", "r": "0.3"}], RATES, "more than once"),
    "too few decimals": ([{"g": "x", "r": "0.21"}], RATES | {"decimals": 1}, "more than 1 decimals"),
    "more errors than trials": ([{"fm": 5, "nm": 3}], MATCHES, "more errors"),
    "zero trials everywhere": ([{"fm": 0, "nm": 0}], MATCHES, "every count is zero"),
    "fractional errors": ([{"fm": 0.5, "nm": 3}], MATCHES, "1 fractional"),
    "negative trials": ([{"fm": 0, "nm": -3}], MATCHES, "1 negative"),
    "a column that is not there": ([{"fm": 0, "nm": 3}], {"false_matches": "fm", "non_mated": "mn"}, "no column 'mn'"),
    "a reference that is not there": (
        [{"g": "x", "fm": 0, "nm": 3}], MATCHES | {"groups": ["g"], "reference": {"g": "X"}}, "no such group",
    ),
    "no number of searches": ([{"fp": 0}], {"false_positives": "fp"}, "false_positives needs searches"),
    "more wrong searches than searches": (
        [{"fp": 5, "n": 3}], {"false_positives": "fp", "searches": "n"}, "more errors",
    ),
    "no trials of mated pairs": ([{"fnm": 0}], {"false_non_matches": "fnm"}, "go together"),
    "both forms": ([{"fm": 0, "r": 0}], {"false_matches": "fm", "false_match_rate": "r"}, "exactly one"),
    "no form": ([{"fm": 0}], {}, "exactly one"),
    "two roles": ([{"fm": 0}], {"false_matches": "fm", "non_mated": "fm"}, "two roles"),
    "decimals of counts": ([{"fm": 0, "nm": 1}], MATCHES | {"decimals": 2}, "does not go with"),
    "groups of a gallery without the other side": (
        [{"fm": 0, "nm": 1}], MATCHES | {"gallery_groups": {"W": 3}}, "other_group",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    rows, options, says = BAD[name]
    with pytest.raises(CounterproofError) as caught:
        run(rows, **options)
    assert says in str(caught.value)


def test_a_group_without_trials_is_undefined_and_said() -> None:
    rows = [{"g": "x", "fm": 0, "nm": 0}, {"g": "y", "fm": 30, "nm": 900}]
    exhibit = run(rows, false_matches="fm", non_mated="nm", groups=["g"])
    assert one(exhibit, "false_match_rate", {"g": "x"}).status == "undefined"
    assert next(check.count for check in found(exhibit).checks if check.name == "no_trials") == 1


def test_counts_of_searches() -> None:
    rows = [{"g": "x", "wrong": 28, "n": 535}, {"g": "y", "wrong": 0, "n": 400}, {"g": "z", "wrong": 0, "n": 0}]
    options = {"false_positives": "wrong", "searches": "n", "groups": ["g"], "tested_gallery": 25_000}
    exhibit = run(rows, gallery=[25_000, 100_000], **options)
    at = {"gallery": 25_000}
    fpir = one(exhibit, "false_positive_identification_rate", {"g": "x"}, **at)
    assert (fpir.numerator, fpir.denominator, fpir.assumption) == (28, 535, None)
    implied = one(exhibit, "implied_false_match_rate", {"g": "x"}, **at)
    assert implied.value == pytest.approx(2.1502e-6, rel=5e-5)
    assert implied.assumption == "independent_comparisons"
    larger = one(exhibit, "false_positive_identification_rate", {"g": "x"}, gallery=100_000)
    assert larger.value == pytest.approx(1 - (1 - 28 / 535) ** 4)
    assert larger.assumption == "independent_comparisons"
    none = one(exhibit, "false_positive_identification_rate", {"g": "y"}, **at)
    assert "No error in 400 searches" in (none.note or "")
    assert one(exhibit, "false_positive_identification_rate", {"g": "z"}, **at).status == "undefined"
    assert "false_match_rate" not in {e.measure for e in found(exhibit).estimates}
    assert found(exhibit).records == 935
    ratio = next(c for c in found(exhibit).contrasts if c.group == {"g": "y"} and c.scale == "ratio")
    assert ratio.reference == {"g": "x"}


def test_published_rates_of_searches_in_other_galleries() -> None:
    options = {"false_positive_identification_rate": "r", "tested_gallery": 10_000, "gallery": [1_000]}
    exhibit = run([{"r": "0.0001667"}], **options)
    assert one(exhibit, "false_positive_identification_rate", {}, gallery=10_000).status == "reported"
    smaller = one(exhibit, "false_positive_identification_rate", {}, gallery=1_000)
    assert smaller.value == pytest.approx(1 - (1 - 0.0001667) ** 0.1)
    assert (smaller.low, smaller.high, smaller.assumption) == (None, None, "independent_comparisons")
