"""Pairs and sums over clusters against looking at every pair of records."""

from __future__ import annotations

import itertools
import random
import time

import pyarrow as pa
import pytest

from counterproof.errors import InputError
from counterproof.reductions.linkage import FALSE_LINK, MISSED_LINK, SCALE, TRUE_LINK, ClusterSums, LinkPairs
from counterproof.sources import open_object
from counterproof.sources.counting import cluster_sums, link_pairs
from counterproof.sources.counting.session import Session

KEYS = ("record", "predicted", "true")


def records(seed: int, groups: int = 2) -> list[dict[str, str | None]]:
    rng = random.Random(seed)
    return [
        {"record": f"r{i}", "predicted": rng.choice([*"abcdefg", None]), "true": rng.choice([*"uvwxyz", " "])}
        | {f"g{k}": rng.choice(["A", "B", "C", None][: 3 + k]) for k in range(groups)}
        for i in range(60)
    ]


def table(rows: list[dict[str, str | None]]) -> pa.Table:
    return pa.table({name: [row[name] for row in rows] for name in rows[0]})


def known(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    return [row for row in rows if row["predicted"] and row["true"] != " "]


@pytest.mark.parametrize("groups", [(), ("g0",), ("g0", "g1")])
@pytest.mark.parametrize("seed", range(5))
def test_pairs_are_those_that_are_found_one_by_one(seed: int, groups: tuple[str, ...]) -> None:
    rows = records(seed)
    expected: dict[tuple[str | None, ...], int] = {}
    for one, other in itertools.combinations(known(rows), 2):
        sides = sorted(
            (tuple(r[g] for g in groups) for r in (one, other)), key=lambda key: [(v is None, v or "") for v in key]
        )
        joined, same = one["predicted"] == other["predicted"], one["true"] == other["true"]
        if joined or same:
            kind = TRUE_LINK if joined and same else FALSE_LINK if joined else MISSED_LINK
            key = (*sides[0], *sides[1], kind)
            expected[key] = expected.get(key, 0) + 1
    with open_object("records", table(rows)) as source:
        cells = link_pairs.run(Session(source), LinkPairs(*KEYS, groups))
    assert {key: n for key, n in zip(cells.keys, cells.n.tolist(), strict=True) if n} == expected
    assert cells.records == 60
    assert cells.dimensions == (*groups, *(f"other {g}" for g in groups), "pair")


@pytest.mark.parametrize("by", [(), ("g0",), ("g0", "g1")])
@pytest.mark.parametrize("seed", range(3))
def test_sums_over_clusters(seed: int, by: tuple[str, ...]) -> None:
    rows = records(seed)
    with open_object("records", table(rows)) as source:
        cells = cluster_sums.run(Session(source), ClusterSums(*KEYS, by))
    used = known(rows)
    for place, key in enumerate(cells.keys):
        if key[-1] == "0":
            assert cells.n[place] == 60 - len(used)
            continue
        own = [row for row in used if tuple(row[g] for g in by) == key[:-1]]
        assert cells.n[place] == len(own)
        for unit, pairs, shares in (("predicted", "links", "precision"), ("true", "pairs", "recall")):
            sums = {name: int(values[place]) for name, values in cells.sums.items()}
            each = [_unit(used, own, unit, label) for label in sorted({str(r[unit]) for r in own})]
            joined = [(a, b) for a, b, _, _ in each if a + b]
            assert sums[f"{pairs}.clusters"] == len(joined)
            assert [sums[f"{pairs}.{part}"] for part in ("aa", "ab", "bb")] == [
                sum(a * a for a, b in joined), sum(a * b for a, b in joined), sum(b * b for a, b in joined),
            ]  # fmt: skip
            assert sums[f"{shares}.clusters"] == len(each)
            assert sums[f"{shares}.sum"] == pytest.approx(SCALE * sum(x for _, _, x, _ in each), abs=len(used))
            assert sums[f"{shares}.bb"] == pytest.approx(SCALE**2 * sum(y * y for _, _, _, y in each), rel=1e-4)


OTHER = {"predicted": "true", "true": "predicted"}


def _unit(
    used: list[dict[str, str | None]], own: list[dict[str, str | None]], unit: str, label: str
) -> tuple[int, int, float, float]:
    """Of one cluster: pairs that touch the group and agree or not, and the shares of its records in the group."""
    members = [row for row in used if row[unit] == label]
    mine = [row for row in members if row in own]
    agree = [0, 0]
    for one, other in itertools.combinations(members, 2):
        if one in mine or other in mine:
            agree[one[OTHER[unit]] != other[OTHER[unit]]] += 1
    share = sum(
        sum((o["predicted"], o["true"]) == (r["predicted"], r["true"]) for o in members) / len(members) for r in mine
    )
    return agree[0], agree[1], share, len(mine) - share


def test_a_cluster_of_a_million_records_is_one_group_by() -> None:
    n = 1_000_000
    rows = pa.table(
        {"record": pa.array(range(n)), "predicted": pa.array([1] * n), "true": pa.array([i // 2 for i in range(n)])}
    )
    begun = time.perf_counter()
    with open_object("records", rows) as source:
        session = Session(source)
        cells = link_pairs.run(session, LinkPairs(*KEYS))
        sums = cluster_sums.run(session, ClusterSums(*KEYS))
    assert time.perf_counter() - begun < 20
    found = dict(zip(cells.column("pair").tolist(), cells.n.tolist(), strict=True))
    assert found == {TRUE_LINK: n // 2, FALSE_LINK: n * (n - 1) // 2 - n // 2, MISSED_LINK: 0}
    assert int(sums.sums["links.bb"][0]) == found[FALSE_LINK] ** 2


def test_a_record_that_stands_twice_is_an_error() -> None:
    rows = [*records(0), records(0)[0]]
    with open_object("records", table(rows)) as source, pytest.raises(InputError, match="more than once"):
        link_pairs.run(Session(source), LinkPairs(*KEYS))
