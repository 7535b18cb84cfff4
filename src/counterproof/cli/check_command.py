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
    from counterproof.cli.places import sound
    from counterproof.plan_file import read

    values, lines = read(Path(plan))
    checked = sound(values, lines, plan, confined=confined, look=True)
    if not quiet:
        parts = (("source", checked.sources), ("audit", checked.audits), ("claim", checked.claims))
        counted = ", ".join(f"{len(found)} {name}{'' if len(found) == 1 else 's'}" for name, found in parts)
        console.out(f"ok: {counted}. The plan is sound, its sources open, and the columns it names exist.")
    return 0
