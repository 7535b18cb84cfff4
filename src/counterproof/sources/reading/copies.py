"""Private copies of text files: unpacked, or written anew in UTF-8.

The engine could read a packed file, but takes one that was cut off for a shorter one; unpacking checks it to the end.
"""

from __future__ import annotations

import codecs
import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from counterproof.errors import EngineError, SourceError
from counterproof.sources.reading.files import Compression, compression_of

if TYPE_CHECKING:
    from counterproof.sources.reading.connection import Connection
    from counterproof.sources.source import SourceFile

__all__ = ["is_utf8", "recoded", "unpacked"]

PIECE = 1 << 20
_SPARE = 256 << 20


def unpacked(connection: Connection, file: SourceFile, suffix: str) -> tuple[Path, Compression | None]:
    """A private path to the file's text (a link, or what it unpacks to), and how it was compressed.

    Raises SourceError where the file is damaged or cut off, EngineError where the disk would be full.
    """
    import zstandard

    compression = compression_of(file.path)
    if compression is None:
        return connection.link(file.path, suffix), None
    target = connection.file(suffix)
    try:
        with target.open("wb") as sink:
            for piece in _gzip(file.path) if compression == "gzip" else _zstd(file.path):
                _check_space(target)
                sink.write(piece)
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError):
        hint = "download it again, and compare its size or checksum with the publisher's"
        raise SourceError(f"the {compression} file is damaged or cut off", where=file.label, hint=hint) from None
    if target.stat().st_size == 0:
        raise SourceError("the file is empty once unpacked", where=file.label, hint="download or export it again")
    return target, compression


def recoded(connection: Connection, path: Path, encoding: str, drop: int) -> Path:
    """A private copy in UTF-8 with line feeds, without a byte order mark and without the first ``drop`` lines.

    Raises UnicodeDecodeError.
    """
    target = connection.file(path.suffix)
    with ExitStack() as stack:
        source = stack.enter_context(path.open(encoding=encoding))
        sink = stack.enter_context(target.open("w", encoding="utf-8", newline=""))
        for _ in range(drop):
            source.readline()
        start = source.read(PIECE)
        sink.write(start if drop else start.removeprefix("\ufeff"))
        for piece in iter(lambda: source.read(PIECE), ""):
            _check_space(target)
            sink.write(piece)
    return target


def _check_space(target: Path) -> None:
    """Stop before the disk is full: a small file may unpack to a huge one."""
    if shutil.disk_usage(target.parent).free < _SPARE:
        hint = "free space in the directory for temporary files, or point TMPDIR elsewhere"
        raise EngineError("the disk is too full to unpack or to recode a file", hint=hint)


def _gzip(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as stream:
        yield from iter(lambda: stream.read(PIECE), b"")


def _zstd(path: Path) -> Iterator[bytes]:
    """Every frame of the file, each to its end: the library's own reader takes a frame that was cut off for whole."""
    import zstandard

    frame = None
    with path.open("rb") as stream:
        for packed in iter(lambda: stream.read(PIECE), b""):
            rest = packed
            while rest:
                frame = frame or zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj()
                yield frame.decompress(rest)
                rest = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    if frame is not None:
        raise EOFError


def is_utf8(path: Path) -> bool:
    """Whether a file is UTF-8 to its last byte; reads it a piece at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            for piece in iter(lambda: stream.read(PIECE), b""):
                if decoder.getstate()[0] or not piece.isascii():  # ASCII is told from its bytes alone
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
