"""``counterproof compare``: what changed between two runs, or between two releases of the same records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.cli import console, options
from counterproof.errors import InputError, PlanError, Problem
from counterproof.report import safe

if TYPE_CHECKING:
    from counterproof.evidence.runs import Changes
    from counterproof.releases import Comparison

__all__ = ["command"]

MOST_NUMBERS = 60
WORDS = {
    "kept": "in both", "appeared": "appeared", "vanished": "vanished", "same": "same", "changed": "another value",
    "filled": "was blank", "blanked": "became blank", "masked": "was taken out", "unmasked": "was put back",
    "rows": "rows", "keyless": "rows without a key", "repeated": "keys that stand more than once",
}  # fmt: skip


@click.command("compare")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--kind", help="Kind of audit that the records belong to; for two releases.")
@click.option("--key", help="Column that tells one record from another; it never leaves the engine.")
@click.option("--group", help="Column by which keys that appeared and vanished are counted.")
@click.option("--min-cell", type=click.IntRange(min=1), help="Counts of people below this are not shown; at least 10.")
@options.source
@click.option("--json", "json_file", type=click.Path(), metavar="FILE|-", help="Changes as JSON; - is stdout.")
@click.option("--quiet", is_flag=True, help="No progress and no messages; errors are still printed.")
def command(old: str, new: str, json_file: str | None, quiet: bool, **given: Any) -> int:
    """Say what changed from OLD to NEW.

    Two folders of runs: which numbers moved and which verdicts flipped, because of what. Two releases of the same
    records (--kind, --key): how many keys appeared and vanished, and what became of their cells, in counts only.
    """
    from counterproof.evidence import canonical
    from counterproof.evidence.runs import compare_runs, is_run

    if is_run(Path(old)) and is_run(Path(new)):
        changes = compare_runs(Path(old), Path(new))
        document, text = changes.to_json(), _runs(changes)
    else:
        with console.progress(quiet=quiet) as progress:
            progress("comparing")
            found = _releases(old, new, given)
        document, text = found.to_json(), _told(found)
    content = canonical.dump(document)
    if json_file == "-":
        console.out_bytes(content)
        return 0
    if json_file is not None:
        from counterproof.cli.finish import write_file

        write_file(Path(json_file), content)
    console.out(text)
    return 0


def _releases(old: str, new: str, given: dict[str, Any]) -> Comparison:
    from counterproof.audits import registry
    from counterproof.plan import SAFE_FLOOR, SourceSpec
    from counterproof.releases import compare

    missing = [f"--{name}" for name in ("kind", "key") if given[name] is None]
    if missing:
        hint = "two releases of the same records need both; two runs are folders with a manifest.json"
        raise PlanError([Problem("this option is missing", name, hint) for name in missing])
    if given["kind"] not in registry.kinds():
        registry.find(given["kind"])
    for place in (old, new):
        if Path(place).is_dir():
            raise InputError(
                "this folder holds no finished run", where=place, hint="a run's folder has a manifest.json"
            )
    specs = [SourceSpec.model_validate(options.source_values((place,), given)) for place in (old, new)]
    floor = given["min_cell"] or SAFE_FLOOR
    return compare(specs[0], specs[1], kind=given["kind"], key=given["key"], group=given["group"], floor=floor)


def _runs(changes: Changes) -> str:
    lines = ["What went in that differs:", *(f"  {one}" for one in changes.because)] if changes.because else []
    lines = lines or ["The same plan, records, version and seed."]
    if changes.verdicts:
        lines += ["", "Verdicts:"]
        lines += [f"  {safe.shorten(claim)}: {old or 'no such claim'} -> {new or 'no such claim'}"
                  for claim, old, new in changes.verdicts]  # fmt: skip
    else:
        lines += ["", "No verdict changed."]
    if not changes.numbers:
        return "\n".join([*lines, "No number moved."])
    lines += ["", f"Numbers that moved: {len(changes.numbers):,}"]
    for audit, what, before, after in changes.numbers[:MOST_NUMBERS]:
        lines.append(f"  {safe.shorten(audit)}: {safe.shorten(what, 200)}: {_value(before)} -> {_value(after)}")
    if len(changes.numbers) > MOST_NUMBERS:
        lines.append(f"  … and {len(changes.numbers) - MOST_NUMBERS:,} more; --json has all")
    return "\n".join(lines)


def _value(value: float | str | None) -> str:
    return "not there" if value is None else value.replace("_", " ") if isinstance(value, str) else f"{value:.6g}"


def _told(found: Comparison) -> str:
    lines = [f"{'':40}{'older':>14}{'newer':>14}"]
    lines += [f"{WORDS[name]:40}{_n(old):>14}{_n(new):>14}" for name, (old, new) in found.checks.items()]
    for label, counts in found.keys:
        name = "Keys" if label is None else f"Keys, {safe.shorten(label, 60) or '(no group)'}"
        lines += ["", name]
        lines += [f"  {WORDS.get(one, f'in the {one}er release')}: {_n(n)}" for one, n in counts.items()]
    changed = {
        name: cells
        for name, cells in found.columns.items()
        if any(n != 0 for one, n in cells.items() if one not in ("same", "compared"))
    }
    lines += ["", f"Cells of keys in both: {len(changed)} of {len(found.columns)} columns changed"]
    for name, cells in changed.items():
        parts = [f"{WORDS[one]} {_n(n)}" for one, n in _changes(cells).items()]
        states = " (states only)" if name in found.hidden else ""
        lines.append(f"  {safe.shorten(name, 60)}{states}: {', '.join(parts)}, of {_n(cells['compared'])}")
    for side, names in zip(("older", "newer"), found.own_columns, strict=True):
        if names:
            lines.append(f"Only in the {side} release: {', '.join(safe.shorten(name, 40) for name in names[:20])}")
    return "\n".join(lines)


def _changes(cells: Mapping[str, int | None]) -> dict[str, int | None]:
    """What became of a column's cells, apart from those that are the same."""
    return {one: n for one, n in cells.items() if n != 0 and one not in ("same", "compared")}


def _n(count: int | None) -> str:
    return "withheld" if count is None else f"{count:,}"
