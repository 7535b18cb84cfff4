"""How many comparisons, and of how many subjects, a question about matching errors needs.

Comparisons that share a subject are not independent, so a number of comparisons is not a number of subjects. Three
numbers of subjects stand side by side: as if every pair of them were an independent comparison, the same with both
orders of a pair, and the safe one, pairs that share nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from counterproof.audits.sampling import Question, SamplePlan, Share
from counterproof.audits.sampling_rates import Units, plan_rates, region
from counterproof.errors import InputError

__all__ = ["plan"]

UNITS = Units("independent comparisons")
SHARING = (
    "Subjects who stand in several comparisons are counted three ways: the first two take each pair for an independent "
    "comparison, which they are not, and are the least that can do; the safe number always does. With subjects named, "
    "the audit uses a variance that lies between.",
    "A false match rate needs comparisons of different persons, a false non-match rate comparisons of one person with "
    "himself or herself: of these one a subject is independent.",
)
NONE_FOUND = "Rule of 3: after that many without an error the rate is below the claim's line, one-sided. Verdicts are "
TWO_SIDED = "two-sided and need more: the row with the power is for them."


def plan(question: Question) -> SamplePlan:
    """Comparisons for the claim or width, with the rules of 3 and 30, and the subjects behind each number."""
    if question.strata:
        raise InputError("an identification audit has no strata", where="strata")
    shares, notes, total = list(_by_rule(question)), list(SHARING), None
    if question.rate is not None or question.compared or question.width is not None:
        found = plan_rates("identification", question, UNITS)
        shares += [more for share in found.shares for more in (share, *_subjects(share.n, share.group))]
        notes, total = [*found.notes, *notes], found.total
    if any("rule of 3)" in share.what for share in shares):
        notes.insert(0, NONE_FOUND + TWO_SIDED)
    if not shares:
        hint = "what rate do you expect to find? 0 for no error at all"
        raise InputError("such a claim needs a supposed rate", where="rate", hint=hint)
    return SamplePlan("identification", tuple(shares), total, question.level, tuple(notes))


def _by_rule(question: Question) -> Iterator[Share]:
    """A claim of "at most x": what no error in so many shows; and errors enough to place the supposed rate."""
    from counterproof.stats.matching import ENOUGH_ERRORS, needed_comparisons

    if question.claim is not None and question.scale == "value":
        low, high = region(question)
        if low == -math.inf and 0 < high < 1:
            n = needed_comparisons(high, question.level)
            yield Share(n, "independent comparisons, none in error (rule of 3)")
            yield from _subjects(n)
    if question.rate:
        n = math.ceil(ENOUGH_ERRORS / question.rate)
        yield Share(n, "independent comparisons to place the rate within ±30 %, at 90 % (rule of 30)")
        yield from _subjects(n)


def _subjects(comparisons: int | None, group: str | None = None) -> Iterator[Share]:
    from counterproof.stats.matching import subjects_behind

    if comparisons is None:
        return
    unordered, ordered, safe = subjects_behind(comparisons)
    yield Share(unordered, "  subjects, if every pair were an independent comparison", group)
    yield Share(ordered, "  subjects, if both orders of every pair were", group)
    yield Share(safe, "  subjects, in pairs that share nobody (safe)", group)
