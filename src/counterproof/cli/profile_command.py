"""``counterproof profile``: what is in a source, without showing any of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterproof.cli import console, options
from counterproof.report import safe

if TYPE_CHECKING:
    from counterproof.sources import Profile

__all__ = ["command"]

HEADINGS = ("column", "type", "missing", "masked", "different values", "refused")
WIDEST_NAME = 40


@click.command("profile")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@options.source
@click.option("--public", multiple=True, metavar="COL=REASON", help="Why a column names no person (repeatable).")
@click.option("--json", "json_file", type=click.Path(), metavar="FILE|-", help="Results as JSON; - is stdout.")
@click.option("--quiet", is_flag=True, help="No progress and no messages; errors are still printed.")
def command(sources: tuple[str, ...], public: tuple[str, ...], json_file: str | None, quiet: bool, **given: Any) -> int:
    """Say what a SOURCE holds, and what would be refused and why.

    Columns, types, missing and masked cells, and roughly how many different values. No value is shown.
    """
    from counterproof.cli.finish import write_file
    from counterproof.evidence import canonical
    from counterproof.plan import parse
    from counterproof.sources import open_source, profile
    from counterproof.sources.identity.identifiers import check_where

    values = {
        "sources": {"records": options.source_values(sources, given)},
        "public": options.pairs("--public", public, "COL=REASON"),
    }
    plan = parse(values, where="command line")
    check_where(plan.sources["records"].where, plan.public)
    with console.progress(quiet=quiet) as progress:
        progress("looking at every column")
        with open_source("records", plan.sources["records"], base=Path.cwd()) as source:
            found = profile(source, plan.public)
    content = canonical.dump(_json(found))
    if json_file == "-":
        console.out_bytes(content)
        return 0
    if json_file is not None:
        write_file(Path(json_file), content)
    console.out(_text(found))
    return 0


def _json(found: Profile) -> dict[str, Any]:
    """The profile as plain JSON values, schema ``counterproof/profile/1``."""
    columns = [
        {
            "name": column.name,
            "type": column.type,
            "missing": column.missing,
            "masked": column.masked,
            "distinct": column.distinct,
            "refused": column.refused.reason if column.refused else None,
        }
        for column in found.columns
    ]
    head = {"schema": "counterproof/profile/1", "rows": found.rows, "notes": list(found.notes)}
    return head | {"columns": columns}


def _text(found: Profile) -> str:
    """A table for a terminal, and below it why columns are refused."""
    head = f"{found.rows:,} rows, {len(found.columns)} columns"
    notes = "; ".join(safe.shorten(note, 200) for note in found.notes)
    table = [
        (
            safe.shorten(column.name, WIDEST_NAME),
            column.type,
            f"{column.missing:,}",
            f"{column.masked:,}",
            column.distinct or "–",
            "yes" if column.refused else "",
        )
        for column in found.columns
    ]
    refusals = [f"{safe.shorten(c.name)}: {safe.shorten(c.refused.reason, 300)}" for c in found.columns if c.refused]
    said = ["", "Refused as a group, score or outcome:", *(f"  {line}" for line in refusals)] if refusals else []
    return "\n".join([head + (f" ({notes})" if notes else ""), "", *_columns([HEADINGS, *table]), *said])


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows with their cells one below the other; counts stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = (2, 3)
    return [
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
