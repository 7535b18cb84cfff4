"""Which estimates a claim speaks of, and every problem of claims that name what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from counterproof.claims import expect
from counterproof.claims.consequences import EstimateRef, references
from counterproof.claims.model import Claim, Test
from counterproof.claims.words import plain
from counterproof.counts import Group, key_of
from counterproof.errors import InputError, Problem, nearest
from counterproof.findings import AuditFindings, Estimate

__all__ = ["Place", "check", "estimates", "expectation", "sides", "tests"]

NOT_SHOWN = (
    "No number is shown at this {}. A curve has points only where enough records of each outcome lie between two of "
    "them, and none where it would give counts of few people away. An audit of its own at this {} shows the number if "
    "it may be shown."
)

Place = Callable[[tuple[str | int, ...]], str]
"""Turns a place in the plan, such as ("claims", 0, "test"), into the file, line and key that an error prints."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a claim may name of one audit; ``findings`` is None as long as nobody has looked.

    measures  None where the audit itself is not sound, so that nothing is known of it
    grouped   columns that make groups by the audit's options; None if those do not tell
    """

    measures: Collection[str] | None
    grouped: Collection[str] | None = None
    findings: AuditFindings | None = None

    @property
    def columns(self) -> Collection[str] | None:
        """The columns that make groups."""
        found = self.findings
        return self.grouped if found is None else sorted({c for e in found.estimates for c in e.group})


def sides(test: Test) -> tuple[Group, Group | None]:
    """The group of a test, and its reference where it compares two."""
    if test.compare is None:
        return test.group or {}, None
    return {c: pair[0] for c, pair in test.compare.items()}, {c: pair[1] for c, pair in test.compare.items()}


def expectation(test: Test, where: str | None = None) -> expect.Expectation:
    """The expectation of a test; InputError if it cannot be read."""
    scale = test.as_ if test.as_ is not None or test.compare is not None else "value"
    return expect.parse(test.expect, test.within, scale, where=where)


def tests(claim: Claim) -> Iterator[tuple[tuple[str | int, ...], Test]]:
    """Every test of a claim, with its place inside the claim."""
    if claim.test is not None:
        yield ("test",), claim.test
    for index, reading in enumerate(claim.readings):
        if reading.test is not None:
            yield ("readings", index, "test"), reading.test


def estimates(found: AuditFindings, measure: str, group: Group, at: Mapping[str, object] | None) -> list[Estimate]:
    """The estimates that fit, of which there should be one.

    Those that the audit calls primary come first and alone; ``at`` may name fewer settings than an estimate has. A
    point of a curve that is not shown is a suppressed estimate.
    """
    own = [e for e in found.estimates if e.measure == measure and key_of(e.group) == key_of(group)]
    fit = [e for e in own if _fits(e, at)]
    primary = [e for e in fit if e.primary]
    return primary or [e for e in fit if at is not None and e.assumption is None] or _not_shown(found, own, at)


def _not_shown(found: AuditFindings, own: Sequence[Estimate], at: Mapping[str, object] | None) -> list[Estimate]:
    """The estimate at a setting that a curve of the audit leaves out; none if the setting is no number."""
    by = [key for key in at or {} if key in found.thinned]
    like = [e for e in own if e.primary and _fits(e, {k: v for k, v in (at or {}).items() if k not in by})]
    if not by or len(like) != 1 or not all(_is_number((at or {})[key]) for key in by):
        return []
    place = {**like[0].at, **{key: float(str((at or {})[key])) for key in by}}
    note = NOT_SHOWN.format(by[0], by[0])
    return [Estimate(like[0].measure, like[0].group, place, "suppressed", note=note)]


def check(
    claims: Sequence[Claim],
    measures: Mapping[str, Collection[str] | None],
    findings: Mapping[str, AuditFindings] | None = None,
    place: Place | None = None,
    grouped: Mapping[str, Collection[str] | None] | None = None,
) -> list[Problem]:
    """Every configuration problem of these claims at once; an empty list if they are sound.

    measures  audit -> the measures that it can have; None for an audit that is not sound itself
    findings  what was found: groups and settings are looked up, too
    grouped   audit -> the columns that make its groups, as far as its options tell
    """
    known = {
        name: _Known(names, (grouped or {}).get(name), (findings or {}).get(name)) for name, names in measures.items()
    }
    put = place or (lambda at: ".".join(str(part) for part in at))
    ids = [claim.id for claim in claims]
    problems: list[Problem] = []
    for index, claim in enumerate(claims):
        root = ("claims", index)
        for at, test in tests(claim):
            problems += _test_problems(test, known, (*root, *at), put)
        for number, consequence in enumerate(claim.consequences):
            for key, ref in references(consequence):
                problems += _name_problems(ref, ref.group, known, (*root, "consequences", number, key), put)
        for number, reading in enumerate(claim.readings):
            if reading.claim is not None and reading.claim not in ids:
                where = put((*root, "readings", number, "claim"))
                problems.append(Problem("no claim has this id", where, _near(reading.claim, ids)))
    return [*problems, *_circles(claims, put)]


def _test_problems(test: Test, known: Mapping[str, _Known], at: tuple[str | int, ...], put: Place) -> Iterator[Problem]:
    yield from _form_problems(test, at, put)
    group, reference = sides(test)
    found = list(_name_problems(test, group, known, at, put))
    yield from found
    if reference is not None and not found:
        yield from _name_problems(test, reference, known, at, put)
    if test.audit in known and _beyond_one(test, known[test.audit].findings):
        hint = "write proportions: 85 % is 0.85, and 5 percentage points are 0.05"
        yield Problem("a rate lies between 0 and 1, and so does what is expected of it", put((*at, "expect")), hint)


def _beyond_one(test: Test, found: AuditFindings | None) -> bool:
    """Whether a rate is held against a number above 1: per cent would decide the claim whatever the records say."""
    if found is None or not any(e.measure == test.measure and e.proportion for e in found.estimates):
        return False
    try:
        scale = expectation(test).scale
    except InputError:
        return False
    written = [Decimal(number) for number in re.findall(expect.NUMBER, test.expect)]
    return scale in ("value", "difference") and any(abs(number) > 1 for number in (*written, Decimal(test.within or 0)))


def _form_problems(test: Test, at: tuple[str | int, ...], put: Place) -> Iterator[Problem]:
    """What is wrong with a test by itself."""
    where = put((*at, "expect"))
    if test.compare is not None and test.group is not None:
        hint = "name a column that both share inside compare: {column: [label, label]}"
        yield Problem("a test has group or compare, not both", put(at), hint)
    if test.compare is not None and test.as_ == "value":
        hint = "write 'as: difference', 'as: ratio' or 'as: change'"
        yield Problem("compare gives a contrast of two groups, not a value", put((*at, "as")), hint)
    if test.compare is None and test.as_ not in (None, "value"):
        hint = "add compare: {column: [group, reference]}"
        yield Problem(f"'as: {test.as_}' needs two groups", put((*at, "as")), hint)
    if test.compare is not None and all(a == b for a, b in test.compare.values()):
        yield Problem("compare names the same group twice", put((*at, "compare")))
    try:
        parsed = expectation(test, where)
    except InputError as error:
        yield from error.problems
        return
    if test.compare is not None and test.as_ is None and parsed.scale == "value":
        hint = "write 'as: difference', 'as: ratio' or 'as: change'"
        yield Problem("a comparison does not say of what the expectation speaks", put(at), hint)


def _name_problems(
    ref: Test | EstimateRef, group: Group, known: Mapping[str, _Known], at: tuple[str | int, ...], put: Place
) -> Iterator[Problem]:
    """Names of an audit, a measure, a column or a group that are not there."""
    audit = known.get(ref.audit)
    if audit is None:
        yield Problem(f"no audit is called {plain(ref.audit)!r}", put((*at, "audit")), _near(ref.audit, known))
        return
    if audit.measures is None:
        return
    if ref.measure not in audit.measures:
        where = put((*at, "measure"))
        yield Problem(f"no measure is called {plain(ref.measure)!r}", where, _near(ref.measure, audit.measures))
        return
    for column in group:
        if (columns := audit.columns) is not None and column not in columns:
            hint = _near(column, columns)
            yield Problem(f"the audit has no groups by {plain(column)!r}", put(at), hint)
            return
    if audit.findings is not None:
        yield from _group_problems(audit.findings, ref, group, put(at))


def _group_problems(found: AuditFindings, ref: Test | EstimateRef, group: Group, where: str) -> Iterator[Problem]:
    """A group or a setting that the records do not have, or too many settings to choose from."""
    fit = estimates(found, ref.measure, group, ref.at)
    if len(fit) == 1:
        return
    same_group = [e for e in found.estimates if e.measure == ref.measure and key_of(e.group) == key_of(group)]
    settings = list(dict.fromkeys(_setting(e) for e in same_group))
    if same_group:
        what = "several estimates fit this test" if fit else "no estimate has this setting"
        yield Problem(what, where, f"name one with at: {'; '.join(settings[:8])}")
        return
    for column, value in group.items():
        labels = {e.group[column] for e in found.estimates if e.measure == ref.measure and column in e.group}
        if value not in labels:
            text = "without a label" if value is None else f"called {plain(value)!r}"
            hint = _near(value or "", [name for name in labels if name is not None])
            yield Problem(f"the records have no group {text} in the column {plain(column)!r}", where, hint)
            return
    columns = sorted({", ".join(sorted(map(plain, e.group))) for e in found.estimates if e.measure == ref.measure})
    yield Problem("these labels never stand together", where, f"groups are made by: {'; '.join(columns) or 'none'}")


def _circles(claims: Sequence[Claim], put: Place) -> Iterator[Problem]:
    """Readings that lead back to their own claim."""
    leads = {claim.id: [r.claim for r in claim.readings if r.claim is not None] for claim in claims}
    for index, claim in enumerate(claims):
        seen, ahead = set[str](), list(leads[claim.id])
        while ahead:
            step = ahead.pop()
            if step not in seen:
                seen.add(step)
                ahead += leads.get(step, [])
        if claim.id in seen:
            hint = "let a reading rest on a test, or on a claim that does not come back"
            yield Problem("the readings of this claim lead back to itself", put(("claims", index, "readings")), hint)


def _fits(estimate: Estimate, at: Mapping[str, object] | None) -> bool:
    return all(key in estimate.at and _same(estimate.at[key], value) for key, value in (at or {}).items())


def _same(a: object, b: object) -> bool:
    """Equal as numbers if both are (5 and "5.0"), otherwise as text."""
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return a is b
    try:
        return Decimal(str(a)) == Decimal(str(b))
    except InvalidOperation:
        return str(a) == str(b)


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _setting(estimate: Estimate) -> str:
    return "{" + ", ".join(f"{key}: {plain(str(value))}" for key, value in estimate.at.items()) + "}"


def _near(name: str, names: Collection[str]) -> str | None:
    """The nearest name, or the first few; names that are too long to print are not proposed."""
    short = sorted(known for known in names if len(known) <= 80)
    few = ", ".join(repr(plain(known)) for known in short[:6])
    return nearest(name[:80], short) or (f"there are: {few}{', …' if len(short) > 6 else ''}" if short else None)
