"""The options of a kind follow from its model by rule."""

from decimal import Decimal
from typing import Literal

import click
import pytest
from pydantic import BaseModel, Field

from counterproof.audits import registry
from counterproof.cli.audit_options import of_model


class Inner(BaseModel):
    x: int


class Model(BaseModel):
    kind: str
    source: str
    outcome: str = Field(description="Column of the outcome")
    flag_at: Decimal | None = None
    score_is: Literal["rank", "probability"] = "rank"
    groups: tuple[str, ...] = ()
    measures: list[str] | None = None
    policies: tuple[str, ...] = Field((), json_schema_extra={"option": "--policy"})
    reference: dict[str, str] = {}
    curves: bool = True
    nested: tuple[Inner, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


OPTIONS = {option.key: option for option in of_model(Model)}


def test_names_and_shapes() -> None:
    assert {key: (option.option, option.shape) for key, option in OPTIONS.items()} == {
        "outcome": ("--outcome", "value"),
        "flag_at": ("--flag-at", "value"),
        "score_is": ("--score-is", "value"),
        "groups": ("--group", "list"),
        "measures": ("--measure", "list"),
        "policies": ("--policy", "list"),
        "reference": ("--reference", "mapping"),
        "curves": ("--curves", "flag"),
    }


def test_required_and_choices() -> None:
    assert [key for key, option in OPTIONS.items() if option.required] == ["outcome"]
    assert OPTIONS["score_is"].choices == ("rank", "probability")


@pytest.mark.parametrize(
    ("args", "key", "value"),
    [
        ([], "groups", None),
        ([], "curves", None),
        (["--no-curves"], "curves", False),
        (["--group", "race", "--group", "sex"], "groups", ["race", "sex"]),
        (["--reference", "race=a=b", "--reference", "sex=x"], "reference", {"race": "a=b", "sex": "x"}),
        (["--flag-at", "5"], "flag_at", "5"),
    ],
)
def test_values_for_the_plan(args: list[str], key: str, value: object) -> None:
    command = click.Command("audit", params=[option.parameter() for option in OPTIONS.values()], callback=dict)
    given = command.main(args, standalone_mode=False)
    assert OPTIONS[key].value(given[f"kind_{key}"]) == value


@pytest.mark.parametrize("kind", registry.kinds())
def test_no_option_of_a_kind_hides_another(kind: str) -> None:
    names = [option.option for option in of_model(registry.find(kind).options)]
    assert len(set(names)) == len(names)
