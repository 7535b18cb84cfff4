"""One row of a log in fixed columns, whatever its layout: an expression over a group's view.

Every cell of 20 million rows is looked at here: none is trimmed, and what few rows need is asked of those only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.reductions.search_log import COLUMNS
from counterproof.sources.layouts.search_log import states
from counterproof.sources.layouts.search_log.engine import hashed, quotient, reads_time

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.layouts.search_log.files import Group

__all__ = ["BLANK", "BY_ID", "BY_SECOND", "HEADER", "LATER", "SEARCH", "SHIFTED", "UNKEYED", "normalised"]

SEARCH, HEADER, SHIFTED, BLANK = range(4)
"""What a row is: a search, the row of names again, a search whose cells stand in other columns, nothing."""

UNKEYED, BY_ID, BY_SECOND = range(3)
"""By what a search is told from another."""

LATER = ("agency", "reason", "offence")
"""Columns whose cells are kept as text, so that their state is told once for each different text."""

_REACH = 3
"""So many columns to either side, a time is looked for where the column of times has none."""
_ID = "^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F-]{12,}$"
_TIME = "^ *[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? +[0-9]{1,2}:[0-9]{2}:[0-9]{2}|^ *[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:"


def normalised(raw: Table, group: Group, log: SearchLog, layout: int) -> Table:
    """The columns of the log:

    file, layout  numbers
    row           ``SEARCH``, ``HEADER``, ``SHIFTED`` or ``BLANK``
    kind, key     by what the search is told from another, and a hash of it
    second, day   UTC second since 1970; or the day alone, since 1970, where there is no time of day
    networks      how many networks were searched
    org, reason, offence   text; only for grouping inside the engine
    states        the states of all columns, packed; those of the columns in ``LATER`` are told later if they are values
    """
    rows = _placed(raw, group)
    written = [rows[column] for column in ("date", "time") if column in rows.columns]
    rows = rows.mutate(second=_second(written, log))
    rows = rows.mutate(day=_day(rows, written, log))
    rows = rows.mutate(untimed=rows.second.isnull() & rows.day.isnull())
    rows = rows.mutate(there=_there(rows, group, log))
    rows = rows.mutate(row=_row(rows, group, log))
    shifted = rows.row == SHIFTED
    out = rows.select(
        file=rows.file.cast("int16"),
        layout=ibis.literal(layout).cast("int16"),
        row=rows.row.cast("int8"),
        second=ibis.ifelse(shifted, rows.there, rows.second),
        day=rows.day,
        networks=_unless(shifted, rows, "networks", _whole),
        org=_unless(shifted, rows, "agency", lambda cells: cells.nullif("")),
        reason=_unless(shifted, rows, "reason", lambda cells: cells.nullif("")),
        offence=_unless(shifted, rows, "offence", lambda cells: cells.nullif("")),
        states=ibis.ifelse(shifted, _everywhere(states.NOT_EXPORTED), _states(rows, log)),
        id=_id(rows, group, log),
        frame=_unless(shifted, rows, "time_frame", lambda cells: cells),
    )
    if log.agency is not None:
        out = out.mutate(org=ibis.ifelse(out.row == SEARCH, out.org.fill_null(log.agency), out.org))
    return _keyed(out)


def _placed(raw: Table, group: Group) -> Table:
    """Our columns that the layout has, and beside them the view's own."""
    found = {column: group.cell(raw, column) for column in (*COLUMNS, "date")}
    texts = {column: cells.cast("string") for column, cells in found.items() if cells is not None}
    return raw.select(file=raw.file, **{f"at{n}": raw[name] for n, name in enumerate(group.columns)}, **texts)


def _keyed(rows: Table) -> Table:
    """Add what tells one search from another: its id, or organisation, second, networks and time frame together."""
    together = ibis.literal("")
    for part in (rows.org.lower(), rows.second.cast("string"), rows.networks.cast("string"), rows.frame):
        together = together + "|" + part.fill_null("")
    told = rows.second.notnull() & (rows.org.notnull() | rows.networks.notnull()) & (rows.row == SEARCH)
    kind = ibis.cases((rows.id.notnull(), BY_ID), (told, BY_SECOND), else_=UNKEYED)
    key = ibis.cases((rows.id.notnull(), hashed(rows.id)), (told, hashed(together)), else_=ibis.null("uint64"))
    return rows.mutate(kind=kind.cast("int8"), key=key).drop("id", "frame")


def _second(written: list[Any], log: SearchLog) -> Any:
    """The UTC second; a date and a time of day may stand in two columns."""
    if not written:
        return ibis.null("int64")
    return reads_time(written[0] if len(written) == 1 else written[0] + " " + written[1], log.layouts.seconds)


def _day(rows: Table, written: list[Any], log: SearchLog) -> Any:
    """The day, where no time of day is given."""
    if not written:
        return ibis.null("int64")
    day = quotient(reads_time(written[0], log.layouts.days), 86_400)
    return ibis.ifelse(rows.second.isnull(), day, ibis.null("int64"))


