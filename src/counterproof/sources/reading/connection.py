"""The embedded engine: one private DuckDB in memory, with a private directory that goes when it closes."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from counterproof.errors import InputError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Connection", "connect", "identifier", "literal"]

T = TypeVar("T")

_MEMORY = "1500MB"
_MOST_THREADS = 8


class Connection:
    """An embedded engine that the sources of one run share.

    backend    the Ibis backend
    raw        the DuckDB connection behind it
    directory  private: spilled data, transcoded files, links to the sources; removed by :meth:`close`
    watcher    is told, twice a second, which share of a long query is done
    """

    def __init__(self) -> None:
        """Start the engine. Extensions are neither installed nor loaded on their own, so it never uses a network."""
        import duckdb
        from ibis.backends.duckdb import Backend  # not ibis.duckdb, which looks at every installed package first

        self.directory = Path(tempfile.mkdtemp(prefix="counterproof-"))
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)
        try:
            self.raw = duckdb.connect(":memory:", config=_settings(self.directory))
        except duckdb.Error:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise InputError(
                "the engine does not accept COUNTERPROOF_MEMORY", hint="write it like COUNTERPROOF_MEMORY=4GB"
            ) from None
        self.raw.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        self.backend = Backend.from_connection(self.raw)
        self.watcher: Callable[[float], None] = lambda _: None
        self._files = 0

    def table_name(self, name: str) -> str:
        """The name itself, or with a number where a table has it already; engine names ignore case."""
        taken = {
            row[0].casefold()
            for row in self.raw.execute(
                "SELECT table_name FROM duckdb_tables() "
                "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        }
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{name}_{number}"
        return free

    def file(self, suffix: str) -> Path:
        """A path for a new private file."""
        self._files += 1
        return self.directory / f"{self._files}{suffix}"

    def link(self, path: Path, suffix: str) -> Path:
        """A private link to a file, so that no quote, space, bracket or ``key=value`` in its path means anything."""
        link = self.file(suffix)
        try:
            link.symlink_to(path.resolve())
        except OSError:  # Windows without the privilege to make symbolic links
            os.link(path, link)
        return link

    def view(self, name: str, select: str) -> None:
        """Register a query under a fixed name, in place of an earlier one."""
        self.raw.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS {select}")

    def store(self, name: str, arrow: Any) -> None:
        """Copy an Arrow table into the engine under a fixed name."""
        self.raw.register("counterproof_arriving", arrow)
        self.raw.execute(f"CREATE TABLE {identifier(name)} AS SELECT * FROM counterproof_arriving")  # noqa: S608
        self.raw.unregister("counterproof_arriving")

    def add(self, name: str, arrow: Any) -> None:
        """Add the rows of an Arrow table to a table that was stored."""
        self.raw.register("counterproof_arriving", arrow)
        self.raw.execute(f"INSERT INTO {identifier(name)} SELECT * FROM counterproof_arriving")  # noqa: S608
        self.raw.unregister("counterproof_arriving")

    def columns(self, name: str) -> tuple[str, ...]:
        """The column names of a table or view."""
        described = self.raw.execute(f"SELECT * FROM {identifier(name)} LIMIT 0").description  # noqa: S608
        return tuple(column[0] for column in described)

    def interruptible(self, call: Callable[[], T]) -> T:
        """Run what asks the engine so that Ctrl-C stops it.

        The engine looks for signals only between its own steps, and some take minutes: so it works in another thread,
        and the main thread waits and interrupts it.
        """
        if threading.current_thread() is not threading.main_thread():
            return call()
        outcome: Future[T] = Future()
        worker = threading.Thread(target=_settle, args=(outcome, call), daemon=True)
        worker.start()
        try:
            while not wait([outcome], timeout=0.5).done:
                share = self.raw.query_progress() / 100
                if share > 0:
                    self.watcher(share)
        except KeyboardInterrupt:
            while worker.is_alive():
                self.raw.interrupt()
                worker.join(0.1)
            raise
        return outcome.result()

    def close(self) -> None:
        """Stop the engine and remove its directory; may be called twice."""
        self.raw.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _settle(outcome: Future[T], call: Callable[[], T]) -> None:
    try:
        outcome.set_result(call())
    except BaseException as exc:  # handed over to the main thread
        outcome.set_exception(exc)


def connect() -> Connection:
    """Start an embedded engine to share among sources; use it as a context manager.

    Memory is limited to 1.5 GB, beyond which the engine spills to disk; ``COUNTERPROOF_MEMORY`` (as "4GB") overrides.
    """
    return Connection()


def identifier(name: str) -> str:
    """A name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Texts quoted for SQL as a list."""
    return "[" + ", ".join(literal(str(text)) for text in texts) + "]"


def _settings(directory: Path) -> dict[str, Any]:
    return {
        "threads": max(1, min(os.cpu_count() or 1, _MOST_THREADS)),
        "memory_limit": os.environ.get("COUNTERPROOF_MEMORY", _MEMORY),
        "temp_directory": str(directory / "spill"),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
