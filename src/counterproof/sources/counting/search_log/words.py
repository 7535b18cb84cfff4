"""Sort each different organisation, reason and offence of a log, inside the engine, by whole words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from counterproof.reductions.search_log import CLASSES
from counterproof.sources.layouts.search_log.states import VALUE, WITHHELD, state_of

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, IntegerColumn, StringColumn, Table

    from counterproof.reductions.search_log import LogLexicon, SearchLog, Term
    from counterproof.sources.counting.session import Session

__all__ = ["AWAY", "FEDERAL", "FIRST_VALUE", "HOME", "SOMEWHERE", "agencies", "offences", "reasons", "vocabulary"]

HOME, AWAY, FEDERAL, SOMEWHERE = range(4)
"""Whose searches: of the state of the log, of another state, federal, of a state that the name does not say."""

FIRST_VALUE = CLASSES.index("case_number_only")
"""From this class on, a reason is a value."""
_VAGUE, _CASE_NUMBER = CLASSES.index("vague"), CLASSES.index("case_number_only")
_OFFENCE, _OTHER = CLASSES.index("offence"), CLASSES.index("other")


def vocabulary(session: Session, words: LogLexicon) -> Table:
    """The lists that are looked up: ``list``, ``text`` in small letters, and ``means``, a place or two letters."""
    rows = [("offence", term.lower(), str(place)) for place, term in enumerate(words.offences)]
    rows += [("statute", code, str(words.offences.index(offence))) for code, offence in words.statutes]
    rows += [("state", name, code) for code, name in words.states]
    connection = session.source._connection
    assert connection is not None  # noqa: S101 - logs are read on the embedded engine
    import pyarrow as pa

    name = connection.table_name(f"{session.source.name}_vocabulary")
    columns = zip(("list", "text", "means"), zip(*rows, strict=True), strict=True)
    connection.store(name, pa.table({column: list(cells) for column, cells in columns}))
    return session.source.con.table(name)


def agencies(log: Table, declared: SearchLog, known: Table) -> Table:
    """One row a spelling of an organisation: ``org``, ``state`` (of the cell), ``agency`` (its name), ``reach``."""
    words = declared.lexicon
    rows = log.filter(log.org.notnull()).select("org").distinct()
    rows = rows.mutate(text=rows.org.strip(), state=_state(rows.org, "agency", declared))
    rows = rows.mutate(plain=rows.text.re_replace("^( *\\[[A-Za-z ]*\\] *)+", "").strip())
    rows = _with_home(rows, words, known)
    named = (rows.state == VALUE) & (rows.plain != "")
    tagged = rows.text.lower().re_search("^ *\\[[a-z ]*federal[a-z ]*\\]")
    federal = tagged | _has(_as_words(rows.plain), words.federal)
    home = ibis.literal(declared.home) if declared.home else ibis.null("string")
    reach = ibis.cases(
        (federal, FEDERAL), (rows.home.isnull() | home.isnull(), SOMEWHERE), (rows.home == home, HOME), else_=AWAY
    )
    return rows.select(
        "org",
        state=rows.state.cast("int8"),
        agency=ibis.ifelse(named, rows.plain, ibis.null("string")),
        reach=ibis.ifelse(named, reach, None).cast("int8"),
    )


def _with_home(rows: Table, words: LogLexicon, known: Table) -> Table:
    """Add ``home``: two letters of the state that the organisation's name ``plain`` says, or null."""
    slug = rows.plain.re_search("^[a-z0-9]+(-[a-z0-9]+)+$")
    text = ibis.ifelse(slug, rows.plain.upper().replace("-", " "), rows.plain)
    codes, names = ("|".join(each) for each in zip(*words.states, strict=True))
    code = text.re_extract(f"^(.*[^A-Za-z])?({codes})([^A-Za-z].*)?$", 2).nullif("")
    full = _as_words(text).re_extract(f" ({names}) (({'|'.join(words.after_state)}) |$)", 1)
    rows = rows.mutate(code=code, full=full)
    listed = known.filter(known["list"] == "state")
    told = rows.left_join(listed, rows.full == listed.text).select(rows, listed=listed.means)
    return told.mutate(home=ibis.coalesce(told.code, told.listed)).drop("code", "full", "listed")


