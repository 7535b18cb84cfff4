"""``counterproof init``: a starter plan, written by looking at a source."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.cli import console, options
from counterproof.errors import CounterproofError, OutputError, PlanError, Problem

if TYPE_CHECKING:
    from counterproof.sources import Look
    from counterproof.starter import Draft

__all__ = ["command"]


@click.command("init")
@click.argument("kind")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@options.source
@click.option("--out", type=click.Path(), metavar="FILE", help="The plan, which must not be there yet.")
@click.option("--quiet", is_flag=True, help="No questions, no progress and no messages; errors are still printed.")
def command(kind: str, sources: tuple[str, ...], out: str | None, quiet: bool, **given: Any) -> int:
    """Write a starter plan for an audit of this KIND by looking at a SOURCE.

    Guesses which column is which and marks every guess. On a terminal it asks. Of the cells it tells at most a word
    that means yes, such as High, and roughly where the middle of a score is.
    """
    from counterproof.audits import registry
    from counterproof.cli.finish import write_file
    from counterproof.starter import Draft, draft, written

    audit = registry.find(kind)
    if out is not None and Path(out).exists():
        raise OutputError("this file is there already", where=out, hint="name another one, or take it away first")
    values = options.source_values(sources, given)
    looks, rows = _looked(kind, values, quiet)
    chosen = Draft({}, {}, {}) if rows is None else draft(kind, looks)
    if _is_terminal() and not quiet:
        chosen = _asked(chosen, [look.name for look in looks])
    title = f"{audit.words.title}: {Path(sources[0]).name if '://' not in sources[0] else 'records'}"
    content = written(audit, title, _placed(values, out), chosen, looks, rows)
    if out is None:
        console.out(content.rstrip("\n"))
        return 0
    write_file(Path(out), content.encode())
    left = f"fill in {', '.join(chosen.open)}, then " if chosen.open else ""
    console.message(f"{out}: {left}counterproof run {out}", quiet=quiet)
    return 0


def _looked(kind: str, values: dict[str, Any], quiet: bool) -> tuple[Sequence[Look], int | None]:
    """What the columns look like; nothing where the kind knows the layout by itself."""
    from counterproof.plan import parse
    from counterproof.sources import look, open_source, profile
    from counterproof.starter import GUESSES, spellings

    plan = parse({"sources": {"records": values}}, where="command line")
    with console.progress(quiet=quiet) as progress:
        progress("looking for a known layout")
        problems = _without_guesses(kind, values)
        if not problems:
            return (), None
        if kind not in GUESSES:
            raise PlanError(problems)
        progress("looking at every column")
        with open_source("records", plan.sources["records"], base=Path.cwd()) as source:
            found = profile(source)
            return look(source, found, spellings()), found.rows


def _without_guesses(kind: str, values: dict[str, Any]) -> list[Problem]:
    """What is wrong with an audit of which nothing but its kind is said; nothing where it knows the layout."""
    from counterproof.line import check
    from counterproof.plan import parse

    try:
        bare = {"sources": {"records": values}, "audits": {kind: {"kind": kind, "source": "records"}}}
        return check(parse(bare, where="command line"), Path.cwd())
    except CounterproofError as error:
        return list(error.problems)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(chosen: Draft, names: Sequence[str]) -> Draft:
    """Let the user confirm every guess and fill in what is open; a blank answer leaves it."""
    from dataclasses import replace

    guessed, why, open_ = dict(chosen.guessed), dict(chosen.why), dict(chosen.open)
    for key in [*open_, *guessed]:
        before = guessed.get(key, "")
        shown = ", ".join(before) if isinstance(before, tuple) else str(before)
        answer = click.prompt(key, default=shown, err=True, type=str).strip()
        if not answer or answer == shown:
            continue
        one: str | tuple[str, ...] = answer
        if isinstance(before, tuple):
            one = tuple(part.strip() for part in answer.split(","))
        for part in one if isinstance(one, tuple) else (one,):
            if part not in names and not key.endswith("_value") and key != "flag_at":
                console.message(f"there is no column {part!r}; it is written as you said")
        guessed[key], why[key] = one, "your answer"
        open_.pop(key, None)
    return replace(chosen, guessed=guessed, why=why, open=open_)


def _placed(values: dict[str, Any], out: str | None) -> dict[str, Any]:
    """The source as the plan writes it: files relative to the plan's own folder."""
    folder = Path(out).parent if out is not None else Path()

    def place(path: str) -> str:
        return path if Path(path).is_absolute() else Path(os.path.relpath(path, folder)).as_posix()

    path = values.get("path")
    if path is None:
        return values
    return {**values, "path": place(path) if isinstance(path, str) else [place(one) for one in path]}
