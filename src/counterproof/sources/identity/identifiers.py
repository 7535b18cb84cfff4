"""Which columns identify persons, judged by their names and, inside the engine, by the look of their values.

    examine(source)                 refused columns, each with its kind and a sentence why
    examine_values(column, values)  the same for the counted values of one column
    check_roles(refused, roles)     RefusedColumn where an audit asks for one as a group, score, outcome …

Only the number of different values and the number that match each pattern leave the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from counterproof.errors import Problem, RefusedColumn
from counterproof.reductions import Role
from counterproof.sources.heads import in_order
from counterproof.sources.identity import lexicon, looks, patterns
from counterproof.sources.identity.looks import Seen

__all__ = ["SAMPLE_ROWS", "Examined", "Refusal", "check_roles", "check_where", "examine", "examine_values"]

SAMPLE_ROWS = 10_000
"""Rows at the head of a table whose values are looked at; in a wide table fewer, but not fewer than a tenth."""

_CELLS = 100_000
_PLACE = 5
"""Digits of a column's place."""


class Examined(Protocol):
    """What ``examine`` needs of a ``Source``."""

    name: str
    table: Any
    con: Any

    def fetch(self, expression: Any) -> Any:
        """A ``pyarrow.Table`` from an Ibis expression."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A column that identifies persons; ``reason`` is a clause ("its name says …") without any value."""

    column: str
    kind: str
    reason: str
    by_look: bool


def examine(
    source: Examined,
    public: Mapping[str, str] = {},
    *,
    layout: str | None = None,
    columns: Collection[str] | None = None,
) -> Mapping[str, Refusal]:
    """The columns of a source that identify persons, in the table's order.

    public   column -> reason: its name is not a person's. Its look must still agree: where the values look like the
             kind that the name says, or like any other kind by themselves, it stays refused
    layout   name of the recognised public layout; in a search log ``name`` is the searcher's
    columns  look at these only; all without it

    One query over the first ``SAMPLE_ROWS`` rows, whatever the number of columns, so that the cost does not grow with
    the table; ``examine_values`` judges again what a column that was counted really holds. Raises what
    ``source.fetch`` raises.
    """
    wanted = [name for name in source.table.columns if columns is None or name in columns]
    named = {name: _kind(name, layout) for name in wanted}
    seen = _look(source, named)
    refusals = (_judge(name, named[name], seen[name], name in public) for name in wanted)
    return {refusal.column: refusal for refusal in refusals if refusal is not None}


def examine_values(
    column: str, values: Iterable[str | None], public: Collection[str] = (), *, layout: str | None = None
) -> Refusal | None:
    """Judge a counted column again by all its values, by the same rules.

    values  the values of one dimension of the finest cells; repeated, blank and missing ones do not matter
    """
    return _judge(column, _kind(column, layout), looks.seen_in(values), column in public)


def check_roles(refusals: Mapping[str, Refusal], roles: Sequence[Role]) -> None:
    """Raise RefusedColumn, with every problem at once, where a role names a refused column.

    A key (cluster, subject, record, predicted, true, key) may name one, except a plate: it is grouped, joined and
    counted inside the engine only.
    """
    problems = []
    for role in roles:
        refusal = refusals.get(role.column)
        if refusal is None or (role.kind == "key" and refusal.kind != "plate"):
            continue
        problems.append(_problem(role, refusal))
    if problems:
        error = RefusedColumn(problems[0].what, where=problems[0].where, hint=problems[0].hint)
        error.problems = tuple(problems)
        error.args = ("\n".join(str(problem) for problem in problems),)
        raise error


def check_where(where: Mapping[str, Sequence[str]], public: Collection[str] = ()) -> None:
    """Raise RefusedColumn where rows would be picked by a column that identifies persons, judged by what is named."""
    found = {column: examine_values(column, values, public) for column, values in where.items()}
    refusals = {column: refusal for column, refusal in found.items() if refusal is not None}
    check_roles(refusals, [Role("where", column, "category") for column in refusals])


def _problem(role: Role, refusal: Refusal) -> Problem:
    if refusal.by_look and lexicon.kind_of_name(refusal.column) is None:
        hint = "leave the column out, or give it a name that says what it holds if these are codes of things"
    elif refusal.kind == "plate":
        hint = "a plate is not read for any role: leave the column out"
    elif refusal.by_look:
        hint = "leave the column out; declaring it public does not help while its values look like that"
    else:
        hint = f"if it is not a person's, declare in the plan: public: {{{refusal.column}: why it is not}}"
    what = f"column {refusal.column!r} identifies persons and cannot be used as {role.key}: {refusal.reason}"
    return Problem(what, where=role.key, hint=hint)


