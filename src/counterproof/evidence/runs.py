"""What changed between two runs: which numbers moved, which verdicts flipped, and because of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterproof import schemas
from counterproof.errors import InputError
from counterproof.evidence import canonical
from counterproof.evidence.compare import ABSOLUTE, RELATIVE
from counterproof.evidence.outputs import MANIFEST

__all__ = ["RUNS_SCHEMA", "Changes", "compare_runs", "is_run", "read_run"]

RUNS_SCHEMA = "counterproof/run-changes/1"

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Two runs of a plan.

    because   what went in that differs: plan, version, seed, a dependency, a source's records
    verdicts  claim, verdict before and after; None where there was or is no such claim
    numbers   audit, what it is, value before and after; None where there was or is no such number
    """

    because: tuple[str, ...]
    verdicts: tuple[tuple[str, str | None, str | None], ...]
    numbers: tuple[tuple[str, str, float | str | None, float | str | None], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, schema ``counterproof/run-changes/1``."""
        return {
            "schema": RUNS_SCHEMA,
            "because": list(self.because),
            "verdicts": [{"claim": claim, "old": old, "new": new} for claim, old, new in self.verdicts],
            "numbers": [
                {"audit": audit, "number": what, "old": old, "new": new} for audit, what, old, new in self.numbers
            ],
        }


def is_run(place: Path) -> bool:
    """Whether a folder holds a finished run."""
    try:
        return place.is_dir() and (place / MANIFEST).is_file()
    except OSError:
        return False


def compare_runs(old: Path, new: Path) -> Changes:
    """Compare the documents of two runs' folders; nothing is computed anew (``verify`` does that)."""
    before, after = read_run(old), read_run(new)
    return Changes(
        tuple(_because(before["manifest.json"], after["manifest.json"])),
        tuple(_verdicts(before["results.json"], after["results.json"])),
        tuple(_numbers(before["results.json"], after["results.json"])),
    )


def read_run(folder: Path) -> dict[str, Any]:
    """``manifest.json``, ``results.json`` and ``plan.json`` of a finished run; InputError for one that is not."""
    found: dict[str, Any] = {}
    wanted: tuple[tuple[str, schemas.Name], ...] = (
        (MANIFEST, "manifest"),
        ("results.json", "results"),
        ("plan.json", "plan"),
    )
    for name, schema in wanted:
        try:
            found[name] = canonical.parse(canonical.read(folder, name))
        except canonical.Unreadable as error:
            raise InputError(f"{name} {error}", where=str(folder), hint="a finished run has it") from None
        if next(schemas.violations(found[name], schema), None) is not None:
            raise InputError(f"{name} is not as its schema says", where=str(folder), hint="see counterproof verify")
    return found


def _because(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old["plan"]["sha256"] != new["plan"]["sha256"]:
        yield "plan: it is another one"
    if old["version"] != new["version"]:
        yield f"version: {old['version']} before, {new['version']} now"
    if old["seed"] != new["seed"]:
        yield f"seed: {old['seed']} before, {new['seed']} now"
    changed = [name for name in new["dependencies"] if old["dependencies"].get(name) != new["dependencies"][name]]
    if changed:
        yield f"dependencies: {', '.join(changed)}"
    for name in sorted({*old["sources"], *new["sources"]}):
        before, after = old["sources"].get(name), new["sources"].get(name)
        if before is None or after is None:
            yield f"data: source {name!r} was {'added' if before is None else 'removed'}"
        elif _content(before) != _content(after):
            yield f"data: the records of source {name!r} are others"


def _content(source: Mapping[str, Any]) -> object:
    """What tells whether records changed: hashes of files, else the number of records."""
    files = [file["sha256"] for file in source["files"]]
    return files or (source["address"], source["records"])


def _verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    before = {claim["id"]: claim["verdict"] for claim in old["claims"]}
    after = {claim["id"]: claim["verdict"] for claim in new["claims"]}
    for claim in dict.fromkeys([*after, *before]):
        if before.get(claim) != after.get(claim):
            yield claim, before.get(claim), after.get(claim)


def _numbers(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str, float | str | None, float | str | None]]:
    before, after = dict(_all(old)), dict(_all(new))
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if not _equal(was, now):
            yield key[0], key[1], was, now


def _all(results: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], float | str]]:
    """Every estimate and contrast by its audit and name: its value, or its status where it has none."""
    for audit, found in results["audits"].items():
        for e in found["estimates"]:
            value = e.get("value")
            yield (audit, _name(e, e["group"])), e["status"] if value is None else value
        for c in found["contrasts"]:
            value = c.get("value")
            name = f"{c['scale']} of {_name(c, c['group'])} to {_words(c['reference'])}"
            yield (audit, name), c["status"] if value is None else value


def _name(e: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    parts = [e["measure"], _words(group), _words(e["at"]), e["assumption"] or ""]
    return ", ".join(part for part in parts if part)


def _words(values: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={'(none)' if value is None else value}" for key, value in values.items())


def _equal(old: float | str | None, new: float | str | None) -> bool:
    if isinstance(old, str) or isinstance(new, str) or old is None or new is None:
        return old == new
    return abs(old - new) <= max(ABSOLUTE, RELATIVE * max(abs(old), abs(new)))
