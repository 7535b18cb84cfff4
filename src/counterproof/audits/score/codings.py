"""The same audit under other codings: another outcome, another cut-off, another cohort. What moves, and what does not.

Every coding is a set of masks over the same finest cells, so one query serves all of them and disclosure protects
their counts together. Its rates stand beside the plan's own, marked ``at: {coding: NAME}`` and never primary: verdicts
rest on the plan's coding, and say what they would be under each other one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from counterproof.audits.base import as_texts
from counterproof.counts import CountTable
from counterproof.reductions import Coded, Dimension, Role
from counterproof.reductions.values import Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from counterproof.audits.score.options import ScoreOptions
    from counterproof.counts import Cells, CountRow

__all__ = ["AT", "TABLE", "Coding", "dimensions", "kept", "own_table", "parsed", "roles", "variants"]

AT = "coding"
"""The key of ``at`` that names a coding."""
TABLE = "codings"


class Coding(BaseModel):
    """What is different from the plan's own coding; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: str | None = Field(None, description="Another column of the outcome")
    outcome_value: Values | None = Field(None, description="Another value of outcome that means it occurred")
    flag: str | None = Field(None, description="Another column that says who was flagged")
    flag_value: Values | None = Field(None, description="Another value of flag that means flagged")
    flag_at: Decimal | None = Field(None, description="Another cut-off: flagged means a score of at least this")
    flag_at_most: Decimal | None = Field(None, description="Another cut-off: a score of at most this")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Only records with this value (or one of these, or <= 2014-04-01) in a column"
    )

    @field_validator("where", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        return {key: as_texts(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @field_validator("flag_value", "outcome_value", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        texts = None if value is None else as_texts(value)
        return texts[0] if isinstance(texts, tuple) and len(texts) == 1 else texts

    def changes(self) -> dict[str, Any]:
        """The plan keys of an audit under this coding, None where one of its own keys no longer holds."""
        named: dict[str, Any] = {key: getattr(self, key) for key in self.model_fields_set - {"where"}}
        if "outcome" in named:
            named.setdefault("outcome_value", None)
        cuts = ("flag_at", "flag_at_most", "flag")
        if any(named.get(key) is not None for key in cuts):
            named = dict.fromkeys((*cuts, "flag_value")) | named
        return named


def parsed(text: str) -> dict[str, Any]:
    """A coding as the command line writes it: "outcome=rearrest, where.year=2014"."""
    found: dict[str, Any] = {}
    for part in text.split(","):
        key, mark, value = (piece.strip() for piece in part.partition("="))
        if not mark or not key or not value:
            raise ValueError("a coding is written NAME=KEY=VALUE, KEY=VALUE, such as early=where.year=2013")
        outer, dot, column = key.partition(".")
        if dot and outer == "where":
            found.setdefault("where", {}).setdefault(column, []).append(value)
        else:
            found[key] = value
    return found


def variants(options: ScoreOptions) -> dict[str, ScoreOptions]:
    """The audit's options under each coding."""
    plain = options.model_copy(update={"codings": {}})
    return {name: plain.model_copy(update=coding.changes()) for name, coding in options.codings.items()}


def dimensions(options: ScoreOptions) -> Iterator[Dimension]:
    """The columns by which cohorts are chosen."""
    for coding in options.codings.values():
        yield from (Coded(column, values) for column, values in coding.where.items())


def roles(options: ScoreOptions) -> Iterator[Role]:
    """The columns that codings name beside the audit's own."""
    for coding in options.codings.values():
        if coding.outcome is not None:
            yield Role("codings", coding.outcome, "coded", coding.outcome_value)
        if coding.flag is not None:
            yield Role("codings", coding.flag, "coded", coding.flag_value)
        yield from (Role("codings", column, "coded", values) for column, values in coding.where.items())


def kept(coding: Coding, cells: Cells) -> NDArray[np.bool_]:
    """The cells of the coding's cohort, shape (cells,)."""
    mask = np.ones(len(cells.keys), dtype=bool)
    for column, values in coding.where.items():
        mask &= np.asarray(cells.column(Coded(column, values).name) == "1", dtype=bool)
    return mask


def own_table(rows: Sequence[CountRow], name: str) -> CountTable:
    """The rows of one coding, as if it were the plan's own."""
    mine = (row for row in rows if row.at.get(AT) == name)
    return CountTable(name, tuple(replace(row, at=_without(row.at)) for row in mine))


def _without(at: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in at.items() if key != AT}