def _kind(name: str, layout: str | None) -> str | None:
    kind = lexicon.kind_of_name(name)
    search_log = layout is not None and layout.startswith("search")
    return "officer" if kind == "name" and search_log else kind


def _judge(column: str, kind: str | None, seen: Seen, public: bool) -> Refusal | None:
    stays = "; declaring it public does not change that" if public else ""
    alone = seen.alone(lexicon.words_of(column))
    if alone is not None:
        look = looks.ALONE[alone]
        agrees = kind is not None and alone in looks.OWN[kind]
        name = f"says {lexicon.KINDS[kind]}" if kind else "does not say so"
        reason = f"{_per_cent(seen.share(alone))} of its values look like {look.says}, "
        reason += f"{'and' if agrees else 'though'} its name {name}{stays}"
        return Refusal(column, kind if kind and agrees else look.kind, reason, by_look=True)
    if kind is None or seen.against(kind):
        return None
    share = seen.own(kind)
    shown = share >= looks.SHOWN
    if public and not shown:
        return None
    reason = f"its name says {lexicon.KINDS[kind]} and "
    if shown:
        reason += f"the {'type' if seen.typed == 'date' else f'look of {_per_cent(share)} of its values'} agrees{stays}"
    else:
        reason += "the look of its values does not speak against it" if seen.values else "no value speaks against it"
    return Refusal(column, kind, reason, by_look=shown)


def _per_cent(share: float) -> str:
    return f"{round(100 * share)} %"


def _look(source: Examined, named: Mapping[str, str | None]) -> dict[str, Seen]:
    """What was seen of each column; ``named`` gives the kind that its name says."""
    schema = source.table.schema()
    typed = {name: _typed(schema[name]) for name in named}
    seen = {name: Seen(0, {}, typed=typed[name]) for name in named}
    # A number does not look like a person by itself: too many kinds of numbers have nine digits.
    asked = [name for name in named if typed[name] == "text" or (typed[name] == "number" and named[name])]
    if asked:
        with in_order(source.con):
            found = source.fetch(_measures(source.table, asked)).to_pylist()
        for row in found:
            name = asked[int(row["position"])]
            seen[name] = Seen(row["values"], row, row["letters"], typed[name])
    return seen


def _typed(kind: Any) -> str:
    if kind.is_boolean():
        return "boolean"
    if kind.is_numeric():
        return "number"
    if kind.is_date() or kind.is_timestamp():
        return "date"
    return "text" if kind.is_string() or kind.is_json() or kind.is_inet() or kind.is_macaddr() else "other"


def _measures(table: Any, asked: Sequence[str]) -> Any:
    """One row a column: its position, its different values, and how many of them match each measure."""
    import ibis

    head = table.limit(min(SAMPLE_ROWS, max(SAMPLE_ROWS // 10, _CELLS // len(asked))))
    # each value wears the place of its column, which costs an engine less than to number the elements of a list
    placed = ibis.array([ibis.literal(f"{at:0{_PLACE}}") + _text(head[name]) for at, name in enumerate(asked)])
    cells = head.select(cell=placed.unnest()).distinct()
    cells = cells.filter(cells.cell.notnull())
    value = cells.cell.substr(_PLACE)
    # null, and not filtered out: an engine would move a filter down to every row, where the pattern costs more
    shown = ibis.ifelse((value == "") | value.re_search(patterns.MASK), ibis.null("string"), value)
    cells = cells.select(position=cells.cell.substr(0, _PLACE), value=shown)
    value = cells.value
    matches = {measure: value.re_search(pattern) for measure, pattern in patterns.PATTERNS.items()}
    matches["name"] &= ~matches["thing"]
    counts = {measure: value.count(where=match) for measure, match in matches.items()}
    letters = value.re_replace("[^A-Z]", "").nunique(where=matches["plate"])
    return cells.group_by("position").aggregate(values=value.count(), letters=letters, **counts)


def _text(column: Any) -> Any:
    return column.cast("string").strip().substr(0, looks.LETTERS).upper()
