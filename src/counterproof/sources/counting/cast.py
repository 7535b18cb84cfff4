"""How a column's cells are read: as a category, as yes or no, as a number.

Pure Ibis expressions, the same on every engine. Text becomes a number only through a pattern that every engine knows,
never through an engine's own idea of what casts: DuckDB reads "1_000" as a number, PostgreSQL reads "Infinity", and
neither is what a reader of the table sees.
"""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from counterproof.errors import Problem
from counterproof.reductions import Role
from counterproof.reductions.values import Comparison, Values, comparison, named, texts

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Column, Value

__all__ = [
    "NO",
    "UNREAD",
    "YES",
    "category",
    "coded",
    "label",
    "literal",
    "missing",
    "number",
    "one",
    "plain",
    "unsuitable",
]

YES, NO, UNREAD = 1, 0, -1
"""Codes of a yes/no column inside the engine; null is missing."""

_YES = ("1", "true", "yes", "y", "t", "1.0")
_NO = ("0", "false", "no", "n", "f", "0.0")
_UNKNOWN = ("na", "n/a", "nan", "null", "unknown", "redacted", "[redacted]", "###")

# At most 99 digits before and after the point and a two-digit exponent: every match is a finite double.
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]|$)"
_NUMBER = r"^[+-]?([0-9]{1,99}([.][0-9]{0,99})?|[.][0-9]{1,99})([eE][+-]?[0-9]{1,2})?$"


def _family(dtype: DataType) -> str:
    """Return "integer", "floating", "decimal", "boolean", "text", "time" or "other"."""
    for name, belongs in (
        ("boolean", dtype.is_boolean()),
        ("integer", dtype.is_integer()),
        ("floating", dtype.is_floating()),
        ("decimal", dtype.is_decimal()),
        ("text", dtype.is_string() or dtype.is_uuid()),
        ("time", dtype.is_date() or dtype.is_timestamp() or dtype.is_time()),
    ):
        if belongs:
            return name
    return "other"


def unsuitable(role: Role, dtype: DataType) -> Problem | None:
    """Return why a column of this type cannot play this role, or None if it can. Looks at no cell."""
    kind = _family(dtype)
    if kind == "time" and role.kind == "coded" and role.positive is not None and _all_fit(role.positive, kind):
        return None
    fits = {
        "category": {"text", "integer", "floating", "decimal", "boolean", "time"},
        "coded": {"text", "integer", "floating", "decimal", "boolean"},
        "number": {"text", "integer", "floating", "decimal"},
        "count": {"text", "integer", "floating", "decimal"},
        "value": {"text", "integer", "floating", "decimal"},
        "date": {"text", "time", "integer"},
    }.get(role.kind)
    if fits is not None and kind not in fits:
        wanted = {"category": "labels", "coded": "yes/no values", "date": "dates"}.get(role.kind, "numbers")
        return Problem(
            f"the column {role.column!r} has the type {_type_name(dtype)}, which cannot be read as {wanted}", role.key
        )
    if role.kind == "coded" and role.positive is not None and not _all_fit(role.positive, kind):
        held = {"boolean": "true/false values", "time": "dates"}.get(kind, "numbers")
        what = "is not one" if len(texts(role.positive)) == 1 else "are not all such"
        return Problem(f"the column {role.column!r} holds {held}, and {named(role.positive)!r} {what}", role.key)
    return None


def words(text: Column) -> Column:
    """Text stripped; blank is null."""
    return text.cast("string").strip().nullif("")


def _is_number(text: Column) -> Column:
    """Whether stripped text is a plain decimal number."""
    return text.re_search(_NUMBER)


def number(column: Column) -> Column:
    """The finite number in each cell, else null. Numeric columns keep their type, text becomes double."""
    kind = _family(column.type())
    if kind == "text":
        text = words(column)
        return ibis.ifelse(_is_number(text), text, ibis.null("string")).cast("float64")
    if kind == "floating":
        return ibis.ifelse(_finite(column), column, ibis.null(column.type()))
    return column


def missing(column: Column) -> Column:
    """Whether a cell is null or blank. NaN is not missing, also where the engine's own test says so."""
    kind = _family(column.type())
    if kind == "floating":
        return column.isnull() & ~column.isnan().fill_null(False)
    return (words(column) if kind == "text" else column).isnull()


def category(column: Column) -> Column:
    """A column as labels: text stripped, blank and NaN null. Other types keep theirs and are named by ``label``."""
    kind = _family(column.type())
    if kind == "text":
        return words(column)
    if kind == "floating":
        return ibis.ifelse(column.isnan(), ibis.null(column.type()), column)
    return column


def coded(column: Column, positive: Values | None) -> Column:
    """``YES``, ``NO``, ``UNREAD`` or null (missing), as int8, by the rule of ``reductions.Coded``."""
    yes, no = _against_the_rest(column, texts(positive)) if positive is not None else _yes_or_no(column)
    code = ibis.cases((missing(column), None), (yes, YES), (no, NO), else_=UNREAD)
    return code.cast("int8")


