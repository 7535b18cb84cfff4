"""``counterproof claims``: judge a ledger of claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from counterproof.cli import options

__all__ = ["command"]


@click.command("claims")
@click.argument("ledger", type=click.Path())
@options.output
@options.fail_on
@options.settings
def command(ledger: str, **given: Any) -> int:
    """Judge the claims of a LEDGER by itself.

    A ledger is a plan whose sources and audits may be absent, or no more than a list of claims. A folder is written
    only with --out.
    """
    from counterproof.cli import finish
    from counterproof.cli.places import in_plan
    from counterproof.plan import parse
    from counterproof.plan_file import read

    path = Path(ledger)
    values, lines = read(path)
    if isinstance(values, list):
        values, lines = {"title": "Claims", "claims": values}, {("claims", *at): line for at, line in lines.items()}
    sound = parse(values, where=ledger, lines=lines, base=path.parent)
    if any(given[key] is not None for key in finish.SETTINGS):
        sound = parse(finish.with_settings(sound.to_json(), given), where=ledger)
    with in_plan(ledger, lines):
        return finish.execute(sound, path.parent, finish.Wanted.of(given))
