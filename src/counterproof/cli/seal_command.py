"""``counterproof seal``: vouch for a finished run with a key of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from counterproof.cli import console
from counterproof.errors import InputError

__all__ = ["command", "seal_of"]


def seal_of(folder: str) -> Path:
    """Where the seal of a folder stands unless it is said: beside it, since a run's folder holds nothing else."""
    place = Path(folder).resolve()
    return place.with_name(f"{place.name}.seal.json")


@click.command("seal")
@click.argument("folder", type=click.Path(), metavar="[DIR]", required=False)
@click.option("--key", type=click.Path(), metavar="FILE", help="Your private key.")
@click.option("--out", type=click.Path(), metavar="FILE", help="The seal; without it DIR.seal.json beside DIR.")
@click.option("--new-key", type=click.Path(), metavar="FILE", help="Make a key, and FILE.pub to give to others.")
@click.option("--quiet", is_flag=True, help="No messages; errors are still printed.")
def command(folder: str | None, key: str | None, out: str | None, new_key: str | None, quiet: bool) -> int:
    """Sign the finished run in DIR: its manifest and every output.

    The seal is an in-toto statement in a DSSE envelope, signed with Ed25519. counterproof verify DIR --key FILE.pub
    checks it on any machine, without a network.
    """
    from counterproof.cli.finish import write_file
    from counterproof.evidence import seal

    if new_key is not None:
        public = seal.new_key(Path(new_key))
        console.message(f"{new_key}: keep it to yourself. {public}: give it to whoever verifies.", quiet=quiet)
    if folder is None:
        if new_key is None:
            raise InputError("no folder was named", where="seal", hint="counterproof seal DIR --key FILE")
        return 0
    chosen = key or new_key
    if chosen is None:
        raise InputError("no key was named", where="--key", hint="--new-key FILE makes one")
    content = seal.seal(Path(folder), Path(chosen))
    place = Path(out) if out is not None else seal_of(folder)
    write_file(place, content)
    console.message(str(place), quiet=quiet)
    return 0
