"""``counterproof profile``: what is in a source, without showing any of it."""

from __future__ import annotations

from typing import Any

import click

from counterproof.cli import options

__all__ = ["command"]


@click.command("profile")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@options.source
@click.option("--public", multiple=True, metavar="COL=REASON", help="Why a column names no person (repeatable).")
@click.option("--json", "json_file", type=click.Path(), metavar="FILE|-", help="Write it as JSON; - is stdout.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def command(sources: tuple[str, ...], json_file: str | None, quiet: bool, **given: Any) -> int:
    """Say what a SOURCE holds: columns, types, missing and masked cells, and what would be refused and why.

    No value from the records is shown.
    """
    return 0
