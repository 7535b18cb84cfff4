"""Evidence: the files of a run, their manifest, and their verification by somebody else.

documents(exhibit)              every output as bytes, the manifest last
prepare(out), write(out, docs)  a folder that is whole or recognisably unfinished
verify(folder)                  what does not agree in a folder, from its counts and from the records
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from counterproof.evidence.compare import Difference
    from counterproof.evidence.contents import documents
    from counterproof.evidence.outputs import prepare, write
    from counterproof.evidence.verification import verify

__all__ = ["Difference", "documents", "prepare", "verify", "write"]

_HOME = {
    "Difference": "compare",
    "documents": "contents",
    "prepare": "outputs",
    "verify": "verification",
    "write": "outputs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
