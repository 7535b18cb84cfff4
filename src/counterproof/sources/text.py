"""Look at the start of a delimited text file and tell its encoding, delimiter, header and line ends.

Done here and not by the engine, whose sniffer decides by what cells look like and may decide differently tomorrow.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from counterproof.errors import SourceError
from counterproof.sources.columns import clean_names

__all__ = ["DELIMITERS", "SAMPLE", "Encoding", "Layout", "decode", "encoding_of", "layout_of"]

SAMPLE = 1 << 20
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MOST_ROWS = 1000
_QUOTED = re.compile(r'"[^"]*"')
_ENDS = re.compile(r"\r\n|\n|\r")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "cp1252"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is laid out. ``skip``: lines above the header. ``line_end`` is None where they are mixed."""

    columns: tuple[str, ...]
    encoding: Encoding
    delimiter: str
    skip: int
    line_end: str | None


def encoding_of(head: bytes, where: str, *, asked: str | None = None, whole: bool = True) -> Encoding:
    """Encoding of a text from its first bytes: by byte order mark, by where NULs fall, by decoding as UTF-8.

    asked  what the plan says ("utf-8", "utf-16", "cp1252"); it decides, but for the byte order of UTF-16
    whole  ``head`` is the whole file, so that it cannot end within a character

    Raises SourceError for bytes that are no text.
    """
    if head[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise SourceError("the text is in UTF-32", where=where, hint="save the file as UTF-8")
    if head[:2] == codecs.BOM_UTF16_BE:
        return "utf-16-be"
    if head[:2] == codecs.BOM_UTF16_LE:
        return "utf-16-le"
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    if asked == "utf-16" or max(even, odd) > len(head[:4096]) / 10:
        if even > 10 * odd:
            return "utf-16-be"
        if odd > 10 * even:
            return "utf-16-le"
    _check_text(head, where)
    if asked in ("utf-8", "cp1252"):
        return "cp1252" if asked == "cp1252" else "utf-8"
    for encoding in ("utf-8", "cp1252"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        return encoding  # type: ignore[return-value]
    raise SourceError("the text is in no encoding that is recognised", where=where, hint="save the file as UTF-8")


def decode(head: bytes, encoding: Encoding, where: str, *, whole: bool = True) -> str:
    """The text of a file's first bytes, without a byte order mark."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=whole).removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        line = head[: exc.start].count(b"\n") + 1
        hint = "leave the encoding out to have it recognised, or save the file as UTF-8"
        raise SourceError(f"the text is not in {encoding}", where=f"{where}, line {line}", hint=hint) from None


def layout_of(
    head: bytes, where: str, *, asked: str | None, delimiter: str | None, header_row: int, whole: bool
) -> Layout:
    """The layout of a delimited file from its first bytes; see :class:`Layout`.

    Raises SourceError for a file that is no text, and for a header that is missing, too short or ambiguous.
    """
    encoding = encoding_of(head, where, asked=asked, whole=whole)
    text = decode(head, encoding, where, whole=whole)
    if not text.strip():
        raise SourceError("the file holds nothing but blanks", where=where, hint="download or export it again")
    chosen = delimiter or max(DELIMITERS, key=lambda each: _fitness(text, each, whole))
    rows = list(_rows(text, chosen, whole))
    position = _header(rows, header_row, where)
    names = clean_names(rows[position][1], where)
    _check_width([*rows[position:]], where)
    bare = _QUOTED.sub("", text)
    ends = set(_ENDS.findall(bare[:-1] if bare.endswith("\r") and not whole else bare))
    line_end = next(iter(ends), "\n") if len(ends) < 2 else None
    return Layout(names, encoding, chosen, rows[position][0] - 1, line_end)


def _check_text(head: bytes, where: str) -> None:
    nul = head.find(0)
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > len(head) / 100 or head.startswith((b"PK\x03\x04", b"%PDF")):
        raise SourceError(
            "this is a binary file, not text", where=where, hint="export it as CSV, or name it as what it is"
        )
    if nul >= 0:
        line = head[:nul].count(b"\n") + 1
        hint = "export it again; the file is damaged or not text"
        raise SourceError("the text holds a NUL byte", where=f"{where}, line {line}", hint=hint)


def _rows(text: str, delimiter: str, whole: bool) -> Iterator[tuple[int, list[str]]]:
    """Line number at which a row begins, counted from 1, and its cells; neither blank nor cut-off rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins, last = 1, None
    try:
        for cells in reader:
            if last:
                yield last
            last = (begins, cells) if cells else None
            begins = reader.line_num + 1
            if begins > _MOST_ROWS:
                break
    except csv.Error:  # a cell beyond Python's limit: what stands before it is enough
        pass
    if last and (whole or begins > _MOST_ROWS):
        yield last


def _fitness(text: str, delimiter: str, whole: bool) -> tuple[float, int]:
    """Share of the rows that have the most frequent number of cells, and that number; a single column fits least."""
    widths = Counter(len(cells) for _, cells in _rows(text, delimiter, whole))
    if not widths:
        return (0.0, 0)
    width, rows = widths.most_common(1)[0]
    return (rows / widths.total(), width) if width > 1 else (0.0, 1)


def _header(rows: list[tuple[int, list[str]]], header_row: int, where: str) -> int:
    """Position of the row of column names: the first that is not blank, or the one that begins on the line asked for."""
    if not rows:
        raise SourceError("no header row can be made out", where=where, hint="look for a quote that is never closed")
    if header_row == 1:
        return 0
    for position, (line, _) in enumerate(rows):
        if line == header_row:
            return position
    raise SourceError(f"no row begins on line {header_row}", where=where, hint="header_row is counted from 1")


def _check_width(rows: list[tuple[int, list[str]]], where: str) -> None:
    """The header must be as wide as the rows below it, lest a title be taken for it."""
    if len(rows) < 2:
        return
    width = len(rows[0][1])
    usual = Counter(len(cells) for _, cells in rows[1:]).most_common(1)[0][0]
    if width >= usual:
        return
    candidate = next(line for line, cells in rows if len(cells) == usual)
    what = f"the header on line {rows[0][0]} has {width} cell{'s' if width > 1 else ''}, the rows below it have {usual}"
    hint = f"lines above the column names? then say header_row: {candidate}; or a column without a name"
    raise SourceError(what, where=where, hint=hint)
