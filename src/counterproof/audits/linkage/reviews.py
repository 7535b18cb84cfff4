"""Links of which some were reviewed: what is counted, and which counts would be shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from counterproof.audits.linkage.clusters import groupings
from counterproof.audits.linkage.options import LinkageOptions
from counterproof.counts import At, Cells, Group, RowSum
from counterproof.disclosure.curves import thin
from counterproof.errors import InputError
from counterproof.reductions import UNREADABLE, Apart, Category, Coded, CountBy, Dimension, Role, ScoreAxis
from counterproof.reductions.linkage import LinkReviews

__all__ = ["ALL", "apart", "count_by", "non_link_rows", "roles", "rows", "verdict"]

Mask = NDArray[np.bool_]

ALL = "all"
"""The name of the only stratum where there are none."""
BANDS = 10
MOST_UNREADABLE = 0.01


def roles(options: LinkageOptions) -> list[Role]:
    """Groups, strata, verdict, linkers, and the keys, which stay in the engine."""
    found = [Role("groups", column, "category") for column in options.groups]
    if options.stratum is not None:
        found.append(Role("stratum", options.stratum, "category"))
    if options.link_score is not None:
        found.append(Role("link_score", options.link_score, "number"))
    found.append(Role("reviewed", options.reviewed or "", "coded", options.reviewed_value))
    for key, column in (("linker", options.linker), ("other_linker", options.other_linker)):
        if column is not None:
            found.append(Role(key, column, "coded"))
    keys = (("record", options.record), ("reviewer", options.reviewer))
    return [*found, *(Role(key, column, "key") for key, column in keys if column is not None)]


def verdict(options: LinkageOptions) -> Coded:
    """What the reviews say."""
    return Coded(options.reviewed or "", options.reviewed_value)


def strata(options: LinkageOptions) -> Dimension | None:
    """The column of strata, or bands of the score."""
    if options.stratum is not None:
        return Category(options.stratum)
    return None if options.link_score is None else ScoreAxis(options.link_score, most_values=BANDS, steps=BANDS)


def _by(options: LinkageOptions) -> tuple[Dimension, ...]:
    over = strata(options)
    return (*(Category(column) for column in options.groups), *((over,) if over else ()))


def count_by(options: LinkageOptions) -> CountBy:
    """Links by group, stratum and verdict, and by who made them; rows that are reviews are counted apart."""
    if options.reviewer is not None:
        return CountBy(tuple(Category(column) for column in options.groups))
    linkers = [Coded(column) for column in (options.linker, options.other_linker) if column is not None]
    return CountBy((*_by(options), verdict(options), *linkers))


def apart(options: LinkageOptions) -> dict[str, Apart]:
    """Links by two verdicts, where rows are reviews."""
    if options.reviewer is None:
        return {}
    return {"links": LinkReviews(options.record or "", options.reviewer, verdict(options), _by(options))}


def rows(options: LinkageOptions, cells: Cells, floor: int) -> Iterator[RowSum]:
    """Links, verdicts and what was not reviewed, of every group and of every stratum within it."""
    said = cells.column(verdict(options).name if options.reviewer is None else "verdict")
    second = cells.column("second") if "second" in cells.dimensions else np.full(len(said), None, dtype=object)
    _refuse_unfit(options, cells, said)
    sides = {
        "true_links": (said == "1") & (second != "0"),
        "false_links": (said == "0") & (second != "1"),
        "disputed": ((said == "1") & (second == "0")) | ((said == "0") & (second == "1")),
    }
    masks = {name: np.array(mask, dtype=bool) for name, mask in sides.items()}
    masks["unreviewed"] = ~(masks["true_links"] | masks["false_links"] | masks["disputed"])
    masks["links"] = np.ones(len(said), dtype=bool)
    over = list(_strata(options, cells, masks, floor))
    for columns in groupings(options):
        keys = list(zip(*(cells.column(c) for c in columns), strict=True)) if columns else [()] * len(said)
        for key in sorted(set(keys), key=lambda entry: [(text is None, text or "") for text in entry]):
            inside = np.array([entry == key for entry in keys], dtype=bool)
            group = dict(zip(columns, key, strict=True))
            yield _row(cells, "links", group, {}, masks, inside)
            if len(over) > 1:
                yield from (_row(cells, "strata", group, at, masks, inside & mask) for at, mask in over)
    yield from _more(options, cells, said, second)


def _row(cells: Cells, table: str, group: Group, at: At, masks: dict[str, Mask], inside: Mask) -> RowSum:
    counts = {name: mask & inside for name, mask in masks.items()}
    worth = (4.0 if table == "links" else 1.0) * (1 + float(cells.n[inside].sum()))
    return RowSum(table, group, at, counts, worth)


def _strata(options: LinkageOptions, cells: Cells, masks: dict[str, Mask], floor: int) -> Iterator[tuple[At, Mask]]:
    """Each stratum: how it is named in ``at``, and the mask of its cells.

    Bands of the score are joined until each holds ``floor`` true and false links.
    """
    over = strata(options)
    if over is None:
        yield {"stratum": ALL}, np.ones(len(cells.keys), dtype=bool)
        return
    column = cells.column(over.name)
    labels = cells.values(over.name)
    if isinstance(over, ScoreAxis):
        rest = np.array([label in (None, UNREADABLE) for label in column], dtype=bool)
        edges = sorted(Decimal(label or 0) for label in labels if label not in (None, UNREADABLE))
        step = np.array([-1 if out else edges.index(Decimal(label)) for label, out in zip(column, rest, strict=True)])
        sides = [masks["false_links"], masks["true_links"]]
        tallies = [[int(cells.n[(step == k) & side].sum()) for side in sides] for k in range(len(edges))]
        cuts = [0, *thin(tallies, floor), len(edges)]
        for number, (first, end) in enumerate(itertools.pairwise(cuts), start=1):
            at: At = {"bin": number, "from": _plain(edges[first]), "to": _plain(edges[min(end, len(edges) - 1)])}
            yield at, (step >= first) & (step < end)
        if rest.any():
            yield {"stratum": "without a score"}, rest
        return
    for label in labels:
        yield {"stratum": label}, np.array([entry == label for entry in column], dtype=bool)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _more(
    options: LinkageOptions, cells: Cells, said: NDArray[np.object_], second: NDArray[np.object_]
) -> Iterator[RowSum]:
    """Two reviewers, two linkers, and the state of the records."""
    if options.reviewer is not None:
        pairs = {"yes": ("1", "1"), "first": ("1", "0"), "second": ("0", "1"), "no": ("0", "0")}
        counts = {name: np.array((said == a) & (second == b), dtype=bool) for name, (a, b) in pairs.items()}
        yield RowSum("agreement", {}, {}, counts)
    if options.linker is not None and options.other_linker is not None:
        one, other = (
            cells.column(Coded(options.linker).name) == "1",
            cells.column(Coded(options.other_linker).name) == "1",
        )
        right = said == "1"
        found = {"first": right & one, "second": right & other, "both": right & one & other}
        yield RowSum("linkers", {}, {}, {name: np.array(mask, dtype=bool) for name, mask in found.items()})
    unread = np.array(said == UNREADABLE, dtype=bool)
    yield RowSum("quality", {}, {}, {"unreadable": unread})


def non_link_rows(options: LinkageOptions, cells: Cells) -> Iterator[RowSum]:
    """Reviewed pairs that were not linked, by stratum."""
    said = cells.column(verdict(options).name)
    _refuse_unfit(options, cells, said)
    masks = {"missed_links": said == "1", "rightly_apart": said == "0"}
    reviewed = np.array(masks["missed_links"] | masks["rightly_apart"], dtype=bool)
    strata_of = cells.column(options.stratum) if options.stratum in cells.dimensions else None
    labels = [ALL] if strata_of is None else cells.values(options.stratum or "")
    for label in labels:
        inside = np.ones(len(said), dtype=bool)
        if strata_of is not None:
            inside = np.array([entry == label for entry in strata_of], dtype=bool)
        counts = {name: np.array(mask & inside, dtype=bool) for name, mask in masks.items()}
        yield RowSum("non_links", {}, {"stratum": label}, {**counts, "reviewed": reviewed & inside})


def _refuse_unfit(options: LinkageOptions, cells: Cells, said: NDArray[np.object_]) -> None:
    """Refuse verdicts that are not what the plan says, rather than leave them out."""
    known = {code: int(cells.n[np.array(said == code, dtype=bool)].sum()) for code in ("1", "0", UNREADABLE)}
    if known[UNREADABLE] > MOST_UNREADABLE * sum(known.values()):
        what = f"the column {options.reviewed!r} holds values that are neither yes nor no"
        raise InputError(what, where="reviewed", hint="name the value that means that both are one with reviewed_value")
    if not known["1"] + known["0"]:
        hint = "it must say yes or no where a link was reviewed, and be blank where it was not"
        raise InputError(
            f"nothing was reviewed, as the column {options.reviewed!r} has it", where="reviewed", hint=hint
        )
    if options.reviewed_value is not None and not known["1"]:
        hint = "write it as the records do, with capitals"
        what = f"no record has this value in the column {options.reviewed!r}"
        raise InputError(what, where="reviewed_value", hint=hint)