def _there(rows: Table, group: Group, log: SearchLog) -> Any:
    """The first time to the second in the columns beside the column of times, for rows that have none in it."""
    own = {group.found.places[column] for column in ("time", "date") if column in group.found.places}
    if not own:
        return ibis.null("int64")
    near = {at + step for at in own for step in range(-_REACH, _REACH + 1)} - own
    at = sorted((n for n in near if 0 <= n < len(group.columns)), key=lambda n: min(abs(n - each) for each in own))
    cells = [rows[f"at{n}"].cast("string") for n in at]
    # A time frame is two times, in two lines.
    one = [(cell.re_search(_TIME) & ~cell.contains("\n") & (cell.length() <= 30), cell) for cell in cells]
    found = ibis.cases(*one, else_=ibis.null("string")) if one else ibis.null("string")
    return ibis.ifelse(rows.untimed, reads_time(found, log.layouts.seconds), ibis.null("int64"))


def _row(rows: Table, group: Group, log: SearchLog) -> Any:
    """What each row is. Only rows without a readable time are looked at closely."""
    present = [rows[column] for column in (*COLUMNS, "date") if column in rows.columns]
    blank = reduce(and_, [cell.isnull() | (cell.strip() == "") for cell in present])
    beyond = [rows[f"at{n}"].cast("string") for n, name in enumerate(group.columns) if name.startswith("x")]
    closely = ibis.cases(
        (_names_again(rows, group, log), HEADER), (blank, BLANK), (rows.there.notnull(), SHIFTED), else_=SEARCH
    )
    cases = [(rows.untimed, closely)]
    if beyond:
        cases.append((reduce(or_, [cell.notnull() & (cell.strip() != "") for cell in beyond]), SHIFTED))
    return ibis.cases(*cases, else_=SEARCH)


def _names_again(rows: Table, group: Group, log: SearchLog) -> Any:
    """Whether two of the cells that every header has hold their own names."""
    spelled = dict(log.layouts.headers)
    seen = ibis.literal(0)
    for column in ("time", "date", "networks", "reason", "agency", "id"):
        if column in rows.columns:
            names = {group.found.names.get(column, column).lower(), *spelled.get(column, ())}
            seen = seen + ibis.ifelse(_is_one_of(rows[column], names), 1, 0)
    return seen >= 2


def _is_one_of(cells: Any, names: Iterable[str]) -> Any:
    """Whether a cell is one of these texts. (A long list in ``isin`` becomes a join, which asks every row.)"""
    low = cells.strip().lower()
    return reduce(or_, [low == name for name in sorted(names)])


def _whole(cells: Any) -> Any:
    """A whole number of networks or devices."""
    return ibis.coalesce(cells.try_cast("int32"), cells.replace(",", "").try_cast("int32"))


def _unless(shifted: Any, rows: Table, column: str, read: Any) -> Any:
    """A column of rows whose cells stand where the header says."""
    if column not in rows.columns:
        return ibis.null("int32" if column == "networks" else "string")
    value = read(rows[column])
    return ibis.ifelse(shifted, ibis.null(value.type()), value)


def _id(rows: Table, group: Group, log: SearchLog) -> Any:
    """The search's id; of a shifted row only what is an id by its look."""
    if "id" not in rows.columns:
        return ibis.null("string")
    told = ibis.ifelse(rows.id.length() > states.LONG, states.VALUE, states.state_of(rows.id, log.lexicon))
    at = group.found.places["id"]
    near = [rows[f"at{n}"].cast("string").strip() for n in (at, at + 1, at - 1) if 0 <= n < len(group.columns)]
    looks = ibis.cases(*((cell.re_search(_ID), cell) for cell in near), else_=ibis.null("string"))
    own = ibis.ifelse(told == states.VALUE, rows.id, ibis.null("string"))
    return ibis.ifelse(rows.row == SHIFTED, looks, own)


def _states(rows: Table, log: SearchLog) -> Any:
    return states.packed([_state(rows, column, log) for column in COLUMNS])


def _state(rows: Table, column: str, log: SearchLog) -> Any:
    """A column's state; what was read as a number or a time is a value, which saves a look."""
    if column in log.withheld:
        return ibis.literal(states.WITHHELD)
    name = "date" if column == "time" and "time" not in rows.columns else column
    if name not in rows.columns:
        return ibis.literal(states.NOT_EXPORTED)
    cells = rows[name]
    if column in LATER:
        return ibis.ifelse(cells.isnull() | (cells == ""), states.EMPTY, states.VALUE)
    if column == "time":
        return ibis.ifelse(rows.untimed, states.state_of(cells, log.lexicon), states.VALUE)
    if column in ("networks", "devices"):
        return ibis.ifelse(_whole(cells).notnull(), states.VALUE, states.state_of(cells, log.lexicon))
    if column in ("id", "time_frame"):
        return ibis.ifelse(cells.length() > states.LONG, states.VALUE, states.state_of(cells, log.lexicon))
    return states.state_of(cells, log.lexicon)


def _everywhere(state: int) -> Any:
    return ibis.literal(sum(state << states.BITS * place for place in range(len(COLUMNS)))).cast("int64")
