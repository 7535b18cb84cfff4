"""What columns are usually called, by kind of audit and by the forms in which its records come.

A form is a tuple of guesses, those that it cannot do without marked ``needed``. Names are matched in lower case with
everything between letters and digits as one ``_``; the first pattern that fits a column wins. A kind that is not here
recognises its layouts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["GUESSES", "POSITIVE", "Guess", "Shape"]

Shape = Literal["any", "number", "total", "coded", "few"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A plan key that names a column (or ``many``), what such columns are called, and what their cells must be.

    ``shape``: numbers; ``total`` is a number that is never missing; ``coded`` is a yes or no, or one of at most ten
    words; ``few`` at most fifty different labels.
    """

    key: str
    patterns: tuple[str, ...]
    shape: Shape = "any"
    needed: bool = False
    many: bool = False


POSITIVE = (
    "flagged", "flag", "high", "high risk", "alert", "alerted", "positive", "selected", "hit", "match", "matched",
    "mated", "genuine", "correct", "closed", "done", "detained", "denied", "referred", "failed", "recidivated", "2",
)  # fmt: skip
"""Words that mean yes where cells are not yes and no; the first that occurs, however it is spelt, is taken."""

_PEOPLE = r"race|ethnic|^sex$|gender|^age_(cat|group|band)|nationality|citizenship|country_of|language|religion|disab"
_GROUPS = Guess("groups", (_PEOPLE,), "few", many=True)
_GROUPS_OR_PLACES = Guess(
    "groups", (_PEOPLE, r"^(office|region|field_office|district|court|origin|group)$"), "few", many=True
)
_COUNT = Guess("count", (r"^n$|^count$|^freq|^weight$|_count$|^number$|^num$",), "number")
_OUTCOME = Guess(
    "outcome",
    (r"recid|reoffen|rearrest", r"^outcome|^label|y_true|ground_truth|^actual|^result$", r"violat|abscond|default"),
    "coded", needed=True,
)  # fmt: skip

GUESSES: dict[str, tuple[tuple[Guess, ...], ...]] = {
    "score": (
        (Guess("flag", (r"^flag|flagged|^alert|^selected|y_pred|^predicted",), "coded", needed=True),
         _OUTCOME, _GROUPS, _COUNT),
        (Guess("score", (r"decile", r"score$|^score", r"risk|probab|y_prob|prediction"), "number", needed=True),
         _OUTCOME, _GROUPS, _COUNT),
        (Guess("flag", (r"score_text|decision|level|recommend",), "coded", needed=True), _OUTCOME, _GROUPS, _COUNT),
    ),
    "outcome-test": (
        (Guess("groups", (_PEOPLE,), "few", needed=True, many=True),
         Guess("place", (r"county|district|location|precinct|station|place|agency|department",), needed=True),
         Guess("searches", (r"search",), needed=True), Guess("hits", (r"hits?$|^hit|contraband|found",), needed=True),
         Guess("stops", (r"stops",), "number")),
    ),
    "duration": (
        (Guess("month", (r"month|period",), needed=True),
         Guess("received", (r"receiv|filed|intake",), "number", needed=True),
         Guess("closed_count", (r"clos|complet|dispos|decided",), "number", needed=True),
         Guess("open", (r"open|pending|backlog",), "number", needed=True)),
        (Guess("time", (r"^time$|^days$|duration|time_to|^weeks$|^months$",), "number", needed=True),
         Guess("event", (r"^event|^status$|died|ended|^closed$|observed",), "coded", needed=True),
         _GROUPS_OR_PLACES, _COUNT),
        (Guess("opened", (r"open|filed|receiv|submit|applied|referr|start|begin",), needed=True),
         Guess("closed", (r"clos|decided|decision|complet|dispos|resolv|end",), needed=True),
         Guess("outcome", (r"outcome|dispos|how_ended",), "few"), _GROUPS_OR_PLACES, _COUNT),
    ),
    "forecast": (
        (Guess("observed", (r"observed|actual|truth|true_value",), "number", needed=True),
         Guess("predicted", (r"predict|forecast$|^value$|estimate",), "number", needed=True),
         Guess("quantile_level", (r"quantile",), "number"), Guess("sample", (r"^sample|draw",), "number"),
         Guess("model", (r"model|team|forecaster",)),
         Guess("origin", (r"forecast_date|origin|issued|made_on|reference_date",), needed=True),
         Guess("target", (r"target_end_date|target_date|^target$|valid|^date$",), needed=True),
         Guess("horizon", (r"horizon|ahead",), "number"),
         Guess("place", (r"^location$|^place$|region|state|series|unique_id",))),
        (Guess("observed", (r"count|total|observed|value",), "number", needed=True),
         Guess("month", (r"^month_abb|^month$", r"^month"), needed=True),
         Guess("fiscal_year", (r"fiscal",), needed=True)),
        (Guess("observed", (r"count|total|observed|value",), "number", needed=True),
         Guess("target", (r"date|week|day|period",), needed=True),
         Guess("place", (r"^location$|^place$|region|state|series|unique_id",))),
    ),
    "identification": (
        (Guess("false_matches", (r"false_match(es)?$|^fm$|false_pos",), "number", needed=True),
         Guess("non_mated", (r"non_?mated|impost|^nm$",), "number", needed=True),
         Guess("false_non_matches", (r"false_non|^fnm$|false_neg",), "number"),
         Guess("mated", (r"^mated|genuine|^m$",), "number"),
         Guess("system", (r"algorithm|system|vendor",)), _GROUPS_OR_PLACES),
        (Guess("candidate_score", (r"candidate_score|score|similarity",), "number", needed=True),
         Guess("rank", (r"rank",), "number", needed=True), Guess("enrolled", (r"enrol",), "coded", needed=True),
         Guess("mate", (r"mate",), "coded", needed=True), Guess("system", (r"algorithm|system|vendor",)),
         _GROUPS_OR_PLACES),
        (Guess("score", (r"score|similarity|distance|^s$",), "number", needed=True),
         Guess("mated", (r"mated|genuine|same|match",), "coded", needed=True),
         Guess("system", (r"algorithm|system|vendor",)), _GROUPS_OR_PLACES, _COUNT),
        (Guess("false_match_rate", (r"fmr|false_match_rate|^[mf][wb]_[mf][wb]$",), "number", needed=True, many=True),
         Guess("false_non_match_rate", (r"fnmr|false_non_match_rate",), "number", many=True),
         Guess("system", (r"algorithm|system|vendor",)),
         Guess("groups", (r"^(cell|group)$", _PEOPLE), "few", many=True)),
    ),
    "linkage": (
        (Guess("record", (r"^record|^row|^id$|_id$",), needed=True),
         Guess("predicted", (r"predict|cluster|linked", r"^name"), needed=True),
         Guess("true", (r"true|truth|entity",), needed=True), _GROUPS_OR_PLACES),
        (Guess("reviewed", (r"verdict|review|correct",), "coded", needed=True),
         Guess("link_score", (r"weight|score|probab",), "number"), Guess("stratum", (r"stratum|strata|band",), "few"),
         _GROUPS_OR_PLACES),
    ),
    "totals": (
        (Guess("period", (r"fiscal_?year|^year", r"month|period|quarter|date|week"), needed=True),
         Guess("value", (r"total|value|removals|encounter|count|number|^n$|searches",), "total", needed=True),
         Guess("series", (r"series|category|component|type|kind|agency|slug",), "few")),
    ),
}  # fmt: skip
