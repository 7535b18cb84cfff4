"""Open a table of records as an Ibis table, on the embedded engine or where the records live.

    open_source(name, spec, base=...)   a plan's source: files, inline rows, a database
    open_object(name, obj)              a path, an Arrow table, a Polars or pandas frame, an Ibis table
    connect()                           one embedded engine that several sources share
    profile(source)                     columns, types, states of the cells; never a value
    look(source, profile, words)        what its columns could be; never a value

The only folder that imports an engine, and it does so inside functions: importing this module is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterproof.sources.engine_errors import engine, explain
    from counterproof.sources.looking import Look, look
    from counterproof.sources.profiling import ColumnProfile, Profile, profile
    from counterproof.sources.reading.connection import Connection, connect
    from counterproof.sources.reading.opening import open_object, open_source
    from counterproof.sources.source import Source, SourceFile

__all__ = [
    "ColumnProfile",
    "Connection",
    "Look",
    "Profile",
    "Source",
    "SourceFile",
    "connect",
    "engine",
    "explain",
    "look",
    "open_object",
    "open_source",
    "profile",
]

_HOME = {
    "ColumnProfile": "profiling",
    "Connection": "reading.connection",
    "Look": "looking",
    "Profile": "profiling",
    "Source": "source",
    "SourceFile": "source",
    "connect": "reading.connection",
    "engine": "engine_errors",
    "explain": "engine_errors",
    "look": "looking",
    "open_object": "reading.opening",
    "open_source": "reading.opening",
    "profile": "profiling",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
