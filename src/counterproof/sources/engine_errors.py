"""What the engine reports, without what it quotes.

Messages of an engine and of its CSV reader repeat cells of the records. They are read here to tell the kind of
trouble and the line; no part of their text is ever passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from counterproof.errors import CounterproofError, EngineError, SourceError

__all__ = ["engine", "explain", "kind_of", "line_of", "located"]

_LINE = re.compile(r"CSV Error on Line: (\d+)|in line (\d+)")

# (kind, phrase of the engine's message in lower case); the first that occurs decides.
_PHRASES: tuple[tuple[str, str], ...] = (
    ("memory", "out of memory"),
    ("memory", "failed to allocate"),
    ("disk", "no space left"),
    ("disk", "max_temp_directory_size"),
    ("disk", "disk quota"),
    ("encoding", "invalid unicode"),
    ("encoding", "not utf-8 encoded"),
    ("line ends", "state machine reached an invalid state"),
    ("quote", "unterminated quote"),
    ("quote", "quote should be followed by"),
    ("long line", "maximum line size"),
    ("ragged", "expected number of columns"),
    ("lock", "could not set lock"),
    ("json", "malformed json"),
    ("json", "json transform error"),
    ("json", "maximum_object_size"),
)
_LOCATED = {
    "quote": ("a quoted cell is not closed properly", "double the quotes inside a quoted cell and close every cell"),
    "long line": ("a line is longer than a cell of records can be", "look for a quote that is opened and never closed"),
    "ragged": (
        "a row has more or fewer cells than the header",
        "mend the row; cells that hold the delimiter need quotes",
    ),
    "encoding": ("the text is in no encoding that is recognised", "save the file as UTF-8"),
    "json": ("this is no JSON object, or it has a key twice", "write one object a line"),
    "line ends": ("line ends are mixed in a way that cannot be read", "save the file with one kind of line end"),
}


def kind_of(exc: BaseException) -> str | None:
    """Kind of trouble behind an engine's exception: memory, disk, encoding, line ends, quote, long line, ragged."""
    if isinstance(exc, MemoryError) or type(exc).__name__ == "OutOfMemoryException":
        return "memory"
    message = str(exc).lower()
    return next((kind for kind, phrase in _PHRASES if phrase in message), None)


def line_of(exc: BaseException) -> int | None:
    """Line at which the CSV reader stopped, counted from 1, or None."""
    found = _LINE.search(str(exc))
    return int(found.group(1) or found.group(2)) if found else None


def located(kind: str, where: str | None, line: int | None) -> SourceError:
    """The error for trouble of a kind with a text file, at a line of it."""
    place = ", ".join(part for part in (where, f"line {line}" if line else None) if part)
    what, hint = _LOCATED[kind]
    return SourceError(what, where=place or None, hint=hint)


def explain(exc: BaseException, where: str | None = None) -> CounterproofError:
    """Translate an engine's exception; what it says about the records stays behind.

    Raises KeyboardInterrupt where the exception is the engine's way of passing one on.
    """
    if isinstance(exc, CounterproofError):
        return exc
    if _interrupted(exc):
        raise KeyboardInterrupt from None
    kind = kind_of(exc)
    if kind == "memory":
        hint = "give it more (COUNTERPROOF_MEMORY=4GB), or use fewer columns, groups or clusters"
        return EngineError("the engine ran out of memory", where=where, hint=hint)
    if kind == "disk":
        hint = "free space in the directory for temporary files, or point TMPDIR elsewhere"
        return EngineError("the disk is full", where=where, hint=hint)
    if kind in _LOCATED:
        return located(kind, where, line_of(exc))
    return EngineError(f"the engine failed ({type(exc).__name__})", where=where)


@contextmanager
def engine(where: str | None = None) -> Iterator[None]:
    """Around every call of an engine: its exceptions leave as ours, without their text and without their cause."""
    try:
        yield
    except CounterproofError as ours:
        raise ours from None
    except Exception as exc:
        raise explain(exc, where) from None


def _interrupted(exc: BaseException) -> bool:
    """DuckDB turns Ctrl-C into a RuntimeError caused by KeyboardInterrupt."""
    if isinstance(exc, KeyboardInterrupt) or type(exc).__name__ == "InterruptException":
        return True
    return isinstance(exc.__cause__, KeyboardInterrupt) or isinstance(exc.__context__, KeyboardInterrupt)
