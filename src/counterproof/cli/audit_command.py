"""``counterproof audit KIND SOURCE…``: one audit without a plan. Every kind is a subcommand made from its options."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from counterproof.cli import options
from counterproof.errors import InputError, PlanError, Problem, nearest

if TYPE_CHECKING:
    from counterproof.sources import Source

__all__ = ["command"]

SOURCE = "records"


class Kinds(click.Group):
    """A subcommand for every kind of audit that is installed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Kinds in text order."""
        from counterproof.audits import registry

        return registry.kinds()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of a kind."""
        from counterproof.audits import registry

        return _command(cmd_name) if registry.is_kind(cmd_name) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the kind, or name the nearest one."""
        from counterproof.audits import registry

        if not args[0].startswith("-") and not registry.is_kind(args[0]):
            kinds = registry.kinds()
            hint = nearest(args[0], kinds) or f"the kinds are {', '.join(kinds)}"
            raise InputError("there is no such kind of audit", where=args[0], hint=hint)
        return super().resolve_command(ctx, args)


@click.command("audit", cls=Kinds, subcommand_metavar="KIND SOURCE... [OPTIONS]")
def command() -> None:
    """Run one audit without a plan.

    Several files are stacked. See counterproof audit KIND --help for the options of a kind.
    """


def _command(kind: str) -> click.Command:
    """The subcommand of one kind: its own options first, then those that all have."""
    from counterproof.audits import registry
    from counterproof.cli.audit_options import KindOption, of_model

    audit = registry.find(kind)
    own: list[KindOption] = []

    @click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
    @options.source
    @click.option("--public", multiple=True, metavar="COL=REASON", help="Why a column names no person (repeatable).")
    @options.output
    @options.settings
    def run(sources: tuple[str, ...], **given: Any) -> int:
        values = {option.key: option.value(given[f"kind_{option.key}"]) for option in own}
        names = {option.key: option.option for option in own}
        values = _population_file({key: value for key, value in values.items() if value is not None}, names)
        if given["out"] is not None:  # the plan that is written there names files from there
            out = Path(given["out"])
            values |= {o.key: _moved(out, values[o.key]) for o in own if o.names_file and o.key in values}
        files = {option.key: values[option.key] for option in own if option.source and option.key in values}
        return _run(kind, {SOURCE: sources} | {key: (file,) for key, file in files.items()}, values, given, names)

    shared: list[click.Parameter] = list(reversed(run.__click_params__))  # type: ignore[attr-defined]
    taken = {name for parameter in shared for name in parameter.opts}
    own += [option for option in of_model(audit.options) if option.option not in taken]
    mine: list[click.Parameter] = [option.parameter() for option in own]
    words = audit.words
    return click.Command(kind, params=[*mine, *shared], callback=run, help=f"{words.title}.\n\n{words.question}")


def _population_file(values: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """``--population`` takes one of its two words, or the file of ``--population-counts``."""
    from counterproof.findings import Population

    given = values.get("population")
    if given is None or given in get_args(Population) or "population_counts" not in names:
        return values
    return {key: value for key, value in values.items() if key != "population"} | {"population_counts": given}


def _run(
    kind: str,
    sources: Mapping[str, tuple[str, ...]],
    audit: dict[str, Any],
    given: dict[str, Any],
    names: dict[str, str],
) -> int:
    """``sources``: what was named on the command line, by the name that it has in the plan."""
    from counterproof.cli import finish
    from counterproof.plan import SourceSpec, parse
    from counterproof.sources import open_source

    wanted = finish.Wanted.of(given)
    base = wanted.out if wanted.out is not None else Path.cwd()
    specs = {name: _source(name, places, given) for name, places in sources.items()}
    moved = {name: tuple(_from(base, place) for place in places) for name, places in sources.items()}
    written = specs if wanted.out is None else {name: _source(name, places, given) for name, places in moved.items()}
    audit = {"kind": kind, "source": SOURCE, **audit, **{name: name for name in specs if name != SOURCE}}
    title = _title(kind, sources[SOURCE])
    values = finish.with_settings({"title": title, "sources": written, "audits": {kind: audit}}, given)
    if public := options.pairs("--public", given["public"], "COL=REASON"):
        values["public"] = public
    values = {key: value for key, value in values.items() if value}
    try:
        plan = parse(values, where="command line", base=base)
        typed = {name: SourceSpec.model_validate(spec) for name, spec in specs.items()}

        def opener(name: str, *, unread: bool = False) -> Source:
            return open_source(name, typed[name], base=Path.cwd(), unread=unread)

        extra = {"plan.yaml": _yaml(values)} if wanted.out is not None else None
        return finish.execute(plan, base, wanted, opener=opener, extra=extra)
    except InputError as error:
        raise PlanError(list(_as_options(error.problems, kind, names))) from None


def _source(name: str, places: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The plan's entry of a source; how it is opened can be said of the records alone."""
    return options.source_values(places, given) if name == SOURCE else {"path": places[0]}


def _title(kind: str, sources: tuple[str, ...]) -> str:
    """What is audited, and the name of its first file; an address of a database may hold a password."""
    from counterproof.audits import registry

    title: str = registry.find(kind).words.title
    first = "a database" if "://" in sources[0] else Path(sources[0]).name[:100]
    return f"{title}: {first}" + (f" and {len(sources) - 1} more" if len(sources) > 1 else "")


def _from(base: Path, place: str) -> str:
    """A file's path as a plan in the folder ``base`` names it, so that ``counterproof run base/plan.yaml`` works."""
    if "://" in place or place.startswith("${"):
        return place
    try:
        return Path(os.path.relpath(Path(place).expanduser().absolute(), base.resolve())).as_posix()
    except ValueError:  # another drive
        return str(Path(place).absolute())


def _moved(base: Path, value: Any) -> Any:
    """A value, or a list of them, with files named from ``base``."""
    from counterproof.audits.own_files import is_file

    if isinstance(value, list):
        return [_moved(base, entry) for entry in value]
    return _from(base, value) if is_file(value) else value


def _yaml(values: dict[str, Any]) -> bytes:
    import yaml

    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100).encode()


def _as_options(problems: Sequence[Problem], kind: str, names: dict[str, str]) -> Iterator[Problem]:
    """The same problems, in the words of the command line: a plan's key is an option here."""
    for problem in problems:
        where = (problem.where or "").removeprefix("command line, ")
        where = re.sub(rf"^audits\.{re.escape(kind)}[.:]? ?", "", where)
        where = re.sub(rf"^sources\.{SOURCE}[.:]? ?", "", where) or ("SOURCE" if "sources." in where else "")
        key = re.match(r"\w+", where)
        if key and key[0] in names:
            where = names[key[0]] + re.sub(r"^(\.\w+)+", "", where[key.end() :])
        what = problem.what.replace("this key is missing", "this option is missing")
        yield replace(problem, what=what, where=where or None)