def _yes_or_no(column: Column) -> tuple[Column, Column]:
    kind = _family(column.type())
    if kind == "boolean":
        return column, ~column
    if kind == "text":
        known = words(column).lower()
        return known.isin(_YES), known.isin(_NO)
    known = number(column)
    one, zero = (literal(Decimal(digit), column.type()) for digit in (1, 0))
    return known == one, known == zero


def _against_the_rest(column: Column, values: tuple[str, ...]) -> tuple[Column, Column]:
    """Which cells are meant by any of the values, and which hold something else."""
    kind = _family(column.type())
    plain_values = tuple(value for value in values if comparison(value) is None)
    found = [_meets(column, kind, bound) for value in values if (bound := comparison(value)) is not None]
    if plain_values or not found:
        found.append(_equals(column, kind, plain_values))
    yes = reduce(operator.or_, found).fill_null(False)
    return yes, ~yes & _readable(column, kind, values)


def _equals(column: Column, kind: str, values: tuple[str, ...]) -> Column:
    if kind == "boolean":
        wanted = {value.lower() in _YES for value in values}
        return ibis.literal(True) if len(wanted) > 1 else column if True in wanted else ~column
    if kind == "text":
        return words(column).isin(values)
    if kind == "time":
        return column.cast("date").cast("string").isin(values)
    known = number(column)
    return reduce(operator.or_, [known == literal(Decimal(value), column.type()) for value in values])


_SIGNS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


def _meets(column: Column, kind: str, wanted: Comparison) -> Column:
    """A text with a date is compared as text: the form of ISO dates is in the order of time."""
    compare = _SIGNS[wanted.sign]
    if isinstance(wanted.bound, Decimal):
        return compare(number(column), literal(wanted.bound, column.type()))
    if kind == "time":
        return compare(column.cast("date"), ibis.literal(wanted.bound.isoformat()).cast("date"))
    day = ibis.ifelse(words(column).re_search(_DATE), words(column).left(10), ibis.null("string"))
    return compare(day, ibis.literal(wanted.bound.isoformat()))


def _readable(column: Column, kind: str, values: tuple[str, ...]) -> Column:
    """Whether a cell says something: what a table writes for "not known" is none of the rest."""
    if kind in ("boolean", "time"):
        return column.notnull()
    if kind != "text":
        return number(column).notnull()
    known = words(column)
    bounds = [found.bound for value in values if (found := comparison(value)) is not None]
    if len(bounds) < len(values):
        return ~known.lower().isin(_UNKNOWN) & ~known.contains("***")
    numbers = any(isinstance(bound, Decimal) for bound in bounds)
    dates = any(not isinstance(bound, Decimal) for bound in bounds)
    forms = [_is_number(known)] * numbers + [known.re_search(_DATE)] * dates
    return reduce(operator.or_, forms)


def literal(value: Decimal, dtype: DataType) -> Value:
    """A number in a column's own type, read by the engine from decimal text: the nearest value of that type.

    A bare literal would be a decimal or a double by the engine's taste, and float32 .7 is not double .7. A value that
    an integer or a decimal type cannot hold exactly stays a decimal of its own.
    """
    text = plain(value)
    kind = _family(dtype)
    if kind == "floating":
        return ibis.literal(text).cast(dtype)
    if kind == "text":
        return ibis.literal(text).cast("float64")
    whole = value == value.to_integral_value()
    if kind == "integer" and whole and -(2**63) <= value < 2**63:
        return ibis.literal(text).cast("int64")
    # Ibis compares two decimals only where one type holds all of the other
    places = max(len(text.partition(".")[2]), (dtype.scale or 0) if kind == "decimal" else 0)
    return ibis.literal(text).cast(f"decimal(38, {places})")


def one(condition: Column) -> Column:
    """1 where a condition holds, else 0. PostgreSQL casts no boolean to a 64-bit integer."""
    return ibis.ifelse(condition, 1, 0).cast("int64")


def plain(value: Decimal) -> str:
    """Canonical decimal text: no exponent, no trailing zeros, no negative zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def label(value: Any, dtype: DataType) -> str | None:
    """The text by which a value that left the engine is named: "2023" and never "2023.0", "true", ISO dates."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        shortest = str(np.float32(value)) if dtype.is_float32() else repr(value)
        return plain(Decimal(shortest)) if np.isfinite(value) else shortest
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _finite(column: Column) -> Column:
    return ~(column.isnan() | column.isinf())


def _all_fit(values: Values, kind: str) -> bool:
    return all(_fits(value, kind) for value in texts(values))


def _fits(value: str, kind: str) -> bool:
    """Whether a value, or the bound of a comparison, is of the kind that a column holds."""
    found = comparison(value)
    if found is not None:
        kinds = ("text", "integer", "floating", "decimal") if isinstance(found.bound, Decimal) else ("text", "time")
        return kind in kinds
    if kind == "boolean":
        return value.lower() in _YES + _NO
    if kind == "text":
        return True
    try:
        return bool(dt.date.fromisoformat(value)) if kind == "time" else Decimal(value).is_finite()
    except (InvalidOperation, ValueError):
        return False


def _type_name(dtype: DataType) -> str:
    """The kind of type alone: an enum's or a struct's full name lists values."""
    return type(dtype).__name__.lower()
