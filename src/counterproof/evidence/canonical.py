"""One way to write JSON, so that equal documents are equal bytes, and one careful way to read it back."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["MAX_BYTES", "SAFE_NAME", "Unreadable", "dump", "parse", "plain", "read", "sha256"]

SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
"""Names of outputs: flat, so that no name in a manifest can lead out of its folder."""

MAX_BYTES = 512 * 1024 * 1024


class Unreadable(ValueError):
    """An output cannot be used; the message says why in our words and never quotes it."""


def dump(document: object) -> bytes:
    """UTF-8 JSON in the document's own order, two spaces, a newline at the end; ValueError on NaN or infinity."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def plain(value: Any) -> Any:
    """Plain JSON values: tuples become lists and keys text; a NaN or infinity in an inline row becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read(folder: Path, name: str) -> bytes:
    """The bytes of one output. Follows no link, opens nothing but a regular file. Raises :class:`Unreadable`."""
    if not SAFE_NAME.fullmatch(name):
        raise Unreadable("is not a name that an output can have; it was not opened")
    try:
        handle = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise Unreadable("is missing") from None
    except OSError:
        raise Unreadable("is a link or cannot be opened; it was not read") from None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise Unreadable("is not a file; it was not read")
        if state.st_size > MAX_BYTES:
            raise Unreadable("is too large to be an output; it was not read")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read()
    except OSError:
        raise Unreadable("cannot be read") from None
    finally:
        os.close(handle)


def parse(content: bytes) -> Any:
    """Plain values of a JSON document; a repeated key, NaN or infinity is an error. Raises :class:`Unreadable`."""
    try:
        return json.loads(content, object_pairs_hook=_unique, parse_constant=_refuse)
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable("is not JSON") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("has a key twice")
    return found


def _refuse(_: str) -> NoReturn:
    raise Unreadable("has a number that JSON does not have")