def reasons(log: Table, declared: SearchLog, known: Table) -> Table:
    """One row a reason as it is written:

    reason    the text
    state     of the cell
    code      its place in text order
    what      the place of its class in ``CLASSES``, or past these the place of its term in the immigration lexicon
    offence   place of the offence in the vocabulary; null for none
    personal  holds personal data
    barred    the other lexicons that it is in, a bit each
    """
    words = declared.lexicon
    rows = log.filter(log.reason.notnull()).select("reason").distinct()
    rows = rows.mutate(low=rows.reason.strip().lower(), state=_state(rows.reason, "reason", declared))
    rows = rows.mutate(words=_without(_as_words(rows.low), words.false_friends))
    rows = rows.mutate(term=_term(rows, words.immigration))
    rows = _with_offence(rows, words, known)
    barred = ibis.literal(0)
    for place, term in enumerate(words.barred):
        barred = barred + ibis.ifelse(_in_term(rows, term), 1 << place, 0)
    personal = reduce(or_, [rows.low.re_search(pattern) for pattern in words.personal])
    told = rows.state == VALUE
    return rows.select(
        "reason",
        state=rows.state.cast("int8"),
        code=ibis.row_number().over(order_by=rows.reason).cast("int64"),
        what=ibis.ifelse(told, _class(rows, words), rows.state).cast("int64"),
        offence=ibis.ifelse(told, rows.offence, None).cast("int64"),
        personal=ibis.ifelse(told & personal, 1, 0).cast("int64"),
        barred=ibis.ifelse(told, barred, 0).cast("int64"),
    )


def offences(log: Table, declared: SearchLog, known: Table) -> Table:
    """One row an offence as it is written: ``offence``, ``state`` of the cell, ``place`` in the vocabulary or null."""
    rows = log.filter(log.offence.notnull()).select("offence").distinct()
    rows = rows.mutate(low=rows.offence.strip().lower(), state=_state(rows.offence, "offence", declared).cast("int8"))
    listed = known.filter(known["list"] == "offence")
    return rows.left_join(listed, rows.low == listed.text).select(
        rows.offence, rows.state, place=listed.means.cast("int64")
    )


def _state(cells: StringColumn, column: str, declared: SearchLog) -> IntegerColumn:
    return ibis.literal(WITHHELD) if column in declared.withheld else state_of(cells, declared.lexicon)


def _class(rows: Table, words: LogLexicon) -> IntegerColumn:
    """Class of a reason that is a value. Statute codes come before the pattern of case numbers, which they fit."""
    short = (rows.low.length() <= words.vague_at_most) & ~_is_one_of(rows.low, words.not_vague)
    return ibis.cases(
        (rows.term.notnull(), rows.term + len(CLASSES)),
        (_is_one_of(rows.low, words.vague) | short, _VAGUE),
        (rows.offence.notnull(), _OFFENCE),
        (rows.low.re_search(f"^{words.case_number}$"), _CASE_NUMBER),
        else_=_OTHER,
    )


def _term(rows: Table, terms: Sequence[Term]) -> IntegerColumn:
    """Place of the first term that fits."""
    return ibis.cases(*((_in_term(rows, term), place) for place, term in enumerate(terms)), else_=ibis.null("int64"))


def _in_term(rows: Table, term: Term) -> BooleanColumn:
    found = [ibis.literal(False)]
    found += [rows.words.contains(f" {phrase} ") for phrase in term.words]
    found += [rows.words.contains(f" {start}") for start in term.starts]
    found += [rows.low.contains(text.lower()) for text in term.written]
    return reduce(or_, found)


def _with_offence(rows: Table, words: LogLexicon, known: Table) -> Table:
    """Add ``offence``: of a drop-down's entry ("Category - Detail"), or of a statute's number; null for other text."""
    category = ibis.ifelse(rows.low.contains(" - "), rows.low.split(" - ")[0], rows.low).strip()
    laws = "|".join(words.laws)
    pattern = f"^(({laws})[ -]?)?([0-9]+(/[0-9]+)?([.][0-9]+)?)([(][a-z0-9]+[)])*([ -]?({laws}))?$"
    rows = rows.mutate(category=category, statute=rows.low.re_extract(pattern, 3))
    terms, codes = known.filter(known["list"] == "offence"), known.filter(known["list"] == "statute")
    rows = rows.left_join(terms, rows.category == terms.text).select(rows, by_term=terms.means)
    rows = rows.left_join(codes, rows.statute == codes.text).select(rows, by_code=codes.means)
    return rows.mutate(offence=ibis.coalesce(rows.by_term, rows.by_code).cast("int64"))


def _as_words(text: StringColumn) -> StringColumn:
    """Words between blanks: everything but letters and digits is one blank."""
    return ibis.literal(" ") + text.lower().re_replace("[^0-9a-zà-öø-ÿ]+", " ").strip() + " "


def _without(words: StringColumn, phrases: Iterable[str]) -> StringColumn:
    for phrase in phrases:
        words = words.replace(f" {phrase} ", " ")
    return words


def _has(words: StringColumn, phrases: Iterable[str]) -> BooleanColumn:
    return reduce(or_, [words.contains(f" {phrase} ") for phrase in phrases])


def _is_one_of(low: StringColumn, cells: Iterable[str]) -> BooleanColumn:
    return reduce(or_, [low == cell for cell in cells])
