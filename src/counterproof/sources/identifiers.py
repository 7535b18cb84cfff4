"""Which columns identify persons, judged by their names and, inside the engine, by the look of their values.

    examine(source)              refused columns, each with its kind and a sentence why
    check_roles(refused, roles)  RefusedColumn where an audit asks for one as a group, score, outcome …

Only the number of different values and the number that match each pattern leave the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from counterproof.errors import Problem, RefusedColumn
from counterproof.sources import lexicon, looks
from counterproof.sources.looks import Seen

if TYPE_CHECKING:
    from counterproof.reductions import Role

__all__ = ["SAMPLE_ROWS", "Examined", "Refusal", "check_roles", "examine"]

SAMPLE_ROWS = 10_000
"""Rows at the head of a table whose values are looked at."""

_LETTERS = 120
_ONLY_IN_ORDER = "preserve_insertion_order"


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
    public: Mapping[str, str] = {},  # noqa: B006
    *,
    layout: str | None = None,
    columns: Collection[str] | None = None,
    rows: int | None = SAMPLE_ROWS,
) -> Mapping[str, Refusal]:
    """The columns of a source that identify persons, in the table's order.

    public   column -> reason: its name is not a person's. Its look must still agree: where the values look like the
             kind that the name says, or like any other kind by themselves, it stays refused
    layout   name of the recognised public layout; in a search log ``name`` is the searcher's
    columns  look at these only; all without it
    rows     look at the first so many rows; None: at every row (for a small table, or one already reduced)

    One query, whatever the number of columns. Raises what ``source.fetch`` raises.
    """
    wanted = [name for name in source.table.columns if columns is None or name in columns]
    named = {name: _kind(name, layout) for name in wanted}
    seen = _look(source, wanted, named, rows)
    refusals = (_judge(name, named[name], seen[name], name in public) for name in wanted)
    return {refusal.column: refusal for refusal in refusals if refusal is not None}


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


def _problem(role: Role, refusal: Refusal) -> Problem:
    if refusal.kind == "plate":
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
    alone = seen.alone(lexicon.words_of(column))
    if alone is not None:
        look = looks.ALONE[alone]
        share = _per_cent(seen.share(alone))
        agrees = "its name says so too" if kind == look.kind else "though its name does not say so"
        said = "; declaring it public does not change that" if public else ""
        return Refusal(column, look.kind, f"{share} of its values look like {look.says}, {agrees}{said}", True)
    if kind is None or seen.against(kind):
        return None
    measure, share_of_own = seen.own(kind)
    shown = share_of_own >= 0.5 or (seen.typed == "date" and kind == "birth date")
    if public and not shown:
        return None
    reason = f"its name says {lexicon.KINDS[kind]}"
    if shown:
        share = "its type" if seen.typed == "date" else f"the look of {_per_cent(share_of_own)} of its values"
        reason += f" and {share} agrees" + ("; declaring it public does not change that" if public else "")
    elif seen.values:
        reason += " and the look of its values does not speak against it"
    else:
        reason += " and no value was seen that speaks against it"
    return Refusal(column, kind, reason, shown)


def _per_cent(share: float) -> str:
    return f"{round(100 * share)} %"


def _look(source: Examined, wanted: Sequence[str], named: Mapping[str, str | None], rows: int | None) -> dict[str, Seen]:
    schema = source.table.schema()
    typed = {name: _typed(schema[name]) for name in wanted}
    seen = {name: Seen(0, {}, typed=typed[name]) for name in wanted}
    asked = [name for name in wanted if typed[name] == "text" or (typed[name] == "number" and named[name])]
    if not asked:
        return seen
    sample = source.table.select(*asked)
    if rows is not None:
        sample = sample.limit(rows)
    parts = [_measures(sample, name, number, typed[name]) for number, name in enumerate(asked)]
    query = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    with _in_order(source.con):
        counts = source.fetch(query).to_pylist()
    for row in counts:
        name = asked[row.pop("position")]
        seen[name] = Seen(row.pop("values"), row, row["letters"], typed[name])
    return seen


def _typed(kind: Any) -> str:
    for name in ("boolean", "string"):
        if getattr(kind, f"is_{name}")():
            return "text" if name == "string" else name
    if kind.is_numeric():
        return "number"
    return "date" if kind.is_date() or kind.is_timestamp() else "other"


def _measures(sample: Any, name: str, position: int, typed: str) -> Any:
    """One row: the column's position, its different values, and how many of them match each measure."""
    import ibis

    value = ibis._.value
    distinct = sample.select(value=_value(sample[name], typed)).distinct()
    distinct = distinct.filter(value.notnull())
    if typed == "text":
        distinct = distinct.filter(value != "", ~value.re_search(looks.MASK))
        matches = {measure: value.re_search(pattern) for measure, pattern in looks.PATTERNS.items()}
        matches["name"] &= ~matches["organisation"]
        letters = value.re_replace("[^A-Z]", "").nunique(where=matches["plate"])
    else:
        matches = dict.fromkeys(looks.PATTERNS, value.isnull()) | _numeric(value)
        letters = value.nunique(where=value.isnull())
    counts = {measure: _counted(match) for measure, match in matches.items()}
    found = distinct.aggregate(values=distinct.count(), letters=letters.cast("int64"), **counts)
    return found.mutate(position=ibis.literal(position, "int64"))


def _counted(match: Any) -> Any:
    import ibis

    return ibis.ifelse(match, 1, 0).sum().cast("int64").fill_null(0)


def _value(column: Any, typed: str) -> Any:
    return column.strip().substr(0, _LETTERS).upper() if typed == "text" else column.cast("float64")


def _numeric(value: Any) -> dict[str, Any]:
    whole = value == value.floor()
    return {
        "number": value.notnull(),
        "digit": value.notnull(),
        "small": whole & (value.abs() < 1000),
        "year": whole & value.between(1800, 2099),
        "long": whole & value.between(1e6, 1e15),
        "degrees": ~whole & (value.abs() <= 180),
    }


@contextmanager
def _in_order(con: Any) -> Iterator[None]:
    """The head of a table is the same rows every time: DuckDB promises that only when told to."""
    if con.name != "duckdb":
        yield
        return
    before = con.raw_sql(f"SELECT current_setting('{_ONLY_IN_ORDER}')").fetchone()[0]
    con.raw_sql(f"SET {_ONLY_IN_ORDER} = true")
    try:
        yield
    finally:
        con.raw_sql(f"SET {_ONLY_IN_ORDER} = {str(before).lower()}")
