"""How many records a rate, a gap of two rates, or a stratified review needs: shared by the kinds that have them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from counterproof.audits.sampling import Question, SamplePlan, Share, Stratum
from counterproof.errors import InputError

__all__ = ["Units", "nothing_to_sample", "plan_rates", "region"]

ON_THE_LINE = "What is supposed lies on the line that the claim draws: no number of records would tell."
IF_RIGHT = "The numbers hold if what is supposed is right; records that turn out otherwise tell sooner or later."
EQUALITY = "Planned is to exclude that the two rates are equal."
FEW_TOLD = "Suppose the worst where nothing is known: a rate of one half needs most records for a width."


@dataclass(frozen=True, slots=True)
class Units:
    """What is counted below the line of a rate, and what is drawn to find it."""

    trials: str
    records: str = "records to draw"


def nothing_to_sample(kind: str, things: str) -> SamplePlan:
    """The answer of a kind whose numbers are exact."""
    note = f"Nothing needs sampling: an audit of kind {kind} counts all {things} there are, and its numbers are exact "
    return SamplePlan(kind, notes=(f"{note}for them. What may be asked is whether the release is complete.",))


def plan_rates(kind: str, question: Question, units: Units) -> SamplePlan:
    """One rate, two rates, or strata, as the question says; exact power of the intervals that verdicts use."""
    if question.strata:
        return _reviews(kind, question)
    return _gap(kind, question, units) if question.compared else _one(kind, question, units)


def region(question: Question) -> tuple[float, float]:
    """The claim's region as two numbers, ∓inf where it is open; a change is said as a ratio."""
    expected = question.expectation()
    shift = 1 if expected.scale == "change" else 0
    low = -math.inf if expected.low is None else float(expected.low + shift)
    high = math.inf if expected.high is None else float(expected.high + shift)
    return low, high


def _shared(question: Question, claims: int) -> tuple[float, str | None]:
    """The level at which each of so many claims is judged, and what is said of it."""
    if claims <= 1 or question.width is not None:
        return question.level, None
    level = 1 - (1 - question.level) / claims
    return level, f"{claims} claims rest on one audit, so each is planned at level {level:.6g}."


def _one(kind: str, question: Question, units: Units) -> SamplePlan:
    from counterproof.stats.samples import settle_rate, trials_for_width

    level, shared = _shared(question, question.groups)
    notes = [shared] if shared else []
    if question.width is not None:
        rate = 0.5 if question.rate is None else question.rate
        n: int | None = trials_for_width(rate, question.width, level)
        notes += [] if question.rate is not None else [FEW_TOLD]
    else:
        if question.scale != "value":
            raise InputError("a claim about a difference or a ratio needs reference_rate", where="claim")
        if question.rate is None:
            hint = "what do you expect to find? 0 for no event at all"
            raise InputError("a claim needs a supposed rate", where="rate", hint=hint)
        n = settle_rate(question.rate, *region(question), level, question.power)
        notes.append(IF_RIGHT if n is not None else ON_THE_LINE)
    return _plan(kind, question, units, [(None if question.groups == 1 else "each group", n)], level, notes)


def _gap(kind: str, question: Question, units: Units) -> SamplePlan:
    from counterproof.stats.samples import settle_contrast
    from counterproof.stats.widths import trials_for_contrast_width

    level, shared = _shared(question, question.groups - 1)
    notes = [shared] if shared else []
    rate, reference = question.supposed or 0.0, question.reference_rate or 0.0
    if question.width is not None:
        if question.scale != "difference":
            hint = "as: difference"
            raise InputError("a width is planned for a rate or for a difference", where="width", hint=hint)
        n: int | None = trials_for_contrast_width(rate, reference, question.width, level)
    else:
        if question.scale == "value":
            raise InputError("a claim about one rate does not go with reference_rate", where="as")
        scale = "difference" if question.scale == "difference" else "ratio"
        low, high = region(question) if question.claim is not None else (float(scale == "ratio"),) * 2
        both = settle_contrast(rate, reference, 0.5, scale, low, high, level, question.power)  # type: ignore[arg-type]
        n = None if both is None else math.ceil(both / 2)
        notes += [EQUALITY] if question.claim is None else []
        notes.append(IF_RIGHT if n is not None else ON_THE_LINE)
    if question.groups > 2:
        groups: list[tuple[str | None, int | None]] = [(f"each of {question.groups} groups", n)]
    else:
        groups = [("the group", n), ("the reference", n)]
    return _plan(kind, question, units, groups, level, notes)


def _plan(
    kind: str,
    question: Question,
    units: Units,
    groups: list[tuple[str | None, int | None]],
    level: float,
    notes: list[str],
) -> SamplePlan:
    from counterproof.stats.widths import drawn_for

    shares, total = [], 0
    for group, n in groups:
        shares.append(Share(n, units.trials, group))
        drawn = n
        if question.among is not None:
            drawn = None if n is None else drawn_for(n, question.among)
            shares.append(Share(drawn, units.records, group))
        total += drawn or 0
    if question.among is not None:
        notes.append("Drawn are so many that the cases below the line are reached with 95 %.")
    groups_meant = question.groups if len(groups) == 1 else 1
    return SamplePlan(kind, tuple(shares), total * groups_meant or None, level, tuple(notes))


def _reviews(kind: str, question: Question) -> SamplePlan:
    names = list(dict.fromkeys(stratum.group for stratum in question.strata))
    level, shared = _shared(question, len(names))
    notes = [shared] if shared else []
    shares: list[Share] = []
    total: int | None = 0
    for name in names:
        mine = [stratum for stratum in question.strata if stratum.group == name]
        found = list(_reviews_of(question, mine, level))
        if None in [share.n for share in found]:
            total = None
        else:
            total = None if total is None else total + sum(share.n or 0 for share in found)
        shares += found
    notes.append(ON_THE_LINE if total is None else IF_RIGHT)
    notes.append("Draw them at random within each stratum. The shares are Neyman's; none has fewer than 10.")
    return SamplePlan(kind, tuple(shares), total, level, tuple(notes))


def _reviews_of(question: Question, strata: list[Stratum], level: float) -> Iterator[Share]:
    """The strata of one group. A rate that is not given is the question's, else one half for a width."""
    from counterproof.stats.reviews import reviews_for_width, reviews_to_settle

    fallback = 0.5 if question.width is not None and question.rate is None else question.rate
    rates = [fallback if stratum.rate is None else stratum.rate for stratum in strata]
    if None in rates:
        hint = "add a column rate, or reviewed and events of an earlier review, or give one rate for all"
        raise InputError("a claim needs a supposed rate for each stratum", where="strata", hint=hint)
    cases, known = [stratum.cases for stratum in strata], [rate or 0.0 for rate in rates]
    if question.width is not None:
        found = reviews_for_width(cases, known, question.width, level)
    else:
        settled = reviews_to_settle(cases, known, *region(question), level, question.power)
        if settled is None:
            yield from (Share(None, "cases to review", s.group, s.name, s.cases) for s in strata)
            return
        found = settled
    for stratum, n in zip(strata, found.tolist(), strict=True):
        yield Share(n, "cases to review", stratum.group, stratum.name, stratum.cases)
