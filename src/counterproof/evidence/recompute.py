"""Make a folder's numbers, its report and its counts again, and say where they come out differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from counterproof import plan as plans
from counterproof.counts import CountTable
from counterproof.errors import CounterproofError
from counterproof.evidence import canonical
from counterproof.evidence.compare import Difference, compare
from counterproof.evidence.contents import RENDERED, counts_json, plan_json
from counterproof.evidence.manifest import package_version, versions
from counterproof.exhibit import Exhibit, Provenance, QueryText, SourceFileRecord
from counterproof.findings import Results
from counterproof.plan import Plan

if TYPE_CHECKING:
    from counterproof.sources import Source

__all__ = ["Given", "numbers", "read", "recount", "rendered"]

Counts = Mapping[str, Mapping[str, CountTable]]


@dataclass(frozen=True, slots=True)
class Given:
    """What a folder says it rests on: its plan and counts, and the results that follow from them here."""

    plan: Plan
    counts: Counts
    results: Results

    @property
    def seed(self) -> int:
        """The plan's seed."""
        return self.plan.settings.seed


def read(documents: Mapping[str, Any]) -> Given:
    """Parse plan and counts and infer everything anew. Raises Unreadable or CounterproofError."""
    from counterproof import line
    from counterproof.claims import judge

    plan = plans.parse(documents["plan.json"], where="plan.json")
    audits = documents["counts.json"]["audits"]
    if audits.keys() != plan.audits.keys():
        raise canonical.Unreadable("does not have the audits of plan.json")
    counts: dict[str, dict[str, CountTable]] = {
        name: {table: CountTable.from_json(table, rows) for table, rows in audit["tables"].items()}
        for name, audit in audits.items()
    }
    try:
        findings = line.infer(plan, counts, {name: audit["records"] for name, audit in audits.items()})
        results = Results(findings, judge(plan.claims, findings, plan.settings))
    except CounterproofError:
        raise
    except Exception as error:  # counts from a stranger can break any assumption of an audit
        raise canonical.Unreadable(f"cannot be used to compute results ({type(error).__name__})") from None
    return Given(plan, counts, results)


def numbers(given: Given, documents: Mapping[str, Any]) -> Iterator[Difference]:
    """Every shown estimate, contrast, check and verdict against the ones that follow from the counts."""
    for name, computed, part in (
        ("results.json", given.results.to_json(), "output"),
        ("counts.json", counts_json(given.results, given.counts), "output"),
        ("plan.json", plan_json(given.plan), "plan"),
    ):
        for place, what in compare(documents[name], canonical.plain(computed)):
            yield Difference(part, f"{name}: {place}" if place else name, what)  # type: ignore[arg-type]


def rendered(given: Given, documents: Mapping[str, Any]) -> Iterator[Difference]:
    """The report and its charts made again: where every version is the same their bytes must be."""
    manifest = documents["manifest.json"]
    if manifest["version"] != package_version():
        return
    for name in [name for name in RENDERED if name in documents]:
        try:
            again = RENDERED[name](_exhibit(given, manifest))
        except Exception as error:  # names and notes come from a stranger
            yield Difference("output", name, f"cannot be rendered again ({type(error).__name__})")
            continue
        if again != documents[name]:
            same = versions() == manifest["dependencies"]
            what = "is not what follows from plan, counts and manifest"
            yield Difference("output", name, what, information=not same)


