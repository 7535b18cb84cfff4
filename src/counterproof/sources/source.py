"""An opened source: an Ibis table, what was recognised on the way, and the files behind it."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import engine

if TYPE_CHECKING:
    from types import TracebackType

    from counterproof.plan import SourceSpec
    from counterproof.sources.reading.connection import Connection

__all__ = ["Origin", "Reading", "Source", "SourceFile", "no_records"]

Origin = Literal["files", "inline", "object", "database"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of the table that it registered.

    prepare  called once before the first query: checks what opening was too quick to check; returns further notes
    mend     called with what the engine raised: reads the files another way and returns notes, or raises a
             SourceError that says where the trouble is, or returns None where it knows nothing better
    """

    text: bool
    notes: tuple[str, ...] = ()
    prepare: Callable[[], tuple[str, ...]] | None = None
    mend: Callable[[BaseException], tuple[str, ...] | None] | None = None


def no_records(where: str) -> SourceError:
    """The error for a table without a single row."""
    return SourceError("it holds no records", where=where, hint="the column names are there, the rows are not")


@dataclass
class SourceFile:
    """A file behind a source. ``label`` is its path relative to the plan's folder, with .. where it is elsewhere."""

    label: str
    path: Path
    size: int
    _sha256: str | None = field(default=None, repr=False, compare=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def sha256(self) -> str:
        """SHA-256 of the bytes as hexadecimal text, read once and only when asked for."""
        with self._one_at_a_time:
            if self._sha256 is None:
                try:
                    with self.path.open("rb") as stream:
                        self._sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                except OSError:
                    raise SourceError("the file cannot be read any more", where=self.label) from None
            return self._sha256


@dataclass
class Source:
    """A table of records on an engine.

    name    as in the plan
    table   Ibis table under a name derived from ``name`` alone, so that its SQL is the same in every run
    con     Ibis backend
    origin  where the records come from
    text    every column arrived as text and is cast by its role
    notes   what was recognised: encoding, delimiter, compression, sheet, number of files
    files   what is hashed; empty for a database
    spec    how the files are to be read, where a layout reads them itself: ``table`` is None until it has
    tables  further tables that a layout registered, for the reductions that know them
    steps   the queries, by name, that made these tables from the files
    closed  columns that a layout left out on opening, and why
    """

    name: str
    table: Any
    con: Any
    origin: Origin
    text: bool
    notes: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()
    spec: SourceSpec | None = None
    tables: Mapping[str, Any] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)
    closed: Mapping[str, str] = field(default_factory=dict)
    _reading: Reading | None = field(default=None, repr=False)
    _connection: Connection | None = field(default=None, repr=False)
    _owned: bool = field(default=False, repr=False)
    _prepared: bool = field(default=False, repr=False)

    @property
    def columns(self) -> Mapping[str, str]:
        """Column name to the engine-neutral name of its type (``string``, ``int64``, ``boolean`` …)."""
        return {name: str(kind).removeprefix("!") for name, kind in self.table.schema().items()}

    def sql(self, expression: Any) -> str:
        """The SQL of an Ibis expression over :attr:`table` on this engine."""
        return str(self.con.compile(expression))

    def fetch(self, expression: Any) -> Any:
        """Run an Ibis expression over the table and return a ``pyarrow.Table``; raises what :meth:`attempt` raises."""
        return self.attempt(lambda: self._run(expression))

    def attempt(self, call: Callable[[], T]) -> T:
        """Do what asks the engine for records of this source; the only way to ask.

        Opening looks at the start of a text file. Before the first query the rest is checked, and a file that turns
        out to be in another encoding, or to change its line ends, is read again as what it is (a note says so).

        Raises SourceError for a file that cannot be read, EngineError for an engine that fails, KeyboardInterrupt.
        """
        with engine(self._where):
            if self._reading and self._reading.prepare and not self._prepared:
                self.notes += self._reading.prepare()
            self._prepared = True
            while True:
                try:
                    return self._connection.interruptible(call) if self._connection else call()
                except Exception as exc:
                    mended = self._reading.mend(exc) if self._reading and self._reading.mend else None
                    if mended is None:
                        raise
                    self.notes += mended

    def hash_ahead(self) -> None:
        """Begin to hash the files in a thread, beside an engine that reads the same bytes."""
        threading.Thread(target=_hash, args=(self.files,), daemon=True).start()

    def watch(self, watcher: Callable[[float], None]) -> None:
        """Tell ``watcher`` which share of a long query is done, where the engine knows."""
        if self._connection is not None:
            self._connection.watcher = watcher

    def close(self) -> None:
        """Remove private temporary files and, where it is the source's own, stop the engine; may be called twice."""
        if self._owned and self._connection is not None:
            self._connection.close()
        elif self.origin == "database":
            self.con.disconnect()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self, expression: Any) -> Any:
        if self._connection is not None:
            return self._connection.raw.execute(self.sql(expression)).to_arrow_table()
        return self.con.to_pyarrow(expression.as_table())

    @property
    def _where(self) -> str:
        return self.files[0].label if len(self.files) == 1 else f"source {self.name!r}"


def _hash(files: Iterable[SourceFile]) -> None:
    with contextlib.suppress(SourceError):  # raised again for whoever asks for the hash
        for file in files:
            file.sha256()
