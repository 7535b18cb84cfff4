"""The table of strata that a sample is planned for: stratum, cases, and what is supposed or was found in them.

stratum, cases, group, rate                   the rate supposed; group and rate may be absent
stratum, cases, group, reviewed, events       of an earlier review: its rate is taken as (events + 1)/(reviewed + 2)
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from counterproof.audits.sampling import Stratum
from counterproof.errors import InputError, nearest

__all__ = ["of_rows", "read"]

KNOWN = ("stratum", "cases", "group", "rate", "reviewed", "events")
NEEDED = ("stratum", "cases")
DELIMITERS = (",", ";", "\t")


def read(path: Path) -> tuple[Stratum, ...]:
    """Strata of a text file with a line of names, parted by commas, semicolons or tabs."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError("this file cannot be read as text", where=str(path), hint="write it in UTF-8") from None
    head = text.partition("\n")[0]
    rows = list(csv.reader(text.splitlines(), delimiter=max(DELIMITERS, key=head.count)))
    names = [name.strip() for name in rows[0]] if rows else []
    filled = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    return of_rows([dict(zip(names, row, strict=False)) for row in filled], str(path), names)


def of_rows(
    rows: Iterable[Mapping[str, object]], where: str = "strata", names: Iterable[str] = ()
) -> tuple[Stratum, ...]:
    """Strata of mappings with these keys. InputError names the row and the column, never what stands there."""
    rows = list(rows)
    names = list(names) or list(dict.fromkeys(name for row in rows for name in row))
    for name in names:
        if name not in KNOWN:
            hint = nearest(name, KNOWN) or f"the columns are {', '.join(KNOWN)}"
            raise InputError("there is no such column in a table of strata", where=f"{where}, {name[:60]}", hint=hint)
    for name in NEEDED:
        if name not in names:
            raise InputError(f"the column {name!r} is missing", where=where, hint=f"it has {' and '.join(NEEDED)}")
    if not rows:
        raise InputError("the table of strata is empty", where=where)
    found = tuple(_stratum(row, f"{where}, row {number}") for number, row in enumerate(rows, start=1))
    if len({(stratum.group, stratum.name) for stratum in found}) < len(found):
        raise InputError("a stratum stands there twice", where=where)
    return found


def _stratum(row: Mapping[str, object], where: str) -> Stratum:
    rate = _number(row, "rate", where)
    reviewed, events = (_whole(row, name, where) for name in ("reviewed", "events"))
    if (reviewed is None) != (events is None) or (rate is not None and reviewed is not None):
        raise InputError("give rate, or both reviewed and events", where=where)
    cases = _whole(row, "cases", where)
    if not cases:
        raise InputError("cases is a whole number above zero", where=f"{where}, cases")
    if reviewed is not None and events is not None:
        if not events <= reviewed <= cases:
            raise InputError("events are among the reviewed, and these among the cases", where=where)
        rate = (events + 1) / (reviewed + 2)
    if rate is not None and not 0 <= rate <= 1:
        raise InputError("a rate lies between 0 and 1", where=f"{where}, rate", hint="85 % is 0.85")
    group = str(row.get("group") or "").strip() or None
    return Stratum(str(row.get("stratum") or "").strip(), cases, rate, group)


def _number(row: Mapping[str, object], name: str, where: str) -> float | None:
    text = str("" if row.get(name) is None else row[name]).strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError("this is not a number", where=f"{where}, {name}", hint="without separators: 12000") from None


def _whole(row: Mapping[str, object], name: str, where: str) -> int | None:
    number = _number(row, name, where)
    if number is None:
        return None
    if not 0 <= number < 2**53 or number != int(number):
        raise InputError("this is not a whole number", where=f"{where}, {name}")
    return int(number)
