"""The straight line: open, reduce, add up, protect, infer, judge. ``execute`` is the whole program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from counterproof import stats
from counterproof.audits import registry
from counterproof.audits.base import Audit, AuditOptions
from counterproof.claims import judge
from counterproof.counts import Cells, CountRow, CountTable, Group, RowSum, key_of
from counterproof.disclosure import Protected, protect, tables
from counterproof.errors import CounterproofError, PlanError, Problem
from counterproof.exhibit import Exhibit, Provenance, QueryText, SourceFileRecord
from counterproof.findings import AuditFindings, Results
from counterproof.plan import SAFE_FLOOR, Plan
from counterproof.reductions import CountBy, Prepare, RankRow, Role, ScoreAxis, merge
from counterproof.sources import Source, open_source
from counterproof.sources.counting.frame import Frame
from counterproof.sources.identity.identifiers import Refusal, check_roles, check_where, examine, examine_values
from counterproof.sources.layouts import prepared

__all__ = ["Progress", "check", "execute", "refuse_unsound_claims"]


class Progress(Protocol):
    """Is told what is being done and, for long queries, how many of how many bytes are."""

    def __call__(self, said: str, done: float | None = None, total: int | None = None) -> None:
        """Called at each step, and twice a second while an engine counts."""


def _silent(said: str, done: float | None = None, total: int | None = None) -> None:
    """No progress."""


Opener = Callable[..., Source]
"""Opens a source by its name; is asked with ``unread=True`` where a layout reads the files itself."""

LEAST_FLOOR = 3
"""For rows about people ``min_cell`` is never below this (CONTRACTS section 7)."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One audit of the plan, with what it asks of its source; or what an audit asks of a source beside its own.

    main  the plan's name of the audit; ``name`` is the same, but for what stands beside it
    """

    name: str
    audit: Audit[Any]
    options: AuditOptions
    main: str

    @property
    def roles(self) -> Sequence[Role]:
        return self.audit.roles(self.options)

    @property
    def about_people(self) -> bool:
        return self.audit.about_people(self.options)

    @property
    def group(self) -> tuple[Prepare | None, str | None]:
        """Audits of one source that take it in the same layout and count the same thing share one joint table."""
        return self.audit.prepare(self.options), self.audit.reductions(self.options).cells.count


def _tasks(plan: Plan) -> list[_Task]:
    """Every audit, followed by what it asks of other sources."""
    tasks = []
    for name, options in plan.audits.items():
        audit = registry.find(options.kind)
        tasks.append(_Task(name, audit, options, name))
        tasks += [_Task(f"{name}/{other.kind}", other, its, name) for other, its in audit.beside(options)]
    return tasks


@dataclass(slots=True)
class _Reduced:
    """What left one source: joint cells; rank sums and further cells by audit; and how."""

    tasks: list[_Task]
    cells: Cells
    ranks: Mapping[str, tuple[RankRow, ...]]
    apart: Mapping[str, Mapping[str, Cells]]
    notes: list[str] = field(default_factory=list)
    shown: dict[str, dict[str, CountTable]] = field(default_factory=dict)


def execute(
    plan: Plan,
    base: Path,
    *,
    confined: bool = False,
    hashed: bool = True,
    opener: Opener | None = None,
    progress: Progress = _silent,
) -> Exhibit:
    """Run every audit of a plan and judge its claims.

    base      folder that the plan's paths are relative to
    confined  refuse files outside of it
    hashed    hash the bytes of the sources, as evidence needs; claims always do
    opener    opens a source by name instead of the plan (tables that are in memory already)
    progress  is told what is being done
    """
    tasks = _tasks(plan)
    _refuse_unsound_claims(plan, tasks)
    hashed = hashed or bool(plan.claims)
    notes: list[str] = []
    reduced: list[_Reduced] = []
    provenance: list[Provenance] = []
    for name in dict.fromkeys(task.options.source for task in tasks):
        mine = [task for task in tasks if task.options.source == name]
        progress(counting := f"counting {name}{_costs(mine)}")
        with _open(plan, base, name, confined, opener, unread=_unread(mine)) as source:
            _watch(source, counting, progress)
            if hashed:
                source.hash_ahead()
            parts, queries, refused = _reduce(plan, source, mine)
            progress(f"protecting {name}")
            for part in parts:
                part.shown, said = _protect(plan, part)
                notes += said
            reduced += parts
            provenance.append(_provenance(plan, source, parts, queries, refused, hashed=hashed))
    shown: dict[str, dict[str, CountTable]] = {}
    for part in reduced:
        for task in part.tasks:
            shown.setdefault(task.main, {}).update(part.shown[task.name])
    findings = infer(plan, shown, {t.name: part.cells.records for part in reduced for t in part.tasks})
    progress("judging claims")
    claims = judge(plan.claims, findings, plan.settings)
    results = Results(findings, claims)
    pairs = {task.name: (task.audit, task.options) for task in tasks if task.name == task.main}
    ordered = {name: shown[name] for name in plan.audits}
    told = tuple(dict.fromkeys(notes))  # several sources may have the same to say
    return Exhibit(plan, results, ordered, pairs, tuple(provenance), told, version("counterproof"))


def infer(
    plan: Plan, shown: Mapping[str, Mapping[str, CountTable]], records: Mapping[str, int]
) -> dict[str, AuditFindings]:
    """Findings of every audit from the shown counts alone; ``verify`` takes the same road."""
    findings = {}
    for name, options in plan.audits.items():
        try:
            findings[name] = registry.find(options.kind).infer(
                options, shown[name], records[name], plan.settings.of(name)
            )
        except CounterproofError as error:
            raise _placed(error, f"audits.{name}") from None
    return findings


def check(plan: Plan, base: Path, *, confined: bool = False, unsound: Collection[str] = ()) -> list[Problem]:
    """Is the plan sound, and do its columns exist and fit? Reads no more than it must, and names every problem.

    ``unsound`` audits stand in the plan's file and not in the plan: what claims say of them is not looked at.
    """
    tasks = _tasks(plan)
    problems = list(_claim_problems(plan, tasks, unsound))
    for name in plan.sources:
        try:
            check_where(plan.sources[name].where, plan.public)
            mine = [task for task in tasks if task.options.source == name]
            spec = plan.sources[name]
            with open_source(name, spec, base=base, confined=confined, unread=_unread(mine)) as source:
                for layout in dict.fromkeys(task.group[0] for task in mine):
                    laid_out = prepared(source, layout)
                    refused = examine(laid_out, plan.public)
                    for task in (task for task in mine if task.group[0] == layout):
                        problems += _caught(partial(check_roles, refused, task.roles), f"audits.{task.main}")
                        problems += _caught(partial(Frame, laid_out, task.roles), f"audits.{task.main}")
        except CounterproofError as error:
            problems += _placed(error, f"sources.{name}").problems
    return problems


def _caught(action: Callable[[], object], where: str) -> Iterator[Problem]:
    try:
        action()
    except CounterproofError as error:
        yield from _placed(error, where).problems


def _placed(error: CounterproofError, where: str) -> CounterproofError:
    """The same error, saying to which part of the plan it belongs."""
    error.problems = tuple(
        replace(p, where=where if p.where is None else f"{where}: {p.where}") for p in error.problems
    )
    error.args = ("\n".join(str(problem) for problem in error.problems),)
    return error


def _claim_problems(plan: Plan, tasks: Sequence[_Task], unsound: Collection[str] = ()) -> Iterator[Problem]:
    from counterproof.claims import check as check_claims

    mine = [task for task in tasks if task.name == task.main]
    known = {task.name: tuple(task.audit.words.measures) for task in mine} | dict.fromkeys(unsound)
    yield from check_claims(
        plan.claims, known, grouped={task.name: task.audit.grouped_by(task.options) for task in mine}
    )


def refuse_unsound_claims(plan: Plan) -> None:
    """PlanError for claims whose tests cannot be read; nothing is opened."""
    _refuse_unsound_claims(plan, _tasks(plan))


def _refuse_unsound_claims(plan: Plan, tasks: Sequence[_Task]) -> None:
    if problems := list(_claim_problems(plan, tasks)):
        raise PlanError(problems)


def _open(plan: Plan, base: Path, name: str, confined: bool, opener: Opener | None, *, unread: bool) -> Source:
    try:
        check_where(plan.sources[name].where, plan.public)
        if opener is None:
            return open_source(name, plan.sources[name], base=base, confined=confined, unread=unread)
    except CounterproofError as error:
        raise _placed(error, f"sources.{name}") from None
    return opener(name, unread=True) if unread else opener(name)


def _unread(tasks: Sequence[_Task]) -> bool:
    """Whether a layout reads the files of a source itself; all audits of the source must take it the same way."""
    by = {layout is not None and layout.opens: name for name, (layout, _) in ((t.name, t.group) for t in tasks)}
    if len(by) > 1:
        what = f"{by[True]} recognises the layout of each file of this source, and {by[False]} does not"
        raise PlanError([Problem(what, f"audits.{by[False]}.source", "give each of them a source of its own")])
    return by.get(True, False) is not False


def _costs(tasks: Sequence[_Task]) -> str:
    """What will take long, said before it begins."""
    asked = (one.costs for task in tasks for one in task.audit.reductions(task.options).apart.values())
    return "".join(f", {said}" for said in dict.fromkeys(asked) if said)


def _watch(source: Source, said: str, progress: Progress) -> None:
    size = sum(file.size for file in source.files)

    def waiting(share: float) -> None:
        stats.load()  # the engine counts in threads of its own
        progress(said, share * size, size)

    if size:
        source.watch(waiting)


def _reduce(
    plan: Plan, source: Source, tasks: Sequence[_Task]
) -> tuple[list[_Reduced], list[QueryText], Mapping[str, str]]:
    """Count all audits of one source, jointly where they count the same thing."""
    parts: list[_Reduced] = []
    queries: list[QueryText] = []
    refused: dict[str, str] = {}
    for layout, count in dict.fromkeys(task.group for task in tasks):
        mine = [task for task in tasks if task.group == (layout, count)]
        laid_out = prepared(source, layout)
        columns = examine(laid_out, plan.public)
        refused |= {name: refusal.reason for name, refusal in columns.items()} | dict(laid_out.closed)
        for task in mine:
            for problem in _caught(partial(check_roles, columns, task.roles), f"audits.{task.main}"):
                raise PlanError([problem])
        roles = list(dict.fromkeys(role for task in mine for role in task.roles))
        frame = Frame(laid_out, roles, count=count, refused=columns)
        wanted = {task.name: task.audit.reductions(task.options) for task in mine}
        sums = dict.fromkeys(powers for r in wanted.values() for powers in r.cells.sums)
        joint = merge(r.cells.dimensions for r in wanted.values())
        cuts = {axis.name: axis.cuts for axis in joint if isinstance(axis, ScoreAxis)}
        cells = replace(frame.count(CountBy(joint, count, tuple(sums))), cuts=cuts)
        check_roles(_refused_values(plan, cells, roles), roles)
        ranks = {name: frame.rank(r.ranks) for name, r in wanted.items() if r.ranks is not None}
        apart = {name: {key: frame.apart(one) for key, one in r.apart.items()} for name, r in wanted.items()}
        parts.append(_Reduced(mine, cells, ranks, apart))
        queries += [QueryText(query.name, query.sql) for query in frame.queries]
    return parts, queries, refused


def _refused_values(plan: Plan, cells: Cells, roles: Sequence[Role]) -> dict[str, Refusal]:
    """Group columns whose counted values look like persons, whatever the head of the table looked like."""
    columns = [role.column for role in roles if role.kind == "category" and role.column in cells.dimensions]
    judged = [examine_values(column, cells.values(column), plan.public) for column in columns]
    return {refusal.column: refusal for refusal in judged if refusal is not None}


def _protect(plan: Plan, part: _Reduced) -> tuple[dict[str, dict[str, CountTable]], list[str]]:
    """The counts of one joint table that may be shown, by audit and table, and what a reader must be told."""
    floor, notes = _floor(plan, part)
    declared: list[tuple[_Task, list[RowSum]]] = []
    for task in part.tasks:
        try:
            declared.append((task, list(task.audit.sums(task.options, part.cells, floor))))
        except CounterproofError as error:
            raise _placed(error, f"audits.{task.main}") from None
    people = [row for task, rows in declared if task.about_people for row in rows]
    guarded = protect(part.cells, people, floor=floor)
    kept = iter(guarded.shown)
    notes += _withheld(guarded, floor)
    closed = _closed(people, guarded)
    found = {}
    for task, rows in declared:
        shown = [next(kept) for _ in rows] if task.about_people else protect(part.cells, rows, floor=1).shown
        found[task.name] = tables(rows, shown)
        if task.name in part.ranks:
            found[task.name]["ranks"] = _ranks(part.ranks[task.name], found[task.name]["scored"], closed)
        further, said = _apart(task, part.apart[task.name], floor, closed)
        found[task.name] |= further
        notes += said
    return found, notes


def _withheld(guarded: Protected, floor: int) -> Iterator[str]:
    """How many counts are withheld and why, and that a search was cut short or found no proof."""
    if guarded.suppressed:
        yield (
            f"{guarded.suppressed:,} counts are withheld: {guarded.primary:,} are below {floor}, and "
            f"{guarded.complementary:,} would let a reader work those out."
        )
    if guarded.curves:
        one = guarded.curves == 1
        what = "1 curve is" if one else f"{guarded.curves:,} curves are"
        yield f"{what} left out: with {'it' if one else 'them'} a reader could work small counts out."
    if guarded.note:
        yield guarded.note


def _floor(plan: Plan, part: _Reduced) -> tuple[int, list[str]]:
    """``min_cell``, raised to three for rows about people; a published table of counts has no floor."""
    floor = plan.settings.min_cell
    notes = []
    people = any(task.about_people for task in part.tasks)
    rows = part.tasks[0].group[1] is None
    if people and rows and floor < LEAST_FLOOR:
        notes.append(f"min_cell was raised from {floor} to {LEAST_FLOOR}: these are rows about people.")
        floor = LEAST_FLOOR
    if people and floor < SAFE_FLOOR and plan.public_records:
        notes.append(f"Counts of {floor} and more are shown because the records are public: {plan.public_records}")
    return floor, notes


Closed = frozenset[tuple[object, str]]
"""Groups, by their key and the part of their records, of which a count is withheld."""


def _closed(people: Sequence[RowSum], guarded: Protected) -> Closed:
    """Groups of which a count by score or outcome is withheld, in any audit of the part.

    Rank sums are no sums of counts, so no proof covers them: together with the other counts of the group they could
    tell the one that is withheld.
    """
    pairs = zip(people, guarded.shown, strict=True)
    return frozenset(
        (key_of(row.group), row.part)
        for row, counts in pairs
        if not row.secret and row.curve is None and row.table != "quality" and None in counts.values()
    )


def _is_closed(closed: Closed, group: Group, part: str = "") -> bool:
    """Whether a count of the group is withheld, of this part of its records where there is one."""
    key = key_of(group)
    return any((key == other and "" in (part, whose)) or (key, part) == (other, whose) for other, whose in closed)


def _apart(
    task: _Task, further: Mapping[str, Cells], floor: int, closed: Closed
) -> tuple[dict[str, CountTable], list[str]]:
    """Further counts of one audit that may be shown, and what a reader must be told.

    Each reduction is protected by itself. No proof covers several at once, so a group of which a count is withheld in
    the joint table, or in a reduction before, is closed in those that follow.
    """
    rows: list[RowSum] = []
    shown: list[Mapping[str, int | None]] = []
    notes: list[str] = []
    for name, cells in further.items():
        try:
            mine = list(task.audit.apart(task.options, name, cells, floor))
        except CounterproofError as error:
            raise _placed(error, f"audits.{task.main}") from None
        if not task.about_people:
            rows, shown = [*rows, *mine], [*shown, *protect(cells, mine, floor=1).shown]
            continue
        hidden = [any(_is_closed(closed, group, row.part) for group in (row.group, *row.also)) for row in mine]
        guarded = protect(cells, mine, floor=floor, hidden=hidden)
        rows, shown = [*rows, *mine], [*shown, *guarded.shown]
        notes += _withheld(guarded, floor)
        closed |= _closed(mine, guarded)
    return tables(*_agreed(rows, shown)), notes


def _agreed(
    rows: Sequence[RowSum], shown: Sequence[Mapping[str, int | None]]
) -> tuple[list[RowSum], list[Mapping[str, int | None]]]:
    """Each row once: one that several reductions declare is shown as far as every one of them shows it."""
    found: dict[object, tuple[RowSum, Mapping[str, int | None]]] = {}
    for row, counts in zip(rows, shown, strict=True):
        key = (row.table, key_of(row.group), key_of(row.at))
        if key in found:
            counts = {name: None if counts.get(name) is None else n for name, n in found[key][1].items()}
        found[key] = (row, counts)
    return [row for row, _ in found.values()], [counts for _, counts in found.values()]


def _ranks(rows: Sequence[RankRow], scored: CountTable, closed: Closed) -> CountTable:
    """Rank sums where every count of their group is shown, and nothing where one is not."""
    names = ("m", "n", "u2", "s10", "s01", "low2", "high2")
    found = []
    for row in rows:
        counted = scored.find(row.group)
        open_ = counted is not None and (counted["positives"], counted["negatives"]) == (row.m, row.n)
        open_ = open_ and not _is_closed(closed, row.group)
        values = {name: getattr(row, name) if open_ else None for name in names}
        found.append(CountRow(row.group, {}, values))
    return CountTable("ranks", tuple(found))


def _provenance(
    plan: Plan,
    source: Source,
    parts: Sequence[_Reduced],
    queries: Sequence[QueryText],
    refused: Mapping[str, str],
    *,
    hashed: bool,
) -> Provenance:
    spec = plan.sources.get(source.name)
    return Provenance(
        name=source.name,
        origin=source.origin,
        records=max(part.cells.records for part in parts),
        files=tuple(SourceFileRecord(f.label, f.size, f.sha256() if hashed else None) for f in source.files),
        notes=source.notes,
        refused={column: refused[column] for column in sorted(refused)},
        queries=tuple(queries),
        cite=spec.cite if spec else None,
        address=spec.url if spec else None,
        read_at=datetime.now(UTC).isoformat(timespec="seconds") if source.origin == "database" else None,
    )
