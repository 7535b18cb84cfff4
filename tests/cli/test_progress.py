"""Progress: a long count tells its share, and what is shown says how fast it goes and how long it will take."""

from __future__ import annotations

import time

from counterproof.cli.console import _pace
from counterproof.sources import connect


def test_a_long_query_tells_its_share() -> None:
    told: list[float] = []
    with connect() as connection:
        connection.watcher = told.append

        def work() -> None:
            for size in (10_000_000, 200_000_000):
                connection.raw.execute(f"SELECT sum(hash(i) % 7) FROM range({size}) r(i)").fetchall()

        began = time.monotonic()
        while not told and time.monotonic() - began < 60:
            connection.interruptible(work)
    assert told
    assert all(0 < share <= 1 for share in told)


def test_the_pace_is_said_in_plain_units() -> None:
    assert _pace(50e6, 200_000_000, 5.0) == "25 % · 10 MB/s · about 15 s left"
