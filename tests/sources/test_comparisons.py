"""Comparison scores and sums over subjects against looking at every comparison."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from counterproof.counts import Cells
from counterproof.errors import InputError
from counterproof.reductions import Coded
from counterproof.reductions.matching import Comparisons, SubjectSums
from counterproof.sources import open_object
from counterproof.sources.counting import comparisons, subject_sums
from counterproof.sources.counting.session import Session

Rows = list[dict[str, Any]]


def log(seed: int, n: int = 400, *, ties: bool = True) -> Rows:
    rng = random.Random(seed)
    rows = []
    for _ in range(n):
        mated = rng.random() < 0.4
        score = rng.gauss(0.7 if mated else 0.3, 0.15)
        one = rng.randrange(40)
        other = one if mated else (one + rng.randrange(1, 40)) % 40
        row = {
            "s": round(score, 2) if ties else score,
            "mated": mated,
            "g": rng.choice("ABC"),
            "who": one,
            "other": other,
        }
        rows.append(row | {"system": rng.choice(["x", "y"])})
    return rows


def table(rows: Rows) -> pa.Table:
    return pa.table({name: [row[name] for row in rows] for name in rows[0]})


def cells(rows: Rows, **options: Any) -> Cells:
    with open_object("r", table(rows)) as source:
        return comparisons.run(Session(source), Comparisons("s", Coded("mated"), **options))


def at_edge(found: Cells, edge: str, distance: bool = False) -> tuple[int, int]:
    """False matches and false non-matches at a threshold, from the cells."""
    alike = [Decimal(s) <= Decimal(edge) if distance else Decimal(s) >= Decimal(edge) for s in found.column("step")]
    mated = found.column("mated")
    matches = sum(int(n) for n, a, m in zip(found.n, alike, mated, strict=True) if a and m == "0")
    return matches, sum(int(n) for n, a, m in zip(found.n, alike, mated, strict=True) if not a and m == "1")


@pytest.mark.parametrize("options", [
    {"threshold": Decimal("0.5")},
    {"at_fmr": Decimal("0.03"), "at_fmr_group": (("g", "A"),)},
    {"at_fmr": Decimal("0.05"), "systems": 1},
    {"threshold": Decimal("0.4"), "systems": 1, "distance": True},
])  # fmt: skip
@pytest.mark.parametrize("bins", [2, 9, 60, 500])
def test_no_step_depends_on_the_bins_in_which_scores_are_looked_for(
    bins: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = log(bins, 1500, ties=bins % 2 == 0)
    rows += [rows[0] | {"s": 7.0, "mated": True}] * 3  # so that most scores lie in few bins
    if "systems" in options:
        rows = [row | {"s": row["s"] * 3, "system": None if k % 9 == 0 else "x"} for k, row in enumerate(rows)]
        options = options | {"by": ("system", "g")}
    if options.get("distance"):
        rows = [row | {"s": -row["s"]} for row in rows]
        options = options | {"threshold": Decimal("-1.2")}
    given = {"by": ("g",)} | options
    monkeypatch.setattr(comparisons, "_BINS", bins)
    binned = cells(rows, **given)
    monkeypatch.setattr(comparisons, "_BINS", 1)  # one bin: each score is looked at by itself
    exact = cells(rows, **given)
    assert binned.keys == exact.keys
    assert binned.n.tolist() == exact.n.tolist()


@pytest.mark.parametrize("distance", [False, True])
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_both_errors_are_exact_at_every_step(seed: int, ties: bool, distance: bool) -> None:
    rows = log(seed, ties=ties)
    if distance:
        rows = [row | {"s": 1 - row["s"]} for row in rows]
    found = cells(rows, by=("g",), threshold=Decimal("0.5"), distance=distance)
    edges = set(found.column("step").tolist())
    assert 15 < len(edges) < 120
    for edge in edges:
        t = float(edge)
        alike = [row["s"] <= t if distance else row["s"] >= t for row in rows]
        expected = (
            sum(a and not row["mated"] for a, row in zip(alike, rows, strict=True)),
            sum(not a and row["mated"] for a, row in zip(alike, rows, strict=True)),
        )
        assert at_edge(found, edge, distance) == expected
    assert int(found.n.sum()) == len(rows)


def test_the_operating_point_is_where_it_is_asked_for() -> None:
    rows = log(1)
    found = cells(rows, threshold=Decimal("0.5"))
    accepted = found.column("accepted") == "1"
    assert int(found.n[accepted].sum()) == sum(row["s"] >= 0.5 for row in rows)


@pytest.mark.parametrize("rate", ["0.01", "0.05", "0.2"])
@pytest.mark.parametrize("seed", range(3))
def test_the_threshold_is_the_least_score_that_keeps_to_the_rate(seed: int, rate: str) -> None:
    rows = log(seed)
    found = cells(rows, at_fmr=Decimal(rate))
    scores, others = sorted({row["s"] for row in rows}), [row["s"] for row in rows if not row["mated"]]
    wanted = min(t for t in scores if sum(s >= t for s in others) <= float(rate) * len(others))
    accepted = found.column("accepted") == "1"
    assert min(Decimal(s) for s in found.column("step")[accepted]) == Decimal(str(wanted))


def test_the_threshold_of_one_group() -> None:
    rows = log(5, 900)
    found = cells(rows, by=("g",), at_fmr=Decimal("0.05"), at_fmr_group=(("g", "B"),))
    others = [row["s"] for row in rows if not row["mated"] and row["g"] == "B"]
    wanted = min(t for t in {row["s"] for row in rows} if sum(s >= t for s in others) <= 0.05 * len(others))
    accepted = found.column("accepted") == "1"
    assert min(Decimal(s) for s in found.column("step")[accepted]) == Decimal(str(wanted))


@pytest.mark.parametrize("seed", range(4))
def test_the_crossing(seed: int) -> None:
    rows = log(seed)
    found = cells(rows, threshold=Decimal("0.5"))
    mated, others = ([row["s"] for row in rows if row["mated"] is side] for side in (True, False))

    def beyond(t: float) -> bool:
        missed, matched = sum(s < t for s in mated), sum(s >= t for s in others)
        return missed * len(others) >= matched * len(mated)

    scores = sorted({row["s"] for row in rows})
    first = min(t for t in scores if beyond(t))
    before = max(t for t in scores if t < first)
    crossed = {
        side: min(Decimal(s) for s, c in zip(found.column("step"), found.column("crossed"), strict=True) if c == side)
        for side in "12"
    }
    assert crossed == {"2": Decimal(str(first)), "1": Decimal(str(before))}


def test_systems_have_steps_of_their_own() -> None:
    rows = [row | {"s": row["s"] * (1 if row["system"] == "x" else 100)} for row in log(2, 800)]
    found = cells(rows, by=("system", "g"), systems=1, at_fmr=Decimal("0.05"))
    for system in ("x", "y"):
        own = [row for row in rows if row["system"] == system]
        others = [row["s"] for row in own if not row["mated"]]
        wanted = min(t for t in {row["s"] for row in own} if sum(s >= t for s in others) <= 0.05 * len(others))
        mine = (found.column("system") == system) & (found.column("accepted") == "1")
        assert min(float(s) for s in found.column("step")[mine]) == pytest.approx(wanted)


def test_a_histogram_counts_like_the_rows_that_it_stands_for() -> None:
    rows = log(3)
    counted = Counter((row["s"], row["mated"], row["g"]) for row in rows)
    histogram = [{"s": s, "mated": m, "g": g, "n": n} for (s, m, g), n in counted.items()]
    one = cells(rows, by=("g",), threshold=Decimal("0.5"))
    other = cells(histogram, by=("g",), threshold=Decimal("0.5"), count="n")
    assert (one.keys, one.n.tolist()) == (other.keys, other.n.tolist())


def test_what_is_missing_is_counted_as_such() -> None:
    rows = [row | {"s": str(row["s"]), "mated": "yes" if row["mated"] else "no", "failed": "no"} for row in log(4)]
    rows += [{**rows[0], "s": None}] * 3 + [{**rows[0], "s": "high"}] * 2 + [{**rows[0], "mated": None}] * 4
    rows += [{**rows[0], "s": None, "failed": "yes"}] * 5
    found = cells(rows, threshold=Decimal("0.5"), failed="failed")
    steps = Counter(dict.fromkeys(set(found.column("step")), 0))
    for step, n in zip(found.column("step"), found.n.tolist(), strict=True):
        steps[step] += n
    assert (steps[None], steps["unreadable"], steps["failed"]) == (3, 2, 5)
    assert sum(n for m, n in zip(found.column("mated"), found.n.tolist(), strict=True) if m is None) == 4


def test_subjects_that_contradict() -> None:
    rows = log(6)
    rows[0] |= {"mated": True, "who": 1, "other": 2}
    rows[1] |= {"mated": False, "who": 3, "other": 3}
    rows[2] |= {"mated": False, "who": 4, "other": 4}
    found = cells(rows, threshold=Decimal("0.5"), subject="who", other_subject="other")
    odd = found.column("contradicts") == "1"
    assert int(found.n[odd & (found.column("mated") == "1")].sum()) == 1
    assert int(found.n[odd & (found.column("mated") == "0")].sum()) == 2


BAD: dict[str, tuple[Rows, dict[str, Any], str]] = {
    "all scores are equal": (
        [row | {"s": 0.5} for row in log(0)],
        {"threshold": Decimal("0.5")},
        "all scores are equal",
    ),
    "a threshold above them": (log(0), {"threshold": Decimal(60)}, "outside of all scores"),
    "a threshold below them": (log(0), {"threshold": Decimal(-60)}, "outside of all scores"),
    "a rate that nothing shows": (log(0), {"at_fmr": Decimal("0.0001")}, "at least 10,000 are needed"),
    "nothing to read": ([row | {"mated": None} for row in log(0)], {"threshold": Decimal("0.5")}, "no comparison"),
    "ties at the top": (
        [row | {"s": round(row["s"])} for row in log(0)],
        {"at_fmr": Decimal("0.01")},
        "no score keeps",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be(name: str) -> None:
    rows, options, says = BAD[name]
    if name == "nothing to read":
        rows = [row | {"mated": "?"} for row in rows]
    with pytest.raises(InputError) as caught:
        cells(rows, **options)
    assert says in str(caught.value)


# Sums over subjects


@pytest.mark.parametrize("columns", [(), ("g",)])
@pytest.mark.parametrize("seed", range(3))
def test_sums_over_people_and_pairs(seed: int, columns: tuple[str, ...]) -> None:
    rows = log(seed, 600)
    of = Comparisons("s", Coded("mated"), ("g",), 0, threshold=Decimal("0.5"), subject="who", other_subject="other")
    with open_object("r", table(rows)) as source:
        found = subject_sums.run(Session(source), SubjectSums(of, columns))
    for place, key in enumerate(found.keys):
        group, mated, others = key[: len(columns)], key[len(columns)], key[len(columns) + 1 :]
        sums = {name: int(values[place]) for name, values in found.sums.items()}
        own = _side(rows, columns, group, mated)
        if any(others):
            assert [sums[f"with.{part}"] for part in ("aa", "ab", "ba", "bb")] == _together(
                own, _side(rows, columns, others, mated), mated
            )
            continue
        assert found.n[place] == len(own)
        assert sums["errors"] == sum(e for _, _, e in own)
        people, pairs = _units(own, mated)
        assert sums["subjects"] == len(people)
        assert [sums[part] for part in ("aa", "ab", "bb")] == _squares(people)
        if mated == "0":
            assert sums["pairs"] == len(pairs)
            assert [sums[f"pair.{part}"] for part in ("aa", "ab", "bb")] == _squares(pairs)


def _side(rows: Rows, columns: Any, group: Any, mated: str | None) -> list[tuple[int, int, int]]:
    own = [r for r in rows if tuple(r[c] for c in columns) == tuple(group) and r["mated"] == (mated == "1")]
    return [(r["who"], r["other"], int((r["s"] >= 0.5) != r["mated"])) for r in own]


def _units(own: list[tuple[int, int, int]], mated: str | None) -> tuple[dict[Any, list[int]], dict[Any, list[int]]]:
    people: dict[Any, list[int]] = {}
    pairs: dict[Any, list[int]] = {}
    for one, other, error in own:
        for who in {one, other}:
            people.setdefault(who, [0, 0])[1 - error] += 1
        if mated == "0":
            pairs.setdefault(frozenset((one, other)), [0, 0])[1 - error] += 1
    return people, pairs


def _squares(units: dict[Any, list[int]]) -> list[int]:
    return [
        sum(a * a for a, _ in units.values()),
        sum(a * b for a, b in units.values()),
        sum(b * b for _, b in units.values()),
    ]


def _together(one: Any, other: Any, mated: str | None) -> list[int]:
    """Σ over every two comparisons, one of each group, that share a person: each such two once."""
    found = [0, 0, 0, 0]
    for (i, j, e), (k, m, f) in itertools.product(one, other):
        if {i, j} & {k, m}:
            found[2 * (1 - e) + (1 - f)] += 1
    return found
