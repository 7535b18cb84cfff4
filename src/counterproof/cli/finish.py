"""From a plan to what a command leaves behind: the run, its folder, its results on stdout, its exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterproof.cli import console
from counterproof.errors import OutputError
from counterproof.report import safe

if TYPE_CHECKING:
    from counterproof.evidence.history import History
    from counterproof.exhibit import Exhibit
    from counterproof.line import Opener
    from counterproof.plan import Plan

__all__ = ["Done", "Wanted", "execute", "make_folder", "perform", "show", "with_settings", "write_file"]

SETTINGS = ("level", "min_cell", "adjust", "seed", "language")
PUBLIC_RECORDS = "Counts below 10 were asked for on the command line with --min-cell, as of public records."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of ``options.output`` ask for."""

    out: Path | None
    json_file: str | None
    fail_on: tuple[str, ...] = ()
    quiet: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any], default: Path | None = None) -> Wanted:
        """From a command's options; ``default`` is the folder without ``--out``."""
        out = Path(given["out"]) if given["out"] is not None else default
        return cls(out, given["json_file"], tuple(given.get("fail_on", ())), given["quiet"])


def with_settings(values: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's plain values with the settings of the command line, and the sentence that a low ``min_cell`` needs."""
    from counterproof.plan import SAFE_FLOOR

    chosen = {key: given[key] for key in SETTINGS if given[key] is not None}
    merged = {**values, "settings": {**(values.get("settings") or {}), **chosen}}
    if chosen.get("min_cell", SAFE_FLOOR) < SAFE_FLOOR and not values.get("public_records"):
        merged["public_records"] = PUBLIC_RECORDS
        console.message(f"counterproof: public_records: {PUBLIC_RECORDS}")  # said even if quiet
    return merged


@dataclass(frozen=True, slots=True)
class Done:
    """A run that is finished and written, and not yet shown."""

    exhibit: Exhibit
    content: bytes
    history: History | None


def execute(
    plan: Plan,
    base: Path,
    wanted: Wanted,
    *,
    confined: bool = False,
    opener: Opener | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> int:
    """Run a plan, write its folder, print its results, and return the exit code.

    Nothing reaches stdout before everything is written, so that an error leaves it empty.
    """
    return show(perform(plan, base, wanted, confined=confined, opener=opener, extra=extra), wanted)


def perform(
    plan: Plan,
    base: Path,
    wanted: Wanted,
    *,
    confined: bool = False,
    opener: Opener | None = None,
    extra: Mapping[str, bytes] | None = None,
) -> Done:
    """Run a plan and write what was asked for. The folder is looked at before any record is.

    confined, opener  as in ``line.execute``
    extra             further outputs by name
    """
    from counterproof import evidence
    from counterproof.evidence import canonical, history
    from counterproof.line import execute as run_plan

    if wanted.out is not None:
        evidence.prepare(wanted.out)
    started, runs = history.now(), None
    with console.progress(quiet=wanted.quiet) as progress:
        hashed = wanted.out is not None
        exhibit = run_plan(plan, base, confined=confined, hashed=hashed, opener=opener, progress=progress)
        content = canonical.dump(exhibit.results.to_json())
        if wanted.out is not None:
            progress("writing the report")
            documents = evidence.documents(exhibit, extra)
            runs = history.add(wanted.out, canonical.sha256(documents["plan.json"]), started)
            evidence.write(wanted.out, documents)
    if wanted.json_file not in (None, "-"):
        write_file(Path(str(wanted.json_file)), content)
    return Done(exhibit, content, runs)


def show(done: Done, wanted: Wanted) -> int:
    """Print the results, the verdicts first, then where the report is; return the exit code."""
    from counterproof.report import terminal

    where = ""
    if wanted.out is not None and done.history is not None:
        where = f"Report: {safe.visible(str(wanted.out / 'report.html'))}\n{done.history.sentence()}"
    if wanted.json_file == "-":
        console.out_bytes(done.content)
        if where:
            console.message(where, quiet=wanted.quiet)
    else:
        console.out(terminal.render(done.exhibit, **console.screen()).rstrip())
        if where:
            console.out(f"\n{where}")
    failing = [claim for claim in done.exhibit.results.claims if claim.verdict in wanted.fail_on]
    for claim in failing:
        console.message(f"counterproof: --fail-on {claim.verdict}: {safe.shorten(claim.id)}", quiet=wanted.quiet)
    return 1 if failing else 0


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, if it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "a file has this name" if path.exists() else (error.strerror or "failed").lower()
        raise OutputError(f"cannot be made: {why}", where=str(path), hint="name another folder") from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a pipe or a device is written to as it is."""
    from counterproof.evidence.outputs import replace

    try:
        if path.is_dir():
            raise OutputError("this is a folder", where=str(path), hint="name a file")
        if not path.exists() or path.is_file():
            replace(path, content)
            return
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"cannot be written: {(error.strerror or 'failed').lower()}", where=str(path)) from None
