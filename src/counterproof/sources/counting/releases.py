"""Two releases of the same records, key by key, inside the engine: only numbers of keys leave.

What is compared is whether a key is there, whether its cells are the same, and in which state they are. A column that
identifies persons is compared in its states only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from counterproof.sources.counting.cast import one, words
from counterproof.sources.counting.session import Query, Session
from counterproof.sources.reading.cells import MASK

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, Column, Table

    from counterproof.sources.source import Source

__all__ = ["CHANGES", "Releases", "Side", "compare"]

CHANGES = ("same", "changed", "filled", "blanked", "masked", "unmasked")
"""What can become of a cell, one of these: its value differs; was blank; became blank; was taken out; was put back."""


@dataclass(frozen=True, slots=True)
class Side:
    """One release: its rows, those without a key, its keys that stand more than once, and columns of its own."""

    rows: int
    keyless: int
    repeated: int
    own_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Releases:
    """What leaves the engine.

    keys     (status, label of the group) -> number of keys; status is "vanished", "appeared" or "kept"
    columns  column -> what became of its cell -> number of keys, of those that stand once in each release
    """

    old: Side
    new: Side
    keys: Mapping[tuple[str, str | None], int]
    columns: Mapping[str, Mapping[str, int]]
    queries: tuple[Query, ...]


def compare(old: Source, new: Source, key: str, group: str | None, hidden: Collection[str]) -> Releases:
    """Compare two sources on one engine; ``hidden`` columns in their states only."""
    session = Session(new)
    shared = [name for name in old.table.columns if name in new.table.columns and name != key]
    earlier = session.keep("older keys", _by_key(old.table, key, group, shared, "old"))
    later = session.keep("newer keys", _by_key(new.table, key, group, shared, "new"))
    joined = session.keep("both", earlier.join(later, earlier.old_key == later.new_key, how="outer"))
    status = ibis.cases((joined.new_key.isnull(), "vanished"), (joined.old_key.isnull(), "appeared"), else_="kept")
    label = ibis.ifelse(joined.new_key.isnull(), joined.old_group, joined.new_group)
    counted = joined.group_by(status=status, label=label).agg(n=lambda t: t.count().cast("int64"))
    rows = session.ask("keys", counted.order_by("status", "label"))
    return Releases(
        old=_side(session, "older", old.table, new.table, key),
        new=_side(session, "newer", new.table, old.table, key),
        keys={(status_, label_): int(n) for status_, label_, n in rows},
        columns=_columns(session, joined, shared, hidden),
        queries=tuple(session.queries),
    )


def _by_key(table: Table, key: str, group: str | None, shared: Sequence[str], side: str) -> Table:
    """One row a key: how often it stands, its group, and the text of its cells (those of any of its rows)."""
    cells = {f"c{place}": words(table[name]) for place, name in enumerate(shared)}
    label = words(table[group]) if group is not None else ibis.null("string")
    rows = table.select(key=words(table[key]), label=label, **cells)
    keyed = rows.filter(rows.key.notnull())
    found = {f"{side}_n": keyed.count(), f"{side}_group": keyed.label.max()}
    found |= {f"{side}_{name}": keyed[name].max() for name in cells}
    return keyed.group_by(**{f"{side}_key": keyed.key}).agg(**found)


def _side(session: Session, name: str, table: Table, other: Table, key: str) -> Side:
    keys = table.select(key=words(table[key]))
    often = keys.filter(keys.key.notnull()).group_by("key").agg(n=lambda t: t.count())
    repeated = often.agg(repeated=one(often.n > 1).sum())
    found = keys.agg(rows=keys.count(), keyless=one(keys.key.isnull()).sum()).cross_join(repeated)
    rows, keyless, again = session.ask(f"rows of the {name} release", found)[0]
    return Side(
        int(rows), int(keyless or 0), int(again or 0), tuple(n for n in table.columns if n not in other.columns)
    )


def _columns(
    session: Session, joined: Table, shared: Sequence[str], hidden: Collection[str]
) -> dict[str, dict[str, int]]:
    """What became of each column's cells, all columns in one query."""
    once = joined.filter((joined.old_n == 1) & (joined.new_n == 1))
    sums: dict[str, Any] = {}
    for place, name in enumerate(shared):
        became = _became(once[f"old_c{place}"], once[f"new_c{place}"], states_only=name in hidden)
        sums |= {f"{change}{place}": one(test).sum().cast("int64") for change, test in became.items()}
    if not sums:
        return {}
    found = dict(zip(sums, session.ask("cells", once.agg(**sums))[0], strict=True))
    return {
        name: {change: int(found[f"{change}{place}"] or 0) for change in CHANGES} for place, name in enumerate(shared)
    }


def _became(old: Column, new: Column, *, states_only: bool) -> dict[str, BooleanColumn]:
    was_blank, is_blank = old.isnull(), new.isnull()
    was_masked, is_masked = (cell.re_search(MASK).fill_null(False) for cell in (old, new))
    was_value, is_value = ~was_blank & ~was_masked, ~is_blank & ~is_masked
    differs = was_value & is_value & (old != new).fill_null(False)
    tests = {
        "changed": differs & ibis.literal(not states_only),
        "filled": was_blank & is_value,
        "blanked": ~was_blank & is_blank,
        "masked": ~was_masked & is_masked,
        "unmasked": was_masked & is_value,
    }
    any_change = tests["changed"] | tests["filled"] | tests["blanked"] | tests["masked"] | tests["unmasked"]
    return {"same": ~any_change, **tests}
