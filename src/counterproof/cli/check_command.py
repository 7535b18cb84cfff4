"""``counterproof check``: is a plan sound?"""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.cli import console

__all__ = ["command"]


@click.command("check")
@click.argument("plan", type=click.Path())
@click.option("--confined", is_flag=True, help="Refuse sources outside the plan's folder.")
@click.option("--quiet", is_flag=True, help="Print nothing if all is well.")
def command(plan: str, confined: bool, quiet: bool) -> int:
    """Say whether a PLAN is sound and whether its columns exist.

    Reads no more than it must and names every problem at once.
    """
    from counterproof.cli.places import in_plan
    from counterproof.errors import PlanError
    from counterproof.line import check
    from counterproof.plan import parse
    from counterproof.plan_file import read

    path = Path(plan)
    values, lines = read(path)
    sound = parse(values, where=plan, lines=lines, base=path.parent, confined=confined)
    with in_plan(plan, lines):
        if problems := check(sound, path.parent, confined=confined):
            raise PlanError(problems)
    if not quiet:
        parts = (("source", sound.sources), ("audit", sound.audits), ("claim", sound.claims))
        counted = ", ".join(f"{len(found)} {name}{'' if len(found) == 1 else 's'}" for name, found in parts)
        console.out(f"ok: {counted}. The plan is sound, its sources open, and the columns it names exist.")
    return 0
