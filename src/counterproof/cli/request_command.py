"""``counterproof request``: a public-records request for what the unsettled claims of a plan need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from counterproof.cli import console
from counterproof.errors import OutputError

if TYPE_CHECKING:
    from counterproof.plan import Plan
    from counterproof.request import Asked, Blank
    from counterproof.request.write import Law

__all__ = ["command"]


@click.command("request")
@click.argument("plan", type=click.Path())
@click.option(
    "--law", type=click.Choice(["plain", "foia"]), default="plain", show_default=True, help="Form of the letter."
)
@click.option("--to", "agency", default="", metavar="AGENCY", help="Whom the request is for.")
@click.option("--out", type=click.Path(), metavar="FILE", help="The letter, in Markdown; without it, stdout.")
@click.option("--blank", type=click.Path(), metavar="DIR", help="Folder for blank tables to fill in, as CSV.")
@click.option("--quiet", is_flag=True, help="No progress and no messages; errors are still printed.")
def command(plan: str, law: Law, agency: str, out: str | None, blank: str | None, quiet: bool) -> int:
    """Write a public-records request for exactly the counts that the unsettled claims of a PLAN need.

    Audits whose files are not there yet are what is asked for; all others are run, and their claims that stay
    undetermined or untestable are asked for as well. A filled table is read by the plan as it is.
    """
    from counterproof.cli.finish import make_folder, write_file
    from counterproof.cli.places import in_plan
    from counterproof.line import execute, refuse_unsound_claims
    from counterproof.plan import parse
    from counterproof.plan_file import read
    from counterproof.request import gather, without_records, written

    path = Path(plan)
    values, lines = read(path)
    whole = parse(values, where=plan, lines=lines, base=path.parent)
    part, away = without_records(whole, path.parent)
    with in_plan(plan, lines), console.progress(quiet=quiet) as progress:
        refuse_unsound_claims(whole)
        results = execute(part, path.parent, progress=progress).results
    asked = gather(whole, results, away)
    if not asked:
        console.message("every claim of this plan is settled; there is nothing to ask for", quiet=quiet)
        return 0
    tables = _tables(whole, asked)
    files = {} if blank is None else _names(whole, tables)
    targets = [] if out is None else [Path(out)]
    targets += [Path(blank) / name for name in files.values()] if blank is not None else []
    for target in targets:
        if target.exists():
            raise OutputError("this file is there already", where=str(target), hint="name another place for it")
    letter = written(whole, asked, tables, law, agency, files)
    for name, file in files.items():
        if (table := tables[name]) is not None and blank is not None:
            make_folder(Path(blank))
            write_file(Path(blank) / file, table.to_csv().encode())
            for key, column in table.adds:
                console.message(f"{file}: add {key}: {column} to the audit {name} before you run it", quiet=quiet)
    if out is None:
        console.out(letter.rstrip("\n"))
    else:
        write_file(Path(out), letter.encode())
    return 0


def _tables(plan: Plan, asked: list[Asked]) -> dict[str, Blank | None]:
    """A blank table for every audit on which an unsettled claim rests."""
    from counterproof.audits import registry
    from counterproof.request import blank

    tests = [test for one in asked for test in one.tests]
    return {
        name: blank(registry.find(options.kind), options, [test for test in tests if test.audit == name])
        for name, options in plan.audits.items()
        if any(test.audit == name for test in tests)
    }


def _names(plan: Plan, tables: dict[str, Blank | None]) -> dict[str, str]:
    """File names of blank tables: that of the source which the plan will read, where it is a CSV file."""
    names: dict[str, str] = {}
    for audit, table in tables.items():
        if table is None:
            continue
        path = plan.sources[plan.audits[audit].source].path
        own = Path(path).name if isinstance(path, str) and path.lower().endswith(".csv") else f"{audit}.csv"
        names[audit] = own if own not in names.values() else f"{audit}.csv"
    return names
