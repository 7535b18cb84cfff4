"""The published COMPAS counts under attack: sex by race, a sweep over decile scores, and the file of two cohorts."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from counterproof.audits.score import SCORE
from counterproof.audits.score.options import ScoreOptions
from counterproof.counts import Cells, RowSum
from counterproof.disclosure import Protected, protect
from disclosure.attacker import recovered
from disclosure.test_attack import split

SCORES = Path(__file__).resolve().parents[3] / "shared" / "data" / "score"
COUNTS, COHORTS = SCORES / "compas_counts.csv", SCORES / "compas_counts_by_cutoff.csv"
pytestmark = pytest.mark.skipif(not SCORES.exists(), reason="../shared/data/score is not here")


def read(path: Path, columns: Sequence[str], names: Sequence[str]) -> Cells:
    """Counts of a published table by some of its columns, under the names that a score audit's reduction uses."""
    sums: dict[tuple[str, ...], int] = {}
    with path.open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            key = tuple(line[column] for column in columns)
            sums[key] = sums.get(key, 0) + int(line["n"])
    n = np.array(list(sums.values()), dtype=np.int64)
    return Cells(tuple(names), tuple(sums), n, int(n.sum()))


def under_attack(cells: Cells, rows: list[RowSum], floor: int = 10) -> Protected:
    shown = protect(cells, rows, floor=floor)
    known, hidden = split(cells, rows, shown, floor)
    assert shown.proven
    assert shown.primary > 0
    assert recovered(known, hidden, len(cells.n), cells.records, floor) == []
    return shown


def audit(cells: Cells, groups: tuple[str, ...], *cuts: int, curves: bool = True) -> list[RowSum]:
    plan = {"source": "s", "score": "decile_score", "outcome": "two_year_recid", "groups": groups, "curves": curves}
    options = [ScoreOptions.model_validate(plan | {"flag_at": Decimal(cut)}) for cut in cuts]
    cells = replace(cells, cuts={"decile_score~": tuple(map(Decimal, cuts))})
    return [row for option in options for row in SCORE.sums(option, cells, 10)]


@pytest.mark.parametrize("cuts", [(5,), (5, 8)])
def test_sex_by_race(cuts: tuple[int, ...]) -> None:
    names = ("sex", "race", "decile_score~", "two_year_recid?")
    cells = read(COUNTS, ["sex", "race", "decile_score", "two_year_recid"], names)
    shown = under_attack(cells, audit(cells, ("sex", "race"), *cuts))
    assert {counts.get("records") for counts in shown.shown} >= {7214, 3696, 2454}
    assert shown.suppressed < sum(len(counts) for counts in shown.shown) / 4


def test_every_threshold_of_every_race_without_thinning() -> None:
    names = ("race", "decile_score~", "two_year_recid?")
    cells = read(COUNTS, ["race", "decile_score", "two_year_recid"], names)
    under_attack(cells, audit(cells, ("race",), *range(2, 11), curves=False))


def test_two_thresholds_without_curves_do_not_tell_who_lies_between() -> None:
    names = ("sex", "race", "decile_score~", "two_year_recid?")
    cells = read(COUNTS, ["sex", "race", "decile_score", "two_year_recid"], names)
    rows = audit(cells, ("sex", "race"), 5, 6, curves=False)
    assert {len(row.group) for row in rows if row.secret} == {0, 1, 2}
    under_attack(cells, rows)


def test_all_defendants_beside_each_cohort() -> None:
    cells = read(
        COHORTS, ["race", "after_cutoff", "score_text", "two_year_recid"], ["race", "cohort", "score", "outcome"]
    )
    flagged = ~cells.where(score="Low")
    yes = cells.where(outcome="1")
    rows = []
    for cohort in (None, *cells.values("cohort")):
        for race in (None, *cells.values("race")):
            inside = cells.where(**({"cohort": cohort} if cohort else {}), **({"race": race} if race else {}))
            counts = {"true_positives": inside & flagged & yes, "false_negatives": inside & ~flagged & yes}
            counts |= {"false_positives": inside & flagged & ~yes, "true_negatives": inside & ~flagged & ~yes}
            counts |= {"positives": inside & yes, "negatives": inside & ~yes, "records": inside}
            rows.append(RowSum("outcomes", {"race": race} if race else {}, {"cohort": cohort or "all"}, counts))
    under_attack(cells, rows)
