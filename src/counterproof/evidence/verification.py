"""Verify a run's folder: its hashes, its numbers from its own counts, and its counts from the records.

The folder may come from anybody: nothing in it is trusted, no name in it is followed out of it, and no link.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from counterproof import schemas
from counterproof.errors import CounterproofError, InputError, nearest
from counterproof.evidence import canonical, recompute
from counterproof.evidence.compare import Difference, Part
from counterproof.evidence.contents import RENDERED
from counterproof.evidence.manifest import package_version, versions
from counterproof.evidence.outputs import HISTORY, MANIFEST

__all__ = ["Difference", "verify"]

_MOST = 1000
"""Differences reported of one kind; a garbled document has one at every number."""


def verify(folder: Path, sources: Mapping[str, Path] | None = None, root: Path | None = None) -> list[Difference]:
    """Everything that does not agree in the run's ``folder``; empty if it is what it says.

    Without records, every shown estimate, contrast and verdict, and the report, is made anew from ``counts.json``
    and ``plan.json``. With them the counts are counted again: files are looked for under ``root``, where the plan
    names them, or are given one by one in ``sources`` by the source's name. Inline rows are always counted again.
    """
    documents: dict[str, Any] = {}
    found = list(_hashes(folder, documents))
    if MANIFEST not in documents:
        return found
    found += _versions(documents[MANIFEST])
    if not {"plan.json", "counts.json", "results.json"} <= documents.keys():
        return found
    _check_names(sources or {}, documents["plan.json"].get("sources"))
    try:
        given = recompute.read(documents)
        found += _seed(documents, given.seed)
        found += recompute.numbers(given, documents)
        found += recompute.rendered(given, documents)
        found += recompute.recount(given, documents, sources or {}, root)
    except canonical.Unreadable as error:
        found.append(Difference("output", "counts.json", str(error)))
    except CounterproofError as error:
        found.append(Difference("plan", "plan.json", f"cannot be run: {error.problems[0].what}"))
    except Exception as error:  # a stranger's documents can break any assumption; that is a finding, not a crash
        found.append(Difference("output", MANIFEST, f"the run cannot be made again ({type(error).__name__})"))
    return found


def _check_names(given: Mapping[str, Path], known: object) -> None:
    """A misspelt source would otherwise not be counted again, and nobody would notice."""
    names = [str(name) for name in known] if isinstance(known, dict) else []
    for name in given:
        if name not in names:
            hint = nearest(name, names) or f"the sources are {', '.join(map(repr, names)) or 'none'}"
            raise InputError("the plan has no such source", where=name, hint=hint)


def _hashes(folder: Path, documents: dict[str, Any]) -> Iterator[Difference]:
    """Compare every output with the manifest and put the JSON documents that are sound into ``documents``."""
    manifest = yield from _document(folder, MANIFEST)
    if manifest is None:
        return
    documents[MANIFEST] = manifest
    for name in ("plan.json", "counts.json", "results.json"):
        if name not in manifest["outputs"]:
            yield Difference("output", MANIFEST, f"does not list {name}")
    for name, listed in manifest["outputs"].items():
        try:
            content = canonical.read(folder, name)
        except canonical.Unreadable as error:
            yield Difference("output", name, str(error))
            continue
        if canonical.sha256(content) != listed["sha256"] or len(content) != listed["size"]:
            yield Difference("output", name, "is not the file whose hash the manifest has")
        if name in ("plan.json", "counts.json", "results.json"):
            document = yield from _document(folder, name)
            if document is not None:
                documents[name] = document
        elif name in RENDERED:
            documents[name] = content
    if manifest["outputs"].get("plan.json", {}).get("sha256") != manifest["plan"]["sha256"]:
        yield Difference("plan", f"{MANIFEST}: plan.sha256", "is not the hash of plan.json")
    yield from _unlisted(folder, {MANIFEST, HISTORY, *manifest["outputs"]})


def _document(folder: Path, name: str) -> Generator[Difference, None, Any]:
    """Read a JSON document and hold it against its schema; returns None where it cannot be used."""
    part: Part = "plan" if name == "plan.json" else "output"
    try:
        document = canonical.parse(canonical.read(folder, name))
    except canonical.Unreadable as error:
        missing = "; this is no finished run" if name == MANIFEST and str(error) == "is missing" else ""
        yield Difference(part, name, f"{error}{missing}")
        return None
    if name == "plan.json" and isinstance(document, dict):
        return document  # the plan's own models say what is wrong with it
    broken = False
    for place, rule in _first(schemas.violations(document, name.removesuffix(".json"))):  # type: ignore[arg-type]
        broken = True
        yield Difference(part, f"{name}: {place}", rule)
    return None if broken else document


def _first(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for index, entry in enumerate(found):
        if index >= _MOST:
            return
        yield entry


def _unlisted(folder: Path, known: set[str]) -> Iterator[Difference]:
    """Files that the manifest does not speak of: nothing vouches for them."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return
    for name in names:
        if name not in known:
            yield Difference("output", name, "is not in the manifest; nothing vouches for it", information=True)


def _versions(manifest: Mapping[str, Any]) -> Iterator[Difference]:
    here = {"counterproof": package_version(), **versions()}
    there = {"counterproof": manifest["version"], **manifest["dependencies"]}
    for name in sorted(here | there):
        if here.get(name) != there.get(name):
            said = f"was {there.get(name, 'absent')} and is {here.get(name, 'absent')} here"
            yield Difference("version", name, said, information=True)


def _seed(documents: Mapping[str, Any], seed: int) -> Iterator[Difference]:
    if documents[MANIFEST]["seed"] != seed:
        place = f"{MANIFEST}: seed"
        yield Difference("seed", place, f"is {documents[MANIFEST]['seed']}, and the plan says {seed}")
