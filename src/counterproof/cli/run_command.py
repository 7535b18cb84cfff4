"""``counterproof run``: every audit and claim of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from counterproof.cli import options

__all__ = ["command"]

DEFAULT_OUT = "counterproof-report"


@click.command("run")
@click.argument("plan", type=click.Path())
@options.output
@options.fail_on
@click.option("--confined", is_flag=True, help="Refuse sources outside the plan's folder.")
@options.settings
def command(plan: str, confined: bool, **given: Any) -> int:
    """Run every audit and claim of a PLAN (YAML or TOML).

    Prints the verdicts and writes the report with its evidence to --out, by default the folder counterproof-report
    beside the plan. Options for level, min-cell and so on stand above the plan's settings, and in its evidence.
    """
    from counterproof.cli import finish
    from counterproof.cli.places import in_plan, sound
    from counterproof.plan import parse
    from counterproof.plan_file import read

    path = Path(plan)
    values, lines = read(path)
    planned = sound(values, lines, plan, confined=confined)
    if any(given[key] is not None for key in finish.SETTINGS):
        planned = parse(finish.with_settings(planned.to_json(), given), where=plan)
    wanted = finish.Wanted.of(given, default=path.parent / DEFAULT_OUT)
    with in_plan(plan, lines):
        return finish.execute(planned, path.parent, wanted, confined=confined)
