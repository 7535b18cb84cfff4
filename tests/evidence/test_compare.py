import pytest

from counterproof.evidence.compare import compare


@pytest.mark.parametrize(
    ("given", "computed"),
    [
        (1, 1),
        (0.448467966574, 0.448467966573916),
        (5, 5.0),
        (-1.4e-17, 0.0),
        (1.5e-23, 1.4e-23),
        ({"a": [1, None, "x"]}, {"a": [1, None, "x"]}),
    ],
)
def test_agree(given: object, computed: object) -> None:
    assert list(compare(given, computed)) == []


@pytest.mark.parametrize(
    ("given", "computed"),
    [
        (805, 806),
        (10**30, 10**30 + 1),
        (0.448467966574, 0.448467967574),
        (True, 1),
        (None, 0),
        (0.0, None),
        ("supported", "contradicted"),
        ("5", 5),
        ([1], [1, 2]),
        ({"a": 1}, {}),
        ({}, {"a": 1}),
        (10**400, 1.0),
    ],
)
def test_differ(given: object, computed: object) -> None:
    assert len(list(compare(given, computed))) == 1


def test_the_place_is_named() -> None:
    given = {"audits": {"compas": {"estimates": [{"value": 0.1}, {"value": 0.2}]}}}
    computed = {"audits": {"compas": {"estimates": [{"value": 0.1}, {"value": 0.3}]}}}
    assert list(compare(given, computed)) == [("audits.compas.estimates[1].value", "is 0.2, and 0.3 follows")]
