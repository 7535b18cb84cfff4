"""The score as an axis: cut-offs in every type, steps, and the grid for scores with many distinct values."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections import Counter
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from counterproof.reductions import Coded, CountBy, ScoreAxis
from sources.brute import as_dict, framed


def counted(cells, axis):
    with framed({"s": cells}) as frame:
        return {key[0]: n for key, n in as_dict(frame.count(CountBy((axis,)))).items()}


@pytest.mark.parametrize(
    "kind", [pa.float32(), pa.float64(), pa.decimal128(5, 2), pa.string()], ids=["single", "double", "decimal", "text"]
)
def test_a_cut_off_of_point_seven_keeps_point_seven_in_every_type(kind):
    exact = [Decimal("0.69"), Decimal("0.70"), Decimal("0.71")]
    cells = pa.array([str(v) for v in exact]) if kind == pa.string() else pa.array([float(v) for v in exact])
    if pa.types.is_decimal(kind):
        cells = pa.array(exact, kind)
    cells = cells.cast(kind)
    at_least = ScoreAxis("s", (Decimal("0.7"),), most_values=0, steps=1)
    at_most = ScoreAxis("s", (Decimal("0.7"),), "at_most", most_values=0, steps=1)
    assert counted(cells, at_least) == {"0.69": 1, "0.7": 2}
    assert counted(cells, at_most) == {"0.7": 2, "0.71": 1}


def test_a_cut_between_the_values_of_a_type_falls_where_it_says():
    whole = pa.array([5, 6, -5, -6])
    assert counted(whole, ScoreAxis("s", (Decimal("5.5"),))) == {"-6": 1, "-5": 1, "5": 1, "6": 1}
    cut = (Decimal("5.5"), Decimal("-5.5"))
    assert counted(whole, ScoreAxis("s", cut, most_values=0, steps=1)) == {"-6": 1, "-5.5": 2, "5.5": 1}
    assert counted(whole, ScoreAxis("s", cut, "at_most", most_values=0, steps=1)) == {"-5.5": 1, "5.5": 2, "6": 1}
    cents = pa.array([Decimal("0.10"), Decimal("0.11")])
    assert counted(cents, ScoreAxis("s", (Decimal("0.105"),), most_values=0, steps=1)) == {"0.1": 1, "0.105": 1}


def test_nan_and_infinities_are_unreadable_and_null_is_missing():
    cells = pa.array([1.0, math.nan, math.inf, -math.inf, None, -0.0, 0.0])
    assert counted(cells, ScoreAxis("s")) == {"0": 2, "1": 1, "unreadable": 3, None: 1}


def test_a_score_of_nothing_readable_has_no_steps():
    assert counted(["High", "Low", " "], ScoreAxis("s", (Decimal(5),))) == {"unreadable": 2, None: 1}
    assert counted(pa.array([None, None], pa.float64()), ScoreAxis("s")) == {None: 2}
    assert counted(pa.array([math.nan, math.inf]), ScoreAxis("s")) == {"unreadable": 2}


def test_up_to_fifty_values_are_steps_and_beyond_there_are_twenty_of_about_equal_count():
    assert len(counted(list(range(50)) * 3, ScoreAxis("s"))) == 50
    found = counted(list(range(1000)), ScoreAxis("s"))
    assert list(found.values()) == [50] * 20
    assert list(found) == [str(edge) for edge in range(0, 1000, 50)]
    upper = counted(list(range(1000)), ScoreAxis("s", direction="at_most"))
    assert list(upper) == [str(edge) for edge in range(49, 1000, 50)]


def test_steps_hold_about_equal_counts_where_one_value_holds_most():
    cells = [0] * 900 + list(range(1, 101))
    found = counted(cells, ScoreAxis("s"))
    assert found["0"] == 900
    assert sum(found.values()) == 1000
    assert len(found) <= 20


# ---- the grid -----------------------------------------------------------------------------------------------------


def shapes(rows: int = 9000) -> dict[str, pa.Array]:
    """More than 4,096 distinct values each, with ties, edges that are hit exactly, and awkward ranges."""
    draw = np.random.Generator(np.random.PCG64(7))
    uniform = draw.random(rows)
    thousandths = np.round(uniform * 9000) / 1000
    shown = [None if v < 0.02 else "x" if v < 0.03 else f"{v:.9f}" for v in uniform.tolist()]
    whole = draw.integers(-(10**6), 10**6, rows)
    return {
        "double": pa.array(uniform),
        "thousandths": pa.array(np.concatenate([thousandths, np.nextafter(thousandths, -1)])),
        "single": pa.array(uniform.astype(np.float32)),
        "single far from zero": pa.array((300 + uniform * 500).astype(np.float32)),
        "negative": pa.array(uniform * 4 - 2),
        "tiny": pa.array(uniform * 1e-12),
        "large": pa.array(uniform * 1e15 - 3e14),
        "with gaps": pa.array([None if v < 0.02 else math.nan if v < 0.03 else v for v in uniform.tolist()]),
        "whole": pa.array(whole),
        "huge whole": pa.array([2**63 - 1 - int(v) for v in whole + 10**6]),
        "least whole": pa.array([-(2**63) + int(v) for v in whole + 10**6]),
        "unsigned": pa.array([2**64 - 1 - int(v) for v in whole + 10**6], pa.uint64()),
        "decimal": pa.array([Decimal(int(v)).scaleb(-3) for v in whole], pa.decimal128(12, 3)),
        "text": pa.array(shown),
    }


def exactly(cell) -> Decimal | str | None:
    """The value of a cell without rounding; the shortest decimal of a float stands for its edge."""
    if cell is None or cell == "x":
        return None if cell is None else "unreadable"
    if isinstance(cell, str):
        return Decimal(float(cell))
    if isinstance(cell, float):
        return Decimal(cell) if math.isfinite(cell) else "unreadable"
    return Decimal(cell)


@pytest.mark.parametrize("direction", ["at_least", "at_most"])
@pytest.mark.parametrize("shape", list(shapes(10)))
def test_every_edge_of_the_grid_is_exact(shape, direction):
    cells = shapes()[shape]
    values = sorted(v for v in map(exactly, cells.to_pylist()) if isinstance(v, Decimal))
    middle = values[len(values) // 3]
    cut = (
        middle
        if shape in {"huge whole", "least whole", "unsigned", "decimal", "whole"}
        else Decimal(repr(float(middle)))
    )
    found = counted(cells, ScoreAxis("s", (cut,), direction))
    narrow = np.float32 if cells.type == pa.float32() else float
    floating = pa.types.is_floating(cells.type) or cells.type == pa.string()
    # an edge is compared in the column's own type
    own = {Decimal(float(narrow(e))) if floating else Decimal(e): e for e in found if e not in {None, "unreadable"}}
    edges = sorted(own)
    assert len(edges) >= 15
    if direction == "at_least":
        expected = Counter(own[edges[bisect_right(edges, v) - 1]] for v in values)
    else:
        expected = Counter(own[next(edge for edge in edges if edge >= v)] for v in values)
    others = Counter(v for v in map(exactly, cells.to_pylist()) if not isinstance(v, Decimal))
    assert found == {**expected, **others}


def test_the_grid_does_not_depend_on_the_order_of_the_rows():
    values = [i / 7 for i in range(6000)]
    shuffled = values[:]
    random.Random(3).shuffle(shuffled)
    axis = ScoreAxis("s", (Decimal("100.5"),))
    assert counted(values, axis) == counted(shuffled, axis) == counted(sorted(values, reverse=True), axis)


def test_many_values_behind_a_sample_that_shows_few():
    few_first = pa.array([1.0] * 200_000 + [i / 8 for i in range(5000)])
    with framed({"s": few_first}) as frame:
        cells = frame.count(CountBy((ScoreAxis("s"),)))
        assert [query.name for query in frame.queries].count("joint") == 1
    assert cells.n.sum() == 205_000


def test_many_texts_of_few_numbers_are_not_put_on_a_grid():
    cells = [f"{i % 10}.{'0' * (i % 90)}" for i in range(900)] + [f"remark {i}" for i in range(5000)]
    found = counted(cells, ScoreAxis("s"))
    assert found == {**{str(i): 90 for i in range(10)}, "unreadable": 5000}


def test_two_axes_of_one_column_and_an_outcome_share_a_scan():
    records = {"s": list(range(10)) * 20, "y": [1, 0] * 100}
    with framed(records) as frame:
        frame.count(CountBy((ScoreAxis("s", (Decimal(5),)), Coded("y"))))
        frame.count(CountBy((ScoreAxis("s", (Decimal(3),), "at_most"), Coded("y"))))
        assert [query.name for query in frame.queries].count("joint") == 1
