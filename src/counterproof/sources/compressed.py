"""Unpack a compressed text file to a private one.

The engine could read it packed, but takes a file that was cut off for a shorter one; unpacking checks it to the end.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from counterproof.errors import EngineError, SourceError
from counterproof.sources.files import Compression, compression_of

if TYPE_CHECKING:
    from counterproof.sources.connection import Connection
    from counterproof.sources.source import SourceFile

__all__ = ["unpacked"]

_PIECE = 1 << 20
_SPARE = 256 << 20


def unpacked(connection: Connection, file: SourceFile, suffix: str) -> tuple[Path, Compression | None]:
    """A private path to the file's text (a link, or what it unpacks to), and how it was compressed.

    Raises SourceError where the file is damaged or cut off, EngineError where the disk would be full.
    """
    compression = compression_of(file.path)
    if compression is None:
        return connection.link(file.path, suffix), None
    target = connection.file(suffix)
    try:
        with _opened(file.path, compression) as source, target.open("wb") as sink:
            _copy(source, sink, target)
    except (EOFError, gzip.BadGzipFile, zlib.error, _zstd_error()):
        hint = "download it again, and compare its size or checksum with the publisher's"
        raise SourceError(f"the {compression} file is damaged or cut off", where=file.label, hint=hint) from None
    if target.stat().st_size == 0:
        raise SourceError("the file is empty once unpacked", where=file.label, hint="download or export it again")
    return target, compression


def _opened(path: Path, compression: Compression) -> IO[bytes]:
    if compression == "gzip":
        return gzip.open(path, "rb")
    import zstandard

    return zstandard.open(path, "rb")


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


def _copy(source: IO[bytes], sink: IO[bytes], target: Path) -> None:
    """Copy, and stop before the disk is full: a small file may unpack to a huge one."""
    for piece in iter(lambda: source.read(_PIECE), b""):
        if shutil.disk_usage(target.parent).free < _SPARE:
            hint = "free space in the directory for temporary files, or point TMPDIR elsewhere"
            raise EngineError("the disk is too full to unpack the file", hint=hint)
        sink.write(piece)
