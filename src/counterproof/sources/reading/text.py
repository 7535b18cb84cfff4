"""Look at the start of a delimited text file and tell its encoding, delimiter, header and line ends.

Done here and not by the engine, whose sniffer decides by what cells look like and may decide differently tomorrow.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from counterproof.errors import SourceError
from counterproof.sources.reading.columns import clean_names, numbered
from counterproof.sources.reading.files import SUPPORTED

__all__ = ["DELIMITERS", "SAMPLE", "Encoding", "Find", "Layout", "encoding_of", "layout_of"]

SAMPLE = 1 << 20
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_MOST_ROWS = 1000
_QUOTED = re.compile(r'"[^"]*"')
_ENDS = re.compile(r"\r\n|\n|\r")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))

Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "cp1252"]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is laid out.

    header    line on which the header begins, counted from 1; 0 where there is none
    body      line on which the records begin
    line_end  None where they are mixed
    empty     the header is all there is
    """

    columns: tuple[str, ...]
    encoding: Encoding
    delimiter: str
    header: int
    body: int
    line_end: str | None
    empty: bool


class _Row(NamedTuple):
    begins: int
    ends: int
    cells: list[str]


def encoding_of(head: bytes, where: str, *, asked: str | None = None, whole: bool = True) -> Encoding:
    """Encoding of a text from its first bytes: by byte order mark, by where NULs fall, by decoding as UTF-8.

    asked  what the plan says ("utf-8", "utf-16", "cp1252"); it decides, but for the byte order of UTF-16
    whole  ``head`` is the whole file, so that it cannot end within a character

    Raises SourceError for bytes that are no text.
    """
    if head[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise SourceError("the text is in UTF-32", where=where, hint="save the file as UTF-8")
    if wide := _utf16(head, sure=asked == "utf-16"):
        return wide
    if asked == "cp1252":
        return "cp1252"
    choices: tuple[Encoding, ...] = ("utf-8",) if asked == "utf-8" else ("utf-8", "cp1252")
    for encoding in choices:
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        return encoding
    _check_text(head.decode("latin-1"), where)
    what = "the text is not UTF-8" if asked else "the text is in no encoding that is recognised"
    raise SourceError(what, where=where, hint="save the file as UTF-8, or say its encoding (utf-8, utf-16, cp1252)")


Find = Callable[[Sequence[Sequence[str]]], int | None]
"""From the first rows of a table to the position of its row of names; None where it has none."""


def layout_of(
    head: bytes,
    where: str,
    *,
    asked: str | None,
    delimiter: str | None,
    header_row: int,
    whole: bool,
    number: bool = False,
    find: Find | None = None,
) -> Layout:
    """The layout of a delimited file from its first bytes; see :class:`Layout`. ``number``: names that repeat.

    find  looks for the row of names where it may stand anywhere or be missing; columns are then named c0, c1, …

    Raises SourceError for a file that is no text, and for a header that is missing, too short or ambiguous.
    """
    encoding = encoding_of(head, where, asked=asked, whole=whole)
    text = _decode(head, encoding, where, whole)
    _check_text(text, where)
    if not text.strip():
        raise SourceError("the file holds nothing but blanks", where=where, hint="download or export it again")
    chosen = delimiter or max(DELIMITERS, key=lambda each: _fitness(text, each, whole))
    rows = list(_rows(text, chosen, whole))
    if find is not None and rows:
        return _positional(rows, find([row.cells for row in rows]), encoding, chosen, _line_end(text, whole))
    header, *records = rows[_header(rows, header_row, where) :]
    _check_width(header, records, where)
    return Layout(
        columns=clean_names(numbered(header.cells) if number else header.cells, where),
        encoding=encoding,
        delimiter=chosen,
        header=header.begins,
        body=header.ends + 1,
        line_end=_line_end(text, whole),
        empty=whole and not "".join(_ENDS.split(text, maxsplit=header.ends)[header.ends :]).strip(),
    )


def _positional(
    rows: list[_Row], header: int | None, encoding: Encoding, delimiter: str, line_end: str | None
) -> Layout:
    """A layout whose columns are told by their places: as many as most rows have, or as the row of names."""
    usual = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    width = usual if header is None else len(rows[header].cells)
    begins, body = (0, rows[0].begins) if header is None else (rows[header].begins, rows[header].ends + 1)
    columns = tuple(f"c{place}" for place in range(width))
    return Layout(
        columns, encoding, delimiter, begins, body, line_end, len(rows) == (header or 0) + 1 and header is not None
    )


def _utf16(head: bytes, *, sure: bool) -> Encoding | None:
    """Which UTF-16, if it is any: by its mark, or because every other byte of Latin text is NUL."""
    marks: dict[bytes, Encoding] = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
    if head[:2] in marks:
        return marks[head[:2]]
    start = head[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) / 10 and not 0.1 < even / max(odd, 1) < 10:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-16-le" if sure else None


def _decode(head: bytes, encoding: Encoding, where: str, whole: bool) -> str:
    """The text of a file's first bytes, without a byte order mark."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=whole).removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        line = head[: exc.start].count(b"\n") + 1
        hint = "leave the encoding out to have it recognised, or save the file as UTF-8"
        raise SourceError(f"the text is not {encoding}", where=f"{where}, line {line}", hint=hint) from None


def _check_text(text: str, where: str) -> None:
    """Refuse what is no text: more than a few control characters, or a NUL."""
    coded = text.encode()
    control = len(coded) - len(coded.translate(None, _CONTROL))
    if control > len(text) / 100 or text.startswith("%PDF"):
        raise SourceError("this is a binary file, not text", where=where, hint=SUPPORTED)
    nul = text.find("\0")
    if nul >= 0:
        hint = "export it again; the file is damaged, or not text"
        raise SourceError(
            "the text holds a NUL byte", where=f"{where}, line {text.count(chr(10), 0, nul) + 1}", hint=hint
        )


def _rows(text: str, delimiter: str, whole: bool) -> Iterator[_Row]:
    """The first rows that are neither blank nor cut off, with the lines on which they begin and end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    begins, held = 1, None
    try:
        for cells in reader:
            if held:
                yield held
            held = _Row(begins, reader.line_num, cells) if cells else None
            begins = reader.line_num + 1
            if begins > _MOST_ROWS:
                break
    except csv.Error:  # a cell beyond Python's limit; the row before it is whole
        whole = True
    if held and (whole or begins > _MOST_ROWS):
        yield held


def _fitness(text: str, delimiter: str, whole: bool) -> tuple[float, int]:
    """Share of the rows that have the most frequent number of cells, and that number; a single column fits least."""
    widths = Counter(len(row.cells) for row in _rows(text, delimiter, whole))
    if not widths:
        return (0.0, 0)
    width, rows = widths.most_common(1)[0]
    return (rows / widths.total(), width) if width > 1 else (0.0, 1)


def _header(rows: list[_Row], header_row: int, where: str) -> int:
    """Position of the row of names: the first that is not blank, or the one that begins on the line asked for."""
    if not rows:
        raise SourceError("no header row can be made out", where=where, hint="look for a quote that is never closed")
    if header_row == 1:
        return 0
    for position, row in enumerate(rows):
        if row.begins == header_row:
            return position
    hint = "header_row is the line of the column names, counted from 1"
    raise SourceError(f"no row begins on line {header_row}", where=where, hint=hint)


def _check_width(header: _Row, records: list[_Row], where: str) -> None:
    """The header must be as wide as the rows below it, lest a title be taken for it."""
    if not records:
        return
    width, usual = len(header.cells), Counter(len(row.cells) for row in records).most_common(1)[0][0]
    if width == usual:
        return
    what = f"the header on line {header.begins} has {width} cell{'s' * (width > 1)}, most rows below it have {usual}"
    hint = "every column needs a name, and every row as many cells as there are names"
    if width < usual:
        candidate = next(row.begins for row in records if len(row.cells) == usual)
        hint = f"if lines stand above the column names, say where these are, perhaps header_row: {candidate}"
    raise SourceError(what, where=where, hint=hint)


def _line_end(text: str, whole: bool) -> str | None:
    bare = _QUOTED.sub("", text)
    bare = bare if whole else bare.removesuffix("\r")
    both = bare.count("\r\n")
    counts = {"\r\n": both, "\n": bare.count("\n") - both, "\r": bare.count("\r") - both}
    ends = [end for end, times in counts.items() if times]
    return next(iter(ends), "\n") if len(ends) < 2 else None
