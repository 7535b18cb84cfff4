"""A reader subtracts what is shown of the COMPAS counts: no small count of any group between any two scores comes out.

The attack is written anew here, with other means than the product's: it sees counts.json only, and knows the rules.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog

import counterproof as cp

COMPAS = Path(str(files("counterproof") / "demo" / "compas_counts.csv"))
ROLES: dict[str, Any] = {"score": "decile_score", "outcome": "two_year_recid", "count": "n"}
FLOOR = 10
SIDES = {
    "true_positives": ("1", True), "false_positives": ("0", True), "false_negatives": ("1", False),
    "true_negatives": ("0", False), "positives": ("1", None), "negatives": ("0", None), "flagged": (None, True),
    "unflagged": (None, False), "records": (None, None),
}  # fmt: skip


def truth() -> dict[tuple[str, int, str], int]:
    cells: dict[tuple[str, int, str], int] = {}
    with COMPAS.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            key = (row["race"], int(row["decile_score"]), row["two_year_recid"])
            cells[key] = cells.get(key, 0) + int(row["n"])
    for race in {race for race, _, _ in cells}:
        for score in range(1, 11):
            for outcome in "01":
                cells.setdefault((race, score, outcome), 0)
    return cells


def equations(found: Any, keys: list[tuple[str, int, str]], own_cut: int) -> tuple[list[list[bool]], list[int]]:
    """What a reader knows: each shown count as a sum of cells."""
    rows: list[list[bool]] = []
    values: list[int] = []
    for table in found.exhibit.counts["audit"].values():
        for row in table:
            for name, count in row.counts.items():
                if count is None or name not in SIDES:
                    continue
                outcome, flagged = SIDES[name]
                cut, low, high = row.at.get("threshold", own_cut), row.at.get("from", 1), row.at.get("to", 10)
                race = row.group.get("race")
                rows.append([
                    (race is None or r == race) and (outcome is None or o == outcome) and low <= s <= high
                    and (flagged is None or (s >= cut) == flagged)
                    for r, s, o in keys
                ])  # fmt: skip
                values.append(count)
    return rows, values


def span(target: list[bool], rows: list[list[bool]], values: list[int]) -> float:
    aim = np.array(target, dtype=float)
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * aim, A_eq=np.array(rows, dtype=float), b_eq=values, bounds=(0, None), method="highs")
        if solved.status == 3:
            return float("inf")
        assert solved.status == 0
        ends.append(sign * solved.fun)
    return ends[1] - ends[0]


@pytest.mark.parametrize("cut", [5, 8])
def test_no_small_count_between_two_scores_can_be_worked_out(cut: int) -> None:
    cells = truth()
    keys = sorted(cells)
    found = cp.audit("score", COMPAS, flag_at=cut, groups=["race"], **ROLES)
    rows, values = equations(found, keys, cut)
    for row, value in zip(rows, values, strict=True):
        assert sum(cells[key] for key, inside in zip(keys, row, strict=True) if inside) == value
    attacked = 0
    for race in sorted({race for race, _, _ in keys}):
        for outcome in "01":
            for low in range(1, 11):
                for high in range(low, 11):
                    target = [r == race and o == outcome and low <= s <= high for r, s, o in keys]
                    count = sum(cells[key] for key, inside in zip(keys, target, strict=True) if inside)
                    if 0 < count < FLOOR:
                        attacked += 1
                        assert span(target, rows, values) >= FLOOR - 1e-6, (race, outcome, low, high)
    assert attacked > 150


def test_rank_sums_go_with_the_counts_of_their_group() -> None:
    # three steps of a score leave so few tables that the rank sums alone could tell a withheld count
    rows = [(1, 0, 60), (1, 1, 20), (2, 0, 30), (2, 1, 30), (3, 0, 7), (3, 1, 4)]
    table = {"score": [], "outcome": [], "office": []}  # type: dict[str, list[object]]
    for office, times in (("A", 1), ("B", 5)):
        for score, outcome, n in rows:
            for name, value in (("score", score), ("outcome", outcome), ("office", office)):
                table[name] += [value] * (n * times)
    found = cp.audit("score", pa.table(table), score="score", flag_at=3, outcome="outcome", groups=["office"])
    auc = {e.group.get("office"): e.status for e in found.audits["audit"].estimates if e.measure == "auc"}
    assert auc["A"] == "suppressed"
