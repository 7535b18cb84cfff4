"""Whether a workbook may be unpacked: an XLSX file is a zip archive of XML, and a small one can grow without end."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from counterproof.errors import SourceError

if TYPE_CHECKING:
    from counterproof.sources.source import SourceFile

__all__ = ["AS_CSV", "check_workbook"]

AS_CSV = "save the sheet as CSV and name that file instead"

_MOST_BYTES = 1 << 30
_MOST_CELLS = 30_000_000
_LONGEST = 32_767
"""Letters of the longest text that a cell of a spreadsheet can hold."""
_MOST_TEXT = 1 << 30
"""Letters in all cells of a sheet together: a text is stored once and may stand in every cell."""
_PIECE = 1 << 20
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHARED = re.compile(rb'<c\b[^>]*\bt="s"[^>]*>\s*(?:<f[^>]*/>\s*)?<v>([0-9]{1,9})</v>')


def check_workbook(file: SourceFile) -> None:
    """Refuse what unpacks to more than memory holds, and documents that declare entities.

    Counted are all parts together, the cells that each sheet spans (one stray cell far out lays out all between), and
    the letters of all cells, since a long shared text may be repeated in every one of them.
    """
    try:
        with zipfile.ZipFile(file.path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _MOST_BYTES:
                raise SourceError("the workbook unpacks to more than 1 GB", where=file.label, hint=AS_CSV)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares(archive, part):
                    what = "a part of the workbook declares a document type, which workbooks do not"
                    raise SourceError(what, where=file.label, hint=AS_CSV)
            shared = _lengths(archive, parts, file)
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _check_sheet(archive, part, shared, file)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        hint = f"download it again, or {AS_CSV}"
        raise SourceError("this is not a whole XLSX workbook", where=file.label, hint=hint) from None


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether an XML part declares a document type, by which it could name entities of its own or from elsewhere."""
    with archive.open(part) as stream:
        head = stream.read(4096)
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head


def _lengths(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], file: SourceFile) -> list[int]:
    """Bytes of each shared text, tags included. Raises SourceError for one that no spreadsheet could hold."""
    lengths: list[int] = []
    for part in (part for part in parts if part.filename.lower() == "xl/sharedstrings.xml"):
        rest = 0
        for piece in _pieces(archive, part):
            first, *others = re.split(rb"<si[ />]", piece)
            if lengths:
                lengths[-1] += len(first)
            else:
                rest += len(first)
            lengths += [len(other) for other in others]
    if max(lengths, default=0) > 16 * _LONGEST:
        raise SourceError("a text is longer than a cell of a spreadsheet can hold", where=file.label, hint=AS_CSV)
    return lengths


def _check_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo, shared: list[int], file: SourceFile) -> None:
    """Raise SourceError for a sheet whose cells, or whose letters in all cells, are too many."""
    rows, columns, letters, longest = 0, 0, 0, max(shared, default=0)
    for piece in _pieces(archive, part):
        found = set(_REFERENCE.findall(piece))
        rows = max([rows, *(int(row) for _, row in found)])
        columns = max([columns, *(_number(name) for name in {name for name, _ in found})])
        if longest > 1000:
            letters += sum(shared[int(at)] for at in _SHARED.findall(piece) if int(at) < len(shared))
        if rows * columns > _MOST_CELLS:
            what = f"a sheet spans more than {_MOST_CELLS:,} cells"
            raise SourceError(what, where=file.label, hint=f"delete stray cells far out, or {AS_CSV}")
        if letters > _MOST_TEXT:
            what = "the texts of a sheet unpack to more than 1 GB"
            raise SourceError(what, where=file.label, hint=AS_CSV)


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part's text, cut between two tags."""
    tail = b""
    with archive.open(part) as stream:
        for piece in iter(lambda: stream.read(_PIECE), b""):
            text = tail + piece
            cut = text.rfind(b"<c " if b"<c " in text else b"<")
            cut = len(text) if cut <= 0 else cut
            yield text[:cut]
            tail = text[cut:]
    yield tail


def _number(letters: bytes) -> int:
    """Column number of its letters: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
