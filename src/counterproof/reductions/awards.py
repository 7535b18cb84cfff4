"""What an audit of contracts counts: awards and their money, each award once."""

from __future__ import annotations

from dataclasses import dataclass

from counterproof.reductions.base import Apart, Prepare

__all__ = ["AMOUNTS", "OTHERS", "SOLE", "SPLITS", "AwardDownload", "AwardSums"]

AMOUNTS = ("obligated", "outlayed", "current_value", "potential_value")
"""What may be said of an award's money: promised, paid, value with the options exercised, value with all options."""

OTHERS = "all others"
SOLE = "sole proprietors, not named"
"""A business of one person is named by what it is: no output holds a row about a person."""

SPLITS = ("recipient", "parent", "fiscal_year", "competition")


@dataclass(frozen=True)
class AwardDownload(Prepare):
    """A download of federal contracts, one row an award or one row a transaction, under any of its field names."""


@dataclass(frozen=True)
class AwardSums(Apart):
    """Awards and their money, in all and by each split. The cells have these dimensions:

    split    "" for all awards, else a member of ``by``
    value    the label within the split; ``None`` where it is blank
    vehicle  "1" for contracts under which orders are placed, "0" for everything else

    ``n`` counts awards. Sums of each amount: ``<amount>`` in cents, ``<amount>.known`` awards that state it, and
    ``<amount>.unreadable``; further sums are named in ``sources.counting.awards``.
    """

    by: tuple[str, ...] = SPLITS
