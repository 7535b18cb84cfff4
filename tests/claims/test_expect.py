from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterproof.claims.expect import parse
from counterproof.errors import InputError

NUMBERS = st.decimals(-1_000_000, 1_000_000, allow_nan=False, places=4)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">= 0.8", ["0.8", "1"], ["0.7999"]),
        ("> 0.8", ["0.8001"], ["0.8"]),
        ("<=0.1", ["0.1", "-3"], ["0.1001"]),
        ("< 1e-4", ["0.00009"], ["0.0001"]),
        ("0.8 .. 1.25", ["0.8", "1.25"], ["0.79", "1.26"]),
        ("-0.05..0.05", ["-0.05", "0.05"], ["0.051"]),
        ("−0.05 .. 0.05", ["-0.05"], ["-0.051"]),
        ("142000 .. 142999", ["142580"], ["271484"]),
        ("0.20", ["0.195", "0.205"], ["0.1949", "0.2051"]),
        ("0.2", ["0.15", "0.25"], ["0.1499", "0.2501"]),
        ("142000", ["142000.5"], ["142000.6"]),
        ("1.2e6", ["1150000", "1250000"], ["1149999", "1250001"]),
        ("1e-4", ["0.00005", "0.00015"], ["0.00016"]),
    ],
)
def test_regions(text: str, inside: list[str], outside: list[str]) -> None:
    expected = parse(text)
    assert all(expected.contains(Decimal(value)) for value in inside)
    assert not any(expected.contains(Decimal(value)) for value in outside)


def test_within_replaces_the_digits() -> None:
    assert parse("0.85", 0.02).low == Decimal("0.83")
    assert parse("0.85", 0.02).high == Decimal("0.87")


@given(NUMBERS, st.sampled_from([">=", ">", "<=", "<"]))
def test_one_sided_round_trip(bound: Decimal, sign: str) -> None:
    expected = parse(f"{sign} {bound}")
    end = expected.low if sign.startswith(">") else expected.high
    assert end == bound
    assert expected.contains(bound) == ("=" in sign)


@given(NUMBERS, NUMBERS)
def test_range_round_trip(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    expected = parse(f"{low} .. {high}")
    assert (expected.low, expected.high) == (low, high)


@given(NUMBERS)
def test_a_number_holds_exactly_what_rounds_to_it(middle: Decimal) -> None:
    expected = parse(str(middle))
    half = Decimal((0, (5,), middle.as_tuple().exponent - 1))  # type: ignore[operator]
    assert (expected.low, expected.high) == (middle - half, middle + half)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_verdict_is_the_relation_of_two_intervals(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    (low, high), (region_low, region_high) = sorted((a, b)), sorted((c, d))
    verdict = parse(f"{region_low} .. {region_high}").verdict(low, high)
    if region_low <= low and high <= region_high:
        assert verdict == "supported"
    elif high < region_low or low > region_high:
        assert verdict == "contradicted"
    else:
        assert verdict == "undetermined"


def test_open_ends_and_infinite_intervals() -> None:
    assert parse("> 0").verdict(0.0, 0.0) == "contradicted"
    assert parse(">= 0").verdict(0.0, math.inf) == "supported"
    assert parse("< 1").verdict(1.0, math.inf) == "contradicted"
    assert parse("<= 1").verdict(-math.inf, 1.0) == "supported"
    assert parse("> 0").verdict(-math.inf, math.inf) == "undetermined"
    assert parse("<= 0.1").verdict(Fraction(1, 10), Fraction(1, 10)) == "supported"


def test_equal_has_a_margin_and_says_whose() -> None:
    ours = parse("equal")
    assert (ours.scale, ours.low, ours.high, ours.ours) == ("ratio", Decimal("0.8"), Decimal("1.25"), True)
    change = parse("equal", scale="change")
    assert (change.low, change.high, change.ours) == (Decimal("-0.2"), Decimal("0.25"), True)
    theirs = parse("equal", 0.02, "difference")
    assert (theirs.low, theirs.high, theirs.ours) == (Decimal("-0.02"), Decimal("0.02"), False)
    assert parse("equal", 0.1, "ratio").high == Decimal("1.1")
    assert (parse("four-fifths").scale, parse("four-fifths").low) == ("ratio", Decimal("0.8"))


@pytest.mark.parametrize(
    ("text", "within", "scale", "hint"),
    [
        ("85 %", None, None, "0.85"),
        ("at least 85 per cent", None, None, "proportions"),
        ("no bias", None, None, "'equal'"),
        ("no significant difference", None, None, "'equal'"),
        ("142,000", None, None, "142000"),
        ("0.8 - 1.25", None, None, "0.8 .. 1.25"),
        ("≥ 3", None, None, ">= x"),
        ("= 3", None, None, ">= x"),
        ("many", None, None, "four-fifths"),
        ("", None, None, "four-fifths"),
        ("nan", None, None, "four-fifths"),
        ("1.25 .. 0.8", None, None, "0.8 .. 1.25"),
        ("0.5", 0.0, None, "above zero"),
        ("0.5", math.inf, None, "above zero"),
        (">= 0.5", 0.1, None, "leave 'within' out"),
        ("equal", 0.1, None, "as: difference"),
        ("equal", None, "difference", "within"),
        ("equal", None, "value", "compare"),
        ("four-fifths", None, "difference", "leave"),
        ("> " + "9" * 10_000 + "x", None, None, "four-fifths"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_remedy(text: str, within: float, scale: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, within, scale, where="claims.0.test.expect")  # type: ignore[arg-type]
    problem = caught.value.problems[0]
    assert problem.where == "claims.0.test.expect"
    assert problem.hint is not None
    assert hint in problem.hint
    assert len(str(problem)) < 400
