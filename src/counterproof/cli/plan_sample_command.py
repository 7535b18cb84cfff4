"""``counterproof plan-sample``: how many records would settle a question, before anybody collects them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from counterproof.cli import console
from counterproof.errors import InputError, PlanError, Problem

__all__ = ["command"]

OWN = ("kind", "strata", "json_file", "quiet")


@click.command("plan-sample")
@click.argument("kind")
@click.option("--claim", metavar="EXPECT", help="What the sample shall settle, such as '>= 0.8' or '0.8 .. 1.25'.")
@click.option("--width", type=float, metavar="W", help="Or: the interval shall be at most so wide, end to end.")
@click.option("--rate", type=float, metavar="P", help="The rate that you expect to find.")
@click.option("--reference-rate", type=float, metavar="P", help="The rate of the group that it is compared with.")
@click.option("--ratio", type=float, metavar="R", help="Instead of --rate: so many times the reference rate.")
@click.option("--difference", type=float, metavar="D", help="Instead of --rate: the reference rate plus this.")
@click.option(
    "--as", "as_", type=click.Choice(["value", "difference", "ratio", "change"]), help="Of what the claim speaks."
)
@click.option("--power", type=float, default=0.8, show_default=True, help="Chance that the sample settles it.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the interval.")
@click.option("--among", type=float, metavar="P", help="Share of all records that stand below the line of the rate.")
@click.option("--groups", type=int, default=1, show_default=True, help="How many groups claims are made about.")
@click.option(
    "--strata", type=click.Path(), metavar="FILE", help="Table of stratum, cases[, group][, rate | reviewed, events]."
)
@click.option("--json", "json_file", type=click.Path(), metavar="FILE|-", help="The answer as JSON; - is stdout.")
@click.option("--quiet", is_flag=True, help="No messages; errors are still printed.")
def command(**given: Any) -> int:
    """How many records of a KIND would settle a claim, or make an interval narrow?

    Counted is for the intervals that verdicts use. For a false positive rate, say, the records are those for whom the
    outcome did not occur; --among tells how many of all records they are.
    """
    from counterproof.audits import registry
    from counterproof.audits.sampling import Question
    from counterproof.audits.sampling_strata import read
    from counterproof.cli.finish import write_file
    from counterproof.evidence import canonical

    audit = registry.find(given["kind"])
    try:
        strata = () if given["strata"] is None else read(Path(given["strata"]))
        asked = {key: value for key, value in given.items() if key not in OWN}
        found = audit.plan_sample(Question(**asked, strata=strata))
    except InputError as error:
        raise PlanError([_as_option(problem, given) for problem in error.problems]) from None
    content = canonical.dump(found.to_json())
    if given["json_file"] == "-":
        console.out_bytes(content)
        return 0
    if given["json_file"] is not None:
        write_file(Path(given["json_file"]), content)
    console.out(repr(found))
    return 0


def _as_option(problem: Problem, given: dict[str, Any]) -> Problem:
    """The same problem, naming options instead of keys."""
    from dataclasses import replace

    where = problem.where or ""
    keys = [part.strip() for part in where.split(",")]
    if all(key == "as" or key in given for key in keys):
        where = ", ".join(f"--{key.replace('_', '-')}" for key in keys)
    return replace(problem, where=where or None)
