"""Clusters inside the engine, against a count of the rows one by one."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from counterproof.reductions import Coded
from counterproof.reductions.clusters import ATOMS, FOUR, ClusterCells, Clusters, Cut
from sources.brute import framed, label, value

MASKED = {None, "", " ", "***", "unknown", "REDACTED"}


def rows(n: int, seed: int) -> dict[str, list[Any]]:
    """Many records share a key; some stand in several groups; some have no key, label, score or outcome."""
    draw = random.Random(seed)
    keys = [f"p{draw.randrange(n // 3)}" for _ in range(n)]
    return {
        "who": [draw.choice(["", None, "***", "unknown", "REDACTED", " "]) if draw.random() < 0.1 else k for k in keys],
        "race": [
            draw.choice(["A", " A", "B", "B", None]) if draw.random() < 0.3 else f"G{int(k[1:]) % 3}" for k in keys
        ],
        "sex": [draw.choice(["F", "M"]) for _ in range(n)],
        "score": [draw.choice(["1", "4", "5", "9", "", "High"]) for _ in range(n)],
        "outcome": [draw.choice(["yes", "no", "no", "", "perhaps"]) for _ in range(n)],
        "seen": [draw.choice(["1", "0", ""]) for _ in range(n)],
    }


def by_hand(records: dict[str, list[Any]], reduction: Clusters) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """Clusters by trace, those without a key, and Σ c c′ by pair of group and kind."""
    held: dict[Any, Counter[tuple[Any, str]]] = {}
    for place in range(len(records["who"])):
        row = {name: column[place] for name, column in records.items()}
        kind = atom(row, reduction)
        if kind is None:
            continue
        group = tuple(label(row[column]) for column in reduction.groups)
        key = (
            ("alone", place) if (row["who"] or "").strip() in {m and m.strip() for m in MASKED} - {None} else row["who"]
        )
        held.setdefault(key, Counter())[group, kind] += 1
    traces, alone, products = Counter(), Counter(), Counter()
    for key, kinds in held.items():
        trace = frozenset(kinds)
        (alone if isinstance(key, tuple) else traces)[trace] += 1
        for (one, n), (other, m) in product(kinds.items(), repeat=2):
            products[one, other] += n * m
    return traces, alone, products


def atom(row: dict[str, Any], reduction: Clusters) -> str | None:
    number = value(row["score"])
    if not isinstance(number, float):
        return None
    flagged = number >= 5
    known = row["outcome"] in ("yes", "no")
    if reduction.known == "everyone" and not known:
        return None
    learned = {"everyone": True, "flagged": flagged, "reviewed": row["seen"] == "1"}[reduction.known]
    if not (known and learned):
        return ATOMS[4 if flagged else 5]
    return FOUR[2 * (not flagged) + (row["outcome"] == "no")]


def unfolded(cells: ClusterCells, atoms: tuple[str, ...]) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    traces, alone, products = Counter(), Counter(), Counter()
    for trace, keyless, n in zip(cells.touched, cells.keyless, cells.n, strict=True):
        found = frozenset(
            (cells.labels[group], name) for group, bits in trace for at, name in enumerate(atoms) if bits >> at & 1
        )
        (alone if keyless else traces)[found] += int(n)
    for (one, other), sums in cells.products.items():
        for (a, b), total in zip(product(atoms, repeat=2), sums, strict=True):
            products[(cells.labels[one], a), (cells.labels[other], b)] += total
            if one != other:
                products[(cells.labels[other], b), (cells.labels[one], a)] += total
    return traces, alone, +products


@pytest.mark.parametrize("groups", [(), ("race",), ("race", "sex")])
@pytest.mark.parametrize("known", ["everyone", "flagged", "reviewed"])
def test_clusters_equal_a_count_row_by_row(groups, known):
    records = rows(1500, seed=len(groups))
    seen = Coded("seen") if known == "reviewed" else None
    reduction = Clusters("who", groups, Cut("score", Decimal(5), "at_least"), Coded("outcome"), known, seen)
    with framed(records) as frame:
        cells = frame.apart(reduction)
    assert isinstance(cells, ClusterCells)
    assert unfolded(cells, reduction.atoms) == by_hand(records, reduction)
    assert all(n > 0 for n in cells.n)


def test_no_key_leaves_the_engine():
    records = rows(300, seed=7)
    with framed(records) as frame:
        cells = frame.apart(Clusters("who", ("race",), Coded("seen"), Coded("outcome")))
    left = repr((cells.keys, cells.touched, cells.labels, cells.products))
    assert not any(repr(who) in left for who in records["who"] if who and who.startswith("p"))


def test_without_an_outcome_there_are_flags_alone():
    records = {"who": ["a", "a", "b", None], "flag": ["1", "0", "1", "1"]}
    with framed(records) as frame:
        cells = frame.apart(Clusters("who", (), Coded("flag"), None))
    flagged, unflagged = ATOMS[4:]
    both = frozenset({((), flagged), ((), unflagged)})
    traces, alone, products = unfolded(cells, ATOMS)
    assert traces == {both: 1, frozenset({((), flagged)}): 1}
    assert alone == {frozenset({((), flagged)}): 1}
    assert products[((), flagged), ((), flagged)] == 3


def test_a_cut_of_a_column_of_singles_falls_as_in_the_joint_table():
    import pyarrow as pa

    records = {"who": [1, 2, 3], "score": pa.array([0.7, 0.69999, 0.7000001], pa.float32()), "outcome": [1, 1, 0]}
    with framed(records) as frame:
        cells = frame.apart(Clusters("who", (), Cut("score", Decimal("0.7"), "at_least"), Coded("outcome")))
    traces, _, _ = unfolded(cells, FOUR)
    assert traces == {frozenset({((), name)}): 1 for name in FOUR[:3]}
