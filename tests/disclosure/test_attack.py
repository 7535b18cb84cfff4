"""The attacker recovers nothing: from generated plans, and from what the score audit prints of generated records.

Two hundred plans by default; ten thousand and more under ``deep``. The figures stand in docs/disclosure.md.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from counterproof.audits.base import Settings
from counterproof.audits.score import SCORE
from counterproof.audits.score.options import ScoreOptions
from counterproof.counts import Cells, RowSum
from counterproof.disclosure import Protected, protect, tables
from disclosure.attacker import Known, Mask, from_digits, recovered
from disclosure.plans import draw_cells, draw_fine, draw_rows, draw_scored

SEED = 20161
FLOORS = (3, 5, 10)


def split(cells: Cells, rows: list[RowSum], shown: Protected, floor: int) -> tuple[Known, list[Mask]]:
    """What is printed and what nobody may learn, as masks: withheld counts, and small ones between any two steps."""
    known: Known = []
    hidden: list[Mask] = []
    for row, counts in zip(rows, shown.shown, strict=True):
        if row.secret:
            hidden += between_steps(cells, list(row.counts.values()), floor)
            continue
        for name, mask in row.counts.items():
            value = counts[name]
            if value is not None:
                known.append((mask, value))
            elif row.curve is None:  # a curve that is left out may repeat what tables show
                hidden.append(mask)
    return known, hidden


def between_steps(cells: Cells, steps: list[Mask], floor: int) -> list[Mask]:
    """Every small count between two steps of a score, whichever of them have a point of any curve between them."""
    ranges = [np.any(steps[i:j], axis=0) for i in range(len(steps)) for j in range(i + 1, len(steps) + 1)]
    return list({m.tobytes(): m for m in ranges if 0 < cells.n[m].sum() < floor}.values())


def attack(cells: Cells, rows: list[RowSum], floor: int, tally: Counter[str]) -> None:
    shown = protect(cells, rows, floor=floor)
    known, hidden = split(cells, rows, shown, floor)
    small = [mask for row in rows for mask in row.counts.values() if 0 < cells.n[mask].sum() < floor]
    assert {mask.tobytes() for mask in small} <= {mask.tobytes() for mask in hidden}
    assert all(value == 0 or value >= floor for _, value in known)
    tally.update(plans=1, counts=len(known) + len(hidden), primary=shown.primary, complementary=shown.complementary)
    if not shown.proven:
        assert not known
        tally.update(plans_without_proof=1)
        return
    found = recovered(known, hidden, len(cells.n), int(cells.n.sum()), floor)
    tally.update(recovered=len(found), plans_with_suppression=bool(hidden))


def masks_of(cells: Cells, measure: str, group: dict[str, Any], at: dict[str, Any]) -> tuple[Mask, Mask]:
    """Numerator and denominator of a measure, from its definition."""
    score = np.array([int(value) for value in cells.column("score~")])
    everyone, positive = cells.where(**group), cells.where(**{"outcome?": "1"})
    if measure == "outcome_rate_by_score":
        inside = everyone & (score >= int(at["from"])) & (score <= int(at["to"]))
        return inside & positive, inside
    flagged = score >= int(at.get("threshold", 0))
    everybody = np.ones_like(flagged)
    above, below = {
        "flag_rate": (flagged, everybody),
        "prevalence": (positive, everybody),
        "false_positive_rate": (flagged & ~positive, ~positive),
        "false_negative_rate": (~flagged & positive, positive),
        "true_positive_rate": (flagged & positive, positive),
        "true_negative_rate": (~flagged & ~positive, ~positive),
        "positive_predictive_value": (flagged & positive, flagged),
        "false_discovery_rate": (flagged & ~positive, flagged),
        "negative_predictive_value": (~flagged & ~positive, ~flagged),
        "false_omission_rate": (~flagged & positive, ~flagged),
        "accuracy": (flagged == positive, everybody),
    }[measure]
    return everyone & above, everyone & below


def attack_print(cells: Cells, floor: int, threshold: int, tally: Counter[str]) -> None:
    """The same on the printed document of two score audits of one plan: one by region, one by region and cohort."""
    options = [
        ScoreOptions(source="s", score="score", flag_at=Decimal(threshold), outcome="outcome", groups=groups)
        for groups in (("region",), ("region", "cohort"))
    ]
    declared = [list(SCORE.sums(option, cells, floor)) for option in options]
    rows = [row for part in declared for row in part]
    shown = protect(cells, rows, floor=floor)
    _, hidden = split(cells, rows, shown, floor)
    known: Known = []
    start = 0
    for option, part in zip(options, declared, strict=True):
        seen = tables(part, shown.shown[start : start + len(part)])
        start += len(part)
        document = json.loads(json.dumps(SCORE.infer(option, seen, cells.records, Settings()).to_json()))
        printed = {(e["measure"], str(e["group"])): e["status"] for e in document["estimates"] if e["primary"]}
        for estimate in document["estimates"]:
            if estimate.get("method") == "wilson" and (pair := from_digits(estimate)) is not None:
                masks = masks_of(cells, estimate["measure"], estimate["group"], estimate["at"])
                known += list(zip(masks, pair, strict=True))
                assert pair == (estimate["numerator"], estimate["denominator"])
        for contrast in document["contrasts"]:
            if contrast["status"] != "suppressed":
                for group in (contrast["group"], contrast["reference"]):
                    assert printed[contrast["measure"], str(group)] != "suppressed"
    for mask, value in known:
        assert value == cells.n[mask].sum(), "the attacker misread the digits"
        assert not any(np.array_equal(mask, other) for other in hidden), "digits give a suppressed count away"
    found = recovered(known, hidden, len(cells.n), cells.records, floor) if shown.proven else []
    tally.update(prints=1, printed_rates=len(known) // 2, hidden=len(hidden), recovered=len(found))


def attack_fine(cells: Cells, cuts: list[int], floor: int, tally: Counter[str], crossed: bool) -> None:
    """Score audits of many groups at one threshold or two, with their curves: tables, points and all between them."""
    groups = ("region", "cohort") if crossed else ("region",)
    plan = {"source": "s", "score": "score", "outcome": "outcome", "groups": groups}
    options = [ScoreOptions.model_validate(plan | {"flag_at": Decimal(cut)}) for cut in cuts]
    rows = [row for option in options for row in SCORE.sums(option, cells, floor)]
    shown = protect(cells, rows, floor=floor)
    known, hidden = split(cells, rows, shown, floor)
    assert all(value == 0 or value >= floor for _, value in known)
    found = recovered(known, hidden, len(cells.n), cells.records, floor) if shown.proven else []
    pairs = zip(rows, shown.shown, strict=True)
    drawn = len({row.curve for row, counts in pairs if row.curve and None not in counts.values()})
    tally.update(fine=1, hidden_of_fine=len(hidden), known_of_fine=len(known), curves=drawn, recovered=len(found))
    tally.update(primary_of_fine=shown.primary, complementary_of_fine=shown.complementary, curves_left_out=shown.curves)


def play(plans: int, prints: int, seed: int, fine: int = 0) -> Counter[str]:
    tally: Counter[str] = Counter()
    draw = np.random.default_rng(seed)
    for turn in range(plans):
        cells = draw_cells(draw)
        attack(cells, draw_rows(draw, cells), FLOORS[turn % 3], tally)
    for turn in range(prints):
        cells = draw_scored(draw)
        if cells.n.sum():
            attack_print(cells, FLOORS[turn % 3], int(draw.integers(2, 4)), tally)
    for turn in range(fine):
        cells, cuts = draw_fine(draw)
        if cells.n[cells.where(**{"outcome?": "1"})].sum():
            attack_fine(cells, cuts, FLOORS[turn % 3], tally, crossed=bool(draw.random() < 0.4))
    return tally


def test_nothing_is_recovered_from_generated_plans() -> None:
    tally = play(180, 0, SEED)
    assert tally["recovered"] == 0
    assert tally["primary"] > 100
    assert tally["complementary"] > 100


def test_nothing_is_recovered_from_the_digits_of_printed_rates() -> None:
    tally = play(0, 20, SEED)
    assert tally["recovered"] == 0
    assert tally["printed_rates"] > 100
    assert tally["hidden"] > 100


def test_nothing_is_recovered_from_curves_of_many_groups() -> None:
    tally = play(0, 0, SEED, fine=5)
    assert tally["recovered"] == 0
    assert tally["hidden_of_fine"] > 150
    assert tally["curves"] > 12


@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(4))
def test_ten_thousand_plans(part: int, record_property: Any) -> None:
    tally = play(2500, 125, SEED + 1 + part, fine=100)
    record_property("tally", dict(tally))
    assert tally["recovered"] == 0


def test_the_attacker_can_recover_what_is_not_protected() -> None:
    """The attacker is real: primary suppression alone is undone in most plans that have any."""
    draw = np.random.default_rng(SEED)
    undone = tried = 0
    for _ in range(30):
        cells = draw_cells(draw)
        rows = draw_rows(draw, cells)
        naive = tuple(
            {k: int(v) if not 0 < (v := cells.n[m].sum()) < 10 else None for k, m in r.counts.items()} for r in rows
        )
        known, hidden = split(cells, rows, Protected(naive), 10)
        if hidden:
            tried += 1
            undone += bool(recovered(known, hidden, len(cells.n), int(cells.n.sum()), 10))
    assert undone > tried / 2


def test_the_attacker_reads_counts_from_digits() -> None:
    from counterproof.stats.intervals import wilson

    for x, n in [(3, 17), (805, 1795), (1, 2), (0, 12), (50, 100), (999_983, 1_000_003)]:
        low, high = wilson(x, n, 0.95)
        printed = {
            "value": float(f"{x / n:.12g}"),
            "low": float(f"{low:.12g}"),
            "high": float(f"{high:.12g}"),
            "level": 0.95,
        }
        assert from_digits(printed) == (x, n)
