"""Write a run's folder so that it is whole or recognisably unfinished, whatever happens meanwhile.

Every file is first written and flushed under a temporary name. Only when all of them are on the disk is the old
manifest removed and are the files renamed, the manifest last: a folder without ``manifest.json`` is an unfinished
run. A small journal names the files of both runs during the renames, so that the next run may replace them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from counterproof.errors import InputError, OutputError
from counterproof.evidence import canonical

__all__ = ["HISTORY", "MANIFEST", "prepare", "replace", "write"]

MANIFEST = "manifest.json"
HISTORY = "history.json"
JOURNAL = "unfinished.json"
TEMPORARY = ".counterproof-"
HINT = "free space or choose another folder with --out; nothing was left half-written"

_SCHEMAS = {
    MANIFEST: "counterproof/manifest/",
    HISTORY: "counterproof/history/",
    JOURNAL: "counterproof/unfinished/",
}


def prepare(out: Path) -> None:
    """Make sure, before any work, that a run can be written to ``out``; makes no folder yet.

    Raises InputError if it is not a folder or holds files that no earlier run wrote, OutputError if it is not
    writable. Removes what an interrupted run left under temporary names.
    """
    with _output_errors(out):  # a folder that may not be looked into does not say what it holds
        if not out.exists():
            _check_parent(out)
            return
    if not out.is_dir():
        raise InputError("the output folder is a file", where=str(out), hint="choose another folder with --out")
    with _output_errors(out):
        entries = list(os.scandir(out))
    ours = _written_by_us(out)
    strangers = [entry for entry in entries if not _is_ours(entry, ours)]
    if strangers:
        raise InputError(
            f"the output folder holds {len(strangers)} other file{'s' if len(strangers) > 1 else ''}",
            where=str(out),
            hint="choose an empty folder, or the folder of an earlier run, with --out",
        )
    with _output_errors(out):
        for entry in entries:
            if entry.name.startswith(TEMPORARY):
                (out / entry.name).unlink(missing_ok=True)
    with _temporaries() as temporaries:
        _write_temporary(out, "probe", b"", temporaries)


def write(out: Path, documents: Mapping[str, bytes]) -> None:
    """Write ``documents`` (name -> content, one of them ``manifest.json``) in place of an earlier run's.

    Raises OutputError if the disk refuses; then the earlier run is still whole, and no temporary file is left.
    """
    if MANIFEST not in documents:
        raise ValueError("documents need a manifest")
    for name in documents:
        if not canonical.SAFE_NAME.fullmatch(name) or name in (HISTORY, JOURNAL):
            raise ValueError("an output's name is not usable")
    prepare(out)
    with _output_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    old = _written_by_us(out) - {HISTORY, JOURNAL}
    names = [*(name for name in documents if name != MANIFEST), MANIFEST]
    journal = canonical.dump({"schema": "counterproof/unfinished/1", "files": sorted(old | set(names))})
    with _temporaries() as temporaries:
        written = {name: _write_temporary(out, name, documents[name], temporaries) for name in names}
        journal_file = _write_temporary(out, JOURNAL, journal, temporaries)
        with _output_errors(out):
            journal_file.replace(out / JOURNAL)
            (out / MANIFEST).unlink(missing_ok=True)
            for name in names[:-1]:
                written[name].replace(out / name)
            for name in sorted(old - set(names)):
                (out / name).unlink(missing_ok=True)
            _flush_folder(out)
            written[MANIFEST].replace(out / MANIFEST)
            _flush_folder(out)
            (out / JOURNAL).unlink()


def replace(path: Path, content: bytes) -> None:
    """Write one file whole or not at all; its folder is made if absent."""
    with _output_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _temporaries() as temporaries:
        written = _write_temporary(path.parent, path.name, content, temporaries)
        with _output_errors(path):
            written.replace(path)
            _flush_folder(path.parent)


def _check_parent(out: Path) -> None:
    """Whether a folder that is not there yet could be made."""
    parent = next(folder for folder in out.absolute().parents if folder.exists() or folder.is_symlink())
    if out.is_symlink() or not parent.is_dir():
        raise InputError("the output folder cannot be made here", where=str(out), hint="choose another with --out")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError("the outputs cannot be written: not permitted", where=str(parent), hint=HINT)


def _is_ours(entry: os.DirEntry[str], ours: set[str]) -> bool:
    """A plain file that an earlier run wrote, or its temporary."""
    if not entry.is_file(follow_symlinks=False):
        return False
    return entry.name in ours or (entry.name.startswith(TEMPORARY) and entry.name.endswith(".tmp"))


def _written_by_us(out: Path) -> set[str]:
    """Names that the folder's own manifest, history and journal account for, themselves included."""
    names: set[str] = set()
    for name, schema in _SCHEMAS.items():
        try:
            document = canonical.parse(canonical.read(out, name))
        except canonical.Unreadable:
            continue
        if not isinstance(document, dict) or not str(document.get("schema")).startswith(schema):
            continue
        listed = document.get("outputs" if name == MANIFEST else "files")
        listed = listed if isinstance(listed, dict | list) else ()
        names |= {name} | {n for n in listed if isinstance(n, str) and canonical.SAFE_NAME.fullmatch(n)}
    return names


@contextlib.contextmanager
def _temporaries() -> Iterator[list[Path]]:
    """A list of temporary files that are gone at the end, whatever ended it."""
    files: list[Path] = []
    try:
        yield files
    finally:
        for file in files:
            with contextlib.suppress(OSError):
                file.unlink()


def _write_temporary(folder: Path, name: str, content: bytes, temporaries: list[Path]) -> Path:
    """Write and flush ``content`` beside its final place; the name is noted before the file exists."""
    temporary = folder / f"{TEMPORARY}{os.getpid()}-{len(temporaries)}.tmp"
    temporaries.append(temporary)
    with _output_errors(folder / name):
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return temporary


def _flush_folder(folder: Path) -> None:
    """Make renames durable where the system can do that (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _output_errors(place: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that says where and why."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or "the disk refuses").lower()
        raise OutputError(f"the outputs cannot be written: {why}", where=str(place), hint=HINT) from None
