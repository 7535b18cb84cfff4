"""What an engine raises, told without what it says."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import duckdb
import ibis
import pytest

from counterproof.errors import CounterproofError, EngineError, SourceError
from counterproof.plan import SourceSpec
from counterproof.sources import engine, explain, open_source

SECRET = "Jane Doe 555-0199"


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (duckdb.OutOfMemoryException(f"Out of Memory Error: {SECRET}"), EngineError, "out of memory"),
        (MemoryError(SECRET), EngineError, "out of memory"),
        (duckdb.IOException(f"IO Error: {SECRET}: No space left on device"), EngineError, "disk is full"),
        (OSError(28, "No space left on device", SECRET), EngineError, "disk is full"),
        (duckdb.ConversionException(f"Could not convert string '{SECRET}'"), EngineError, "(ConversionException)"),
        (ValueError(SECRET), EngineError, "(ValueError)"),
        (duckdb.InvalidInputException(f"CSV Error on Line: 7\nOriginal Line: {SECRET}\nExpected Number of Columns: 3"),
         SourceError, "arrests, line 7: a row has more or fewer cells"),
    ],
)  # fmt: skip
def test_kinds(raised: Exception, kind: type[CounterproofError], said: str) -> None:
    with pytest.raises(kind) as caught, engine("arrests"):
        raise raised
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.exit_code == (2 if kind is SourceError else 3)


def test_own_errors_pass() -> None:
    ours = SourceError("what", where="here")
    with pytest.raises(SourceError) as caught, engine():
        raise ours
    assert caught.value is ours
    assert explain(ours) is ours


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), engine():
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), engine():
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt), engine():
        raise duckdb.InterruptException


def test_control_c_stops_a_long_query(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "".join(f"{i},{i}\n" for i in range(30_000)))
    with open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source:
        one, two, three = (source.table.select(**{name: source.table.a.length()}) for name in "xyz")
        triples = one.cross_join(two).cross_join(three)
        endless = triples.filter((triples.x * 7 + triples.y + triples.z) % 5 != 3)
        timer = threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            source.fetch(endless.count().name("n").as_table())
        timer.cancel()
        assert 0.5 < time.monotonic() - began < 30
        assert source.fetch(ibis.literal(1).name("x").as_table()).to_pylist() == [{"x": 1}]


def test_no_message_of_the_engine_reaches_ours(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"a,b\n1,{SECRET}\n")
    with (
        open_source("s", SourceSpec(path="a.csv"), base=tmp_path) as source,
        pytest.raises(EngineError) as caught,
    ):
        source.fetch(source.table.select(b=source.table.b.cast("int64")))
    assert SECRET not in str(caught.value)
    assert "Doe" not in "".join(map(str, caught.value.args))
