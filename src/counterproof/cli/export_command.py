"""``counterproof export``: what a finished run found, in forms that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from counterproof.cli import console
from counterproof.errors import InputError

__all__ = ["command"]


@click.command("export")
@click.argument("run", metavar="DIR", type=click.Path())
@click.option("--xlsx", type=click.Path(), metavar="FILE", help="A workbook: a sheet each for claims, estimates, …")
@click.option("--pdf", type=click.Path(), metavar="FILE", help="The report on paper, its exhibits and pages numbered.")
@click.option("--csv", "csv_", type=click.Path(), metavar="DIR", help="The same tables as CSV files in a folder.")
@click.option("--parquet", type=click.Path(), metavar="DIR", help="The same tables as Parquet files in a folder.")
@click.option("--figures", type=click.Path(), metavar="DIR", help="Every chart as SVG and PNG, with its numbers.")
@click.option("--markdown", type=click.Path(), metavar="FILE", help="The claims and their verdicts, to read.")
@click.option(
    "--claim-review", type=click.Path(), metavar="FILE", help="The claims as schema.org ClaimReview, JSON-LD."
)
@click.option("--author", default="", metavar="NAME", help="Who publishes the review; --claim-review needs it.")
@click.option("--url", default="", help="Where the report is published, for --claim-review.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="When, for --claim-review.")
@click.option("--quiet", is_flag=True, help="No messages; errors are still printed.")
def command(run: str, quiet: bool, **given: Any) -> int:
    """Write what the finished run in DIR found as tables, as a ledger and on paper.

    Nothing is computed anew; counterproof verify does that.
    """
    from counterproof.cli.finish import make_folder, write_file
    from counterproof.evidence.runs import read_run

    asked = [
        key
        for key in ("xlsx", "pdf", "csv_", "parquet", "figures", "markdown", "claim_review")
        if given[key] is not None
    ]
    if not asked:
        hint = "name at least one of --xlsx, --pdf, --csv, --parquet, --figures, --markdown, --claim-review"
        raise InputError("nothing was asked for", where="export", hint=hint)
    if given["claim_review"] is not None and not given["author"]:
        raise InputError("a ClaimReview says who publishes it", where="--claim-review", hint="add --author NAME")
    found = read_run(Path(run)) | {"folder": Path(run)}
    files = {file: content for key in asked for file, content in _MAKERS[key](found, given).items()}
    for file in files:
        if file.resolve().parent == Path(run).resolve():
            raise InputError("a run's own folder holds nothing else", where=str(file), hint="name another place")
    for file, content in files.items():
        make_folder(file.parent)
        write_file(file, content)
        console.message(str(file), quiet=quiet)
    return 0


Files = dict[Path, bytes]


def _workbook(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.exports import tidy
    from counterproof.exports.workbook import as_workbook

    tables = tidy(found["results.json"], found["plan.json"])
    return {Path(given["xlsx"]): as_workbook(tables, found["plan.json"].get("title", ""))}


def _pdf(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.evidence import canonical
    from counterproof.exports.pdf import as_pdf

    try:
        report, results = (canonical.read(found["folder"], name) for name in ("report.html", "results.json"))
    except canonical.Unreadable as error:
        raise InputError(f"report.html {error}", where=str(found["folder"])) from None
    return {Path(given["pdf"]): as_pdf(report, canonical.sha256(results))}


def _csv(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.exports import tidy
    from counterproof.exports.delimited import as_csv

    tables = tidy(found["results.json"], found["plan.json"])
    return {Path(given["csv_"]) / f"{table.name}.csv": as_csv(table) for table in tables}


def _parquet(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.exports import tidy
    from counterproof.exports.delimited import as_parquet

    tables = tidy(found["results.json"], found["plan.json"])
    return {Path(given["parquet"]) / f"{table.name}.parquet": as_parquet(table) for table in tables}


def _figures(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.evidence import canonical
    from counterproof.exports.figures import as_figures

    try:
        charts = canonical.parse(canonical.read(found["folder"], "charts.json"))
    except canonical.Unreadable as error:
        raise InputError(f"charts.json {error}", where=str(found["folder"])) from None
    return {Path(given["figures"]) / name: content for name, content in as_figures(charts).items()}


def _markdown(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.exports import markdown

    return {Path(given["markdown"]): markdown(found["results.json"], found["plan.json"]).encode()}


def _review(found: dict[str, Any], given: dict[str, Any]) -> Files:
    from counterproof.evidence import canonical
    from counterproof.exports import claim_reviews

    day = given["published"].date().isoformat() if given["published"] else ""
    document = claim_reviews(
        found["results.json"], found["plan.json"], author=given["author"], url=given["url"], published=day
    )
    return {Path(given["claim_review"]): canonical.dump(document)}


_MAKERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], Files]] = {
    "xlsx": _workbook,
    "pdf": _pdf,
    "csv_": _csv,
    "parquet": _parquet,
    "figures": _figures,
    "markdown": _markdown,
    "claim_review": _review,
}
