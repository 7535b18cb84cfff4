"""The numbers that would be shown of a search log, as sums over the cells that left the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.search_log.measures import REASONS
from counterproof.audits.search_log.options import Rule, SearchLogOptions
from counterproof.counts import Cells, CountRow, CountTable, RowSum, Scalar
from counterproof.reductions.search_log import COLUMNS, IMMIGRATION, STATES

__all__ = ["BY", "SPLITS", "checks", "everybody", "files", "published", "split", "states"]

Mask = NDArray[np.bool_]

SPLITS = ("agency", "month", "offence")
BY = "by_{}"
_TOTAL = 1000.0
"""What all searches together are worth, against one label of a split."""
_TEN = 10

_BLANK = ("empty", "placeholder")
_NO_PURPOSE = ("empty", "placeholder", "vague", "case_number_only")


def split(options: SearchLogOptions, by: str, cells: Cells, floor: int) -> Iterator[RowSum]:
    """Searches of everybody and of every label that has a name.

    Hours are never told by month: of an agency with one officer, the hour and the month are a person's.
    """
    everything = np.ones(len(cells.n), dtype=bool)
    classes = _classes(cells)
    for name, mask in {"searches": everything, **classes}.items():
        yield RowSum("overall", {}, {"of": name}, {"n": mask}, _TOTAL, part=name)
    yield from _terms(options, cells)
    rows = cells.sums["rows"]
    yield RowSum("volume", {}, {}, {"searches": everything}, _TOTAL, {"rows": int(rows.sum())}, part="rows")
    yield from _networks({}, everything, cells, "everybody", _TOTAL)
    left_out = ("off", "office") if by == "month" else ()
    shown = {name: mask for name, mask in classes.items() if name not in left_out}
    labels = cells.column(by)
    rest = everything.copy()
    for label in [label for label in cells.values(by) if label is not None]:
        mine = np.array([entry == label for entry in labels], dtype=bool)
        if by == "offence" and int(cells.n[mine].sum()) < floor:
            continue  # a term of the vocabulary is text, and shown only where enough searches have it
        rest &= ~mine
        counts = {"searches": mine, **{name: mine & mask for name, mask in shown.items()}}
        yield RowSum(BY.format(by), {by: label}, {}, counts)
        yield RowSum("volume", {by: label}, {}, {"searches": mine}, 1.0, {"rows": int(rows[mine].sum())})
        yield from _networks({by: label}, mine, cells, "median", 1.0)
    for name, mask in {"searches": everything, **shown}.items():
        yield RowSum("secret", {}, {"of": name}, {"rest": rest & mask}, 0.0, secret=True)  # total less all labels
    if by == "agency":
        yield from _top_ten(cells)
    if by == "month":
        yield from _rules(options, cells, classes)


def everybody(shown: Mapping[str, CountTable], table: str = "overall") -> CountRow | None:
    """The counts of all searches, which are shown or withheld one by one, as one row."""
    found = {str(row.at["of"]): row["n"] for row in shown.get(table, ())}
    return CountRow({}, {}, found) if found else None


def _classes(cells: Cells) -> dict[str, Mask]:
    """Measure -> searches that it counts, and those of which it cannot tell."""
    reason, reach, hours = (cells.column(name) for name in ("reason", "reach", "hours"))
    found = {measure: _is(reason, kind) for measure, kind in REASONS.items() if measure != "immigration_reason_floor"}
    found["immigration_reason_floor"] = _starts(reason, IMMIGRATION)
    found |= {"out_of_state": _is(reach, "away"), "federal": _is(reach, "federal")}
    found |= {"no_organisation": _is(reach, None), "reach_unknown": _is(reach, None) | _is(reach, "somewhere")}
    return found | {"off": _is(hours, "off"), "office": _is(hours, "office")}


def _terms(options: SearchLogOptions, cells: Cells) -> Iterator[RowSum]:
    """Searches by the term of the immigration lexicon that marks their reason."""
    reason = cells.column("reason")
    for place, term in enumerate(options.declared.lexicon.immigration):
        mask = _is(reason, f"{IMMIGRATION} {place}")
        if mask.any():
            yield RowSum("terms", {"lexicon": term.name}, {}, {"searches": mask}, _TOTAL)


def _networks(group: Mapping[str, str | None], mine: Mask, cells: Cells, name: str, worth: float) -> Iterator[RowSum]:
    """The median of the networks searched, beside the searches of which the number is known."""
    known = mine & _is(cells.column("networks"), "known")
    medians = [median for median in cells.sums[name][known].tolist() if median is not None]
    sums = {"twice_median": medians[0]} if medians else {}
    yield RowSum("networks", group, {}, {"known": known}, worth, sums, part="networks")


def _top_ten(cells: Cells) -> Iterator[RowSum]:
    """The ten largest agencies together, where ten can be named."""
    labels = cells.column("agency")
    sizes = {label: int(cells.n[_is(labels, label)].sum()) for label in cells.values("agency") if label is not None}
    largest = sorted(sizes, key=lambda label: (-sizes[label], label))[:_TEN]
    if len(largest) == _TEN:
        mask = np.array([label in largest for label in labels], dtype=bool)
        yield RowSum(
            "top_ten", {}, {}, {"top_ten": mask, "searches": np.ones(len(cells.n), dtype=bool)}, _TOTAL, part="top ten"
        )


def _rules(options: SearchLogOptions, cells: Cells, classes: Mapping[str, Mask]) -> Iterator[RowSum]:
    """Searches that a rule speaks of, from the month in which it came into force; those without a date are counted."""
    months, reason = cells.column("month"), cells.column("reason")
    for rule in options.chosen_rules:
        if rule.test == "record":
            continue
        since = rule.from_.strftime("%Y-%m") if rule.from_ else ""
        in_force = np.array([month is None or month >= since for month in months], dtype=bool)
        barred = _barred(rule, reason, classes) & in_force
        unknown = classes["reach_unknown"] & in_force if rule.test == "reach" else np.zeros(len(months), dtype=bool)
        counts = {"searches": in_force, "barred": barred, "unknown": unknown}
        yield RowSum("rules", {}, {"rule": rule.key}, counts, _TOTAL, part=rule.key)


def _barred(rule: Rule, reason: NDArray[np.object_], classes: Mapping[str, Mask]) -> Mask:
    if rule.test == "reach":
        either: Mask = classes["out_of_state"] | classes["federal"]
        return either
    if rule.test == "purpose":
        return np.array([entry in _NO_PURPOSE for entry in reason], dtype=bool)
    lists = set(rule.bars) - {IMMIGRATION}
    found = classes["immigration_reason_floor"] if IMMIGRATION in rule.bars else np.zeros(len(reason), dtype=bool)
    named = [
        lists & set(text.removeprefix("barred ").split(",")) if text.startswith("barred ") else () for text in reason
    ]
    use: Mask = np.array([bool(each) for each in named], dtype=bool) | found
    return use


def states(options: SearchLogOptions, cells: Cells) -> Iterator[RowSum]:
    """Rows by column and state, and rows that lack what a rule says a record holds."""
    everything = np.ones(len(cells.n), dtype=bool)
    yield RowSum("cell_rows", {}, {}, {"rows": everything}, _TOTAL, part="cells")
    by = {column: cells.column(column) for column in COLUMNS}
    for column in COLUMNS:
        for state in STATES:
            mask = _is(by[column], state)
            if mask.any():
                yield RowSum("cells", {"column": column, "state": state}, {}, {"rows": mask})
    for rule in (rule for rule in options.chosen_rules if rule.test == "record"):
        lacking, untold = _lacking(rule, by)
        counts = {"searches": everything, "barred": lacking, "unknown": untold}
        yield RowSum("records", {}, {"rule": rule.key}, counts, _TOTAL, part=rule.key)


def _lacking(rule: Rule, by: Mapping[str, NDArray[np.object_]]) -> tuple[Mask, Mask]:
    """Rows in which one of a rule's groups of columns is blank, and others of which a whole group is not exported.

    A masked cell is one that the record holds and the release does not show.
    """
    size = len(next(iter(by.values())))
    lacking, untold = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for group in rule.holds:
        gone = np.ones(size, dtype=bool)
        blank = np.zeros(size, dtype=bool)
        for column in group:
            blank |= np.isin(by[column].astype(str), _BLANK)
            gone &= _is(by[column], "not_exported")
        filled = ~np.logical_or.reduce([~np.isin(by[c].astype(str), (*_BLANK, "not_exported")) for c in group])
        lacking |= filled & blank
        untold |= gone
    return lacking, untold & ~lacking


def files(cells: Cells) -> Iterator[RowSum]:
    """Rows of each file, and what is odd about it."""
    labels, shifted = cells.column("file"), _is(cells.column("shifted"), "1")
    layouts = dict(zip(labels.tolist(), cells.column("layout").tolist(), strict=True))
    for label in cells.values("file"):
        mine = _is(labels, label)
        first = int(np.flatnonzero(mine)[0])
        sums = {"headers": int(cells.sums["headers"][first]), "unknown": int(cells.sums["unknown"][first])}
        at: dict[str, Scalar] = {"layout": layouts[label]}
        yield RowSum("files", {"file": label}, at, {"rows": mine}, _TOTAL)
        yield RowSum("shifted", {"file": label}, at, {"shifted": mine & shifted})
        yield RowSum("oddities", {"file": label}, at, {}, 1.0, sums)


def checks(cells: Cells) -> Iterator[RowSum]:
    """What else was seen of the searches."""
    everything = np.ones(len(cells.n), dtype=bool)
    flags = {name: _is(cells.column(name), "1") for name in cells.dimensions}
    shown = {name: flags[name] for name in ("overlap", "differs", "clash", "unkeyed", "personal")}
    for name, mask in {"searches": everything, **shown}.items():
        yield RowSum("checks", {}, {"of": name}, {"n": mask}, _TOTAL, part=f"check {name}")
    counts = {"conflict": flags["immigration"] & flags["policy"], "policy": flags["policy"]}
    yield RowSum("policy", {}, {}, counts, _TOTAL, part="policy")
    ambiguous = flags["ambiguous"]
    more = int(cells.sums["rows"][ambiguous].sum()) - int(cells.n[ambiguous].sum())
    yield RowSum("ambiguous", {}, {}, {"ambiguous": ambiguous}, _TOTAL, {"more": more}, part="ambiguous")


def published(cells: Cells) -> Iterator[RowSum]:
    """Numbers that are not about persons."""
    yield RowSum("published", {}, {}, {}, 1.0, {n: int(value[0]) for n, value in cells.sums.items()}, part="published")


def _is(column: NDArray[np.object_], value: Any) -> Mask:
    return np.array([entry == value for entry in column], dtype=bool)


def _starts(column: NDArray[np.object_], prefix: str) -> Mask:
    return np.array([entry is not None and entry.startswith(prefix) for entry in column], dtype=bool)
