"""Progress: a long count tells its share, and what is shown says how fast it goes and how long it will take."""

from __future__ import annotations

import time
from types import SimpleNamespace

from counterproof.cli.console import _pace
from counterproof.sources import connect


def test_a_long_query_tells_its_share() -> None:
    told: list[float] = []
    with connect() as connection:
        engine = connection.raw
        assert engine.query_progress() <= 0  # nothing runs, and nothing is told
        connection.watcher = told.append
        connection.raw = SimpleNamespace(query_progress=lambda: 40.0, interrupt=engine.interrupt)
        connection.interruptible(lambda: time.sleep(1.2))
        connection.raw = engine
    assert told == [0.4, 0.4]


def test_the_pace_is_said_in_plain_units() -> None:
    assert _pace(50e6, 200_000_000, 5.0) == "25 % · 10 MB/s · about 15 s left"
