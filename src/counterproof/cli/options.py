"""Options that several commands have, said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from counterproof.errors import InputError

__all__ = ["fail_on", "lists", "output", "pairs", "settings", "source", "source_values"]

Command = TypeVar("Command", bound=Callable[..., Any])

VERDICTS = ("supported", "contradicted", "undetermined", "untestable")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", ",": ",", ";": ";", "\\t": "\t", "|": "|"}


def _together(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


settings = _together(
    click.option("--level", type=click.FloatRange(0.5, 1, min_open=True, max_open=True), help="Level of intervals."),
    click.option("--min-cell", type=click.IntRange(min=1), help="Counts of people below this are not shown."),
    click.option("--adjust", type=click.Choice(["holm", "none"]), help="Adjustment of p-values."),
    click.option("--seed", type=click.IntRange(min=0), help="Seed of any randomness."),
    click.option("--language", type=click.Choice(["en"]), help="Language of the report."),
)
"""How numbers are inferred and shown; None where the plan or the default decides."""

fail_on = click.option(
    "--fail-on", multiple=True, type=click.Choice(VERDICTS), help="Exit 1 if a claim has this verdict (repeatable)."
)

output = _together(
    click.option("--out", type=click.Path(), metavar="DIR", help="Folder for the report and its evidence."),
    click.option("--json", "json_file", type=click.Path(), metavar="FILE|-", help="Results as JSON; - is stdout."),
    click.option("--quiet", is_flag=True, help="No progress and no messages; errors are still printed."),
)
"""Where results go."""

source = _together(
    click.option("--table", help="Table in a database, as name or schema.name."),
    click.option("--sheet", help="Sheet of a workbook."),
    click.option("--header-row", type=click.IntRange(1, 1000), help="Row (of a text file: line) of the names, from 1."),
    click.option("--repeated-names", type=click.Choice(["refuse", "number"]), help="Column names that occur twice."),
    click.option("--delimiter", type=click.Choice(list(DELIMITERS)), help="Recognised without it."),
    click.option("--encoding", type=click.Choice(["utf-8", "utf-16", "cp1252"]), help="Recognised without it."),
    click.option("--where", multiple=True, metavar="COL=VALUE", help="Only rows with this value (repeatable)."),
    click.option("--unpivot", multiple=True, metavar="NEW=COL", help="Columns of counts become rows (repeatable)."),
)
"""How a source is opened."""


_SIMPLE = ("table", "sheet", "header_row", "repeated_names", "encoding")


def source_values(places: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The plan's entry of a source named on the command line: files, or one address of a database."""
    values = {key: given[key] for key in _SIMPLE if given[key] is not None}
    if given["delimiter"] is not None:
        values["delimiter"] = DELIMITERS[given["delimiter"]]
    for key, form in (("where", "COL=VALUE"), ("unpivot", "NEW=COL")):
        if given[key]:
            values[key] = lists(f"--{key}", given[key], form)
    if any("://" in place or place.startswith("${") for place in places):
        if len(places) > 1:
            raise InputError("a database cannot be stacked with other sources", hint="name one address and --table")
        return {"url": places[0], **values}
    return {"path": places[0] if len(places) == 1 else list(places), **values}


def lists(option: str, given: tuple[str, ...], form: str) -> dict[str, list[str]]:
    """As :func:`pairs`, but a key may be given several times, and means any of its values."""
    found: dict[str, list[str]] = {}
    for text in given:
        for key, value in pairs(option, (text,), form).items():
            found.setdefault(key, []).append(value)
    return found


def pairs(option: str, given: tuple[str, ...], form: str = "KEY=VALUE") -> dict[str, str]:
    """``KEY=VALUE`` texts as a mapping; the key ends at the first ``=``. ``form`` is what the help calls them."""
    found: dict[str, str] = {}
    for text in given:
        key, mark, value = text.partition("=")
        if not mark or not key.strip():
            raise InputError(f"this is not {form}", where=option, hint=f"write {option} {form}")
        if key.strip() in found:
            raise InputError("this key is given twice", where=option)
        if not value.strip():
            raise InputError(f"nothing stands after {key.strip()}=", where=option, hint=f"write {option} {form}")
        found[key.strip()] = value.strip()
    return found
