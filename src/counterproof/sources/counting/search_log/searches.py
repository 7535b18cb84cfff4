"""Unique searches: the rows of a log, each search once, as counts by everything that any reduction splits them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.reductions.search_log import COLUMNS, NAMED_FROM, NAMED_MOST
from counterproof.sources.counting.search_log import words
from counterproof.sources.counting.search_log.zones import zone
from counterproof.sources.layouts.search_log.normalise import BY_ID, BY_SECOND, SEARCH, SHIFTED, UNKEYED
from counterproof.sources.layouts.search_log.states import BITS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from counterproof.reductions.search_log import SearchLog
    from counterproof.sources.counting.session import Session

__all__ = ["Searches", "searches"]

_WHAT, _OFFENCE, _PERSONAL, _BARRED, _KIND, _TEXT, _FILE = 0, 8, 16, 17, 24, 26, 50
"""Bits of a reason's class, offence, personal data and lexicons, and of what tells its search from another; above these
its place in text order, and its file."""
_FLAGS = ("overlap", "differs", "ambiguous", "clash", "unkeyed")
_NO_HOURS = 2
_SHIFT = BITS * COLUMNS.index("reason")


@dataclass(frozen=True, slots=True)
class Searches:
    """What is kept inside the engine.

    log       rows that are searches, with the dictionaries' columns
    joint     unique searches: agency, month, what, offence, personal, barred, hours, networks, overlap, differs,
              ambiguous, clash, unkeyed; ``n`` searches, ``rows`` of the log
    agencies  one row an agency: ``place`` in text order, ``agency``, ``reach``, ``n``, ``named``
    """

    log: Table
    joint: Table
    agencies: Table


def searches(session: Session, declared: SearchLog) -> Searches:
    """Count the searches of the log once; later reductions get the same tables."""
    if declared not in session.memory:
        session.memory[declared] = _searches(session, declared)
    known: Searches = session.memory[declared]
    return known


def _searches(session: Session, declared: SearchLog) -> Searches:
    log = session.source.tables["log"]
    log = log.filter((log.row == SEARCH) | (log.row == SHIFTED))
    known = words.vocabulary(session, declared.lexicon)
    orgs = session.keep("organisations", words.agencies(log, declared, known))
    names = session.keep("agencies", _names(orgs))
    reasons = session.keep("reasons", words.reasons(log, declared, known))
    listed = session.keep("offences", words.offences(log, declared, known))
    orgs = orgs.left_join(names, orgs.agency == names.agency).select(orgs.org, org_state=orgs.state, agency=names.place)
    told = log.left_join(orgs, log.org == orgs.org).select(log, orgs.org_state, orgs.agency)
    told = told.left_join(reasons, told.reason == reasons.reason).select(
        told,
        reasons.code,
        reasons.what,
        reasons.personal,
        reasons.barred,
        meant=reasons.offence,
        reason_state=reasons.state,
    )
    told = told.left_join(listed, told.offence == listed.offence).select(told, listed.place, offence_state=listed.state)
    joint = session.keep("searches", _joint(session, told, declared))
    sized = session.keep("searches by agency", _sized(names, joint))
    return Searches(told, joint, sized)


def _names(orgs: Table) -> Table:
    """Agencies under their names: tags aside, the same name is the same agency, federal if any spelling says so."""
    named = orgs.filter(orgs.agency.notnull()).group_by("agency").agg(reach=orgs.reach.max())
    return named.mutate(place=ibis.row_number().over(order_by=named.agency).cast("int32"))


def _sized(names: Table, joint: Table) -> Table:
    """Agencies with their searches, and which may be named: the largest of those that are large enough."""
    sizes = joint.group_by("agency").agg(n=joint.n.sum().cast("int64"))
    known = names.join(sizes, names.place == sizes.agency).select(names, sizes.n)
    order = ibis.row_number().over(order_by=[known.n.desc(), known.agency])
    return known.mutate(named=(known.n >= NAMED_FROM) & (order < NAMED_MOST))


def _joint(session: Session, rows: Table, declared: SearchLog) -> Table:
    """Unique searches by what they are split by, as counts. They are grouped by few whole numbers, told apart after."""
    several = sum(one.found.kind == "log" for one in session.source.tables["logs"]) > 1
    each = _once(_packed(rows), several=several)
    each = each.mutate(kind=_bits(each.first, _KIND, 2))
    flags = {
        "ambiguous": (each.kind == BY_SECOND) & (each.rows > 1),
        "clash": (each.kind == BY_ID) & (each.first_time != each.last_time).fill_null(False),
        "unkeyed": each.kind == UNKEYED,
    }
    if several:
        flags["overlap"] = each.first_file != each.last_file
        flags["differs"] = flags["overlap"] & (each.first_text != each.last_text).fill_null(False)
    local = zone(session, each, declared)
    told = each.first & (1 << _KIND) - 1
    for place, name in enumerate(_FLAGS):
        if name in flags:
            told = told + flags[name].cast("int64") * (1 << _KIND + place)
    local = local.mutate(told=told, hours=local.hours.fill_null(_NO_HOURS))
    by = ("agency", "month", "networks", "hours", "told")
    counts = local.group_by(*by).agg(n=local.count().cast("int64"), rows=local.rows.sum().cast("int64"))
    return counts.select(
        "agency", "month", "networks", "n", "rows",
        hours=counts.hours.nullif(_NO_HOURS),
        what=_bits(counts.told, _WHAT, 8),
        offence=_bits(counts.told, _OFFENCE, 8),
        personal=_bits(counts.told, _PERSONAL, 1),
        barred=_bits(counts.told, _BARRED, 7),
        **{name: _bits(counts.told, _KIND + place, 1) == 1 for place, name in enumerate(_FLAGS)},
    )  # fmt: skip


def _packed(rows: Table) -> Table:
    """Rows with what is to be known of their search in few whole numbers.

    text  file, place of the reason in text order, and what the reason is: the least of a search's rows is that of the
          first file
    time  twice the second, and one more if it is a time of day
    """
    state = rows.states >> _SHIFT & (1 << BITS) - 1
    what = rows.what.fill_null(state)
    offence = ibis.coalesce(rows.place, rows.meant) + 1
    packed = (
        rows.file.cast("int64") * (1 << _FILE)
        + (rows.code.fill_null(0) + 1) * (1 << _TEXT)
        + rows.barred.fill_null(0) * (1 << _BARRED)
        + rows.personal.fill_null(0) * (1 << _PERSONAL)
        + rows.kind.cast("int64") * (1 << _KIND)
        + offence.fill_null(0) * (1 << _OFFENCE)
        + what
    )
    time = ibis.coalesce(rows.second * 2 + 1, rows.day * (2 * 86_400))
    said = ibis.ifelse(what >= words.FIRST_VALUE, rows.code, None)
    return rows.select("key", "file", "agency", "networks", text=packed, time=time, said=said)


def _once(rows: Table, *, several: bool) -> Table:
    """One row a search: rows with a key together, each of the others by itself.

    ``several`` files: which is the first and the last that it stands in, and whether their reasons differ.
    """
    keyed, alone = rows.filter(rows.key.notnull()), rows.filter(rows.key.isnull())
    found = {
        "first": keyed.text.min(), "agency": keyed.agency.min(), "networks": keyed.networks.max(),
        "first_time": keyed.time.min(), "last_time": keyed.time.max(),
    }  # fmt: skip
    single = {
        "first": alone.text, "agency": alone.agency, "networks": alone.networks,
        "first_time": alone.time, "last_time": alone.time,
    }  # fmt: skip
    if several:
        found |= {"first_file": keyed.file.min(), "last_file": keyed.file.max()}
        found |= {"first_text": keyed.said.min(), "last_text": keyed.said.max()}
        single |= {"first_file": alone.file, "last_file": alone.file}
        single |= {"first_text": alone.said, "last_text": alone.said}
    together = keyed.group_by("key").agg(rows=keyed.count().cast("int64"), **found)
    return together.drop("key").union(alone.select(rows=ibis.literal(1).cast("int64"), **single))


def _bits(packed: Any, at: int, bits: int) -> Any:
    return (packed >> at & (1 << bits) - 1).cast("int16")
