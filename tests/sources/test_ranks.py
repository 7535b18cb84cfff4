"""Rank sums against comparing every positive with every negative."""

from __future__ import annotations

import random
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterproof.errors import InputError
from counterproof.reductions import Category, Coded, CountBy, RankSums, ScoreAxis
from counterproof.sources import open_object
from counterproof.sources.counting.frame import Frame
from sources.brute import framed, pair_sums

GROUPINGS = ((), ("g",), ("h",), ("g", "h"))


def ranked(records, *, count=None, **options):
    with framed(records, count=count) as frame:
        return frame.rank(RankSums("s", Coded("y"), GROUPINGS, count, **options))


def expected(records, wanted):
    """Sums of every group by the definition; groups with a missing label are left out."""
    found = {}
    for columns in wanted:
        labels = sorted({tuple(row[c] for c in columns) for row in records if None not in [row[c] for c in columns]})
        for group in labels:
            rows = [(r["s"], bool(r["y"])) for r in records if tuple(r[c] for c in columns) == group]
            found[tuple(zip(columns, group, strict=True))] = pair_sums((s, y) for (s, y) in rows if s is not None)
    return found


def sums_of(rows):
    return {tuple(row.group.items()): (row.m, row.n, row.u2, row.s10, row.s01) for row in rows}


def columns_of(records):
    return {name: [row[name] for row in records] for name in ("g", "h", "s", "y")}


rows_of_records = st.lists(
    st.fixed_dictionaries(
        {
            "g": st.sampled_from(["a", "b", None]),
            "h": st.sampled_from(["x", "y"]),
            "s": st.sampled_from([None, 0.1, 0.25, 0.7, 1.0, 5.5]),
            "y": st.sampled_from([0, 1]),
        }
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=8, deadline=None)
@given(rows_of_records)
def test_sums_equal_every_pair_compared(records):
    columns = columns_of(records) | {"s": pa.array([row["s"] for row in records], pa.float64())}
    columns["g"] = pa.array([row["g"] for row in records], pa.string())
    rows = ranked(columns)
    known = {key: sums for key, sums in expected(records, GROUPINGS).items() if sums[0] + sums[1] or not key}
    assert sums_of(rows) == known
    assert all(row.low2 == row.high2 == row.u2 for row in rows)


def many(rows=6000, seed=5):
    draw = random.Random(seed)
    return [
        {"g": draw.choice("ab"), "h": draw.choice("xy"), "s": draw.random() ** 2, "y": int(draw.random() < 0.4)}
        for _ in range(rows)
    ]


def test_beyond_4096_scores_the_bins_bracket_the_exact_sums():
    records = many()
    binned, exact = ranked(columns_of(records)), ranked(columns_of(records), exact=True)
    assert sums_of(exact) == expected(records, GROUPINGS)
    for rough, fine in zip(binned, exact, strict=True):
        assert rough.group == fine.group
        assert (rough.m, rough.n) == (fine.m, fine.n)
        assert rough.low2 <= fine.u2 <= rough.high2
        assert rough.low2 < rough.u2 < rough.high2
        assert (rough.high2 - rough.low2) / (2 * rough.m * rough.n) < 0.01


def test_fewer_bins_give_a_wider_bracket_that_still_holds():
    records = many(900)
    exact = ranked(columns_of(records))[0]
    rough = ranked(columns_of(records), most_values=20)[0]
    assert rough.low2 < exact.u2 < rough.high2
    assert (rough.high2 - rough.low2) / (2 * rough.m * rough.n) > 0.02


def test_exact_reads_text_scores_and_leaves_out_what_is_not_one():
    records = many(300)
    columns = columns_of(records)
    texts = [f" {row['s']!r}" for row in records]
    dirty = {name: [*cells, cells[0], cells[0]] for name, cells in columns.items()} | {"s": [*texts, "High", " "]}
    assert sums_of(ranked(dirty, exact=True)) == sums_of(ranked(dirty)) == expected(records, GROUPINGS)


def test_counts_weigh():
    records = many(200)
    weights = [1 + i % 4 for i in range(200)]
    weighted = columns_of(records) | {"n": weights}
    repeated = [row for row, n in zip(records, weights, strict=True) for _ in range(n)]
    assert sums_of(ranked(weighted, count="n")) == expected(repeated, GROUPINGS)


def test_sums_beyond_64_bits_are_exact():
    million = 10**6
    records = {
        "g": ["a"] * 4,
        "h": ["x"] * 4,
        "s": [1, 1, 2, 2],
        "y": [0, 1, 0, 1],
        "n": [million * k for k in (7, 3, 2, 9)],
    }
    row = ranked(records, count="n")[0]
    # by hand: positives 3 at 1 and 9 at 2, negatives 7 at 1 and 2 at 2, each a million
    assert (row.m, row.n) == (12 * million, 9 * million)
    assert row.u2 == (3 * 7 + 9 * (2 * 7 + 2)) * million**2
    assert row.s10 == (3 * 7**2 + 9 * 16**2) * million**3 > 2**63
    assert row.s01 == (7 * (2 * 9 + 3) ** 2 + 2 * 9**2) * million**3


def test_counts_too_large_for_the_sums_are_refused():
    records = {"g": ["a"], "h": ["x"], "s": [1], "y": [1], "n": [10**13]}
    with pytest.raises(InputError, match="too large"):
        ranked(records, count="n")


def test_ranks_and_counts_speak_of_the_same_records():
    records = many(6000)
    with framed(columns_of(records)) as frame:
        cells = frame.count(CountBy((Category("g"), ScoreAxis("s"), Coded("y"))))
        rows = frame.rank(RankSums("s", Coded("y"), (("g",),)))
        assert [query.name for query in frame.queries].count("joint") == 1
    for row in rows:
        assert row.m == cells.n[cells.where(**{"g": row.group["g"], "y?": "1"})].sum()
        assert row.n == cells.n[cells.where(**{"g": row.group["g"], "y?": "0"})].sum()


def test_a_million_rows_on_two_threads_give_the_same_bytes_every_time(tmp_path):
    import duckdb

    path = tmp_path / "records.parquet"
    duckdb.sql(
        f"""COPY (SELECT (h % 3)::VARCHAR AS g, (h // 3 % 2)::VARCHAR AS h, (h // 6 % 99991) / 99991 AS s,
                         h // 7 % 5 < 2 AS y
                  FROM (SELECT hash(i) AS h FROM range(1000000) r(i))) TO '{path}' (ROW_GROUP_SIZE 20000)"""
    )
    seen = set()
    for _ in range(3):
        with open_object("records", path) as source:
            source.con.raw_sql("SET threads = 2")
            frame = Frame(source, ())
            cells = frame.count(CountBy((Category("g"), Category("h"), ScoreAxis("s", (Decimal("0.7"),)), Coded("y"))))
            rows = frame.rank(RankSums("s", Coded("y"), GROUPINGS))
            seen.add((cells.keys, cells.n.tobytes(), cells.records, repr(rows), frame.queries))
    assert len(seen) == 1