def recount(
    given: Given, documents: Mapping[str, Any], sources: Mapping[str, Path], root: Path | None
) -> Iterator[Difference]:
    """Count the records again, where they are at hand, and compare hashes and counts."""
    from counterproof import line
    from counterproof.sources import open_source

    plan, reasons = _with_records(given.plan, sources, root)
    for name, source in documents["manifest.json"]["sources"].items():
        if source["origin"] == "object" and name not in sources:
            reasons[name] = "was a table in memory"
    if reasons:
        for name, reason in reasons.items():
            yield Difference("source", name, f"{reason}; not counted again", information=True)
        return
    if not plan.audits:
        yield Difference("source", "plan.json", "names no records that could be counted again", information=True)
        return
    base = root if root is not None else Path.cwd()

    def opened(name: str, *, unread: bool = False) -> Source:
        # What a person names may lie anywhere; what the folder's plan names must not lead out of the root.
        return open_source(name, plan.sources[name], base=base, confined=name not in sources, unread=unread)

    try:
        exhibit = line.execute(plan, base, opener=opened)
    except CounterproofError as error:
        problem = error.problems[0]
        yield Difference("source", problem.where or "records", f"cannot be counted again: {problem.what}")
        return
    yield from _sources(exhibit, documents["manifest.json"])
    again = counts_json(exhibit.results, exhibit.counts)
    for place, what in compare(documents["counts.json"], again):
        yield Difference("output", f"counts.json: {place}", f"{what} from the records")


def _exhibit(given: Given, manifest: Mapping[str, Any]) -> Exhibit:
    """The exhibit of the run, as far as plan, counts and manifest hold it: that is all a report may use."""
    from counterproof.audits import registry

    return Exhibit(
        plan=given.plan,
        results=given.results,
        counts=given.counts,
        audits={name: (registry.find(options.kind), options) for name, options in given.plan.audits.items()},
        sources=tuple(_provenance(name, source) for name, source in manifest["sources"].items()),
        notes=tuple(manifest["notes"]),
        version=manifest["version"],
    )


def _provenance(name: str, source: Mapping[str, Any]) -> Provenance:
    return Provenance(
        name=name,
        origin=source["origin"],
        records=source["records"],
        files=tuple(SourceFileRecord(file["label"], file["size"], file["sha256"]) for file in source["files"]),
        notes=tuple(source["notes"]),
        refused=source["refused"],
        queries=tuple(QueryText(query["name"], query["sql"]) for query in source["queries"]),
        cite=source["cite"],
        address=source["address"],
        read_at=source.get("read_at"),
    )


def _with_records(plan: Plan, sources: Mapping[str, Path], root: Path | None) -> tuple[Plan, dict[str, str]]:
    """The plan with the files that were given, and by source's name why its records are not at hand."""
    specs, reasons = dict(plan.sources), {}
    for name in sorted({source for options in plan.audits.values() for source in options.sources.values()}):
        spec = specs[name]
        if name in sources:
            # The path of a person at the keyboard, not the folder's: it may lead anywhere.
            specs[name] = spec.model_copy(update={"path": str(sources[name].resolve()), "url": None, "inline": None})
        elif spec.url is not None:
            reasons[name] = "is in a database, which has no hash"
        elif spec.path is not None and root is None:
            reasons[name] = "no records were given (--root, --source)"
        elif spec.path is not None and not _inside(spec.path):
            reasons[name] = f"its path leads out of the folder of records; give it with --source {name}=PATH"
    return plan.model_copy(update={"sources": specs}), reasons


def _inside(path: str | tuple[str, ...]) -> bool:
    """Whether a plan's paths stay below its folder, as text."""
    parts = [PurePosixPath(entry.replace("\\", "/")) for entry in ((path,) if isinstance(path, str) else path)]
    return not any(e.is_absolute() or ".." in e.parts or ":" in str(e) or e.parts[:1] == ("~",) for e in parts)


def _sources(exhibit: Exhibit, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Hashes of the files that were counted again, whatever they are called now."""
    for source in exhibit.sources:
        listed = manifest["sources"].get(source.name)
        if listed is None:
            yield Difference("source", source.name, "is not in the manifest")
            continue
        then = sorted(str(file["sha256"]) for file in listed["files"])
        now = sorted(str(file.sha256) for file in source.files)
        if then != now:
            yield Difference("source", source.name, "is not the file whose hash the manifest has")
        if listed["records"] != source.records:
            what = f"has {source.records} records, and the manifest says {listed['records']}"
            yield Difference("source", source.name, what)
