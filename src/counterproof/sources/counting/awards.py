"""Awards and their money, inside the engine: each transaction once, each award once, amounts in whole cents.

A transaction row repeats its award's totals, so totals are taken from the award's latest row only, and what was
obligated is the sum of the transactions where the table has transactions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.counts import Cells
from counterproof.reductions.awards import AMOUNTS, OTHERS, SOLE, AwardSums
from counterproof.sources.counting.cast import number, one

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, Column, Table

    from counterproof.sources.counting.session import Session

__all__ = ["CHECKS", "run"]

CHECKS = (
    "negative",
    "above_ceiling",
    "ceiling_and_obligated",
    "full_and_open",
    "one_offer",
    "offers_unknown",
    "incomplete",
)
"""Awards, summed like amounts: negative obligations; obligated above the ceiling, of those that state both; one offer
on full and open competition, of all of those, and those that do not say; totals that the transactions do not reach."""

WHOLE = ("rows", "repeated", "recipients", "several_names", "names", "several_keys", "nameless")
"""Counts about the whole table, which stand in its first cell only."""

_DIMENSIONS = ("split", "value", "vehicle")
_MOST_NAMES = 1000

_Row = tuple[int, ...]
_Key = tuple[str | None, ...]


def run(session: Session, reduction: AwardSums) -> Cells:
    """See ``AwardSums``."""
    actions = session.keep("transactions", _actions(session.table))
    awards = session.keep("awards", _awards(actions))
    cells: dict[_Key, _Row] = {}
    for vehicle, *sums in session.ask("awards", _summed(awards, {"vehicle": awards.vehicle})):
        cells["", None, vehicle] = tuple(map(int, sums))
    for split in reduction.by:
        table = _by_year(actions, awards) if split == "fiscal_year" else awards
        labels = {"value": table[split], "vehicle": table.vehicle}
        rows = session.ask(f"awards by {split}", _summed(table, labels))
        found: dict[_Key, _Row] = {(split, value, vehicle): tuple(map(int, sums)) for value, vehicle, *sums in rows}
        cells |= found if len(rows) < _MOST_NAMES else _with_others(split, found, cells)
    whole = dict(zip(WHOLE, map(int, session.ask("whole table", _whole(session.table, actions))[0]), strict=True))
    return _cells(cells, whole)


def _with_others(split: str, found: dict[_Key, _Row], cells: dict[_Key, _Row]) -> dict[_Key, _Row]:
    """The largest labels, and what is left of all awards in one."""
    for (_, _, vehicle), whole in [item for item in cells.items() if item[0][0] == ""]:
        mine = [row for key, row in found.items() if key[2] == vehicle]
        rest = tuple(total - sum(part) for total, *part in zip(whole, *mine, strict=True))
        found[split, OTHERS, vehicle] = rest
    return found


def _cells(cells: dict[_Key, _Row], whole: dict[str, int]) -> Cells:
    keys = sorted(cells, key=lambda key: tuple((part is None, part or "") for part in key))
    table = np.array([cells[key] for key in keys], dtype=object).reshape(len(keys), 1 + len(_names()))
    sums = {name: table[:, place] for place, name in enumerate(_names(), start=1)}
    for name, count in whole.items():
        sums[name] = np.array([count, *[0] * (len(keys) - 1)][: len(keys)], dtype=object)
    return Cells(_DIMENSIONS, tuple(keys), table[:, 0].astype(np.int64), whole["rows"], sums)


def _names() -> list[str]:
    return [f"{amount}{part}" for amount in AMOUNTS for part in ("", ".known", ".unreadable")] + list(CHECKS)


def cents(column: Column) -> Column:
    """Money as whole cents; null where blank or not an amount. Dollar signs, commas and parentheses are read."""
    bare = column.re_replace(r"[$,\s]", "")
    negative = ibis.ifelse(bare.re_search(r"^[(].*[)]$"), -1, 1)
    written = number(bare.re_replace(r"[()]", "")) * negative
    return (number(column).fill_null(written) * 100).round().cast("int64")


def _fiscal_year(table: Table) -> Column:
    """The year stated, else that of the date: October begins the next one."""
    date = table.action_date
    iso, us = r"^([0-9]{4})-([0-9]{1,2})", r"^([0-9]{1,2})/[0-9]{1,2}/([0-9]{4})"
    year = ibis.cases((date.re_search(iso), date.re_extract(iso, 1)), (date.re_search(us), date.re_extract(us, 2)))
    month = ibis.cases((date.re_search(iso), date.re_extract(iso, 2)), (date.re_search(us), date.re_extract(us, 1)))
    starts = year.cast("int64") + ibis.ifelse(month.cast("int64") >= 10, 1, 0)
    return table.fiscal_year.fill_null(starts.cast("string"))


def _actions(table: Table) -> Table:
    """One row a transaction, or an award where the table has no transactions: the latest of those that repeat.

    A sole proprietor is a person: the name gives way to the words of ``SOLE`` before anything is counted.
    """
    alone = table.alone.lower().isin(("t", "true", "y", "yes", "1")).fill_null(False)
    hidden = {name: ibis.ifelse(alone, SOLE, table[name]) for name in ("recipient", "raw_name", "recipient_key")}
    rows = table.mutate(
        fiscal_year=_fiscal_year(table), vehicle=ibis.ifelse(table.vehicle.upper() == "IDV", "1", "0"), **hidden
    )
    rows = rows.mutate(
        vehicle=rows.vehicle.fill_null("0"),
        recipient_key=rows.recipient_key.fill_null(rows.recipient),
        action_cents=cents(rows.action_obligated),
        parent=ibis.ifelse(rows.recipient == SOLE, SOLE, rows.parent.fill_null(rows.recipient)),
    )
    order = [ibis.desc(rows[name]) for name in ("modified", "action_date", *AMOUNTS, "action_obligated", "recipient")]
    first = ibis.row_number().over(ibis.window(group_by=[rows.award, rows.transaction], order_by=order))
    return rows.mutate(place=first).filter(lambda t: (t.place == 0) | t.award.isnull()).drop("place")


def _awards(actions: Table) -> Table:
    """One row an award, as its latest transaction states it, obligations added up; recipients by their usual name."""
    order = [ibis.desc(actions[name]) for name in ("action_date", "modified", "transaction")]
    place = ibis.row_number().over(ibis.window(group_by=actions.award, order_by=order))
    latest = actions.mutate(place=place).filter(lambda t: (t.place == 0) | t.award.isnull())
    added = actions.group_by(key="award").agg(
        added=lambda t: t.action_cents.sum(),
        actions=lambda t: t.action_cents.count(),
        year=lambda t: t.fiscal_year.min(),
    )  # fmt: skip
    names = _usual_names(actions)
    joined = latest.join(added, latest.award == added.key, how="left").drop("key")
    joined = joined.join(names, joined.recipient_key == names.key, how="left")
    return joined.select(**_award(joined))


def _usual_names(actions: Table) -> Table:
    """The name under which each key stands most often; the key beside it where two keys share one."""
    named = actions.filter(actions.recipient_key.notnull())
    counted = named.group_by(key="recipient_key", name=named.recipient.fill_null(named.recipient_key)).agg(
        n=lambda t: t.count()
    )
    order = [ibis.desc(counted.n), counted.name]
    place = ibis.row_number().over(ibis.window(group_by=counted.key, order_by=order))
    usual = counted.mutate(place=place).filter(lambda t: t.place == 0)
    shared = usual.mutate(keys=usual.count().over(ibis.window(group_by=usual.name)))
    return shared.select(
        key=shared.key, usual=ibis.ifelse(shared["keys"] > 1, shared.name + " (" + shared.key + ")", shared.name)
    )


def _award(t: Table) -> dict[str, Column]:
    """Columns of an award: labels, amounts in cents, and whether an amount is written but not one."""
    stated, acted = cents(t.obligated), (t.actions > 0).fill_null(False)
    money = {"obligated": ibis.ifelse(acted, t.added, stated), **{name: cents(t[name]) for name in AMOUNTS[1:]}}
    unreadable = {f"{name}_unreadable": one(t[name].notnull() & money[name].isnull()) for name in AMOUNTS}
    return {
        "award": t.award,
        "vehicle": t.vehicle,
        "recipient": t.usual,
        "parent": t.parent,
        "fiscal_year": t.year.fill_null(t.fiscal_year),
        "competition": t.competition.upper(),
        "offers": number(t.offers),
        "incomplete": acted & (stated != t.added).fill_null(False),
        "counted": ibis.literal(True),
        **money,
        **unreadable,
    }


def _by_year(actions: Table, awards: Table) -> Table:
    """Awards with what was obligated in each year that had a transaction; their states only in the first of them."""
    money = actions.filter(actions.action_cents.notnull())
    yearly = money.group_by(key="award", in_year="fiscal_year").agg(in_cents=lambda t: t.action_cents.sum())
    joined = awards.join(yearly, awards.award == yearly.key, how="left")
    year = joined.in_year.fill_null(joined.fiscal_year)
    first = (year == joined.fiscal_year).fill_null(True)
    states = {name: ibis.ifelse(first, joined[name], ibis.null("int64")) for name in AMOUNTS[1:]}
    return joined.mutate(
        fiscal_year=year, obligated=joined.in_cents.fill_null(joined.obligated), counted=first, **states
    )


def _summed(table: Table, labels: dict[str, Column]) -> Table:
    """``n`` and the sums of ``_names`` by the labels; of recipients those with the largest obligations."""
    full = table.competition.contains("FULL AND OPEN") & ~table.competition.contains("NOT")
    both = table.obligated.notnull() & table.potential_value.notnull()
    checks: dict[str, BooleanColumn] = {
        "negative": table.obligated < 0,
        "above_ceiling": both & (table.obligated > table.potential_value),
        "ceiling_and_obligated": both,
        "full_and_open": full,
        "one_offer": full & (table.offers == 1),
        "offers_unknown": full & (table.offers.isnull() | (table.offers == 0)),
        "incomplete": table.incomplete,
    }
    found: dict[str, Any] = {"n": one(table.counted).sum().cast("int64")}
    for name in AMOUNTS:
        found[name] = table[name].sum().fill_null(0).cast("int64")
        found[f"{name}_known"] = table[name].count().cast("int64")
        found[f"{name}_unreadable"] = table[f"{name}_unreadable"].sum().fill_null(0).cast("int64")
    found |= {name: one(test.fill_null(False)).sum().fill_null(0).cast("int64") for name, test in checks.items()}
    summed = table.group_by(**labels).agg(**found)
    largest = [ibis.desc(summed.obligated), ibis.desc(summed.n)]
    return summed.order_by(*largest, *(summed[name] for name in labels)).limit(_MOST_NAMES)


def _whole(table: Table, actions: Table) -> Table:
    named = actions.filter(actions.recipient_key.notnull() & actions.raw_name.notnull())
    name = named.raw_name.upper().re_replace(r"[^A-Z0-9]+", " ").strip()
    pairs = named.select(key=named.recipient_key, name=name).distinct()
    keys = pairs.group_by("key").agg(names=lambda t: t.count()).agg(
        recipients=lambda t: t.count(), several_names=lambda t: one(t.names > 1).sum()
    )  # fmt: skip
    names = pairs.group_by("name").agg(keys=lambda t: t.count()).agg(
        names=lambda t: t.count(), several_keys=lambda t: one(t["keys"] > 1).sum()
    )  # fmt: skip
    rows = table.agg(rows=lambda t: t.count())
    kept = actions.agg(kept=lambda t: t.count(), nameless=lambda t: one(t.recipient_key.isnull()).sum())
    joined = rows.cross_join(kept).cross_join(keys).cross_join(names)
    whole = joined.mutate(repeated=joined.rows - joined.kept)
    return whole.select(**{name: whole[name].fill_null(0).cast("int64") for name in WHOLE})
