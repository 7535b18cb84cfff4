"""Numbers as people read them."""

import math
from datetime import date
from decimal import Decimal

import pytest

from counterproof.claims.expect import parse
from counterproof.report import numbers, words


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.448467966574, "44.8 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.0034, "0.34 %"),
        (0.00012, "0.012 %"),
        (0.9951, "99.51 %"),
        (0.999951, "99.9951 %"),
        (-0.2, "−20.0 %"),
        (12.5, "1,250.0 %"),
    ],
)
def test_percent(x: float, text: str) -> None:
    assert numbers.percent(x).replace(numbers.HARD, " ") == text


@pytest.mark.parametrize("exponent", range(1, 12))
def test_a_rate_that_is_not_nought_or_one_is_never_rounded_to_it(exponent: int) -> None:
    small = 3 * 10.0**-exponent
    for x in (small, 1 - small):
        said = numbers.percent(x).removesuffix(f"{numbers.HARD}%")
        assert 0 < float(said.removeprefix("less than ").removeprefix("more than ")) / 100 < 1
        assert said.startswith(("less", "more")) == (exponent > 10)
        for like in (0.3, 0.003, 0.99):
            assert numbers.percent(x, like).split(numbers.HARD)[0] not in ("0.0", "100.0")


def test_the_ends_of_an_interval_have_the_digits_of_its_middle() -> None:
    assert numbers.span(0.42561, 0.47155, "rate", 0.448).replace(numbers.HARD, " ") == "42.6 to 47.2 %"
    assert numbers.points(-0.00007, 0.038) == "−0.007"  # it does not touch zero


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.4485, "45 in 100"),
        (0.0034, "3 in 1,000"),
        (0.00012, "1 in 10,000"),
        (0.996, "996 in 1,000"),
        (0, "none"),
        (1, "all"),
        (1e-12, "fewer than 1 in a billion"),
    ],
)
def test_per_hundred(x: float, text: str) -> None:
    assert numbers.per_hundred(x) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.5, "0.50"),
        (0.0387, "0.039"),
        (0.0999, "0.10"),
        (0.00099, "less than 1 in 1,000"),
        (2.2e-37, "less than 1 in a million"),
        (0, "less than 1 in a million"),
        (1, "1.00"),
    ],
)
def test_p_value(p: float, text: str) -> None:
    assert numbers.p_value(p) == text


@pytest.mark.parametrize(
    ("x", "text"), [(1.91209, "1.91"), (0.0374, "0.037"), (0.99982, "0.9998"), (1, "1.00"), (12.44, "12.4"), (0, "0")]
)
def test_ratio(x: float, text: str) -> None:
    assert numbers.ratio(x) == text


def test_plain_numbers() -> None:
    assert [numbers.number(x) for x in (271484, 0.7022, 12.345, -2.5, 0, 3, math.pi * 1000)] == [
        "271,484", "0.702", "12.3", "−2.50", "0", "3", "3,142",
    ]  # fmt: skip
    assert numbers.about(91651) == "92,000"
    assert numbers.day(date(2016, 5, 23)) == "23 May 2016"
    assert [numbers.level(x).replace(numbers.HARD, " ") for x in (0.95, 0.98333, 0.99999)] == [
        "95 %",
        "98.3 %",
        "99.999 %",
    ]
    assert [numbers.size(n).replace(numbers.HARD, " ") for n in (12, 23456, 999_900, 1.2e12)] == [
        "12 bytes", "23.5 kB", "1 MB", "1.2 TB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "scale", "unit", "text"),
    [
        ("<= 0.3", None, "rate", "it is at most 30 %"),
        ("> 0.5", None, "rate", "it is more than 50 %"),
        ("0.8 .. 1.25", "ratio", "rate", "it is 0.8 to 1.25 times as high"),
        ("-0.05 .. 0.05", "difference", "rate", "the difference is −5 to +5 percentage points"),
        ("0.20", "change", "count", "the change is +19.5 to +20.5 %"),
        ("> 142000", None, "count", "it is more than 142,000"),
        ("<= 0.0001", None, "rate", "it is at most 0.01 %"),
    ],
)
def test_what_a_claim_needs(expect: str, scale: str, unit: str, text: str) -> None:
    said = words.needs(parse(expect, None, scale), unit)
    assert said.replace(numbers.HARD, " ") == text


def test_a_bound_keeps_the_digits_that_the_claim_wrote() -> None:
    assert words.needs(parse("<= 0.123456"), "rate").startswith("it is at most 12.3456")
    assert parse("<= 0.123456").high == Decimal("0.123456")
