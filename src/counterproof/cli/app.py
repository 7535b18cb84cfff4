"""The group of commands, each in a module of its own that is imported when it is needed, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from counterproof.cli import console, interrupt
from counterproof.errors import CounterproofError, InputError, Problem, nearest

__all__ = ["COMMANDS", "cli", "run"]

COMMANDS = (
    "demo", "run", "check", "audit", "profile", "init", "claims", "request", "compare", "plan-sample", "export",
    "seal", "verify",
)  # fmt: skip
"""In the order of the help; ``counterproof.cli.NAME_command`` has each as ``command``."""


class Commands(click.Group):
    """Commands by name, imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"counterproof.cli.{cmd_name.replace('-', '_')}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            hint = nearest(args[0], COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            raise InputError("there is no such command", where=args[0], hint=hint)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        console.out(f"counterproof {version('counterproof')}")
        ctx.exit(0)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 --fail-on or verify found it, 2 bad input, 3 engine or disk failed, 130 interrupted.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
def cli() -> None:
    """Do the records bear out the claims made for an enforcement technology?

    Reads records about a system, reduces them to counts, and judges each claim: supported, contradicted, undetermined
    or untestable.
    """


def run(args: Sequence[str]) -> int:
    """Run the command line with ``args`` and return the exit code. Errors are printed, never raised."""
    try:
        result = cli.main(list(args), prog_name="counterproof", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        console.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        console.message(error.format_message())
        return 2
    except click.ClickException as error:
        console.problems([_usage_problem(error)])
        return 2
    except click.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        if interrupt.happened():
            raise KeyboardInterrupt from None
        if isinstance(error, CounterproofError):
            console.problems(error.problems)
            return error.exit_code
        # A bug: its message may quote records, so only its kind and place are printed.
        if os.environ.get("COUNTERPROOF_DEBUG") == "1":
            raise
        console.problems([_bug(error)])
        return 3
    return code


def _usage_problem(error: click.ClickException) -> Problem:
    """Click's complaint as one of ours."""
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(error.possibilities or ())
        return Problem("there is no such option", error.option_name, f"did you mean {near}?" if near else _help(error))
    where = None
    if isinstance(error, click.BadParameter) and error.param is not None:
        where = error.param.get_error_hint(error.ctx).replace("'", "") if error.ctx else error.param.name
        return Problem(error.message or "this is missing", where, _help(error))
    return Problem(error.message, where, _help(error))


def _help(error: click.ClickException) -> str:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    return f"see {ctx.command_path if ctx else 'counterproof'} --help"


def _bug(error: Exception) -> Problem:
    """What is printed for an error nobody foresaw: its kind and the place in our own code."""
    place, trace = "", error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("counterproof"):
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return Problem(
        f"this is a bug in counterproof: {type(error).__name__}{place}",
        hint="please report this line and the command (no records); COUNTERPROOF_DEBUG=1 shows the traceback",
    )


if sys.platform == "win32":  # a console in a code page must not break on a dash
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
