"""A published table of counts: the range that each cell stands for, and what totals leave over beside their parts.

A number v that was rounded to the nearest multiple of b stands for v − b/2 … v + b/2 and never less than 0; which way
ties go is not known, so both ends are in. A hidden one stands for 0 … k − 1 and adds nothing to the counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from counterproof.errors import InputError, PlanError, Problem, nearest
from counterproof.reductions.published import BLANK
from counterproof.sources.counting import cast

if TYPE_CHECKING:
    from ibis.expr.types import Column, Table

    from counterproof.reductions.published import Published
    from counterproof.sources.source import Source

__all__ = ["prepare"]

N, LEAST, GREATEST, HIDDEN = "n", "least", "greatest", "hidden"
_USUAL = r"^([<≤] *[0-9]+|[*]+)$"
_BELOW = r"^[<] *[0-9]+$"


def prepare(source: Source, declaration: Published) -> Source:
    """The table with whole counts and their ranges; where there are totals, one row a cell.

    Raises PlanError for a count column that is not there, InputError for cells that the declaration does not fit,
    and where parts add up to more than their total.
    """
    if declaration.count not in source.table.columns:
        hint = nearest(declaration.count, source.table.columns)
        raise PlanError([Problem(f"there is no column {declaration.count!r}", "count", hint)])
    _refuse_unfit(source, declaration)
    table = _ranged(source.table, declaration)
    if declaration.total:
        table = _parted(source, table, declaration)
    return replace(source, table=table)


def _hidden(cells: Column, declaration: Published) -> Column:
    """Which cells hide a small count."""
    if declaration.suppressed_below is None:
        return ibis.literal(False)
    marks = declaration.suppressed_as
    if not cells.type().is_string():
        return cast.missing(cells) if BLANK in marks else ibis.literal(False)
    text = cells.strip()
    marked = text.isin([mark for mark in marks if mark != BLANK]) if marks else text.re_search(_USUAL)
    blank = cast.missing(cells) if BLANK in marks else ibis.literal(False)
    return marked.fill_null(False) | blank


def _refuse_unfit(source: Source, declaration: Published) -> None:
    """Count the cells that are neither counts nor marks, or no multiples; never say which."""
    cells = source.table[declaration.count]
    hidden, value = _hidden(cells, declaration), cast.number(cells)
    odd = value.isnull() | (value < 0) | (value != value.floor()) if not value.type().is_integer() else value.isnull()
    troubles = {"odd": odd.fill_null(True) & ~hidden}
    if declaration.rounded_to:
        troubles["uneven"] = ~hidden & ((value % declaration.rounded_to) != 0).fill_null(False)
    if cells.type().is_string() and declaration.suppressed_below:
        told = ibis.ifelse(cells.strip().re_search(_BELOW), cells.re_extract(r"([0-9]+)", 1), ibis.null("string"))
        troubles["other"] = hidden & (told.cast("int64") != declaration.suppressed_below).fill_null(False)
    counted = source.table.agg(**{name: cast.one(trouble).sum() for name, trouble in troubles.items()})
    found = {name: number for name, number in source.fetch(counted).to_pylist()[0].items() if number}
    column = f"the column {declaration.count!r}"
    if "odd" in found:
        hint = "say what stands in the place of small counts with suppressed_as, and below which with suppressed_below"
        raise InputError(f"{found['odd']} of the cells of {column} hold no count", where="count", hint=hint)
    if "uneven" in found:
        what = f"{found['uneven']} of the numbers in {column} are no multiples of {declaration.rounded_to}"
        raise InputError(what, where="rounded_to", hint="leave it out if the table is not rounded")
    if "other" in found:
        what = f"{found['other']} of the cells of {column} say that they hide counts below another number"
        raise InputError(what, where="suppressed_below", hint="give the number that the table gives")


def _ranged(table: Table, declaration: Published) -> Table:
    """The count as a whole number, 0 where it is hidden, with the least and greatest that it may stand for."""
    cells = table[declaration.count]
    hidden = _hidden(cells, declaration)
    value = ibis.ifelse(hidden, 0, cast.number(cells)).cast("int64")
    reach = declaration.reach
    ends = {
        declaration.ranges[0].column: ibis.ifelse(hidden | (value <= reach), 0, value - reach),
        declaration.ranges[1].column: ibis.ifelse(hidden, (declaration.suppressed_below or 1) - 1, value + reach),
        declaration.ranges[2].column: cast.one(hidden),
    }
    return table.mutate(**{declaration.count: value}, **{name: end.cast("int64") for name, end in ends.items()})


# ---- totals -------------------------------------------------------------------------------------------------------


def _parted(source: Source, table: Table, declaration: Published) -> Table:
    """Every total turned into what it leaves over beside its parts, one row a cell.

    First over the outcome for each flag, then over the flag for each outcome, then over both.
    """
    names = (declaration.count, *(whole.column for whole in declaration.ranges))
    cells = table.select(*declaration.by, **dict(zip((N, LEAST, GREATEST, HIDDEN), names, strict=True)))
    over_flag = _is_total(cells, declaration, declaration.flag)
    over_outcome = _is_total(cells, declaration, declaration.outcome)
    found = cells.filter(~over_flag & ~over_outcome)
    rests = []
    for totals, flag, outcome in ((~over_flag & over_outcome, False, True), (over_flag & ~over_outcome, True, False)):
        rests.append(_rest(cells.filter(totals), found, declaration, flag=flag, outcome=outcome))
    found = _stacked(found, *rests)
    both = _rest(cells.filter(over_flag & over_outcome), found, declaration, flag=True, outcome=True)
    every = _stacked(found, both)
    whole = every.group_by(list(declaration.by)).agg(**_sums(every))
    below = source.fetch(whole.agg(n=cast.one(whole[GREATEST] < 0).sum())).to_pylist()[0]["n"]
    if below:
        what = f"the parts of a total add up to more than it, {below} times"
        hint = "is a part counted twice, or rounded further than rounded_to says? where picks the rows of one breakdown"
        raise InputError(what, where="total_value", hint=hint)
    kept = {name: whole[name] for name in declaration.by}
    return whole.select(**kept, **dict(zip(names, (whole[name] for name in (N, LEAST, GREATEST, HIDDEN)), strict=True)))


def _is_total(cells: Table, declaration: Published, column: tuple[str, str] | None) -> Column:
    if column is None:
        return ibis.literal(False)
    return cells[column[0]].cast("string").strip().isin(declaration.total).fill_null(False)


def _rest(totals: Table, parts: Table, declaration: Published, *, flag: bool, outcome: bool) -> Table:
    """What totals leave over beside their parts: each end less the parts' other end. Nothing without a total."""
    label: dict[str, ibis.Value] = {}
    if flag and declaration.flag is not None:
        label[declaration.flag[0]] = ibis.literal(declaration.flag[1])
    if outcome and declaration.outcome is not None:
        text = "" if flag else declaration.outcome[1]
        label[declaration.outcome[0]] = ibis.literal(text)
    whole = totals.mutate(**label, total=ibis.literal(1))
    less = parts.mutate(**label).mutate(
        **{N: -parts[N], LEAST: -parts[GREATEST], GREATEST: -parts[LEAST]}, total=ibis.literal(0)
    )
    joined = _stacked(whole, less)
    by = list(declaration.by)
    summed = joined.group_by(by).agg(**_sums(joined), total=joined.total.sum())
    least = {name: ibis.greatest(summed[name], 0) for name in (N, LEAST)}
    return summed.filter(summed.total > 0).mutate(**least).drop("total")


def _stacked(first: Table, *others: Table) -> Table:
    """Tables with the same columns, one below the other."""
    kinds = {name: kind.copy(nullable=True) for name, kind in first.schema().items()}
    return ibis.union(*(table.select(*first.columns).cast(kinds) for table in (first, *others)))


def _sums(cells: Table) -> dict[str, ibis.Value]:
    return {name: cells[name].sum().cast("int64") for name in (N, LEAST, GREATEST, HIDDEN)}
