"""An opened source: an Ibis table, what was recognised on the way, and the files behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from counterproof.errors import SourceError
from counterproof.sources.engine_errors import explain

if TYPE_CHECKING:
    from types import TracebackType

    from counterproof.sources.connection import Connection

__all__ = ["Origin", "Reading", "Repair", "Source", "SourceFile"]

Origin = Literal["files", "inline", "object", "database"]
Repair = Callable[[BaseException], "tuple[str, ...] | None"]
"""Given what the engine raised, read the files anew and return the notes to add; None if that does not help."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of the table that it registered."""

    text: bool
    notes: tuple[str, ...] = ()
    repair: Repair | None = None


@dataclass
class SourceFile:
    """A file behind a source. ``label`` is its path relative to the plan's folder, or in full where it is elsewhere."""

    label: str
    path: Path
    size: int
    _sha256: str | None = field(default=None, repr=False, compare=False)

    def sha256(self) -> str:
        """SHA-256 of the bytes as hexadecimal text, read once and only when asked for."""
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
    """

    name: str
    table: Any
    con: Any
    origin: Origin
    text: bool
    notes: tuple[str, ...] = ()
    files: tuple[SourceFile, ...] = ()
    _connection: Connection | None = field(default=None, repr=False)
    _owned: bool = field(default=False, repr=False)
    _repair: Repair | None = field(default=None, repr=False)

    @property
    def columns(self) -> Mapping[str, str]:
        """Column name to the engine-neutral name of its type (``string``, ``int64``, ``boolean`` …)."""
        return {name: str(kind).removeprefix("!") for name, kind in self.table.schema().items()}

    def sql(self, expression: Any) -> str:
        """The SQL of an Ibis expression over :attr:`table` on this engine."""
        return str(self.con.compile(expression))

    def fetch(self, expression: Any) -> Any:
        """Run an Ibis expression over :attr:`table` and return a ``pyarrow.Table``.

        The only way to ask a source: a text file that turns out to be in another encoding, or to change its line
        ends, beyond the part that was looked at when it was opened is read again as what it is (and a note says so).

        Raises SourceError for a file that cannot be read, EngineError for an engine that fails, KeyboardInterrupt.
        """
        while True:
            try:
                return self._run(expression)
            except Exception as exc:
                notes = self._repair(exc) if self._repair else None
                if notes is None:
                    raise explain(exc, self._where()) from None
                self.notes += notes

    def close(self) -> None:
        """Remove private temporary files and, where it is the source's own, stop the engine; may be called twice."""
        if self._owned and self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self, expression: Any) -> Any:
        if self._connection is not None:
            return self._connection.raw.execute(self.sql(expression)).to_arrow_table()
        return self.con.to_pyarrow(expression.as_table())

    def _where(self) -> str:
        return self.files[0].label if len(self.files) == 1 else f"source {self.name!r}"
