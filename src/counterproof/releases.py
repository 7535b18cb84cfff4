"""What changed between two releases of the same records: keys that came and went, cells that changed, in counts.

The line of this is short: open both on one engine, refuse what must not be read, count inside, protect, say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from counterproof.audits import registry
from counterproof.counts import Cells, RowSum
from counterproof.disclosure import protect
from counterproof.errors import DisclosureError, InputError, SourceError, nearest
from counterproof.plan import SAFE_FLOOR
from counterproof.reductions import Role
from counterproof.sources import connect, open_source
from counterproof.sources.identity.identifiers import check_roles, examine
from counterproof.sources.layouts import prepared

if TYPE_CHECKING:
    from counterproof.plan import SourceSpec
    from counterproof.sources.counting.releases import Releases, Side
    from counterproof.sources.source import Source

__all__ = ["CHANGES_SCHEMA", "LEAST_KEYS", "Comparison", "compare"]

CHANGES_SCHEMA = "counterproof/changes/1"
LEAST_KEYS = 1000
"""Keys that each release needs before anything about people is compared: fewer would single people out."""

MOST_LABELS, KEYS_PER_LABEL = 50, 10
"""A group column of records about people may have more labels than that only where each stands for ten keys."""

_STATUSES = ("kept", "appeared", "vanished")
Counts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What may be shown of two releases; a number is None where it is withheld.

    keys     kept, appeared and vanished keys, and those of each release: for all, and by group
    columns  column -> keys by what became of its cell (``sources.counting.releases.CHANGES``)
    checks   rows, rows without a key, and repeated keys of the older and the newer release
    """

    kind: str
    key: str
    group: str | None
    floor: int
    keys: tuple[tuple[str | None, Counts], ...]
    columns: Mapping[str, Counts]
    checks: Mapping[str, tuple[int | None, int | None]]
    own_columns: tuple[tuple[str, ...], tuple[str, ...]]
    hidden: tuple[str, ...]
    queries: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, schema ``counterproof/changes/1``."""
        return {
            "schema": CHANGES_SCHEMA,
            "kind": self.kind,
            "key": self.key,
            "group": self.group,
            "min_cell": self.floor,
            "keys": [{"group": label, **counts} for label, counts in self.keys],
            "columns": {name: dict(counts) for name, counts in self.columns.items()},
            "checks": {name: {"old": old, "new": new} for name, (old, new) in self.checks.items()},
            "only_in_old": list(self.own_columns[0]),
            "only_in_new": list(self.own_columns[1]),
            "states_only": list(self.hidden),
            "queries": [{"name": name, "sql": sql} for name, sql in self.queries],
        }


def compare(
    old: SourceSpec, new: SourceSpec, *, kind: str, key: str, group: str | None = None,
    floor: int = SAFE_FLOOR, base: Path | None = None,
) -> Comparison:  # fmt: skip
    """Compare two releases of records of a kind, row by row through ``key``.

    A kind with public layouts is compared in its own columns: two years of an inventory by ``use_case``.

    Raises InputError for a column that either lacks, a floor below 10, fewer than ``LEAST_KEYS`` keys of people on a
    side, and for a plate or another refused column as group.
    """
    people = registry.find(kind).counts_people
    if floor < SAFE_FLOOR:
        raise InputError(f"compare shows no count below {SAFE_FLOOR}", where="min_cell", hint="leave it out")
    with connect() as con:
        place = base or Path.cwd()
        with (
            open_source("old", old, base=place, con=con) as opened,
            open_source("new", new, base=place, con=con) as again,
        ):
            from counterproof.sources.counting.releases import compare as count

            older, newer = _laid_out(kind, opened, key), _laid_out(kind, again, key)
            hidden = _hidden(older, newer, key, group)
            found = count(older, newer, key, group, hidden)
    totals = _totals(found)
    if people and group is not None:
        _refuse_persons(group, {label for _, label in found.keys if label is not None}, min(totals))
    if people and min(totals) < LEAST_KEYS:
        what = f"each release needs {LEAST_KEYS:,} keys before records about people are compared"
        raise InputError(what, where=key, hint="fewer would single people out")
    return _shown(found, kind, key, group, floor if people else 1, tuple(sorted(hidden)))


def _laid_out(kind: str, source: Source, key: str) -> Source:
    """The source in the layout of its kind, so that two years' forms can be compared.

    As it is where options say its columns, or where it is in no known layout and has the key.
    """
    audit = registry.find(kind)
    try:
        options = audit.options.model_validate({"kind": kind, "source": source.name})
    except ValueError:  # the kind needs its columns named: it has no layout of its own
        return source
    try:
        return prepared(source, audit.prepare(options))
    except SourceError:
        if key in source.table.columns:
            return source
        raise


def _hidden(old: Source, new: Source, key: str, group: str | None) -> set[str]:
    """Columns that identify persons in either release; a plate cannot even be the key."""
    for side, source in (("old", old), ("new", new)):
        for role, column in (("key", key), ("group", group)):
            if column is not None and column not in source.table.columns:
                hint = nearest(column, source.table.columns)
                raise InputError(f"there is no column {column!r} in the {side} release", where=role, hint=hint)
    roles = [Role("key", key, "key"), *([Role("group", group, "category")] if group is not None else [])]
    refused: set[str] = set()
    for source in (old, new):
        judged = examine(source, {})
        check_roles(judged, roles)
        refused |= set(judged)
    return refused - {key}


def _refuse_persons(group: str, labels: set[str], keys: int) -> None:
    """A group column with nearly as many labels as keys names persons, whatever it is called."""
    if len(labels) > MOST_LABELS and len(labels) * KEYS_PER_LABEL > keys:
        what = f"the column {group!r} has more than {MOST_LABELS} different values, and more than one for every "
        what += f"{KEYS_PER_LABEL} keys: its groups would be persons"
        raise DisclosureError(what, where="group", hint="use a column with fewer values")


def _totals(found: Releases) -> tuple[int, int]:
    by = {status: sum(n for (one, _), n in found.keys.items() if one == status) for status in _STATUSES}
    return by["kept"] + by["vanished"], by["kept"] + by["appeared"]


def _shown(found: Releases, kind: str, key: str, group: str | None, floor: int, hidden: tuple[str, ...]) -> Comparison:
    keys = _keys(found, floor)
    whole = next(counts for label, counts in keys if label is _ALL)
    kept = sum(n for (status, _), n in found.keys.items() if status == "kept")
    columns = {name: _column(cells, kept, floor) for name, cells in found.columns.items()}
    sides = [_side(side, n, floor) for side, n in zip((found.old, found.new), _totals(found), strict=True)]
    checks = {name: (sides[0][name], sides[1][name]) for name in ("rows", "keyless", "repeated")}
    if whole["kept"] is None:
        columns = {}
    return Comparison(
        kind, key, group, floor,
        tuple((None if one is _ALL else one, counts) for one, counts in keys if group is not None or one is _ALL),
        columns, checks, (found.old.own_columns, found.new.own_columns), hidden,
        tuple((query.name, query.sql) for query in found.queries),
    )  # fmt: skip


_ALL = "\u0000all"


def _keys(found: Releases, floor: int) -> list[tuple[str, Counts]]:
    """Numbers of keys, in all and by group, protected together."""
    pairs = sorted(found.keys, key=lambda pair: (pair[1] is None, pair[1] or "", pair[0]))
    n = np.array([found.keys[pair] for pair in pairs], dtype=np.int64)
    cells = Cells(("status", "group"), tuple(pairs), n, int(n.sum()))
    status = cells.column("status")
    labels: dict[str, Any] = {_ALL: np.ones(len(pairs), dtype=bool)}
    for label in cells.values("group"):
        labels[label or ""] = np.array([value == label for value in cells.column("group")], dtype=bool)
    rows = [
        RowSum("keys", {"group": label}, {}, {
            "old": mask & (status != "appeared"), "new": mask & (status != "vanished"),
            **{one: mask & (status == one) for one in _STATUSES},
        })
        for label, mask in labels.items()
    ]  # fmt: skip
    return list(zip(labels, protect(cells, rows, floor=floor).shown, strict=True))


def _side(side: Side, keys: int, floor: int) -> dict[str, int | None]:
    """Rows of a release, those without a key, and keys that repeat.

    Rows are keys, rows without one, and what repeats: they are withheld where a reader who takes those away from them
    would be left with a small number.
    """
    parts = (side.keyless, side.repeated, side.rows - side.keyless - keys)
    small = any(0 < part < floor for part in parts)
    shown = {name: count if count == 0 or count >= floor else None
             for name, count in (("keyless", side.keyless), ("repeated", side.repeated))}  # fmt: skip
    return {"rows": None if small else side.rows, **shown}


def _column(counted: Mapping[str, int], kept: int, floor: int) -> Counts:
    """What became of one column's cells; small numbers and what would give them away are withheld.

    All keys of both releases are what was compared and what repeats, so those that repeat are guarded with the rest.
    """
    parts = {**counted, "uncompared": kept - sum(counted.values())}
    n = np.array(list(parts.values()), dtype=np.int64)
    cells = Cells(("change",), tuple((name,) for name in parts), n, kept)
    masks = {name: cells.where(change=name) for name in parts}
    compared = ~masks["uncompared"]
    rows = [RowSum("column", {}, {}, {**masks, "compared": compared, "kept": np.ones(len(parts), dtype=bool)})]
    shown = protect(cells, rows, floor=floor).shown[0]
    return {name: shown[name] for name in (*counted, "compared")}
