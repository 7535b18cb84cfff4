"""``counterproof demo``: worked audits on counts that ship with the package."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

DEFAULT_OUT = "counterproof-demo"


@click.command("demo")
@click.option("--out", type=click.Path(), default=DEFAULT_OUT, metavar="DIR", help="Folder for a report each.")
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def command(out: str, quiet: bool) -> int:
    """Run worked audits on published counts that ship with the package.

    Nothing is downloaded. Writes one report each into --out, by default counterproof-demo in this folder.
    """
    import counterproof.demo
    from counterproof.cli import finish
    from counterproof.plan import load

    folder = Path(counterproof.demo.__file__).parent
    paths = sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != "compas", path.stem))
    wanted = [finish.Wanted(Path(out) / path.stem, None, quiet=quiet) for path in paths]
    done = [finish.perform(load(path), folder, each, confined=True) for path, each in zip(paths, wanted, strict=True)]
    return max(finish.show(finished, each) for finished, each in zip(done, wanted, strict=True))
