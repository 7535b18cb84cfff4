"""What is printed and where: results to stdout, everything else to stderr, and only text that is safe to look at."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from counterproof.errors import OutputError, Problem
from counterproof.report import safe

__all__ = ["flush", "message", "out", "out_bytes", "problems", "progress", "screen"]


def out(text: str) -> None:
    """Print a result. A reader who has gone away is no error; a full disk is an OutputError."""
    with _stdout_errors():
        sys.stdout.write(_encodable(text, sys.stdout) + "\n")


def out_bytes(content: bytes) -> None:
    """Write a document to stdout as it is, in UTF-8 whatever the terminal's encoding."""
    with _stdout_errors():
        sys.stdout.flush()
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(content.decode())
        else:
            buffer.write(content)
            buffer.flush()


def screen() -> dict[str, Any]:
    """What stdout can show: 80 columns and no colour, unless it is a terminal that has more."""
    terminal = sys.stdout.isatty()
    return {
        "width": min(shutil.get_terminal_size().columns, 120) if terminal else 80,
        "color": terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        "encoding": sys.stdout.encoding or "utf-8",
    }


def flush() -> None:
    """Make sure that what was printed has arrived."""
    with _stdout_errors():
        sys.stdout.flush()


def message(text: str, *, quiet: bool = False) -> None:
    """Tell the person at the keyboard something that is no result."""
    if not quiet:
        sys.stderr.write(_encodable(text, sys.stderr) + "\n")
        sys.stderr.flush()


def problems(found: Sequence[Problem]) -> None:
    """Print what is wrong: where, what, and what to do."""
    for problem in found:
        place = f"{safe.shorten(problem.where, 300)}: " if problem.where else ""
        message(f"counterproof: error: {place}{safe.shorten(problem.what, 600)}")
        if problem.hint:
            message(f"  Hint: {safe.shorten(problem.hint, 600)}")


Tell = Callable[..., None]


@contextlib.contextmanager
def progress(*, quiet: bool = False) -> Iterator[Tell]:
    """Something to tell what is being done; it shows rate and time left of a long count, if stderr is a terminal."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        began: dict[str, float] = {}

        def tell(said: str, done: float | None = None, total: int | None = None) -> None:
            began.setdefault(said, time.monotonic())
            pace = f" · {_pace(done, total, time.monotonic() - began[said])}" if done and total else ""
            bar.update(task, description=safe.shorten(said) + pace)

        yield tell


def _pace(done: float, total: int, seconds: float) -> str:
    """How much is done, how fast, and how long it will take."""
    left = seconds * (total - done) / done
    return f"{100 * done / total:.0f} % · {done / 1e6 / max(seconds, 0.1):,.0f} MB/s · about {left:,.0f} s left"


def _encodable(text: str, stream: TextIO) -> str:
    """``text``, in plain letters where the stream's encoding has no others."""
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return safe.ascii_only(text)
    return text


@contextlib.contextmanager
def _stdout_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # Whoever read has enough: `counterproof … | head` is done, and the interpreter must not complain at exit.
        _discard_stdout()
    except OSError as error:
        _discard_stdout()
        raise OutputError(f"cannot be written: {(error.strerror or 'failed').lower()}", where="stdout") from None


def _discard_stdout() -> None:
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
