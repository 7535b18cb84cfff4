"""Power sums of a probability against the rows one by one: exact whatever the type, the grid or the weight."""

from __future__ import annotations

import math
import random

import numpy as np
import pyarrow as pa
import pytest

from counterproof.errors import InputError
from counterproof.reductions import Category, Coded, CountBy, Powers, RankSums, ScoreAxis
from sources.brute import framed, value

ROWS = 6000
POWERS = Powers("s")
COUNT = CountBy((Category("g"), ScoreAxis("s"), Coded("y")), sums=(POWERS,))


def labels(draw: random.Random) -> dict[str, list[str]]:
    return {"g": [draw.choice("ab") for _ in range(ROWS)], "y": [draw.choice("01") for _ in range(ROWS)]}


def whole(score: float) -> int:
    return math.floor(score * 10**6 + 0.5)


@pytest.mark.parametrize("kind", ["double", "float", "text", "decimal"])
@pytest.mark.parametrize("places", [2, 6])  # one step a score, and a grid of 4,096 bins cut into steps
def test_sums_of_every_type(kind: str, places: int) -> None:
    draw = random.Random(places)
    scores = [round(draw.random(), places) for _ in range(ROWS)]
    columns = {
        "double": scores,
        "float": pa.array(scores, pa.float32()),
        "text": [f" {score}" for score in scores],
        "decimal": pa.array([f"{score:.6f}" for score in scores]).cast(pa.decimal128(9, 6)),
    }
    known = [float(np.float32(score)) for score in scores] if kind == "float" else scores
    records = labels(draw)
    with framed({"s": columns[kind], **records}) as frame:
        cells = frame.count(COUNT)
    for group in "ab":
        for outcome in "01":
            mask = cells.where(**{"g": group, "y?": outcome})
            own = [
                whole(score)
                for score, g, y in zip(known, records["g"], records["y"], strict=True)
                if (g, y) == (group, outcome)
            ]
            assert int(cells.n[mask].sum()) == len(own)
            for power, name in enumerate(POWERS.names[:4], start=1):
                assert int(cells.sums[name][mask].sum()) == sum(k**power for k in own)


def test_weights_missing_and_unfit_scores() -> None:
    draw = random.Random(3)
    scores = [draw.choice(["0", "1", ".25", " 0.1", "", None, "high", "1.5", "-2", "nan"]) for _ in range(ROWS)]
    weight = [draw.randrange(10**8) for _ in range(ROWS)]
    with framed({"s": scores, **labels(draw), "n": weight}, count="n") as frame:
        cells = frame.count(COUNT)
    known = [(value(score), n) for score, n in zip(scores, weight, strict=True)]
    numbers = [(score, n) for score, n in known if isinstance(score, float)]
    for power, name in enumerate(POWERS.names[:4], start=1):
        expected = sum(n * whole(score) ** power for score, n in numbers if 0 <= score <= 1)
        assert int(cells.sums[name].sum()) == expected
    assert int(cells.sums["s outside"].sum()) == sum(n for score, n in numbers if not 0 <= score <= 1)


def test_one_scan_serves_sums_and_ranks() -> None:
    draw = random.Random(4)
    with framed({"s": [draw.random() for _ in range(ROWS)], **labels(draw)}) as frame:
        frame.count(COUNT)
        frame.rank(RankSums("s", Coded("y"), ((), ("g",))))
        assert [query.name for query in frame.queries].count("joint") == 1


def test_counts_too_large_for_the_sums() -> None:
    records = {"s": [0.5], "g": ["a"], "y": ["1"], "n": [2 * 10**13]}
    with framed(records, count="n") as frame, pytest.raises(InputError, match="too large for sums"):
        frame.count(COUNT)
