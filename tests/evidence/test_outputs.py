import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from counterproof.errors import InputError, OutputError
from counterproof.evidence import canonical, outputs

FIRST = {"results.json": b"first results\n", "old.json": b"only in the first run\n"}
SECOND = {"results.json": b"second results\n", "new.json": b"only in the second run\n"}


def with_manifest(documents: dict[str, bytes]) -> dict[str, bytes]:
    listed = {name: {"sha256": canonical.sha256(content)} for name, content in documents.items()}
    return documents | {"manifest.json": canonical.dump({"schema": "counterproof/manifest/1", "outputs": listed})}


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_writes_a_folder_that_is_not_there(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    outputs.write(out, with_manifest(FIRST))
    assert held(out) == with_manifest(FIRST)


@pytest.mark.parametrize("what", ["exists", "is_dir"])
def test_a_place_that_may_not_be_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    def refuse(*_: object, **__: object) -> bool:
        raise PermissionError(13, "Permission denied")

    # Path.exists and Path.is_dir raise this for a folder inside one of somebody else's, before Python 3.14
    monkeypatch.setattr(Path, what, refuse)
    with pytest.raises(OutputError, match="cannot be written: permission denied"):
        outputs.prepare(tmp_path / "not" / "mine")


def test_prepare_makes_no_folder(tmp_path: Path) -> None:
    outputs.prepare(tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_an_earlier_run_is_replaced_and_what_only_it_had_is_removed(tmp_path: Path) -> None:
    outputs.write(tmp_path, with_manifest(FIRST))
    (tmp_path / "history.json").write_bytes(canonical.dump({"schema": "counterproof/history/1", "plans": []}))
    outputs.write(tmp_path, with_manifest(SECOND))
    assert held(tmp_path).keys() == {"results.json", "new.json", "manifest.json", "history.json"}
    assert (tmp_path / "results.json").read_bytes() == SECOND["results.json"]


@pytest.mark.parametrize("with_run", [False, True])
def test_other_files_are_refused_and_left_alone(tmp_path: Path, with_run: bool) -> None:
    if with_run:
        outputs.write(tmp_path, with_manifest(FIRST))
    (tmp_path / "thesis.docx").write_text("three years of work")
    before = held(tmp_path)
    for action in (lambda: outputs.prepare(tmp_path), lambda: outputs.write(tmp_path, with_manifest(SECOND))):
        with pytest.raises(InputError, match="holds 1 other file") as caught:
            action()
        assert "--out" in str(caught.value)
    assert held(tmp_path) == before


def test_a_manifest_of_another_program_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web page", "outputs": ["index.html"]}')
    with pytest.raises(InputError, match="holds 1 other file"):
        outputs.prepare(tmp_path)


def test_folders_and_links_of_our_names_are_refused(tmp_path: Path) -> None:
    outputs.write(tmp_path / "run", with_manifest(FIRST))
    (tmp_path / "run" / "results.json").unlink()
    (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "run" / "results.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError):
        outputs.write(tmp_path / "run", with_manifest(SECOND))
    assert (tmp_path / "elsewhere").read_text() == "precious"


def test_a_manifest_cannot_name_files_to_delete_elsewhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim.json"
    victim.write_text("precious")
    out = tmp_path / "out"
    outputs.write(out, with_manifest(FIRST))
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["outputs"]["../victim.json"] = {}
    (out / "manifest.json").write_text(json.dumps(manifest))
    outputs.write(out, with_manifest(SECOND))
    assert victim.read_text() == "precious"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError):
            outputs.prepare(out)


@pytest.mark.parametrize("stop_at", range(12))
def test_a_stop_between_any_two_renames_leaves_no_half_written_file_and_the_next_run_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    """Every rename, removal and flush of ``write`` is interrupted in turn, as by Ctrl-C."""
    outputs.write(tmp_path, with_manifest(FIRST))
    first, second = held(tmp_path), with_manifest(SECOND)
    calls = 0

    def counted(real):  # type: ignore[no-untyped-def]
        def call(*args, **kwargs):  # type: ignore[no-untyped-def]
            nonlocal calls
            calls += 1
            if calls == stop_at + 1:
                raise KeyboardInterrupt
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted(Path.replace))
        patch.setattr(outputs, "_flush_folder", counted(outputs._flush_folder))
        patch.setattr(os, "fsync", counted(os.fsync))
        try:
            outputs.write(tmp_path, second)
        except KeyboardInterrupt:
            pass
        else:
            assert calls <= stop_at
    left = held(tmp_path)
    assert not [name for name in left if name.startswith(".")]
    for name, content in left.items():
        if name != "unfinished.json":
            assert content in (first.get(name), second.get(name))
    if "manifest.json" in left:
        whole = first if left["manifest.json"] == first["manifest.json"] else second
        assert {name: content for name, content in left.items() if name in whole} == whole
    outputs.write(tmp_path, second)
    assert held(tmp_path) == second


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".counterproof-77-0.tmp").write_text("half")
    outputs.prepare(tmp_path)
    assert held(tmp_path) == {}


def test_a_full_disk_leaves_the_earlier_run_whole(tmp_path: Path, small_disk: Path) -> None:
    outputs.write(small_disk, with_manifest(FIRST))
    before = held(small_disk)
    with pytest.raises(OutputError, match="space") as caught:
        outputs.write(small_disk, with_manifest({"results.json": bytes(200_000)}))
    assert caught.value.exit_code == 3
    assert held(small_disk) == before


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A file system of 64 kB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a small disk needs rights that are absent here")
    yield mount
    subprocess.run(["umount", mount], check=True)


@pytest.mark.parametrize("code", ["ENOSPC", "EIO", "EROFS"])
def test_a_failing_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    import errno

    def fail(_: int) -> None:
        raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)))

    outputs.write(tmp_path, with_manifest(FIRST))
    before = held(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError):
        outputs.write(tmp_path, with_manifest(SECOND))
    assert held(tmp_path) == before


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_at_many_moments(tmp_path: Path) -> None:
    """A program that writes run after run is interrupted at many moments: the folder is never half-written."""
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from counterproof.evidence import canonical, outputs
        out = Path(sys.argv[1])
        print("ready", flush=True)
        for run in range(100_000):
            documents = {f"{name}.json": f"{run}\\n".encode() * 2000 for name in "abcde"}
            listed = {name: {"sha256": canonical.sha256(content)} for name, content in documents.items()}
            manifest = {"schema": "counterproof/manifest/1", "outputs": listed}
            outputs.write(out, documents | {"manifest.json": canonical.dump(manifest)})
        """
    )
    finished = 0
    for moment in range(12):
        out = tmp_path / "out"
        with subprocess.Popen(
            [sys.executable, "-c", script, str(out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05 + moment * 0.0037)
            process.send_signal(signal.SIGINT)
            process.wait()
        names = {path.name for path in out.iterdir()}
        assert not [name for name in names if name.startswith(".")]
        for path in out.glob("?.json"):
            lines = path.read_text().splitlines()
            assert len(lines) == 2000
            assert len(set(lines)) == 1
        if "manifest.json" in names:
            finished += 1
            for name, listed in json.loads((out / "manifest.json").read_text())["outputs"].items():
                assert canonical.sha256((out / name).read_bytes()) == listed["sha256"]
    assert finished
