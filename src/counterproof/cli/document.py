"""Write docs/cli.md from the help of every command: ``python -m counterproof.cli.document > docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from counterproof.cli.app import cli

__all__ = ["commands", "page"]

HEAD = """\
# Command line

Written from the program's own help by `make docs`; do not edit.

Results go to stdout, progress and messages to stderr; with `--json -` stdout is only JSON. Nothing is on stdout unless
the exit code is 0 or 1.

| exit | when |
| --- | --- |
| 0 | done |
| 1 | `--fail-on` or `verify` found it |
| 2 | bad input or usage |
| 3 | the engine or the disk failed |
| 130 | interrupted |

An option of `audit` is the plan's key with dashes: a list is the option in the singular, repeated (`groups: [race,
sex]` is `--group race --group sex`), and a mapping is KEY=VALUE (`--reference race=Caucasian`).

`--out` names a folder that is absent, empty, or of an earlier run, which is replaced file by file; a folder with other
files is refused. The manifest is written last: a folder without `manifest.json` is an unfinished run.

Environment: `NO_COLOR` turns colour off; `COUNTERPROOF_DEBUG=1` shows the traceback of a bug, which may quote records.
"""


def commands(group: click.Group = cli, name: str = "counterproof") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before what they hold."""
    yield name, group
    ctx = click.Context(group, info_name=name)
    for below in group.list_commands(ctx):
        command = group.get_command(ctx, below)
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {below}")
        elif command is not None:
            yield f"{name} {below}", command


def page() -> str:
    """The text of docs/cli.md, the same on every terminal."""
    parts = [HEAD]
    for name, command in commands():
        with click.Context(command, info_name=name, terminal_width=88, max_content_width=88) as ctx:
            ctx.help_option_names = ["-h", "--help"]
            parts.append(f"## {name}\n\n```text\n{command.get_help(ctx)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    click.echo(page(), nl=False)
