"""What an audit of forecasts counts: scores of each forecast, scaled to whole numbers, and of naive ones beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from counterproof.reductions.base import Apart

__all__ = ["DIMENSIONS", "LEAST_HISTORY", "MILLION", "NAIVE", "Form", "Scores", "Target"]

Form = Literal["quantile", "sample", "point", "probability", "none"]

MILLION = 10**6
"""Scale of levels, biases, relative errors and of probabilities' scores."""

NAIVE = ("naive: last value", "naive: seasonal", "naive: climatology")
"""Forecasts that anybody could make, from the observations known on the day: the last one, with the spread of past
changes; the one a season ago, with the spread of past changes over a season; all past ones."""

LEAST_HISTORY = 5
"""Past values below which a naive forecast has no spread, and so does not exist."""

DIMENSIONS = ("table", "model", "other", "place", "horizon", "origin", "item")


@dataclass(frozen=True, slots=True)
class Target:
    """The period that a forecast is for: a column of dates, or of months with one of (fiscal) years.

    A fiscal year begins in October of the year before, and may be written with a remark, such as "2025 (FYTD)".
    """

    date: str | None = None
    month: str | None = None
    year: str | None = None
    fiscal: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return tuple(name for name in (self.date, self.month, self.year) if name is not None)


@dataclass(frozen=True)
class Scores(Apart):
    """Scores of forecasts against what was observed. The cells have the dimensions ``DIMENSIONS``; by ``table``:

    scores    model × horizon × origin: sums of scores over places and targets
    places    model × place: the same, and sums over origins of products, for what is clustered by origin
    pairs     model × other × horizon × origin: sums of the main score of both over the targets that both cover
    histogram model × item: into which part of the forecast the observation fell
    models    model: how many targets it forecast
    fan       model × place × origin × item: levels of the forecasts for a target (its date is the origin here)
    quality   item: how many rows or forecasts are missing, incomplete, without observation, or cross
    levels    item: the quantile levels, in millionths
    scale     one cell: the power of ten by which scores were multiplied, and the number of steps in a season

    form      quantile, sample, point or probability forecasts; "none" scores naive forecasts alone
    add_up    observations of one place and target are added up
    ahead     steps ahead of which naive forecasts are made where there are no others
    season    steps in a season; None if the spacing of targets tells
    within    relative errors that count as a hit; claimed: the accuracy that was claimed
    """

    form: Form
    observed: str
    target: Target
    predicted: str | None = None
    level: str | None = None
    sample: str | None = None
    model: str | None = None
    origin: str | None = None
    horizon: str | None = None
    place: str | None = None
    baseline: str | None = None
    add_up: bool = False
    ahead: tuple[int, ...] = (1,)
    season: int | None = None
    within: tuple[Decimal, ...] = ()
    claimed: Decimal | None = None
    order: Literal["day_first", "month_first"] | None = None
