"""``counterproof verify``: does a run's folder say what its counts and its records say?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.cli import console, options
from counterproof.errors import InputError
from counterproof.report import safe

if TYPE_CHECKING:
    from counterproof.evidence import Difference

__all__ = ["command"]


@click.command("verify")
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--source", "sources", multiple=True, metavar="NAME=PATH", help="A source's file (repeatable).")
@click.option("--root", type=click.Path(), metavar="DIR", help="Folder that the plan's paths start from.")
@click.option("--key", type=click.Path(), metavar="FILE", help="Public key: check the seal of the folder too.")
@click.option("--seal", type=click.Path(), metavar="FILE", help="The seal; without it DIR.seal.json beside DIR.")
@click.option("--quiet", is_flag=True, help="Print differences only.")
def command(
    folder: str, sources: tuple[str, ...], root: str | None, key: str | None, seal: str | None, quiet: bool
) -> int:
    """Verify the folder of a run.

    Compares every hash, and computes every estimate, contrast and verdict anew from counts.json. With the records
    (--root or --source) it counts them again as well. Exit 1 if anything differs.
    """
    for place in (folder, root):
        if place is not None and not _is(Path(place).is_dir):
            raise InputError("there is no such folder", where=place)
    given = {name: Path(path) for name, path in options.pairs("--source", sources, "NAME=PATH").items()}
    for path in given.values():
        if not _is(path.is_file):
            raise InputError("no such file", where=str(path))

    from counterproof.evidence import verify

    found = _sealed(folder, seal, key) + verify(Path(folder), given, Path(root) if root is not None else None)
    wrong = [difference for difference in found if not difference.information]
    for difference in wrong:
        console.out(safe.shorten(f"differs: {difference}", 600))
    for difference in found:
        if difference.information and not quiet:
            console.out(safe.shorten(f"note: {difference}", 600))
    if wrong:
        console.out(f"{len(wrong)} difference{'' if len(wrong) == 1 else 's'} in {safe.shorten(folder, 300)}.")
    elif not quiet:
        console.out("No difference: the hashes are right, and every number and verdict follows from the counts.")
        if key is not None:
            console.out("The seal is whole, and was made with this key.")
        if not any(difference.part == "source" for difference in found):
            console.out("The records were counted again and give the same counts.")
    return 1 if wrong else 0


def _sealed(folder: str, seal: str | None, key: str | None) -> list[Difference]:
    if key is None:
        if seal is not None:
            raise InputError("a seal is checked with a public key", where="--seal", hint="add --key FILE.pub")
        return []
    from counterproof.cli.seal_command import seal_of
    from counterproof.evidence.seal import check_seal

    return check_seal(Path(folder), Path(seal) if seal else seal_of(folder), Path(key))


def _is(look: Callable[[], bool]) -> bool:
    """What a look at a path says; what may not be looked at counts as absent."""
    try:
        return look()
    except OSError:
        return False
